import { hostCache } from "#runtime";
import type { Cache } from "../cache.ts";
import { requireFunction, requireKnown, requireTags } from "../checks.ts";
import { type Duration, parseDuration } from "../duration.ts";
import { type Freshness, resolveFreshness } from "../freshness.ts";
import { FRESH_ONLY } from "../policy.ts";
import { requireText } from "../key/key.ts";
import { type HeaderOptions, resolveHeaderOptions, type ResolvedHeaderOptions } from "./header-options.ts";
import type { HostCache } from "./host-cache.ts";
import {
  ACTION,
  readCount,
  readFlag,
  readMethods,
  readNames,
  readQuery,
  readVary,
  withDefault,
} from "./option-checks.ts";
import type { QueryOptions, UrlRules } from "./request-key.ts";
import type { StoringRules } from "./rfc/storable.ts";
import type { Normalizers } from "./rfc/vary.ts";

/** What responses are cached with. Where nothing is said, RFC 9111 and the response's own headers decide. */
export interface HttpOptions extends HeaderOptions {
  /** The cache whose backend, namespace and events are used. @default one in memory, shared by all that say nothing */
  readonly cache?: Cache | undefined;
  /** What the responses are called in keys and events. @default the handler's name */
  readonly name?: string | undefined;
  /** Which code makes the responses, in the author's word. @default the handler's fingerprint, or a digest of its own text */
  readonly version?: string | number | undefined;
  /** What else the responses depend on: functions count by their code, other values by value. @default none */
  readonly deps?: readonly unknown[] | undefined;
  /**
   * How long a response is fresh that does not say so itself. A function is asked about each response, and wins over what
   * it says, unless it returns `undefined`; 0 stores nothing. @default none: such a response is not stored
   */
  readonly ttl?: Duration | ((response: Response, request: Request) => Duration | undefined) | undefined;
  /** How long after that a response is still answered with while one refresh runs, where it has no `stale-while-revalidate`. @default 0 */
  readonly swr?: Duration | undefined;
  /** How long after that it is still answered with where the handler fails or says 5xx, where it has no `stale-if-error`. @default 0 */
  readonly staleIfError?: Duration | undefined;
  /** Refreshes a response before it expires, by chance (XFetch): see `createCache()`. @default false */
  readonly earlyRefresh?: boolean | number | undefined;
  /** How long a request that `staleIfError` could answer waits for the handler, which then goes on in the background. @default "forever" */
  readonly softTimeout?: Duration | undefined;
  /** How long a request waits for the head of the handler's response before it fails with an `AutocacheError` `timeout`. @default "forever" */
  readonly hardTimeout?: Duration | undefined;
  /** How long after a refresh that failed, or whose response was not stored, the next is tried. @default "10s" */
  readonly retryAfter?: Duration | undefined;
  /** How long a request waits for another's run of the handler before it runs it itself. @default three times what it usually takes, and at least 1 s */
  readonly flightTimeout?: Duration | undefined;
  /** What responses can be invalidated by, together: names, or what a response and its request make of them. @default none */
  readonly tags?: readonly string[] | ((response: Response, request: Request) => readonly string[]) | undefined;
  /** What stands for the URL in the key: any value that can be in one. @default the URL */
  readonly key?: ((request: Request) => unknown) | undefined;
  /** Which parameters of the query count, and whether their order does. @default all, in their order */
  readonly query?: QueryOptions | undefined;
  /** Request headers that are part of the key, so that who sends one gets a response of their own. @default `X-Forwarded-Host` and its like */
  readonly keyHeaders?: readonly string[] | undefined;
  /**
   * Request headers that select a variant, beside those that the response names in `Vary`; a function says which values
   * count as one. @default none
   */
  readonly vary?: readonly string[] | Normalizers | undefined;
  /**
   * With `send: { cacheTag: true }`: the host's cache before the handler, which is purged along.
   * @default Workers Cache, where the Worker has one
   */
  readonly hostCache?: HostCache | (() => HostCache | undefined) | undefined;
  /** Whether a request goes by the cache: neither answered from it nor stored. @default never */
  readonly bypass?: ((request: Request) => boolean) | undefined;
  /** Methods, beside GET and HEAD, whose responses are cached, keyed by a digest of the body. @default `["QUERY"]` */
  readonly methods?: readonly ("QUERY" | "POST")[] | undefined;
  /** The largest body that is stored, in bytes; a larger one streams through. @default 4 MiB */
  readonly maxBodyBytes?: number | undefined;
  /** How many variants of one URL are kept; past it the oldest go. @default 16 */
  readonly maxVariants?: number | undefined;
  /** How long a response is kept past its time, to be validated or to answer where the handler fails. @default "1d" */
  readonly keep?: Duration | undefined;
  /** Takes a response without explicit freshness for fresh for a tenth of its age (RFC 9111 §4.2.2), up to a day. @default false */
  readonly heuristic?: boolean | undefined;
  /** Stores responses with `Set-Cookie` that are otherwise fit to be stored: the cookie then goes to everybody. @default false */
  readonly setCookie?: boolean | undefined;
  /** Stores the response of a POST as that of a later GET, where its `Content-Location` says that it is one (RFC 9110 §9.3.3). @default false */
  readonly contentLocation?: boolean | undefined;
  /** Heeds `Cache-Control` of requests: `no-cache`, `max-age`, `only-if-cached` and the rest. @default true */
  readonly requestDirectives?: boolean | undefined;
  /** Does not store a response whose type does not fit the extension of its path (web cache deception). @default true */
  readonly deceptionGuard?: boolean | undefined;
}

