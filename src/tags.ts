import type { Backend, Envelope, OperationContext } from "./backend.ts";
import { bulk } from "./bulk.ts";
import { open, seal } from "./entry.ts";
import { stampKey, type StampKind } from "./key/key.ts";
import type { StampKeys } from "./stamping.ts";

/** What the stamps of an entry say of it: nothing made up to the instant is valid, or fresh. Epoch milliseconds. */
export interface Stamped {
  readonly invalidatedAt: number;
  readonly expiredAt: number;
}

interface Known {
  readonly stampedAt: number;
  readonly readAt: number;
}

// Some 100 bytes each: a megabyte. Past it the least recently read are read again when they are needed.
const MAX_KNOWN = 10_000;

/** What this isolate knows of the stamps of one namespace in one backend, for all caches that share these. */
export interface StampMemory {
  readonly known: Map<string, Known>;
  /** The newest stamp that was made in this isolate. */
  newest: number;
}

const memories = new WeakMap<Backend, Map<string, StampMemory>>();

/** The memory of the stamps of a namespace in a backend. */
export function memoryOfStamps(backend: Backend, namespace: string): StampMemory {
  const ofBackend = memories.get(backend) ?? new Map<string, StampMemory>();
  memories.set(backend, ofBackend);
  const memory = ofBackend.get(namespace) ?? { known: new Map(), newest: 0 };
  ofBackend.set(namespace, memory);
  return memory;
}

/**
 * When tags, functions and the namespace were last invalidated: one stamp each, kept in the backend for all isolates and
 * remembered in this one for `tagTtl`.
 *
 * Nothing is ever scanned: an entry is valid if it was begun after the last of its stamps.
 */
export class Stamps {
  readonly #backend: Backend;
  readonly #memory: StampMemory;
  readonly #namespace: string;
  readonly #tagTtlMs: number;

  constructor(
    backend: Backend,
    memory: StampMemory,
    { namespace, tagTtlMs }: { readonly namespace: string; readonly tagTtlMs: number },
  ) {
    this.#backend = backend;
    this.#memory = memory;
    this.#namespace = namespace;
    this.#tagTtlMs = tagTtlMs;
  }

  /** The instant of now, and after every stamp of this isolate: what begins here now is not made invalid by what came before. */
  now(): number {
    return Math.max(Date.now(), this.#memory.newest + 1);
  }

  /** Whether something that began at an instant may have been made invalid in this isolate since. */
  isOutdated(begunAt: number): boolean {
    return begunAt <= this.#memory.newest;
  }

  /** The newest stamp that was made in this isolate: where it is still the same, nothing was invalidated here since. */
  get newest(): number {
    return this.#memory.newest;
  }

  /** Until when all of these are known without asking the backend, in epoch milliseconds. */
  knownUntil({ invalidating, expiring }: StampKeys): number {
    const readAt = [...invalidating, ...expiring].map((key) => this.#memory.known.get(key)?.readAt ?? -Infinity);
    return Math.min(...readAt) + this.#tagTtlMs;
  }

  async keysOf(tags: readonly string[]): Promise<StampKeys> {
    const of = (kind: StampKind): Promise<string[]> =>
      Promise.all(tags.map((tag) => stampKey(this.#namespace, kind, tag)));
    return { invalidating: await of("invalidated tag"), expiring: await of("expired tag") };
  }

  keyOf(kind: StampKind, name: string): Promise<string> {
    return stampKey(this.#namespace, kind, name);
  }

  /** Those that must be read from the backend: never read here, or too long ago. */
  missing({ invalidating, expiring }: StampKeys): string[] {
    const oldest = Date.now() - this.#tagTtlMs;
    return [...invalidating, ...expiring].filter((key) => (this.#memory.known.get(key)?.readAt ?? -Infinity) <= oldest);
  }

  /** Remembers what was read; a key that is absent has never been stamped. */
  learn(keys: readonly string[], envelopes: ReadonlyMap<string, Envelope>): void {
    for (const key of keys) this.#remember(key, instantOf(envelopes.get(key)));
  }

  /** What the stamps say, as far as they are known. */
  of({ invalidating, expiring }: StampKeys): Stamped {
    const newest = (keys: readonly string[]): number =>
      keys.reduce((last, key) => Math.max(last, this.#memory.known.get(key)?.stampedAt ?? 0), 0);
    return { invalidatedAt: newest(invalidating), expiredAt: newest(expiring) };
  }

  /** Stamps keys with the instant of now: at once in this isolate, elsewhere when the backend shows it. */
  async stamp(keys: readonly string[], context: OperationContext): Promise<void> {
    const now = this.now();
    this.#memory.newest = now;
    const head = { createdAt: now, expiresAt: Infinity, tookMs: 0 };
    for (const key of keys) this.#remember(key, now);
    const envelopes = new Map(keys.map((key) => [key, seal(now, head, key)]));
    await bulk.setMany(this.#backend, envelopes, { ttlMs: Infinity }, { ...context, shared: new Set(keys) });
  }

  #remember(key: string, stampedAt: number): void {
    // Never back: an eventually consistent backend may answer with an older stamp than this isolate has made.
    const known = { stampedAt: Math.max(stampedAt, this.#memory.known.get(key)?.stampedAt ?? 0), readAt: Date.now() };
    this.#memory.known.delete(key);
    this.#memory.known.set(key, known);
    const [oldest] = this.#memory.known.keys();
    if (this.#memory.known.size > MAX_KNOWN && oldest !== undefined) this.#memory.known.delete(oldest);
  }
}

function instantOf(envelope: Envelope | undefined): number {
  const value = envelope === undefined ? undefined : open(envelope)?.read("unfrozen");
  return typeof value === "number" ? value : 0;
}
