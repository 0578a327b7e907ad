import type { Backend } from "./backend.ts";
import { bind, type CachedDecorator, type CachedFunction, callsOfMethod, wrap } from "./cached-function.ts";
import type { Callable } from "./key/version.ts";
import { memory } from "./memory.ts";
import type { FunctionOptions } from "./function-options.ts";
import { type AnyCachedOptions, type OwnCacheOptions, partOptions, resolveCacheOptions } from "./options.ts";
import { SimpleStore } from "./simple-store.ts";

/** The options of a function that is cached by itself: its own, and those of the cache it gets. Tags need `createCache()`. */
export type CachedOptions<Args extends readonly unknown[] = readonly unknown[], Value = unknown> = Omit<
  FunctionOptions<Args, Value>,
  "tags"
> &
  OwnCacheOptions;

let shared: Backend | undefined;

// One bound for all functions that name no backend, made when the first of them is.
function sharedMemory(): Backend {
  return (shared ??= memory());
}

/**
 * Caches a function's results by its arguments and its code.
 *
 * Without a `backend` they are kept in the memory of this process or isolate. Tags, and backends that do not take care of
 * themselves, need `createCache().cached()`, so that this alone is small. The function is called without a `this`.
 * What it throws is thrown on and not stored. It does not see what the function's own text does not show: helpers and
 * captured variables belong in `deps`, or in a `version`.
 *
 * @example
 * ```ts
 * import { cached } from "@autocache/edge";
 *
 * const product = cached(
 *   async (id: string) => (await fetch(`https://api.example.com/products/${id}`)).json(),
 *   { name: "product", ttl: "5m" },
 * );
 *
 * await product("42");
 * ```
 * @throws {TypeError} where an option is unknown or of the wrong type, or the function has neither a name nor the option
 * @throws {RangeError} where a duration is out of range
 */
export function cached<Fn extends Callable>(
  fn: Fn,
  options?: CachedOptions<Parameters<Fn>, Awaited<ReturnType<Fn>>>,
): CachedFunction<Parameters<Fn>, Awaited<ReturnType<Fn>>>;
/**
 * Makes a decorator that caches a method, or a wrapper for several functions.
 *
 * A method's `this` counts as its first argument, so its class says with a `[cacheKey]()` method what stands for an
 * instance, or the options have a `key`. A static method's `this` does not count.
 *
 * @example
 * ```ts
 * import { cached } from "@autocache/edge";
 * import { cacheKey } from "@autocache/edge/keys";
 *
 * class Shop {
 *   constructor(readonly country: string) {}
 *
 *   [cacheKey]() {
 *     return ["Shop", this.country];
 *   }
 *
 *   @cached({ ttl: "1h" })
 *   async price(id: string): Promise<number> {
 *     const response = await fetch(`https://api.example.com/${this.country}/${id}`);
 *     return Number(await response.text());
 *   }
 * }
 * ```
 */
export function cached<Args extends readonly unknown[] = readonly unknown[], Value = unknown>(
  options?: CachedOptions<Args, Value>,
): CachedDecorator<Args, Value>;
export function cached(
  target: Callable | AnyCachedOptions = {},
  options: AnyCachedOptions = {},
  fingerprint?: unknown,
): unknown {
  const [cacheOptions, functionOptions] = partOptions(typeof target === "function" ? options : target);
  const store = new SimpleStore(resolveCacheOptions(cacheOptions, sharedMemory));
  if (typeof target === "function") return wrap(store, target, functionOptions, fingerprint);
  return wrap(store, functionOptions, options);
}

/**
 * Gives a decorated method of one instance as a cached function, with `invalidate`, `trace` and the rest: a decorator
 * cannot change a method's type, so that TypeScript does not see them on the method itself.
 *
 * @example
 * ```ts
 * import { cached, cachedMethod } from "@autocache/edge";
 *
 * class Shop {
 *   @cached({ key: (id: string) => id })
 *   async price(id: string): Promise<number> {
 *     return id.length;
 *   }
 * }
 *
 * await cachedMethod(new Shop(), "price").invalidate("42");
 * ```
 * @throws {TypeError} where the method was not decorated with `cached()`
 */
export function cachedMethod<Instance extends object, Name extends keyof Instance>(
  instance: Instance,
  name: Name,
): Instance[Name] extends (...args: infer Args) => Promise<infer Value> ? CachedFunction<Args, Value> : never {
  const calls = callsOfMethod(instance[name]);
  if (calls === undefined) {
    throw new TypeError(
      `Cannot find the cached calls of "${String(name)}": the method is decorated with cached(): received one that is not`,
    );
  }
  return bind(calls, instance) as never;
}
