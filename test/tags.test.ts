import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { type Backend, createCache, memory, tiered } from "../src/index.ts";
import { altered, Gate } from "./support/backends.ts";
import { Story } from "./support/story.ts";

const START = 1_000_000;

beforeEach(() => void vi.useFakeTimers({ toFake: ["Date"], now: START }));
afterEach(() => void vi.useRealTimers());

interface Product {
  readonly id: string;
  readonly brand: string;
}

const load = async (id: string): Promise<Product> => ({ id, brand: id === "1" ? "acme" : "zeta" });
const tags = (product: Product, id: string): string[] => [`product:${id}`, `brand:${product.brand}`];

/** The same storage as another isolate has it: what an isolate remembers goes by the object. */
const elsewhere = (backend: Backend): Backend => ({
  ...altered(backend, {}),
  ...(backend.getMany && { getMany: backend.getMany }),
});

/** Counts the bulk and single reads and the writes of a storage that has bulk operations. */
function counting(): { backend: Backend; take: () => string[] } {
  const inner = memory();
  const operations: string[] = [];
  const backend: Backend = altered(inner, {
    name: "remote",
    get: (key) => (operations.push("get"), inner.get(key)),
    set: (...args) => (operations.push("set"), inner.set(...args)),
    getMany: (keys) => (operations.push(`getMany ${keys.length}`), inner.getMany?.(keys) ?? Promise.resolve(new Map())),
  });
  return { backend, take: () => operations.splice(0) };
}

