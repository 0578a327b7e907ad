import type { Backend, Envelope, Operation, OperationContext } from "./backend.ts";
import { batchReads } from "./batch.ts";
import { bulk } from "./bulk.ts";
import type { Entry } from "./entry.ts";
import { AutocacheError, isAutocacheError } from "./errors.ts";
import type { CacheEvent, Report } from "./events.ts";
import { Flights } from "./flight.ts";
import { foldBytes } from "./folding.ts";
import { guard, longestWriteMs } from "./guard.ts";
import { MortalMap } from "./mortal-map.ts";
import type { ResolvedCacheOptions } from "./options.ts";
import { type FoundReading, Reader, type Reading } from "./reader.ts";
import { Runs } from "./runs.ts";
import { sizeIn, takes } from "./size.ts";
import { memoryOfStamps, type StampKeys, Stamps } from "./tags.ts";
import { waitFor } from "./wait.ts";

// Twice what Workers leave to work in the background: what is older has died with its request.
const MAX_BACKGROUND_MS = 60_000;
// How long a failed refresh is remembered at most, so that what is not asked for again is forgotten.
const MAX_RETRY_MS = 600_000;

/** What a call came to: an entry, stored or not, and how it was come by. */
export interface Outcome extends Entry {
  /** Whether the value was computed and will not be stored, so that it is not to be computed again for each call. */
  readonly isRefused?: boolean;
  readonly verdict: "hit" | "stale" | "miss";
  readonly key: string;
  /** Which backend answered a hit; `flight` where the entry was still being written. */
  readonly backend?: string;
  /** What was read, where it was fresh and nothing newer is on its way: the same may be answered again. */
  readonly found?: FoundReading | undefined;
}

/** What was made invalid, or marked as expired: what has a tag, what is of a URL, or all. */
export interface StampChange {
  readonly tags?: readonly string[];
  readonly url?: string;
  /** Whether it is only marked as expired. */
  readonly isSoft: boolean;
}

/** One cache's backend as the read path sees it: entries instead of envelopes, failures as events, work that outlives the call. */
export class Store {
  readonly options: ResolvedCacheOptions;
  readonly backend: Backend;
  readonly stamps: Stamps;
  readonly #reader: Reader;
  /** The computations that callers wait for. */
  readonly flights: Flights<Outcome> = new Flights(() => this.stamps.now());
  /** The refreshes that run while callers are answered with what is stored. */
  readonly refreshes: Flights<Outcome> = new Flights(() => this.stamps.now());
  /** All runs of functions, also those that nobody waits for any more. */
  readonly runs: Runs;
  /** Until when a slot whose refresh has failed is not refreshed again, in epoch milliseconds. */
  readonly retries: MortalMap<string, number> = new MortalMap(MAX_RETRY_MS);
  readonly #background = new MortalMap<Promise<unknown>, Promise<unknown>>(MAX_BACKGROUND_MS);
  readonly #followers: ((change: StampChange, report: Report) => Promise<void>)[] = [];
  #functions = 0;

  constructor(options: ResolvedCacheOptions) {
    this.options = options;
    const { backend, backendTimeoutMs, breaker } = options;
    this.backend = guard(batchReads(foldBytes(backend), backendTimeoutMs), {
      timeoutMs: backendTimeoutMs,
      ...breaker,
      emit: this.emit,
    });
    this.runs = new Runs(longestWriteMs(backendTimeoutMs));
    this.stamps = new Stamps(this.backend, memoryOfStamps(backend, options.namespace), options);
    this.#reader = new Reader(this.backend, this.stamps);
  }

  /** Lets somebody do the same elsewhere when something is made invalid. */
  follow(follower: (change: StampChange, report: Report) => Promise<void>): void {
    this.#followers.push(follower);
  }

