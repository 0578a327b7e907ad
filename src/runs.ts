import { MortalMap } from "./mortal-map.ts";
import { waitFor } from "./wait.ts";

/** One run of a function, and whether its result may still be stored. */
export interface Run {
  readonly slot: string;
  isCurrent: boolean;
  /** Whether its result waits for its turn to be written. */
  isWaiting: boolean;
}

interface Slot {
  /** In the order in which they began. */
  readonly running: Set<Run>;
  /** The last write, once it has begun: the next waits for it. */
  writing: Promise<unknown> | undefined;
}

// Work in the background lasts 30 s on Workers (https://developers.cloudflare.com/workers/runtime-apis/context/#waituntil):
// what is of this age has died with its request.
const MAX_AGE_MS = 600_000;
/**
 * The runs of one cache's functions, by slot: they decide whose result is stored, so that no older value takes the place
 * of a newer one, and none that of one that was set or invalidated since.
 */
export class Runs {
  readonly #lastWriteMs: number;
  readonly #slots = new MortalMap<string, Slot>(MAX_AGE_MS, outdate);

  /** @param lastWriteMs how long what must come after a write waits for it: its request may have ended */
  constructor(lastWriteMs: number) {
    this.#lastWriteMs = lastWriteMs;
  }

  begin(slot: string): Run {
    const run = { slot, isCurrent: true, isWaiting: false };
    this.#slot(slot).running.add(run);
    return run;
  }

  end(run: Run): void {
    if (run.isWaiting) return;
    this.#slots.get(run.slot)?.running.delete(run);
    this.#clean(run.slot);
  }

  /**
   * Writes the result of a run, unless it is out of date, and makes those out of date that began before it: one that
   * began later has seen something newer. Tells in the end whether it has written; `undefined` where it will not.
   */
  store(run: Run, write: () => Promise<unknown>): Promise<boolean> | undefined {
    if (!run.isCurrent) return undefined;
    const { running } = this.#slot(run.slot);
    for (const other of running) {
      if (other === run) break;
      other.isCurrent = false;
      running.delete(other);
    }
    run.isWaiting = true;
    return this.write([run.slot], async () => {
      running.delete(run);
      // Something may have come after it while it waited.
      if (run.isCurrent) await write();
      return run.isCurrent;
    });
  }

  /** Changes what slots hold, after the writes of them that have begun; the next one waits for this one. */
  write<Result>(slots: readonly string[], work: () => Promise<Result>): Promise<Result> {
    const states = slots.map((slot) => this.#slot(slot));
    const earlier = states.flatMap(({ writing }) => writing ?? []);
    const result = earlier.length === 0 ? work() : waitFor(Promise.all(earlier), this.#lastWriteMs).then(work);
    const done = (): void => {
      for (const state of states) if (state.writing === writing) state.writing = undefined;
      for (const slot of slots) this.#clean(slot);
    };
    const writing = result.then(done, done);
    for (const state of states) state.writing = writing;
    return result;
  }

  /** Keeps what runs from being stored. */
  outdate(slots: readonly string[]): void {
    for (const slot of slots) outdate(this.#slots.get(slot));
  }

  /** The slots in which something runs, or is written. */
  slots(): string[] {
    return this.#slots.keys();
  }

  #slot(slot: string): Slot {
    const known = this.#slots.get(slot);
    if (known !== undefined) return known;
    const made: Slot = { running: new Set(), writing: undefined };
    this.#slots.set(slot, made);
    return made;
  }

  #clean(slot: string): void {
    const state = this.#slots.get(slot);
    if (state?.running.size === 0 && state.writing === undefined) this.#slots.delete(slot);
  }
}

function outdate(slot: Slot | undefined): void {
  for (const run of slot?.running ?? []) run.isCurrent = false;
  slot?.running.clear();
}
