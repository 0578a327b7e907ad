import type { Cause, Change, Comparison } from "./comparison.ts";
import { coldCount } from "./comparison.ts";
import { compareTexts, groupBy } from "./groups.ts";
import { count } from "./layout.ts";

/** Functions that start cold for the same reasons. */
export interface CauseGroup {
  readonly causes: readonly Cause[];
  readonly changes: readonly Change[];
}

/** Groups changes by their causes, the one that costs most first. */
export function groupByCauses(changes: readonly Change[]): CauseGroup[] {
  const groups = groupBy(changes, ({ causes }) => causes.map(({ label, change }) => `${change} ${label}`).join("\n"));
  return [...groups]
    .toSorted(([a, one], [b, other]) => other.length - one.length || compareTexts(a, b))
    .map(([, group]) => ({ causes: group[0]?.causes ?? [], changes: group }));
}

/** What is said where no declaration differs. */
export const NO_CAUSE = "the same declarations refer to one another in another way";

/** Says in a line what the code would do to what is cached. */
export function headline(comparison: Comparison): string {
  const { total, algorithm } = comparison;
  const cold = coldCount(comparison);
  if (total === 0) return "there is no cached function";
  const subject =
    cold === 0 ? "no function starts" : `${cold} of ${count(total, "function")} start${cold === 1 ? "s" : ""}`;
  const reason = algorithm === undefined ? "" : `, for the algorithm is ${algorithm.now} and was ${algorithm.before}`;
  return `${subject} cold${reason}`;
}

/** The titles of what is told beside the functions that start cold. */
export const TITLES = {
  returned: (amount: number): string =>
    `${count(amount, "function")} ${is(amount)} back at the code before, whose entries may still be there`,
  kept: (amount: number): string => `${count(amount, "function")} ${has(amount)} other code and the same entries`,
  serving: (amount: number): string =>
    `${count(amount, "function")} serve${s(amount)} the entries of earlier code, as accepted`,
  renamed: (amount: number): string => `${count(amount, "function")} ${has(amount)} another name, which is in the key`,
  added: (amount: number): string => `${count(amount, "function")} ${is(amount)} new`,
  removed: (amount: number): string => `${count(amount, "function")} ${is(amount)} gone`,
} as const;

/** Tells why a function with other code keeps its entries. */
export function keptReason({ fn, now }: Change): string {
  return now === fn.site.fingerprint ? "the code that is served" : `serves ${now}`;
}

const is = (amount: number): string => (amount === 1 ? "is" : "are");
const has = (amount: number): string => (amount === 1 ? "has" : "have");
const s = (amount: number): string => (amount === 1 ? "s" : "");
