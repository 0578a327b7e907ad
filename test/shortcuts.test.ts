import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import {
  type Backend,
  type Cache,
  type CacheOptions,
  createCache,
  type FunctionOptions,
  memory,
  registerManifest,
  tiered,
} from "../src/index.ts";
import { altered, Gate } from "./support/backends.ts";
import { heapBytes } from "./support/heap.ts";
import { Story } from "./support/story.ts";

type Options = FunctionOptions<[unknown?, unknown?], number>;
type Numbered = ReturnType<typeof numbered>;

let operations: string[] = [];
let digests = 0;

beforeEach(() => {
  operations = [];
  digests = 0;
  const { digest } = crypto.subtle;
  vi.spyOn(crypto.subtle, "digest").mockImplementation((...args) => {
    digests += 1;
    return digest.apply(crypto.subtle, args);
  });
});
afterEach(() => void vi.restoreAllMocks());

/** memory() itself, which counts: what is wrapped around it would hold nothing for those who ask. */
function countedMemory(options?: Parameters<typeof memory>[0]): Backend {
  const backend = memory(options);
  for (const name of ["get", "set", "delete", "getMany", "deleteMany"] as const) {
    const method = backend[name] as (...args: unknown[]) => Promise<never>;
    Object.assign(backend, { [name]: (...args: unknown[]) => (operations.push(name), method.apply(backend, args)) });
  }
  return backend;
}

/** A function that counts its runs, under a name and a version that others may have too. */
function numbered(cache: Cache, options: Options = {}, runs = { count: 0 }) {
  return cache.cached(async (_one?: unknown, _two?: unknown) => ++runs.count, { name: "f", version: 1, ...options });
}

/** Lets a function be asked twice, so that the third call has a shortcut. */
async function warm(cache: Cache, fn: Numbered, ...args: [unknown?, unknown?]): Promise<number> {
  await fn(...args);
  await cache.settled();
  const value = await fn(...args);
  expect(await isShort(fn, ...args)).toBe(true);
  return value;
}

/** Whether a call asks neither the backend nor for a digest. */
async function isShort(fn: Numbered, ...args: [unknown?, unknown?]): Promise<boolean> {
  operations.length = 0;
  digests = 0;
  await fn(...args);
  return operations.length === 0 && digests === 0;
}

describe("a third call", () => {
  const lists: readonly (readonly [string, [unknown?, unknown?]])[] = [
    ["no argument", []],
    ["a text", ["a"]],
    ["a number", [1]],
    ["a text and options", ["a", { page: 1, tags: ["x", "y"], deep: { deep: { deep: null } } }]],
    ["undefined between", [undefined, 1]],
    ["a list", [["a", 1n, true, Number.NaN, -0, undefined]]],
  ];

  it.each(lists)("makes no digest and asks no backend: %s", async (_, args) => {
    const cache = createCache({ backend: countedMemory() });
    const fn = numbered(cache);
    expect(await warm(cache, fn, ...args)).toBe(1);
    for (let i = 0; i < 10; i++) expect(await fn(...structuredClone(args))).toBe(1);
    expect([operations, digests]).toEqual([[], 0]);
  });

  it("is made in many() as well, and each of these is told apart", async () => {
    const cache = createCache({ backend: countedMemory() });
    const fn = numbered(cache);
    const all = [await warm(cache, fn, "a"), await warm(cache, fn, "b")];
    operations.length = 0;
    expect(await fn.many([["a"], ["b"], ["a"]])).toEqual([all[0], all[1], all[0]]);
    expect(operations).toEqual([]);
    expect(await fn.many([["b"], ["c"]])).toEqual([all[1], 3]);
  });

  it("goes the long way where only a wrapper of memory() answers", async () => {
    const inner = memory();
    let isOpen = true;
    const backend = altered(inner, { get: async (key) => (isOpen ? inner.get(key) : undefined) });
    const cache = createCache({ backend });
    const fn = numbered(cache);
    await fn("a");
    await cache.settled();
    for (let i = 0; i < 3; i++) expect(await fn("a")).toBe(1);
    isOpen = false;
    expect(await fn("a")).toBe(2);
  });
});

