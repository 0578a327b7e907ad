import { serve } from "@hono/node-server";
import { createCache, memory, tiered } from "@autocache/edge";
import { routeCache } from "@autocache/edge/hono";
import { upstash } from "@autocache/edge/upstash";
import { Hono } from "hono";
import { priceOf } from "./prices.ts";

const { UPSTASH_REDIS_REST_URL: url, UPSTASH_REDIS_REST_TOKEN: token, PORT = "3000" } = process.env;

// In the memory of the process, and in Redis too where there is one: then all processes share it, and it outlives them.
const backend = url && token ? tiered([memory(), upstash({ url, token })]) : memory();
const cache = createCache({ backend });
const app = new Hono();

app.get("/products/:id", routeCache({ cache, ttl: "1m", swr: "1h", staleIfError: "1d" }), async (c) => {
  const id = c.req.param("id");
  c.get("cache").tag(`product:${id}`);
  return c.json({ id, text: await priceOf(id), madeAt: new Date() });
});

app.put("/products/:id", async (c) => {
  await cache.invalidateTags([`product:${c.req.param("id")}`]);
  return c.body(null, 204);
});

serve({ fetch: app.fetch, hostname: "127.0.0.1", port: Number(PORT) }, ({ port }) => {
  console.log(`Listening on http://127.0.0.1:${port}`);
});
