import { MortalMap } from "./mortal-map.ts";
import { waitFor } from "./wait.ts";

/** One run of a function, and whether its result may still be stored. */
export interface Run {
  readonly slot: string;
  isCurrent: boolean;
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
// A write whose request has ended may never settle; what must come after it waits this long.
const LAST_WRITE_MS = 1_000;

/**
 * The runs of one cache's functions, by slot: they decide whose result is stored, so that no older value takes the place
 * of a newer one, and none that of one that was set or invalidated since.
 */
export class Runs {
  readonly #slots = new MortalMap<string, Slot>(MAX_AGE_MS, ({ running }) => {
    for (const run of running) run.isCurrent = false;
  });

  begin(slot: string): Run {
    const run = { slot, isCurrent: true };
    this.#slot(slot).running.add(run);
    return run;
  }

  end(run: Run): void {
    this.#slots.get(run.slot)?.running.delete(run);
    this.#clean(run.slot);
  }

  /**
   * Writes the result of a run, unless it is out of date, and makes those out of date that began before it: one that
   * began later has seen something newer. Resolves when the write is done; `undefined` where there is none.
   */
  store(run: Run, write: () => Promise<unknown>): Promise<unknown> | undefined {
    if (!run.isCurrent) return undefined;
    const { running } = this.#slot(run.slot);
    for (const other of running) {
      if (other === run) break;
      other.isCurrent = false;
      running.delete(other);
    }
    return this.write(run.slot, write);
  }

  /** Writes after the write that has begun, and keeps the next one waiting. */
  write(slot: string, write: () => Promise<unknown>): Promise<unknown> {
    const state = this.#slot(slot);
    const earlier = state.writing;
    const writing = (earlier === undefined ? write() : waitFor(earlier, LAST_WRITE_MS).then(write)).finally(() => {
      if (state.writing === writing) state.writing = undefined;
      this.#clean(slot);
    });
    state.writing = writing;
    return writing;
  }

  /** Keeps what runs from being stored, and waits for the writes that have begun, so that none lands after what comes now. */
  async outdate(slots: readonly string[]): Promise<void> {
    await this.#outdate(slots.map((slot) => this.#slots.get(slot)));
  }

  /** The same for every slot. */
  async outdateAll(): Promise<void> {
    await this.#outdate(this.#slots.values());
  }

  async #outdate(states: readonly (Slot | undefined)[]): Promise<void> {
    for (const state of states) {
      for (const run of state?.running ?? []) run.isCurrent = false;
      state?.running.clear();
    }
    const writes = states.flatMap((state) => state?.writing ?? []);
    if (writes.length > 0) await waitFor(Promise.allSettled(writes), LAST_WRITE_MS);
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