/** The same, resolved: milliseconds and bytes. Functions are given the origin's `subject` too. */
export interface ResolvedHttpOptions {
  readonly ttl: number | ((response: Response, request: Request, subject: unknown) => Duration | undefined) | undefined;
  /** Without a hard timeout: the time of a handler is counted to the head of its response, and not to the end of its body. */
  readonly freshness: Freshness;
  readonly hardTimeoutMs: number;
  readonly tags: readonly string[] | ((response: Response, request: Request, subject: unknown) => readonly string[]);
  readonly url: UrlRules;
  readonly key: ((request: Request, subject: unknown) => unknown) | undefined;
  readonly vary: readonly string[];
  readonly normalizers: Normalizers;
  readonly bypass: (request: Request, subject: unknown) => boolean;
  readonly maxBodyBytes: number;
  readonly maxVariants: number;
  readonly keepMs: number;
  readonly storing: StoringRules;
  readonly storesContentLocation: boolean;
  readonly headers: ResolvedHeaderOptions;
  readonly hostCache: () => HostCache | undefined;
}

const HTTP_OPTIONS: readonly (keyof HttpOptions)[] = [
  "cache",
  "name",
  "version",
  "deps",
  "ttl",
  "swr",
  "staleIfError",
  "earlyRefresh",
  "softTimeout",
  "hardTimeout",
  "retryAfter",
  "flightTimeout",
  "tags",
  "key",
  "query",
  "keyHeaders",
  "vary",
  "hostCache",
  "bypass",
  "methods",
  "maxBodyBytes",
  "maxVariants",
  "keep",
  "heuristic",
  "setCookie",
  "contentLocation",
  "requestDirectives",
  "deceptionGuard",
  "cacheStatus",
  "serverTiming",
  "send",
];

/**
 * Headers by which proxies tell what a client asked for, and by which an attacker makes a handler build links to another
 * host: a stored answer never depends on them unseen (https://portswigger.net/research/practical-web-cache-poisoning).
 */
export const KEY_HEADERS: readonly string[] = [
  "forwarded",
  "front-end-https",
  "x-forwarded-host",
  "x-forwarded-method",
  "x-forwarded-path",
  "x-forwarded-port",
  "x-forwarded-prefix",
  "x-forwarded-proto",
  "x-forwarded-protocol",
  "x-forwarded-scheme",
  "x-forwarded-server",
  "x-forwarded-ssl",
  "x-forwarded-uri",
  "x-host",
  "x-http-host-override",
  "x-http-method",
  "x-http-method-override",
  "x-method-override",
  "x-original-host",
  "x-original-method",
  "x-original-uri",
  "x-original-url",
  "x-rewrite-url",
  "x-url-scheme",
];

