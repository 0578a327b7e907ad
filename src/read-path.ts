import { tell } from "./asker.ts";
import { Computation } from "./computation.ts";
import type { Entry } from "./entry.ts";
import type { MissReason, StaleReason } from "./events.ts";
import { Flight } from "./flight.ts";
import type { Job } from "./job.ts";
import type { Verdict } from "./policy.ts";
import type { FoundReading } from "./reading.ts";
import type { Outcome, SimpleStore } from "./simple-store.ts";
import { waitFor } from "./wait.ts";

// What work in the background is given on Workers: a leader that is silent for so long has died there.
const MAX_GROWN_TIMEOUT_MS = 30_000;

/** The read path, in the order a call takes it. */
export class Call {
  readonly #store: SimpleStore;
  readonly #job: Job;

  constructor(store: SimpleStore, job: Job) {
    this.#store = store;
    this.#job = job;
  }

  /** Answers: joins the flight of the slot, or leads one that reads the backend and computes what is not there. */
  answer(): Promise<Outcome> {
    const { signal } = this.#job;
    return signal === undefined ? this.#answer() : untilAborted(signal, () => this.#answer());
  }

  #answer(): Promise<Outcome> {
    const running = this.#flight;
    if (running !== undefined && running.answer === undefined) return this.#follow(running);
    // The backend may not have the entry yet that is still being written; the flight has, unless its write has died.
    const answer = this.#answerOf(running) ?? this.#answerOf(this.#refreshFlight);
    return answer === undefined ? this.#readOrCompute() : Promise.resolve(answer);
  }

  /** Waits for another call's flight, and no longer than its deadline: its leader may have died with its request. */
  async #follow(flight: Flight<Outcome>): Promise<Outcome> {
    if (await waitFor(flight.result, this.#join(flight))) {
      return flight.result.catch((error: unknown) => {
        // The leader's caller gave up, which is no answer to anybody else.
        if (flight.signal?.aborted) return this.answer();
        throw error;
      });
    }
    const running = this.#flight;
    // Of all who waited in vain, the first takes over, and the others wait for that one.
    if (running !== undefined && running !== flight) return this.answer();
    this.#abandon(flight);
    return this.#readOrCompute(longerThan(flight));
  }

  get #flight(): Flight<Outcome> | undefined {
    return this.#store.joinable(this.#store.flights, this.#job.slot, this.#job.isStamped);
  }

  get #refreshFlight(): Flight<Outcome> | undefined {
    return this.#store.joinable(this.#store.refreshes, this.#job.refreshSlot, this.#job.isStamped);
  }

  /**
   * What a flight is still writing, where it is as good for this call as if it were stored, and its leader is not taken
   * for dead.
   */
  #answerOf(flight: Flight<Outcome> | undefined): Outcome | undefined {
    const answer = flight?.answer;
    const now = Date.now();
    if (flight === undefined || answer === undefined || now >= Math.min(flight.deadline, answer.expiresAt))
      return undefined;
    return isAnswer(this.#decide(answer)) ? this.#hit(answer.key, answer, "flight") : undefined;
  }

  #readOrCompute(timeoutMs: number = this.#job.flightTimeoutMs()): Promise<Outcome> {
    return this.#lead(timeoutMs, async (flight) => {
      const key = await this.#job.key();
      const reading = await this.#store.read(key, this.#job);
      // What a refresh has come to during the read is newer.
      const answer = this.#answerOf(this.#refreshFlight);
      if (answer !== undefined) return answer;
      const { entry } = reading;
      if (entry === undefined) {
        return (await this.#rollOver(key, reading.reason)) ?? this.#miss(key, reading.reason, flight);
      }
      const verdict = this.#decide(entry);
      if (verdict === "early") this.#refresh(key, "early");
      if (isAnswer(verdict)) {
        const found = verdict === "fresh" && this.#refreshing === undefined ? reading : undefined;
        return { ...this.#hit(key, entry, reading.backend), found };
      }
      if (verdict === "stale") {
        return this.#stale(key, reading, this.#refresh(key, "stale") === undefined ? "retry-later" : "refreshing");
      }
      return verdict === "fallback"
        ? this.#computeOrFallBack(key, reading, flight)
        : this.#miss(key, "expired", flight);
    });
  }

  /** Runs the function whatever is stored; later calls join this run, and its result takes the entry's place. */
  refresh(): Promise<Outcome> {
    return this.#lead(this.#job.flightTimeoutMs(), async (flight) =>
      this.#miss(await this.#job.key(), "refresh", flight),
    );
  }

  /** Answers with what the code before has stored for the call, while this code runs: only where it has stored nothing yet. */
  async #rollOver(key: string, reason: MissReason): Promise<Outcome | undefined> {
    const { rollover } = this.#job;
    const previousKey = reason === "absent" ? await rollover?.key() : undefined;
    if (rollover === undefined || previousKey === undefined) return undefined;
    const found = await this.#store.read(previousKey, this.#job);
    const { entry } = found;
    if (entry === undefined || entry.isError || ageOf(entry.createdAt) > rollover.maxAgeMs) return undefined;
    const verdict = this.#decide(entry);
    if (verdict !== "stale" && !isAnswer(verdict)) return undefined;
    return this.#stale(previousKey, found, this.#refresh(key, "rollover") === undefined ? "retry-later" : "rollover");
  }

  #decide(entry: Entry): Verdict {
    const now = Date.now();
    // An error is thrown again while it is fresh, and is no answer after.
    if (entry.isError) return now < entry.expiresAt ? "fresh" : "expired";
    return this.#job.decide(entry, now, Math.random());
  }

  #lead(timeoutMs: number, run: (flight: Flight<Outcome>) => Promise<Outcome>): Promise<Outcome> {
    const { slot, signal } = this.#job;
    const times = { startedAt: this.#store.now(), timeoutMs, signal };
    const flight = new Flight(this.#store.flights, slot, times, run);
    this.#store.defer(flight.landed);
    return flight.result;
  }

  #hit(key: string, entry: Entry, backend: string): Outcome {
    tell(this.#job, "hit", { key, backend, ageMs: ageOf(entry.createdAt) });
    return { ...entry, verdict: "hit", key, backend };
  }

  #stale(key: string, { entry, backend }: FoundReading, reason: StaleReason): Outcome {
    tell(this.#job, "stale", { key, backend, ageMs: ageOf(entry.createdAt), reason });
    return { ...entry, verdict: "stale", key, backend };
  }

  async #miss(key: string, reason: MissReason, flight: Flight<Outcome>): Promise<Outcome> {
    flight.isReading = false;
    tell(this.#job, "miss", { key, reason });
    const refresh = reason === "refresh" ? undefined : this.#refreshing;
    // A refresh that began while the entry was stale is this computation already.
    if (refresh !== undefined) {
      const hasSettled = await waitFor(refresh.result, this.#join(refresh));
      if (hasSettled && !refresh.signal?.aborted) return refresh.result;
      if (!hasSettled) this.#abandon(refresh);
    }
    return new Computation(this.#store, this.#job, flight, { isBackground: false, reason, key }, false).outcome();
  }

  /** Runs the function, and answers with the expired entry where that fails or takes too long. */
  async #computeOrFallBack(key: string, found: FoundReading, leading: Flight<Outcome>): Promise<Outcome> {
    const { freshness, signal } = this.#job;
    const running = this.#refreshing;
    const flight = this.#refresh(key, "expired");
    if (flight === undefined) return this.#stale(key, found, "retry-later");
    // By the time that the entry is no answer any more, there is nothing to answer with instead of waiting.
    const isUsable = (afterMs = 0): boolean => this.#job.decide(found.entry, Date.now() + afterMs, 0) === "fallback";
    const softMs = isUsable(freshness.softTimeoutMs) ? freshness.softTimeoutMs : Infinity;
    // One's own is waited for to its end; the leader of another may have died with its request.
    const patienceMs = flight === running ? this.#join(flight) : Infinity;
    if (await waitFor(flight.result, Math.min(softMs, patienceMs))) {
      return flight.result.catch((error: unknown) => {
        // Another caller's abort is no answer to this one.
        if (flight.signal?.aborted && flight.signal !== signal) return this.#miss(key, "expired", leading);
        if (!isUsable()) throw error;
        // Told as `refresh-failed`.
        return this.#stale(key, found, "error");
      });
    }
    if (softMs <= patienceMs) return this.#stale(key, found, "slow");
    this.#abandon(flight);
    return isUsable() ? this.#computeOrFallBack(key, found, leading) : this.#miss(key, "expired", leading);
  }

  /** The refresh that runs, unless it has taken so long that its request is taken for dead. */
  get #refreshing(): Flight<Outcome> | undefined {
    const flight = this.#refreshFlight;
    return flight !== undefined && flight.answer === undefined && Date.now() < flight.deadline ? flight : undefined;
  }

  /** Tells that the call waits for another's computation, and says how long it may: the other's request may have died. */
  #join(flight: Flight<Outcome>): number {
    tell(this.#job, "joined", {});
    return flight.deadline - Date.now();
  }

  #abandon({ timeoutMs }: Flight<Outcome>): void {
    tell(this.#job, "abandoned", { waitedMs: timeoutMs });
  }

  /** Starts the one refresh of the slot, unless one is running or has just failed: nothing then, or the one that runs. */
  #refresh(key: string, reason: "early" | "stale" | "expired" | "rollover"): Flight<Outcome> | undefined {
    const store = this.#store;
    const job = this.#job;
    const { refreshSlot } = job;
    const running = this.#refreshing;
    if (running !== undefined) return running;
    if (Date.now() < (store.retries.get(refreshSlot) ?? 0)) return undefined;
    const isBackground = reason !== "expired";
    const signal = isBackground && job.outlivesCaller ? undefined : job.signal;
    const silent = this.#refreshFlight;
    const timeoutMs = silent !== undefined && silent.answer === undefined ? longerThan(silent) : job.flightTimeoutMs();
    const times = { startedAt: store.now(), timeoutMs, signal };
    const flight = new Flight(store.refreshes, refreshSlot, times, (refresh) =>
      new Computation(store, job, refresh, { isBackground, reason, key }, true).outcome(),
    );
    const settled = flight.result.then(
      ({ isRefused }) => {
        // What is not stored would be computed again for each call.
        if (isRefused) store.retryLater(job);
        else store.retries.delete(refreshSlot);
      },
      (error: unknown) => {
        if (!signal?.aborted) store.retryLater(job);
        tell(job, "refresh-failed", { key, error });
      },
    );
    store.defer(Promise.all([flight.landed, settled]));
    return flight;
  }
}

function isAnswer(verdict: Verdict): boolean {
  return verdict === "fresh" || verdict === "early";
}

/** Ends one caller's wait when its signal says so; what it waits for goes on. */
async function untilAborted<Result>(signal: AbortSignal, work: () => Promise<Result>): Promise<Result> {
  signal.throwIfAborted();
  const running = work();
  return new Promise<Result>((resolve, reject) => {
    const abort = (): void => reject(signal.reason);
    signal.addEventListener("abort", abort);
    running.then(resolve, reject).finally(() => signal.removeEventListener("abort", abort));
  });
}

/** Twice the time for the next, so that a function slower than its deadline is not run once for each who waits. */
function longerThan({ timeoutMs }: Flight<Outcome>): number {
  return Math.max(timeoutMs, Math.min(timeoutMs * 2, MAX_GROWN_TIMEOUT_MS));
}

/** The age of what was made at an instant, by this host's clock: another host's may be ahead of it. */
export function ageOf(createdAt: number): number {
  return Math.max(0, Date.now() - createdAt);
}
