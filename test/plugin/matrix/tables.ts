import type { Column } from "./matrix.ts";
import { type Share, totalsOf, type Verdict } from "./verdict.ts";

/** Draws a table in Markdown, padded so that it can be read as text. */
export function tableOf(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = head.map((_, column) => Math.max(...[head, ...rows].map((row) => row[column]?.length ?? 0)));
  const line = (row: readonly string[]): string =>
    `| ${row.map((cell, i) => cell.padEnd(widths[i] ?? 0)).join(" | ")} |`;
  return [line(head), line(widths.map((width) => "-".repeat(width))), ...rows.map(line)].join("\n");
}

/** Sums up: a line for each toolchain. */
export function totalsTable(columns: readonly Column[]): string {
  const rows = columns.map(({ toolchain, verdicts, milliseconds }) => {
    const { falsely, edits, missed, collateral } = totalsOf(verdicts);
    return [
      toolchain,
      percentText(falsely),
      shareText(edits),
      percentText(missed),
      shareText(collateral),
      `${(milliseconds / 1000).toFixed(0)} s`,
    ];
  });
  return tableOf(["toolchain", "falsely new", "unrelated edits that cost", "missed", "collateral", "took"], rows);
}

/** Lists each edit with what each toolchain made of it: `·` for what the truth says. */
export function editsTable(columns: readonly Column[]): string {
  const edits = [...new Map(columns.flatMap((column) => column.verdicts.map(({ edit }) => [edit.id, edit]))).values()];
  const rows = edits.map(({ id, title }) => [
    `${id} ${title}`,
    ...columns.map((column) => cellOf(column.verdicts.find(({ edit }) => edit.id === id))),
  ]);
  return tableOf(["edit", ...columns.map(({ toolchain }) => toolchain)], rows);
}

function cellOf(verdict: Verdict | undefined): string {
  if (verdict === undefined) return "";
  const parts = [
    verdict.falsely.length > 0 ? `+${verdict.falsely.length}` : "",
    verdict.missed.length > 0 ? `-${verdict.missed.length}` : "",
  ];
  return parts.join(" ").trim() || "·";
}

const shareText = ({ count, of }: Share): string => `${count}/${of}`;

const percentText = (share: Share): string =>
  `${shareText(share)} (${share.of === 0 ? 0 : Math.round((100 * share.count) / share.of)} %)`;
