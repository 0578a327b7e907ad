import type { Backend } from "./backend.ts";
import {
  aFunction,
  milliseconds,
  oneOf,
  type Readers,
  requireBackend,
  requireKnown,
  requireTags,
  resolveOptions,
} from "./checks.ts";
import { type Duration, parseDuration } from "./duration.ts";
import type { Share } from "./entry.ts";
import type { CacheEvent } from "./events.ts";
import { DEFAULT_FRESHNESS, type Freshness, FRESHNESS_OPTIONS, type FreshnessOptions } from "./freshness.ts";
import { type AnyFunctionOptions, FUNCTION_OPTIONS, sharing } from "./function-options.ts";
import { MAX_NAMESPACE_PREFIX, namespacePrefix, requireText } from "./key/key.ts";
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
  /**
   * What becomes of a function whose version is its own text, because it has neither a `version` nor a fingerprint of the
   * build plugin: `"error"`, its calls fail; `"warn"`, an event `warning` tells of it; `"source"`, nothing. @default "warn"
   */
  readonly unversioned?: Unversioned | undefined;
  /** Is told every fact, once; what it throws is ignored. @default none */
  readonly onEvent?: ((event: CacheEvent) => void) | undefined;
  /** Keeps the host alive for work after the response. @default the runtime's own on Workers, nothing elsewhere */
  readonly waitUntil?: ((work: Promise<unknown>) => void) | undefined;
}

/** What becomes of a function whose version is its own text. */
export type Unversioned = "error" | "warn" | "source";

/** When a backend that keeps failing is left alone. */
export interface BreakerOptions {
  /** After how many failures in a row. @default 5 */
  readonly failures?: number | undefined;
  /** For how long; then one operation tries. @default "10s" */
  readonly retryAfter?: Duration | undefined;
}

/** What one value that is stored by hand is kept with. */
export interface ValueOptions {
  /** How long the value is fresh. @default the cache's */
  readonly ttl?: Duration | undefined;
  /** What the value can be invalidated by. @default none */
  readonly tags?: readonly string[] | undefined;
}

/** The options of a cache, resolved: milliseconds. */
export interface ResolvedCacheOptions extends Freshness {
  readonly backend: Backend;
  readonly namespace: string;
  readonly ttlMs: number;
  readonly backendTimeoutMs: number;
  readonly breaker: { readonly failures: number; readonly retryAfterMs: number };
  readonly isPurgeable: boolean;
  readonly tagTtlMs: number;
  readonly share: Share;
  readonly secret?: string;
  readonly unversioned: Unversioned;
  readonly onEvent?: (event: CacheEvent) => void;
  readonly waitUntil: (work: Promise<unknown>) => void;
}

/** What says how tags are kept, which only a cache has. */
type OfTags = "purgeable" | "tagTtl";

/** The options of a cache that one function has for itself. */
export type OwnCacheOptions = Omit<CacheOptions, "ttl" | "share" | OfTags | keyof FreshnessOptions>;

/** The options of a function that is cached by itself, whatever its types. */
export type AnyCachedOptions = AnyFunctionOptions & OwnCacheOptions;

const CACHE_OPTIONS: Readers<CacheOptions> = {
  backend: (backend, _name, action) => requireBackend(backend, action),
  namespace: (namespace, name, action) => {
    requireText(namespace, name);
    const { length } = namespacePrefix(namespace);
    if (length <= MAX_NAMESPACE_PREFIX) return;
    throw new RangeError(
      `Cannot ${action}: a namespace is at most ${MAX_NAMESPACE_PREFIX - 1} bytes when percent-encoded: received ${length - 1}`,
    );
  },
  ttl: milliseconds(),
  ...FRESHNESS_OPTIONS,
  backendTimeout: milliseconds(),
  breaker: (breaker, _name, action) => ({ breaker: readBreaker(breaker, action) }),
  purgeable: (isPurgeable) => ({ isPurgeable }),
  tagTtl: milliseconds(),
  share: sharing,
  secret: requireText,
  unversioned: oneOf("error", "warn", "source"),
  onEvent: aFunction,
  waitUntil: aFunction,
};

/** What holds where nothing is said: milliseconds. */
const DEFAULTS = {
  ...DEFAULT_FRESHNESS,
  namespace: "autocache",
  ttlMs: 300_000,
  backendTimeoutMs: 2_000,
  breaker: { failures: 5, retryAfterMs: 10_000 },
  isPurgeable: false,
  tagTtlMs: 10_000,
  share: "frozen",
  unversioned: "warn",
  waitUntil,
} as const;

/**
 * Checks a cache's options and fills in the defaults.
 *
 * @throws {TypeError} where an option is unknown or of the wrong type
 * @throws {RangeError} where a number or a length is out of range
 */
export function resolveCacheOptions(options: CacheOptions, defaultBackend: () => Backend): ResolvedCacheOptions {
  const resolved: Omit<ResolvedCacheOptions, "backend"> & { readonly backend?: Backend } = resolveOptions(
    options,
    CACHE_OPTIONS,
    "make a cache",
    "a cache",
    DEFAULTS,
  );
  return { ...resolved, backend: resolved.backend ?? defaultBackend() };
}

/** Reads the `ttl` of one value. */
export function resolveTtl(options: ValueOptions, defaultMs: number, key: string): number {
  requireKnown(options, ["ttl", "tags"] satisfies (keyof ValueOptions)[], `store "${key}"`);
  if (options.tags !== undefined) requireTags(options.tags, `store "${key}"`);
  return options.ttl === undefined ? defaultMs : parseDuration(options.ttl, `ttl of "${key}"`);
}

/**
 * Parts the options of a function that is cached by itself into the cache's and the function's.
 *
 * @throws {TypeError} where an option is neither
 */
export function partOptions(options: AnyCachedOptions): [CacheOptions, AnyFunctionOptions] {
  const { purgeable: _purgeable, tagTtl: _tagTtl, ...ofCache } = CACHE_OPTIONS;
  requireKnown(options, Object.keys({ ...FUNCTION_OPTIONS, ...ofCache }), "cache a function");
  const parts: [Record<string, unknown>, Record<string, unknown>] = [{}, {}];
  for (const [name, value] of Object.entries(options)) parts[name in FUNCTION_OPTIONS ? 1 : 0][name] = value;
  return parts;
}

function readBreaker(options: BreakerOptions | false, action: string): ResolvedCacheOptions["breaker"] {
  if (options === false) return { failures: Infinity, retryAfterMs: 0 };
  requireKnown(options, ["failures", "retryAfter"], `${action}: the breaker`);
  const { failures = DEFAULTS.breaker.failures, retryAfter = DEFAULTS.breaker.retryAfterMs } = options;
  if (Number.isSafeInteger(failures) && failures > 0) {
    return { failures, retryAfterMs: parseDuration(retryAfter, "breaker.retryAfter of a cache") };
  }
  throw new RangeError(`Cannot ${action}: breaker.failures is a whole number from 1: received ${String(failures)}`);
}
