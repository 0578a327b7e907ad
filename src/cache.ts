import { type BatchFunction, type BatchOptions, type CachedBatch, wrapBatch } from "./cached-batch.ts";
import { type CachedDecorator, type CachedFunction, wrap } from "./cached-function.ts";
import { kindName, requireTags } from "./checks.ts";
import { AutocacheError } from "./errors.ts";
import { HandKept } from "./hand-kept.ts";
import type { Callable } from "./key/version.ts";
import { memory } from "./memory.ts";
import type { AnyFunctionOptions, FunctionOptions } from "./function-options.ts";
import { type CacheOptions, resolveCacheOptions, type ValueOptions } from "./options.ts";
import { Store } from "./store.ts";

/**
 * A cache: functions cached by their arguments and code, and values kept by hand under keys of one's own.
 *
 * The calls by hand reject where the backend fails; a cached function and `getOrSet()` go on without it.
 */
export interface Cache {
  /** Caches a function's results by its arguments and its code, with this cache's backend and defaults. */
  cached<Fn extends Callable>(
    fn: Fn,
    options?: FunctionOptions<Parameters<Fn>, Awaited<ReturnType<Fn>>>,
  ): CachedFunction<Parameters<Fn>, Awaited<ReturnType<Fn>>>;
  /** Makes a decorator that caches a method, or a wrapper for several functions. */
  cached<Args extends readonly unknown[] = readonly unknown[], Value = unknown>(
    options?: FunctionOptions<Args, Value>,
  ): CachedDecorator<Args, Value>;

  /**
   * Caches a function of several items, item by item: one run computes all that are missing.
   *
   * @example
   * ```ts
   * import { createCache } from "@autocache/edge";
   *
   * const cache = createCache();
   * const users = cache.cachedBatch(
   *   async (ids: readonly string[]) => {
   *     const response = await fetch(`https://api.example.com/users?ids=${ids.join()}`);
   *     return (await response.json()) as { name: string }[];
   *   },
   *   { name: "user", ttl: "10m" },
   * );
   *
   * const [ada, grace] = await users(["ada", "grace"]);
   * ```
   */
  cachedBatch<Id, Value>(
    fn: (ids: readonly Id[]) => Promise<readonly (Value | Error)[]>,
    options?: BatchOptions<Id, Exclude<Value, Error>>,
  ): CachedBatch<Id, Exclude<Value, Error>>;

  /** Reads a value; `fallback` where there is none. `undefined` can be a value: `has()` tells. */
  get<Value = unknown>(key: string): Promise<Value | undefined>;
  get<Value>(key: string, fallback: Value): Promise<Value>;
  /** Writes a value. A `ttl` of 0 stores nothing, and what was there goes. */
  set(key: string, value: unknown, options?: ValueOptions): Promise<void>;
  /**
   * Writes a value only where there is none, in one atomic step; tells whether it did.
   *
   * @throws {AutocacheError} `unsupported` on a backend without an atomic write (Workers KV, the Cache API)
   */
  add(key: string, value: unknown, options?: ValueOptions): Promise<boolean>;
  /** Reads a value, or computes and stores it: one computation for all who ask meanwhile. A failing backend is an event. */
  getOrSet<Value>(key: string, compute: Value | (() => Value | Promise<Value>), options?: ValueOptions): Promise<Value>;
  /** Reads several values; absent ones are left out of the map. */
  getMany<Value = unknown>(keys: readonly string[]): Promise<Map<string, Value>>;
  /** Writes several values, or none where one of them cannot be stored. */
  setMany(
    values: ReadonlyMap<string, unknown> | Readonly<Record<string, unknown>>,
    options?: ValueOptions,
  ): Promise<void>;
  /** Tells whether there is a value. */
  has(key: string): Promise<boolean>;
  /** Gives a value a new time to live from now on; tells whether there was one. */
  touch(key: string, options?: ValueOptions): Promise<boolean>;
  /** Removes a value; it does not tell whether there was one, which would cost a read. */
  delete(key: string): Promise<void>;
  /** Removes several values. */
  deleteMany(keys: readonly string[]): Promise<void>;
  /**
   * Adds to a whole number, in one atomic step, and keeps its time to live; resolves with the sum.
   *
   * @throws {AutocacheError} `not-found` where there is no value, `unsupported` on a backend without an atomic write
   * @throws {TypeError} where the value is not a whole number
   */
  incr(key: string, delta?: number): Promise<number>;
  /** Takes from a whole number: see `incr()`. */
  decr(key: string, delta?: number): Promise<number>;
  /**
   * Removes everything under the cache's namespace, functions' entries too: it lists the keys, so it takes as long as
   * there are many.
   *
   * @throws {AutocacheError} `unsupported` on a backend that cannot list its keys (the Cache API)
   */
  clear(): Promise<void>;
  /**
   * Makes all entries with one of these tags invalid, by one write a tag: nothing is scanned. This isolate sees it at
   * once, others within `tagTtl` and what their backend takes.
   */
  invalidateTags(tags: readonly string[]): Promise<void>;
  /** Marks all entries with one of these tags as expired: they are answered with as `swr` and `staleIfError` allow. */
  expireTags(tags: readonly string[]): Promise<void>;
  /**
   * Makes everything under the namespace invalid, by one write.
   *
   * @throws {AutocacheError} `unsupported` where the cache is not `purgeable`
   */
  purgeNamespace(): Promise<void>;
  /** Resolves when the work that goes on in the background, such as writes after an answer, is done. */
  settled(): Promise<void>;
}