const DEFAULT_MAX_BODY_BYTES = 4 * 1024 * 1024;
const DEFAULT_MAX_VARIANTS = 16;
const DEFAULT_KEEP = "1d";
// RFC 9111 §4.2.2: "a typical setting of this fraction might be 10%".
const HEURISTIC = { share: 0.1, maxMs: 86_400_000 };
// RFC 9213 §2.1
const TARGETS = ["cdn-cache-control"];

/**
 * Checks the options and fills in the defaults.
 *
 * @param others options that the caller has beside these
 * @throws {TypeError} where one is unknown or of the wrong type
 * @throws {RangeError} where one is out of range
 */
export function resolveHttpOptions(options: HttpOptions, isShared: boolean, defaults: Freshness): ResolvedHttpOptions {
  requireKnown(options, HTTP_OPTIONS, ACTION);
  const { ttl, tags = [] } = options;
  if (options.name !== undefined) requireText(options.name, "name");
  requireFunction(options.key, "key", ACTION);
  if (typeof tags !== "function") requireTags(tags, ACTION);
  const [vary, normalizers] = readVary(options.vary);
  const flag = (name: Flag, otherwise: boolean): boolean => readFlag(options[name], name, otherwise);
  const freshness = resolveFreshness(pickFreshness(options), withoutPolicy(defaults), "responses");
  return {
    ttl: ttl === undefined || typeof ttl === "function" ? ttl : parseDuration(ttl, "ttl of responses"),
    freshness: { ...freshness, hardTimeoutMs: Infinity },
    hardTimeoutMs: freshness.hardTimeoutMs,
    tags,
    url: {
      ...readQuery(options.query),
      headers: readNames(withDefault(options.keyHeaders, KEY_HEADERS), "keyHeaders"),
    },
    key: options.key,
    vary,
    normalizers,
    bypass: requireFunction(options.bypass, "bypass", ACTION) ?? (() => false),
    maxBodyBytes: readCount(withDefault(options.maxBodyBytes, DEFAULT_MAX_BODY_BYTES), "maxBodyBytes", 0),
    maxVariants: readCount(withDefault(options.maxVariants, DEFAULT_MAX_VARIANTS), "maxVariants", 1),
    keepMs: parseDuration(withDefault(options.keep, DEFAULT_KEEP), "keep of responses"),
    storing: {
      isShared,
      targets: isShared ? TARGETS : [],
      heuristic: flag("heuristic", false) ? HEURISTIC : undefined,
      setCookie: flag("setCookie", !isShared),
      hasTtl: ttl !== undefined,
      guardsDeception: flag("deceptionGuard", true),
      methods: readMethods(options.methods),
      obeysRequest: flag("requestDirectives", true),
    },
    storesContentLocation: flag("contentLocation", false),
    headers: resolveHeaderOptions(options),
    hostCache: readHostCache(options.hostCache),
  };
}

/** Equal functions for equal options, so that a host is followed once. */
function readHostCache(given: HttpOptions["hostCache"]): () => HostCache | undefined {
  if (given === undefined) return ofRuntime;
  if (typeof given === "function") return given;
  const known = givers.get(given) ?? ((): HostCache => given);
  givers.set(given, known);
  return known;
}

const givers = new WeakMap<HostCache, () => HostCache>();

function ofRuntime(): HostCache | undefined {
  return hostCache() as HostCache | undefined;
}

function pickFreshness({ swr, staleIfError, earlyRefresh, softTimeout, hardTimeout, ...others }: HttpOptions): object {
  const { retryAfter, flightTimeout } = others;
  return { swr, staleIfError, earlyRefresh, softTimeout, hardTimeout, retryAfter, flightTimeout };
}

/** What a cache says of its functions' freshness is not said of responses, which have headers for that. */
function withoutPolicy(defaults: Freshness): Freshness {
  return { ...defaults, ...FRESH_ONLY, jitter: 0, errorTtl: 0 };
}

type Flag = "heuristic" | "setCookie" | "contentLocation" | "requestDirectives" | "deceptionGuard";
