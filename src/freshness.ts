import { type Duration, parseDuration } from "./duration.ts";
import type { Policy } from "./policy.ts";

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
export interface Freshness {
  readonly policy: Policy;
  readonly jitter: number;
  readonly softTimeoutMs: number;
  readonly hardTimeoutMs: number;
  readonly errorTtl: number | ((error: unknown) => Duration);
  readonly retryAfterMs: number;
  /** `undefined`: as long as the function usually takes, and some more. */
  readonly flightTimeoutMs: number | undefined;
}

/** The names of these options. */
export const FRESHNESS_OPTIONS: readonly (keyof FreshnessOptions)[] = [
  "swr",
  "staleIfError",
  "earlyRefresh",
  "jitter",
  "softTimeout",
  "hardTimeout",
  "errorTtl",
  "retryAfter",
  "flightTimeout",
];

/** What holds where nothing is said. */
export const DEFAULT_FRESHNESS: Freshness = {
  policy: { swrMs: 0, staleIfErrorMs: 0, earlyRefresh: 0 },
  jitter: 0,
  softTimeoutMs: Infinity,
  hardTimeoutMs: Infinity,
  errorTtl: 0,
  retryAfterMs: 10_000,
  flightTimeoutMs: undefined,
};

/**
 * Checks these options and resolves them over defaults.
 *
 * @param what whose options they are, as the error names it
 * @throws {TypeError} where one is of the wrong type
 * @throws {RangeError} where one is out of range
 */
export function resolveFreshness(options: FreshnessOptions, defaults: Freshness, what: string): Freshness {
  const read = <Ms extends number | undefined>(name: DurationOption, otherwise: Ms, least: number = 0): number | Ms => {
    const duration = options[name];
    if (duration === undefined) return otherwise;
    const ms = parseDuration(duration, `${name} of ${what}`);
    if (ms >= least) return ms;
    throw new RangeError(`Cannot use the ${name} of ${what}: it is at least ${least} ms: received ${duration}`);
  };
  const { errorTtl = defaults.errorTtl } = options;
  return {
    policy: {
      swrMs: read("swr", defaults.policy.swrMs),
      staleIfErrorMs: read("staleIfError", defaults.policy.staleIfErrorMs),
      earlyRefresh: readEarlyRefresh(options.earlyRefresh, defaults.policy.earlyRefresh, what),
    },
    jitter: readJitter(options.jitter, defaults.jitter, what),
    softTimeoutMs: read("softTimeout", defaults.softTimeoutMs),
    hardTimeoutMs: read("hardTimeout", defaults.hardTimeoutMs, 1),
    errorTtl: typeof errorTtl === "function" ? errorTtl : parseDuration(errorTtl, `errorTtl of ${what}`),
    retryAfterMs: read("retryAfter", defaults.retryAfterMs),
    flightTimeoutMs: read("flightTimeout", defaults.flightTimeoutMs, 1),
  };
}

type DurationOption = "swr" | "staleIfError" | "softTimeout" | "hardTimeout" | "retryAfter" | "flightTimeout";

function readEarlyRefresh(value: boolean | number | undefined, otherwise: number, what: string): number {
  if (value === undefined) return otherwise;
  if (typeof value === "boolean") return value ? 1 : 0;
  if (typeof value === "number" && value >= 0 && value < Infinity) return value;
  throw new RangeError(
    `Cannot use the earlyRefresh of ${what}: it is true, false, or a finite number from 0: received ${String(value)}`,
  );
}

function readJitter(value: number | undefined, otherwise: number, what: string): number {
  if (value === undefined) return otherwise;
  if (typeof value === "number" && value >= 0 && value <= 1) return value;
  throw new RangeError(`Cannot use the jitter of ${what}: it is a share from 0 to 1: received ${String(value)}`);
}
