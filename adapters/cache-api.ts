import type { Backend, Capabilities, Care, Envelope, SetOptions } from "../src/backend.ts";
import { AutocacheError, isAutocacheError } from "../src/errors.ts";
import { fromFrameOrText, toFrame } from "../src/frame.ts";
import { prepareRemote } from "../src/index.ts";

/** What this adapter uses of a `Cache`. */
export interface CacheApiCache {
  match(request: Request): Promise<Response | undefined>;
  put(request: Request, response: Response): Promise<void>;
  delete(request: Request): Promise<boolean>;
}

/** Options of `cacheApi()`. */
export interface CacheApiOptions {
  /**
   * The origin of the URLs that entries are kept under; nothing is ever fetched from it. Cloudflare advises a host name
   * of the Worker's own zone, for the sake of speed.
   *
   * @default "https://autocache.invalid"
   */
  readonly origin?: string;
}

/** The name of the cache that is opened where there is no default one (Deno). */
const CACHE_NAME = "autocache";
// RFC 2606 §2: a name that never resolves. Advice on host names: https://developers.cloudflare.com/workers/runtime-apis/cache/
const DEFAULT_ORIGIN = "https://autocache.invalid";
// Without something before it, the keys "." and ".." would be segments that a URL parser takes away.
const PATH = "/key:";
const EXPIRES_HEADER = "autocache-expires";
const TEXT_TYPE = "text/plain;charset=utf-8";
const FRAME_TYPE = "application/octet-stream";
const STEP_MS = 1000;
// A year; RFC 2616 §14.21 asked for no more, and caches still hold to it.
const MAX_AGE_SECONDS = 365 * 24 * 60 * 60;
// https://developers.cloudflare.com/workers/platform/limits/: a URL takes 16 KB, and a byte
// of a key takes up to three characters in it.
const MAX_KEY_BYTES = 4096;
// https://developers.cloudflare.com/workers/platform/limits/
const MAX_VALUE_BYTES = 512 * 1024 * 1024;

/**
 * Makes a backend of a `Cache`: given directly, as a function that returns it, or else `caches.default` on Workers and
 * the cache named "autocache" on Deno. Node and Bun have no Cache API.
 *
 * It reaches one data centre, and may lose an entry at any time. It does nothing atomically, so `add`, `incr` and `decr`
 * are refused on it. On some hosts (the dashboard's preview, Workers behind Cloudflare Access) a `Cache` takes
 * everything and keeps nothing: the first write in an isolate is read back, and fails with `not-stored` if it is gone.
 *
 * @example Workers KV with the data centre's own cache before it
 * ```ts
 * import { createCache, tiered } from "@autocache/edge";
 * import { cacheApi } from "@autocache/edge/cache-api";
 * import { workersKV } from "@autocache/edge/workers-kv";
 * import { env } from "cloudflare:workers";
 *
 * const cache = createCache({ backend: tiered([cacheApi(), workersKV(env.CACHE)]) });
 * ```
 *
 * @throws {TypeError} where an option is unknown, or `origin` is not the origin of an http or https URL
 * @throws {AutocacheError} `missing-binding`, at first use, where there is no Cache API
 */
export function cacheApi(
  cache?: CacheApiCache | (() => CacheApiCache | Promise<CacheApiCache>),
  options: CacheApiOptions = {},
): Backend {
  for (const name of Object.keys(options)) {
    if (name !== "origin") {
      throw new TypeError(`Cannot make a Cache API backend: its only option is origin: received "${name}"`);
    }
  }
  const origin = readOrigin(options.origin ?? DEFAULT_ORIGIN);
  if (cache === undefined) return new CacheApiBackend(hostCache, origin);
  if (typeof cache === "function") return new CacheApiBackend(cache, origin);
  requireCache(cache);
  return new CacheApiBackend(() => cache, origin);
}

class CacheApiBackend implements Backend {
  readonly name = "cache-api";
  readonly capabilities: Capabilities = {
    minTtlMs: STEP_MS,
    ttlStepMs: STEP_MS,
    maxKeyBytes: MAX_KEY_BYTES,
    maxValueBytes: MAX_VALUE_BYTES,
    consistency: "eventual",
    binary: true,
  };
  readonly #cache: () => CacheApiCache | Promise<CacheApiCache>;
  readonly #origin: string;
  #probed = false;

