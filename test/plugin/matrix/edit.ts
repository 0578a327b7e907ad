import type { Change } from "./files.ts";

/** The cached functions of the sample, by the name in their options. */
export const FUNCTIONS = ["profile", "price", "distance", "parity", "article", "ranking", "digest", "order"] as const;

export type FunctionName = (typeof FUNCTIONS)[number];

/** One edit of the sample, with the truth about it: which functions may answer differently afterwards. */
export interface Edit {
  readonly id: string;
  readonly title: string;
  readonly changes: readonly FunctionName[];
  /** Whether only a value at run time says so, so that what does not run the program cannot. */
  readonly isOfValue?: true;
  readonly apply: Change;
}
