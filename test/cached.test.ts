import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import {
  AutocacheError,
  cached,
  type CachedOptions,
  type Care,
  createCache,
  type Envelope,
  memory,
  prepareRemote,
  tiered,
} from "../src/index.ts";
import { altered, counted, Gate } from "./support/backends.ts";
import { Story } from "./support/story.ts";

describe("cached() alone", () => {
  it("refuses tags, which belong to a cache", () => {
    expect(() => cached(async () => 1, { name: "f", tags: ["a"] } as object)).toThrow(
      'Cannot cache "f": tags belong to a cache, which can invalidate them: use createCache().cached(): received tags for a function that is cached by itself',
    );
    expect(() => cached(async () => 1, { name: "f", purgeable: true } as object)).toThrow('received "purgeable"');
  });

  it("refuses a backend outside of this process that does not take care of itself", () => {
    const backend = {
      ...memory(),
      name: "mine",
      get: async () => undefined,
      set: async () => {},
      delete: async () => {},
    };
    const remote = { ...backend, capabilities: { ...memory().capabilities, local: false } };
    expect(() => cached(async () => 1, { name: "f", backend: remote })).toThrow(
      'Cannot cache a function: a backend outside of this process has a method `prepare`, or goes by createCache(): received "mine" without it',
    );
    const careful = { ...remote, prepare: (care: Care) => prepareRemote(remote, care) };
    expect(() => cached(async () => 1, { name: "f", backend: tiered([memory(), careful]) })).not.toThrow();
  });

  it("cannot be purged", async () => {
    await expect(cached(async () => 1, { name: "f" }).purge()).rejects.toThrow('Cannot purge "f"');
  });
});

describe("cached()", () => {
  it("runs the function once for equal arguments", async () => {
    const run = vi.fn(async (id: string, options: { page: number; limit?: number }) => `${id}:${options.page}`);
    const item = cached(run, { name: "item", backend: memory() });
    expect(await item("a", { page: 1 })).toBe("a:1");
    expect(await item("a", { limit: undefined, page: 1 } as never)).toBe("a:1");
    expect(await item("a", { page: 2 })).toBe("a:2");
    expect(run).toHaveBeenCalledTimes(2);
  });

  it("tells the whole story of a miss, a hit and an invalidation", async () => {
    const story = new Story();
    const cache = createCache({ onEvent: story.onEvent });
    const double = cache.cached(async (n: number) => n * 2, { name: "double" });
    await double(2);
    await cache.settled();
    expect(story.take()).toEqual(["miss absent", "computed", "stored"]);
    await double(2);
    expect(story.take()).toEqual(["hit memory"]);
    await double.invalidate(2);
    expect(story.take()).toEqual(["invalidated"]);
    await double(2);
    expect(story.take().slice(0, 2)).toEqual(["miss absent", "computed"]);
  });

  it("caches undefined, and does not take it for a miss", async () => {
    const run = vi.fn(async () => undefined);
    const nothing = cached(run, { name: "nothing", backend: memory() });
    await nothing();
    expect((await nothing.trace()).verdict).toBe("hit");
    expect(run).toHaveBeenCalledTimes(1);
  });

  it("wraps a synchronous function and awaits its result", async () => {
    const area = cached((width: number, height: number) => width * height, { name: "area", backend: memory() });
    expect(await area(2, 3)).toBe(6);
    expect(area.original(2, 3)).toBe(6);
  });

  it("keeps the function's name and length", () => {
    const named = cached(async function price(_id: string, _currency: string) {}, { backend: memory() });
    expect([named.name, named.length]).toEqual(["price", 2]);
  });

  it("calls the function without a this", async () => {
    const self = cached(
      async function self(this: unknown) {
        return this === undefined;
      },
      { backend: memory() },
    );
    expect(await self.call({} as never)).toBe(true);
  });

  it("rethrows the function's own error, the very same, and stores nothing", async () => {
    const failure = new Error("origin down");
    const story = new Story();
    const run = vi.fn(async () => {
      throw failure;
    });
    const broken = cached(run, { name: "broken", backend: memory(), onEvent: story.onEvent });
    await expect(broken()).rejects.toBe(failure);
    await expect(broken()).rejects.toBe(failure);
    expect(run).toHaveBeenCalledTimes(2);
    expect(story.take()).toEqual(["miss absent", "miss absent"]);
  });

  it("gives a caller on a miss exactly what a hit gives", async () => {
    const made = { list: [{ id: 1 }], at: new Date(0) };
    const value = cached(async () => made, { name: "value", backend: memory() });
    const [first, second] = [await value(), await value()];
    expect(first).toEqual(made);
    expect(first).not.toBe(made);
    expect(second).toEqual(made);
  });

  it("ignores what a listener throws", async () => {
    const quiet = cached(async () => 1, {
      name: "quiet",
      backend: memory(),
      onEvent: () => {
        throw new Error("listener");
      },
    });
    expect(await quiet()).toBe(1);
  });

  it("keeps functions without a backend apart, though they share one memory", async () => {
    const one = cached(async (n: number) => n + 1, { name: "shared-one" });
    const two = cached(async (n: number) => n + 2, { name: "shared-two" });
    expect([await one(1), await two(1), await one(1), await two(1)]).toEqual([2, 3, 2, 3]);
  });
});

