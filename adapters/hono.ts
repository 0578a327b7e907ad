import type { Context, Env, MiddlewareHandler } from "hono";
import type { Duration } from "../src/index.ts";
import {
  type Answered,
  HttpCache,
  type HttpOptions,
  type OriginAnswer,
  resolveHttpOptions,
  type ResponseFacts,
  type RunContext,
  storeOf,
} from "../src/http/driver.ts";
import { Codes } from "./hono/code.ts";
import { downstreamOf, handlersBehind, isFirst, routeBehind } from "./hono/downstream.ts";
import { answerWith, preparedHeaders, withControl } from "./hono/prepared.ts";

/**
 * What a route's responses are cached with. Functions are given Hono's context, as the middlewares before this one left it;
 * `routeCache<AppEnv>()` tells its types.
 */
// oxlint-disable-next-line typescript/no-explicit-any -- Hono's own default: without a type, everything may be asked of a context.
export interface RouteCacheOptions<AppEnv extends Env = any> extends Omit<
  HttpOptions,
  "ttl" | "tags" | "key" | "bypass"
> {
  /**
   * How long a response is fresh that does not say so itself. A function is asked about each response, and wins over what
   * it says, unless it returns `undefined`; 0 stores nothing. @default none: such a response is not stored
   */
  readonly ttl?: Duration | ((response: Response, c: Context<AppEnv>) => Duration | undefined) | undefined;
  /** What responses can be invalidated by, together: names, or what a response and its context make of them. @default none */
  readonly tags?: readonly string[] | ((response: Response, c: Context<AppEnv>) => readonly string[]) | undefined;
  /** What stands for the URL in the key: any value that can be in one. @default the URL */
  readonly key?: ((c: Context<AppEnv>) => unknown) | undefined;
  /** Whether a request goes by the cache: neither answered from it nor stored. @default never */
  readonly bypass?: ((c: Context<AppEnv>) => boolean) | undefined;
}

/** What `c.get("cache")` tells: a handler behind about its run, a middleware before about the answer, after `next()`. */
export interface RouteCacheInfo extends Omit<RunContext, "reason"> {
  /** Why the handlers run, or why the answer was no plain hit. */
  readonly reason: string | undefined;
  /** What became of the request; `undefined` while the handlers behind run. */
  readonly verdict: ResponseFacts["verdict"] | undefined;
  /** How old the stored response is, in milliseconds. */
  readonly ageMs: number | undefined;
}

/** What the middleware adds to a context. */
export interface RouteCacheVariables {
  readonly cache: RouteCacheInfo;
}

/** A middleware that caches the routes behind it. */
export interface RouteCache extends MiddlewareHandler<{ Variables: RouteCacheVariables }> {
  /**
   * Removes what is stored for a URL, every variant of it. A `Request` also tells the headers that are part of the key.
   *
   * @throws {TypeError} with the option `key`, which makes keys of contexts
   */
  invalidate(url: string | URL | Request): Promise<void>;
  /**
   * Makes everything that is stored under the name invalid, by one write.
   *
   * @throws {AutocacheError} `unsupported` without the option `tags` (an empty list is enough), in a cache that is not purgeable
   */
  purge(): Promise<void>;
}

const DEFAULT_NAME = "route";
// What handlers are told is also told to the cache around, if there is one: a variable of that name may be another's.
const runs = new WeakSet<object>();

