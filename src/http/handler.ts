import { storeOf } from "../cache.ts";
import { Identity } from "../identity.ts";
import { sha256 } from "../key/digest.ts";
import { fingerprintOf, inManifest } from "../key/fingerprint.ts";
import type { Callable } from "../key/version.ts";
import type { Store } from "../store.ts";
import { HttpCache } from "./http-cache.ts";
import { type HttpOptions, resolveHttpOptions } from "./options.ts";
import type { Origin } from "./origin.ts";

/** What answers requests: the `fetch` of a Worker, of `Deno.serve`, of `Bun.serve`, or of an adapter of Node's server. */
export type Handler<Rest extends readonly unknown[] = readonly unknown[]> = (
  request: Request,
  ...rest: Rest
) => Response | Promise<Response>;

/** A handler whose responses are cached. */
export interface CachedHandler<Rest extends readonly unknown[]> {
  (request: Request, ...rest: Rest): Promise<Response>;
  /**
   * Removes what is stored for a URL, every variant of it. A `Request` also tells the headers that are part of the key.
   * Resolves when the backend has been asked; that it failed is an event.
   */
  invalidate(url: string | URL | Request): Promise<void>;
  /**
   * Makes everything that is stored of the handler invalid, by one write.
   *
   * @throws {AutocacheError} `unsupported` without the option `tags` (an empty list is enough), in a cache that is not purgeable
   */
  purge(): Promise<void>;
}

/**
 * Caches the responses of a handler as a shared HTTP cache does (RFC 9111): by what they say in `Cache-Control`, `Vary` and
 * the rest. A response that says nothing is not stored, unless the option `ttl` says how long it is fresh.
 *
 * @example
 * ```ts
 * import { cachedHandler } from "@autocache/edge/http";
 *
 * const handler = cachedHandler(
 *   async function products(request: Request) {
 *     const upstream = await fetch(`https://api.example.com${new URL(request.url).pathname}`);
 *     return new Response(upstream.body, { headers: { "cache-control": "max-age=60, stale-while-revalidate=600" } });
 *   },
 * );
 *
 * export default { fetch: handler };
 * ```
 * @throws {TypeError} where an option is unknown or of the wrong type, or the handler has neither a name nor the option
 * @throws {RangeError} where a number is out of range
 */
export function cachedHandler<Rest extends readonly unknown[]>(
  handler: Handler<Rest>,
  options?: HttpOptions,
): CachedHandler<Rest>;
export function cachedHandler(
  handler: Handler<unknown[]>,
  options: HttpOptions = {},
  fingerprint?: unknown,
): CachedHandler<unknown[]> {
  if (typeof handler !== "function") {
    throw new TypeError(`Cannot cache a handler: it is a function of a request: received ${typeof handler}`);
  }
  const store = storeOf(options?.cache);
  const resolved = resolveHttpOptions(options, true, store.options);
  const code = new HandlerCode(store, handler as Callable, options, fingerprint);
  const cache = new HttpCache(store, code.name, options.tags, resolved);
  const version = (): string | Promise<string> => code.version();
  const call = async (request: Request, ...rest: unknown[]): Promise<Response> => {
    const origin: Origin = {
      name: code.name,
      version,
      fetch: async (asked) => ({ response: await handler(asked, ...rest) }),
    };
    return (cache.again(request, origin) ?? (await cache.handle(request, origin))).response;
  };
  return Object.assign(call, {
    invalidate: (url: string | URL | Request) => cache.invalidate(url instanceof Request ? url : new Request(url)),
    purge: () => cache.purge(),
  });
}

/** Which code a handler is: as of a cached function, without its arguments. */
export class HandlerCode {
  readonly #identity: Identity;
  #known: { readonly version: string; readonly manifest: unknown } | undefined;

  constructor(
    store: Store,
    handler: Callable,
    { name, version, deps }: Pick<HttpOptions, "name" | "version" | "deps">,
    fingerprint: unknown,
  ) {
    const known = fingerprintOf(fingerprint, handler);
    this.#identity = new Identity(handler, { name, version, deps }, known, store);
  }

  get name(): string {
    return this.#identity.name;
  }

  /** Its version, and the values that it captures; known at once where it captures none. */
  version(): string | Promise<string> {
    const known = this.#known;
    if (known === undefined || known.manifest !== inManifest(this.name)) return this.#read();
    return this.#identity.parts(undefined, []).length === 0 ? known.version : this.#read();
  }

  async #read(): Promise<string> {
    const manifest = inManifest(this.name);
    const { text } = this.#identity.of(this.#identity.parts(undefined, []));
    const version = await this.#identity.version(undefined);
    if (text === "[]") this.#known = { version, manifest };
    return text === "[]" ? version : `${version}+${await sha256(text)}`;
  }
}