describe("the key of a call", () => {
  const keyOf = async (
    options: CachedOptions<[], number>,
    fn: () => Promise<number> = async () => 1,
  ): Promise<string> => cached(fn, { name: "f", backend: memory(), ...options }).keyOf();

  it("changes with the function's text, and only then", async () => {
    expect(await keyOf({}, async () => 1)).toBe(await keyOf({}, async () => 1));
    expect(await keyOf({}, async () => 1)).not.toBe(await keyOf({}, async () => 2));
  });

  it("makes the old entries of a changed function unreachable, and only its own", async () => {
    const backend = memory();
    const before = createCache({ backend });
    await before.cached(async (n: number) => n + 1, { name: "changed" })(1);
    await before.cached(async (n: number) => n * 10, { name: "same" })(1);
    await before.settled();
    const after = createCache({ backend });
    const changed = after.cached(async (n: number) => n + 2, { name: "changed" });
    const same = after.cached(async (n: number) => n * 10, { name: "same" });
    expect((await changed.trace(1)).verdict).toBe("miss");
    expect((await same.trace(1)).verdict).toBe("hit");
    expect(await changed(1)).toBe(3);
  });

  it("takes the author's version alone, where there is one", async () => {
    expect(await keyOf({ version: 1 }, async () => 1)).toBe(await keyOf({ version: 1 }, async () => 2));
    expect(await keyOf({ version: 1 })).toBe(await keyOf({ version: "1" }));
    expect(await keyOf({ version: 1 })).not.toBe(await keyOf({ version: 2 }));
  });

  it("changes with a dependency: a helper's text or a value", async () => {
    const helper = (n: number): number => n + 1;
    const changedHelper = (n: number): number => n + 2;
    expect(await keyOf({ deps: [helper] })).toBe(await keyOf({ deps: [helper] }));
    expect(await keyOf({ deps: [helper] })).not.toBe(await keyOf({ deps: [changedHelper] }));
    expect(await keyOf({ deps: [{ model: "a" }] })).not.toBe(await keyOf({ deps: [{ model: "b" }] }));
    expect(await keyOf({ deps: [helper] })).not.toBe(await keyOf({}));
  });

  it("separates namespaces, names and secrets", async () => {
    const keys = await Promise.all([
      keyOf({}),
      keyOf({ namespace: "tenant" }),
      keyOf({ name: "g" }),
      keyOf({ secret: "s1" }),
      keyOf({ secret: "s2" }),
    ]);
    expect(new Set(keys.map((key) => key.split(":").slice(-2).join(":"))).size).toBe(4);
    expect(new Set(keys).size).toBe(5);
  });

  it("is what option key returns, in place of the arguments", async () => {
    const run = vi.fn(async (request: Request) => request.url);
    const page = cached(run, { name: "page", backend: memory(), key: (request) => request.url });
    await page(new Request("https://example.com/a"));
    await page(new Request("https://example.com/a"));
    await page(new Request("https://example.com/b"));
    expect(run).toHaveBeenCalledTimes(2);
  });

  it("does not outlive a namespace that holds the separator (key injection)", async () => {
    expect(await keyOf({ namespace: "a:b", name: "c" })).not.toBe(await keyOf({ namespace: "a", name: "b:c" }));
  });
});

