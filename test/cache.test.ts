import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { createCache, memory, tiered } from "../src/index.ts";
import { altered, counted, Gate } from "./support/backends.ts";
import { Story } from "./support/story.ts";

/** What Workers KV and the Cache API can do: no atomic write. */
const plain = (): ReturnType<typeof altered> => altered(memory(), { name: "plain" });

describe("values kept by hand", () => {
  it("get() gives what set() was given, or the fallback", async () => {
    const cache = createCache();
    await cache.set("greeting", { text: "hello", at: new Date(0) });
    expect(await cache.get("greeting")).toEqual({ text: "hello", at: new Date(0) });
    expect(await cache.get("absent")).toBeUndefined();
    expect(await cache.get("absent", 7)).toBe(7);
  });

  it("keep undefined as a value: has() tells it from none", async () => {
    const cache = createCache();
    await cache.set("nothing", undefined);
    expect([await cache.has("nothing"), await cache.has("absent")]).toEqual([true, false]);
    expect(await cache.get("nothing", "fallback")).toBeUndefined();
  });

  it("stay apart from functions' entries and other namespaces, whatever the key", async () => {
    const backend = memory();
    const cache = createCache({ backend });
    const fn = cache.cached(async () => "function", { name: "fn" });
    await fn();
    await cache.settled();
    expect(await cache.get(await fn.keyOf())).toBeUndefined();
    await cache.set("fn", "by hand");
    expect(await fn.peek()).toBe("function");
    expect(await createCache({ backend, namespace: "other" }).get("fn")).toBeUndefined();
  });

  it("take keys of any length and script", async () => {
    const cache = createCache();
    const keys = ["a", "ключ", "a b:c@d~e%f", "x".repeat(10_000), `${"x".repeat(10_000)}y`];
    for (const [i, key] of keys.entries()) await cache.set(key, i);
    expect(await Promise.all(keys.map((key) => cache.get(key)))).toEqual([0, 1, 2, 3, 4]);
  });

  it.each(["", "\ud800", 7 as never])("refuse the key %j", async (key) => {
    await expect(createCache().set(key, 1)).rejects.toThrow("the key is a well-formed text that is not empty");
    await expect(createCache().get(key)).rejects.toThrow(TypeError);
  });

  it("refuse a value that cannot come back, and an option there is none of", async () => {
    const cache = createCache();
    await expect(cache.set("f", { fn() {} })).rejects.toThrow('Cannot store "f": value.fn cannot come back as it is');
    await expect(cache.set("f", 1, { ttl: -1 })).rejects.toThrow('Cannot use the ttl of "f"');
    await expect(cache.set("f", 1, { timeout: 1 } as never)).rejects.toThrow(
      'Cannot store "f": its options are ttl, tags: received "timeout"',
    );
    expect(await cache.has("f")).toBe(false);
  });

  it("reject where the backend fails", async () => {
    const down = new Error("down");
    const cache = createCache({
      backend: altered(memory(), { get: () => Promise.reject(down), set: () => Promise.reject(down) }),
    });
    await expect(cache.get("a")).rejects.toBe(down);
    await expect(cache.set("a", 1)).rejects.toBe(down);
  });

  it("reject what is over the backend's size", async () => {
    const cache = createCache({ backend: memory({ maxBytes: 2_000 }) });
    await expect(cache.set("big", "x".repeat(3_000))).rejects.toMatchObject({
      code: "too-large",
      message: expect.stringMatching(
        /^Cannot store "big" in memory: an entry is at most 1000 bytes there: received 30\d\d$/,
      ),
    });
  });

  it("cost one operation each", async () => {
    const backend = counted(memory());
    const cache = createCache({ backend });
    await cache.set("a", 1);
    await cache.get("a");
    await cache.has("a");
    await cache.delete("a");
    expect(backend.operations).toEqual(["set", "get", "get", "delete"]);
  });
});

