import { describe, expect, it, vi } from "vitest";
import { type CachedFunction, createCache } from "../src/index.ts";
import { Gate } from "./support/backends.ts";
import { digestsOf, warm } from "./support/digests.ts";
import { Story } from "./support/story.ts";

describe("what a shortcut gives", () => {
  const values: readonly (readonly [string, unknown])[] = [
    ["a text", "a"],
    ["undefined", undefined],
    ["null", null],
    ["NaN", Number.NaN],
    ["a bigint", 2n],
    ["a record", { list: [{ id: 1 }] }],
    ["a Map", new Map([["a", { id: 1 }]])],
    ["a Date", new Date(0)],
    ["bytes", Uint8Array.of(1, 2)],
    ["an empty text", ""],
  ];

  it.each(values)("is %s as the long way gives it, for each way to share", async (_, value) => {
    for (const share of ["frozen", "copy", "unfrozen"] as const) {
      const cache = createCache({ share });
      const fn = cache.cached(async (_id: string) => value, { name: "f" });
      await warm(cache, () => fn("a"));
      const short: unknown[] = [];
      expect(await digestsOf(async () => short.push(await fn("a"), await fn("a")))).toBe(0);
      const { value: long } = await fn.trace("a");
      expect(short).toEqual([value, value]);
      expect(Object.isFrozen(short[0])).toBe(Object.isFrozen(long));
      const isOne = Object.is(long, (await fn.trace("a")).value);
      expect(Object.is(short[0], short[1])).toBe(isOne);
      expect(Object.is(short[0], long)).toBe(isOne);
    }
  });

  it("is one promise for all who get the same value", async () => {
    const cache = createCache();
    const fn = cache.cached(async (id: string) => ({ id }), { name: "f" });
    await warm(cache, () => fn("a"));
    expect(fn("a")).toBe(fn("a"));
  });

  it("is another's to change only where they share it unfrozen", async () => {
    const seen: unknown[] = [];
    for (const share of ["copy", "unfrozen"] as const) {
      const cache = createCache();
      const fn = cache.cached(async (_id: string) => ({ list: [1] }), { name: "f", share });
      await warm(cache, () => fn("a"));
      (await fn("a")).list.push(2);
      seen.push((await fn("a")).list, (await fn.trace("a")).value.list);
    }
    expect(seen).toEqual([[1], [1], [1, 2], [1, 2]]);
  });

  it("is what the schema has made of it", async () => {
    const seen: unknown[] = [];
    const validate = {
      "~standard": {
        version: 1,
        vendor: "test",
        validate: (value: unknown) => (seen.push(value), { value: { ...(value as { id: number }), checked: true } }),
      },
    } as const;
    const cache = createCache();
    const fn = cache.cached(async (_id: string) => ({ id: 1, checked: false }) as { id: number; checked: boolean }, {
      name: "f",
      validate,
    });
    await warm(cache, () => fn("a"));
    const { length } = seen;
    expect(await digestsOf(() => fn("a"))).toBe(0);
    expect(await fn("a")).toEqual({ id: 1, checked: true });
    expect(seen).toHaveLength(length);
  });
});