describe("ttl", () => {
  beforeEach(() => void vi.useFakeTimers({ toFake: ["Date"], now: 1_000_000 }));
  afterEach(() => void vi.useRealTimers());

  it("keeps an entry fresh up to the instant it expires, and not at it", async () => {
    const run = vi.fn(async () => Date.now());
    const now = cached(run, { name: "now", backend: memory(), ttl: "5s" });
    const first = await now();
    vi.setSystemTime(1_004_999);
    expect(await now()).toBe(first);
    vi.setSystemTime(1_005_000);
    expect(await now()).toBe(1_005_000);
  });

  it("is 5 minutes unless something else is said", async () => {
    const story = new Story();
    const cache = createCache({ onEvent: story.onEvent });
    await cache.cached(async () => 1, { name: "one" })();
    await cache.settled();
    expect(story.events.at(-1)).toMatchObject({ type: "stored", ttlMs: 300_000 });
  });

  it("may depend on the result and the arguments", async () => {
    const story = new Story();
    const token = cached(async (user: string) => ({ user, expiresIn: 60 }), {
      name: "token",
      backend: memory(),
      onEvent: story.onEvent,
      ttl: ({ expiresIn }, user) => (user === "admin" ? "1s" : expiresIn * 1_000),
    });
    await token("ada");
    await token("admin");
    await vi.waitFor(() => expect(story.events.filter(({ type }) => type === "stored")).toHaveLength(2));
    expect(story.events.flatMap((event) => (event.type === "stored" ? [event.ttlMs] : []))).toEqual([60_000, 1_000]);
  });

  it("of a result that is already past its time stores nothing", async () => {
    const story = new Story();
    const late = cached(async () => -5_000, {
      name: "late",
      backend: memory(),
      ttl: (ms) => ms,
      onEvent: story.onEvent,
    });
    expect(await late()).toBe(-5_000);
    expect(story.take()).toEqual(["miss absent", "computed", "not-stored ttl"]);
  });

  it("of a result that is no duration is refused", async () => {
    const wrong = cached(async () => 1, { name: "wrong", backend: memory(), ttl: () => Number.NaN });
    await expect(wrong()).rejects.toThrow('Cannot use the ttl of "wrong": a duration is 0 or more: received NaN');
  });

  it("of 0 leaves the function uncached and asks the backend nothing", async () => {
    const backend = counted(memory());
    const story = new Story();
    const off = cached(async () => 1, { name: "off", backend, ttl: 0, onEvent: story.onEvent });
    await off();
    expect((await off.trace()).verdict).toBe("bypass");
    expect(story.take()).toEqual(["bypass ttl", "bypass ttl"]);
    expect(backend.operations).toEqual([]);
  });

  it.each(["0s", "0ms"] as const)("of %s is the same as 0", async (ttl) => {
    const off = cached(async () => 1, { name: "off", backend: memory(), ttl });
    expect((await off.trace()).verdict).toBe("bypass");
  });

  it("can be forever", async () => {
    const run = vi.fn(async () => 1);
    const constant = cached(run, { name: "constant", backend: memory(), ttl: "forever" });
    await constant();
    vi.setSystemTime(Number.MAX_SAFE_INTEGER / 2);
    await constant();
    expect(run).toHaveBeenCalledTimes(1);
  });
});

describe("shouldCache", () => {
  it("decides by the result whether it is stored", async () => {
    const run = vi.fn(async (id: string) => (id === "known" ? { id } : undefined));
    const story = new Story();
    const user = cached(run, {
      name: "user",
      backend: memory(),
      onEvent: story.onEvent,
      shouldCache: (value, id) => value !== undefined && id !== "secret",
    });
    await user("unknown");
    await user("unknown");
    expect(story.take()).toContain("not-stored should-cache");
    await user("known");
    await user("known");
    expect(run).toHaveBeenCalledTimes(3);
  });

  it("lets a function return what could not be stored, if it is not to be", async () => {
    const response = new Response("x");
    const raw = cached(async () => response, { name: "raw", backend: memory(), shouldCache: () => false });
    expect(await raw()).toBe(response);
  });
});

