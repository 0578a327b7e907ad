import type { Backend } from "./backend.ts";
import { kindName, requireBackend, requireFunction, requireKnown, requireTags } from "./checks.ts";
import { type Duration, parseDuration } from "./duration.ts";
import type { Share } from "./entry.ts";
import type { CacheEvent } from "./events.ts";
import {
  DEFAULT_FRESHNESS,
  type Freshness,
  FRESHNESS_OPTIONS,
  type FreshnessOptions,
  resolveFreshness,
} from "./freshness.ts";
import { MAX_NAMESPACE_PREFIX, namespacePrefix, requireText } from "./key/key.ts";
import { requireSchema, type Schema } from "./schema.ts";
import { waitUntil } from "#runtime";

/** What a cache is made with. */
export interface CacheOptions extends FreshnessOptions {
  /** Where entries are kept. @default `memory()`, of this cache alone */
  readonly backend?: Backend | undefined;
  /** Separates tenants and environments that share a backend. @default "autocache" */
  readonly namespace?: string | undefined;
  /** How long an entry is fresh, where the function does not say. @default "5m" */
  readonly ttl?: Duration | undefined;
  /**
   * How long a read of the backend is waited for; a write, for which nobody waits, is given five times as long.
   * @default "2s"
   */
  readonly backendTimeout?: Duration | undefined;
  /** When a backend that keeps failing is left alone, and for how long. @default `{ failures: 5, retryAfter: "10s" }` */
  readonly breaker?: BreakerOptions | false | undefined;
  /**
   * Whether `purge()` of a function and `purgeNamespace()` work: each entry is then read together with two stamps.
   * Functions with `tags` can be purged in any case. @default false
   */
  readonly purgeable?: boolean | undefined;
  /** How long a stamp of a tag, once read, is remembered in this isolate before the backend is asked again. @default "10s" */
  readonly tagTtl?: Duration | undefined;
  /**
   * How callers share a value that is plain data: `"frozen"`, one for all that nobody can change; `"copy"`, one for each;
   * `"unfrozen"`, one for all, and what one changes the others see. @default "frozen"
   */
  readonly share?: Share | undefined;
  /** Makes keys HMACs, so that they do not reveal arguments that can be guessed. @default none */
  readonly secret?: string | undefined;
  /** Is told every fact, once; what it throws is ignored. @default none */
  readonly onEvent?: ((event: CacheEvent) => void) | undefined;
  /** Keeps the host alive for work after the response. @default the runtime's own on Workers, nothing elsewhere */
  readonly waitUntil?: ((work: Promise<unknown>) => void) | undefined;
}

/** When a backend that keeps failing is left alone. */
export interface BreakerOptions {
  /** After how many failures in a row. @default 5 */
  readonly failures?: number | undefined;
  /** For how long; then one operation tries. @default "10s" */
  readonly retryAfter?: Duration | undefined;
}

/** What a function is cached with. */
export interface FunctionOptions<
  Args extends readonly unknown[] = readonly unknown[],
  Value = unknown,
> extends FreshnessOptions {
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
  /**
   * What entries can be invalidated by, together: names, or what a result and its arguments make of them. An empty list
   * is enough to make `purge()` work. @default none
   */
  readonly tags?: readonly string[] | ((value: Value, ...args: Args) => readonly string[]) | undefined;
  /** Whether a result is stored. @default always */
  readonly shouldCache?: ((value: Value, ...args: Args) => boolean) | undefined;
  /** How callers share a value that is plain data: see `CacheOptions`. @default the cache's */
  readonly share?: Share | undefined;
  /**
   * A Standard Schema (https://standardschema.dev) that what was stored must fit: what does not is a miss, and what the
   * schema makes of it is the answer. @default none
   */
  readonly validate?: Schema<Value> | undefined;
}

/** The options of any function, whatever its types. */
export type AnyFunctionOptions = Omit<FunctionOptions<never[], never>, "validate"> & {
  readonly validate?: Schema | undefined;
};

/** What one value that is stored by hand is kept with. */
export interface ValueOptions {
  /** How long the value is fresh. @default the cache's */
  readonly ttl?: Duration | undefined;
  /** What the value can be invalidated by. @default none */
  readonly tags?: readonly string[] | undefined;
}

export interface ResolvedCacheOptions {
  readonly backend: Backend;
  readonly namespace: string;
  readonly ttlMs: number;
  readonly freshness: Freshness;
  readonly backendTimeoutMs: number;
  readonly breaker: { readonly failures: number; readonly retryAfterMs: number };
  readonly isPurgeable: boolean;
  readonly tagTtlMs: number;
  readonly share: Share;
  readonly secret: string | undefined;
  readonly onEvent: (event: CacheEvent) => void;
  readonly waitUntil: (work: Promise<unknown>) => void;
}

type Names<Options> = readonly (keyof Options)[];

const CACHE_OPTIONS: Names<CacheOptions> = [
  "backend",
  "namespace",
  "ttl",
  ...FRESHNESS_OPTIONS,
  "backendTimeout",
  "breaker",
  "purgeable",
  "tagTtl",
  "share",
  "secret",
  "onEvent",
  "waitUntil",
];
const FUNCTION_OPTIONS: Names<FunctionOptions> = [
  "name",
  "version",
  "deps",
  "key",
  "ttl",
  "tags",
  "shouldCache",
  "share",
  "validate",
  ...FRESHNESS_OPTIONS,
];
const VALUE_OPTIONS: Names<ValueOptions> = ["ttl", "tags"];

