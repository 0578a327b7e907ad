import { describe, expect, it } from "vitest";
import { cachedHandler, type HostCache, type HostPurge, type HttpOptions } from "../../src/http/index.ts";
import { type Cache, type CacheEvent, createCache } from "../../src/index.ts";

/** Workers Cache is absent in local development, so what is said to it is written down. */
function recorder({ success = true } = {}): HostCache & { readonly said: [string, HostPurge][] } {
  const said: [string, HostPurge][] = [];
  const say =
    (verb: string) =>
    async (what: HostPurge): Promise<{ success: boolean; errors: unknown[] }> => {
      said.push([verb, what]);
      return { success, errors: success ? [] : [{ message: "no" }] };
    };
  return { said, purge: say("purge"), invalidate: say("invalidate") };
}

function handlerOf(cache: Cache, options: HttpOptions): ReturnType<typeof cachedHandler> {
  return cachedHandler(
    async function pages() {
      return new Response("page", { headers: { "cache-control": "max-age=60" } });
    },
    { cache, tags: ["pages"], ...options },
  );
}

describe("a cache of the host before the handler", () => {
  it("gets the tags of each answer in Cache-Tag", async () => {
    const handler = handlerOf(createCache(), { send: { cacheTag: true }, hostCache: recorder() });
    for (const _ of ["miss", "hit"]) {
      const response = await handler(new Request("https://shop.test/"));
      expect(response.headers.get("cache-tag")).toBe("pages");
    }
  });

  it("follows tags, expired tags, URLs and purges", async () => {
    const cache = createCache({ purgeable: true });
    const host = recorder();
    const handler = handlerOf(cache, { send: { cacheTag: true }, hostCache: host });
    await cache.invalidateTags(["pages"]);
    await cache.expireTags(["pages"]);
    await handler.invalidate("https://shop.test/products/42?a=1");
    await handler(new Request("https://shop.test/cart", { method: "POST" }));
    await handler.purge();
    await cache.purgeNamespace();
    expect(host.said).toEqual([
      ["purge", { tags: ["pages"] }],
      ["invalidate", { tags: ["pages"] }],
      ["purge", { pathPrefixes: ["/products/42"] }],
      ["purge", { pathPrefixes: ["/cart"] }],
      ["purge", { purgeEverything: true }],
      ["purge", { purgeEverything: true }],
    ]);
  });

  it("is told once where several handlers share it", async () => {
    const cache = createCache();
    const host = recorder();
    handlerOf(cache, { send: { cacheTag: true }, hostCache: host });
    handlerOf(cache, { send: { cacheTag: true }, hostCache: () => host });
    await cache.invalidateTags(["pages"]);
    expect(host.said).toHaveLength(1);
  });

  it("is purged where it cannot mark as stale", async () => {
    const cache = createCache();
    const { said, purge } = recorder();
    handlerOf(cache, { send: { cacheTag: true }, hostCache: { purge } });
    await cache.expireTags(["pages"]);
    expect(said).toEqual([["purge", { tags: ["pages"] }]]);
  });

  it("hears nothing where no Cache-Tag is sent, and may be absent", async () => {
    const cache = createCache();
    const host = recorder();
    handlerOf(cache, { hostCache: host });
    handlerOf(cache, { send: { cacheTag: true } });
    await cache.invalidateTags(["pages"]);
    expect(host.said).toEqual([]);
  });

  it.each([
    ["refuses", recorder({ success: false })],
    ["throws", { purge: () => Promise.reject(new Error("down")) }],
  ] as const)("is an event where it %s, and the call goes on", async (_, host) => {
    const events: CacheEvent[] = [];
    const cache = createCache({ onEvent: (event) => events.push(event) });
    handlerOf(cache, { send: { cacheTag: true }, hostCache: host });
    await cache.invalidateTags(["pages"]);
    expect(events).toContainEqual(expect.objectContaining({ type: "backend-failed", backend: "host-cache" }));
  });
});
