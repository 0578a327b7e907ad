import type { MissReason } from "./events.ts";

/** What a cached function may ask about the call that it serves. */
export interface CallContext {
  /** Whether no caller waits for the result: a refresh that goes on after a stale answer. */
  readonly isBackground: boolean;
  /** Why the function runs. */
  readonly reason: MissReason | "stale" | "early" | "rollover";
  /** The key under which the result will be stored. */
  readonly key: string;
}

let current: CallContext | undefined;

/**
 * Tells a cached function about the call that it serves: whether anybody waits, and why it runs.
 *
 * Ask before the first `await`: after it, other calls may have come in between, and the answer is `undefined`, as it is
 * outside a cached function.
 *
 * @example A longer timeout where nobody waits
 * ```ts
 * import { cached, callContext } from "@autocache/edge";
 *
 * const report = cached(
 *   async (id: string) => {
 *     const timeout = callContext()?.isBackground ? 10_000 : 1_000;
 *     return (await fetch(`https://api.example.com/reports/${id}`, { signal: AbortSignal.timeout(timeout) })).json();
 *   },
 *   { name: "report", swr: "1h" },
 * );
 * ```
 */
export function callContext(): CallContext | undefined {
  return current;
}

/** Runs a function up to its first `await` under a context. */
export function runUnder<Result>(context: CallContext, run: () => Result): Result {
  const outer = current;
  current = context;
  try {
    return run();
  } finally {
    current = outer;
  }
}
