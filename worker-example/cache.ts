import { env } from "cloudflare:workers";
import { createCache, memory, tiered } from "@autocache/edge";
import type { Cache, CacheEvent } from "@autocache/edge";
import { cacheApi } from "@autocache/edge/cache-api";
import { workersKV } from "@autocache/edge/workers-kv";

const computations: Record<string, number> = {};

function countComputations(event: CacheEvent): void {
  if (event.type === "computed") computations[event.name] = (computations[event.name] ?? 0) + 1;
}

/** How often each function ran in this isolate: hits are the calls that are not counted here. */
export function computationsSoFar(): Readonly<Record<string, number>> {
  return computations;
}

/** For what is dear to compute and good until its source changes: KV keeps it for every data centre. */
export const documentCache: Cache = createCache({
  namespace: "documents",
  backend: tiered([memory({ maxBytes: 16 * 1024 * 1024 }), workersKV(() => env.CACHE)]),
  ttl: "7d",
  onEvent: countComputations,
});

/** For what is short-lived: the Cache API costs nothing per write, and is local to a data centre. */
export const packageCache: Cache = createCache({
  namespace: "packages",
  backend: tiered([memory(), cacheApi()]),
  ttl: "10m",
  onEvent: countComputations,
});

/** For whole responses, as short-lived as they say. What they are made of is invalidated by their tags. */
export const responseCache: Cache = createCache({
  namespace: "responses",
  backend: tiered([memory(), cacheApi()]),
});

/** The tag that every response of this example has. */
export const EVERY_RESPONSE = "response";

/** The tag of the responses that show a document. */
export function documentTag(path: string): string {
  return `document:${path}`;
}