/** What somebody may do to an entry, and what the next call is to come to: it was number 1. */
const ENDS: readonly (readonly [string, (cache: Cache, fn: Numbered, key: string) => Promise<unknown>, number])[] = [
  ["invalidate()", (_, fn) => fn.invalidate("a"), 2],
  ["expire()", (_, fn) => fn.expire("a"), 2],
  ["set()", (_, fn) => fn.set(["a"], 7), 7],
  ["refresh()", (_, fn) => fn.refresh("a"), 2],
  ["refresh() of others", (_, fn) => fn.refresh("b"), 1],
  ["purge()", (_, fn) => fn.purge(), 2],
  ["purgeNamespace()", (cache) => cache.purgeNamespace(), 2],
  ["invalidateTags()", (cache) => cache.invalidateTags(["t"]), 2],
  ["invalidateTags() of others", (cache) => cache.invalidateTags(["other"]), 1],
  ["expireTags()", (cache) => cache.expireTags(["t"]), 2],
  ["clear()", (cache) => cache.clear(), 2],
];
const OPTIONS: CacheOptions = { purgeable: true };
const TAGGED: Options = { tags: ["t"] };

describe("a shortcut", () => {
  it.each(ENDS)("is not older than what the long way gives after %s", async (_, end, expected) => {
    const cache = createCache({ ...OPTIONS, backend: countedMemory() });
    const fn = numbered(cache, TAGGED);
    await warm(cache, fn, "a");
    await end(cache, fn, await fn.keyOf("a"));
    await warm(cache, fn, "a");
    expect(await fn("a")).toBe(expected);
  });

  it.each(ENDS)("the same where another function of the name did it: %s", async (_, end, expected) => {
    const cache = createCache({ ...OPTIONS, backend: countedMemory() });
    const runs = { count: 0 };
    const [fn, other] = [numbered(cache, TAGGED, runs), numbered(cache, TAGGED, runs)];
    await warm(cache, fn, "a");
    await end(cache, other, await fn.keyOf("a"));
    await cache.settled();
    expect(await fn("a")).toBe(expected);
  });

  it.each(ENDS)("the same by another cache on the same memory(): %s", async (_, end, expected) => {
    const backend = countedMemory();
    const [cache, elsewhere] = [createCache({ ...OPTIONS, backend }), createCache({ ...OPTIONS, backend })];
    const runs = { count: 0 };
    const [fn, other] = [numbered(cache, TAGGED, runs), numbered(elsewhere, TAGGED, runs)];
    await warm(cache, fn, "a");
    await end(elsewhere, other, await fn.keyOf("a"));
    await elsewhere.settled();
    expect(await fn("a")).toBe(expected);
  });

  it.each(ENDS)("the same over a stack with memory() first: %s", async (_, end, expected) => {
    const cache = createCache({ ...OPTIONS, backend: tiered([countedMemory(), memory()]) });
    const fn = numbered(cache, TAGGED);
    await fn("a");
    await cache.settled();
    for (let i = 0; i < 3; i++) await fn("a");
    await end(cache, fn, await fn.keyOf("a"));
    await cache.settled();
    expect(await fn("a")).toBe(expected);
  });

  it.each(["delete", "set", "compareAndSet"] as const)("ends where somebody asks memory() for a %s", async (how) => {
    const backend = countedMemory();
    const cache = createCache({ backend });
    const fn = numbered(cache);
    await warm(cache, fn, "a");
    const key = await fn.keyOf("a");
    const held = await backend.get(key);
    const next = { text: "not an entry" };
    if (how === "delete") await backend.delete(key);
    else if (how === "set") await backend.set(key, next, { ttlMs: 1_000 });
    else await backend.compareAndSet?.(key, held, next, { ttlMs: 1_000 });
    expect(await fn("a")).toBe(2);
  });

  it("ends where the entry has to make room for others, in number or in bytes", async () => {
    for (const bounds of [{ maxEntries: 2 }, { maxBytes: 1_500 }]) {
      const cache = createCache({ backend: countedMemory(bounds) });
      const fn = numbered(cache);
      await warm(cache, fn, "a");
      for (let i = 0; i < 10; i++) await fn(i);
      await cache.settled();
      expect(await isShort(fn, "a")).toBe(false);
      expect(await fn("a")).toBe(12);
    }
  });

  it("keeps the arguments no longer than memory keeps the entry", async () => {
    const cache = createCache({ backend: memory({ maxEntries: 50 }) });
    const fn = numbered(cache);
    const call = async (from: number): Promise<void> => {
      for (let i = from; i < from + 1_000; i++) {
        const args = [Array.from({ length: 8 }, () => `${i} ${"x".repeat(900)}`)] as [unknown];
        for (let time = 0; time < 2; time++) await fn(...args);
      }
      await cache.settled();
    };
    await call(0);
    const before = heapBytes();
    await call(1_000);
    // Of 7 MB.
    expect(heapBytes() - before).toBeLessThan(3_000_000);
  });

  it.each([
    ["a list", (text: string): unknown => [text, text, text, text]],
    ["a record", (text: string): unknown => ({ a: text, b: { c: text, d: text, e: text } })],
  ])("counts for the bytes of memory with what it keeps of the arguments: %s", async (_, make) => {
    const backend = memory({ maxBytes: 200_000 });
    const cache = createCache({ backend });
    const fn = numbered(cache);
    const held = async (): Promise<number> => (await backend.list?.(""))?.keys.length ?? 0;
    const call = async (from: number, to: number): Promise<void> => {
      for (let i = from; i < to; i++) await fn(make(`${i} ${"x".repeat(900)}`));
      await cache.settled();
    };
    await call(0, 50);
    expect(await held()).toBe(50);
    // Room is made though nothing is written.
    await call(0, 30);
    expect(await held()).toBeLessThan(50);
    for (let i = 0; i < 100; i++) for (let time = 0; time < 3; time++) await call(i, i + 1);
    expect(await held()).toBeGreaterThan(15);
    expect(await held()).toBeLessThan(28);
  });

  it("is not made of an entry that memory has let go of since it was read", async () => {
    const backend = memory();
    const get = backend.get.bind(backend);
    const cache = createCache({ backend });
    const fn = numbered(cache);
    await fn("a");
    await cache.settled();
    const changes: Partial<Backend> = {
      get: async (key) => {
        const envelope = await get(key);
        await backend.delete(key);
        return envelope;
      },
    };
    Object.assign(backend, changes);
    expect(await fn("a")).toBe(1);
    expect(await fn("a")).toBe(2);
  });

  it("is not made where memory has no room for it beside the entry", async () => {
    const cache = createCache({ backend: countedMemory({ maxBytes: 2_000 }) });
    const fn = numbered(cache);
    const args = ["x".repeat(1_000), 1] as const;
    for (let i = 0; i < 4; i++) {
      expect(await fn(...args)).toBe(1);
      await cache.settled();
    }
    expect(await isShort(fn, ...args)).toBe(false);
  });

  it("keeps its entry, for it is used: others make room", async () => {
    const cache = createCache({ backend: countedMemory({ maxEntries: 2 }) });
    const fn = numbered(cache);
    await warm(cache, fn, "a");
    for (let i = 0; i < 10; i++) {
      expect(await isShort(fn, "a")).toBe(true);
      await fn(i);
      await cache.settled();
    }
  });

  it("is of one of two functions that share an entry, and both are right", async () => {
    const cache = createCache({ backend: countedMemory() });
    const runs = { count: 0 };
    const [one, two] = [numbered(cache, {}, runs), numbered(cache, {}, runs)];
    await warm(cache, one, "a");
    await warm(cache, two, "a");
    expect(await isShort(one, "a")).toBe(false);
    for (let i = 0; i < 3; i++) expect([await one("a"), await two("a")]).toEqual([1, 1]);
    await two.invalidate("a");
    expect([await one("a"), await two("a")]).toEqual([2, 2]);
  });

  it("of a function without tags ends with the tags of another with which it shares the entry", async () => {
    const backend = memory();
    const [cache, elsewhere] = [createCache({ backend }), createCache({ backend })];
    const runs = { count: 0 };
    const [tagged, untagged] = [numbered(cache, TAGGED, runs), numbered(elsewhere, {}, runs)];
    await tagged("a");
    await cache.settled();
    for (let i = 0; i < 3; i++) expect(await untagged("a")).toBe(1);
    await cache.invalidateTags(["t"]);
    expect(await untagged("a")).toBe(2);
  });

  it("ends with the entry in its own memory, whichever other memory has it too", async () => {
    const [near, far] = [memory(), memory()];
    const [cache, stack] = [createCache({ backend: near }), createCache({ backend: tiered([near, far]) })];
    const runs = { count: 0 };
    await numbered(stack, {}, runs)("a");
    await stack.settled();
    const [fn, other] = [numbered(cache, {}, runs), numbered(cache, {}, runs)];
    for (let i = 0; i < 3; i++) expect(await fn("a")).toBe(1);
    await other.invalidate("a");
    expect(await fn("a")).toBe(2);
  });

  it("ends with the manifest that tells of other code", async () => {
    const cache = createCache();
    const runs = { count: 0 };
    const fn = cache.cached(async (_id: string) => ++runs.count, { name: "told-later" });
    await fn("a");
    await cache.settled();
    for (let i = 0; i < 3; i++) expect(await fn("a")).toBe(1);
    registerManifest({ format: 1, functions: { "told-later": { fp: "a1-later" } } });
    expect(await fn("a")).toBe(2);
    await cache.settled();
    for (let i = 0; i < 3; i++) expect(await fn("a")).toBe(2);
  });

  it("is not made of what was on its way when the manifest was registered", async () => {
    const cache = createCache();
    const runs = { count: 0 };
    const fn = cache.cached(async (_id: string) => ++runs.count, { name: "told-on-its-way" });
    await fn("a");
    await cache.settled();
    const before = fn("a");
    registerManifest({ format: 1, functions: { "told-on-its-way": { fp: "a1-on-its-way" } } });
    const other = fn("b");
    expect(await before).toBe(1);
    await other;
    expect(await fn("a")).toBe(3);
  });

  it("is dropped by trace(), peek() and keyOf(), and made again", async () => {
    const cache = createCache({ backend: countedMemory() });
    const fn = numbered(cache);
    await warm(cache, fn, "a");
    for (const ask of [() => fn.trace("a"), () => fn.peek("a"), () => fn.keyOf("a")]) {
      await ask();
      expect(await isShort(fn, "a")).toBe(false);
      expect(await isShort(fn, "a")).toBe(true);
    }
    expect(await fn.trace("a")).toMatchObject({ value: 1, verdict: "hit", backend: "memory" });
    expect(await fn.peek("a")).toBe(1);
  });

  it("is not made of what was read before a refresh() began", async () => {
    const cache = createCache();
    const gates = [new Gate<number>(), new Gate<number>()];
    gates[0]?.open(1);
    let runs = 0;
    const fn = cache.cached(async (_id: string) => gates[runs++]?.promise, { name: "f" });
    await fn("a");
    await cache.settled();
    const before = fn("a");
    const refreshed = fn.refresh("a");
    expect(await before).toBe(1);
    const joining = fn("a");
    gates[1]?.open(2);
    expect(await Promise.all([refreshed, joining])).toEqual([2, 2]);
    expect(await fn("a")).toBe(2);
  });

  it("is not taken from the turn on in which invalidate() is asked for", async () => {
    const cache = createCache({ backend: countedMemory() });
    const fn = numbered(cache);
    await warm(cache, fn, "a");
    const done = fn.invalidate("a");
    expect(await isShort(fn, "a")).toBe(false);
    await done;
    expect(await fn("a")).toBe(2);
  });

  it("does not join what was asked for before invalidate() in the same turn", async () => {
    const gate = new Gate();
    let runs = 0;
    const fn = createCache().cached(async (_id: string) => (++runs === 1 ? gate.promise : undefined), { name: "f" });
    const before = [fn("a"), fn("a"), fn("a")];
    await vi.waitFor(() => expect(runs).toBe(1));
    before.push(fn("a"), fn("a"), fn("a"));
    const done = fn.invalidate("a");
    await fn("a");
    expect(runs).toBe(2);
    gate.open();
    await Promise.all([...before, done]);
  });
});

