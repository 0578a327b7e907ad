import { type Asker, tell } from "./asker.ts";
import type { Backend, Care, Envelope, OperationContext } from "./backend.ts";
import { bulk } from "./bulk.ts";
import type { Report } from "./events.ts";
import type { Flight, Flights } from "./flight.ts";
import { MortalMap } from "./mortal-map.ts";
import type { ResolvedCacheOptions } from "./options.ts";
import { OwnStamps } from "./own-stamps.ts";
import { prepareRemote } from "./prepare.ts";
import { Reader } from "./reader.ts";
import type { Reading } from "./reading.ts";
import { type Outcome, SimpleStore, unstamped } from "./simple-store.ts";
import { sizeIn, takes } from "./size.ts";
import type { StampKeys, Stamping } from "./stamping.ts";
import { memoryOfStamps, Stamps } from "./tags.ts";
import { waitFor } from "./wait.ts";

export type { Outcome } from "./simple-store.ts";

// Twice what Workers leave to work in the background: what is older has died with its request.
const MAX_BACKGROUND_MS = 60_000;

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
  readonly #background = new MortalMap<Promise<unknown>, undefined>(MAX_BACKGROUND_MS);

  constructor(options: ResolvedCacheOptions) {
    super(options, prepareAny);
    this.stamps = new Stamps(this.backend, memoryOfStamps(options.backend, options.namespace), options);
    this.#reader = new Reader(this.backend, this.stamps);
  }

  override now(): number {
    return this.stamps.now();
  }

  /** None that began before something of this cache was invalidated by tag or purged. */
  override joinable(flights: Flights<Outcome>, slot: string, isStamped: boolean): Flight<Outcome> | undefined {
    const flight = flights.get(slot);
    return flight !== undefined && isStamped && this.stamps.isOutdated(flight.startedAt) ? undefined : flight;
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

  protected override async readOne(key: string, asker: Asker, context: OperationContext): Promise<Reading> {
    const ofKind = asker.isBinary ? { ...context, binary: new Set([key]) } : context;
    return (await this.#reader.read([key], await asker.stamps?.(), ofKind)).get(key) ?? { reason: "absent" };
  }

  protected override measure(envelope: Envelope): { readonly bytes: number; readonly isTaken: boolean } {
    return { bytes: sizeIn(this.backend, envelope), isTaken: takes(this.backend, envelope) };
  }

  override defer(work: Promise<unknown>): void {
    const done = work.catch(() => {}).finally(() => this.#background.delete(done));
    this.#background.set(done, undefined);
    super.defer(done);
  }

  /** Resolves when the work that goes on now is done, or is so old that it has died with its request. */
  async settled(): Promise<void> {
    for (let works = this.#background.keys(); works.length > 0; works = this.#background.keys()) {
      if (await waitFor(Promise.all(works), MAX_BACKGROUND_MS)) continue;
      for (const dead of works) this.#background.delete(dead);
    }
  }

  /** Who asks for several keys, in one bulk operation of this name. */
  asker(name: string): Asker {
    return { name, report: this.emit };
  }

  /** Reads several keys in one bulk operation, for somebody who asked for just that. */
  findMany(keys: readonly string[], name: string, stamps?: StampKeys): Promise<Map<string, Reading>> {
    return this.#reader.read(keys, stamps, this.context(this.asker(name)));
  }

  /** The stamp that every entry of the namespace carries, where it can be purged. */
  async namespaceStamps(): Promise<StampKeys | undefined> {
    if (!this.options.isPurgeable) return undefined;
    return { invalidating: [await this.stamps.keyOf("purged namespace", "")], expiring: [] };
  }

  /** Stamps keys for somebody who asked for it. */
  async stamp(keys: readonly string[], name: string): Promise<void> {
    await this.stamps.stamp(keys, this.context(this.asker(name)));
  }

  /** Writes several envelopes for somebody who asked for just that; `names` are what their keys are called. */
  async putMany(
    envelopes: ReadonlyMap<string, Envelope>,
    names: ReadonlyMap<string, string>,
    ttlMs: number,
  ): Promise<void> {
    await bulk.setMany(this.backend, envelopes, { ttlMs }, this.context(this.asker("setMany()")));
    for (const [key, envelope] of envelopes) {
      tell(this.asker(names.get(key) ?? key), "stored", { key, bytes: sizeIn(this.backend, envelope), ttlMs });
    }
  }

  /** Removes several keys for somebody who asked for just that. */
  async removeMany(names: ReadonlyMap<string, string>): Promise<void> {
    await bulk.deleteMany(this.backend, [...names.keys()], this.context(this.asker("deleteMany()")));
    for (const [key, name] of names) tell(this.asker(name), "invalidated", { key });
  }

  /** Keeps whatever runs from being joined or stored, and waits for the writes that have begun. */
  async supersedeAll(): Promise<void> {
    const slots = [this.retries, this.flights, this.refreshes].flatMap((map) => map.keys());
    await this.change([...new Set([...slots, ...this.runs.slots()])], async () => {});
  }
}

/** Lets a backend take care of itself, or takes care of it. */
function prepareAny(backend: Backend, care: Care): Backend {
  if (backend.withTiers !== undefined) return backend.withTiers((tier) => prepareAny(tier, care));
  return backend.prepare?.(care) ?? prepareRemote(backend, care);
}
