import type { Envelope } from "./backend.ts";
import type { CallContext } from "./call-context.ts";
import { type Duration, parseDuration } from "./duration.ts";
import { type EntryHead, open, seal, sealError } from "./entry.ts";
import { AutocacheError } from "./errors.ts";
import type { NotStoredReason, Report } from "./events.ts";
import type { Leader } from "./flight.ts";
import type { Freshness } from "./freshness.ts";
import { graceMs } from "./policy.ts";
import type { Run } from "./runs.ts";
import type { Schema } from "./schema.ts";
import type { Outcome, Store } from "./store.ts";
import type { StampKeys } from "./tags.ts";
import { waitFor } from "./wait.ts";
import { areTags } from "./checks.ts";

/** What one call asks for: the read path does not know whether a cached function asks, or `getOrSet()`. */
export interface Job {
  readonly name: string;
  /** Names the flight: equal for calls that may share a computation. */
  readonly slot: string;
  readonly key: () => Promise<string>;
  readonly compute: (context: CallContext) => unknown;
  /** Whether what the key was made of, beside the arguments, is still the same: a captured variable may have changed since. */
  readonly isCurrent: () => boolean;
  /** How long the result is fresh, in milliseconds; 0 or less: not stored. */
  readonly ttlMs: (value: unknown) => number;
  readonly shouldCache: (value: unknown) => boolean;
  /** What the result can be invalidated by. */
  readonly tags: (value: unknown) => readonly string[] | undefined;
  /** Whether entries can be invalidated by tags or purged. */
  readonly isStamped: boolean;
  /** The stamps that are known before the entry is read; `undefined` for none. */
  readonly stamps: () => Promise<StampKeys | undefined>;
  /** How old an answer of the code before may be, and where it is; `undefined` for none. */
  readonly rollover?: { readonly maxAgeMs: number; readonly key: () => Promise<string | undefined> } | undefined;
  readonly freshness: Freshness;
  readonly schema: Schema | undefined;
  /** How long others wait for this call's computation before they take its leader for dead. */
  readonly flightTimeoutMs: () => number;
  /** The caller's own: it ends the caller's wait, and not what others wait for. */
  readonly signal: AbortSignal | undefined;
  /** Is told how long each computation took. */
  readonly observe: (tookMs: number) => void;
}

/** What surrounds one run of a function. */
interface Site {
  readonly store: Store;
  readonly job: Job;
  readonly report: Report;
  readonly leader: Pick<Leader<Outcome>, "holdFor">;
  readonly context: CallContext;
  /** Whether an expired entry is there that may still be an answer. */
  readonly hasFallback: boolean;
}

/** The same, once it has begun. */
interface Running extends Site {
  readonly run: Run;
  readonly startedAt: number;
  readonly isCurrent: boolean;
}

/** Runs the function for a flight, and stores what comes of it under `waitUntil`. */
export async function compute(site: Site): Promise<Outcome> {
  const { job, store, context } = site;
  const running: Running = {
    ...site,
    run: store.runs.begin(job.slot),
    startedAt: store.stamps.now(),
    isCurrent: job.isCurrent(),
  };
  // Not awaited at once: a hard timeout goes on without it.
  const work = settle(() => job.compute(context));
  const { hardTimeoutMs } = job.freshness;
  if (hardTimeoutMs === Infinity || (await waitFor(work, hardTimeoutMs))) return conclude(running, work);
  // A value that comes too late for the caller is not too late for the next.
  const leader: Site["leader"] = { holdFor: (writing) => store.defer(writing) };
  store.defer(conclude({ ...running, leader }, work));
  throw new AutocacheError(
    "timeout",
    `Cannot wait for "${job.name}": its hardTimeout is ${hardTimeoutMs} ms: received nothing until then`,
  );
}

async function settle(run: () => unknown): Promise<unknown> {
  return run();
}

async function conclude(running: Running, work: Promise<unknown>): Promise<Outcome> {
  const { store, run } = running;
  try {
    let value: unknown;
    try {
      value = await work;
    } catch (error) {
      try {
        rememberError(running, error);
      } catch {
        // What the option throws, or a getter of the error: the function's own error is what the caller is told.
      }
      throw error;
    }
    return finish(running, value);
  } finally {
    store.runs.end(run);
  }
}

