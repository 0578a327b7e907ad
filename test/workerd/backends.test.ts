import { cacheApi } from "@autocache/edge/cache-api";
import { testBackend } from "@autocache/edge/testing";
import { workersKV } from "@autocache/edge/workers-kv";
import { env } from "cloudflare:workers";
import { describe, expect, it, test } from "vitest";

describe("backends conform in workerd", () => {
  const kv = testBackend({ name: "workersKV(env.CACHE)", test, create: () => workersKV(env.CACHE) });
  const kvLater = testBackend({
    name: "workersKV(() => env.CACHE)",
    test,
    create: () => workersKV(() => env.CACHE, { cacheTtl: "30s" }),
  });
  const byDefault = testBackend({ name: "cacheApi()", test, create: () => cacheApi() });
  const named = testBackend({
    name: "cacheApi(() => caches.open(name))",
    test,
    create: () => cacheApi(() => caches.open("named"), { origin: "https://example.com" }),
  });

  it("has the cases of the optional methods of each", () => {
    expect({ kv, kvLater, byDefault, named }).toEqual({ kv: 21, kvLater: 21, byDefault: 17, named: 17 });
  });
});