describe("invalidateTags()", () => {
  it("makes the entries with one of the tags miss, and no other", async () => {
    const cache = createCache();
    const product = cache.cached(load, { name: "product", tags });
    await Promise.all([product("1"), product("2")]);
    await cache.settled();
    await cache.invalidateTags(["brand:acme"]);
    const [one, two] = [await product.trace("1"), await product.trace("2")];
    expect([one.verdict, two.verdict]).toEqual(["miss", "hit"]);
    expect(one.events[0]).toMatchObject({ type: "miss", reason: "invalidated" });
    await cache.settled();
    expect((await product.trace("1")).verdict).toBe("hit");
  });

  it("works with tags that are always the same", async () => {
    const cache = createCache();
    const product = cache.cached(load, { name: "product", tags: ["catalogue"] });
    await product("1");
    await cache.settled();
    await cache.invalidateTags(["catalogue"]);
    expect((await product.trace("1")).verdict).toBe("miss");
  });

  it("makes a computation that began before it no answer for a call after it, in the same isolate", async () => {
    const gates = [new Gate<Product>(), new Gate<Product>()];
    let runs = 0;
    const cache = createCache();
    const product = cache.cached((_id: string) => gates[runs++]?.promise ?? load("1"), { name: "product", tags });
    const early = product("1");
    await vi.waitFor(() => expect(runs).toBe(1));
    await cache.invalidateTags(["product:1"]);
    const late = product("1");
    await vi.waitFor(() => expect(runs).toBe(2));
    gates[1]?.open({ id: "1", brand: "new" });
    expect(await late).toMatchObject({ brand: "new" });
    gates[0]?.open({ id: "1", brand: "old" });
    await early;
    await cache.settled();
    expect(await product("1")).toMatchObject({ brand: "new" });
  });

  it("counts from when a computation began: what it saw may be older than its end", async () => {
    const backend = memory();
    const [here, there] = [
      createCache({ backend, tagTtl: 0 }),
      createCache({ backend: elsewhere(backend), tagTtl: 0 }),
    ];
    const gate = new Gate<Product>();
    const run = vi.fn(() => gate.promise);
    const slow = here.cached(run, { name: "product", version: 1, tags: ["catalogue"] });
    const early = slow();
    await vi.waitFor(() => expect(run).toHaveBeenCalled());
    vi.setSystemTime(START + 100);
    await there.invalidateTags(["catalogue"]);
    vi.setSystemTime(START + 200);
    gate.open({ id: "1", brand: "old" });
    await early;
    await here.settled();
    const fresh = there.cached(() => load("1"), { name: "product", version: 1, tags: ["catalogue"] });
    expect((await fresh.trace()).verdict).toBe("miss");
  });

  it("lets the calls of the same instant share one computation again (a clock that stands still)", async () => {
    const cache = createCache();
    const run = vi.fn(load);
    const product = cache.cached(run, { name: "product", tags });
    await product("1");
    await cache.settled();
    await cache.invalidateTags(["product:1"]);
    await Promise.all(Array.from({ length: 100 }, () => product("1")));
    await cache.settled();
    await product("1");
    expect(run).toHaveBeenCalledTimes(2);
  });

  it("is seen by other isolates within tagTtl", async () => {
    const backend = memory();
    const [here, there] = [createCache({ backend: elsewhere(backend) }), createCache({ backend, tagTtl: "5s" })];
    const product = there.cached(load, { name: "product", tags });
    await product("1");
    await there.settled();
    await product("1");
    vi.setSystemTime(START + 1_000);
    await here.invalidateTags(["product:1"]);
    expect((await product.trace("1")).verdict).toBe("hit");
    vi.setSystemTime(START + 5_001);
    expect((await product.trace("1")).verdict).toBe("miss");
  });

  it("is seen at once by another cache of this isolate on the same backend and namespace", async () => {
    const backend = memory();
    const [one, two] = [createCache({ backend }), createCache({ backend })];
    const product = one.cached(load, { name: "product", tags });
    await product("1");
    await one.settled();
    await product("1");
    await two.invalidateTags(["product:1"]);
    expect((await product.trace("1")).verdict).toBe("miss");
  });

  it("is not undone by a backend that answers with an older state", async () => {
    const inner = memory();
    const stale = altered(inner, {
      get: (key) => (key.includes(":#") ? Promise.resolve(undefined) : inner.get(key)),
    });
    const cache = createCache({ backend: stale, tagTtl: 0 });
    const product = cache.cached(load, { name: "product", tags });
    await product("1");
    await cache.settled();
    vi.setSystemTime(START + 1);
    await cache.invalidateTags(["product:1"]);
    expect((await product.trace("1")).verdict).toBe("miss");
  });

  it("is not hidden by a copy of a stamp in a tier above", async () => {
    const shared = memory();
    const isolate = (): ReturnType<typeof createCache> =>
      createCache({ backend: tiered([memory(), shared]), tagTtl: "5s" });
    const [here, there] = [isolate(), isolate()];
    const product = there.cached(load, { name: "product", tags });
    await product("1");
    await there.settled();
    await product("1");
    vi.setSystemTime(START + 6_000);
    await here.invalidateTags(["product:1"]);
    expect((await product.trace("1")).verdict).toBe("miss");
    await there.settled();
    vi.setSystemTime(START + 12_000);
    await here.invalidateTags(["product:1"]);
    expect((await product.trace("1")).verdict).toBe("miss");
  });

  it("rejects where the shared tier does not take the stamp", async () => {
    const down = new Error("down");
    const cache = createCache({ backend: tiered([memory(), altered(memory(), { set: () => Promise.reject(down) })]) });
    await expect(cache.invalidateTags(["a"])).rejects.toBe(down);
  });

  it("tells itself as an event", async () => {
    const story = new Story();
    const cache = createCache({ onEvent: story.onEvent });
    await cache.invalidateTags(["a", "b"]);
    expect(story.events).toEqual([{ type: "tags-invalidated", names: ["a", "b"] }]);
  });

  it.each([[""], ["\ud800"], [7 as never]])("refuses the tag %j", async (tag) => {
    const message = "tags are a list of well-formed texts that are not empty";
    await expect(createCache().invalidateTags([tag])).rejects.toThrow(message);
    expect(() => createCache().cached(load, { name: "product", tags: [tag] })).toThrow(message);
    const story = new Story();
    const product = createCache({ onEvent: story.onEvent }).cached(load, { name: "product", tags: () => [tag] });
    expect(await product("1")).toEqual({ id: "1", brand: "acme" });
    expect(story.take()).toEqual(["miss absent", "computed", "not-stored tags"]);
  });
});

