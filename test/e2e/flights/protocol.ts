import type { CacheEvent } from "@autocache/edge";

/**
 * Three ways to share a computation among requests: `autocache` as it comes, `forgetful` with `waitUntil` switched off,
 * so that a leader dies with its request, and `naive`, the map of promises that everybody writes.
 */
export type Way = "autocache" | "forgetful" | "naive";

/** `slow-kv`: Workers KV whose writes take longer than the request that makes them. */
export type BackendName = "memory" | "kv" | "slow-kv";

/** What a computation waits for: a timer of its request, or a response of the origin. */
export type Work = "timer" | "fetch";

/** How a request ends: with the value, after a while or at once without it, with an error beside it, or aborted. */
export type End = "value" | "leave" | "leave-at-once" | "throw" | "abort" | "abort-at-once" | "abort-after-value";

/** One request for one or more keys of a function. */
export interface Ask {
  readonly way: Way;
  readonly backend: BackendName;
  readonly work: Work;
  /** Names the function, which is made when it is first asked for, and what is counted of it. */
  readonly id: string;
  /** @default "value" */
  readonly end?: End;
  /** @default one */
  readonly keys?: readonly string[];
  /** Options of the function. @default the package's */
  readonly options?: { readonly [Name in "flightTimeout" | "ttl" | "swr" | "staleIfError"]?: number };
  /** Asks a second function of the same name, version and backend, as another isolate would have. */
  readonly elsewhere?: boolean;
}

/** What the Worker knows of one function. */
export interface Facts {
  readonly computations: number;
  readonly events: readonly CacheEvent["type"][];
  /** How many entries of it are in KV. */
  readonly inKV: number;
  /** Whether the runtime has `ctx.abort()`. */
  readonly canAbort: boolean;
}

/** How long a computation takes. */
export const COMPUTATION_MS = 400;

/** When a request ends that does not stay for the value. */
export const LEAVE_MS = 100;

/** How long a write to `slow-kv` takes. */
export const SLOW_WRITE_MS = 600;