describe("time to live of values kept by hand", () => {
  beforeEach(() => void vi.useFakeTimers({ toFake: ["Date"], now: 1_000_000 }));
  afterEach(() => void vi.useRealTimers());

  it("is the cache's unless set() says", async () => {
    const cache = createCache({ ttl: "1m" });
    await cache.set("a", 1);
    await cache.set("b", 1, { ttl: "1h" });
    vi.setSystemTime(1_060_000);
    expect([await cache.has("a"), await cache.has("b")]).toEqual([false, true]);
  });

  it("of 0 stores nothing, and what was there goes", async () => {
    const cache = createCache();
    await cache.set("a", 1);
    await cache.set("a", 2, { ttl: 0 });
    expect(await cache.has("a")).toBe(false);
  });

  it("is renewed by touch(), which tells whether there was a value", async () => {
    const cache = createCache();
    await cache.set("a", 1, { ttl: "1m" });
    expect(await cache.touch("a", { ttl: "10m" })).toBe(true);
    vi.setSystemTime(1_300_000);
    expect(await cache.get("a")).toBe(1);
    expect(await cache.touch("absent")).toBe(false);
    expect(await cache.touch("a", { ttl: 0 })).toBe(true);
    expect(await cache.has("a")).toBe(false);
  });

  it("is kept by incr()", async () => {
    const cache = createCache();
    await cache.set("n", 1, { ttl: "1m" });
    vi.setSystemTime(1_030_000);
    await cache.incr("n");
    vi.setSystemTime(1_060_000);
    expect(await cache.has("n")).toBe(false);
  });

  it("lets add() write where a value has expired", async () => {
    const cache = createCache({ backend: plainWithSwap() });
    await cache.set("a", 1, { ttl: "1s" });
    vi.setSystemTime(1_002_000);
    expect(await cache.add("a", 2)).toBe(true);
    expect(await cache.get("a")).toBe(2);
  });

  /** A backend that keeps what has expired, as Workers KV does for a while. */
  function plainWithSwap(): ReturnType<typeof altered> {
    const backend = memory();
    const long = { ttlMs: Infinity };
    return altered(backend, {
      set: (key, envelope) => backend.set(key, envelope, long),
      compareAndSet: async (key, expected, next) => (await backend.compareAndSet?.(key, expected, next, long)) ?? false,
    });
  }
});

describe("getOrSet()", () => {
  it("computes once for all who ask meanwhile, and stores", async () => {
    const cache = createCache();
    const gate = new Gate<number>();
    const compute = vi.fn(() => gate.promise);
    const calls = Array.from({ length: 100 }, () => cache.getOrSet("n", compute));
    gate.open(7);
    expect(new Set(await Promise.all(calls))).toEqual(new Set([7]));
    expect(await cache.getOrSet("n", compute)).toBe(7);
    expect(compute).toHaveBeenCalledTimes(1);
  });

  it("takes a value as well as a function", async () => {
    const cache = createCache();
    expect(await cache.getOrSet("n", 1)).toBe(1);
    await cache.settled();
    expect(await cache.getOrSet("n", 2)).toBe(1);
  });

  it("goes on without a backend that fails", async () => {
    const down = new Error("down");
    const story = new Story();
    const cache = createCache({
      backend: altered(memory(), { get: () => Promise.reject(down) }),
      onEvent: story.onEvent,
    });
    expect(await cache.getOrSet("n", () => 7)).toBe(7);
    expect(story.take()).toContain("backend-failed memory get");
  });

  it("does not store what was deleted while it was computed", async () => {
    const cache = createCache();
    const gate = new Gate<number>();
    const compute = vi.fn(() => gate.promise);
    const early = cache.getOrSet("n", compute);
    await vi.waitFor(() => expect(compute).toHaveBeenCalled());
    await cache.delete("n");
    gate.open(1);
    await early;
    await cache.settled();
    expect(await cache.has("n")).toBe(false);
  });
});

describe("many values", () => {
  it("are written and read together; absent ones are left out", async () => {
    const cache = createCache();
    await cache.setMany({ a: 1, b: 2 });
    await cache.setMany(new Map([["c", 3]]), { ttl: "1h" });
    expect(await cache.getMany(["a", "c", "absent", "a"])).toEqual(
      new Map([
        ["a", 1],
        ["c", 3],
      ]),
    );
    await cache.deleteMany(["a", "b"]);
    expect((await cache.getMany(["a", "b", "c"])).size).toBe(1);
  });

  it("tell what they did, and which tier failed", async () => {
    const story = new Story();
    const down = new Error("down");
    const dead = altered(memory(), { name: "dead", set: () => Promise.reject(down) });
    const cache = createCache({ backend: tiered([dead, memory()]), onEvent: story.onEvent });
    await cache.setMany({ a: 1, b: 2 });
    expect(story.take()).toEqual(["backend-failed dead set", "stored", "stored"]);
    await cache.deleteMany(["a"]);
    expect(story.take()).toEqual(["invalidated"]);
  });

  it("work on a backend that takes one key at a time", async () => {
    const cache = createCache({ backend: plain() });
    await cache.setMany({ a: 1, b: 2 });
    await cache.deleteMany(["b"]);
    expect([...(await cache.getMany(["a", "b"])).keys()]).toEqual(["a"]);
  });

  it("are all refused where one cannot be stored: nothing is half-written", async () => {
    const backend = counted(memory({ maxBytes: 2_000 }));
    const cache = createCache({ backend });
    await expect(cache.setMany({ a: 1, b: () => 1 })).rejects.toThrow(TypeError);
    await expect(cache.setMany({ a: 1, b: "x".repeat(5_000) })).rejects.toMatchObject({ code: "too-large" });
    expect(backend.operations).toEqual([]);
  });
});

