import { storeOf } from "../cache.ts";
import { HttpCache } from "./http-cache.ts";
import { type HttpOptions, KEY_HEADERS, resolveHttpOptions } from "./options.ts";

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

/** A `fetch` that caches. */
export interface CachedFetch extends FetchFunction {
  /** Removes what is stored for a URL, every variant of it. */
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
  if (typeof ask !== "function") {
    throw new TypeError(`Cannot cache fetch: its option fetch is a function: received ${typeof ask}`);
  }
  const { name = "fetch", cache, keyHeaders = KEY_HEADERS, tags } = httpOptions;
  const store = storeOf(cache);
  const isShared = mode === "shared";
  const resolved = resolveHttpOptions(
    { ...httpOptions, keyHeaders: isShared ? keyHeaders : [...keyHeaders, ...USER_HEADERS] },
    isShared,
    store.options.freshness,
  );
  const http = new HttpCache(store, name, tags, resolved);
  const call = async (input: string | URL | Request, init?: RequestInit): Promise<Response> => {
    const { response } = await http.handle(new Request(input, init), {
      name,
      version: async () => VERSION,
      // Without a `this`: the host's own refuses another.
      fetch: async (request) => ({ response: await ask(request) }),
    });
    return response;
  };
  return Object.assign(call, {
    invalidate: (url: string | URL | Request) => http.invalidate(url instanceof Request ? url : new Request(url)),
    purge: () => http.purge(),
  });
}
