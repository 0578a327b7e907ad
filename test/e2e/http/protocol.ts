/**
 * What a path of the Worker begins with: the storage of its responses; on `patient` requests wait for each other for an
 * hour, and `large` is in memory too, and keeps bodies of any size. `hono` is a route of an application, stored in KV.
 */
export type Route = "memory" | "kv" | "patient" | "large" | "hono";

/** What the cache behind one path has told since it was last asked. */
export interface Facts {
  readonly events: readonly string[];
  /** Whether the runtime has `ctx.abort()`. */
  readonly canAbort: boolean;
}

/** How a request ends, told in a header: with its response, without it, with an error beside it, or aborted. */
export type End = "response" | "leave" | "throw" | "abort";

export const END_HEADER = "x-end";

/** When a request ends that does not stay for its response. */
export const LEAVE_MS = 100;

/** How long requests wait for another's. */
export const FLIGHT_TIMEOUT_MS = 1_000;

export const MAX_BODY_BYTES: number = 4 * 1024 * 1024;
