import { tiered } from "@autocache/edge";
import { cacheApi } from "@autocache/edge/cache-api";
import { testBackend } from "@autocache/edge/testing";
import { workersKV } from "@autocache/edge/workers-kv";
import { env } from "cloudflare:workers";
import { describe, expect, it, test } from "vitest";

/** A thousand writes in local KV take more than a test's usual time on a busy machine. */
const patient = (title: string, run: () => Promise<void>): void => test(title, { timeout: 60_000 }, run);

describe("backends conform in workerd", () => {
  const kv = testBackend({ name: "workersKV(env.CACHE)", test: patient, create: () => workersKV(env.CACHE) });
  const kvLater = testBackend({
    name: "workersKV(() => env.CACHE)",
    test,
    create: () => workersKV(() => env.CACHE, { cacheTtl: "30s" }),
    manyKeys: 100,
  });
  const byDefault = testBackend({ name: "cacheApi()", test, create: () => cacheApi() });
  const named = testBackend({
    name: "cacheApi(() => caches.open(name))",
    test,
    create: () => cacheApi(() => caches.open("named"), { origin: "https://example.com" }),
  });

  const stack = testBackend({
    name: "tiered([cacheApi(), workersKV(env.CACHE)])",
    test: patient,
    create: () => tiered([cacheApi(), workersKV(env.CACHE)]),
    manyKeys: 100,
  });

  it("has the cases of the optional methods of each", () => {
    expect({ kv, kvLater, byDefault, named, stack }).toEqual({
      kv: 29,
      kvLater: 29,
      byDefault: 24,
      named: 24,
      stack: 31,
    });
  });
});
