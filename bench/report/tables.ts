import type { MergedRow, Result } from "../harness/results.ts";
import type { Spread } from "../harness/statistics.ts";
import { sortedRows, withUnit } from "../harness/table.ts";
import { excessText, figure, type Verdict, verdictsOf } from "../harness/verdict.ts";
import { type QuestionName, QUESTIONS, RUNTIMES } from "../questions.ts";

const OURS = "@autocache/edge";

/** All numbers to reach: what was measured, and by how much it is missed. */
export function verdictTable(results: readonly Result[]): string {
  const rows = results.flatMap((result) =>
    verdictsOf(result).map((verdict) => [
      `${QUESTIONS[result.question].title}, ${verdict.case}`,
      RUNTIMES[result.runtime],
      `\`${verdict.label.replace(`${OURS} `, "")}\` ${verdict.goal}`,
      Number.isNaN(verdict.measured) ? "–" : figure(verdict.measured),
      outcome(verdict),
    ]),
  );
  return table(["what", "where", "to reach", "measured", ""], rows);
}

function outcome({ isMet, measured, limit }: Verdict): string {
  if (isMet) return "met";
  return Number.isNaN(measured) ? "**missed**" : `**missed**: ${excessText({ measured, limit })}`;
}

/** A table for each case: a row for each entry, with its figure in each runtime. */
export function questionTables(question: QuestionName, results: readonly Result[]): string {
  const names = results[0]?.cases.map(({ name }) => name) ?? [];
  return names.map((name) => `### ${titleOf(question, name)}\n\n${caseTable(question, name, results)}`).join("\n\n");
}

/** A heading of its own on the page. */
function titleOf(question: QuestionName, name: string): string {
  return `${QUESTIONS[question].title}: ${name}`;
}

function caseTable(question: QuestionName, name: string, results: readonly Result[]): string {
  const columns = results.map((result) => result.cases.find((one) => one.name === name)?.rows ?? []);
  const rows = sortedRows(columns[0] ?? []);
  const others = columns.flat().filter(({ label }) => !rows.some((row) => row.label === label));
  const labels = [...rows.map(({ label }) => label), ...new Set(others.map(({ label }) => label))];
  const body = labels.map((label) => {
    const cells = columns.map((column) =>
      cell(
        column.find((row) => row.label === label),
        question,
      ),
    );
    const isOurs = columns.some((column) => column.some((row) => row.label === label && row.candidate === OURS));
    return [isOurs ? `**${label}**` : label, ...cells];
  });
  return table(["", ...results.map(({ runtime }) => RUNTIMES[runtime])], body);
}

function cell(row: MergedRow | undefined, question: QuestionName): string {
  if (row === undefined) return "";
  if (row.failure !== undefined) return `– ${row.failure}`;
  const { unit } = QUESTIONS[question];
  const facts = Object.entries(row.facts ?? {}).map(([name, count]) => `, ${figure(count)} ${name}`);
  if (row.ratio !== undefined) return `× ${figure(row.ratio.median)}${range(row.ratio)}${facts.join("")}`;
  if (row.value === undefined) return "";
  return `${withUnit(row.value.median, unit)}${range(row.value)}${facts.join("")}`;
}

/** Of what is the same in every run, there is none to tell. */
function range({ min, max }: Spread): string {
  return min === max ? "" : ` [${figure(min)}–${figure(max)}]`;
}

/** What is to be known of entries beside their figures: those that have the same notes are told together. */
export function notesOf(question: QuestionName, results: readonly Result[]): string {
  const byNotes = new Map<string, Set<string>>();
  for (const { cases } of results) {
    for (const { label, notes = [] } of cases.flatMap(({ rows }) => rows)) {
      const known = byNotes.get(notes.join("; ")) ?? new Set();
      byNotes.set(notes.join("; "), known.add(label));
    }
  }
  const lines = [...byNotes].flatMap(([notes, labels]) => {
    return notes === "" ? [] : [`- ${[...labels].join(" · ")}: ${notes}.`];
  });
  return lines.length === 0 ? "" : `### ${QUESTIONS[question].title}: what to know\n\n${lines.join("\n")}`;
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  return [tableLine(head), tableLine(head.map(() => "---")), ...rows.map(tableLine)].join("\n");
}

function tableLine(cells: readonly string[]): string {
  return `| ${cells.map((text) => text.replaceAll("|", "\\|")).join(" | ")} |`;
}
