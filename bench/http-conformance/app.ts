import type { Cache } from "@autocache/edge";
import { routeCache, type RouteCacheOptions } from "@autocache/edge/hono";
import { type Context, Hono } from "hono";

/** What the application under test is made of. */
export interface AppOptions {
  /** Where the suite's own server listens. */
  readonly origin: string;
  readonly cache: Cache;
  readonly options: RouteCacheOptions;
}

// RFC 9110 §7.6.1, and what `fetch()` sets itself.
const NOT_FORWARDED = [
  "connection",
  "content-length",
  "expect",
  "host",
  "keep-alive",
  "proxy-connection",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
];

/** Makes the application under test: the suite's origin behind a cache, and nothing else. */
export function makeApp({ origin, cache, options }: AppOptions): Hono {
  const app = new Hono();
  // What the suite tells its origin, and asks it afterwards, is not to be cached.
  app.use("/test/*", routeCache({ ...options, cache }));
  app.all("*", async (c) => {
    const response = await fetch(toOrigin(c, origin));
    return new Response(response.body, response);
  });
  return app;
}

/** The request as it came: `c.req.raw` is the one that the cache may have made conditional. */
function toOrigin(c: Context, origin: string): Request {
  const { url, method, body, headers } = c.req.raw;
  const { pathname, search } = new URL(url);
  const forwarded = new Headers(headers);
  for (const name of NOT_FORWARDED) forwarded.delete(name);
  const init: RequestInit = { method, headers: forwarded, redirect: "manual" };
  return new Request(origin + pathname + search, body === null ? init : { ...init, body, duplex: "half" });
}