function finish(running: Running, value: unknown): Outcome {
  const { store, job, report, context, startedAt } = running;
  const fact = { name: job.name, key: context.key };
  const createdAt = Math.max(Date.now(), startedAt);
  const tookMs = createdAt - startedAt;
  job.observe(tookMs);
  report({ type: "computed", ...fact, durationMs: tookMs });

  const ttlMs = job.shouldCache(value) ? job.ttlMs(value) : undefined;
  const tags = job.tags(value);
  const refusal = refusalOf(ttlMs, areTags(tags), running.isCurrent && job.isCurrent());
  if (ttlMs === undefined || refusal !== undefined) {
    report({ type: "not-stored", ...fact, reason: refusal ?? "should-cache" });
    if (replaces(context)) record(running, () => store.discard(fact.key, job.name, report));
    if (replaces(context) || context.reason === "rollover") store.defer(discardPrevious(running));
    return { verdict: "miss", key: fact.key, read: () => value, createdAt, expiresAt: createdAt, tookMs };
  }
  const head = headFrom(createdAt, jittered(ttlMs, job.freshness.jitter), tookMs, tags);
  const envelope = seal(value, head, job.name);
  const supersede = (): void => report({ type: "not-stored", ...fact, reason: "superseded" });
  record(running, () => write(running, envelope, head), { supersede });
  // The caller gets what a hit will get, not what the function holds: neither can change the other's.
  return { ...head, verdict: "miss", key: fact.key, read: open(envelope)?.read ?? (() => value) };
}

/** Why a result is not stored. */
function refusalOf(ttlMs: number | undefined, hasTags: boolean, isCurrent: boolean): NotStoredReason | undefined {
  if (!isCurrent) return "captured";
  if (ttlMs === undefined) return "should-cache";
  if (ttlMs <= 0) return "ttl";
  return hasTags ? undefined : "tags";
}

/** Lets a run write, if it still may when its turn comes, and holds its flight until that is done. */
function record(
  { store, leader, run }: Running,
  begin: () => Promise<unknown>,
  { supersede = () => {}, error }: { supersede?: () => void; error?: Outcome } = {},
): void {
  const writing = store.runs.store(run, begin);
  if (writing === undefined) return supersede();
  leader.holdFor(
    writing.then((isWritten) => isWritten || supersede()),
    error,
  );
}

/** Where this code stores nothing for a call, what the code before has stored is no answer either. */
async function discardPrevious({ store, job, report }: Site): Promise<void> {
  const previous = await job.rollover?.key();
  if (previous !== undefined) await store.discard(previous, job.name, report);
}

async function write({ store, job, report, context }: Site, envelope: Envelope, head: EntryHead): Promise<void> {
  const keepMs = keptMs(job, head.expiresAt - head.createdAt);
  const isStored = await store.write(context.key, job.name, envelope, keepMs, report);
  if (isStored) return;
  store.retries.set(job.slot, Date.now() + job.freshness.retryAfterMs);
  // The entry that a refresh could not replace is known to be out of date.
  if (replaces(context)) await store.discard(context.key, job.name, report);
}

function rememberError(running: Running, error: unknown): void {
  const { store, job, report, context, hasFallback, startedAt } = running;
  const { errorTtl } = job.freshness;
  // An expired entry that may still be an answer is worth more than the error that would take its place.
  const isAborted = job.signal?.aborted === true;
  if (errorTtl === 0 || hasFallback || isAborted || replaces(context)) return;
  const ttlMs = typeof errorTtl === "number" ? errorTtl : atLeast0(errorTtl(error), job.name);
  if (ttlMs === 0) return;
  const now = Math.max(Date.now(), startedAt);
  const head = headFrom(now, ttlMs, now - startedAt);
  const read = (): never => {
    throw error;
  };
  record(running, () => store.write(context.key, job.name, sealError(error, head), ttlMs, report), {
    error: { ...head, verdict: "miss", key: context.key, read, isError: true },
  });
}

function replaces({ reason }: CallContext): boolean {
  return reason === "refresh";
}

function atLeast0(duration: Duration, name: string): number {
  return typeof duration === "number" && duration < 0 ? 0 : parseDuration(duration, `errorTtl of "${name}"`);
}

/** Only ever shorter: an entry is never fresh for longer than was asked. */
function jittered(ttlMs: number, jitter: number): number {
  return jitter === 0 ? ttlMs : ttlMs * (1 - jitter * Math.random());
}

/**
 * How long a backend keeps an entry that is fresh for so long. With a rollover, even an expired entry tells that this code
 * has answered: without one, an older answer of the code before would be given again.
 */
export function keptMs({ freshness, rollover }: Pick<Job, "freshness" | "rollover">, ttlMs: number): number {
  return Math.max(ttlMs + graceMs(freshness.policy), rollover?.maxAgeMs ?? 0);
}

/** The head of an entry that is made at an instant. */
export function headFrom(createdAt: number, ttlMs: number, tookMs: number, tags?: readonly string[]): EntryHead {
  return { createdAt, expiresAt: createdAt + ttlMs, tookMs, ...(tags && { tags }) };
}
