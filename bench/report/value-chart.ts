import type { RuntimeName } from "../questions.ts";
import { bar, line, picture, PLOT, text, WIDTH } from "./svg.ts";

/** A row of a chart of figures. */
export interface ValueRow {
  readonly label: string;
  readonly isOurs: boolean;
  readonly value: number;
  /** With its unit. */
  readonly told: string;
}

const TOP = 44;
const ROW = 20;

/** Draws figures as bars from zero, and the number to reach as a line. */
export function valueChart(title: string, rows: readonly ValueRow[], kind: RuntimeName, goal?: number): string {
  const greatest = Math.max(...rows.map(({ value }) => value), goal ?? 0);
  const at = (value: number): number => (Math.max(value, 0) / greatest) * (PLOT.right - PLOT.left - 40);
  const bottom = TOP + rows.length * ROW;
  const bands = rows.flatMap(({ isOurs }, i) => (isOurs ? [bar(8, TOP + i * ROW, WIDTH - 16, ROW, "ours")] : []));
  const drawn = rows.flatMap(({ label, isOurs, value, told }, i) => {
    const y = TOP + i * ROW;
    return [
      text(PLOT.left - 10, y + 14, label, isOurs ? "text strong" : "text", "end"),
      bar(PLOT.left, y + 5, at(value), ROW - 10, isOurs ? kind : "deno"),
      text(PLOT.left + at(value) + 6, y + 14, told, "muted"),
    ];
  });
  const reach = goal === undefined ? [] : drawGoal(PLOT.left + at(goal), bottom, goal);
  const description = rows.map(({ label, told }) => `${label}: ${told}`).join("; ");
  return picture(title, description, bottom + (goal === undefined ? 14 : 30), [...bands, ...reach, ...drawn]);
}

function drawGoal(x: number, bottom: number, goal: number): string[] {
  return [line(x, TOP, x, bottom, "floor"), text(x, bottom + 16, `to reach: ${goal}`, "text strong", "middle")];
}
