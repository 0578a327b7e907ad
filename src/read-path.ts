import { compute } from "./computation.ts";
import type { Entry } from "./entry.ts";
import type { CallContext } from "./call-context.ts";
import type { MissReason, Report, StaleReason } from "./events.ts";
import type { Flight, Flights, Leader } from "./flight.ts";
import { type Job, refreshSlotOf } from "./job.ts";
import { decide, FRESH_ONLY, type Verdict } from "./policy.ts";
import type { FoundReading } from "./reading.ts";
import type { Outcome, SimpleStore } from "./simple-store.ts";
import { StoredEntry } from "./stored-entry.ts";
import { waitFor } from "./wait.ts";

// What work in the background is given on Workers: a leader that is silent for so long has died there.
const MAX_GROWN_TIMEOUT_MS = 30_000;

/** The read path, in the order a call takes it. */
export class Call {
  readonly #store: SimpleStore;
  readonly #job: Job;
  readonly #report: Report;
  readonly #stored: StoredEntry;

  constructor(store: SimpleStore, job: Job, report: Report = store.emit) {
    this.#store = store;
    this.#job = job;
    this.#report = report;
    this.#stored = new StoredEntry(store, job, report);
  }

  /** Answers: joins the flight of the slot, or leads one that reads the backend and computes what is not there. */
  answer(): Promise<Outcome> {
    const { signal } = this.#job;
    return signal === undefined ? this.#answer() : untilAborted(signal, () => this.#answer());
  }