  constructor(cache: () => CacheApiCache | Promise<CacheApiCache>, origin: string) {
    this.#cache = cache;
    this.#origin = origin;
  }

  prepare(care: Care): Backend {
    return prepareRemote(this, care);
  }

  async get(key: string): Promise<Envelope | undefined> {
    const cache = await this.#open();
    return await attempt("read", key, async () => {
      const response = await cache.match(this.#request(key));
      if (response === undefined) return undefined;
      // A foreign response has no such header. Deno keeps a response past its max-age, so the time is checked here.
      if (!(Number(response.headers.get(EXPIRES_HEADER)) > Date.now())) {
        await response.body?.cancel();
        return undefined;
      }
      if (response.headers.get("content-type") !== FRAME_TYPE) return { text: await response.text() };
      return fromFrameOrText(new Uint8Array(await response.arrayBuffer()));
    });
  }

  async set(key: string, { text, bytes }: Envelope, { ttlMs }: SetOptions): Promise<void> {
    const cache = await this.#open();
    const ttlSeconds = Math.max(1, Math.ceil(ttlMs / STEP_MS));
    const response = new Response(bytes === undefined ? text : toFrame({ text, bytes }), {
      headers: {
        "content-type": bytes === undefined ? TEXT_TYPE : FRAME_TYPE,
        "cache-control": `max-age=${Math.min(ttlSeconds, MAX_AGE_SECONDS)}`,
        [EXPIRES_HEADER]: String(Date.now() + ttlSeconds * STEP_MS),
      },
    });
    await attempt("write", key, () => cache.put(this.#request(key), response));
    if (this.#probed) return;
    this.#probed = true;
    await this.#probe(cache, key);
  }

  async delete(key: string): Promise<void> {
    const cache = await this.#open();
    await attempt("delete", key, () => cache.delete(this.#request(key)));
  }

  async #probe(cache: CacheApiCache, key: string): Promise<void> {
    const response = await attempt("read", key, () => cache.match(this.#request(key)));
    await response?.body?.cancel();
    if (response !== undefined) return;
    throw new AutocacheError(
      "not-stored",
      `Cannot write "${key}": on this host the Cache API keeps nothing (as in the dashboard's preview, or behind ` +
        `Cloudflare Access): received no response for a key just written`,
    );
  }

  // Asked for anew by each operation: on Workers, a promise made in one request must not be awaited in another.
  async #open(): Promise<CacheApiCache> {
    let cache: CacheApiCache;
    try {
      cache = await this.#cache();
    } catch (error) {
      throw isAutocacheError(error) ? error : failure("open a cache", error);
    }
    return requireCache(cache);
  }

  #request(key: string): Request {
    return new Request(this.#origin + PATH + encodeURIComponent(key));
  }
}

function hostCache(): CacheApiCache | Promise<CacheApiCache> {
  const { caches } = globalThis as { caches?: CacheStorage & { default?: CacheApiCache } };
  if (caches === undefined) {
    throw new AutocacheError(
      "missing-binding",
      "Cannot use the Cache API: Cloudflare Workers and Deno have it, Node and Bun have not: received no global caches",
    );
  }
  return caches.default ?? caches.open(CACHE_NAME);
}

function requireCache(value: CacheApiCache): CacheApiCache {
  const candidate = value as Partial<CacheApiCache> | null | undefined;
  if (typeof candidate?.match === "function" && typeof candidate.put === "function") return value;
  throw new AutocacheError(
    "missing-binding",
    `Cannot use the Cache API: a cache has match and put, as caches.default and await caches.open(name) have: received ${
      candidate === null ? "null" : typeof candidate
    }`,
  );
}

function readOrigin(origin: string): string {
  // Not by new URL(), which takes away a path without a word.
  if (/^https?:\/\/[^/?#\s]+$/.test(origin)) return origin;
  throw new TypeError(
    `Cannot use the origin of a Cache API backend: it is like "https://example.com", without a path: received ${JSON.stringify(origin)}`,
  );
}

async function attempt<Value>(action: string, key: string, work: () => Promise<Value>): Promise<Value> {
  try {
    return await work();
  } catch (error) {
    throw failure(`${action} "${key}"`, error);
  }
}

function failure(action: string, error: unknown): AutocacheError {
  const message = `Cannot ${action}: the Cache API refused: received ${String(error)}`;
  return new AutocacheError("backend-failed", message, { cause: error });
}