describe("concurrent calls", () => {
  it("share one computation", async () => {
    const gate = new Gate<number>();
    const run = vi.fn(() => gate.promise);
    const story = new Story();
    const slow = cached(run, { name: "slow", backend: memory(), onEvent: story.onEvent });
    const calls = Array.from({ length: 10_000 }, () => slow());
    gate.open(7);
    expect(new Set(await Promise.all(calls))).toEqual(new Set([7]));
    expect(run).toHaveBeenCalledTimes(1);
    expect(story.take().filter((fact) => fact === "joined")).toHaveLength(9_999);
  });

  it("get the same error", async () => {
    const gate = new Gate<number>();
    const run = vi.fn(() => gate.promise);
    const slow = cached(run, { name: "slow", backend: memory() });
    const calls = [slow(), slow()];
    await vi.waitFor(() => expect(run).toHaveBeenCalled());
    const failure = new Error("late");
    gate.break(failure);
    expect(
      (await Promise.allSettled(calls)).map((result) => (result as PromiseRejectedResult).reason === failure),
    ).toEqual([true, true]);
    await expect(slow()).rejects.toBe(failure);
  });

  it("of different arguments do not wait for each other", async () => {
    const gate = new Gate<string>();
    const slow = cached((id: string) => (id === "slow" ? gate.promise : id), { name: "by-id", backend: memory() });
    const waiting = slow("slow");
    expect(await slow("fast")).toBe("fast");
    gate.open("done");
    expect(await waiting).toBe("done");
  });

  it("are answered by the flight while its entry is still being written", async () => {
    const gate = new Gate();
    const backend = memory();
    const run = vi.fn(async () => 1);
    const slowWrite = cached(run, {
      name: "slow-write",
      backend: altered(backend, { set: () => gate.promise }),
    });
    await slowWrite();
    expect(await slowWrite.trace()).toMatchObject({ verdict: "hit", backend: "flight", value: 1 });
    gate.open();
    expect(run).toHaveBeenCalledTimes(1);
  });

  it("each get a value of their own where the value can be changed", async () => {
    const gate = new Gate();
    const dates = cached(async () => (await gate.promise, new Map([["a", new Date(0)]])), {
      name: "dates",
      backend: memory(),
    });
    const calls = [dates(), dates()];
    gate.open();
    const [one, two] = await Promise.all(calls);
    one?.clear();
    expect(two?.size).toBe(1);
    expect((await dates()).size).toBe(1);
  });
});

describe("invalidate()", () => {
  it("makes the next call miss", async () => {
    let state = "old";
    const read = cached(async (_id: number) => state, { name: "read", backend: memory() });
    await read(1);
    state = "new";
    expect(await read(1)).toBe("old");
    await read.invalidate(1);
    expect(await read(1)).toBe("new");
  });

  it("keeps a computation that is running from being stored or joined", async () => {
    const gates = [new Gate<string>(), new Gate<string>()];
    let runs = 0;
    const story = new Story();
    const read = cached(() => gates[runs++]?.promise ?? Promise.resolve("third"), {
      name: "read",
      backend: memory(),
      onEvent: story.onEvent,
    });
    const early = read();
    await vi.waitFor(() => expect(runs).toBe(1));
    await read.invalidate();
    const late = read();
    await vi.waitFor(() => expect(runs).toBe(2));
    gates[1]?.open("new");
    expect(await late).toBe("new");
    gates[0]?.open("old");
    expect(await early).toBe("old");
    expect(story.take()).toContain("not-stored superseded");
    expect(await read()).toBe("new");
  });

  it("comes after a write that is under way", async () => {
    const gate = new Gate();
    const backend = memory();
    const slow = altered(backend, { set: async (...args) => (await gate.promise, backend.set(...args)) });
    const read = cached(async () => "old", { name: "read", backend: slow });
    await read();
    const invalidated = read.invalidate();
    gate.open();
    await invalidated;
    expect(await read.peek()).toBeUndefined();
  });

  it("rejects where the backend fails, because the entry may still be there", async () => {
    const failure = new Error("no connection");
    const read = cached(async () => 1, {
      name: "read",
      backend: altered(memory(), { delete: () => Promise.reject(failure) }),
    });
    await expect(read.invalidate()).rejects.toBe(failure);
  });
});

