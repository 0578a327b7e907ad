import type { EntryTimes } from "./entry.ts";

/** What an entry is worth now. */
export type Verdict = "fresh" | "expired";

/** Decides what an entry is worth: pure, the clock is an argument. An entry is fresh up to the instant it expires, and not at it. */
export function decide(times: EntryTimes, now: number): Verdict {
  return now < times.expiresAt ? "fresh" : "expired";
}