  #answer(): Promise<Outcome> {
    const running = this.#find(this.#store.flights);
    if (running !== undefined && running.answer === undefined) return this.#follow(running);
    // The backend may not have the entry yet that is still being written; the flight has, unless its write has died.
    const answer = this.#answerOf(running) ?? this.#answerOf(this.#find(this.#store.refreshes));
    return answer === undefined ? this.#readOrCompute() : Promise.resolve(this.#hit(answer, "flight"));
  }

  /** Waits for another call's flight, and no longer than its deadline: its leader may have died with its request. */
  async #follow(flight: Flight<Outcome>): Promise<Outcome> {
    if (await waitFor(flight.result, this.#join(flight))) {
      return flight.result.catch((error: unknown) => {
        // The leader's caller gave up, which is no answer to anybody else.
        if (flight.signal?.aborted === true) return this.answer();
        throw error;
      });
    }
    const running = this.#find(this.#store.flights);
    // Of all who waited in vain, the first takes over, and the others wait for that one.
    if (running !== undefined && running !== flight) return this.answer();
    this.#abandon(flight);
    return this.#readOrCompute(longerThan(flight));
  }

  /** The flight of the slot, unless it began before something of this cache was invalidated by tag or purged. */
  #find(flights: Flights<Outcome>): Flight<Outcome> | undefined {
    const flight = flights.find(flights === this.#store.refreshes ? refreshSlotOf(this.#job) : this.#job.slot);
    const isOutdated = flight !== undefined && this.#job.isStamped && this.#store.isOutdated(flight.startedAt);
    return isOutdated ? undefined : flight;
  }

  /** What a flight is still writing, where it is as good for this call as if it were stored. */
  #answerOf(flight: Flight<Outcome> | undefined): Outcome | undefined {
    const answer = freshAnswer(flight);
    return answer !== undefined && ["fresh", "early"].includes(this.#decide(answer)) ? answer : undefined;
  }

  #readOrCompute(timeoutMs: number = this.#job.flightTimeoutMs()): Promise<Outcome> {
    return this.#lead(timeoutMs, async (leader) => {
      const key = await this.#job.key();
      const reading = await this.#stored.read(key);
      // What a refresh has come to during the read is newer.
      const answer = this.#answerOf(this.#find(this.#store.refreshes));
      if (answer !== undefined) return this.#hit(answer, "flight");
      if (reading.entry === undefined) {
        return (await this.#rollOver(key, reading.reason)) ?? this.#miss(key, reading.reason, leader);
      }
      switch (this.#decide(reading.entry)) {
        case "fresh": {
          const found = this.#refreshing() === undefined ? reading : undefined;
          return this.#hit({ ...reading.entry, verdict: "hit", key, found }, reading.backend);
        }
        case "early":
          this.#refresh(key, "early");
          return this.#hit({ ...reading.entry, verdict: "hit", key }, reading.backend);
        case "stale":
          return this.#stale(key, reading, this.#refresh(key, "stale") === undefined ? "retry-later" : "refreshing");
        case "fallback":
          return this.#computeOrFallBack(key, reading, leader);
        case "expired":
          return this.#miss(key, "expired", leader);
      }
    });
  }

  /** Runs the function whatever is stored; later calls join this run, and its result takes the entry's place. */
  refresh(): Promise<Outcome> {
    return this.#lead(this.#job.flightTimeoutMs(), async (leader) =>
      this.#miss(await this.#job.key(), "refresh", leader),
    );
  }

  /** Answers with what the code before has stored for the call, while this code runs: only where it has stored nothing yet. */
  async #rollOver(key: string, reason: MissReason): Promise<Outcome | undefined> {
    const { rollover } = this.#job;
    const previousKey = reason === "absent" ? await rollover?.key() : undefined;
    if (rollover === undefined || previousKey === undefined) return undefined;
    const found = await this.#stored.read(previousKey);
    if (found.entry === undefined || found.entry.isError === true) return undefined;
    const verdict = this.#decide(found.entry);
    if (verdict === "fallback" || verdict === "expired" || ageOf(found.entry.createdAt) > rollover.maxAgeMs)
      return undefined;
    const flight = this.#refresh(key, "rollover");
    return this.#stale(previousKey, found, flight === undefined ? "retry-later" : "rollover");
  }

  #decide(entry: Entry): Verdict {
    // An error is thrown again while it is fresh, and is no answer after.
    if (entry.isError === true) return decide(entry, FRESH_ONLY, Date.now(), 0);
    return this.#job.decide(entry, Date.now(), Math.random());
  }

  #lead(timeoutMs: number, run: (leader: Leader<Outcome>) => Promise<Outcome>): Promise<Outcome> {
    const flight = this.#store.flights.lead(this.#job.slot, timeoutMs, this.#job.signal, run);
    this.#store.defer(flight.landed);
    return flight.result;
  }

  #hit(outcome: Outcome, backend: string): Outcome {
    const { key, createdAt } = outcome;
    this.#report({ type: "hit", name: this.#job.name, key, backend, ageMs: ageOf(createdAt) });
    return { ...outcome, verdict: "hit", backend };
  }

  #stale(key: string, { entry, backend }: FoundReading, reason: StaleReason): Outcome {
    const ageMs = ageOf(entry.createdAt);
    this.#report({ type: "stale", name: this.#job.name, key, backend, ageMs, reason });
    return { ...entry, verdict: "stale", key, backend };
  }

  async #miss(key: string, reason: MissReason, leader: Leader<Outcome>): Promise<Outcome> {
    leader.hasRead();
    this.#report({ type: "miss", name: this.#job.name, key, reason });
    const refresh = reason === "refresh" ? undefined : this.#refreshing();
    // A refresh that began while the entry was stale is this computation already.
    if (refresh !== undefined) {
      const hasSettled = await waitFor(refresh.result, this.#join(refresh));
      if (hasSettled && refresh.signal?.aborted !== true) return refresh.result;
      if (!hasSettled) this.#abandon(refresh);
    }
    return this.#compute(leader, { isBackground: false, reason, key }, false);
  }

  /** Runs the function, and answers with the expired entry where that fails or takes too long. */
  async #computeOrFallBack(key: string, found: FoundReading, leader: Leader<Outcome>): Promise<Outcome> {
    const { softTimeoutMs } = this.#job.freshness;
    const running = this.#refreshing();
    const flight = this.#refresh(key, "expired");
    if (flight === undefined) return this.#stale(key, found, "retry-later");
    // By the time that the entry is no answer any more, there is nothing to answer with instead of waiting.
    const isUsable = (afterMs = 0): boolean => this.#job.decide(found.entry, Date.now() + afterMs, 0) === "fallback";
    const softMs = isUsable(softTimeoutMs) ? softTimeoutMs : Infinity;
    // One's own is waited for to its end; the leader of another may have died with its request.
    const patienceMs = flight === running ? this.#join(flight) : Infinity;
    if (await waitFor(flight.result, Math.min(softMs, patienceMs))) {
      return flight.result.catch((error: unknown) => {
        // Another caller's abort is no answer to this one.
        const isForeign = flight.signal?.aborted === true && flight.signal !== this.#job.signal;
        if (isForeign) return this.#miss(key, "expired", leader);
        if (!isUsable()) throw error;
        // Told as `refresh-failed`.
        return this.#stale(key, found, "error");
      });
    }
    if (softMs <= patienceMs) return this.#stale(key, found, "slow");
    this.#abandon(flight);
    return isUsable() ? this.#computeOrFallBack(key, found, leader) : this.#miss(key, "expired", leader);
  }

  /** The refresh that runs, unless it has taken so long that its request is taken for dead. */
  #refreshing(): Flight<Outcome> | undefined {
    const flight = this.#find(this.#store.refreshes);
    return flight !== undefined && flight.answer === undefined && Date.now() < flight.deadline ? flight : undefined;
  }

  /** Tells that the call waits for another's computation, and says how long it may: the other's request may have died. */
  #join(flight: Flight<Outcome>): number {
    this.#report({ type: "joined", name: this.#job.name });
    return flight.deadline - Date.now();
  }

  #abandon({ timeoutMs }: Flight<Outcome>): void {
    this.#report({ type: "abandoned", name: this.#job.name, waitedMs: timeoutMs });
  }

  /** Starts the one refresh of the slot, unless one is running or has just failed: nothing then, or the one that runs. */
  #refresh(key: string, reason: "early" | "stale" | "expired" | "rollover"): Flight<Outcome> | undefined {
    const { name, freshness } = this.#job;
    const slot = refreshSlotOf(this.#job);
    const now = Date.now();
    const running = this.#refreshing();
    if (running !== undefined) return running;
    if (now < (this.#store.retries.get(slot) ?? 0)) return undefined;
    const { outlivesCaller = false } = this.#job;
    const signal = outlivesCaller && reason !== "expired" ? undefined : this.#job.signal;
    const silent = this.#find(this.#store.refreshes);
    const isSlow = silent !== undefined && silent.answer === undefined;
    const timeoutMs = isSlow ? longerThan(silent) : this.#job.flightTimeoutMs();
    const flight = this.#store.refreshes.lead(slot, timeoutMs, signal, (leader) =>
      this.#compute(leader, { isBackground: reason !== "expired", reason, key }, true),
    );
    const settled = flight.result.then(
      ({ isRefused }) => {
        if (isRefused !== true) this.#store.retries.delete(slot);
        // What is not stored would be computed again for each call.
        else this.#store.retries.set(slot, Date.now() + freshness.retryAfterMs);
      },
      (error: unknown) => {
        if (signal?.aborted !== true) this.#store.retries.set(slot, Date.now() + freshness.retryAfterMs);
        this.#report({ type: "refresh-failed", name, key, error });
      },
    );
    this.#store.defer(Promise.all([flight.landed, settled]));
    return flight;
  }

  #compute(leader: Leader<Outcome>, context: CallContext, hasFallback: boolean): Promise<Outcome> {
    return compute({ store: this.#store, job: this.#job, report: this.#report, leader, context, hasFallback });
  }
}

/** Ends one caller's wait when its signal says so; what it waits for goes on. */
async function untilAborted<Result>(signal: AbortSignal, work: () => Promise<Result>): Promise<Result> {
  signal.throwIfAborted();
  const running = work();
  return new Promise<Result>((resolve, reject) => {
    const abort = (): void => reject(signal.reason);
    signal.addEventListener("abort", abort, { once: true });
    running.then(resolve, reject).finally(() => signal.removeEventListener("abort", abort));
  });
}

/** Twice the time for the next, so that a function slower than its deadline is not run once for each who waits. */
function longerThan({ timeoutMs }: Flight<Outcome>): number {
  return Math.max(timeoutMs, Math.min(timeoutMs * 2, MAX_GROWN_TIMEOUT_MS));
}

/** The answer of a flight that waits for its write only, while it is fresh and its leader is not taken for dead. */
function freshAnswer(flight: Flight<Outcome> | undefined): Outcome | undefined {
  if (flight?.answer === undefined) return undefined;
  const now = Date.now();
  return now < flight.deadline && now < flight.answer.expiresAt ? flight.answer : undefined;
}

/** The age of what was made at an instant, by this host's clock: another host's may be ahead of it. */
export function ageOf(createdAt: number): number {
  return Math.max(0, Date.now() - createdAt);
}
