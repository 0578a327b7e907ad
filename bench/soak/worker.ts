import { createCache, memory } from "@autocache/edge";
import { cachedHandler } from "@autocache/edge/http";

/** How many entries memory holds: the hot ones, and what else has come by. */
const MAX_ENTRIES = 2_000;

const cache = createCache({
  backend: memory({ maxEntries: MAX_ENTRIES, maxBytes: 16 * 1024 * 1024 }),
  ttl: "1h",
  unversioned: "source",
});

interface Page {
  readonly id: number;
  readonly lines: readonly string[];
}

const page = cache.cached(
  async ({ id, size }: { readonly id: number; readonly size: number }): Promise<Page> => ({
    id,
    lines: Array.from({ length: size }, (_, line) => `Line ${line} of page ${id}: ${"x".repeat(40)}`),
  }),
  { name: "page", version: 1 },
);

const route = cachedHandler(
  async (request: Request) =>
    Response.json(await page.original({ id: Number(new URL(request.url).searchParams.get("id")), size: 20 }), {
      headers: { "cache-control": "max-age=3600" },
    }),
  { cache, name: "route", version: 1 },
);

/** `/value?id=1` answers from a cached function, `/route?id=1` from a cached handler. */
export default {
  async fetch(request: Request): Promise<Response> {
    const { pathname, searchParams } = new URL(request.url);
    if (pathname === "/route") return route(request);
    return Response.json(await page({ id: Number(searchParams.get("id")), size: 20 }));
  },
};
