import type { Candidate } from "../candidate.ts";
import type { Compile } from "./loop.ts";

/** An entry of a candidate, set up for one case, with its answers checked. */
export interface Prepared {
  /** Does it `n` times. */
  run(n: number): unknown;
  /**
   * What is to be told beside the figure: what was counted, and what is worth knowing, such as arguments that it takes for
   * others. It is asked when all is timed, so that it shows the compiler nothing new before, and throws where the figure is void.
   */
  about?(): About | Promise<About>;
}

/** What is told beside a figure. */
export interface About {
  readonly facts?: Readonly<Record<string, number>>;
  readonly notes?: readonly string[];
}

/** A question that is answered by running small pieces of code again and again, in any runtime. */
export interface LoopQuestion<Entry extends { readonly label: string } = { readonly label: string }> {
  readonly name: string;
  readonly cases: readonly string[];
  /** The label of the entry to which all others are ratios. */
  readonly floor: string;
  entriesOf(candidate: Candidate): readonly Entry[];
  /** @throws where the entry gives a wrong answer, or none: it is then listed with the reason, and not timed */
  prepare(entry: Entry, caseName: string, compile: Compile): Promise<Prepared>;
}

/** What one entry came to in one run. */
export interface Row extends About {
  readonly candidate: string;
  readonly label: string;
  /** In the unit of the question. */
  readonly value?: number;
  /** To the floor's. */
  readonly ratio?: number;
  /** Why there is no figure. */
  readonly failure?: string;
}

/** What a whole run came to: for each case, a row of each entry. */
export interface RunResult {
  /** Of the runtime, as it tells itself. */
  readonly version: string;
  readonly cases: readonly { readonly name: string; readonly rows: readonly Row[] }[];
}