/**
 * Makes a middleware that caches the responses of the routes behind it as a shared HTTP cache does (RFC 9111): by what they
 * say in `Cache-Control`, `Vary` and the rest, or for as long as `ttl` says. They are stored for the code of the handlers
 * behind, so that a deploy that changes those starts anew.
 *
 * The handlers behind run in a context of their own, in the background too: with the variables, the validated data and the
 * renderer of the middlewares before, and without the headers that those have prepared, which each answer gets anew. Of
 * these only `Cache-Control` counts, for a response that has none. What goes by the cache runs as if it were not there.
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
// oxlint-disable-next-line typescript/no-explicit-any -- As of its options.
export function routeCache<AppEnv extends Env = any>(options?: RouteCacheOptions<AppEnv>): RouteCache;
export function routeCache(options: RouteCacheOptions = {}, fingerprint?: unknown): RouteCache {
  const store = storeOf(options.cache);
  const resolved = resolveHttpOptions(withContext(options), true, store.options);
  const http = new HttpCache(store, nameOf(options, fingerprint), options.tags, resolved);
  const codes = new Codes(store, options, fingerprint);
  const own = new WeakSet<object>();
  const infoOf = (run: RunContext, around: unknown): RouteCacheInfo => {
    const info = infoOfRun(run, isRun(around) ? around : undefined);
    runs.add(info);
    own.add(info);
    return info;
  };

  const middleware: MiddlewareHandler = async (c, next) => {
    const around: unknown = c.get("cache");
    // Behind itself, or called again by what wraps it.
    if (isRun(around) && own.has(around)) return next();
    const handlers = handlersBehind(c);
    const name = options.name ?? routeBehind(c);
    const code = codes.of(handlers, name);
    if (code === undefined) return next();
    const asked = { name, subject: c, version: () => code.version() };
    const again = http.again(c.req.raw, asked);
    if (again !== undefined) return conclude(c, again, isFirst(c, middleware) ? undefined : preparedHeaders(c));
    const runBehind = downstreamOf(c, middleware);
    const prepared = new Headers(preparedHeaders(c));
    const variables = c.var;
    let isPassed = false;
    let error: unknown;
    const fetchBehind = async (request: Request, run: RunContext): Promise<OriginAnswer> => {
      const leave = run.isBackground ? undefined : (left: Readonly<Record<string, unknown>>) => takeOver(c, left);
      const made = await runBehind(request, { ...variables, cache: infoOf(run, around) }, leave);
      if (!run.isBackground) error = made.error;
      const response = withControl(made.response, prepared);
      return made.error === undefined ? { response } : { response, error: made.error };
    };
    const answered = await http.handle(await requestOf(c), {
      ...asked,
      fetch: async (request, run) => {
        // What may be stored after all is to be without the headers of the middlewares before.
        if (run.reason !== "bypass" || options.contentLocation === true) return fetchBehind(request, run);
        isPassed = true;
        c.set("cache", infoOf(run, around));
        await next();
        return { response: c.res };
      },
    });
    const { verdict } = answered.facts;
    // As after next(), unless something stored has taken its place.
    if (error !== undefined && (verdict === "miss" || verdict === "bypass")) c.error = error as Error;
    conclude(c, answered, isPassed ? undefined : prepared);
  };

  return Object.assign(middleware as MiddlewareHandler<{ Variables: RouteCacheVariables }>, {
    invalidate: async (url: string | URL | Request) => {
      if (options.key === undefined) return http.invalidate(url instanceof Request ? url : new Request(url));
      throw new TypeError(
        "Cannot invalidate a URL: its option `key` makes keys of a context: received a URL; give the responses tags",
      );
    },
    purge: () => http.purge(),
  });
}

/** Gives a context its answer, and tells the middlewares before how it was come by. */
function conclude(c: Context, { response, facts }: Answered, prepared: Headers | undefined): void {
  answerWith(c, response, prepared);
  const { verdict, ageMs, reason, key } = facts;
  c.set("cache", { verdict, ageMs, reason, key, isBackground: false, tag() {}, skip() {} });
}

/** Options whose functions are given the context in the place of the request. */
function withContext({ ttl, tags, key, bypass, ...options }: RouteCacheOptions): HttpOptions {
  const given = {
    ttl: typeof ttl === "function" ? (response: Response, _: Request, c: Context) => ttl(response, c) : ttl,
    tags: typeof tags === "function" ? (response: Response, _: Request, c: Context) => tags(response, c) : tags,
    key: typeof key === "function" ? (_: Request, c: Context) => key(c) : key,
    bypass:
      bypass === undefined || typeof bypass === "function"
        ? // What nobody can read any more is no question that could be compared.
          (request: Request, c: Context) => request.bodyUsed || bypass?.(c) === true
        : bypass,
  };
  // Their third and second parameter are the driver's own.
  return { ...options, ...given } as HttpOptions;
}

function nameOf({ name }: RouteCacheOptions, fingerprint: unknown): string {
  const built = (fingerprint as { readonly name?: unknown } | null | undefined)?.name;
  return name ?? (typeof built === "string" ? built : DEFAULT_NAME);
}

/** The request, with its body where a middleware before has read that in a way that loses nothing. */
async function requestOf({ req }: Context): Promise<Request> {
  const { raw, bodyCache } = req;
  const isKept = ["json", "text", "arrayBuffer", "blob"].some((kind) => kind in bodyCache);
  if (!raw.bodyUsed || !isKept) return raw;
  const { url, method, headers, signal } = raw;
  return new Request(url, { method, headers, signal, body: await req.arrayBuffer() });
}

function isRun(info: unknown): info is RouteCacheInfo {
  return typeof info === "object" && info !== null && runs.has(info);
}

function infoOfRun(run: RunContext, around: RouteCacheInfo | undefined): RouteCacheInfo {
  const { isBackground, reason, key } = run;
  return {
    verdict: undefined,
    ageMs: undefined,
    isBackground,
    reason,
    key,
    tag(...tags) {
      run.tag(...tags);
      around?.tag(...tags);
    },
    skip() {
      run.skip();
      around?.skip();
    },
  };
}

/** Gives the middlewares before what the handlers behind have set. */
function takeOver(c: Context, variables: Readonly<Record<string, unknown>>): void {
  for (const [name, value] of Object.entries(variables)) if (name !== "cache") c.set(name, value);
}
