import { createCache, memory, tiered } from "@autocache/edge";
import { routeCache } from "@autocache/edge/hono";
import { workersKV } from "@autocache/edge/workers-kv";
import { env } from "cloudflare:workers";
import { Hono } from "hono";

// The memory of this isolate, and behind it Workers KV, which all isolates share.
const cache = createCache({ backend: tiered([memory(), workersKV(() => env.CACHE)]) });
const app = new Hono();

app.get("/products/:id", routeCache({ cache, ttl: "1m", swr: "1h", staleIfError: "1d" }), async (c) => {
  await new Promise((done) => setTimeout(done, 500)); // something slow
  const id = c.req.param("id");
  c.get("cache").tag(`product:${id}`);
  return c.json({ id, text: `${id} costs 300 NOK`, madeAt: new Date() });
});

app.put("/products/:id", async (c) => {
  await cache.invalidateTags([`product:${c.req.param("id")}`]);
  return c.body(null, 204);
});

export default app;
