import type { BreakerEvent } from "./events.ts";

/**
 * What a backend keeps for one key: the text of an entry and the bytes that follow it, both opaque to the backend.
 *
 * A plain object, so that a backend in this process can keep it as it is, and what was decoded from it once
 * need not be decoded again.
 */
export interface Envelope {
  readonly text: string;
  /** The body of a stored response; absent where there is none. Whoever is handed them must not change them. */
  readonly bytes?: Uint8Array;
}

/** What a backend can do, as data: `undefined` in no field, no prose to consult. */
export interface Capabilities {
  /** The shortest time an entry is kept, in milliseconds: a shorter `ttlMs` is kept this long. Freshness is the entry's own clock, so nothing is served longer. */
  readonly minTtlMs: number;
  /** The step to which times are rounded up, in milliseconds. */
  readonly ttlStepMs: number;
  /** The longest key, in bytes of UTF-8. */
  readonly maxKeyBytes: number;
  /** The largest envelope, in bytes: its text as UTF-8, and what follows it. */
  readonly maxValueBytes: number;
  /** `strong`: a write is seen by every later read. `eventual`: a read may answer with an older state for a while. */
  readonly consistency: "strong" | "eventual";
  /** Whether it answers from this process: then no time limit and no breaker stand before it. @default false */
  readonly local?: boolean;
  /** Whether it keeps the `bytes` of an envelope. Else the cache writes them into the text, a third longer. @default false */
  readonly binary?: boolean;
}

/** What a backend may tell the call it works for. */
export interface OperationContext {
  /** Tells which backend answered, when it is not the one that was asked: a tier of a stack. */
  found(backend: string): void;
  /** Reports a failure that the backend itself got over. */
  failed(operation: Operation, backend: string, error: unknown): void;
  /** The keys that a stack neither copies into other tiers nor answers from a copy: all isolates must see the same. */
  readonly shared?: ReadonlySet<string>;
  /** The keys whose envelopes may have bytes: a storage whose bulk reads carry text only reads those one by one. */
  readonly binary?: ReadonlySet<string>;
  /** Keeps the host alive until the work is done, where the host has such a thing. */
  waitUntil(work: Promise<unknown>): void;
}

/** What a cache asks a backend to do, as events name it. */
export type Operation = "get" | "set" | "delete" | "getMany" | "setMany" | "deleteMany" | "list" | "compareAndSet";

/** What a write says besides the key and the envelope. */
export interface SetOptions {
  /** How long to keep the envelope at least, in milliseconds; `Infinity` for as long as the backend can. */
  readonly ttlMs: number;
}

/** What a cache asks of a backend that may fail or hang. */
export interface Care {
  /** How long a read waits, in milliseconds; a write, for which nobody waits, is given five times as long. */
  readonly timeoutMs: number;
  /** How many failures in a row open the breaker; `Infinity` for never. */
  readonly failures: number;
  /** How long an open breaker asks nothing before it lets one operation try, in milliseconds. */
  readonly retryAfterMs: number;
  /** Is told when the breaker opens and closes. */
  readonly emit: (event: BreakerEvent) => void;
}

/** One page of keys. */
export interface KeyPage {
  readonly keys: readonly string[];
  /** Where to go on; absent on the last page. */
  readonly cursor?: string;
}

/**
 * A place where envelopes are kept by key: the whole contract between autocache and a storage.
 *
 * Three methods make a backend; each optional one adds what the storage can do better than one key at a time.
 * A method rejects when the storage fails: the cache turns that into an event, and the call goes on. A binding that
 * is not there is misuse and throws an `AutocacheError` with the code `missing-binding`, which reaches the caller.
 * A backend touches its storage in these methods only, never while it is made: on Workers nothing may happen at
 * module scope.
 */
export interface Backend {
  readonly name: string;
  readonly capabilities: Capabilities;
  /** Reads one envelope; `undefined` where there is none. */
  get(key: string, context?: OperationContext): Promise<Envelope | undefined>;
  /** Writes one envelope, and resolves only when the write has been accepted. */
  set(key: string, envelope: Envelope, options: SetOptions, context?: OperationContext): Promise<void>;
  /** Removes one key; one that is not there is no error. */
  delete(key: string, context?: OperationContext): Promise<void>;
  /** Reads several keys; absent ones are left out of the map. */
  getMany?(keys: readonly string[], context?: OperationContext): Promise<ReadonlyMap<string, Envelope>>;
  /** Writes several envelopes under one `ttlMs`. */
  setMany?(envelopes: ReadonlyMap<string, Envelope>, options: SetOptions, context?: OperationContext): Promise<void>;
  /** Removes several keys. */
  deleteMany?(keys: readonly string[], context?: OperationContext): Promise<void>;
  /** Lists the keys that start with `prefix`, a page at a time; an empty page with a cursor is not the end. */
  list?(prefix: string, cursor?: string): Promise<KeyPage>;
  /**
   * Writes `next` only if the key now holds exactly `expected` (`undefined`: holds nothing), in one atomic step; tells
   * whether it did. `add`, `incr` and `decr` are made of it, and refused on a backend without it.
   */
  compareAndSet?(
    key: string,
    expected: Envelope | undefined,
    next: Envelope,
    options: SetOptions,
    context?: OperationContext,
  ): Promise<boolean>;
  /**
   * Makes the backend that a cache works with in the place of this one: what is not in this process calls `prepareRemote`.
   * Without it, `createCache()` does, and `cached()` alone refuses the backend.
   */
  prepare?(care: Care): Backend;
  /** Of a stack of backends: the same stack of changed tiers. */
  withTiers?(change: (tier: Backend) => Backend): Backend;
}
