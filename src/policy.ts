import type { EntryHead } from "./entry.ts";

/** How stale an answer may be, and how refreshes are spread: milliseconds, all resolved. */
export interface Policy {
  /** How long after it has expired an entry is still an answer, while one refresh runs (RFC 5861 §3). */
  readonly swrMs: number;
  /** How long after it has expired an entry is still an answer where the function fails (RFC 5861 §4). */
  readonly staleIfErrorMs: number;
  /** How eagerly an entry is refreshed before it expires: 0 never, 1 as XFetch has it, more is earlier. */
  readonly earlyRefresh: number;
}

/**
 * What an entry is worth now.
 *
 * `fresh`: an answer. `early`: an answer, and due for a refresh before it expires. `stale`: an answer, and due for a
 * refresh. `fallback`: an answer only where the function fails or takes too long. `expired`: none.
 */
export type Verdict = "fresh" | "early" | "stale" | "fallback" | "expired";

/** The policy of an entry that is an answer while it is fresh, and nothing after. */
export const FRESH_ONLY: Policy = { swrMs: 0, staleIfErrorMs: 0, earlyRefresh: 0 };

/**
 * Decides what an entry is worth: pure, clock and chance are arguments.
 *
 * An entry is fresh up to the instant it expires, and not at it; each window after that ends likewise.
 *
 * @param random from 0 (never early) to 1, not included
 */
export function decide(times: EntryHead, policy: Policy, now: number, random: number): Verdict {
  const { expiresAt } = times;
  if (now < expiresAt) return isEarly(times, policy, now, random) ? "early" : "fresh";
  if (now < expiresAt + policy.swrMs) return "stale";
  return now < expiresAt + policy.staleIfErrorMs ? "fallback" : "expired";
}

/** How long past its expiry an entry may still be of use: backends keep it that much longer. */
export function graceMs({ swrMs, staleIfErrorMs }: Policy): number {
  return Math.max(swrMs, staleIfErrorMs);
}

/**
 * XFetch (Vattani et al., "Optimal probabilistic cache stampede prevention", VLDB 2015): the nearer the expiry, and the
 * longer the function takes, the likelier a refresh.
 */
function isEarly({ expiresAt, tookMs }: EntryHead, { earlyRefresh }: Policy, now: number, random: number): boolean {
  if (earlyRefresh === 0 || expiresAt === Infinity) return false;
  return now - tookMs * earlyRefresh * Math.log(1 - random) >= expiresAt;
}
