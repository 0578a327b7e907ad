/** What is asked, in the order in which it is told. */
export const QUESTIONS = {
  hit: {
    title: "A hit in memory",
    unit: "ns",
    floor: "Map.get(JSON.stringify(args)), async",
    runtimes: ["node", "deno", "bun", "workerd"],
    isLoop: true,
  },
  canonical: {
    title: "The text of arguments",
    unit: "ns",
    floor: "JSON.stringify",
    runtimes: ["node", "deno", "bun", "workerd"],
    isLoop: true,
  },
  codec: {
    title: "Values as text",
    unit: "ns",
    floor: "JSON",
    runtimes: ["node", "deno", "bun", "workerd"],
    isLoop: true,
  },
  "single-flight": {
    title: "A thousand calls at once",
    unit: "ns",
    floor: "Map of promises",
    runtimes: ["node", "deno", "bun", "workerd"],
    isLoop: true,
  },
  miss: {
    title: "A miss",
    unit: "ns",
    floor: "Map.get(JSON.stringify(args)), async",
    runtimes: ["node", "deno", "bun", "workerd"],
    isLoop: true,
  },
  route: {
    title: "A route in workerd",
    unit: "ns",
    floor: "a static response",
    runtimes: ["workerd"],
    isLoop: false,
  },
  memory: { title: "Memory", unit: "bytes", runtimes: ["node"], isLoop: false },
  bundle: { title: "What a user ships", unit: "bytes", runtimes: ["workerd"], isLoop: false },
  import: { title: "Importing", unit: "ms", floor: "200 functions", runtimes: ["node"], isLoop: false },
} as const satisfies Readonly<Record<string, QuestionFacts>>;

export type QuestionName = keyof typeof QUESTIONS;

/** Where something is measured. */
export type RuntimeName = "node" | "deno" | "bun" | "workerd";

export const RUNTIMES: Readonly<Record<RuntimeName, string>> = {
  node: "Node",
  deno: "Deno",
  bun: "Bun",
  workerd: "workerd",
};

/** What is known of a question without asking it. */
export interface QuestionFacts {
  readonly title: string;
  /** Of the figures; they may be told in larger ones. */
  readonly unit: "ns" | "bytes" | "ms";
  /** The label of the entry to which the others are ratios. */
  readonly floor?: string;
  readonly runtimes: readonly RuntimeName[];
  /** Whether it is answered by running small pieces of code in each runtime; if not, from outside. */
  readonly isLoop: boolean;
}
