import type { Backend, Envelope } from "./backend.ts";
import { type Entry, type EntryHead, reseal, seal } from "./entry.ts";
import { AutocacheError } from "./errors.ts";
import { handKey, isStampKey, namespacePrefix, requireText } from "./key/key.ts";
import { headFrom, type ValueJob, valueResult } from "./job.ts";
import { resolveTtl, type ValueOptions } from "./options.ts";
import { decide, graceMs } from "./policy.ts";
import { Call } from "./read-path.ts";
import type { Reading } from "./reading.ts";
import type { Store } from "./store.ts";
import { StoredEntry } from "./stored-entry.ts";
import type { StampKeys } from "./stamping.ts";

// Nothing is known of how long a computation under a key of one's own usually takes.
const FLIGHT_TIMEOUT_MS = 5_000;

// Of many writers that add to one number, one gets on in each round: this bounds a storage that never says yes.
const MAX_SWAPS = 1_000;

/** The values that are kept by hand, under keys of the user's own: Django's low-level calls. */
export class HandKept {
  readonly #store: Store;

  constructor(store: Store) {
    this.#store = store;
  }

  async get(key: string, fallback: unknown): Promise<unknown> {
    const entry = await this.#fresh(key);
    return entry === undefined ? fallback : entry.read(this.#store.options.share);
  }

  async has(key: string): Promise<boolean> {
    return (await this.#fresh(key)) !== undefined;
  }

  async set(key: string, value: unknown, options?: ValueOptions): Promise<void> {
    await this.#stored(key, options).set(value);
  }

  async getOrSet(key: string, compute: unknown, options?: ValueOptions): Promise<unknown> {
    const job = this.#job(key, options, typeof compute === "function" ? (compute as () => unknown) : () => compute);
    return (await new Call(this.#store, job).answer()).read(this.#store.options.share);
  }

  async add(key: string, value: unknown, options?: ValueOptions): Promise<boolean> {
    const swap = this.#requireSwap("add", key);
    const ttlMs = this.#ttlMs(key, options);
    const next = seal(value, this.#head(ttlMs, options), key);
    this.#store.sizeOf(next, key);
    if (ttlMs === 0) return false;
    return this.#change([key], async () => {
      const reading = await this.#find(key);
      return !isFresh(reading) && swap(await this.#keyOf(key), reading.envelope, next, this.#keepMs(ttlMs));
    });
  }

  async incr(key: string, delta = 1): Promise<number> {
    const swap = this.#requireSwap("count", key);
    if (!Number.isSafeInteger(delta)) {
      throw new TypeError(`Cannot count "${key}": the step is a whole number: received ${String(delta)}`);
    }
    return this.#change([key], () => this.#add(key, delta, swap));
  }

  async touch(key: string, options?: ValueOptions): Promise<boolean> {
    const ttlMs = this.#ttlMs(key, options);
    if (ttlMs === 0) {
      const isThere = await this.has(key);
      await this.delete(key);
      return isThere;
    }
    return this.#change([key], async () => {
      const reading = await this.#find(key);
      const touched = isFresh(reading) ? reseal(reading.envelope, { expiresAt: Date.now() + ttlMs }) : undefined;
      if (touched === undefined) return false;
      await this.#store.put(await this.#keyOf(key), this.#store.asker(key), touched, this.#keepMs(ttlMs));
      return true;
    });
  }

  async getMany(keys: readonly string[]): Promise<Map<string, unknown>> {
    const stored = await Promise.all(keys.map((key) => this.#keyOf(key)));
    const readings = await this.#store.findMany(stored, "getMany()", await this.#stamps());
    const values = new Map<string, unknown>();
    keys.forEach((key, i) => {
      const reading = readings.get(stored[i] as string);
      if (reading !== undefined && isFresh(reading)) values.set(key, reading.entry.read(this.#store.options.share));
    });
    return values;
  }

  async setMany(
    values: ReadonlyMap<string, unknown> | Readonly<Record<string, unknown>>,
    options?: ValueOptions,
  ): Promise<void> {
    const pairs = values instanceof Map ? [...values] : Object.entries(values);
    const ttlMs = this.#ttlMs("many", options);
    if (ttlMs === 0) return this.deleteMany(pairs.map(([key]) => key));
    const head = this.#head(ttlMs, options);
    // All are sealed and measured before the first is written.
    const sealed = await Promise.all(
      pairs.map(async ([key, value]) => {
        const envelope = seal(value, head, key);
        this.#store.sizeOf(envelope, key);
        return [await this.#keyOf(key), envelope] as const;
      }),
    );
    const names = new Map(sealed.map(([stored], i) => [stored, pairs[i]?.[0] ?? stored]));
    await this.#change(
      pairs.map(([key]) => key),
      () => this.#store.putMany(new Map(sealed), names, this.#keepMs(ttlMs)),
    );
  }

  async delete(key: string): Promise<void> {
    await this.#stored(key).invalidate();
  }

  async deleteMany(keys: readonly string[]): Promise<void> {
    await this.#change(keys, async () => {
      const stored = await Promise.all(keys.map(async (key) => [await this.#keyOf(key), key] as const));
      await this.#store.removeMany(new Map(stored));
    });
  }

  async clear(): Promise<void> {
    const { backend, options } = this.#store;
    if (backend.list === undefined)
      throw unsupported("clear the namespace", options.namespace, backend, "cannot list its keys");
    await this.#store.supersedeAll();
    const prefix = namespacePrefix(options.namespace);
    let cursor: string | undefined;
    do {
      const page = await backend.list(prefix, cursor);
      // Stamps stay: without them, an entry that a list did not show yet would be valid again.
      const entries = page.keys.filter((key) => !isStampKey(options.namespace, key));
      await this.#store.removeMany(new Map(entries.map((key) => [key, key])));
      ({ cursor } = page);
    } while (cursor !== undefined);
  }

  async #fresh(key: string): Promise<Entry | undefined> {
    const reading = await this.#find(key);
    return isFresh(reading) ? reading.entry : undefined;
  }

  async #find(key: string): Promise<Reading> {
    return this.#store.find(await this.#keyOf(key), { ...this.#store.asker(key), stamps: () => this.#stamps() });
  }

  async #keyOf(key: string): Promise<string> {
    requireText(key, "key");
    return handKey(this.#store.options.namespace, key);
  }

  async #add(key: string, delta: number, swap: Swap): Promise<number> {
    for (let round = 0; round < MAX_SWAPS; round++) {
      const reading = await this.#find(key);
      if (!isFresh(reading)) {
        throw new AutocacheError("not-found", `Cannot count "${key}": there is no value to add to: set() one first`);
      }
      const { entry, envelope } = reading;
      const sum = sumOf(entry.read("unfrozen"), delta, key);
      const ttlMs = this.#keepMs(entry.expiresAt - Date.now());
      if (await swap(await this.#keyOf(key), envelope, seal(sum, entry, key), ttlMs)) return sum;
    }
    throw new AutocacheError(
      "backend-failed",
      `Cannot count "${key}": ${this.#store.backend.name} refused ${MAX_SWAPS} writes in a row`,
    );
  }

  #change<Result>(keys: readonly string[], work: () => Promise<Result>): Promise<Result> {
    return this.#store.change(keys.map(slotOf), work);
  }

  /** How long the backend keeps a value: for as long as it may be answered with when stale, too. */
  #keepMs(ttlMs: number): number {
    return ttlMs + graceMs(this.#store.options);
  }

  #stamps(): Promise<StampKeys | undefined> {
    return this.#store.namespaceStamps();
  }

  #head(ttlMs: number, { tags }: ValueOptions = {}): EntryHead {
    return headFrom(this.#store.stamps.now(), ttlMs, 0, tags);
  }

  #ttlMs(key: string, options: ValueOptions = {}): number {
    return resolveTtl(options, this.#store.options.ttlMs, key);
  }

  #stored(key: string, options?: ValueOptions): StoredEntry {
    return new StoredEntry(this.#store, this.#job(key, options));
  }

  #job(key: string, options?: ValueOptions, compute: () => unknown = () => undefined): ValueJob {
    requireText(key, "key");
    const ttlMs = this.#ttlMs(key, options);
    const freshness = this.#store.options;
    const slot = slotOf(key);
    const job: ValueJob = {
      ...this.#store.asker(key),
      slot,
      refreshSlot: slot,
      key: () => this.#keyOf(key),
      compute,
      isCurrent: () => true,
      ttlMs: () => ttlMs,
      decide: (entry, now, random) => decide(entry, freshness, now, random),
      tags: () => options?.tags,
      // Whoever asks, the value may have been given tags.
      isStamped: true,
      stamps: () => this.#stamps(),
      freshness,
      flightTimeoutMs: () => freshness.flightTimeoutMs ?? FLIGHT_TIMEOUT_MS,
      signal: undefined,
      observe: () => {},
      isWanted: () => true,
      resultOf: (value, times) => valueResult(job, value, times),
    };
    return job;
  }

  #requireSwap(verb: string, key: string): Swap {
    const { backend } = this.#store;
    const { compareAndSet } = backend;
    if (compareAndSet === undefined) throw unsupported(verb, key, backend, "has no atomic write");
    return (stored, expected, next, ttlMs) =>
      compareAndSet.call(
        backend,
        stored,
        expected,
        next,
        { ttlMs },
        this.#store.context(this.#store.asker(key), stored),
      );
  }
}

type Swap = (key: string, expected: Envelope | undefined, next: Envelope, ttlMs: number) => Promise<boolean>;

type FreshReading = Extract<Reading, { entry: Entry }>;

function isFresh(reading: Reading): reading is FreshReading {
  return reading.entry !== undefined && isFreshEntry(reading.entry, Date.now());
}

function isFreshEntry(entry: Entry, now: number): boolean {
  return entry.isError !== true && now < entry.expiresAt;
}

/** No function's slot starts with `=`. */
function slotOf(key: string): string {
  return `=${key}`;
}

function sumOf(value: unknown, delta: number, key: string): number {
  const sum = typeof value === "number" ? value + delta : Number.NaN;
  if (Number.isSafeInteger(value) && Number.isSafeInteger(sum)) return sum;
  throw new TypeError(
    `Cannot count "${key}": value and sum are whole numbers: received ${JSON.stringify(value) ?? typeof value}`,
  );
}

function unsupported(verb: string, what: string, { name }: Backend, reason: string): AutocacheError {
  return new AutocacheError(
    "unsupported",
    `Cannot ${verb} "${what}": the backend ${reason}: received ${name}; memory() and upstash() can`,
  );
}
