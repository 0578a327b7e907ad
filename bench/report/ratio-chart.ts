import type { Spread } from "../harness/statistics.ts";
import { figure } from "../harness/verdict.ts";
import type { RuntimeName } from "../questions.ts";
import { bar, legend, line, picture, PLOT, text, WIDTH } from "./svg.ts";

/** A row of a chart of ratios: what an entry came to in each runtime, or why it did not. */
export interface RatioRow {
  readonly label: string;
  readonly isOurs: boolean;
  readonly ratios: Partial<Readonly<Record<RuntimeName, Spread>>>;
}

const TOP = 44;
const LANE = 6;
const GAP = 6;
const TICKS = [0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000];

/** Draws how many times the floor each entry costs: bars go to the left of the floor where it is less, to the right where it is more. */
export function ratioChart(title: string, rows: readonly RatioRow[], runtimes: readonly RuntimeName[]): string {
  const scale = scaleOf(rows);
  const rowHeight = Math.max(runtimes.length * LANE, 14) + GAP;
  const bottom = TOP + rows.length * rowHeight;
  const grid = scale.ticks.flatMap((tick) => [
    line(scale.at(tick), TOP, scale.at(tick), bottom, tick === 1 ? "floor" : "grid"),
    text(
      scale.at(tick),
      bottom + 16,
      tick === 1 ? "× 1" : String(tick),
      tick === 1 ? "text strong" : "muted",
      "middle",
    ),
  ]);
  const drawn = rows.map((row, i) => drawRow(row, runtimes, TOP + i * rowHeight, rowHeight, scale));
  const bands = rows.flatMap(({ isOurs }, i) =>
    isOurs ? [bar(8, TOP + i * rowHeight, WIDTH - 16, rowHeight, "ours")] : [],
  );
  const description = rows.map((row) => `${row.label}: ${ratiosText(row, runtimes)}`).join("; ");
  const parts = [legend(runtimes), ...bands, ...grid, ...drawn];
  return picture(title, description, bottom + 28, parts);
}

interface Scale {
  readonly ticks: readonly number[];
  at(ratio: number): number;
}

/** A logarithmic scale over all figures and the floor. */
function scaleOf(rows: readonly RatioRow[]): Scale {
  const all = [1, ...rows.flatMap(({ ratios }) => Object.values(ratios).flatMap(({ min, max }) => [min, max]))];
  const least = TICKS.findLast((tick) => tick <= Math.min(...all)) ?? 0.1;
  const greatest = TICKS.find((tick) => tick >= Math.max(...all)) ?? Math.max(...all);
  const width = Math.log(greatest / least) || 1;
  const at = (ratio: number): number => {
    return PLOT.left + (Math.log(Math.max(ratio, least) / least) / width) * (PLOT.right - PLOT.left);
  };
  return { ticks: TICKS.filter((tick) => tick >= least && tick <= greatest), at };
}

function drawRow(row: RatioRow, runtimes: readonly RuntimeName[], y: number, height: number, { at }: Scale): string {
  const middle = y + height / 2;
  const name = text(PLOT.left - 10, middle + 4, row.label, row.isOurs ? "text strong" : "text", "end");
  const first = middle - (runtimes.length * LANE) / 2;
  const lanes = runtimes.flatMap((runtime, i) => {
    const ratio = row.ratios[runtime];
    if (ratio === undefined) return [];
    const x = at(ratio.median);
    const lane = first + i * LANE;
    const whisker = line(at(ratio.min), lane + LANE / 2, at(ratio.max), lane + LANE / 2, "whisker");
    return [bar(Math.min(x, at(1)), lane + 0.5, Math.abs(x - at(1)), LANE - 1, runtime), whisker];
  });
  const [only] = runtimes;
  const single = runtimes.length === 1 && only !== undefined ? row.ratios[only] : undefined;
  if (single !== undefined)
    lanes.push(text(at(Math.max(single.max, 1)) + 6, middle + 4, `× ${figure(single.median)}`, "muted"));
  return [name, ...lanes].join("\n");
}

function ratiosText({ ratios }: RatioRow, runtimes: readonly RuntimeName[]): string {
  const told = runtimes.flatMap((runtime) => {
    const ratio = ratios[runtime];
    return ratio === undefined ? [] : [`${runtime} ${figure(ratio.median)}`];
  });
  return told.length === 0 ? "no figure" : told.join(", ");
}
