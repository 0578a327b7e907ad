import { createCache, memory, tiered } from "@autocache/edge";
import { cacheApi } from "@autocache/edge/cache-api";

// Deno's Cache API is a folder on disk: what is in it survives a restart.
const cache = createCache({ backend: tiered([memory(), cacheApi()]), ttl: "5m", swr: "1h" });

const forecast = cache.cached(async function forecast(city: string) {
  await new Promise((done) => setTimeout(done, 500)); // something slow
  return { text: `Fair weather in ${city}`, madeAt: new Date() };
});

Deno.serve(async (request) => {
  const { value, verdict, backend } = await forecast.trace(new URL(request.url).pathname.slice(1));
  return Response.json({ ...value, verdict, backend });
});