/**
 * Makes a cache.
 *
 * It touches no backend yet: on Workers it can stand at module scope.
 *
 * @example
 * ```ts
 * import { createCache, memory, tiered } from "@autocache/edge";
 * import { workersKV } from "@autocache/edge/workers-kv";
 * import { env } from "cloudflare:workers";
 *
 * export const cache = createCache({
 *   backend: tiered([memory(), workersKV(() => env.CACHE)]),
 *   ttl: "5m",
 * });
 * ```
 * @throws {TypeError} where an option is unknown or of the wrong type
 * @throws {RangeError} where the `ttl` or the namespace is out of range
 */
export function createCache(options: CacheOptions = {}): Cache {
  const store = new Store(resolveCacheOptions(options, memory));
  const hand = new HandKept(store);
  const cache: Cache = {
    cached: ((target?: Callable | AnyFunctionOptions, functionOptions?: AnyFunctionOptions, fingerprint?: unknown) =>
      wrap(store, target, functionOptions, fingerprint)) as Cache["cached"],
    cachedBatch: ((
      fn: BatchFunction<unknown, unknown>,
      batchOptions: BatchOptions<never, never> = {},
      fingerprint?: unknown,
    ) => wrapBatch(store, fn, batchOptions, fingerprint)) as Cache["cachedBatch"],
    get: ((key: string, fallback?: unknown) => hand.get(key, fallback)) as Cache["get"],
    set: (key, value, valueOptions) => hand.set(key, value, valueOptions),
    add: (key, value, valueOptions) => hand.add(key, value, valueOptions),
    getOrSet: ((key: string, compute: unknown, valueOptions?: ValueOptions) =>
      hand.getOrSet(key, compute, valueOptions)) as Cache["getOrSet"],
    getMany: ((keys: readonly string[]) => hand.getMany(keys)) as Cache["getMany"],
    setMany: (values, valueOptions) => hand.setMany(values, valueOptions),
    has: (key) => hand.has(key),
    touch: (key, valueOptions) => hand.touch(key, valueOptions),
    delete: (key) => hand.delete(key),
    deleteMany: (keys) => hand.deleteMany(keys),
    incr: (key, delta) => hand.incr(key, delta),
    decr: (key, delta = 1) => hand.incr(key, -delta),
    clear: () => hand.clear(),
    invalidateTags: (tags) => stampTags(store, "invalidated tag", tags),
    expireTags: (tags) => stampTags(store, "expired tag", tags),
    purgeNamespace: () => purgeNamespace(store),
    settled: () => store.settled(),
  };
  stores.set(cache, store);
  return cache;
}

const stores = new WeakMap<Cache, Store>();
let shared: Cache | undefined;

/**
 * The store behind a cache; of none, that of one in memory which all share that name none.
 *
 * @throws {TypeError} where it is no cache of this copy of the package
 */
export function storeOf(cache: Cache = (shared ??= createCache())): Store {
  const store = stores.get(cache);
  if (store !== undefined) return store;
  throw new TypeError(
    `Cannot use the cache: it is what createCache() of the same copy of the package returns: received ${kindName(cache)}`,
  );
}

async function stampTags(
  store: Store,
  kind: "invalidated tag" | "expired tag",
  tags: readonly string[],
): Promise<void> {
  requireTags(tags, "invalidate tags");
  const keys = await Promise.all(tags.map((tag) => store.stamps.keyOf(kind, tag)));
  await store.stamp(keys, kind);
  await store.lead({ tags, isSoft: kind === "expired tag" });
  store.emit({ type: kind === "invalidated tag" ? "tags-invalidated" : "tags-expired", names: tags });
}

async function purgeNamespace(store: Store): Promise<void> {
  const { namespace } = store.options;
  const keys = await store.namespaceStamps();
  if (keys === undefined) {
    throw new AutocacheError(
      "unsupported",
      `Cannot purge the namespace "${namespace}": its entries carry no stamp: received a cache that is not purgeable`,
    );
  }
  await store.stamp(keys.invalidating, namespace);
  await store.lead({ isSoft: false });
  store.emit({ type: "purged", names: [namespace] });
}
