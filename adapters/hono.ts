import type { Context, MiddlewareHandler } from "hono";
import type { Duration } from "../src/index.ts";
import {
  HandlerCode,
  HttpCache,
  type HttpOptions,
  type OriginAnswer,
  resolveHttpOptions,
  type ResponseFacts,
  type RunContext,
  type Store,
  storeOf,
} from "../src/http/driver.ts";
import { downstreamOf, type HandlerBehind, handlersBehind, routeBehind } from "./hono/downstream.ts";

/** What a route's responses are cached with. Functions are given Hono's context, as the middlewares before this one left it. */
export interface RouteCacheOptions extends Omit<HttpOptions, "ttl" | "tags" | "key" | "bypass"> {
  /**
   * How long a response is fresh that does not say so itself. A function is asked about each response, and wins over what
   * it says, unless it returns `undefined`; 0 stores nothing. @default none: such a response is not stored
   */
  readonly ttl?: Duration | ((response: Response, c: Context) => Duration | undefined) | undefined;
  /** What responses can be invalidated by, together: names, or what a response and its context make of them. @default none */
  readonly tags?: readonly string[] | ((response: Response, c: Context) => readonly string[]) | undefined;
  /** What stands for the URL in the key: any value that can be in one. @default the URL */
  readonly key?: ((c: Context) => unknown) | undefined;
  /** Whether a request goes by the cache: neither answered from it nor stored. @default never */
  readonly bypass?: ((c: Context) => boolean) | undefined;
}

/** What `c.get("cache")` tells: a handler behind about its run, a middleware before about the answer. */
export interface RouteCacheInfo extends Omit<RunContext, "reason"> {
  /** Why the handlers run, or why the answer was no plain hit. */
  readonly reason: string | undefined;
  /** What became of the request; `undefined` while the handlers behind run. */
  readonly verdict: ResponseFacts["verdict"] | undefined;
  /** How old the stored response is, in milliseconds. */
  readonly ageMs: number | undefined;
}

/** A middleware that caches the routes behind it. */
export interface RouteCache extends MiddlewareHandler<{ Variables: { cache: RouteCacheInfo } }> {
  /** Removes what is stored for a URL, every variant of it. A `Request` also tells the headers that are part of the key. */
  invalidate(url: string | URL | Request): Promise<void>;
  /**
   * Makes everything that is stored under the name invalid, by one write.
   *
   * @throws {AutocacheError} `unsupported` without the option `tags` (an empty list is enough), in a cache that is not purgeable
   */
  purge(): Promise<void>;
}

const DEFAULT_NAME = "route";

/**
 * Makes a middleware that caches the responses of the routes behind it as a shared HTTP cache does (RFC 9111): by what they
 * say in `Cache-Control`, `Vary` and the rest, or for as long as `ttl` says. They are stored for the code of the handlers
 * behind, so that a deploy that changes those starts anew.
 *
 * The handlers behind run in a context of their own, in the background too: with the variables, the validated data and the
 * renderer of the middlewares before, and without the headers that those have prepared, which each answer gets anew.
 *
 * @example
 * ```ts
 * import { routeCache } from "@autocache/edge/hono";
 * import { Hono } from "hono";
 *
 * const app = new Hono();
 * app.get("/products/:id", routeCache({ ttl: "1m", swr: "1h" }), async (c) => {
 *   const upstream = await fetch(`https://api.example.com/products/${c.req.param("id")}`);
 *   return c.json(await upstream.json());
 * });
 * export default app;
 * ```
 * @throws {TypeError} where an option is unknown or of the wrong type
 * @throws {RangeError} where a number is out of range
 */
