import { type CacheEvent, createCache, memory, tiered } from "@autocache/edge";
import { workersKV, type WorkersKVNamespace } from "@autocache/edge/workers-kv";
import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { spy } from "./operations.ts";

/** The real namespace, its operations counted: each is one that Cloudflare bills, or one of the 1,000 of an invocation. */
function counted(): { namespace: WorkersKVNamespace; take: () => { reads: number; writes: number } } {
  const reads: unknown[][] = [];
  const writes: unknown[][] = [];
  return {
    namespace: spy(spy(env.CACHE as WorkersKVNamespace, "get", reads), "put", writes),
    take: () => ({ reads: reads.splice(0).length, writes: writes.splice(0).length }),
  };
}

const square = async (n: number): Promise<number> => n * n;

describe("operations on Workers KV", () => {
  it("are none for a hit in memory, one read for a hit below it, one read and one write for a miss", async () => {
    const { namespace, take } = counted();
    const cache = createCache({ backend: tiered([memory(), workersKV(namespace)]) });
    const fn = cache.cached(square, { name: "counts-tiers" });
    await fn(1);
    await cache.settled();
    expect(take()).toEqual({ reads: 1, writes: 1 });
    await fn(1);
    expect(take()).toEqual({ reads: 0, writes: 0 });
    const elsewhere = createCache({ backend: tiered([memory(), workersKV(namespace)]) });
    await elsewhere.cached(square, { name: "counts-tiers" })(1);
    await elsewhere.settled();
    expect(take()).toEqual({ reads: 1, writes: 0 });
  });

  it("are written after the answer", async () => {
    const events: CacheEvent["type"][] = [];
    const onEvent = ({ type }: CacheEvent): void => void events.push(type);
    const cache = createCache({ backend: workersKV(env.CACHE), unversioned: "source", onEvent });
    await cache.cached(square, { name: "counts-after" })(1);
    expect(events).toEqual(["miss", "computed"]);
    await cache.settled();
    expect(events).toEqual(["miss", "computed", "stored"]);
  });

  it("are three reads for 250 keys by many()", async () => {
    const { namespace, take } = counted();
    const cache = createCache({ backend: workersKV(namespace) });
    const fn = cache.cached(square, { name: "counts-many" });
    const list = Array.from({ length: 250 }, (_, n): [number] => [n]);
    expect(await fn.many(list)).toEqual(list.map(([n]) => n * n));
    await cache.settled();
    expect(take()).toEqual({ reads: 3, writes: 250 });
    expect(await fn.many(list)).toEqual(list.map(([n]) => n * n));
    expect(take()).toEqual({ reads: 3, writes: 0 });
  });

  it("are as many with tags as without", async () => {
    const { namespace, take } = counted();
    const cache = createCache({ backend: workersKV(namespace), purgeable: true });
    const fn = cache.cached(square, { name: "counts-tags", tags: ["squares"] });
    await fn(1);
    await cache.settled();
    expect(take()).toEqual({ reads: 1, writes: 1 });
    await fn(1);
    expect(take()).toEqual({ reads: 1, writes: 0 });
    await cache.invalidateTags(["squares"]);
    expect(take()).toEqual({ reads: 0, writes: 1 });
    expect((await fn.trace(1)).verdict).toBe("miss");
  });

  it("are one read for the concurrent calls of one key", async () => {
    const { namespace, take } = counted();
    const cache = createCache({ backend: workersKV(namespace) });
    const fn = cache.cached(square, { name: "counts-concurrent" });
    await Promise.all(Array.from({ length: 1_000 }, () => fn(1)));
    await cache.settled();
    expect(take()).toEqual({ reads: 1, writes: 1 });
  });
});
