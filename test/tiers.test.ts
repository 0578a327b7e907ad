import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { type Backend, createCache, memory, tiered } from "../src/index.ts";
import { altered, counted, Gate } from "./support/backends.ts";
import { Story } from "./support/story.ts";

const named = (name: string, changes: Partial<Backend> = {}, backend: Backend = memory()): Backend =>
  altered(backend, { name, ...changes });

describe("tiered()", () => {
  it("writes to all tiers and answers from the first that has a fresh entry", async () => {
    const [fast, slow] = [named("fast"), named("slow")];
    const story = new Story();
    const cache = createCache({ backend: tiered([fast, slow]), onEvent: story.onEvent });
    const fn = cache.cached(async () => 1, { name: "fn" });
    await fn();
    await cache.settled();
    expect([await fast.get(await fn.keyOf()), await slow.get(await fn.keyOf())].every(Boolean)).toBe(true);
    story.take();
    await fn();
    expect(story.take()).toEqual(["hit fast"]);
  });

  it("copies what a lower tier has into the tiers above, for the rest of its time", async () => {
    const fast = counted(named("fast"));
    const slow = named("slow");
    const story = new Story();
    const cache = createCache({ backend: tiered([fast, slow]), onEvent: story.onEvent });
    const fn = cache.cached(async () => 1, { name: "fn" });
    await createCache({ backend: slow }).cached(async () => 1, { name: "fn" })();
    await fn();
    await cache.settled();
    await fn();
    expect(story.take()).toEqual(["hit slow", "hit fast"]);
    expect(fast.operations).toEqual(["get", "set", "get"]);
  });

  it("can be stacked on a stack", async () => {
    const story = new Story();
    const cache = createCache({
      backend: tiered([named("a"), tiered([named("b"), named("c")])]),
      onEvent: story.onEvent,
    });
    const fn = cache.cached(async () => 1, { name: "fn" });
    await fn();
    await cache.settled();
    await fn();
    expect(story.take().at(-1)).toBe("hit a");
  });

  describe("and time", () => {
    beforeEach(() => void vi.useFakeTimers({ toFake: ["Date"], now: 1_000_000 }));
    afterEach(() => void vi.useRealTimers());

    it("prefers a fresh entry below to an expired one above", async () => {
      // Keeps everything, as a storage does whose shortest time is longer than the entry's.
      const backend = memory();
      const hoarder = named(
        "hoarder",
        { set: (key, envelope) => backend.set(key, envelope, { ttlMs: Infinity }) },
        backend,
      );
      const slow = named("slow");
      const story = new Story();
      const cache = createCache({ backend: tiered([hoarder, slow]), ttl: "1s", onEvent: story.onEvent });
      const fn = cache.cached(async () => Date.now(), { name: "fn", version: 1 });
      await fn();
      await cache.settled();
      vi.setSystemTime(1_001_000);
      const other = createCache({ backend: slow, ttl: "1s" });
      await other.cached(async () => Date.now(), { name: "fn", version: 1 })();
      await other.settled();
      story.take();
      expect(await fn()).toBe(1_001_000);
      expect(story.take()).toEqual(["hit slow"]);
    });

    it("copies for no longer than the entry is fresh", async () => {
      const fast = named("fast");
      const slow = named("slow");
      const other = createCache({ backend: slow, ttl: "10s" });
      await other.cached(async () => 1, { name: "fn", version: 1 })();
      await other.settled();
      vi.setSystemTime(1_004_000);
      const set = vi.spyOn(fast, "set");
      const cache = createCache({ backend: tiered([fast, slow]) });
      await cache.cached(async () => 2, { name: "fn", version: 1 })();
      await cache.settled();
      expect(set.mock.calls[0]?.[2]).toEqual({ ttlMs: 6_000 });
    });
  });

  it("goes on with the tiers that live, and tells which failed", async () => {
    const down = new Error("down");
    const dead = named("dead", { get: () => Promise.reject(down), set: () => Promise.reject(down) });
    const story = new Story();
    const cache = createCache({ backend: tiered([dead, named("alive")]), onEvent: story.onEvent });
    const fn = cache.cached(async () => 1, { name: "fn" });
    await fn();
    await cache.settled();
    expect(story.take()).toEqual([
      "backend-failed dead get",
      "miss absent",
      "computed",
      "backend-failed dead set",
      "stored",
    ]);
    await fn();
    await cache.settled();
    expect(story.take().toSorted()).toEqual(["backend-failed dead get", "backend-failed dead set", "hit alive"]);
  });

  it("fails as one when all tiers do", async () => {
    const down = new Error("down");
    const dead = (name: string): Backend =>
      named(name, { get: () => Promise.reject(down), set: () => Promise.reject(down) });
    const story = new Story();
    const cache = createCache({ backend: tiered([dead("a"), dead("b")]), onEvent: story.onEvent });
    expect(await cache.cached(async () => 1, { name: "fn" })()).toBe(1);
    await cache.settled();
    expect(story.take()).toEqual([
      "backend-failed a get",
      "backend-failed tiered get",
      "miss backend-failed",
      "computed",
      "backend-failed tiered set",
    ]);
  });

  it("removes from all tiers, and rejects where one still has the entry", async () => {
    const down = new Error("down");
    const fast = named("fast");
    const cache = createCache({ backend: tiered([fast, named("stuck", { delete: () => Promise.reject(down) })]) });
    const fn = cache.cached(async () => 1, { name: "fn" });
    await fn();
    await cache.settled();
    await expect(fn.invalidate()).rejects.toBe(down);
    expect(await fast.get(await fn.keyOf())).toBeUndefined();
  });

  it("does not copy what was removed while it was read (a stale copy for the rest of its time)", async () => {
    const fast = named("fast");
    const slow = memory();
    const gate = new Gate();
    const isReading = new Gate();
    const backend = tiered([
      fast,
      named("slow", {
        get: async (key) => {
          const envelope = await slow.get(key);
          isReading.open();
          await gate.promise;
          return envelope;
        },
        delete: (key) => slow.delete(key),
      }),
    ]);
    const other = createCache({ backend: slow });
    const elsewhere = other.cached(async () => "old", { name: "fn", version: 1 });
    await elsewhere();
    await other.settled();
    const key = await elsewhere.keyOf();
    const early = backend.get(key);
    await isReading.promise;
    await backend.delete(key);
    gate.open();
    expect(await early).toBeDefined();
    expect(await fast.get(key)).toBeUndefined();
  });

  it("does not copy what is being removed while it is read", async () => {
    const fast = memory();
    const slow = memory();
    const gate = new Gate();
    const backend = tiered([
      fast,
      named("slow", { get: (key) => slow.get(key), delete: async (key) => (await gate.promise, slow.delete(key)) }),
    ]);
    const other = createCache({ backend: slow });
    const elsewhere = other.cached(async () => "old", { name: "fn", version: 1 });
    await elsewhere();
    await other.settled();
    const key = await elsewhere.keyOf();
    const removed = backend.delete(key);
    expect(await backend.get(key)).toBeDefined();
    gate.open();
    await removed;
    expect(await fast.get(key)).toBeUndefined();
  });

  it("copies again once a removal has died with its request", async () => {
    vi.useFakeTimers({ toFake: ["Date"], now: 1_000_000 });
    try {
      const fast = memory();
      const slow = memory();
      const never = new Promise<never>(() => {});
      const backend = tiered([fast, named("slow", { get: (key) => slow.get(key), delete: () => never })]);
      const other = createCache({ backend: slow });
      const elsewhere = other.cached(async () => "old", { name: "fn", version: 1 });
      await elsewhere();
      await other.settled();
      const key = await elsewhere.keyOf();
      void backend.delete(key);
      vi.setSystemTime(1_060_000);
      await backend.get(key);
      expect(await fast.get(key)).toBeDefined();
    } finally {
      vi.useRealTimers();
    }
  });

  it("does not answer with what a tier has kept because a write of it has failed", async () => {
    let isDown = false;
    const slow = memory();
    const failing = named("slow", {
      get: (key) => slow.get(key),
      set: async (...args) => {
        if (isDown) throw new Error("down");
        return slow.set(...args);
      },
    });
    let runs = 0;
    const cache = createCache({ backend: tiered([memory(), failing]) });
    const fn = cache.cached(async () => ++runs, { name: "fn" });
    await fn();
    await cache.settled();
    isDown = true;
    await fn.expire();
    expect(await fn()).toBe(2);
  });

  it("removes what it is copying", async () => {
    const fast = memory();
    const gate = new Gate();
    const slow = memory();
    const backend = tiered([
      named("fast", { set: async (...args) => (await gate.promise, fast.set(...args)) }, fast),
      slow,
    ]);
    const other = createCache({ backend: slow });
    const elsewhere = other.cached(async () => "old", { name: "fn", version: 1 });
    await elsewhere();
    await other.settled();
    const key = await elsewhere.keyOf();
    await backend.get(key);
    const removed = backend.delete(key);
    gate.open();
    await removed;
    expect(await fast.get(key)).toBeUndefined();
  });

  it("passes over a tier that is too small, and removes the older entry there", async () => {
    const small = memory({ maxBytes: 2_000 });
    const large = named("large");
    let size = 10;
    const story = new Story();
    const cache = createCache({ backend: tiered([small, large]), onEvent: story.onEvent });
    const fn = cache.cached(async () => "x".repeat(size), { name: "fn" });
    await fn();
    await cache.settled();
    size = 5_000;
    await fn.refresh();
    await cache.settled();
    story.take();
    expect(await fn()).toHaveLength(5_000);
    expect(story.take()).toEqual(["hit large"]);
  });

  it("counts in the last tier, so that two isolates count one number", async () => {
    const authority = memory();
    const isolate = (): ReturnType<typeof createCache> => createCache({ backend: tiered([memory(), authority]) });
    const [one, two] = [isolate(), isolate()];
    await one.set("n", 0);
    await two.get("n");
    await Promise.all(Array.from({ length: 20 }, (_, i) => (i % 2 === 0 ? one : two).incr("n")));
    expect([await one.get("n"), await two.incr("n")]).toEqual([20, 21]);
    expect([await one.add("n", 1), await two.add("m", 1), await one.add("m", 2)]).toEqual([false, true, false]);
  });

  it("can do what all its tiers can: no list and no atomic write where one lacks it", async () => {
    const bare = named("bare");
    expect(tiered([memory(), bare]).compareAndSet).toBeUndefined();
    expect(tiered([bare, memory()]).compareAndSet).toBeDefined();
    expect(tiered([bare, memory()]).list).toBeUndefined();
    const cache = createCache({ backend: tiered([memory(), memory()]) });
    await cache.set("a", 1);
    await cache.clear();
    expect(await cache.has("a")).toBe(false);
  });

  it("takes of several keys what each tier has", async () => {
    const [fast, slow] = [memory(), memory()];
    const cache = createCache({ backend: tiered([fast, slow]) });
    await createCache({ backend: fast }).set("a", 1);
    await createCache({ backend: slow }).set("b", 2);
    expect(await cache.getMany(["a", "b", "c"])).toEqual(
      new Map([
        ["a", 1],
        ["b", 2],
      ]),
    );
  });
});