  /** Resolves when all who follow have done the same. */
  async lead(change: StampChange): Promise<void> {
    await Promise.all(this.#followers.map((follower) => follower(change, this.emit)));
  }

  /** A name for the flights of one function object: two functions never share one, whatever their names. */
  nextSlotPrefix(): string {
    this.#functions += 1;
    return `${this.#functions}:`;
  }

  /** Emits a fact. A listener that throws must not break the call it is told about. */
  readonly emit = (event: CacheEvent): void => {
    try {
      const told: unknown = this.options.onEvent?.(event);
      if (told instanceof Promise) told.catch(() => {});
    } catch {
      // Said in the option's documentation.
    }
  };

  /** Reads one key for a call. A backend that fails is an event and a miss; one whose binding is missing throws. */
  async read(
    key: string,
    name: string,
    report: Report,
    stamps?: StampKeys,
    isBinary: boolean = false,
  ): Promise<Reading> {
    try {
      return await this.find(key, name, report, stamps, isBinary);
    } catch (error) {
      if (isAutocacheError(error, "missing-binding")) throw error;
      this.#failed("get", this.backend.name, error, { name, key }, report);
      return { reason: "backend-failed" };
    }
  }

  /** Reads one key for somebody who asked for just that; what the backend throws reaches them. */
  async find(
    key: string,
    name: string,
    report: Report,
    stamps?: StampKeys,
    isBinary: boolean = false,
  ): Promise<Reading> {
    let backend = this.backend.name;
    const found = (tier: string): void => {
      backend = tier;
    };
    const context = this.context(key, name, report, found);
    const readings = await this.#reader.read(
      [key],
      stamps,
      isBinary ? { ...context, binary: new Set([key]) } : context,
    );
    const reading = readings.get(key) ?? { reason: "absent" };
    // Which tier answered is known only now.
    return reading.entry === undefined ? reading : { ...reading, backend };
  }

  /** Reads several keys in one bulk operation, for somebody who asked for just that. */
  findMany(keys: readonly string[], name: string, report: Report, stamps?: StampKeys): Promise<Map<string, Reading>> {
    return this.#reader.read(keys, stamps, this.context(undefined, name, report));
  }

  /** The stamp that every entry of the namespace carries, where it can be purged. */
  async namespaceStamps(): Promise<StampKeys | undefined> {
    if (!this.options.isPurgeable) return undefined;
    return { invalidating: [await this.stamps.keyOf("purged namespace", "")], expiring: [] };
  }

  /** Stamps keys for somebody who asked for it. */
  async stamp(keys: readonly string[], name: string): Promise<void> {
    await this.stamps.stamp(keys, this.context(undefined, name, this.emit));
  }

  /** Writes one envelope for a call that does not wait for it; what goes wrong is an event. Tells whether it is stored. */
  async write(key: string, name: string, envelope: Envelope, ttlMs: number, report: Report): Promise<boolean> {
    try {
      await this.put(key, name, envelope, ttlMs, report);
      return true;
    } catch (error) {
      if (isAutocacheError(error, "too-large")) {
        report({ type: "not-stored", name, key, reason: "too-large", bytes: sizeIn(this.backend, envelope) });
      } else {
        this.#failed("set", this.backend.name, error, { name, key }, report);
      }
      return false;
    }
  }

  /**
   * Writes one envelope for somebody who asked for just that.
   *
   * @throws {AutocacheError} `too-large` where the backend does not take an envelope of this size; what the backend throws
   */
  async put(key: string, name: string, envelope: Envelope, ttlMs: number, report: Report): Promise<void> {
    const bytes = this.sizeOf(envelope, name);
    await this.backend.set(key, envelope, { ttlMs }, this.context(key, name, report));
    report({ type: "stored", name, key, bytes, ttlMs });
  }

