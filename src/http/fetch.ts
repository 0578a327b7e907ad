import { storeOf } from "../cache.ts";
import { HttpCache } from "./http-cache.ts";
import { type HttpOptions, KEY_HEADERS, resolveHttpOptions, type ResolvedHttpOptions } from "./options.ts";
import type { Origin, RunContext } from "./origin.ts";
import { isFollowed, locate, nextRequest, withoutCoding } from "./redirects.ts";
import { keyedUrl } from "./request-key.ts";
import type { Answered } from "./visit.ts";

/** Like the global `fetch`. */
export type FetchFunction = (input: string | URL | Request, init?: RequestInit) => Promise<Response>;

/** What responses from elsewhere are cached with. */
export interface FetchOptions extends Omit<HttpOptions, "version" | "deps"> {
  /** What asks the network. @default the global `fetch` */
  readonly fetch?: FetchFunction | undefined;
  /**
   * Whose responses they are: `shared`, anybody's, so that what is `private` or was asked for with `Authorization` is not
   * stored; `private`, those of one user, told apart by `Authorization` and `Cookie`. @default "shared"
   */
  readonly mode?: "shared" | "private" | undefined;
}

/**
 * A `fetch` that caches. Each redirect on the way is cached by itself, as what it is. Of the request's `cache`, `no-store`,
 * `no-cache` and `reload` count; with `integrity`, it goes by the cache, which does not check it.
 */
export interface CachedFetch extends FetchFunction {
  /** Removes what is stored for a URL, every variant of it. A `Request` also tells the headers that are part of the key. */
  invalidate(url: string | URL | Request): Promise<void>;
  /**
   * Makes everything that is stored under the name invalid, by one write.
   *
   * @throws {AutocacheError} `unsupported` without the option `tags` (an empty list is enough), in a cache that is not purgeable
   */
  purge(): Promise<void>;
}

// What the responses of a server are made by is not ours to see.
const VERSION = "network";
const USER_HEADERS = ["authorization", "cookie"];

/**
 * Makes a `fetch` that caches what it gets, by the same rules as any HTTP cache (RFC 9111).
 *
 * @example
 * ```ts
 * import { createCache } from "@autocache/edge";
 * import { cachedFetch } from "@autocache/edge/http";
 *
 * const fetchCached = cachedFetch({ cache: createCache(), staleIfError: "1d" });
 * const rates = await (await fetchCached("https://api.example.com/rates")).json();
 * ```
 * @throws {TypeError} where an option is unknown or of the wrong type
 * @throws {RangeError} where a number is out of range
 */
export function cachedFetch(options: FetchOptions = {}): CachedFetch {
  const { fetch: ask = globalThis.fetch, mode = "shared", ...httpOptions } = options;
  if (mode !== "shared" && mode !== "private") {
    throw new TypeError(`Cannot cache fetch: mode is shared or private: received ${JSON.stringify(mode)}`);
  }
  const foreign = ["version", "deps"].find((option) => option in httpOptions);
  if (foreign !== undefined) {
    throw new TypeError(`Cannot cache fetch: what a server runs has no ${foreign} to see: received "${foreign}"`);
  }
  if (typeof ask !== "function") {
    throw new TypeError(`Cannot cache fetch: its option fetch is a function: received ${typeof ask}`);
  }
  const { name = "fetch", cache, keyHeaders = KEY_HEADERS, tags } = httpOptions;
  const store = storeOf(cache);
  const isShared = mode === "shared";
  const resolved = bypassing(
    resolveHttpOptions(
      { ...httpOptions, keyHeaders: isShared ? keyHeaders : [...keyHeaders, ...USER_HEADERS] },
      isShared,
      store.options,
    ),
  );
  const http = new HttpCache(store, name, tags, resolved);
  // What another function gives may be encoded still.
  const isDecoded = options.fetch === undefined;
  const send = async (request: Request): Promise<Answered> => {
    let received: Response | undefined;
    const origin: Origin = {
      name,
      version: () => VERSION,
      fetch: async (asked, run) => {
        received = await askOne(ask, asked, run);
        return { response: isDecoded ? withoutCoding(received) : received };
      },
    };
    const { response, facts } = http.again(request, origin) ?? (await http.handle(request, origin));
    const isOwn = facts.verdict === "miss" || facts.verdict === "bypass";
    const isRedirected = isOwn && received?.redirected === true;
    locate(response, isRedirected ? (received?.url ?? "") : keyedUrl(request.url, resolved.url), isRedirected);
    return { response, facts };
  };
  const call = async (input: string | URL | Request, init?: RequestInit): Promise<Response> => {
    const request = withCacheMode(new Request(input, init));
    if (!isFollowed(request)) return (await send(request)).response;
    let asked = new Request(request, { redirect: "manual" });
    for (let hops = 0; ; hops += 1) {
      const { response, facts } = await send(asked);
      const next = nextRequest(request, asked, response, hops);
      if (next === undefined) return hops === 0 ? response : locate(response, response.url, true);
      // A body that is cancelled is not stored.
      if (!facts.isStored) response.body?.cancel().catch(() => {});
      asked = next;
    }
  };
  return Object.assign(call, {
    invalidate: (url: string | URL | Request) => http.invalidate(url instanceof Request ? url : new Request(url)),
    purge: () => http.purge(),
  });
}

/** Asks the network. */
async function askOne(ask: FetchFunction, asked: Request, run: RunContext): Promise<Response> {
  // Without a `this`: the host's own refuses another.
  let response = await ask(asked);
  // A browser follows redirects unseen or not at all.
  if ((response.type as string) === "opaqueredirect") response = await ask(new Request(asked, { redirect: "follow" }));
  // The response of another URL: whether it may be had again under this one, the redirect would say.
  if (response.redirected) run.skip();
  return response;
}

function bypassing(options: ResolvedHttpOptions): ResolvedHttpOptions {
  return { ...options, bypass: (request, subject) => isDirect(request) || options.bypass(request, subject) };
}

/** What is never answered by a cache: see `CachedFetch`. */
function isDirect({ cache, integrity, redirect, method }: Request): boolean {
  // A redirect that a request of another method wants to see is no answer to one that does not.
  const isOther = redirect !== "follow" && method !== "GET" && method !== "HEAD";
  return cache === "no-store" || (integrity ?? "") !== "" || isOther;
}

/** Says in a header what the request's mode says (https://fetch.spec.whatwg.org/#concept-request-cache-mode). */
function withCacheMode(request: Request): Request {
  const isForced = ["no-cache", "reload"].includes(request.cache ?? "");
  if (isForced && !request.headers.has("cache-control")) request.headers.set("cache-control", "no-cache");
  return request;
}
