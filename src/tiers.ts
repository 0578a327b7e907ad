import type { Backend, Capabilities, Envelope, KeyPage, OperationContext, SetOptions } from "./backend.ts";
import { requireBackend } from "./checks.ts";
import { bulk } from "./bulk.ts";
import { open } from "./entry.ts";
import { isAutocacheError } from "./errors.ts";
import { MortalMap } from "./mortal-map.ts";
import { takes } from "./size.ts";
import { waitFor } from "./wait.ts";

// A backfill whose request has ended may never settle; a write that must come after it waits this long.
const LAST_BACKFILL_MS = 1_000;
// A read or a change of this age has died with its request.
const MAX_AGE_MS = 60_000;

/**
 * Stacks backends, the fastest first: reads go down until a tier has a fresh entry, which is then copied into the tiers
 * above it for the rest of its time; writes and removals go to all.
 *
 * A tier that fails is reported and passed over; only when all fail does the stack. The last tier is the authority: what
 * must be atomic happens there. What another isolate writes or removes is not seen by a tier of this isolate until its
 * copy expires, so give entries that are invalidated a `ttl` to match.
 *
 * @example Memory in front of Workers KV
 * ```ts
 * import { createCache, memory, tiered } from "@autocache/edge";
 * import { workersKV } from "@autocache/edge/workers-kv";
 * import { env } from "cloudflare:workers";
 *
 * const cache = createCache({ backend: tiered([memory(), workersKV(() => env.CACHE)]) });
 * ```
 * @throws {TypeError} where there is no tier, or one is not a backend
 */
export function tiered(tiers: readonly Backend[]): Backend {
  const last = Array.isArray(tiers) ? tiers.at(-1) : undefined;
  if (last === undefined) throw new TypeError("Cannot stack backends: a stack has at least one: received none");
  tiers.forEach((tier, i) => requireBackend(tier, `stack backends, at tier ${i}`));
  return new TieredBackend(tiers, last);
}

/** A read that is under way, so that a removal meanwhile keeps it from copying what was removed. */
interface Read {
  readonly key: string;
  outdated: boolean;
  backfill: Promise<unknown> | undefined;
}

/** A write or a removal that is under way. */
interface Change {
  readonly keys: ReadonlySet<string>;
  readonly startedAt: number;
}

class TieredBackend implements Backend {
  readonly name = "tiered";
  readonly capabilities: Capabilities;
  readonly list?: NonNullable<Backend["list"]>;
  readonly compareAndSet?: NonNullable<Backend["compareAndSet"]>;
  readonly #tiers: readonly Backend[];
  readonly #last: Backend;
  readonly #reads = new MortalMap<Read, Read>(MAX_AGE_MS);
  readonly #changes = new MortalMap<Change, Change>(MAX_AGE_MS);

  constructor(tiers: readonly Backend[], last: Backend) {
    this.#tiers = tiers;
    this.#last = last;
    this.capabilities = capabilitiesOf(tiers);
    // An entry that only a tier without a list holds would be missed, so the stack lists only where every tier does.
    if (tiers.every((tier) => tier.list !== undefined)) this.list = (prefix, cursor) => this.#list(prefix, cursor);
    if (last.compareAndSet !== undefined) this.compareAndSet = (...args) => this.#compareAndSet(...args);
  }

  withTiers(change: (tier: Backend) => Backend): Backend {
    return tiered(this.#tiers.map(change));
  }

  async get(key: string, context?: OperationContext): Promise<Envelope | undefined> {
    const found = await this.#find([key], context);
    return found.get(key);
  }

  async getMany(keys: readonly string[], context?: OperationContext): Promise<ReadonlyMap<string, Envelope>> {
    return this.#find([...new Set(keys)], context);
  }

  async set(key: string, envelope: Envelope, options: SetOptions, context?: OperationContext): Promise<void> {
    await this.setMany(new Map([[key, envelope]]), options, context);
  }

  async setMany(
    envelopes: ReadonlyMap<string, Envelope>,
    options: SetOptions,
    context?: OperationContext,
  ): Promise<void> {
    await this.#change([...envelopes.keys()], async () => {
      const [shared, local] = partition(envelopes, ([key]) => context?.shared?.has(key) === true);
      const results = await Promise.allSettled(this.#tiers.map((tier) => writeWhatFits(tier, local, options, context)));
      this.#passOver(results, "set", context);
      await writeWhatFits(this.#last, shared, options, context);
    });
  }

  async delete(key: string, context?: OperationContext): Promise<void> {
    await this.deleteMany([key], context);
  }

  async deleteMany(keys: readonly string[], context?: OperationContext): Promise<void> {
    await this.#change(keys, async () => {
      const results = await Promise.allSettled(this.#tiers.map((tier) => bulk.deleteMany(tier, keys, context)));
      // One tier that still has the entry is enough to serve it: a removal that is not whole has failed.
      const failure = results.find((result) => result.status === "rejected");
      if (failure !== undefined) throw failure.reason;
    });
  }

