import { type Asker, tell } from "./asker.ts";
import type { Backend, Care, Envelope, OperationContext } from "./backend.ts";
import { utf8Length } from "./bytes.ts";
import { type Entry, open } from "./entry.ts";
import { AutocacheError, isAutocacheError } from "./errors.ts";
import type { CacheEvent } from "./events.ts";
import type { Flight, Flights } from "./flight.ts";
import type { Freshness } from "./freshness.ts";
import { MortalMap } from "./mortal-map.ts";
import type { ResolvedCacheOptions } from "./options.ts";
import type { FoundReading, Reading } from "./reading.ts";
import { Runs } from "./runs.ts";
import type { Stamping } from "./stamping.ts";
import { longestWriteMs } from "./wait.ts";

// How long a failed refresh is remembered at most, so that what is not asked for again is forgotten.
const MAX_RETRY_MS = 600_000;
// Work in the background lasts 30 s on Workers (https://developers.cloudflare.com/workers/runtime-apis/context/#waituntil):
// a flight of this age is a dead one, or one so long that to run it twice is the smaller harm.
const MAX_FLIGHT_MS = 120_000;

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
 * call. `Store` adds what only `createCache()` has, so that `cached()` alone does not bring it: tags, bodies, bulk
 * operations, and care for backends that do not bring their own.
 */
export class SimpleStore {
  readonly options: ResolvedCacheOptions;
  readonly backend: Backend;
  /** Whether anybody listens to facts. */
  readonly isHeard: boolean;
  /** The computations that callers wait for. */
  readonly flights: Flights<Outcome> = new MortalMap(MAX_FLIGHT_MS);
  /** The refreshes that run while callers are answered with what is stored. */
  readonly refreshes: Flights<Outcome> = new MortalMap(MAX_FLIGHT_MS);
  /** All runs of functions, also those that nobody waits for any more. */
  readonly runs: Runs;
  /** Until when a slot whose refresh has failed is not refreshed again, in epoch milliseconds. */
  readonly retries: MortalMap<string, number> = new MortalMap(MAX_RETRY_MS);
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

  /** The flight that a call may join, if one is running in its slot. */
  joinable(flights: Flights<Outcome>, slot: string, _isStamped: boolean): Flight<Outcome> | undefined {
    return flights.get(slot);
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
    return `${(this.#functions += 1)}:`;
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
  async read(key: string, asker: Asker): Promise<Reading> {
    let reading: Reading;
    try {
      reading = await this.find(key, asker);
    } catch (error) {
      if (isAutocacheError(error, "missing-binding")) throw error;
      this.context(asker, key).failed("get", this.backend.name, error);
      return { reason: "backend-failed" };
    }
    return reading.entry === undefined || reading.entry.isError ? reading : (asker.accept?.(reading) ?? reading);
  }

  /** Reads one key for somebody who asked for just that; what the backend throws reaches them. */
  async find(key: string, asker: Asker): Promise<Reading> {
    let backend = this.backend.name;
    const found = (tier: string): void => {
      backend = tier;
    };
    const reading = await this.readOne(key, asker, this.context(asker, key, found));
    return reading.entry === undefined ? reading : { ...reading, backend };
  }

  /** Reads one key; which tier has answered, the context is told. */
  protected async readOne(key: string, _asker: Asker, context: OperationContext): Promise<Reading> {
    return readingOf(await this.backend.get(key, context), this.backend.name);
  }

  /** Writes one envelope for a call that does not wait for it; what goes wrong is an event. Tells whether it is stored. */
  async write(key: string, asker: Asker, envelope: Envelope, ttlMs: number): Promise<boolean> {
    try {
      await this.put(key, asker, envelope, ttlMs);
      return true;
    } catch (error) {
      if (isAutocacheError(error, "too-large")) {
        tell(asker, "not-stored", { key, reason: "too-large", bytes: this.measure(envelope).bytes });
      } else this.context(asker, key).failed("set", this.backend.name, error);
      return false;
    }
  }

  /**
   * Writes one envelope for somebody who asked for just that.
   *
   * @throws {AutocacheError} `too-large` where the backend does not take an envelope of this size; what the backend throws
   */
  async put(key: string, asker: Asker, envelope: Envelope, ttlMs: number): Promise<void> {
    const bytes = this.sizeOf(envelope, asker.name);
    await this.backend.set(key, envelope, { ttlMs }, this.context(asker, key));
    tell(asker, "stored", { key, bytes, ttlMs });
  }

  /** Measures an envelope, and refuses one that the backend does not take. */
  sizeOf(envelope: Envelope, name: string): number {
    const { backend } = this;
    const { bytes, isTaken } = this.measure(envelope);
    if (isTaken) return bytes;
    throw new AutocacheError(
      "too-large",
      `Cannot store "${name}" in ${backend.name}: an entry is at most ${backend.capabilities.maxValueBytes} bytes there: received ${bytes}`,
    );
  }

  /** How many bytes an envelope takes, and whether the backend takes so many. */
  protected measure({ text }: Envelope): { readonly bytes: number; readonly isTaken: boolean } {
    const bytes = utf8Length(text);
    return { bytes, isTaken: bytes <= this.backend.capabilities.maxValueBytes };
  }

  /** Removes one key for somebody who asked for it; what the backend throws reaches them. */
  async remove(key: string, asker: Asker): Promise<void> {
    await this.backend.delete(key, this.context(asker, key));
    tell(asker, "invalidated", { key });
  }

  /** Removes one key for a call that does not wait for it; what goes wrong is an event. */
  async discard(key: string, asker: Asker): Promise<void> {
    try {
      await this.remove(key, asker);
    } catch (error) {
      this.context(asker, key).failed("delete", this.backend.name, error);
    }
  }

  /**
   * Changes what slots hold, after the writes that have begun: what runs in them is neither joined nor stored.
   */
  async change<Result>(slots: readonly string[], work: () => Promise<Result>): Promise<Result> {
    for (const slot of slots) {
      for (const map of [this.retries, this.flights, this.refreshes]) map.delete(slot);
    }
    this.runs.outdate(slots);
    try {
      return await this.runs.write(slots, work);
    } finally {
      // What began meanwhile may have read what was there before: who joined gets the answer, and nobody joins any more.
      for (const slot of slots) if (this.flights.get(slot)?.isReading) this.flights.delete(slot);
    }
  }

  /** Leaves a slot whose refresh has failed, or was in vain, alone for a while. */
  retryLater({ refreshSlot, freshness }: { readonly refreshSlot: string; readonly freshness: Freshness }): void {
    this.retries.set(refreshSlot, Date.now() + freshness.retryAfterMs);
  }

  /** Lets work go on after the call, under the host's `waitUntil`. */
  defer(work: Promise<unknown>): void {
    try {
      this.options.waitUntil(work.catch(() => {}));
    } catch {
      // Where no request is running (module scope) there is nothing to keep alive: the work goes on as it can.
    }
  }

  /** What a backend may tell the call that it works for. */
  context(asker: Asker, key?: string, found: (tier: string) => void = () => {}): OperationContext {
    return {
      found,
      failed: (operation, backend, error) => {
        // Told once already, when the breaker opened.
        if (isAutocacheError(error, "breaker-open")) return;
        tell(asker, "backend-failed", { ...(key !== undefined && { key }), operation, backend, error });
      },
      waitUntil: (work) => this.defer(work),
    };
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
    tagsOf: () => undefined,
    purge: async () => {
      throw new AutocacheError(
        "unsupported",
        `Cannot purge "${name}": its entries carry no stamp: received a function without tags (an empty list is enough), in a cache that is not purgeable`,
      );
    },
  };
}
