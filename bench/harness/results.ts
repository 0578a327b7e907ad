import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { QuestionName, RuntimeName } from "../questions.ts";
import type { Row, RunResult } from "./question.ts";
import { type Spread, spreadOf } from "./statistics.ts";

/** A row of several runs. */
export interface MergedRow extends Omit<Row, "value" | "ratio"> {
  readonly value?: Spread;
  readonly ratio?: Spread;
}

/** What was measured for one question in one runtime: a file of `results/`. */
export interface Result {
  readonly question: QuestionName;
  readonly runtime: RuntimeName;
  readonly version: string;
  /** The day. */
  readonly date: string;
  /** In general words: what it is called is nobody's business. */
  readonly machine: string;
  readonly runs: number;
  /** The versions of what was compared. */
  readonly packages: Readonly<Record<string, string>>;
  readonly cases: readonly { readonly name: string; readonly rows: readonly MergedRow[] }[];
}

const FOLDER = join(import.meta.dirname, "../results");
const ROOT = join(import.meta.dirname, "../../");

/** Joins the runs of one question: the middle of their figures, and how far these lie apart. */
export function mergeRuns(runs: readonly RunResult[]): Result["cases"] {
  const [first] = runs;
  if (first === undefined) throw new RangeError("Cannot merge runs: there is at least one: received none");
  return first.cases.map(({ name }) => {
    const rows = runs.flatMap((run) => run.cases.find((one) => one.name === name)?.rows ?? []);
    const labels = [...new Set(rows.map(({ label }) => label))];
    return { name, rows: labels.map((label) => mergeRows(rows.filter((row) => row.label === label))) };
  });
}

function mergeRows(rows: readonly Row[]): MergedRow {
  const [row] = rows as [Row, ...Row[]];
  const failed = rows.find(({ failure }) => failure !== undefined);
  if (failed !== undefined) return { candidate: row.candidate, label: row.label, failure: failed.failure ?? "" };
  const { value: _value, ratio: _ratio, notes = [], facts = {}, ...names } = row;
  const values = rows.flatMap(({ value }) => value ?? []);
  const ratios = rows.flatMap(({ ratio }) => ratio ?? []);
  return {
    ...names,
    ...(values.length === 0 ? {} : { value: roundedSpread(values) }),
    ...(ratios.length === 0 ? {} : { ratio: roundedSpread(ratios) }),
    ...(Object.keys(facts).length === 0 ? {} : { facts: worstFacts(rows) }),
    ...(notes.length === 0 ? {} : { notes }),
  };
}

/** The greatest of each count. */
function worstFacts(rows: readonly Row[]): Readonly<Record<string, number>> {
  const worst: Record<string, number> = {};
  for (const { facts = {} } of rows) {
    for (const [name, count] of Object.entries(facts)) worst[name] = Math.max(worst[name] ?? count, count);
  }
  return worst;
}

const SIGNIFICANT_DIGITS = 4;

function roundedSpread(numbers: readonly number[]): Spread {
  const { median, min, max } = spreadOf(numbers);
  return { median: rounded(median), min: rounded(min), max: rounded(max) };
}

function rounded(number: number): number {
  return Number(number.toPrecision(SIGNIFICANT_DIGITS));
}

/** Writes a result to its file: figures for a try go to another folder, which is not committed. */
export function writeResult(result: Result, isTry: boolean): string {
  const folder = isTry ? join(FOLDER, "quick") : FOLDER;
  const file = join(folder, `${result.question}.${result.runtime}.json`);
  mkdirSync(folder, { recursive: true });
  // Messages of failures may have paths in them.
  const text = JSON.stringify(result, null, 2).replaceAll(`file://${ROOT}`, "").replaceAll(ROOT, "");
  writeFileSync(file, `${text}\n`);
  return file;
}

/** The results that are committed. */
export function readResults(): Result[] {
  const files = readdirSync(FOLDER).filter((file) => file.endsWith(".json"));
  return files.toSorted().map((file) => JSON.parse(readFileSync(join(FOLDER, file), "utf8")) as Result);
}
