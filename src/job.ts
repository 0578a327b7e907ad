import type { Asker } from "./asker.ts";
import type { Envelope } from "./backend.ts";
import type { CallContext } from "./call-context.ts";
import { areTags } from "./checks.ts";
import { type Entry, type EntryHead, open, seal } from "./entry.ts";
import type { NotStoredReason } from "./events.ts";
import type { Freshness } from "./freshness.ts";
import { graceMs, type Verdict } from "./policy.ts";

/**
 * What one call asks for: the read path does not know whether a cached function asks, `getOrSet()`, or a route for a
 * response.
 */
export interface Job extends Asker {
  /** Names the flight: equal for calls that may share a computation. */
  readonly slot: string;
  /** Names the refreshes in the background, which a call that waits for nobody shares all the same. */
  readonly refreshSlot: string;
  readonly key: () => Promise<string>;
  /** What an entry is worth at an instant: pure. */
  readonly decide: (entry: Entry, now: number, random: number) => Verdict;
  readonly compute: (context: CallContext) => unknown;
  /** Whether what the key was made of, beside the arguments, is still the same: a captured variable may have changed since. */
  readonly isCurrent: () => boolean;
  /** What becomes of the value that a run has come to. */
  readonly resultOf: (value: unknown, times: Times) => Result;
  /** Whether entries can be invalidated by tags or purged. */
  readonly isStamped: boolean;
  /** How old an answer of the code before may be, and where it is; `undefined` for none. */
  readonly rollover?: { readonly maxAgeMs: number; readonly key: () => Promise<string | undefined> } | undefined;
  readonly freshness: Freshness;
  /** How long others wait for this call's computation before they take its leader for dead. */
  readonly flightTimeoutMs: () => number;
  /** The caller's own: it ends the caller's wait, and not what others wait for. */
  readonly signal: AbortSignal | undefined;
  /** Whether a refresh in the background goes on where the signal says so: it is not the caller's. */
  readonly outlivesCaller?: boolean;
  /** Is told how long each computation took. */
  readonly observe: (tookMs: number) => void;
}

/** When a run ended, in epoch milliseconds, and how long it took. */
export interface Times {
  readonly createdAt: number;
  readonly tookMs: number;
}

/** What becomes of a value: why it is not stored, or what is. */
export type Result = Refused | Storable;

interface Refused {
  readonly refusal: NotStoredReason;
  /** Whether the next call may have it computed again at once, and not only when `retryAfter` is over. */
  readonly isAskedAgain?: boolean;
}

export interface Storable {
  readonly refusal?: undefined;
  readonly head: EntryHead;
  /** What callers get: what a hit will give. */
  readonly read: Entry["read"];
  /** Writes it when its turn has come; tells whether it is stored. */
  readonly write: (put: Put) => Promise<boolean>;
}

/** Writes an envelope under the job's key, to be kept so long; tells whether it is stored. */
export type Put = (envelope: Envelope, keepMs: number) => Promise<boolean>;

/** A job whose entry is one value under one key. */
export interface ValueJob extends Job {
  /** How long the result is fresh, in milliseconds; 0 or less: not stored. */
  readonly ttlMs: (value: unknown) => number;
  /** What the result can be invalidated by. */
  readonly tags: (value: unknown) => readonly string[] | undefined;
  /** Whether the result is stored. */
  readonly isWanted: (value: unknown) => boolean;
}

/** What becomes of a value that is stored as it is. */
export function valueResult(job: ValueJob, value: unknown, { createdAt, tookMs }: Times): Result {
  if (!job.isWanted(value)) return { refusal: "should-cache" };
  const ttlMs = job.ttlMs(value);
  const tags = job.tags(value);
  if (ttlMs <= 0) return { refusal: "ttl" };
  if (!areTags(tags)) return { refusal: "tags" };
  const { jitter } = job.freshness;
  // Only ever shorter: an entry is never fresh for longer than was asked.
  const jitteredMs = jitter === 0 ? ttlMs : ttlMs * (1 - jitter * Math.random());
  const head = headFrom(createdAt, jitteredMs, tookMs, tags);
  const envelope = seal(value, head, job.name);
  return {
    head,
    // The caller gets what a hit will get, not what the function holds: neither can change the other's.
    read: open(envelope)?.read ?? (() => value),
    write: (put) => put(envelope, keptMs(job, jitteredMs)),
  };
}

/**
 * How long a backend keeps an entry that is fresh for so long. With a rollover, even an expired entry tells that this code
 * has answered: without one, an older answer of the code before would be given again.
 */
export function keptMs({ freshness, rollover }: Pick<Job, "freshness" | "rollover">, ttlMs: number): number {
  return Math.max(ttlMs + graceMs(freshness), rollover?.maxAgeMs ?? 0);
}

/** The head of an entry that is made at an instant. */
export function headFrom(createdAt: number, ttlMs: number, tookMs: number, tags?: readonly string[]): EntryHead {
  return { createdAt, expiresAt: createdAt + ttlMs, tookMs, ...(tags && { tags }) };
}
