import { QUESTIONS } from "../questions.ts";
import type { MergedRow, Result } from "./results.ts";
import type { Spread } from "./statistics.ts";
import { figure, verdictsOf, verdictText } from "./verdict.ts";

const OURS = "@autocache/edge";

/** Makes the tables of a result for a terminal, the cheapest first, each with what was to be reached. */
export function tablesOf(result: Result): string {
  const verdicts = verdictsOf(result);
  return result.cases
    .map(({ name, rows }) => {
      const lines = sortedRows(rows).map((row) => cellsOf(row, QUESTIONS[result.question].unit));
      const reached = verdicts.filter((one) => one.case === name).map((one) => `  ${one.label}: ${verdictText(one)}`);
      return [`${result.question} · ${name} · ${result.version}`, ...aligned(lines), ...reached].join("\n");
    })
    .join("\n\n");
}

/** By ratio, or else by figure; what has none last. */
export function sortedRows(rows: readonly MergedRow[]): MergedRow[] {
  return rows.toSorted((a, b) => rankOf(a) - rankOf(b) || a.label.localeCompare(b.label));
}

function rankOf({ ratio, value }: MergedRow): number {
  return (ratio ?? value)?.median ?? Infinity;
}

function cellsOf(row: MergedRow, unit: string): string[] {
  const name = `${row.candidate === OURS ? "▸" : " "} ${row.label}`;
  if (row.failure !== undefined) return [name, "–", "", "", row.failure];
  const ratio = row.ratio === undefined ? "" : `× ${figure(row.ratio.median)}`;
  const value = row.value === undefined ? "" : withUnit(row.value.median, unit);
  return [name, ratio, range(row.ratio ?? row.value), value, factsText(row)];
}

function range(spread: Spread | undefined): string {
  return spread === undefined ? "" : `[${figure(spread.min)}–${figure(spread.max)}]`;
}

/** A figure in a unit that suits its size. */
export function withUnit(value: number, unit: string): string {
  if (unit === "ns" && value >= 1e6) return `${figure(value / 1e6)} ms`;
  if (unit === "ns" && value >= 1e3) return `${figure(value / 1e3)} µs`;
  return `${figure(value)} ${unit}`;
}

function factsText({ facts = {} }: MergedRow): string {
  return Object.entries(facts)
    .map(([name, count]) => `${name} ${figure(count)}`)
    .join(", ");
}

function aligned(lines: readonly (readonly string[])[]): string[] {
  const widths = [0, 1, 2, 3].map((column) => Math.max(...lines.map((cells) => cells[column]?.length ?? 0)));
  return lines.map((cells) =>
    cells
      .map((cell, column) =>
        column === 0 || column > 3 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0),
      )
      .join("  ")
      .trimEnd(),
  );
}
