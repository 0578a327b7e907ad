import { AHEAD, type Goal, GOALS } from "../goals.ts";
import type { MergedRow, Result } from "./results.ts";

/** What became of a number to reach. */
export interface Verdict {
  readonly case: string;
  readonly label: string;
  /** What was to be reached. */
  readonly goal: string;
  readonly measured: number;
  readonly limit: number;
  readonly isMet: boolean;
}

type Measured = Pick<Result, "question" | "runtime" | "cases">;

const OURS = "@autocache/edge";
const BY_HAND = "by hand";

/** Compares the rows of ours with the numbers to reach. What has no figure reaches none. */
export function verdictsOf(result: Measured): Verdict[] {
  return result.cases.flatMap(({ name, rows }) => [
    ...GOALS.filter((goal) => isAbout(goal, result, name)).map((goal) => {
      const measured = figureOf(
        rows.find(({ label }) => label === goal.label),
        goal.of,
      );
      const what = goal.of === "ratio" ? `≤ ${goal.limit} ×` : `${goal.of} ≤ ${goal.limit}`;
      return verdict(name, goal.label, what, measured, goal.limit);
    }),
    ...AHEAD.filter(({ question }) => question === result.question).map(({ label }) => {
      const peers = rows.filter(
        ({ candidate, ratio }) => ratio !== undefined && candidate !== OURS && candidate !== BY_HAND,
      );
      const [best] = peers.toSorted((a, b) => (a.ratio?.median ?? 0) - (b.ratio?.median ?? 0));
      const measured = figureOf(
        rows.find((row) => row.label === label),
        "ratio",
      );
      const what = best === undefined ? "ahead of every peer" : `ahead of every peer (${best.label})`;
      return verdict(name, label, what, measured, best?.ratio?.median ?? Infinity);
    }),
  ]);
}

function isAbout({ question, runtimes, cases }: Goal, result: Measured, caseName: string): boolean {
  const isHere = runtimes?.includes(result.runtime) ?? true;
  return question === result.question && isHere && (cases?.includes(caseName) ?? true);
}

function figureOf(row: MergedRow | undefined, of: string): number {
  if (of === "ratio") return row?.ratio?.median ?? Number.NaN;
  if (of === "bytes") return row?.value?.median ?? Number.NaN;
  return row?.facts?.[of] ?? Number.NaN;
}

function verdict(name: string, label: string, goal: string, measured: number, limit: number): Verdict {
  return { case: name, label, goal, measured, limit, isMet: measured <= limit };
}

/** Tells it in words: a miss is never rounded to something better. */
export function verdictText({ goal, measured, limit, isMet }: Verdict): string {
  if (Number.isNaN(measured)) return `${goal}: MISSED, without a figure`;
  if (isMet) return `${goal}: met with ${figure(measured)}`;
  return `${goal}: MISSED with ${figure(measured)}, ${excessText({ measured, limit })}`;
}

/** By how much something is missed: below twice, in percent. */
export function excessText({ measured, limit }: Pick<Verdict, "measured" | "limit">): string {
  const times = measured / limit;
  return times < 2 ? `by ${figure((times - 1) * 100)} %` : `${figure(times)} times as much`;
}

/** A figure with as many digits as say something: three, or all before the point. */
export function figure(number: number): string {
  if (number >= 100) return Math.round(number).toLocaleString("en");
  return number.toFixed(number >= 10 ? 1 : 2);
}