describe("expireTags()", () => {
  it("marks entries as expired: they are answered with while they are refreshed", async () => {
    const cache = createCache({ swr: "1h" });
    let n = 0;
    const product = cache.cached(async (_id: string) => ++n, { name: "product", tags: ["catalogue"] });
    await product("1");
    await cache.settled();
    vi.setSystemTime(START + 1);
    await cache.expireTags(["catalogue"]);
    expect(await product.trace("1")).toMatchObject({ verdict: "stale", value: 1 });
    await cache.settled();
    expect(await product.trace("1")).toMatchObject({ verdict: "hit", value: 2 });
  });

  it("makes entries miss where nothing stale is allowed", async () => {
    const cache = createCache();
    const product = cache.cached(load, { name: "product", tags: ["catalogue"] });
    await product("1");
    await cache.settled();
    await cache.expireTags(["catalogue"]);
    expect((await product.trace("1")).verdict).toBe("miss");
  });

  it("does not make valid again what was invalidated", async () => {
    const cache = createCache({ swr: "1h" });
    const product = cache.cached(load, { name: "product", tags: ["catalogue"] });
    await product("1");
    await cache.settled();
    await cache.invalidateTags(["catalogue"]);
    await cache.expireTags(["catalogue"]);
    expect((await product.trace("1")).verdict).toBe("miss");
  });
});

describe("purge()", () => {
  it("makes every entry of a function miss, of every version, and of no other function", async () => {
    const backend = memory();
    const cache = createCache({ backend });
    const product = cache.cached(load, { name: "product", tags: [] });
    const other = cache.cached(load, { name: "other", tags: [] });
    await Promise.all([product("1"), product("2"), other("1")]);
    await cache.settled();
    await product.purge();
    expect(await Promise.all([product.trace("1"), product.trace("2"), other.trace("1")])).toMatchObject([
      { verdict: "miss" },
      { verdict: "miss" },
      { verdict: "hit" },
    ]);
  });

  it("of the namespace makes everything miss, values by hand too", async () => {
    const cache = createCache({ purgeable: true });
    const product = cache.cached(load, { name: "product" });
    await product("1");
    await cache.set("a", 1);
    await cache.settled();
    await cache.purgeNamespace();
    expect((await product.trace("1")).verdict).toBe("miss");
    expect([await cache.has("a"), (await cache.getMany(["a"])).size]).toEqual([false, 0]);
    await cache.set("a", 2);
    expect(await cache.get("a")).toBe(2);
  });

  it("is refused where entries carry no stamps", async () => {
    const cache = createCache();
    await expect(cache.cached(load, { name: "product" }).purge()).rejects.toMatchObject({
      code: "unsupported",
      message:
        'Cannot purge "product": its entries carry no stamp: received a function without tags (an empty list is enough), in a cache that is not purgeable',
    });
    await expect(cache.purgeNamespace()).rejects.toMatchObject({ code: "unsupported" });
  });

  it("is not undone by clear()", async () => {
    const backend = memory();
    const cache = createCache({ backend, tagTtl: 0 });
    const product = cache.cached(load, { name: "product", tags: [] });
    await product("1");
    await cache.settled();
    const key = await product.keyOf("1");
    const hidden = await backend.get(key);
    await product.purge();
    await cache.clear();
    // What a list did not show yet, as on Workers KV.
    if (hidden !== undefined) await backend.set(key, hidden, { ttlMs: 60_000 });
    const again = createCache({ backend }).cached(load, {
      name: "product",
      version: await product.trace("x").then(({ version }) => version),
      tags: [],
    });
    expect((await again.trace("1")).verdict).toBe("miss");
  });
});

describe("tags of values kept by hand", () => {
  it("invalidate get(), getMany(), has() and getOrSet()", async () => {
    const cache = createCache();
    await cache.set("a", 1, { tags: ["t"] });
    await cache.setMany({ b: 2 }, { tags: ["t"] });
    await cache.getOrSet("c", 3, { tags: ["t"] });
    await cache.set("d", 4);
    await cache.settled();
    await cache.invalidateTags(["t"]);
    expect(await cache.getMany(["a", "b", "c", "d"])).toEqual(new Map([["d", 4]]));
    expect([await cache.has("a"), await cache.get("b"), await cache.getOrSet("c", 5)]).toEqual([false, undefined, 5]);
  });
});