describe("a stack", () => {
  /** A backend on a network, which has no place in this process. */
  function remote(): Backend & { readonly held: Map<string, { readonly text: string }> } {
    const held = new Map<string, { readonly text: string }>();
    return {
      name: "remote",
      capabilities: { ...memory().capabilities, local: false },
      get: async (key) => structuredClone(held.get(key)),
      set: async (key, envelope) => void held.set(key, envelope),
      delete: async (key) => void held.delete(key),
      held,
    };
  }

  it("has shortcuts to its first tier, which is the one that is named", async () => {
    const story = new Story();
    const below = remote();
    const cache = createCache({ onEvent: story.onEvent, backend: tiered([countedMemory(), below]) });
    const fn = numbered(cache);
    await warm(cache, fn, "a");
    story.take();
    await fn("a");
    expect(story.take()).toEqual(["hit memory"]);
  });

  it("has them where its first tier is a stack as well", async () => {
    const cache = createCache({ backend: tiered([tiered([countedMemory(), remote()]), remote()]) });
    const fn = numbered(cache);
    expect(await warm(cache, fn, "a")).toBe(1);
    await fn.invalidate("a");
    expect(await fn("a")).toBe(2);
  });

  it("answers as its first tier does when the entry is removed below", async () => {
    const below = remote();
    const cache = createCache({ backend: tiered([memory(), below]) });
    const fn = numbered(cache);
    await fn("a");
    await cache.settled();
    for (let i = 0; i < 3; i++) expect(await fn("a")).toBe(1);
    below.held.clear();
    expect([await fn("a"), (await fn.trace("a")).value]).toEqual([1, 1]);
  });

  it("has a shortcut to what was copied into its first tier, and none before", async () => {
    const below = remote();
    await numbered(createCache({ backend: below }))("a");
    const story = new Story();
    const cache = createCache({ onEvent: story.onEvent, backend: tiered([countedMemory(), below]) });
    const fn = numbered(cache);
    for (let i = 0; i < 3; i++) {
      await fn("a");
      await cache.settled();
    }
    expect(story.take()).toEqual(["hit remote", "hit memory", "hit memory"]);
    expect(await isShort(fn, "a")).toBe(true);
  });

  it("asks a first tier that is elsewhere, which may get something newer", async () => {
    const above = remote();
    const cache = createCache({ backend: tiered([above, memory()]) });
    const runs = { count: 0 };
    const fn = numbered(cache, {}, runs);
    await fn("a");
    await cache.settled();
    const { held } = above;
    const [[key, old] = ["", { text: "" }]] = held;
    for (let i = 0; i < 3; i++) {
      held.delete(key);
      expect(await fn("a")).toBe(1);
      await cache.settled();
    }
    held.set(key, { text: old.text.replace(/"value":1\}$/, '"value":8}') });
    expect(await fn("a")).toBe(8);
  });
});
