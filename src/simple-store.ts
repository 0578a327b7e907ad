import type { Backend, Care, Envelope, Operation, OperationContext } from "./backend.ts";
import { type Entry, open } from "./entry.ts";
import { AutocacheError, isAutocacheError } from "./errors.ts";
import type { CacheEvent, Report } from "./events.ts";
import { Flights } from "./flight.ts";
import { MortalMap } from "./mortal-map.ts";
import type { ResolvedCacheOptions } from "./options.ts";
import type { FoundReading, Reading } from "./reading.ts";
import { Runs } from "./runs.ts";
import { sizeIn, takes } from "./size.ts";
import type { StampKeys, Stamping } from "./stamping.ts";
import { longestWriteMs, waitFor } from "./wait.ts";

// Twice what Workers leave to work in the background: what is older has died with its request.
const MAX_BACKGROUND_MS = 60_000;
// How long a failed refresh is remembered at most, so that what is not asked for again is forgotten.
const MAX_RETRY_MS = 600_000;

/** What a call came to: an entry, stored or not, and how it was come by. */
export interface Outcome extends Entry {
  /** Whether the value was computed, and will not be stored. */
  readonly isRefused?: boolean;
  readonly verdict: "hit" | "stale" | "miss";
  readonly key: string;
  /** Which backend answered a hit; `flight` where the entry was still being written. */
  readonly backend?: string;
  /** What was read, where it was fresh and nothing newer is on its way: the same may be answered again. */
  readonly found?: FoundReading | undefined;
}

/**
 * One cache's backend as the read path sees it: entries instead of envelopes, failures as events, work that outlives the
 * call. `Store` adds what only `createCache()` has, so that `cached()` alone does not bring it: tags, bulk operations, and
 * care for backends that do not bring their own.
 */
export class SimpleStore {
  readonly options: ResolvedCacheOptions;
  readonly backend: Backend;
  /** Whether anybody listens to facts. */
  readonly isHeard: boolean;
  /** The computations that callers wait for. */
  readonly flights: Flights<Outcome> = new Flights(() => this.now());
  /** The refreshes that run while callers are answered with what is stored. */
  readonly refreshes: Flights<Outcome> = new Flights(() => this.now());
  /** All runs of functions, also those that nobody waits for any more. */
  readonly runs: Runs;
  /** Until when a slot whose refresh has failed is not refreshed again, in epoch milliseconds. */
  readonly retries: MortalMap<string, number> = new MortalMap(MAX_RETRY_MS);
  readonly #background = new MortalMap<Promise<unknown>, Promise<unknown>>(MAX_BACKGROUND_MS);
  #functions = 0;

  constructor(options: ResolvedCacheOptions, prepare: (backend: Backend, care: Care) => Backend = prepared) {
    this.options = options;
    this.isHeard = options.onEvent !== undefined;
    const { backend, backendTimeoutMs: timeoutMs, breaker } = options;
    this.backend = prepare(backend, { timeoutMs, ...breaker, emit: this.emit });
    this.runs = new Runs(longestWriteMs(timeoutMs));
  }

  /** The instant of now, for what begins now. */
  now(): number {
    return Date.now();
  }

  /** Whether something that began at an instant may have been made invalid in this isolate since. */
  isOutdated(_begunAt: number): boolean {
    return false;
  }

  /** The newest stamp that was made in this isolate. */
  get newestStamp(): number {
    return 0;
  }

  /**
   * Makes the stamps of what is kept under a name.
   *
   * @throws {TypeError} where this store has none
   */
  stampingOf(name: string, tags: unknown): Stamping {
    if (tags === undefined) return unstamped(name);
    throw new TypeError(
      `Cannot cache "${name}": tags belong to a cache, which can invalidate them: use createCache().cached(): received tags for a function that is cached by itself`,
    );
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
      this.failed("get", this.backend.name, error, { name, key }, report);
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
    const context = this.context(key, name, report, (tier) => {
      backend = tier;
    });
    const reading = await this.readOne(key, stamps, isBinary ? { ...context, binary: new Set([key]) } : context);
    return reading.entry === undefined ? reading : { ...reading, backend };
  }

  /** Reads one key; which tier has answered, the context is told. */
  protected async readOne(key: string, _stamps: StampKeys | undefined, context: OperationContext): Promise<Reading> {
    return readingOf(await this.backend.get(key, context), this.backend.name);
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
        this.failed("set", this.backend.name, error, { name, key }, report);
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
      this.failed("delete", this.backend.name, error, { name, key }, report);
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
        this.failed(operation, backend, error, key === undefined ? { name } : { name, key }, report),
      waitUntil: (work) => this.defer(work),
    };
  }

  protected failed(
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

/** What a backend answered a read with. */
export function readingOf(envelope: Envelope | undefined, backend: string): Reading {
  if (envelope === undefined) return { reason: "absent" };
  const entry = open(envelope);
  return entry === undefined ? { reason: "unreadable", envelope } : { entry, envelope, backend };
}

/** Lets a backend take care of itself; one in this process needs none. */
function prepared(backend: Backend, care: Care): Backend {
  if (backend.withTiers !== undefined) return backend.withTiers((tier) => prepared(tier, care));
  if (backend.prepare !== undefined) return backend.prepare(care);
  if (backend.capabilities.local === true) return backend;
  throw new TypeError(
    `Cannot cache a function: a backend outside of this process has a method \`prepare\`, or goes by createCache(): received "${backend.name}" without it`,
  );
}

/** The stamps of what has none. */
export function unstamped(name: string): Stamping {
  return {
    isStamped: false,
    keys: async () => undefined,
    purge: async () => {
      throw new AutocacheError(
        "unsupported",
        `Cannot purge "${name}": its entries carry no stamp: received a function without tags (an empty list is enough), in a cache that is not purgeable`,
      );
    },
  };
}
