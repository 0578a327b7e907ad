import type { Backend } from "./backend.ts";
import { requireBackend, requireFunction, requireKnown, requireOneOf, requireTags } from "./checks.ts";
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
import { type AnyFunctionOptions, FUNCTION_OPTIONS, SHARES } from "./function-options.ts";
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
  readonly unversioned: Unversioned;
  readonly onEvent: ((event: CacheEvent) => void) | undefined;
  readonly waitUntil: (work: Promise<unknown>) => void;
}

/** What says how tags are kept, which only a cache has. */
type OfTags = "purgeable" | "tagTtl";
const OF_TAGS: readonly string[] = ["purgeable", "tagTtl"] satisfies OfTags[];

/** The options of a cache that one function has for itself. */
export type OwnCacheOptions = Omit<CacheOptions, "ttl" | "share" | OfTags | keyof FreshnessOptions>;

/** The options of a function that is cached by itself, whatever its types. */
export type AnyCachedOptions = AnyFunctionOptions & OwnCacheOptions;

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
  "unversioned",
  "onEvent",
  "waitUntil",
];
const VALUE_OPTIONS: Names<ValueOptions> = ["ttl", "tags"];

const UNVERSIONED: readonly Unversioned[] = ["error", "warn", "source"];
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
    share: requireOneOf(options.share, SHARES, "share", action) ?? "frozen",
    secret,
    unversioned: requireOneOf(options.unversioned, UNVERSIONED, "unversioned", action) ?? "warn",
    onEvent: requireFunction(options.onEvent, "onEvent", action),
    waitUntil: requireFunction(options.waitUntil, "waitUntil", action) ?? waitUntil,
  };
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
export function partOptions(options: AnyCachedOptions): [CacheOptions, AnyFunctionOptions] {
  const ofCache = CACHE_OPTIONS.filter((name) => !OF_TAGS.includes(name) && !FUNCTION_OPTIONS.includes(name as never));
  requireKnown(options, [...FUNCTION_OPTIONS, ...ofCache], "cache a function");
  const entries = Object.entries(options);
  return [Object.fromEntries(entries.filter((entry) => !isOwn(entry))), Object.fromEntries(entries.filter(isOwn))];
}

function isOwn([name]: [string, unknown]): boolean {
  return FUNCTION_OPTIONS.includes(name as never);
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