  /** Writes several envelopes for somebody who asked for just that; `names` are what their keys are called. */
  async putMany(
    envelopes: ReadonlyMap<string, Envelope>,
    names: ReadonlyMap<string, string>,
    ttlMs: number,
  ): Promise<void> {
    await bulk.setMany(this.backend, envelopes, { ttlMs }, this.context(undefined, "setMany()", this.emit));
    for (const [key, envelope] of envelopes) {
      const bytes = sizeIn(this.backend, envelope);
      this.emit({ type: "stored", name: names.get(key) ?? key, key, bytes, ttlMs });
    }
  }

  /** Removes several keys for somebody who asked for just that. */
  async removeMany(names: ReadonlyMap<string, string>): Promise<void> {
    await bulk.deleteMany(this.backend, [...names.keys()], this.context(undefined, "deleteMany()", this.emit));
    for (const [key, name] of names) this.emit({ type: "invalidated", name, key });
  }

  /** Measures an envelope, and refuses one that the backend does not take. */
  sizeOf(envelope: Envelope, name: string): number {
    const { maxValueBytes } = this.backend.capabilities;
    const bytes = sizeIn(this.backend, envelope);
    if (takes(this.backend, envelope)) return bytes;
    throw new AutocacheError(
      "too-large",
      `Cannot store "${name}" in ${this.backend.name}: an entry is at most ${maxValueBytes} bytes there: received ${bytes}`,
    );
  }

  /** Removes one key for somebody who asked for it; what the backend throws reaches them. */
  async remove(key: string, name: string, report: Report): Promise<void> {
    await this.backend.delete(key, this.context(key, name, report));
    report({ type: "invalidated", name, key });
  }

  /** Removes one key for a call that does not wait for it; what goes wrong is an event. */
  async discard(key: string, name: string, report: Report): Promise<void> {
    try {
      await this.remove(key, name, report);
    } catch (error) {
      this.#failed("delete", this.backend.name, error, { name, key }, report);
    }
  }

  /**
   * Changes what slots hold, after the writes that have begun: what runs in them is neither joined nor stored.
   */
  async change<Result>(slots: readonly string[], work: () => Promise<Result>): Promise<Result> {
    for (const slot of slots) this.retries.delete(slot);
    this.flights.vacate(slots);
    this.refreshes.vacate(slots);
    this.runs.outdate(slots);
    try {
      return await this.runs.write(slots, work);
    } finally {
      // What began meanwhile may have read what was there before.
      this.flights.vacate(slots, "reading");
    }
  }

  /** The same for every slot. */
  async supersedeAll(): Promise<void> {
    this.retries.clear();
    this.flights.vacateAll();
    this.refreshes.vacateAll();
    await this.runs.outdateAll();
  }

  /** Lets work go on after the call, under the host's `waitUntil`. */
  defer(work: Promise<unknown>): void {
    const done = work.catch(() => {}).finally(() => this.#background.delete(done));
    this.#background.set(done, done);
    try {
      this.options.waitUntil(done);
    } catch {
      // Where no request is running (module scope) there is nothing to keep alive: the work goes on as it can.
    }
  }

  /** Resolves when the work that goes on now is done, or is so old that it has died with its request. */
  async settled(): Promise<void> {
    while (this.#background.size > 0) {
      const works = this.#background.values();
      if (await waitFor(Promise.all(works), MAX_BACKGROUND_MS)) continue;
      for (const dead of works) this.#background.delete(dead);
    }
  }

  /** What a backend may tell the call that it works for. */
  context(
    key: string | undefined,
    name: string,
    report: Report,
    found: (tier: string) => void = () => {},
  ): OperationContext {
    return {
      found,
      failed: (operation, backend, error) =>
        this.#failed(operation, backend, error, key === undefined ? { name } : { name, key }, report),
      waitUntil: (work) => this.defer(work),
    };
  }

  #failed(
    operation: Operation,
    backend: string,
    error: unknown,
    of: { name: string; key?: string },
    report: Report,
  ): void {
    // Told once already, when the breaker opened.
    if (isAutocacheError(error, "breaker-open")) return;
    report({ type: "backend-failed", ...of, operation, backend, error });
  }
}
