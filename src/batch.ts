import { around } from "./around.ts";
import type { Backend, Envelope, OperationContext } from "./backend.ts";
import { sleep, waitFor } from "./wait.ts";

interface Batch<Item, Result> {
  readonly openedAt: number;
  readonly items: Item[];
  readonly results: Promise<readonly Result[]>;
}

// A batch is open for one turn of the event loop. One that is older was opened by a request that has ended, whose timer
// will never run.
const MAX_OPEN_MS = 50;

/** Gathers what is asked for in one turn of the event loop, and gets it in one go. */
export class Batcher<Item, Result> {
  readonly #run: (items: readonly Item[]) => Promise<readonly Result[]>;
  readonly #patienceMs: () => number;
  #open: Batch<Item, Result> | undefined;

  /**
   * @param run gets the results of several items, in their order
   * @param patienceMs how long one who asks waits for a batch that another request may have taken with it, before it asks
   *   again, together with the others who have waited in vain
   */
  constructor(run: (items: readonly Item[]) => Promise<readonly Result[]>, patienceMs: () => number) {
    this.#run = run;
    this.#patienceMs = patienceMs;
  }

  async load(items: readonly Item[], patienceMs: number = this.#patienceMs()): Promise<readonly Result[]> {
    const batch = this.#join();
    const start = batch.items.length;
    batch.items.push(...items);
    if (!(await waitFor(batch.results, patienceMs))) return this.load(items, patienceMs * 2);
    return (await batch.results).slice(start, start + items.length);
  }

  #join(): Batch<Item, Result> {
    if (this.#open !== undefined && Date.now() - this.#open.openedAt < MAX_OPEN_MS) return this.#open;
    const items: Item[] = [];
    const results = sleep(0).then(() => {
      if (this.#open === batch) this.#open = undefined;
      return this.#run(items);
    });
    const batch: Batch<Item, Result> = { openedAt: Date.now(), items, results };
    this.#open = batch;
    return batch;
  }
}

/**
 * Makes one bulk read of the reads that concurrent calls make in one turn of the event loop.
 *
 * @param timeoutMs how long a read is waited for in all: half of it for the bulk read that it has joined
 */
export function batchReads(backend: Backend, timeoutMs: number): Backend {
  const { getMany } = backend;
  if (getMany === undefined) return backend;
  const read = async (wanted: readonly Wanted[]): Promise<readonly (Envelope | undefined)[]> => {
    const [first] = wanted;
    const context = contextOf(wanted);
    if (wanted.length === 1 && first !== undefined) return [await backend.get(first.key, context)];
    const found = await getMany.call(backend, [...new Set(wanted.map(({ key }) => key))], context);
    return wanted.map(({ key }) => found.get(key));
  };
  const batcher = new Batcher(read, () => timeoutMs / 2);
  return {
    ...around(backend, (_operation, work) => work()),
    get: async (key, context) => (await batcher.load([wantedOf(key, context)]))[0],
    getMany: async (keys, context) => {
      const envelopes = await batcher.load(keys.map((key) => wantedOf(key, context)));
      const found = new Map<string, Envelope>();
      keys.forEach((key, i) => {
        const envelope = envelopes[i];
        if (envelope !== undefined) found.set(key, envelope);
      });
      return found;
    },
  };
}

/** A key that a call reads, and whether its envelope may have bytes. */
interface Wanted {
  readonly key: string;
  readonly isBinary: boolean;
}

function wantedOf(key: string, context: OperationContext | undefined): Wanted {
  return { key, isBinary: context?.binary?.has(key) === true };
}

/** A bulk read is of no one call, so that there is nobody to tell anything; what it is told is which keys have bytes. */
function contextOf(wanted: readonly Wanted[]): OperationContext | undefined {
  const binary = new Set(wanted.filter(({ isBinary }) => isBinary).map(({ key }) => key));
  return binary.size === 0 ? undefined : { found() {}, failed() {}, waitUntil() {}, binary };
}
