import { type Entry, type EntryTimes, open, reseal, seal } from "./entry.ts";
import type { Report } from "./events.ts";
import type { Leader } from "./flight.ts";
import { decide } from "./policy.ts";
import type { Outcome, Store } from "./store.ts";
import { waitFor } from "./wait.ts";

// A write whose request has ended may never settle; whoever waits for it waits this long.
const LAST_WRITE_MS = 1_000;

/** One call as the read path sees it: who asks does not matter, a cached function or `getOrSet()`. */
export interface Job {
  readonly name: string;
  /** Names the flight: equal for calls that may share a computation. */
  readonly slot: string;
  readonly key: () => Promise<string>;
  readonly compute: () => unknown;
  /** How long the result is fresh, in milliseconds; 0 or less: not stored. */
  readonly ttlMs: (value: unknown) => number;
  readonly shouldCache: (value: unknown) => boolean;
}

/** Answers a call: joins the flight of its slot, or leads one that reads the backend and computes what is not there. */
export function answer(store: Store, job: Job, report: Report): Promise<Outcome> {
  const running = store.flights.find(job.slot);
  if (running?.answer !== undefined) return Promise.resolve(hitInFlight(running.answer, job, report));
  if (running !== undefined) {
    report({ type: "joined", name: job.name });
    return running.result;
  }
  return lead(store, job, async (leader) => {
    const key = await job.key();
    const reading = await store.read(key, job.name, report);
    if (reading.entry === undefined) {
      report({ type: "miss", name: job.name, key, reason: reading.reason });
      return compute(store, job, key, leader, report);
    }
    const now = Date.now();
    if (decide(reading.entry, now) === "expired") {
      report({ type: "miss", name: job.name, key, reason: "expired" });
      return compute(store, job, key, leader, report);
    }
    const { entry, backend } = reading;
    return hit({ verdict: "hit", key, read: entry.read, createdAt: entry.createdAt, backend }, job, report);
  });
}

/** Runs the function whatever is stored; later calls join this run, and its result replaces the entry. */
export function refresh(store: Store, job: Job, report: Report): Promise<Outcome> {
  return lead(store, job, async (leader) => {
    const key = await job.key();
    report({ type: "miss", name: job.name, key, reason: "refresh" });
    return compute(store, job, key, leader, report);
  });
}

/** Stores a value that is already known, and resolves when the backend has accepted it. */
export async function keep(store: Store, job: Job, value: unknown, report: Report): Promise<void> {
  const ttlMs = job.ttlMs(value);
  const envelope = seal(value, times(Date.now(), ttlMs, 0), job.name);
  await vacate(store, job.slot);
  if (ttlMs > 0) await store.put(await job.key(), job.name, envelope, ttlMs, report);
}

/** Removes the entry: the next call misses, and a computation that is running is not stored. */
export async function invalidate(store: Store, job: Job, report: Report): Promise<void> {
  await vacate(store, job.slot);
  await store.remove(await job.key(), job.name, report);
}

/** Marks the entry as expired, and keeps it. */
export async function expire(store: Store, job: Job, report: Report): Promise<void> {
  await vacate(store, job.slot);
  const key = await job.key();
  const { entry, envelope } = await store.find(key, job.name, report);
  const now = Date.now();
  if (entry === undefined || decide(entry, now) === "expired") return;
  const expired = reseal(envelope, { expiresAt: now });
  if (expired !== undefined) await store.put(key, job.name, expired, entry.expiresAt - now, () => {});
  report({ type: "expired", name: job.name, key });
}

/** The stored entry if it is fresh; nothing is computed. */
export async function peek(store: Store, job: Job, report: Report): Promise<Entry | undefined> {
  const { entry } = await store.read(await job.key(), job.name, report);
  return entry !== undefined && decide(entry, Date.now()) === "fresh" ? entry : undefined;
}

/** A call that comes while the answer is being written: the backend may not have it yet, the flight has. */
function hitInFlight(outcome: Outcome, job: Job, report: Report): Outcome {
  return hit({ ...outcome, verdict: "hit", backend: "flight" }, job, report);
}

function hit(outcome: Outcome & { readonly backend: string }, { name }: Job, report: Report): Outcome {
  const { key, backend, createdAt } = outcome;
  report({ type: "hit", name, key, backend, ageMs: ageOf(createdAt) });
  return outcome;
}

function lead(store: Store, job: Job, run: (leader: Leader) => Promise<Outcome>): Promise<Outcome> {
  const flight = store.flights.lead(job.slot, run);
  store.defer(flight.landed);
  return flight.result;
}

async function compute(store: Store, job: Job, key: string, leader: Leader, report: Report): Promise<Outcome> {
  const startedAt = Date.now();
  const value = await job.compute();
  const createdAt = Date.now();
  const tookMs = createdAt - startedAt;
  const fact = { name: job.name, key };
  report({ type: "computed", ...fact, durationMs: tookMs });
  if (!job.shouldCache(value)) {
    report({ type: "not-stored", ...fact, reason: "should-cache" });
    return { verdict: "miss", key, read: () => value, createdAt };
  }
  const ttlMs = job.ttlMs(value);
  if (ttlMs <= 0) {
    report({ type: "not-stored", ...fact, reason: "ttl" });
    return { verdict: "miss", key, read: () => value, createdAt };
  }
  const envelope = seal(value, times(createdAt, ttlMs, tookMs), job.name);
  if (leader.isCurrent()) leader.holdFor(store.write(key, job.name, envelope, ttlMs, report));
  else report({ type: "not-stored", ...fact, reason: "superseded" });
  // The caller gets what a hit will get, not what the function holds: neither can change the other's.
  const read = open(envelope)?.read ?? (() => value);
  return { verdict: "miss", key, read, createdAt };
}

/** Vacates a slot, and waits for the write of the flight that was in it, so that it cannot land after what comes now. */
async function vacate(store: Store, slot: string): Promise<void> {
  const flight = store.flights.supersede(slot);
  if (flight?.writing !== undefined) await waitFor(flight.writing, LAST_WRITE_MS);
}

/** The age of what was made at an instant, by this host's clock: another host's may be ahead of it. */
export function ageOf(createdAt: number): number {
  return Math.max(0, Date.now() - createdAt);
}

function times(createdAt: number, ttlMs: number, tookMs: number): EntryTimes {
  return { createdAt, expiresAt: createdAt + ttlMs, tookMs };
}