describe("expire(), refresh(), peek(), set()", () => {
  it("expire() makes the next call miss and keeps the entry", async () => {
    const story = new Story();
    const cache = createCache({ onEvent: story.onEvent });
    const read = cache.cached(async () => 1, { name: "read" });
    await read();
    await cache.settled();
    story.take();
    await read.expire();
    await read.expire();
    expect(story.take()).toEqual(["expired"]);
    await read();
    expect(story.take().slice(0, 2)).toEqual(["miss expired", "computed"]);
  });

  it("refresh() runs the function though the entry is fresh, and replaces it", async () => {
    let state = 1;
    const read = cached(async () => state, { name: "read", backend: memory() });
    await read();
    state = 2;
    expect(await read.refresh()).toBe(2);
    expect(await read()).toBe(2);
  });

  it("refresh() to a value that is not stored leaves no older one behind", async () => {
    let state: number | undefined = 1;
    const cache = createCache();
    const read = cache.cached(async () => state, { name: "read", shouldCache: (value) => value !== undefined });
    await read();
    state = undefined;
    await read.refresh();
    await cache.settled();
    expect(await read()).toBeUndefined();
  });

  it("peek() reads without running the function", async () => {
    const run = vi.fn(async (n: number) => n);
    const read = cached(run, { name: "read", backend: memory() });
    expect(await read.peek(1)).toBeUndefined();
    await read(1);
    expect(await read.peek(1)).toBe(1);
    expect(run).toHaveBeenCalledTimes(1);
  });

  it("set() stores a value as if the function had returned it", async () => {
    const run = vi.fn(async (id: string) => ({ id, from: "function" }));
    const read = cached(run, { name: "read", backend: memory() });
    await read.set(["a"], { id: "a", from: "set" });
    expect(await read("a")).toEqual({ id: "a", from: "set" });
    expect(run).not.toHaveBeenCalled();
  });

  it("set() wins over a computation that began before it", async () => {
    const gate = new Gate<string>();
    const run = vi.fn(() => gate.promise);
    const read = cached(run, { name: "read", backend: memory() });
    const early = read();
    await vi.waitFor(() => expect(run).toHaveBeenCalled());
    await read.set([], "set");
    gate.open("computed");
    expect(await early).toBe("computed");
    expect(await read()).toBe("set");
  });
});

describe("trace()", () => {
  it("tells verdict, key, version, backend, age and events", async () => {
    const cache = createCache();
    const read = cache.cached(async (n: number) => n, { name: "read", version: "v1" });
    const miss = await read.trace(1);
    expect(miss).toMatchObject({
      value: 1,
      verdict: "miss",
      reason: "absent",
      joined: false,
      version: "v1",
      backend: undefined,
      ageMs: undefined,
    });
    expect(miss.key).toBe(await read.keyOf(1));
    await cache.settled();
    const hit = await read.trace(1);
    expect(hit).toMatchObject({ value: 1, verdict: "hit", backend: "memory", key: miss.key });
    expect(hit.ageMs).toBeGreaterThanOrEqual(0);
    expect(hit.events.map(({ type }) => type)).toEqual(["hit"]);
  });

  it("tells that a call joined another", async () => {
    const gate = new Gate<number>();
    const read = cached(() => gate.promise, { name: "read", backend: memory() });
    const traces = [read.trace(), read.trace()];
    gate.open(1);
    expect((await Promise.all(traces)).map(({ verdict, joined }) => [verdict, joined])).toEqual([
      ["miss", false],
      ["miss", true],
    ]);
  });
});

