import type { ResponseNotStoredReason } from "../../events.ts";
import { isDeceptive } from "./cache-deception.ts";
import { type Directives, deltaSeconds, parseCacheControl } from "./directives.ts";
import {
  type DirectiveRules,
  type FreshnessRules,
  type Lifetime,
  currentAgeMs,
  directivesOf,
  fieldsOf,
  hasExplicitLifetime,
  isAlwaysValidated,
  lifetimeOf,
  mayBeHeuristic,
} from "./freshness.ts";
import type { ResponseTimes } from "./response-times.ts";
import { withheldFields } from "./stored-headers.ts";
import { varyNames } from "./vary.ts";

/** Why a response is not stored, as its head tells. */
export type StoreRefusal = Exclude<ResponseNotStoredReason, "failed" | "incomplete">;

/** What a cache stores. */
export interface StoringRules extends FreshnessRules {
  /** The methods beside GET whose responses are stored, each under a key that tells them from GET's. */
  readonly methods: readonly string[];
  /** Whether a response with `Set-Cookie` is stored. */
  readonly setCookie: boolean;
  /** Whether a response that says nothing of its freshness gets some, where RFC 9111 §4.2.2 lets the cache choose. */
  readonly hasTtl: boolean;
  /** Whether that is over what the response says itself. @default false */
  readonly isTtlForced?: boolean;
  /** Whether a request's directives count: of them `no-store`, here. */
  readonly obeysRequest: boolean;
  /** Whether a response of another kind than its URL's extension promises is refused. */
  readonly guardsDeception: boolean;
}

/** Parts of a whole that this cache does not put together, and the refusal to send one (RFC 9110 §15.3.7, §15.5.17). */
const RANGE_STATUSES: ReadonlySet<number> = new Set([206, 416]);

/**
 * Answers to one request's own fields or sender, which would deny the resource to the others: 304 and 412 to its
 * preconditions (RFC 9110 §13), and the four that RFC 6585 §3 to §6 forbids to store.
 */
const PERSONAL_STATUSES: ReadonlySet<number> = new Set([304, 412, 428, 429, 431, 511]);

/** The final statuses of RFC 9110 §15 that are stored here: what `must-understand` asks for. */
const UNDERSTOOD_STATUSES: ReadonlySet<number> = new Set(
  [
    [200, 201, 202, 203, 204, 205],
    [300, 301, 302, 303, 305, 307, 308],
    [400, 401, 402, 403, 404, 405, 406, 407, 408, 409, 410, 411, 413, 414, 415, 417, 421, 422, 426],
    [500, 501, 502, 503, 504, 505],
  ].flat(),
);

/**
 * Tells why a response is not stored (RFC 9111 §3); `undefined`: it may be, and storing it can be of use. `no-freshness` is
 * said only where nothing else is against it.
 *
 * @param times when it was asked for and when it came, in epoch ms
 */
export function refusalToStore(
  request: Request,
  status: number,
  headers: Headers,
  times: ResponseTimes,
  rules: StoringRules,
): StoreRefusal | undefined {
  if (request.method !== "GET" && !rules.methods.includes(request.method)) return "method";
  const { directives } = directivesOf(headers, rules);
  return (
    refusalOfStatus(status, directives) ??
    refusalOfDirectives(request, directives, rules) ??
    refusalOfFields(headers, rules) ??
    (rules.guardsDeception && isDeceptive(request.url, headers.get("content-type")) ? "cache-deception" : undefined) ??
    (isWorthStoring(status, headers, times, rules) ? undefined : "no-freshness")
  );
}

/**
 * Tells whether the response to a POST is what a GET of the same URL would get: a 2xx with that URL as `Content-Location`
 * and explicit freshness (RFC 9110 §8.7, §9.3.3). Whether it may be stored is another question: `refusalToStore()`.
 */
export function isStorableAsGet(request: Request, status: number, headers: Headers, rules: DirectiveRules): boolean {
  if (request.method !== "POST" || status < 200 || status > 299) return false;
  const location = headers.get("content-location");
  return location !== null && isSameResource(location, request.url) && hasExplicitLifetime(headers, rules);
}

function refusalOfStatus(status: number, directives: Directives): StoreRefusal | undefined {
  if (RANGE_STATUSES.has(status)) return "range";
  const isFinal = status >= 200 && status <= 599;
  const isUnderstood = UNDERSTOOD_STATUSES.has(status) || !directives.has("must-understand");
  return isFinal && isUnderstood && !PERSONAL_STATUSES.has(status) ? undefined : "status";
}

function refusalOfDirectives(request: Request, directives: Directives, rules: StoringRules): StoreRefusal | undefined {
  // RFC 9111 §5.2.2.3: must-understand, in a cache that does understand, is what no-store beside it is for.
  if (directives.has("no-store") && !directives.has("must-understand")) return "no-store";
  if (rules.obeysRequest && parseCacheControl(request.headers.get("cache-control")).has("no-store")) {
    return "no-store"; // RFC 9111 §5.2.1.5
  }
  if (!rules.isShared) return undefined;
  if (fieldsOf("private", directives, rules) === "all") return "private";
  const isForAll =
    directives.has("public") || directives.has("must-revalidate") || deltaSeconds(directives, "s-maxage") !== undefined;
  return request.headers.has("authorization") && !isForAll ? "authorization" : undefined;
}

function refusalOfFields(headers: Headers, rules: StoringRules): StoreRefusal | undefined {
  const isCookieStored = headers.has("set-cookie") && !withheldFields(headers, rules).includes("set-cookie");
  if (isCookieStored && !rules.setCookie) return "set-cookie";
  return varyNames(headers) === "*" ? "vary" : undefined;
}

/** RFC 9111 §3, its last list; and of what may be stored, not what no later request could be answered with. */
function isWorthStoring(status: number, headers: Headers, times: ResponseTimes, rules: StoringRules): boolean {
  if (rules.isTtlForced === true) return true;
  const lifetime = lifetimeOf(status, headers, times, rules);
  const isExplicit = lifetime !== undefined && lifetime.source !== "heuristic";
  const { directives } = directivesOf(headers, rules);
  const isForOneUser = !rules.isShared && directives.has("private");
  if (!isExplicit && !isForOneUser && !mayBeHeuristic(status, headers, rules)) return false;
  if (headers.has("etag") || headers.has("last-modified")) return true;
  if (isAlwaysValidated(headers, rules)) return false;
  return lifetime === undefined ? rules.hasTtl : isEverUsable(lifetime, headers, times, rules);
}

/** Fresh on arrival, or not forbidden to be used stale (RFC 9111 §4.2.4). */
function isEverUsable(lifetime: Lifetime, headers: Headers, times: ResponseTimes, rules: DirectiveRules): boolean {
  if (lifetime.ms > currentAgeMs(headers, times, times.receivedAt)) return true;
  const { directives } = directivesOf(headers, rules);
  return !directives.has("must-revalidate") && !(rules.isShared && directives.has("proxy-revalidate"));
}

/** An empty `Content-Location` is a broken field rather than a reference to the same document. */
function isSameResource(location: string, url: string): boolean {
  if (location === "" || !URL.canParse(location, url)) return false;
  return withoutFragment(new URL(location, url)) === withoutFragment(new URL(url));
}

function withoutFragment(url: URL): string {
  const bare = new URL(url);
  bare.hash = "";
  return bare.href;
}
