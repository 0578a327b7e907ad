import type { Envelope } from "./backend.ts";
import { type Entry, type EntryTimes, open, reseal, seal } from "./entry.ts";
import type { MissReason, Report } from "./events.ts";
import type { Flight, Leader } from "./flight.ts";
import { decide } from "./policy.ts";
import type { Outcome, Store } from "./store.ts";
import { waitFor } from "./wait.ts";

// A write whose request has ended may never settle; whoever waits for it waits this long.
const LAST_WRITE_MS = 1_000;

/** What one call asks for: the read path does not know whether a cached function asks, or `getOrSet()`. */
export interface Job {
  readonly name: string;
  /** Names the flight: equal for calls that may share a computation. */
  readonly slot: string;
  readonly key: () => Promise<string>;
  readonly compute: () => unknown;
  /** How long the result is fresh, in milliseconds; 0 or less: not stored. */
  readonly ttlMs: (value: unknown) => number;
  readonly shouldCache: (value: unknown) => boolean;
  /** How long others wait for this call's computation before they take its leader for dead. */
  readonly flightTimeoutMs: () => number;
  /** Is told how long each computation took. */
  readonly observe: (tookMs: number) => void;
}

/** The read path, in the order a call takes it, and what else can be done to one entry. */
export class Call {
  readonly #store: Store;
  readonly #job: Job;
  readonly #report: Report;

  constructor(store: Store, job: Job, report: Report = store.emit) {
    this.#store = store;
    this.#job = job;
    this.#report = report;
  }

  /** Answers: joins the flight of the slot, or leads one that reads the backend and computes what is not there. */
  answer(): Promise<Outcome> {
    const running = this.#store.flights.find(this.#job.slot);
    if (running === undefined) return this.#readOrCompute();
    if (running.answer === undefined) return this.#follow(running);
    // The backend may not have the entry yet that is still being written; the flight has, unless its write has died.
    const now = Date.now();
    const isFresh = now < running.deadline && decide(running.answer, now) === "fresh";
    return isFresh ? Promise.resolve(this.#hit(running.answer, "flight")) : this.#readOrCompute();
  }

  /** Waits for another call's flight, and no longer than its deadline: its leader may have died with its request. */
  async #follow(flight: Flight<Outcome>): Promise<Outcome> {
    const { name, slot } = this.#job;
    this.#report({ type: "joined", name });
    if (await waitFor(flight.result, flight.deadline - Date.now())) return flight.result;
    const running = this.#store.flights.find(slot);
    // Of all who waited in vain, the first takes over, and the others wait for that one.
    if (running !== undefined && running !== flight) return this.answer();
    this.#report({ type: "abandoned", name, waitedMs: flight.timeoutMs });
    // Twice the time for the next, so that a function slower than its deadline is not run once for each of them.
    return this.#readOrCompute(flight.timeoutMs * 2);
  }

