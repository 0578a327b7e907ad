import type { QuestionName, RuntimeName } from "./questions.ts";

/** A number to reach. */
export interface Goal {
  readonly question: QuestionName;
  /** Everywhere unless told. */
  readonly runtimes?: readonly RuntimeName[];
  /** In all cases unless told. */
  readonly cases?: readonly string[];
  /** The entry of ours that it is about. */
  readonly label: string;
  /** What is compared: the ratio to the floor, the figure itself, or what was counted under that name. */
  readonly of: string;
  /** At most this. */
  readonly limit: number;
}

const HIT = "@autocache/edge cached()";
const TEXT = "@autocache/edge canonical()";
const VALUES = "@autocache/edge values";

/** The numbers to reach, one line each. */
export const GOALS: readonly Goal[] = [
  { question: "hit", runtimes: ["node"], label: HIT, of: "ratio", limit: 0.5 },
  {
    question: "hit",
    runtimes: ["deno", "bun", "workerd"],
    cases: ["number", "small"],
    label: HIT,
    of: "ratio",
    limit: 0.65,
  },
  { question: "hit", runtimes: ["deno", "bun", "workerd"], cases: ["1 KB"], label: HIT, of: "ratio", limit: 0.9 },
  { question: "canonical", runtimes: ["node"], label: TEXT, of: "ratio", limit: 1.6 },
  { question: "canonical", runtimes: ["workerd"], label: TEXT, of: "ratio", limit: 2 },
  { question: "codec", cases: casesOfCodec(), label: VALUES, of: "ratio", limit: 1.3 },
  { question: "single-flight", label: HIT, of: "ratio", limit: 1.5 },
  { question: "single-flight", label: HIT, of: "computations", limit: 1 },
];

/** The questions in which the entry of ours is to be ahead of all peers; code written by hand is no peer. */
export const AHEAD: readonly Pick<Goal, "question" | "label">[] = [
  { question: "hit", label: HIT },
  { question: "canonical", label: TEXT },
];

/** Where JSON is enough. */
function casesOfCodec(): string[] {
  return ["small", "12 KB"].flatMap((name) => [`${name}, write`, `${name}, read`]);
}
