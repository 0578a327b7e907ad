import type { CallContext } from "./call-context.ts";
import { type Duration, parseDuration } from "./duration.ts";
import { sealError } from "./entry.ts";
import { AutocacheError } from "./errors.ts";
import type { Report } from "./events.ts";
import type { Leader } from "./flight.ts";
import { headFrom, type Job, refreshSlotOf, type Result, type Storable } from "./job.ts";
import type { Run } from "./runs.ts";
import type { Outcome, SimpleStore } from "./simple-store.ts";
import { waitFor } from "./wait.ts";

const CAPTURED: Result = { refusal: "captured" };

/** What surrounds one run of a function. */
interface Site {
  readonly store: SimpleStore;
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
    startedAt: store.now(),
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

  const times = { createdAt, tookMs };
  const result = running.isCurrent && job.isCurrent() ? job.resultOf(value, times) : CAPTURED;
  if (result.refusal !== undefined) {
    report({ type: "not-stored", ...fact, reason: result.refusal });
    if (replaces(context)) record(running, () => store.discard(fact.key, job.name, report));
    if (replaces(context) || context.reason === "rollover") store.defer(discardPrevious(running));
    const outcome = { verdict: "miss", key: fact.key, read: () => value, expiresAt: createdAt, ...times } as const;
    return result.isAskedAgain === true ? outcome : { ...outcome, isRefused: true };
  }
  const supersede = (): void => report({ type: "not-stored", ...fact, reason: "superseded" });
  record(running, () => write(running, result), { supersede });
  return { ...result.head, verdict: "miss", key: fact.key, read: result.read };
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

async function write({ store, job, report, context }: Site, result: Storable): Promise<void> {
  const isStored = await result.write((envelope, keepMs) =>
    store.write(context.key, job.name, envelope, keepMs, report),
  );
  if (isStored) return;
  store.retries.set(refreshSlotOf(job), Date.now() + job.freshness.retryAfterMs);
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