  #readOrCompute(timeoutMs: number = this.#job.flightTimeoutMs()): Promise<Outcome> {
    return this.#lead(timeoutMs, async (leader) => {
      const key = await this.#job.key();
      const reading = await this.#store.read(key, this.#job.name, this.#report);
      if (reading.entry === undefined) return this.#miss(key, reading.reason, leader);
      const { entry, backend } = reading;
      if (decide(entry, Date.now()) === "expired") return this.#miss(key, "expired", leader);
      return this.#hit({ ...entry, verdict: "hit", key }, backend);
    });
  }

  /** Runs the function whatever is stored; later calls join this run, and its result takes the entry's place. */
  refresh(): Promise<Outcome> {
    return this.#lead(this.#job.flightTimeoutMs(), async (leader) =>
      this.#miss(await this.#job.key(), "refresh", leader),
    );
  }

  /** Stores a value that is already known, and resolves when the backend has accepted it. */
  async set(value: unknown): Promise<void> {
    const ttlMs = this.#job.ttlMs(value);
    const envelope = seal(value, timesFrom(Date.now(), ttlMs, 0), this.#job.name);
    if (ttlMs <= 0) return this.invalidate();
    await this.#vacate();
    await this.#store.put(await this.#job.key(), this.#job.name, envelope, ttlMs, this.#report);
  }

  /** Removes the entry: the next call misses, and a computation that is running is not stored. */
  async invalidate(): Promise<void> {
    await this.#vacate();
    await this.#store.remove(await this.#job.key(), this.#job.name, this.#report);
  }

  /** Marks the entry as expired, and keeps it. */
  async expire(): Promise<void> {
    await this.#vacate();
    const { name } = this.#job;
    const key = await this.#job.key();
    const { entry, envelope } = await this.#store.find(key, name, this.#report);
    const now = Date.now();
    if (entry === undefined || decide(entry, now) === "expired") return;
    const expired = reseal(envelope, { expiresAt: now });
    if (expired !== undefined) await this.#store.put(key, name, expired, entry.expiresAt - now, () => {});
    this.#report({ type: "expired", name, key });
  }

  /** The stored entry if it is fresh; nothing is computed. */
  async peek(): Promise<Entry | undefined> {
    const { entry } = await this.#store.read(await this.#job.key(), this.#job.name, this.#report);
    return entry !== undefined && decide(entry, Date.now()) === "fresh" ? entry : undefined;
  }

  #lead(timeoutMs: number, run: (leader: Leader) => Promise<Outcome>): Promise<Outcome> {
    const flight = this.#store.flights.lead(this.#job.slot, timeoutMs, run);
    this.#store.defer(flight.landed);
    return flight.result;
  }

  #hit(outcome: Outcome, backend: string): Outcome {
    const { key, createdAt } = outcome;
    this.#report({ type: "hit", name: this.#job.name, key, backend, ageMs: ageOf(createdAt) });
    return { ...outcome, verdict: "hit", backend };
  }

  async #miss(key: string, reason: MissReason, leader: Leader): Promise<Outcome> {
    const { name } = this.#job;
    this.#report({ type: "miss", name, key, reason });
    const startedAt = Date.now();
    const value = await this.#job.compute();
    const createdAt = Date.now();
    const tookMs = createdAt - startedAt;
    this.#job.observe(tookMs);
    this.#report({ type: "computed", name, key, durationMs: tookMs });

    const ttlMs = this.#job.shouldCache(value) ? this.#job.ttlMs(value) : undefined;
    if (ttlMs === undefined || ttlMs <= 0) {
      this.#report({ type: "not-stored", name, key, reason: ttlMs === undefined ? "should-cache" : "ttl" });
      if (reason === "refresh" && leader.isCurrent()) leader.holdFor(this.#store.discard(key, name, this.#report));
      return { verdict: "miss", key, read: () => value, createdAt, expiresAt: createdAt, tookMs };
    }
    const times = timesFrom(createdAt, ttlMs, tookMs);
    const envelope = seal(value, times, name);
    if (leader.isCurrent()) leader.holdFor(this.#write(key, envelope, ttlMs, reason));
    else this.#report({ type: "not-stored", name, key, reason: "superseded" });
    // The caller gets what a hit will get, not what the function holds: neither can change the other's.
    return { ...times, verdict: "miss", key, read: open(envelope)?.read ?? (() => value) };
  }

  async #write(key: string, envelope: Envelope, ttlMs: number, reason: MissReason): Promise<void> {
    const { name } = this.#job;
    const isStored = await this.#store.write(key, name, envelope, ttlMs, this.#report);
    // The entry that a refresh could not replace is known to be out of date.
    if (!isStored && reason === "refresh") await this.#store.discard(key, name, this.#report);
  }

  /** Vacates the slot, and waits for the write of the flight that was in it, so that it cannot land after what comes now. */
  async #vacate(): Promise<void> {
    const flight = this.#store.flights.supersede(this.#job.slot);
    if (flight?.writing !== undefined) await waitFor(flight.writing, LAST_WRITE_MS);
  }
}

/** The age of what was made at an instant, by this host's clock: another host's may be ahead of it. */
export function ageOf(createdAt: number): number {
  return Math.max(0, Date.now() - createdAt);
}

function timesFrom(createdAt: number, ttlMs: number, tookMs: number): EntryTimes {
  return { createdAt, expiresAt: createdAt + ttlMs, tookMs };
}
