import type { Backend, Capabilities, Envelope, KeyPage, SetOptions } from "./backend.ts";
import { isSameBytes } from "./bytes.ts";
import { AutocacheError } from "./errors.ts";
import { hold, type Holding, type Keeper, letGo } from "./holding.ts";

/** Options of `memory()`. */
export interface MemoryOptions {
  /**
   * How many entries are kept; past it those go that were not used lately.
   *
   * @default 10_000
   */
  readonly maxEntries?: number;
  /**
   * How many bytes are kept, keys included; past it those go that were not used lately. An estimate: two bytes for each
   * UTF-16 code unit of key and text, which is the most that an engine spends on them, and the bytes of a body as they are.
   *
   * @default 16 MiB (an eighth of a Worker's memory)
   */
  readonly maxBytes?: number;
}

// https://developers.cloudflare.com/workers/platform/limits/#memory: 128 MB for an isolate, of which this is an eighth.
const DEFAULT_MAX_BYTES = 16 * 1024 * 1024;
const DEFAULT_MAX_ENTRIES = 10_000;
const BYTES_PER_CODE_UNIT = 2;
// Where all are used all the time, one goes all the same: no write has to look at every entry.
const MAX_SPARED = 32;

interface Slot extends Holding {
  readonly envelope: Envelope;
  readonly bytes: number;
  /** What is kept beside it. */
  besideBytes: number;
}

/**
 * Makes a backend that keeps entries in the memory of this process or isolate; what was not used lately goes first.
 *
 * It hands back the very envelope it was given, so that what was decoded once need not be decoded again. It shares
 * nothing with other isolates, starts empty with each of them, and has no timers: what has expired is dropped when it
 * is next read, or when its place is needed.
 *
 * @example A cache of 1,000 entries in the memory of this process
 * ```ts
 * import { createCache, memory } from "@autocache/edge";
 *
 * const cache = createCache({ backend: memory({ maxEntries: 1_000 }) });
 * ```
 *
 * @throws {TypeError} where an option is unknown
 * @throws {RangeError} where a limit is not a positive whole number
 */
export function memory(options: MemoryOptions = {}): Backend {
  for (const name of Object.keys(options)) {
    if (name !== "maxEntries" && name !== "maxBytes") {
      throw new TypeError(`Cannot make a memory backend: its options are maxEntries and maxBytes: received "${name}"`);
    }
  }
  return new MemoryBackend(
    positiveInteger("maxEntries", options.maxEntries ?? DEFAULT_MAX_ENTRIES),
    positiveInteger("maxBytes", options.maxBytes ?? DEFAULT_MAX_BYTES),
  );
}

class MemoryBackend implements Keeper {
  readonly name = "memory";
  readonly capabilities: Capabilities;
  // In order of insertion, as Maps are. To read an entry only marks it: when room is made, one that is marked goes to the
  // end, and the first that is not goes out (second chance, or CLOCK).
  readonly #slots = new Map<string, Slot>();
  readonly #maxEntries: number;
  readonly #maxBytes: number;
  #bytes = 0;

  constructor(maxEntries: number, maxBytes: number) {
    this.#maxEntries = maxEntries;
    this.#maxBytes = maxBytes;
    this.capabilities = {
      minTtlMs: 1,
      ttlStepMs: 1,
      maxKeyBytes: Infinity,
      // A text never has more code units than bytes of UTF-8.
      maxValueBytes: Math.floor(maxBytes / BYTES_PER_CODE_UNIT),
      consistency: "strong",
      local: true,
      binary: true,
    };
  }

  async get(key: string): Promise<Envelope | undefined> {
    return this.#read(key);
  }

  async set(key: string, envelope: Envelope, { ttlMs }: SetOptions): Promise<void> {
    this.#write(key, envelope, ttlMs);
  }

  async delete(key: string): Promise<void> {
    this.#remove(key);
  }

  async getMany(keys: readonly string[]): Promise<ReadonlyMap<string, Envelope>> {
    const found = new Map<string, Envelope>();
    for (const key of keys) {
      const envelope = this.#read(key);
      if (envelope !== undefined) found.set(key, envelope);
    }
    return found;
  }

  async deleteMany(keys: readonly string[]): Promise<void> {
    for (const key of keys) this.#remove(key);
  }

  async list(prefix: string): Promise<KeyPage> {
    const now = Date.now();
    const keys: string[] = [];
    for (const [key, slot] of this.#slots) {
      if (key.startsWith(prefix) && slot.expiresAt > now) keys.push(key);
    }
    return { keys };
  }

  async compareAndSet(
    key: string,
    expected: Envelope | undefined,
    next: Envelope,
    { ttlMs }: SetOptions,
  ): Promise<boolean> {
    const held = this.#read(key);
    if (held?.text !== expected?.text || !isSameBytes(held?.bytes, expected?.bytes)) return false;
    this.#write(key, next, ttlMs);
    return true;
  }

  charge(holding: Holding, bytes: number): boolean {
    const slot = holding as Slot;
    if (slot.bytes + bytes > this.#maxBytes) return false;
    if (bytes > slot.besideBytes) {
      this.#bytes += bytes - slot.besideBytes;
      slot.besideBytes = bytes;
    }
    if (this.#isFull()) this.#makeRoom(undefined);
    return slot.isHeld;
  }

  #read(key: string): Envelope | undefined {
    const slot = this.#slots.get(key);
    if (slot === undefined) return undefined;
    if (slot.expiresAt <= Date.now()) {
      this.#remove(key);
      return undefined;
    }
    slot.wasUsed = true;
    return slot.envelope;
  }

  #write(key: string, envelope: Envelope, ttlMs: number): void {
    const bytes = (key.length + envelope.text.length) * BYTES_PER_CODE_UNIT + (envelope.bytes?.byteLength ?? 0);
    if (bytes > this.#maxBytes) {
      throw new AutocacheError(
        "too-large",
        `Cannot keep "${key}" in memory: an entry takes at most ${this.#maxBytes} bytes with its key: received ${bytes}`,
      );
    }
    this.#remove(key);
    const slot: Slot = {
      keeper: this,
      envelope,
      bytes,
      besideBytes: 0,
      isHeld: true,
      expiresAt: Date.now() + ttlMs,
      wasUsed: false,
      holder: undefined,
    };
    this.#slots.set(key, slot);
    this.#bytes += bytes;
    hold(envelope, slot);
    if (this.#isFull()) this.#makeRoom(key);
  }

  #isFull(): boolean {
    return this.#slots.size > this.#maxEntries || this.#bytes > this.#maxBytes;
  }

  #makeRoom(newest: string | undefined): void {
    const now = Date.now();
    let spared = 0;
    for (const [key, slot] of this.#slots) {
      if (key === newest || (slot.wasUsed && slot.expiresAt > now && spared++ < MAX_SPARED)) {
        slot.wasUsed = false;
        this.#slots.delete(key);
        this.#slots.set(key, slot);
      } else this.#remove(key);
      if (!this.#isFull()) return;
    }
  }

  #remove(key: string): void {
    const slot = this.#slots.get(key);
    if (slot === undefined) return;
    this.#slots.delete(key);
    this.#bytes -= slot.bytes + slot.besideBytes;
    letGo(slot);
  }
}

function positiveInteger(name: string, value: number): number {
  if (Number.isSafeInteger(value) && value > 0) return value;
  throw new RangeError(
    `Cannot use the ${name} of a memory backend: it is a positive whole number: received ${String(value)}`,
  );
}
