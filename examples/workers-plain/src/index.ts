import { createCache, memory, tiered } from "@autocache/edge";
import { cachedHandler } from "@autocache/edge/http";
import { workersKV } from "@autocache/edge/workers-kv";
import { env } from "cloudflare:workers";
import { inWords } from "./words.ts";

// The memory of this isolate, and behind it Workers KV, which all isolates share.
const cache = createCache({ backend: tiered([memory(), workersKV(() => env.CACHE)]), ttl: "5m", unversioned: "error" });

/** A function: its result is data. */
const forecast = cache.cached(
  async (city: string) => {
    await new Promise((done) => setTimeout(done, 500)); // something slow
    return { city, degrees: city.length, madeAt: new Date() };
  },
  { name: "forecast", swr: "1h" },
);

/** A handler: its response is kept, for as long as its headers say. */
const page = cachedHandler(
  async (request: Request) => {
    const { city, degrees, madeAt } = await forecast(cityOf(request));
    const html = `<title>${city}</title><p>${inWords(city, degrees)}</p><time>${madeAt.toISOString()}</time>`;
    return new Response(html, {
      headers: {
        "content-type": "text/html; charset=utf-8",
        "cache-control": "max-age=60, stale-while-revalidate=600",
      },
    });
  },
  { name: "page", cache },
);

function cityOf(request: Request): string {
  return encodeURIComponent(new URL(request.url).pathname.split("/").at(-1) ?? "");
}

export default {
  async fetch(request) {
    if (!new URL(request.url).pathname.startsWith("/api/")) return await page(request);
    const { value, verdict, backend } = await forecast.trace(cityOf(request));
    return Response.json({ ...value, verdict, backend });
  },
} satisfies ExportedHandler;