describe("atomic writes", () => {
  it("add() writes only where there is nothing", async () => {
    const cache = createCache();
    expect([await cache.add("a", 1), await cache.add("a", 2), await cache.get("a")]).toEqual([true, false, 1]);
  });

  it("add() lets one of many win", async () => {
    const cache = createCache();
    const wins = await Promise.all(Array.from({ length: 50 }, (_, i) => cache.add("lock", i)));
    expect(wins.filter(Boolean)).toHaveLength(1);
  });

  it("incr() and decr() count, and lose none of many", async () => {
    const cache = createCache();
    await cache.set("n", 10);
    expect([await cache.incr("n"), await cache.incr("n", 5), await cache.decr("n"), await cache.decr("n", 10)]).toEqual(
      [11, 16, 15, 5],
    );
    await Promise.all(Array.from({ length: 100 }, () => cache.incr("n")));
    expect(await cache.get("n")).toBe(105);
  });

  it("incr() refuses what is absent, no whole number, or past what a number can count", async () => {
    const cache = createCache();
    await expect(cache.incr("n")).rejects.toMatchObject({ code: "not-found" });
    await cache.set("n", "1");
    await expect(cache.incr("n")).rejects.toThrow('Cannot count "n": value and sum are whole numbers: received "1"');
    await cache.set("n", Number.MAX_SAFE_INTEGER);
    await expect(cache.incr("n")).rejects.toThrow(TypeError);
    await expect(cache.incr("n", 0.5)).rejects.toThrow('Cannot count "n": the step is a whole number: received 0.5');
    expect(await cache.get("n")).toBe(Number.MAX_SAFE_INTEGER);
  });

  it("are not overwritten by a computation that began before them", async () => {
    const cache = createCache();
    const gate = new Gate<number>();
    const compute = vi.fn(() => gate.promise);
    const early = cache.getOrSet("n", compute);
    await vi.waitFor(() => expect(compute).toHaveBeenCalled());
    expect(await cache.add("n", 7)).toBe(true);
    gate.open(1);
    await early;
    await cache.settled();
    expect(await cache.get("n")).toBe(7);
  });

  it("are refused on a backend without them, not imitated", async () => {
    const cache = createCache({ backend: plain() });
    await cache.set("n", 1);
    const message = "the backend has no atomic write: received plain; memory() and upstash() can";
    await expect(cache.add("a", 1)).rejects.toMatchObject({
      code: "unsupported",
      message: `Cannot add "a": ${message}`,
    });
    await expect(cache.incr("n")).rejects.toMatchObject({
      code: "unsupported",
      message: `Cannot count "n": ${message}`,
    });
    await expect(cache.decr("n")).rejects.toMatchObject({ code: "unsupported" });
    expect([await cache.has("a"), await cache.get("n")]).toEqual([false, 1]);
  });
});

describe("clear()", () => {
  it("removes everything under the namespace, and nothing else", async () => {
    const backend = memory();
    const cache = createCache({ backend, namespace: "shop" });
    const neighbour = createCache({ backend, namespace: "shop2" });
    const fn = cache.cached(async () => 1, { name: "fn" });
    await fn();
    await cache.set("a", 1);
    await neighbour.set("a", 1);
    await cache.settled();
    await cache.clear();
    expect([await fn.peek(), await cache.has("a"), await neighbour.has("a")]).toEqual([undefined, false, true]);
  });

  it("keeps a computation that is running from being stored", async () => {
    const gate = new Gate<number>();
    const run = vi.fn(() => gate.promise);
    const cache = createCache();
    const fn = cache.cached(run, { name: "fn" });
    const early = fn();
    await vi.waitFor(() => expect(run).toHaveBeenCalled());
    await cache.clear();
    gate.open(1);
    await early;
    await cache.settled();
    expect(await fn.peek()).toBeUndefined();
  });

  it("is refused on a backend that cannot list its keys", async () => {
    await expect(createCache({ backend: plain() }).clear()).rejects.toMatchObject({
      code: "unsupported",
      message:
        'Cannot clear the namespace "autocache": the backend cannot list its keys: received plain; memory() and upstash() can',
    });
  });
});
