import type { MortalMap } from "./mortal-map.ts";

/**
 * One running computation that several callers wait for, in its slot.
 *
 * A slot is taken synchronously, before anything is awaited, so that all calls of one turn find the same flight. It is
 * vacated when the flight has landed, at once where the computation fails, and by the first who has waited in vain.
 */
export class Flight<Result> {
  /** Epoch milliseconds: what the flight saw is as old as this. */
  readonly startedAt: number;
  readonly timeoutMs: number;
  /** The signal by which the caller that leads may end the computation. */
  readonly signal: AbortSignal | undefined;
  /** Until when others wait for it, in epoch milliseconds: past it they take its leader for dead, or its write. */
  deadline!: number;
  /** The answer, once it is known: the flight then only waits for its write. */
  answer: Result | undefined;
  /** Whether something that is stored now may still be the answer. */
  isReading = true;
  /** Settles when the answer is known; never, where the request that leads has ended first. */
  readonly result: Promise<Result>;
  /** Settles when nothing of the flight is running any more: the answer is known, and its write is done. */
  readonly landed: Promise<void>;
  #writing: Promise<unknown> | undefined;

  /** Starts; a flight that is in the slot goes on for those who joined it. */
  constructor(
    flights: Flights<Result>,
    slot: string,
    { startedAt, timeoutMs, signal }: Pick<Flight<Result>, "startedAt" | "timeoutMs" | "signal">,
    run: (flight: Flight<Result>) => Promise<Result>,
  ) {
    this.startedAt = startedAt;
    this.timeoutMs = timeoutMs;
    this.signal = signal;
    this.#know(undefined);
    const vacate = (): void => {
      if (flights.get(slot) === this) flights.delete(slot);
    };
    const land = (): void | Promise<void> => (this.#writing ? this.#writing.then(vacate, vacate) : vacate());
    this.result = run(this);
    // The first to hear of the answer: what has nothing to write is gone before any caller goes on.
    this.landed = this.result.then((answer) => {
      this.#know(answer);
      return land();
    }, land);
    // Only now: were the isolate stopped in between, a flight without a result would stay in the slot.
    flights.set(slot, this);
  }

  /**
   * Keeps the slot taken until a write is done, so that a call right after the answer joins and does not compute again.
   *
   * @param error what is given to such a call where the computation has failed
   */
  holdFor(writing: Promise<unknown>, error?: Result): void {
    this.#writing = writing;
    if (error !== undefined) this.#know(error);
  }

  #know(answer: Result | undefined): void {
    this.answer = answer;
    this.deadline = Date.now() + this.timeoutMs;
  }
}

/** The running flights of one cache, by slot. */
export type Flights<Result> = MortalMap<string, Flight<Result>>;