describe("tags of several values", () => {
  it("are read in one more operation, however many there are", async () => {
    const { backend, take } = counting();
    const writer = createCache({ backend: elsewhere(backend) });
    for (let i = 0; i < 20; i++) await writer.set(`k${i}`, i, { tags: [`t${i}`] });
    take();
    const keys = Array.from({ length: 20 }, (_, i) => `k${i}`);
    expect((await createCache({ backend }).getMany(keys)).size).toBe(20);
    expect(take()).toEqual(["getMany 20", "getMany 40"]);
  });
});

describe("operations with tags", () => {
  it("are as many as without, where the tags are known: stamps come with the entry in one bulk read", async () => {
    const { backend, take } = counting();
    const cache = createCache({ backend, purgeable: true });
    const product = cache.cached(load, { name: "product", tags: ["catalogue"] });
    await product("1");
    await cache.settled();
    expect(take()).toEqual(["getMany 5", "set"]);
    await product("1");
    expect(take()).toEqual(["get"]);
    vi.setSystemTime(START + 10_001);
    await product("1");
    expect(take()).toEqual(["getMany 5"]);
  });

  it("are one more at the first sight of tags that come from the value", async () => {
    const { backend, take } = counting();
    const writer = createCache({ backend: elsewhere(backend) });
    await writer.cached(load, { name: "product", version: 1, tags })("1");
    await writer.settled();
    take();
    const product = createCache({ backend }).cached(load, { name: "product", version: 1, tags });
    await product("1");
    expect(take()).toEqual(["getMany 2", "getMany 4"]);
    await product("1");
    expect(take()).toEqual(["get"]);
  });

  it("are none for a hit in memory while the stamps are remembered", async () => {
    const { backend, take } = counting();
    const cache = createCache({ backend: tiered([memory(), backend]) });
    const product = cache.cached(load, { name: "product", tags });
    await product("1");
    await cache.settled();
    await product("1");
    take();
    await product("1");
    expect(take()).toEqual([]);
  });

  it("are asked for again where a read of stamps failed: what was invalidated elsewhere is seen after the recovery", async () => {
    const storage = memory();
    let isDown = false;
    const remote: Backend = altered(storage, {
      name: "remote",
      get: (key) => (isDown ? Promise.reject(new Error("down")) : storage.get(key)),
    });
    const cache = createCache({ backend: tiered([memory(), remote]), tagTtl: "1m" });
    const product = cache.cached(load, { name: "product", tags: ["catalogue"] });
    await product("1");
    await cache.settled();
    vi.setSystemTime(START + 61_000);
    await createCache({ backend: elsewhere(storage) }).invalidateTags(["catalogue"]);
    isDown = true;
    expect((await product.trace("1")).verdict).toBe("hit");
    isDown = false;
    expect((await product.trace("1")).verdict).toBe("miss");
  });

  it("go on where stamps cannot be read: what was last known holds", async () => {
    const down = new Error("down");
    const inner = memory();
    let isDown = false;
    const remote = altered(inner, {
      name: "remote",
      getMany: (keys) => (isDown ? Promise.reject(down) : (inner.getMany?.(keys) ?? Promise.resolve(new Map()))),
      get: (key) => (isDown ? Promise.reject(down) : inner.get(key)),
    });
    const story = new Story();
    const cache = createCache({ backend: tiered([memory(), remote]), tagTtl: "1s", onEvent: story.onEvent });
    const product = cache.cached(load, { name: "product", tags });
    await product("1");
    await cache.settled();
    await product("1");
    isDown = true;
    vi.setSystemTime(START + 2_000);
    story.take();
    expect((await product.trace("1")).verdict).toBe("hit");
    expect(story.take()).toContain("backend-failed remote get");
  });
});