describe("a backend that fails", () => {
  const down = new Error("connection refused");

  it("never fails a call: a read is an event and a miss, a write is an event", async () => {
    const story = new Story();
    const cache = createCache({
      backend: altered(memory(), { get: () => Promise.reject(down), set: () => Promise.reject(down) }),
      onEvent: story.onEvent,
    });
    expect(await cache.cached(async () => 1, { name: "one" })()).toBe(1);
    await cache.settled();
    expect(story.take()).toEqual([
      "backend-failed memory get",
      "miss backend-failed",
      "computed",
      "backend-failed memory set",
    ]);
  });

  it("never fails a call by throwing instead of rejecting", async () => {
    const cache = createCache({
      backend: altered(memory(), {
        get: () => {
          throw down;
        },
        set: () => {
          throw down;
        },
      }),
    });
    expect(await cache.cached(async () => 1, { name: "one" })()).toBe(1);
    await cache.settled();
  });

  it.each<[string, Envelope]>([
    ["nothing of ours", { text: "<html>" }],
    [
      "an envelope of another format",
      { text: '{"autocache":2,"created":0,"expires":null,"took":0,"form":"plain","value":1}' },
    ],
    ["something that is no envelope", {} as Envelope],
    ["a text that is no object", { text: "null" }],
  ])("answers with %s: a miss, and it is overwritten", async (_title, garbage) => {
    let stored = garbage;
    const story = new Story();
    const cache = createCache({
      backend: altered(memory(), {
        get: async () => stored,
        set: async (_key, envelope) => {
          stored = envelope;
        },
      }),
      onEvent: story.onEvent,
    });
    const read = cache.cached(async () => "right", { name: "read" });
    expect(await read()).toBe("right");
    await cache.settled();
    expect(story.take()).toEqual(["miss unreadable", "computed", "stored"]);
    expect(await read()).toBe("right");
    expect(story.take()).toEqual(["hit memory"]);
  });

  it("takes no value over its size: an event, and the call succeeds", async () => {
    const story = new Story();
    const cache = createCache({ backend: memory({ maxBytes: 2_000 }), onEvent: story.onEvent });
    const big = "x".repeat(5_000);
    expect(await cache.cached(async () => big, { name: "big" })()).toBe(big);
    await cache.settled();
    expect(story.take()).toEqual(["miss absent", "computed", "not-stored too-large"]);
    expect(story.events).toEqual([]);
  });

  it("whose binding is missing is misuse, and reaches the caller", async () => {
    const missing = new AutocacheError("missing-binding", "Cannot use Workers KV");
    const run = vi.fn(async () => 1);
    const read = cached(run, { name: "read", backend: altered(memory(), { get: () => Promise.reject(missing) }) });
    await expect(read()).rejects.toBe(missing);
    expect(run).not.toHaveBeenCalled();
  });
});

describe("work after the answer", () => {
  it("is handed to waitUntil", async () => {
    const handed: Promise<unknown>[] = [];
    const gate = new Gate();
    const cache = createCache({
      backend: altered(memory(), { set: () => gate.promise }),
      waitUntil: (work) => void handed.push(work),
    });
    await cache.cached(async () => 1, { name: "one" })();
    expect(handed).toHaveLength(1);
    let isDone = false;
    void handed[0]?.then(() => (isDone = true));
    await Promise.resolve();
    expect(isDone).toBe(false);
    gate.open();
    await handed[0];
    await cache.settled();
  });

  it("goes on where waitUntil is refused", async () => {
    const cache = createCache({
      waitUntil: () => {
        throw new TypeError("Illegal invocation");
      },
    });
    const one = cache.cached(async () => 1, { name: "one" });
    expect(await one()).toBe(1);
    await cache.settled();
    expect(await one.peek()).toBe(1);
  });
});

describe("operations of a call", () => {
  it("are one read for a hit, one read and one write for a miss", async () => {
    const backend = counted(memory());
    const cache = createCache({ backend });
    const read = cache.cached(async (n: number) => n, { name: "read" });
    await read(1);
    await cache.settled();
    expect(backend.operations.splice(0)).toEqual(["get", "set"]);
    await read(1);
    expect(backend.operations.splice(0)).toEqual(["get"]);
  });
});