describe("what a shortcut tells", () => {
  it("is one hit for each call, with the key, the backend and the age", async () => {
    const story = new Story();
    const cache = createCache({ onEvent: story.onEvent });
    const fn = cache.cached(async (id: string) => id, { name: "f" });
    await warm(cache, () => fn("a"));
    story.take();
    const { events, ...trace } = await fn.trace("a");
    await fn("a");
    story.take();
    await Promise.all([fn("a"), fn("a")]);
    for (const event of story.events) expect({ ...event, ageMs: 0 }).toEqual({ ...events[0], ageMs: 0 });
    expect(story.events[0]).toMatchObject({ key: trace.key, backend: "memory", ageMs: expect.any(Number) as unknown });
    expect(story.take()).toEqual(["hit memory", "hit memory"]);
  });

  it("is joined, once for each call that waits for another of its turn", async () => {
    const story = new Story();
    const cache = createCache({ onEvent: story.onEvent });
    const gate = new Gate<string>();
    const fn = cache.cached(async (_id: string) => gate.promise, { name: "f" });
    const calls = Array.from({ length: 5 }, () => fn("a"));
    gate.open("value");
    expect(new Set(await Promise.all(calls))).toEqual(new Set(["value"]));
    await cache.settled();
    const told = story.take();
    expect(told.filter((fact) => fact === "joined")).toHaveLength(4);
    expect(told.filter((fact) => fact !== "joined")).toEqual(["miss absent", "computed", "stored"]);
    const again = Array.from({ length: 5 }, () => fn("a"));
    await Promise.all(again);
    expect(story.take().toSorted()).toEqual(["hit memory", "joined", "joined", "joined", "joined"]);
  });

  it("joins nobody in a later turn but by the flight, which has a deadline", async () => {
    const cache = createCache();
    const gate = new Gate<string>();
    const fn = cache.cached(async (_id: string) => gate.promise, { name: "f" });
    const calls = [fn("a"), fn("a"), fn("a")];
    await Promise.resolve();
    // The first of a turn is not answered by what the turn before has come to: it looks for the flight itself.
    calls.push(fn("a"));
    gate.open("value");
    expect(await Promise.all(calls)).toEqual(["value", "value", "value", "value"]);
  });

  it("is what the second of a turn comes to, which waits for the first no longer than a flight lasts", async () => {
    const never = new Gate<string>();
    let runs = 0;
    const fn = createCache({ flightTimeout: 50 }).cached(
      async (_id: string) => (++runs === 1 ? never.promise : "value"),
      { name: "f" },
    );
    const [first, ...others] = [fn("a"), fn("a"), fn("a")];
    expect(await Promise.all(others)).toEqual(["value", "value"]);
    never.open("late");
    expect(await first).toBe("late");
  });

  it("is nothing of a turn that was stopped in the middle, whose promises may never settle", async () => {
    vi.useFakeTimers({ toFake: ["Date"] });
    const cache = createCache({ flightTimeout: 50 });
    const never = new Gate<string>();
    let runs = 0;
    const fn = cache.cached(async (_id: string) => (++runs === 1 ? never.promise : "value"), { name: "f" });
    // Neither its microtasks nor its timers run.
    vi.stubGlobal("queueMicrotask", () => {});
    vi.stubGlobal("setTimeout", () => 0);
    void Promise.all([fn("a"), fn("a")]);
    vi.unstubAllGlobals();
    vi.setSystemTime(Date.now() + 1);
    expect(await fn("a")).toBe("value");
    await new Promise((resolve) => setTimeout(resolve, 10));
    await fn("a");
    expect(await digestsOf(() => fn("a"))).toBe(0);
    vi.useRealTimers();
  });

  it("is the error that they wait for, to each", async () => {
    const cache = createCache();
    let runs = 0;
    const fn = cache.cached(
      async (_id: string) => {
        runs += 1;
        throw new Error("no");
      },
      { name: "f" },
    );
    const calls = await Promise.allSettled(Array.from({ length: 5 }, () => fn("a")));
    expect(calls.map(({ status }) => status)).toEqual(Array.from({ length: 5 }, () => "rejected"));
    expect(runs).toBe(1);
  });

  it("does not fail a call where the listener throws, or calls again", async () => {
    let depth = 0;
    const cache = createCache({
      onEvent: ({ type }) => {
        if (type === "hit" && depth++ < 3) void fn("a");
        throw new Error("listener");
      },
    });
    const fn: CachedFunction<[string], string> = cache.cached(async (id: string) => id, { name: "f" });
    await warm(cache, () => fn("a"));
    expect(await fn("a")).toBe("a");
    expect(depth).toBeGreaterThan(1);
  });
});

describe("an AbortSignal among the arguments", () => {
  it("ends a call that there is a shortcut for, and no other", async () => {
    const cache = createCache();
    const fn = cache.cached(async (id: string, _options?: { signal?: AbortSignal }) => id, { name: "f" });
    await warm(cache, () => fn("a"));
    const reason = new Error("gone");
    await expect(fn("a", { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
    const controller = new AbortController();
    const waiting = fn("a", { signal: controller.signal });
    controller.abort(reason);
    await expect(waiting).rejects.toBe(reason);
    expect(await fn("a")).toBe("a");
    expect(await fn("a", { signal: new AbortController().signal })).toBe("a");
  });
});
