import { durationOrFunction, milliseconds, outOfRange, type Readers, resolveOptions } from "./checks.ts";
import type { Duration } from "./duration.ts";
import { FRESH_ONLY, type Policy } from "./policy.ts";

/** How stale an answer may be, and what happens when the function is slow or fails: a cache's defaults, and a function's own. */
export interface FreshnessOptions {
  /** How long after it has expired an entry is still answered with, while one refresh runs. @default 0 */
  readonly swr?: Duration | undefined;
  /** How long after it has expired an entry is still answered with where the function fails. @default 0 */
  readonly staleIfError?: Duration | undefined;
  /**
   * Refreshes an entry before it expires, by chance: the likelier the nearer its end is and the longer the function takes
   * (XFetch). `true` is 1; a larger number refreshes earlier. @default false
   */
  readonly earlyRefresh?: boolean | number | undefined;
  /** Shortens each `ttl` by a random part of up to this share (0 to 1), so that entries made together do not expire together. @default 0 */
  readonly jitter?: number | undefined;
  /** How long a call that could be answered from an expired entry waits for the function; the function then goes on in the background. @default "forever" */
  readonly softTimeout?: Duration | undefined;
  /** How long a call waits for the function before it fails with an `AutocacheError` `timeout`; a result that comes later is stored, and the next call runs it again. @default "forever" */
  readonly hardTimeout?: Duration | undefined;
  /** How long an error of the function is remembered and thrown again instead of a call. @default 0 */
  readonly errorTtl?: Duration | ((error: unknown) => Duration) | undefined;
  /**
   * How long after a refresh that failed, or whose result was not stored, the next is tried; until then an expired entry
   * answers. @default "10s"
   */
  readonly retryAfter?: Duration | undefined;
  /**
   * How long a call waits for another call's computation of the same key before it takes the other's request for dead and
   * computes for itself. @default three times what the function usually takes, and at least 1 s
   */
  readonly flightTimeout?: Duration | undefined;
}

/** The same, resolved: milliseconds. */
export interface Freshness extends Policy {
  readonly jitter: number;
  readonly softTimeoutMs: number;
  readonly hardTimeoutMs: number;
  readonly errorTtl: number | ((error: unknown) => Duration);
  readonly retryAfterMs: number;
  /** `undefined`: as long as the function usually takes, and some more. */
  readonly flightTimeoutMs: number | undefined;
}

/** What holds where nothing is said. */
export const DEFAULT_FRESHNESS: Freshness = {
  ...FRESH_ONLY,
  jitter: 0,
  softTimeoutMs: Infinity,
  hardTimeoutMs: Infinity,
  errorTtl: 0,
  retryAfterMs: 10_000,
  flightTimeoutMs: undefined,
};

/** How these options are read. */
export const FRESHNESS_OPTIONS: Readers<FreshnessOptions> = {
  swr: milliseconds(),
  staleIfError: milliseconds(),
  earlyRefresh: (value, name, _action, owner) => {
    if (typeof value !== "boolean" && !(typeof value === "number" && value >= 0 && value < Infinity)) {
      throw outOfRange(name, owner, "true, false, or a finite number from 0", value);
    }
    return { earlyRefresh: Number(value) };
  },
  jitter: (value, name, _action, owner) => {
    if (typeof value !== "number" || !(value >= 0 && value <= 1)) {
      throw outOfRange(name, owner, "a share from 0 to 1", value);
    }
  },
  softTimeout: milliseconds(),
  hardTimeout: milliseconds(1),
  errorTtl: durationOrFunction,
  retryAfter: milliseconds(),
  flightTimeout: milliseconds(1),
};

/**
 * Checks these options, and resolves them over others.
 *
 * @param owner whose options they are, as the error names them
 */
export function resolveFreshness(options: FreshnessOptions, defaults: Freshness, owner: string): Freshness {
  return resolveOptions(options, FRESHNESS_OPTIONS, `cache ${owner}`, owner, defaults);
}
