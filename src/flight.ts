import { MortalMap } from "./mortal-map.ts";

/** One running computation that several callers wait for. */
export interface Flight<Result> {
  /** Epoch milliseconds: what the flight saw is as old as this. */
  readonly startedAt: number;
  /** Settles when the answer is known; never, where the request that leads has ended first. */
  readonly result: Promise<Result>;
  /** Until when others wait for it, in epoch milliseconds: past it they take its leader for dead, or its write. */
  readonly deadline: number;
  readonly timeoutMs: number;
  /** The answer, once it is known: the flight then only waits for its write. */
  readonly answer: Result | undefined;
  /** The signal by which the caller that leads may end the computation. */
  readonly signal: AbortSignal | undefined;
  /** Settles when nothing of the flight is running any more: the answer is known, and its write is done. */
  readonly landed: Promise<void>;
}

/** What the leader of a flight may do with it while it runs. */
export interface Leader<Result> {
  /**
   * Keeps the slot taken until a write is done, so that a call right after the answer joins and does not compute again.
   *
   * @param error what is given to such a call where the computation has failed
   */
  holdFor(write: Promise<unknown>, error?: Result): void;
  /** Tells that nothing that is stored now will be the answer. */
  hasRead(): void;
}

// Work in the background lasts 30 s on Workers (https://developers.cloudflare.com/workers/runtime-apis/context/#waituntil):
// a flight of this age is a dead one, or one so long that to run it twice is the smaller harm.
const MAX_AGE_MS = 120_000;

/**
 * The running flights of one cache, by slot.
 *
 * A slot is taken synchronously, before anything is awaited, so that all calls of one turn find the same flight. It is
 * vacated when the flight has landed, at once where the computation fails, and by the first who has waited in vain.
 */
export class Flights<Result extends object> {
  readonly #bySlot = new MortalMap<string, MutableFlight<Result>>(MAX_AGE_MS);
  readonly #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
  }

  /** The flight to join, if one is running. */
  find(slot: string): Flight<Result> | undefined {
    return this.#bySlot.get(slot);
  }

  /** Starts a flight in the slot; one that is there goes on for those who joined it. */
  lead(
    slot: string,
    timeoutMs: number,
    signal: AbortSignal | undefined,
    run: (leader: Leader<Result>) => Promise<Result>,
  ): Flight<Result> {
    const flight = new MutableFlight<Result>(this.#now(), timeoutMs, signal);
    const vacate = (): void => {
      if (this.#bySlot.get(slot) === flight) this.#bySlot.delete(slot);
    };
    flight.start(run, vacate);
    // Only now: were the isolate stopped in between, a flight without a result would stay in the slot.
    this.#bySlot.set(slot, flight);
    return flight;
  }

  /** Vacates slots, or only those in which a flight still reads: who joined gets the answer, and nobody joins any more. */
  vacate(slots: readonly string[], which: "all" | "reading" = "all"): void {
    for (const slot of slots)
      if (which === "all" || this.#bySlot.get(slot)?.isReading === true) this.#bySlot.delete(slot);
  }

  /** Vacates every slot. */
  vacateAll(): void {
    this.#bySlot.clear();
  }
}

class MutableFlight<Result> implements Flight<Result> {
  readonly startedAt: number;
  deadline: number;
  readonly timeoutMs: number;
  readonly signal: AbortSignal | undefined;
  isReading = true;
  result!: Promise<Result>;
  landed!: Promise<void>;
  answer: Result | undefined;

  constructor(startedAt: number, timeoutMs: number, signal: AbortSignal | undefined) {
    this.signal = signal;
    this.startedAt = startedAt;
    this.timeoutMs = timeoutMs;
    this.deadline = Date.now() + timeoutMs;
  }

  start(run: (leader: Leader<Result>) => Promise<Result>, vacate: () => void): void {
    let held: Promise<unknown> | undefined;
    const know = (answer: Result): void => {
      this.answer = answer;
      this.deadline = Date.now() + this.timeoutMs;
    };
    const holdFor = (write: Promise<unknown>, error?: Result): void => {
      held = write;
      if (error !== undefined) know(error);
    };
    const hasRead = (): void => {
      this.isReading = false;
    };
    this.result = run({ holdFor, hasRead });
    const land = (): void | Promise<void> => (held === undefined ? vacate() : held.then(vacate, vacate));
    // The first to hear of the answer: what has nothing to write is gone before any caller goes on.
    this.landed = this.result.then((known) => {
      know(known);
      return land();
    }, land);
  }
}
