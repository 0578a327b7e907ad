import { env } from "cloudflare:workers";
import { createCache, memory, tiered } from "@autocache/edge";
import { workersKV } from "@autocache/edge/workers-kv";

export const cache = createCache({
  namespace: "vite-example",
  backend: tiered([memory(), workersKV(() => env.CACHE)]),
  ttl: "1d",
});