const SHARES: readonly Share[] = ["frozen", "copy", "unfrozen"];
const DEFAULT_NAMESPACE = "autocache";
const DEFAULT_TTL = "5m";
const DEFAULT_TAG_TTL = "10s";
const DEFAULT_BACKEND_TIMEOUT = "2s";
const DEFAULT_BREAKER = { failures: 5, retryAfter: "10s" } as const;

/**
 * Checks a cache's options and fills in the defaults.
 *
 * @throws {TypeError} where an option is unknown or of the wrong type
 * @throws {RangeError} where a number or a length is out of range
 */
export function resolveCacheOptions(options: CacheOptions, defaultBackend: () => Backend): ResolvedCacheOptions {
  const action = "make a cache";
  requireKnown(options, CACHE_OPTIONS, action);
  const { backend = defaultBackend(), namespace = DEFAULT_NAMESPACE, ttl = DEFAULT_TTL, secret } = options;
  requireBackend(backend, action);
  requireText(namespace, "namespace");
  if (secret !== undefined) requireText(secret, "secret");
  const prefix = namespacePrefix(namespace);
  if (prefix.length > MAX_NAMESPACE_PREFIX) {
    throw new RangeError(
      `Cannot ${action}: a namespace is at most ${MAX_NAMESPACE_PREFIX - 1} bytes when percent-encoded: received ${prefix.length - 1}`,
    );
  }
  return {
    backend,
    namespace,
    ttlMs: parseDuration(ttl, "ttl of a cache"),
    freshness: resolveFreshness(options, DEFAULT_FRESHNESS, "a cache"),
    backendTimeoutMs: parseDuration(options.backendTimeout ?? DEFAULT_BACKEND_TIMEOUT, "backendTimeout of a cache"),
    breaker: resolveBreaker(options.breaker, action),
    isPurgeable: options.purgeable ?? false,
    tagTtlMs: parseDuration(options.tagTtl ?? DEFAULT_TAG_TTL, "tagTtl of a cache"),
    share: resolveShare(options.share, action) ?? "frozen",
    secret,
    onEvent: requireFunction(options.onEvent, "onEvent", action) ?? (() => {}),
    waitUntil: requireFunction(options.waitUntil, "waitUntil", action) ?? waitUntil,
  };
}

/**
 * Checks the options of one function.
 *
 * @throws {TypeError} where an option is unknown or of the wrong type
 * @throws {RangeError} where the `ttl` is out of range
 */
export function checkFunctionOptions(
  options: AnyFunctionOptions,
  fnName: string,
  others: readonly string[] = [],
): void {
  const action = fnName === "" ? "cache a function" : `cache "${fnName}"`;
  requireKnown(options, [...FUNCTION_OPTIONS, ...others], action);
  const { name, version, deps, key, ttl, tags, shouldCache, validate } = options;
  if (name !== undefined) requireText(name, "name");
  if (typeof version === "number") {
    if (!Number.isFinite(version))
      throw new RangeError(`Cannot ${action}: a version is a finite number: received ${version}`);
  } else if (version !== undefined) requireText(version, "version");
  if (deps !== undefined && !Array.isArray(deps)) {
    throw new TypeError(`Cannot ${action}: deps is an array: received ${kindName(deps)}`);
  }
  resolveShare(options.share, action);
  requireFunction(key, "key", action);
  requireFunction(shouldCache, "shouldCache", action);
  if (tags !== undefined && typeof tags !== "function") requireTags(tags, action);
  if (validate !== undefined) requireSchema(validate, action);
  if (ttl !== undefined && typeof ttl !== "function") parseDuration(ttl, `ttl of "${name ?? fnName}"`);
}

/** Reads the `ttl` of one value. */
export function resolveTtl(options: ValueOptions, defaultMs: number, key: string): number {
  requireKnown(options, VALUE_OPTIONS, `store "${key}"`);
  if (options.tags !== undefined) requireTags(options.tags, `store "${key}"`);
  return options.ttl === undefined ? defaultMs : parseDuration(options.ttl, `ttl of "${key}"`);
}

/**
 * Parts the options of a function that is cached by itself into the cache's and the function's.
 *
 * @throws {TypeError} where an option is neither
 */
export function partOptions(
  options: Omit<CacheOptions, "ttl" | "share" | keyof FreshnessOptions> & AnyFunctionOptions,
): [CacheOptions, AnyFunctionOptions] {
  requireKnown(
    options,
    [...FUNCTION_OPTIONS, ...CACHE_OPTIONS.filter((name) => !FUNCTION_OPTIONS.includes(name as never))],
    "cache a function",
  );
  const isOwn = ([name]: [string, unknown]): boolean => FUNCTION_OPTIONS.includes(name as never);
  const entries = Object.entries(options);
  return [Object.fromEntries(entries.filter((entry) => !isOwn(entry))), Object.fromEntries(entries.filter(isOwn))];
}

function resolveShare(share: Share | undefined, action: string): Share | undefined {
  if (share === undefined || SHARES.includes(share)) return share;
  throw new TypeError(`Cannot ${action}: share is one of ${SHARES.join(", ")}: received ${JSON.stringify(share)}`);
}

function resolveBreaker(options: CacheOptions["breaker"], action: string): ResolvedCacheOptions["breaker"] {
  if (options === false) return { failures: Infinity, retryAfterMs: 0 };
  requireKnown(options ?? {}, ["failures", "retryAfter"], `${action}: the breaker`);
  const { failures = DEFAULT_BREAKER.failures, retryAfter = DEFAULT_BREAKER.retryAfter } = options ?? {};
  if (Number.isSafeInteger(failures) && failures > 0) {
    return { failures, retryAfterMs: parseDuration(retryAfter, "breaker.retryAfter of a cache") };
  }
  throw new RangeError(`Cannot ${action}: breaker.failures is a whole number from 1: received ${String(failures)}`);
}
