import type { Backend, Envelope, OperationContext } from "./backend.ts";
import { bulk } from "./bulk.ts";
import { type Entry, open } from "./entry.ts";
import type { MissReason } from "./events.ts";
import type { StampKeys, Stamps } from "./tags.ts";

/** What reading one key came to. */
export type Reading =
  | { readonly entry: Entry; readonly envelope: Envelope; readonly backend: string }
  | { readonly entry?: undefined; readonly envelope?: Envelope; readonly reason: MissReason };

/** Reads entries together with their stamps, and tells what each is worth. */
export class Reader {
  readonly #backend: Backend;
  readonly #stamps: Stamps;

  constructor(backend: Backend, stamps: Stamps) {
    this.#backend = backend;
    this.#stamps = stamps;
  }

  /** @param stamps those that are known before the entries are; an entry's own tags come to them */
  async read(
    keys: readonly string[],
    stamps: StampKeys | undefined,
    context: OperationContext,
  ): Promise<Map<string, Reading>> {
    const envelopes = await this.#get(keys, stamps, context);
    const readings = new Map<string, Reading>();
    for (const key of keys) readings.set(key, await this.#judge(envelopes.get(key), stamps, context));
    return readings;
  }

  /** Reads entries, and the stamps that are not known, in one operation. */
  async #get(
    keys: readonly string[],
    stamps: StampKeys | undefined,
    context: OperationContext,
  ): Promise<ReadonlyMap<string, Envelope>> {
    const missing = stamps === undefined ? [] : this.#stamps.missing(stamps);
    if (missing.length === 0) return bulk.getMany(this.#backend, keys, context);
    const shared = new Set(missing);
    const envelopes = await bulk.getMany(this.#backend, [...keys, ...missing], { ...context, shared });
    this.#stamps.learn(missing, envelopes);
    return envelopes;
  }

  /** Says what an envelope is worth: nothing if it is absent, unreadable, or was begun before one of its stamps. */
  async #judge(
    envelope: Envelope | undefined,
    stamps: StampKeys | undefined,
    context: OperationContext,
  ): Promise<Reading> {
    if (envelope === undefined) return { reason: "absent" };
    const entry = open(envelope);
    if (entry === undefined) return { reason: "unreadable", envelope };
    const reading = { entry, envelope, backend: this.#backend.name };
    if (stamps === undefined && entry.tags === undefined) return reading;
    const all = join(stamps, await this.#stamps.keysOf(entry.tags ?? []));
    await this.#learn(this.#stamps.missing(all), context);
    const { invalidatedAt, expiredAt } = this.#stamps.of(all);
    // What a computation saw may be as old as its start.
    const begunAt = entry.createdAt - entry.tookMs;
    if (begunAt <= invalidatedAt) return { reason: "invalidated", envelope };
    if (begunAt > expiredAt) return reading;
    return { ...reading, entry: { ...entry, expiresAt: Math.min(entry.expiresAt, expiredAt) } };
  }

  /** Reads stamps that are seen for the first time in this isolate; where that fails, what was last known holds. */
  async #learn(keys: readonly string[], context: OperationContext): Promise<void> {
    if (keys.length === 0) return;
    try {
      this.#stamps.learn(keys, await bulk.getMany(this.#backend, keys, { ...context, shared: new Set(keys) }));
    } catch (error) {
      context.failed("getMany", this.#backend.name, error);
      this.#stamps.learn(keys, new Map());
    }
  }
}

function join(one: StampKeys | undefined, other: StampKeys): StampKeys {
  if (one === undefined) return other;
  return {
    invalidating: [...one.invalidating, ...other.invalidating],
    expiring: [...one.expiring, ...other.expiring],
  };
}
