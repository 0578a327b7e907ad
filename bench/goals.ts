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
  /** What is compared: the `ratio` to the floor, the figure itself in `bytes`, or what was counted under that name. */
  readonly of: string;
  /** At most this. */
  readonly limit: number;
}

const HIT = "@autocache/edge cached()";
const TIERED = "@autocache/edge cached(), memory and a backend";
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
  { question: "miss", label: HIT, of: "digests", limit: 1 },
  { question: "miss", label: TIERED, of: "digests", limit: 1 },
  { question: "route", label: "@autocache/edge cached(), bytes", of: "ratio", limit: 1.1 },
  { question: "route", label: "@autocache/edge cachedHandler()", of: "ratio", limit: 1.1 },
  { question: "route", label: "@autocache/edge routeCache(), in Hono", of: "ratio", limit: 1.1 },
  { question: "memory", cases: ["an entry, number", "an entry, small"], label: HIT, of: "bytes", limit: 200 },
  { question: "bundle", label: HIT, of: "bytes", limit: 5_000 },
  { question: "bundle", label: "@autocache/edge workersKV(), on top", of: "bytes", limit: 1_200 },
  { question: "bundle", label: "@autocache/edge cacheApi(), on top", of: "bytes", limit: 1_200 },
  { question: "bundle", label: "@autocache/edge upstash(), on top", of: "bytes", limit: 1_200 },
  { question: "bundle", label: "@autocache/edge routeCache(), on top", of: "bytes", limit: 6_000 },
  { question: "import", cases: ["at the type checker"], label: "200 cached functions", of: "ratio", limit: 1.05 },
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
