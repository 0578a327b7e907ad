import type { Backend, Care, Envelope, OperationContext } from "./backend.ts";
import { bulk } from "./bulk.ts";
import type { Report } from "./events.ts";
import type { ResolvedCacheOptions } from "./options.ts";
import { OwnStamps } from "./own-stamps.ts";
import { prepareRemote } from "./prepare.ts";
import { Reader } from "./reader.ts";
import type { Reading } from "./reading.ts";
import { SimpleStore, unstamped } from "./simple-store.ts";
import { sizeIn } from "./size.ts";
import type { StampKeys, Stamping } from "./stamping.ts";
import { memoryOfStamps, Stamps } from "./tags.ts";

export type { Outcome } from "./simple-store.ts";

/** What was made invalid, or marked as expired: what has a tag, what is of a URL, or all. */
export interface StampChange {
  readonly tags?: readonly string[];
  readonly url?: string;
  /** Whether it is only marked as expired. */
  readonly isSoft: boolean;
}

/** All that a cache can do with its backend. */
export class Store extends SimpleStore {
  readonly stamps: Stamps;
  readonly #reader: Reader;
  readonly #followers: ((change: StampChange, report: Report) => Promise<void>)[] = [];

  constructor(options: ResolvedCacheOptions) {
    super(options, prepareAny);
    this.stamps = new Stamps(this.backend, memoryOfStamps(options.backend, options.namespace), options);
    this.#reader = new Reader(this.backend, this.stamps);
  }

  override now(): number {
    return this.stamps.now();
  }

  override isOutdated(begunAt: number): boolean {
    return this.stamps.isOutdated(begunAt);
  }

  override get newestStamp(): number {
    return this.stamps.newest;
  }

  override stampingOf(name: string, tags: unknown): Stamping {
    return tags === undefined && !this.options.isPurgeable ? unstamped(name) : new OwnStamps(this, name, tags);
  }

  /** Lets somebody do the same elsewhere when something is made invalid. */
  follow(follower: (change: StampChange, report: Report) => Promise<void>): void {
    this.#followers.push(follower);
  }

  /** Resolves when all who follow have done the same. */
  async lead(change: StampChange): Promise<void> {
    await Promise.all(this.#followers.map((follower) => follower(change, this.emit)));
  }

  protected override async readOne(
    key: string,
    stamps: StampKeys | undefined,
    context: OperationContext,
  ): Promise<Reading> {
    return (await this.#reader.read([key], stamps, context)).get(key) ?? { reason: "absent" };
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

  /** Keeps whatever runs from being joined or stored, and waits for the writes that have begun. */
  async supersedeAll(): Promise<void> {
    this.retries.clear();
    this.flights.vacateAll();
    this.refreshes.vacateAll();
    await this.runs.outdateAll();
  }
}

/** Lets a backend take care of itself, or takes care of it. */
function prepareAny(backend: Backend, care: Care): Backend {
  if (backend.withTiers !== undefined) return backend.withTiers((tier) => prepareAny(tier, care));
  return backend.prepare?.(care) ?? prepareRemote(backend, care);
}