  async #find(keys: readonly string[], context?: OperationContext): Promise<Map<string, Envelope>> {
    const reads = keys.map((key): Read => ({ key, outdated: this.#isChanging(key), backfill: undefined }));
    for (const read of reads) this.#reads.set(read, read);
    const found = new Map<string, Envelope>();
    const errors: unknown[] = [];
    let missing = reads;
    for (const [depth, tier] of this.#tiers.entries()) {
      const envelopes = await this.#read(tier, missing, errors, context);
      missing = missing.filter((read) => {
        const envelope = envelopes.get(read.key);
        if (envelope === undefined) return true;
        const above = found.get(read.key);
        // One that is not newer is what this tier has kept because a write of it has failed.
        if (above !== undefined && createdAt(envelope) <= createdAt(above)) return true;
        found.set(read.key, envelope);
        if (context?.shared?.has(read.key) !== true) context?.found(tier.name);
        const expiresAt = freshUntil(envelope);
        // The answer only if no tier below has a newer one.
        if (expiresAt === undefined) return true;
        this.#backfill(read, envelope, expiresAt, depth, context);
        return false;
      });
      if (missing.length === 0) break;
    }
    for (const read of reads) if (read.backfill === undefined) this.#reads.delete(read);
    if (errors.length === this.#tiers.length) throw errors[0];
    return found;
  }

  async #read(
    tier: Backend,
    reads: readonly Read[],
    errors: unknown[],
    context?: OperationContext,
  ): Promise<ReadonlyMap<string, Envelope>> {
    try {
      return await bulk.getMany(
        tier,
        reads.map(({ key }) => key).filter((key) => tier === this.#last || context?.shared?.has(key) !== true),
        context,
      );
    } catch (error) {
      if (isAutocacheError(error, "missing-binding")) throw error;
      errors.push(error);
      if (errors.length < this.#tiers.length) context?.failed("get", tier.name, error);
      return new Map();
    }
  }

  #backfill(read: Read, envelope: Envelope, expiresAt: number, depth: number, context?: OperationContext): void {
    const above = this.#tiers.slice(0, depth);
    if (above.length === 0 || read.outdated || context?.shared?.has(read.key) === true) return;
    const envelopes = new Map([[read.key, envelope]]);
    const options = { ttlMs: expiresAt - Date.now() };
    const copies = above.map((tier) =>
      writeWhatFits(tier, envelopes, options, context).catch((error: unknown) =>
        context?.failed("set", tier.name, error),
      ),
    );
    read.backfill = Promise.all(copies).finally(() => this.#reads.delete(read));
    context?.waitUntil(read.backfill);
  }

  /** Changes keys: no read that is under way meanwhile copies what it finds, which may be from before. */
  async #change(keys: readonly string[], work: () => Promise<void>): Promise<void> {
    const change = { keys: new Set(keys), startedAt: Date.now() };
    this.#changes.set(change, change);
    try {
      await this.#outdate(keys);
      await work();
    } finally {
      this.#changes.delete(change);
    }
  }

  #isChanging(key: string): boolean {
    const oldest = Date.now() - MAX_AGE_MS;
    return this.#changes.keys().some(({ keys, startedAt }) => startedAt > oldest && keys.has(key));
  }

  /** Keeps reads that are under way from copying what they found, and waits for the copies that have begun. */
  async #outdate(keys: readonly string[]): Promise<void> {
    const affected = this.#reads.keys().filter((read) => keys.includes(read.key));
    for (const read of affected) read.outdated = true;
    const backfills = affected.flatMap(({ backfill }) => backfill ?? []);
    if (backfills.length > 0) await waitFor(Promise.all(backfills), LAST_BACKFILL_MS);
  }

  #passOver(results: readonly PromiseSettledResult<unknown>[], operation: "set", context?: OperationContext): void {
    const failures = results.flatMap((result, i) =>
      result.status === "rejected" ? [{ i, error: result.reason as unknown }] : [],
    );
    const [first] = failures;
    if (first !== undefined && failures.length === results.length) throw first.error;
    for (const { i, error } of failures) context?.failed(operation, this.#tiers[i]?.name ?? this.name, error);
  }

  /** A page is one tier's page: the cursor says which tier, and where in it. */
  async #list(prefix: string, cursor = "0:"): Promise<KeyPage> {
    const [, depthText = "0", rest = ""] = /^(\d+):(.*)$/s.exec(cursor) ?? [];
    const depth = Number(depthText);
    const page = await this.#tiers[depth]?.list?.(prefix, rest === "" ? undefined : rest);
    const keys = page?.keys ?? [];
    if (page?.cursor !== undefined) return { keys, cursor: `${depth}:${page.cursor}` };
    return depth + 1 < this.#tiers.length ? { keys, cursor: `${depth + 1}:` } : { keys };
  }

