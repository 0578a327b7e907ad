import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { cacheApi, type CacheApiCache } from "../../adapters/cache-api.ts";
import { workersKV, type WorkersKVNamespace } from "../../adapters/workers-kv.ts";
import type { Backend } from "../../src/backend.ts";
import { memory } from "../../src/memory.ts";
import { tiered } from "../../src/tiers.ts";
import { CASES, expectedOf, MEBIBYTE, play } from "../http/answer-table.ts";
import { type Counted, testOperations } from "../http/response-operations.ts";
import { TextBackend } from "../support/text-backend.ts";
import { spy } from "./operations.ts";

const BACKENDS: Readonly<Record<string, () => Backend>> = {
  "memory()": () => memory(),
  "workersKV(env.CACHE)": () => workersKV(env.CACHE),
  "cacheApi()": () => cacheApi(),
  "a backend that keeps only text": () => new TextBackend(),
  "tiered([memory(), workersKV(env.CACHE)])": () => tiered([memory(), workersKV(env.CACHE)]),
  "tiered([cacheApi(), workersKV(env.CACHE)])": () => tiered([cacheApi(), workersKV(env.CACHE)]),
  "tiered([cacheApi(), a backend that keeps only text])": () => tiered([cacheApi(), new TextBackend()]),
};

describe.each(Object.entries(BACKENDS))("responses from %s in workerd", (_, create) => {
  it.each([...CASES, MEBIBYTE])("are the same, byte for byte: $title", async (one) => {
    expect(await play(create(), one)).toEqual(expectedOf(one));
  });
});

function countedKV(): Counted {
  const reads: unknown[][] = [];
  const writes: unknown[][] = [];
  const namespace = spy(spy(env.CACHE as WorkersKVNamespace, "get", reads), "put", writes);
  return { backend: workersKV(namespace), take: () => taken(reads, writes) };
}

/** The first write to the Cache API is read back once in the life of the backend, to see whether this host keeps anything. */
async function countedCacheApi(): Promise<Counted> {
  const reads: unknown[][] = [];
  const writes: unknown[][] = [];
  const cache = spy(spy(caches.default as unknown as CacheApiCache, "match", reads), "put", writes);
  const backend = cacheApi(cache);
  await backend.set("probed", { text: "" }, { ttlMs: 60_000 });
  taken(reads, writes);
  return { backend, take: () => taken(reads, writes) };
}

function taken(reads: unknown[][], writes: unknown[][]): { reads: number; writes: number } {
  return { reads: reads.splice(0).length, writes: writes.splice(0).length };
}

testOperations("Workers KV", countedKV);
testOperations("the Cache API", countedCacheApi);
