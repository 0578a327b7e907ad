import type { RunResult } from "./question.ts";

/** A question that is answered from outside: by starting programs, servers and bundlers. */
export interface HostQuestion {
  readonly name: string;
  /** Answers it once. */
  measure(order: HostOrder, onProgress: (text: string) => void): Promise<RunResult>;
}

export interface HostOrder {
  readonly isQuick: boolean;
  /** Compare only candidates that have one of these in their file's name, and those that always are. */
  readonly only: readonly string[];
}