  async #compareAndSet(...args: Parameters<NonNullable<Backend["compareAndSet"]>>): Promise<boolean> {
    const [key, , , , context] = args;
    const swapped = (await this.#last.compareAndSet?.(...args)) ?? false;
    // Either way the tiers above may hold something else now; the next read gets it from the authority.
    await this.#outdate([key]);
    await Promise.all(this.#tiers.slice(0, -1).map((tier) => tier.delete(key, context)));
    return swapped;
  }
}

function capabilitiesOf(tiers: readonly Backend[]): Capabilities {
  const of = (name: "minTtlMs" | "ttlStepMs" | "maxKeyBytes" | "maxValueBytes"): number[] =>
    tiers.map(({ capabilities }) => capabilities[name]);
  return {
    minTtlMs: Math.max(...of("minTtlMs")),
    ttlStepMs: Math.max(...of("ttlStepMs")),
    maxKeyBytes: Math.min(...of("maxKeyBytes")),
    maxValueBytes: Math.max(...of("maxValueBytes")),
    local: tiers.every(({ capabilities }) => capabilities.local === true),
    binary: tiers.every(({ capabilities }) => capabilities.binary === true),
    consistency: tiers.length === 1 && tiers[0]?.capabilities.consistency === "strong" ? "strong" : "eventual",
  };
}

/** When the value of an envelope was known; before all others where it is not one of ours. */
function createdAt(envelope: Envelope): number {
  return open(envelope)?.createdAt ?? -Infinity;
}

/** When an envelope expires, if it is one of ours and is fresh now. */
function freshUntil(envelope: Envelope): number | undefined {
  const entry = open(envelope);
  return entry !== undefined && Date.now() < entry.expiresAt ? entry.expiresAt : undefined;
}

function partition<Key, Value>(
  map: ReadonlyMap<Key, Value>,
  test: (entry: [Key, Value]) => boolean,
): [Map<Key, Value>, Map<Key, Value>] {
  const entries = [...map];
  return [new Map(entries.filter(test)), new Map(entries.filter((entry) => !test(entry)))];
}

/** Writes what a tier can hold, and removes there what it cannot, so that no older entry stays in its place. */
async function writeWhatFits(
  tier: Backend,
  envelopes: ReadonlyMap<string, Envelope>,
  options: SetOptions,
  context?: OperationContext,
): Promise<void> {
  const fits = new Map<string, Envelope>();
  const tooLarge: string[] = [];
  for (const [key, envelope] of envelopes) {
    if (takes(tier, envelope)) fits.set(key, envelope);
    else tooLarge.push(key);
  }
  await Promise.all([
    fits.size === 0 ? undefined : bulk.setMany(tier, fits, options, context),
    tooLarge.length === 0 ? undefined : bulk.deleteMany(tier, tooLarge, context),
  ]);
}
