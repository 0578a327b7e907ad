import type { Backend, Envelope, OperationContext } from "./backend.ts";
import { bulk } from "./bulk.ts";
import type { Reading } from "./reading.ts";
import { readingOf } from "./simple-store.ts";
import type { StampKeys } from "./stamping.ts";
import type { Stamps } from "./tags.ts";

/** Reads entries together with their stamps, and tells what each is worth. */
export class Reader {
  readonly #backend: Backend;
  readonly #stamps: Stamps;

  constructor(backend: Backend, stamps: Stamps) {
    this.#backend = backend;
    this.#stamps = stamps;
  }

  /**
   * One operation for the entries and the stamps that are known before, and a second one only where entries have tags
   * that are seen for the first time, or too long ago.
   *
   * @param stamps those that are known before the entries are
   */
  async read(
    keys: readonly string[],
    stamps: StampKeys | undefined,
    context: OperationContext,
  ): Promise<Map<string, Reading>> {
    const missing = stamps === undefined ? [] : this.#stamps.missing(stamps);
    const envelopes = await this.#get(keys, missing, context);
    const opened = await Promise.all(keys.map((key) => this.#open(envelopes.get(key), stamps)));
    const unseen = new Set(opened.flatMap(({ stamps: own }) => (own === undefined ? [] : this.#stamps.missing(own))));
    for (const key of missing) unseen.delete(key);
    if (unseen.size > 0) await this.#learn([...unseen], context);
    return new Map(keys.map((key, i) => [key, this.#judge(opened[i] as Opened)]));
  }

  async #get(
    keys: readonly string[],
    stampKeys: readonly string[],
    context: OperationContext,
  ): Promise<ReadonlyMap<string, Envelope>> {
    if (stampKeys.length === 0) return bulk.getMany(this.#backend, keys, context);
    const shared = new Set(stampKeys);
    let isWhole = true;
    const failed: OperationContext["failed"] = (...facts) => {
      isWhole = false;
      context.failed(...facts);
    };
    const envelopes = await bulk.getMany(this.#backend, [...keys, ...stampKeys], { ...context, failed, shared });
    // A stamp that a failing tier did not give is not one that is absent: what was last known holds, and it is asked again.
    this.#stamps.learn(isWhole ? stampKeys : stampKeys.filter((key) => envelopes.has(key)), envelopes);
    return envelopes;
  }

  async #learn(stampKeys: readonly string[], context: OperationContext): Promise<void> {
    try {
      await this.#get([], stampKeys, context);
    } catch (error) {
      context.failed("getMany", this.#backend.name, error);
    }
  }

  async #open(envelope: Envelope | undefined, stamps: StampKeys | undefined): Promise<Opened> {
    const reading = readingOf(envelope, this.#backend.name);
    const { tags } = reading.entry ?? {};
    return { reading, stamps: tags === undefined ? stamps : join(stamps, await this.#stamps.keysOf(tags)) };
  }

  /** Says what an entry is worth: nothing if it was begun before one of its stamps. */
  #judge({ reading, stamps }: Opened): Reading {
    if (stamps === undefined || reading.entry === undefined) return reading;
    const { entry, envelope } = reading;
    const { invalidatedAt, expiredAt } = this.#stamps.of(stamps);
    // What a computation saw may be as old as its start.
    const begunAt = entry.createdAt - entry.tookMs;
    if (begunAt <= invalidatedAt) return { reason: "invalidated", envelope };
    const stamped = { until: this.#stamps.knownUntil(stamps), newest: this.#stamps.newest };
    if (begunAt > expiredAt) return { ...reading, stamped };
    return { ...reading, stamped, entry: { ...entry, expiresAt: Math.min(entry.expiresAt, expiredAt) } };
  }
}

/** An entry that was read, and the stamps that it has. */
interface Opened {
  readonly reading: Reading;
  readonly stamps?: StampKeys | undefined;
}

function join(one: StampKeys | undefined, other: StampKeys): StampKeys {
  if (one === undefined) return other;
  return {
    invalidating: [...one.invalidating, ...other.invalidating],
    expiring: [...one.expiring, ...other.expiring],
  };
}
