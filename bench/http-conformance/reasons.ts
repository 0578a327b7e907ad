import exclusions from "./exclusions.json" with { type: "json" };
import type { Miss } from "./score.ts";
import type { TargetName } from "./targets.ts";

export type OptionsName = "all" | "defaults";

/** Why tests are not passed: everywhere, on some hosts, or with some options. */
interface Exclusion {
  readonly reason: string;
  readonly tests: readonly string[];
  readonly on?: readonly string[];
  readonly with?: string;
}

export interface Explained {
  readonly reason: string;
  readonly misses: readonly Miss[];
}

export interface Explanations {
  readonly explained: readonly Explained[];
  readonly unexplained: readonly Miss[];
}

/** Sorts what was missed by why it is, in the order of exclusions.json. What is only informative is left out. */
export function explain(misses: readonly Miss[], target: TargetName, options: OptionsName): Explanations {
  const counted = misses.filter(({ kind }) => kind !== "check");
  const reasons = (exclusions as readonly Exclusion[]).filter(
    (one) => (one.on?.includes(target) ?? true) && (one.with ?? options) === options,
  );
  const explained = reasons
    .map(({ reason, tests }) => ({ reason, misses: counted.filter(({ id }) => tests.includes(id)) }))
    .filter((one) => one.misses.length > 0);
  const known = new Set(explained.flatMap((one) => one.misses));
  return { explained, unexplained: counted.filter((miss) => !known.has(miss)) };
}
