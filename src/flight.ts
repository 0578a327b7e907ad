/** One running computation that several callers wait for. */
export interface Flight<Result> {
  /** Settles when the answer is known. */
  readonly result: Promise<Result>;
  /** The answer, once it is known: the flight then only waits for its write. */
  readonly answer: Result | undefined;
  /** The write of the answer, once it has begun. */
  readonly writing: Promise<unknown> | undefined;
  /** Settles when nothing of the flight is running any more: the answer is known, and its write is done. */
  readonly landed: Promise<void>;
}

/** What the leader of a flight may do with it while it runs. */
export interface Leader {
  /** Whether the answer may still be stored: nobody has invalidated, set or refreshed the slot meanwhile. */
  isCurrent(): boolean;
  /** Keeps the slot taken until a write is done, so that a call right after the answer joins and does not compute again. */
  holdFor(write: Promise<unknown>): void;
}

/**
 * The running flights of one cache, by slot.
 *
 * A slot is taken synchronously, before anything is awaited, so that all calls of one turn find the same flight. It is
 * vacated when the flight has landed, or at once where the computation fails.
 */
export class Flights<Result extends object> {
  readonly #bySlot = new Map<string, Flight<Result>>();

  /** The flight to join, if one is running. */
  find(slot: string): Flight<Result> | undefined {
    return this.#bySlot.get(slot);
  }

  /** Starts a flight in the slot; one that is there goes on for those who joined it, and will not be stored. */
  lead(slot: string, run: (leader: Leader) => Promise<Result>): Flight<Result> {
    let answer: Result | undefined;
    let writing: Promise<unknown> | undefined;
    const isCurrent = (): boolean => this.#bySlot.get(slot) === flight;
    const vacate = (): void => {
      if (isCurrent()) this.#bySlot.delete(slot);
    };
    const holdFor = (write: Promise<unknown>): void => {
      writing = write;
    };
    const result = run({ isCurrent, holdFor });
    // The first to hear of the answer: what has nothing to write is gone before any caller goes on.
    const landed = result.then((known) => {
      answer = known;
      return writing === undefined ? vacate() : writing.then(vacate, vacate);
    }, vacate);
    const flight: Flight<Result> = {
      result,
      landed,
      get answer() {
        return answer;
      },
      get writing() {
        return writing;
      },
    };
    this.#bySlot.set(slot, flight);
    return flight;
  }

  /** Vacates the slot: who joined gets the answer, nobody joins any more, and the answer is not stored. */
  supersede(slot: string): Flight<Result> | undefined {
    const flight = this.#bySlot.get(slot);
    this.#bySlot.delete(slot);
    return flight;
  }

  /** Vacates every slot. */
  supersedeAll(): Flight<Result>[] {
    const flights = [...this.#bySlot.values()];
    this.#bySlot.clear();
    return flights;
  }
}
