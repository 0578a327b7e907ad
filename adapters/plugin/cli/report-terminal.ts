import type { Cause, Change, Comparison } from "./comparison.ts";
import { compareTexts } from "./groups.ts";
import type { CodeFunction } from "./inventory.ts";
import { type Paint, packed, table, wrapped } from "./layout.ts";
import { type CauseGroup, groupByCauses, headline, keptReason, NO_CAUSE, TITLES } from "./report-parts.ts";
import type { Screen } from "./screen.ts";

/** Beyond these, names stand side by side, and causes are counted: a list that scrolls is not read. */
const MAX_ROWS = 12;
const MAX_CAUSES = 6;

/** Writes a comparison for a person; `isLong` leaves nothing out. */
export function terminalReport(comparison: Comparison, screen: Screen, isLong: boolean): string[] {
  const report = new TerminalReport(screen, isLong);
  const { cold, returned, kept, serving, renamed, added, removed } = comparison;
  const title = headline(comparison);
  const isCold = cold.length + renamed.length > 0;
  return [
    screen.paint(isCold ? ["bold", "yellow"] : "bold", title.charAt(0).toUpperCase() + title.slice(1)),
    ...groupByCauses(cold).flatMap((group) => ["", ...report.group(group, comparison.algorithm !== undefined)]),
    ...report.section(TITLES.renamed, renamed, ({ locked, fn }) => [`${locked.key} → ${fn.key}`, placeOf(fn)]),
    ...report.section(TITLES.returned, returned, ({ fn }) => [fn.key, placeOf(fn)]),
    ...report.section(TITLES.kept, kept, (change) => [change.fn.key, placeOf(change.fn), keptReason(change)]),
    ...report.section(TITLES.serving, serving, (change) => [change.fn.key, placeOf(change.fn), keptReason(change)]),
    ...report.section(TITLES.added, added, (fn) => [fn.key, placeOf(fn)]),
    ...report.section(TITLES.removed, removed, ({ key, at }) => [key, at]),
  ];
}

export function placeOf({ at, site }: CodeFunction): string {
  return `${at}:${site.line}`;
}

class TerminalReport {
  readonly #screen: Screen;
  readonly #isLong: boolean;
  readonly #dim: Paint;
  readonly #bold: Paint;
  readonly #cyan: Paint;

  constructor(screen: Screen, isLong: boolean) {
    this.#screen = screen;
    this.#isLong = isLong;
    this.#dim = (text) => screen.paint("dim", text);
    this.#bold = (text) => screen.paint("bold", text);
    this.#cyan = (text) => screen.paint("cyan", text);
  }

  group({ causes, changes }: CauseGroup, isNewAlgorithm: boolean): string[] {
    return [...(isNewAlgorithm ? [] : this.#causes(causes)), ...this.#functions(changes)];
  }

  section<Item>(title: (amount: number) => string, items: readonly Item[], rowOf: (item: Item) => string[]): string[] {
    if (items.length === 0) return [];
    return ["", ...wrapped(title(items.length).split(" "), this.#screen), ...this.#rows(items.map(rowOf))];
  }

  #causes(causes: readonly Cause[]): string[] {
    if (causes.length === 0) return [`  ${this.#cyan(NO_CAUSE)}`];
    const shown = this.#isLong ? causes : causes.slice(0, MAX_CAUSES);
    const rows = shown.map(({ change, label }) => [change, label]);
    const more = causes.length - shown.length;
    return [
      ...table(rows, [{ paint: this.#dim }, { paint: this.#cyan }], this.#screen, "  "),
      ...(more > 0 ? [`  ${this.#dim(`and ${more} more (--verbose shows them)`)}`] : []),
    ];
  }

  #functions(changes: readonly Change[]): string[] {
    if (changes.length <= MAX_ROWS || this.#isLong) return this.#rows(changes.map(({ fn }) => [fn.key, placeOf(fn)]));
    const names = changes.map(({ fn }) => fn.key).toSorted(compareTexts);
    return packed(names, this.#bold, this.#screen, "    ");
  }

  #rows(rows: readonly (readonly string[])[]): string[] {
    return table(rows, [{ paint: this.#bold }, { paint: this.#dim }, { paint: this.#dim }], this.#screen, "    ");
  }
}
