import type { Backend } from "./backend.ts";
import { type Duration, parseDuration } from "./duration.ts";
import type { CacheEvent } from "./events.ts";
import { MAX_NAMESPACE_PREFIX, namespacePrefix, requireText } from "./key/key.ts";
import { waitUntil } from "#runtime";

/** What a cache is made with. */
export interface CacheOptions {
  /** Where entries are kept. @default `memory()`, of this cache alone */
  readonly backend?: Backend | undefined;
  /** Separates tenants and environments that share a backend. @default "autocache" */
  readonly namespace?: string | undefined;
  /** How long an entry is fresh, where the function does not say. @default "5m" */
  readonly ttl?: Duration | undefined;
  /** Makes keys HMACs, so that they do not reveal arguments that can be guessed. @default none */
  readonly secret?: string | undefined;
  /** Is told every fact, once; what it throws is ignored. @default none */
  readonly onEvent?: ((event: CacheEvent) => void) | undefined;
  /** Keeps the host alive for work after the response. @default the runtime's own on Workers, nothing elsewhere */
  readonly waitUntil?: ((work: Promise<unknown>) => void) | undefined;
}

/** What a function is cached with. */
export interface FunctionOptions<Args extends readonly unknown[] = readonly unknown[], Value = unknown> {
  /** The function's name in its keys. @default the function's own name */
  readonly name?: string | undefined;
  /** Which code this is, in the author's word: nothing implicit is added. @default a digest of the function's own text */
  readonly version?: string | number | undefined;
  /** What else the result depends on: functions count by their text, other values by value. @default none */
  readonly deps?: readonly unknown[] | undefined;
  /** What stands for the arguments in the key: any value that can be in one. @default the arguments */
  readonly key?: ((...args: Args) => unknown) | undefined;
  /**
   * How long an entry is fresh, in milliseconds or as text, or as the result says. A result that says 0 or less is not
   * stored; a fixed 0 leaves the function uncached. @default the cache's
   */
  readonly ttl?: Duration | ((value: Value, ...args: Args) => Duration) | undefined;
  /** Whether a result is stored. @default always */
  readonly shouldCache?: ((value: Value, ...args: Args) => boolean) | undefined;
}

/** What one value that is stored by hand is kept with. */
export interface ValueOptions {
  /** How long the value is fresh. @default the cache's */
  readonly ttl?: Duration | undefined;
}

export interface ResolvedCacheOptions {
  readonly backend: Backend;
  readonly namespace: string;
  readonly ttlMs: number;
  readonly secret: string | undefined;
  readonly onEvent: (event: CacheEvent) => void;
  readonly waitUntil: (work: Promise<unknown>) => void;
}

const CACHE_OPTIONS = [
  "backend",
  "namespace",
  "ttl",
  "secret",
  "onEvent",
  "waitUntil",
] as const satisfies (keyof CacheOptions)[];
const FUNCTION_OPTIONS = [
  "name",
  "version",
  "deps",
  "key",
  "ttl",
  "shouldCache",
] as const satisfies (keyof FunctionOptions)[];

const DEFAULT_NAMESPACE = "autocache";
const DEFAULT_TTL = "5m";

/**
 * Checks a cache's options and fills in the defaults.
 *
 * @throws {TypeError} where an option is unknown or of the wrong type
 * @throws {RangeError} where a number or a length is out of range
 */
export function resolveCacheOptions(options: CacheOptions, defaultBackend: () => Backend): ResolvedCacheOptions {
  const what = "a cache";
  requireKnown(options, CACHE_OPTIONS, what);
  const { backend = defaultBackend(), namespace = DEFAULT_NAMESPACE, ttl = DEFAULT_TTL, secret } = options;
  requireBackend(backend);
  requireText(namespace, "namespace");
  if (secret !== undefined) requireText(secret, "secret");
  if (namespacePrefix(namespace).length > MAX_NAMESPACE_PREFIX) {
    throw new RangeError(
      `Cannot make ${what}: a namespace is at most ${MAX_NAMESPACE_PREFIX - 1} bytes, percent-encoded: received ${namespacePrefix(namespace).length - 1}`,
    );
  }
  return {
    backend,
    namespace,
    ttlMs: parseDuration(ttl, "ttl of a cache"),
    secret,
    onEvent: requireFunction(options.onEvent, "onEvent", what) ?? (() => {}),
    waitUntil: requireFunction(options.waitUntil, "waitUntil", what) ?? waitUntil,
  };
}

/**
 * Checks the options of one function.
 *
 * @throws {TypeError} where an option is unknown or of the wrong type
 * @throws {RangeError} where the `ttl` is out of range
 */
export function checkFunctionOptions(options: FunctionOptions<never[], never>, what: string): void {
  requireKnown(options, FUNCTION_OPTIONS, what);
  const { name, version, deps, key, ttl, shouldCache } = options;
  if (name !== undefined) requireText(name, "name");
  if (typeof version !== "number" && version !== undefined) requireText(version, "version");
  if (Number.isNaN(version))
    throw new RangeError(`Cannot cache ${what}: a version is a text or a number: received NaN`);
  if (deps !== undefined && !Array.isArray(deps)) {
    throw new TypeError(`Cannot cache ${what}: deps is an array: received ${typeof deps}`);
  }
  requireFunction(key, "key", what);
  requireFunction(shouldCache, "shouldCache", what);
  if (ttl !== undefined && typeof ttl !== "function") parseDuration(ttl, `ttl of ${what}`);
}

/** Reads the `ttl` of one value. */
export function resolveTtl(options: ValueOptions, defaultMs: number, what: string): number {
  requireKnown(options, ["ttl"], what);
  return options.ttl === undefined ? defaultMs : parseDuration(options.ttl, `ttl of ${what}`);
}

/** Parts a flat options object into the cache's and the function's. */
export function partOptions(
  options: Omit<CacheOptions, "ttl"> & FunctionOptions<never[], never>,
): [CacheOptions, FunctionOptions<never[], never>] {
  requireObject(options, "a cached function");
  const { backend, namespace, secret, onEvent, waitUntil: keepAlive, ...rest } = options;
  return [{ backend, namespace, secret, onEvent, waitUntil: keepAlive }, rest];
}

function requireObject(options: unknown, what: string): void {
  if (typeof options === "object" && options !== null) return;
  throw new TypeError(
    `Cannot make ${what}: options are an object: received ${options === null ? "null" : typeof options}`,
  );
}

function requireKnown(options: object, known: readonly string[], what: string): void {
  requireObject(options, what);
  for (const name of Object.keys(options)) {
    if (known.includes(name)) continue;
    throw new TypeError(`Cannot make ${what}: the options are ${known.join(", ")}: received "${name}"`);
  }
}

function requireBackend(backend: Backend): void {
  const { get, set, delete: remove } = (backend ?? {}) as Partial<Backend>;
  if ([get, set, remove].every((method) => typeof method === "function") && typeof backend.name === "string") return;
  throw new TypeError(
    "Cannot make a cache: a backend has a name, capabilities, and the methods get, set and delete: received something else as `backend`",
  );
}

function requireFunction<Fn>(value: Fn, name: string, what: string): Fn {
  if (value === undefined || typeof value === "function") return value;
  throw new TypeError(`Cannot make ${what}: ${name} is a function: received ${typeof value}`);
}
