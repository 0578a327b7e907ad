import type { VersionSource } from "./key/version.ts";
import type { BypassReason, CacheEvent, MissReason, StaleReason } from "./events.ts";

/** What a call came to, with the value. */
export interface Trace<Value> {
  readonly value: Value;
  /** `hit`: stored and fresh; `stale`: stored and expired; `miss`: computed; `bypass`: computed without the cache. */
  readonly verdict: "hit" | "stale" | "miss" | "bypass";
  /** Why it was not a plain hit: of a miss, a stale answer or a bypass. */
  readonly reason: MissReason | StaleReason | BypassReason | undefined;
  /** Whether the call shared a flight that was already running. */
  readonly joined: boolean;
  /** The cache key; `undefined` for a bypass. */
  readonly key: string | undefined;
  /** Which code computes the value: the author's version, the build plugin's fingerprint, or a digest. */
  readonly version: string;
  /** What says so: see `VersionSource`. */
  readonly versionSource: VersionSource;
  /** Which backend had what was stored: of a stack, the tier; `flight` where the entry was still being written. */
  readonly backend: string | undefined;
  /** The age of what was stored. */
  readonly ageMs: number | undefined;
  /** How long the call took by this host's clock, which stands still during CPU work on Workers. */
  readonly durationMs: number;
  /** The facts of this call so far; what happens after the answer, such as the write, comes later. */
  readonly events: readonly CacheEvent[];
}

/** Why a call was not a plain hit, as its events tell it. */
export function reasonOf(events: readonly CacheEvent[]): Trace<unknown>["reason"] {
  const why = events.find((event) => event.type === "miss" || event.type === "stale" || event.type === "bypass");
  return why?.reason;
}