export function routeCache(options?: RouteCacheOptions): RouteCache;
export function routeCache(options: RouteCacheOptions = {}, fingerprint?: unknown): RouteCache {
  const store = storeOf(options.cache);
  const resolved = resolveHttpOptions(withContext(options), true, store.options.freshness);
  const http = new HttpCache(store, nameOf(options, fingerprint), options.tags, resolved);
  const codes = new Codes(store, options, fingerprint);
  const middleware: MiddlewareHandler = async (c, _next) => {
    const handlers = handlersBehind(c);
    const name = options.name ?? routeBehind(c);
    const runBehind = downstreamOf(c);
    let thrown: { readonly error: unknown } | undefined;
    const { response, facts } = await http.handle(c.req.raw, {
      name,
      subject: c,
      version: () => codes.of(handlers, name).version(),
      fetch: async (request, run): Promise<OriginAnswer> => {
        const { response: made, error, variables } = await runBehind(request, { ...c.var, cache: infoOf(run) });
        if (!run.isBackground) takeOver(c, variables);
        if (error === undefined) return { response: made };
        thrown = { error };
        return { response: made, error };
      },
    });
    deliver(c, response);
    // As after next(): unless something stored has taken its place.
    if (thrown !== undefined && facts.verdict !== "stale") c.error = thrown.error as Error;
    const { verdict, ageMs, reason, key } = facts;
    c.set("cache", { verdict, ageMs, reason, key, isBackground: false, tag() {}, skip() {} });
  };
  return Object.assign(middleware as MiddlewareHandler<{ Variables: { cache: RouteCacheInfo } }>, {
    invalidate: (url: string | URL | Request) => {
      if (options.key === undefined) return http.invalidate(url instanceof Request ? url : new Request(url));
      throw new TypeError(
        "Cannot invalidate a URL: its option `key` makes keys of a context: received a URL; give the responses tags",
      );
    },
    purge: () => http.purge(),
  });
}

/** The code of the routes behind: of the build's fingerprint, which knows them all, or of each chain's own texts. */
class Codes {
  readonly #store: Store;
  readonly #options: RouteCacheOptions;
  readonly #fingerprint: unknown;
  readonly #known = new Map<string, HandlerCode>();
  // A function's number, for the lists of functions that are behind.
  readonly #numbers = new WeakMap<HandlerBehind, number>();
  #count = 0;

  constructor(store: Store, options: RouteCacheOptions, fingerprint: unknown) {
    this.#store = store;
    this.#options = options;
    this.#fingerprint = fingerprint;
  }

  of(handlers: readonly HandlerBehind[], name: string): HandlerCode {
    const { version, deps = [] } = this.#options;
    const isKnown = version !== undefined || this.#fingerprint !== undefined;
    const id = isKnown ? "" : handlers.map((handler) => this.#numberOf(handler)).join();
    const known = this.#known.get(id);
    if (known !== undefined) return known;
    const last = handlers.at(-1) ?? notFound;
    // With a fingerprint, functions count by that alone.
    const others = isKnown ? [] : handlers.slice(0, -1);
    const code = new HandlerCode(
      this.#store,
      last as () => unknown,
      { name, version, deps: [...deps, ...others] },
      this.#fingerprint,
    );
    this.#known.set(id, code);
    return code;
  }

  #numberOf(handler: HandlerBehind): number {
    const known = this.#numbers.get(handler);
    if (known !== undefined) return known;
    this.#numbers.set(handler, (this.#count += 1));
    return this.#count;
  }
}

/** Stands for the application's own answer where nothing is behind. */
function notFound(): void {}

/** Options whose functions are given the context in the place of the request. */
function withContext({ ttl, tags, key, bypass, ...options }: RouteCacheOptions): HttpOptions {
  const given = {
    ttl: typeof ttl === "function" ? (response: Response, _: Request, c: Context) => ttl(response, c) : ttl,
    tags: typeof tags === "function" ? (response: Response, _: Request, c: Context) => tags(response, c) : tags,
    key: typeof key === "function" ? (_: Request, c: Context) => key(c) : key,
    bypass: typeof bypass === "function" ? (_: Request, c: Context) => bypass(c) : bypass,
  };
  // Their third and second parameter are the driver's own.
  return { ...options, ...given } as HttpOptions;
}

function nameOf({ name }: RouteCacheOptions, fingerprint: unknown): string {
  const built = (fingerprint as { readonly name?: unknown } | undefined)?.name;
  return name ?? (typeof built === "string" ? built : DEFAULT_NAME);
}

function infoOf(run: RunContext): RouteCacheInfo {
  const { isBackground, reason, key } = run;
  const tag = (...tags: string[]): void => run.tag(...tags);
  return { verdict: undefined, ageMs: undefined, isBackground, reason, key, tag, skip: () => run.skip() };
}

/** Gives the middlewares before what the handlers behind have set. */
function takeOver(c: Context, variables: Readonly<Record<string, unknown>>): void {
  for (const [name, value] of Object.entries(variables)) if (name !== "cache") c.set(name, value);
}

/** Answers with a response, and with the headers that the middlewares before have prepared for any. */
function deliver(c: Context, response: Response): void {
  const { headers } = c.res;
  // Hono lets what was prepared win, and the response's own cookies would be lost.
  if (headers.getSetCookie().length > 0) {
    for (const cookie of response.headers.getSetCookie()) headers.append("set-cookie", cookie);
  }
  c.res = response;
}
