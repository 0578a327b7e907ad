import * as fc from "fast-check";
import type { CacheOptions } from "../../src/index.ts";

/** Where entries are kept: one memory for both isolates, or a storage elsewhere, with a memory of each isolate before it or not. */
export type Stack = "memory" | "remote" | "tiered" | "eventual" | "tiered eventual";

export const STACKS: readonly Stack[] = ["memory", "remote", "tiered", "eventual", "tiered eventual"];

/** What one story is played with. */
export interface Setting {
  readonly stack: Stack;
  /** Of everything that is left to chance. */
  readonly seed: number;
  readonly ttlMs: number;
  readonly swrMs: number;
  readonly staleIfErrorMs: number;
  readonly retryAfterMs: number;
  readonly softTimeoutMs: number;
  readonly hardTimeoutMs: number;
  readonly errorTtlMs: number;
  /** `undefined`: as the cache has it. */
  readonly flightTimeoutMs: number | undefined;
  readonly backendTimeoutMs: number;
  readonly breaker: { readonly failures: number; readonly retryAfter: number } | false;
  readonly earlyRefresh: number;
  readonly jitter: number;
  /** The longest that a healthy storage elsewhere takes. */
  readonly latencyMs: number;
  /** Whether the storage keeps entries much longer than it was asked to, as Workers KV does. */
  readonly keepsLonger: boolean;
  /** Whether the storage can read several keys at once. */
  readonly isBulk: boolean;
  /** Whether some values are not to be stored. */
  readonly isPicky: boolean;
  /** Whether a schema looks at what was stored. */
  readonly isValidated: boolean;
  /** Whether entries have tags, and can be purged. */
  readonly isTagged: boolean;
}

/** The longest that an old state is shown by a storage that is only eventually consistent. */
export const LAG_MS = 500;
/** The longest that a slow storage takes for a read, and for a write that it accepts in the end. */
export const SLOW_MS = 900;
/** The longest that the origin takes, if it answers at all. */
export const SLOWEST_ORIGIN_MS = 2_500;
/** How long an isolate believes what it knows of tags. */
export const TAG_TTL_MS = 300;
/** The shortest wait for another's computation, where the cache says how long. */
export const LEAST_FLIGHT_TIMEOUT_MS = 1_000;

export function settingOf(stack: Stack): fc.Arbitrary<Setting> {
  const often = <Value>(usual: Value, ...others: Value[]): fc.Arbitrary<Value> =>
    fc.oneof({ arbitrary: fc.constant(usual), weight: 2 }, ...others.map((other) => fc.constant(other)));
  return fc.record({
    stack: fc.constant(stack),
    seed: fc.nat(),
    ttlMs: often(1_000, 200, 5_000),
    swrMs: often(0, 700, 4_000),
    staleIfErrorMs: often(0, 1_500, 9_000),
    retryAfterMs: often(1_000, 0, 3_000),
    softTimeoutMs: often(Infinity, 50, 400),
    hardTimeoutMs: often(Infinity, 300, 1_500),
    errorTtlMs: often(0, 600),
    flightTimeoutMs: often<number | undefined>(undefined, 100, 600, 2_000),
    backendTimeoutMs: often(2_000, 150),
    breaker: often<Setting["breaker"]>(false, { failures: 1, retryAfter: 1_000 }, { failures: 3, retryAfter: 4_000 }),
    earlyRefresh: often(0, 1, 20),
    jitter: often(0, 0.3),
    latencyMs: often(20, 0, 100),
    keepsLonger: fc.boolean(),
    isBulk: often(false, true),
    isPicky: often(false, false, true),
    isValidated: often(false, false, true),
    isTagged: often(false, true),
  });
}

export function cacheOptions(setting: Setting): CacheOptions {
  const { flightTimeoutMs, breaker, earlyRefresh, jitter } = setting;
  return {
    ttl: setting.ttlMs,
    swr: setting.swrMs,
    staleIfError: setting.staleIfErrorMs,
    retryAfter: setting.retryAfterMs,
    softTimeout: setting.softTimeoutMs,
    hardTimeout: setting.hardTimeoutMs,
    errorTtl: setting.errorTtlMs,
    backendTimeout: setting.backendTimeoutMs,
    tagTtl: TAG_TTL_MS,
    flightTimeout: flightTimeoutMs,
    breaker,
    earlyRefresh,
    jitter,
  };
}

/** The setting in one line, without what is switched off. */
export function settingText(setting: Setting): string {
  const isOff = (value: unknown): boolean =>
    value === 0 || value === false || value === Infinity || value === undefined;
  const parts = Object.entries(setting).filter(([name, value]) => name === "seed" || !isOff(value));
  return parts.map(([name, value]) => `${name} ${JSON.stringify(value)}`).join(", ");
}
