import { GOALS } from "../goals.ts";
import type { MergedRow, Result } from "../harness/results.ts";
import { withUnit } from "../harness/table.ts";
import { type QuestionName, QUESTIONS } from "../questions.ts";
import { ratioChart, type RatioRow } from "./ratio-chart.ts";
import { valueChart, type ValueRow } from "./value-chart.ts";

/** A picture of one case. */
export interface Chart {
  readonly question: QuestionName;
  readonly title: string;
  readonly file: string;
  readonly picture: string;
}

const OURS = "@autocache/edge";

/** Draws each case of a question. */
export function chartsOf(question: QuestionName, results: readonly Result[]): Chart[] {
  const names = results[0]?.cases.map(({ name }) => name) ?? [];
  return names.map((name) => {
    const title = `${QUESTIONS[question].title}: ${name}`;
    const file = `${question}-${name.toLowerCase().replaceAll(/[^a-z0-9]+/g, "-")}.svg`;
    return { question, title, file, picture: draw(title, question, name, results) };
  });
}

function draw(title: string, question: QuestionName, name: string, results: readonly Result[]): string {
  const columns = results.map((one) => ({ one, rows: one.cases.find((each) => each.name === name)?.rows ?? [] }));
  const all = columns.flatMap(({ rows }) => rows);
  if (all.some(({ ratio }) => ratio !== undefined)) {
    const labels = [...new Set(all.filter(({ ratio }) => ratio !== undefined).map(({ label }) => label))];
    const rows = labels.map((label): RatioRow => {
      const found = columns.flatMap(({ one, rows: list }) => {
        const ratio = list.find((row) => row.label === label)?.ratio;
        return ratio === undefined ? [] : [[one.runtime, ratio] as const];
      });
      return { label: shortened(label), isOurs: isOurs(all, label), ratios: Object.fromEntries(found) };
    });
    const sorted = rows.toSorted((a, b) => middleOf(a) - middleOf(b));
    return ratioChart(
      title,
      sorted,
      results.map(({ runtime }) => runtime),
    );
  }
  const { unit } = QUESTIONS[question];
  const rows = all.flatMap(({ label, value }): ValueRow[] => {
    if (value === undefined) return [];
    return [
      { label: shortened(label), isOurs: isOurs(all, label), value: value.median, told: withUnit(value.median, unit) },
    ];
  });
  const sorted = rows.toSorted((a, b) => a.value - b.value);
  return valueChart(title, sorted, results[0]?.runtime ?? "node", goalOf(question, name));
}

/** The number to reach, where there is one for all that is drawn. */
function goalOf(question: QuestionName, name: string): number | undefined {
  const isAbout = ({ cases }: (typeof GOALS)[number]): boolean => cases?.includes(name) ?? true;
  const limits = GOALS.filter((goal) => goal.question === question && goal.of === "bytes" && isAbout(goal));
  return new Set(limits.map(({ limit }) => limit)).size === 1 ? limits[0]?.limit : undefined;
}

function isOurs(rows: readonly MergedRow[], label: string): boolean {
  return rows.some((row) => row.label === label && row.candidate === OURS);
}

/** The middle of a row, over its runtimes. */
function middleOf({ ratios }: RatioRow): number {
  const all = Object.values(ratios).map(({ median }) => Math.log(median));
  return all.reduce((sum, one) => sum + one, 0) / all.length;
}

/** A row is marked as ours anyway, and has little room for its name. */
function shortened(label: string): string {
  return label
    .replace(`${OURS} `, "autocache ")
    .replace("Map.get(JSON.stringify(args)), async", "by hand: JSON text in a Map");
}
