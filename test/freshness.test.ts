import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import {
  AutocacheError,
  type CacheOptions,
  callContext,
  createCache,
  type FunctionOptions,
  memory,
} from "../src/index.ts";
import { altered, Gate } from "./support/backends.ts";
import { Story } from "./support/story.ts";

const START = 1_000_000;
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

beforeEach(() => void vi.useFakeTimers({ toFake: ["Date"], now: START }));
afterEach(() => void vi.useRealTimers());

/** A cached counter whose runs the test can hold or fail. */
function counter(options: CacheOptions & Pick<FunctionOptions, "shouldCache">) {
  const story = new Story();
  const { shouldCache, ...cacheOptions } = options;
  const cache = createCache({ ttl: "10s", onEvent: story.onEvent, ...cacheOptions });
  const run = vi.fn(async (): Promise<number> => run.mock.calls.length);
  const fn = cache.cached(() => run(), { name: "counter", shouldCache });
  return {
    cache,
    fn,
    run,
    story,
    at: (ms: number) => vi.setSystemTime(START + ms),
    warm: async () => {
      await fn();
      await cache.settled();
      story.take();
    },
  };
}

describe("a cold key", () => {
  it("is computed once for 10,000 calls", async () => {
    const { cache, fn, run, story } = counter({});
    const answers = await Promise.all(Array.from({ length: 10_000 }, () => fn()));
    await cache.settled();
    expect([new Set(answers), run.mock.calls.length]).toEqual([new Set([1]), 1]);
    expect(story.take().filter((fact) => fact !== "joined")).toEqual(["miss absent", "computed", "stored"]);
  });
});

describe("swr", () => {
  it("answers with the stale entry at once while one refresh runs", async () => {
    const { cache, fn, run, story, at, warm } = counter({ swr: "1m" });
    await warm();
    at(10_000);
    const gate = new Gate<number>();
    run.mockReturnValueOnce(gate.promise);
    expect(await Promise.all(Array.from({ length: 10_000 }, () => fn()))).toEqual(
      Array.from({ length: 10_000 }, () => 1),
    );
    expect(await fn()).toBe(1);
    expect(run).toHaveBeenCalledTimes(2);
    gate.open(2);
    await cache.settled();
    expect(await fn()).toBe(2);
    const facts = story.take();
    expect(facts.filter((fact) => fact.startsWith("stale"))).toEqual(["stale refreshing", "stale refreshing"]);
    expect(facts.at(-1)).toBe("hit memory");
  });

  it("ends when it says: then a call waits", async () => {
    const { fn, story, at, warm } = counter({ swr: "1m" });
    await warm();
    at(70_000);
    expect(await fn()).toBe(2);
    expect(story.take().slice(0, 2)).toEqual(["miss absent", "computed"]);
  });

  it("waits for a refresh that began while the entry was stale, instead of a second run", async () => {
    const { fn, run, at, warm } = counter({ swr: "1m", flightTimeout: "1h" });
    await warm();
    at(69_999);
    const gate = new Gate<number>();
    run.mockReturnValueOnce(gate.promise);
    await fn();
    at(70_001);
    const late = fn();
    gate.open(7);
    expect(await late).toBe(7);
    expect(run).toHaveBeenCalledTimes(2);
  });

  it("keeps a stale entry whose refresh fails, and tries again after retryAfter", async () => {
    const { cache, fn, run, story, at, warm } = counter({ swr: "1h", retryAfter: "10s" });
    await warm();
    at(10_000);
    run.mockRejectedValue(new Error("origin down"));
    for (let i = 0; i < 100; i++) {
      expect(await fn()).toBe(1);
      await cache.settled();
    }
    expect(run).toHaveBeenCalledTimes(2);
    expect(story.take().slice(0, 3)).toEqual(["stale refreshing", "refresh-failed", "stale retry-later"]);
    at(20_000);
    await fn();
    await cache.settled();
    expect(run).toHaveBeenCalledTimes(3);
  });

  it("tries again only after retryAfter where a refreshed value is not stored", async () => {
    const { cache, fn, run, at, warm } = counter({ swr: "1h", shouldCache: (value) => value === 1 });
    await warm();
    at(10_000);
    for (let i = 0; i < 10; i++) {
      expect(await fn()).toBe(1);
      await cache.settled();
    }
    expect(run).toHaveBeenCalledTimes(2);
  });

  it("is not answered after invalidate(), and a refresh that runs is not stored", async () => {
    const { cache, fn, run, at, warm } = counter({ swr: "1h" });
    await warm();
    at(10_000);
    const gate = new Gate<number>();
    run.mockReturnValueOnce(gate.promise);
    await fn();
    await fn.invalidate();
    expect(await fn()).toBe(3);
    gate.open(2);
    await cache.settled();
    expect(await fn()).toBe(3);
  });

  it("serves what expire() marked, while it is refreshed", async () => {
    const { cache, fn, story, warm } = counter({ swr: "1h" });
    await warm();
    await fn.expire();
    expect(await fn()).toBe(1);
    await cache.settled();
    expect(await fn()).toBe(2);
    expect(story.take().slice(0, 2)).toEqual(["expired", "stale refreshing"]);
  });

  it("says stale in a trace, with age and backend", async () => {
    const { fn, at, warm } = counter({ swr: "1h" });
    await warm();
    at(12_000);
    expect(await fn.trace()).toMatchObject({ value: 1, verdict: "stale", backend: "memory", ageMs: 12_000 });
  });
});

describe("staleIfError", () => {
  it("answers with the expired entry where the function fails: once asked for each retryAfter", async () => {
    const { fn, run, story, at, warm } = counter({ staleIfError: "1h", retryAfter: "10s" });
    await warm();
    at(10_000);
    run.mockRejectedValue(new Error("origin down"));
    const answers = await Promise.all(Array.from({ length: 10_000 }, () => fn()));
    expect(new Set(answers)).toEqual(new Set([1]));
    for (let i = 0; i < 100; i++) await fn();
    expect(run).toHaveBeenCalledTimes(2);
    expect(
      story
        .take()
        .filter((fact) => fact !== "joined")
        .slice(0, 3),
    ).toEqual(["refresh-failed", "stale error", "stale retry-later"]);
    at(20_000);
    await fn();
    expect(run).toHaveBeenCalledTimes(3);
  });

  it("waits for the function first: a success is the answer", async () => {
    const { fn, at, warm } = counter({ staleIfError: "1h" });
    await warm();
    at(10_000);
    expect(await fn()).toBe(2);
  });

  it("ends when it says: then the error is the answer, the very same", async () => {
    const { fn, run, at, warm } = counter({ staleIfError: "1m" });
    await warm();
    at(70_000);
    const failure = new Error("origin down");
    run.mockRejectedValueOnce(failure);
    await expect(fn()).rejects.toBe(failure);
  });

  it("ends while the function runs: then its error is the answer", async () => {
    const { fn, run, at, warm } = counter({ staleIfError: "1m" });
    await warm();
    at(69_000);
    const gate = new Gate<number>();
    run.mockReturnValueOnce(gate.promise);
    const late = fn();
    await vi.waitFor(() => expect(run).toHaveBeenCalledTimes(2));
    at(70_000);
    const failure = new Error("origin down");
    gate.break(failure);
    await expect(late).rejects.toBe(failure);
  });

  it("is forgotten by a success: the next failure is asked at once", async () => {
    const { cache, fn, run, at, warm } = counter({ staleIfError: "1h", retryAfter: "1m" });
    await warm();
    at(10_000);
    run.mockRejectedValueOnce(new Error("once"));
    expect(await fn()).toBe(1);
    at(70_000);
    expect(await fn()).toBe(3);
    await cache.settled();
    at(80_000);
    run.mockRejectedValueOnce(new Error("again"));
    expect(await fn()).toBe(3);
    expect(run).toHaveBeenCalledTimes(4);
  });
});

describe("softTimeout", () => {
  it("answers with the expired entry where the function takes longer, and stores what comes of it", async () => {
    const { cache, fn, run, story, at, warm } = counter({ staleIfError: "1h", softTimeout: 20 });
    await warm();
    at(10_000);
    const gate = new Gate<number>();
    run.mockReturnValueOnce(gate.promise);
    expect(await fn()).toBe(1);
    expect(story.take()).toEqual(["stale slow"]);
    gate.open(2);
    await cache.settled();
    expect(await fn()).toBe(2);
    expect(run).toHaveBeenCalledTimes(2);
  });
});

describe("a refresh that runs", () => {
  it("is joined by a call that has nothing else to answer with, and both tell", async () => {
    const { fn, run, story, at, warm } = counter({ swr: "1m", staleIfError: "2m", flightTimeout: "1h" });
    await warm();
    at(69_999);
    const gate = new Gate<number>();
    run.mockReturnValueOnce(gate.promise);
    await fn();
    story.take();
    at(70_001);
    const fallback = fn.trace();
    await vi.waitFor(() => expect(story.take()).toEqual(["joined"]));
    gate.open(7);
    expect(await fallback).toMatchObject({ value: 7, verdict: "miss", joined: true });
  });

  it("that has ended, and whose value has expired before it was written, is no answer", async () => {
    const backend = memory();
    let writes = 0;
    const slow = altered(backend, {
      set: (...args) => (++writes === 1 ? backend.set(...args) : new Promise<never>(() => {})),
    });
    const { fn, run, at, warm } = counter({ backend: slow, staleIfError: "1m", swr: "10s", flightTimeout: "1h" });
    await warm();
    at(10_000);
    expect(await fn()).toBe(1);
    await turn();
    expect(await fn()).toBe(2);
    at(20_000);
    expect(await fn()).toBe(3);
    expect(run).toHaveBeenCalledTimes(3);
  });

  it("and ends while a call reads the backend is that call's answer", async () => {
    const backend = memory();
    let reading = new Gate();
    const slow = altered(backend, {
      get: async (key) => {
        const found = await backend.get(key);
        await reading.promise;
        return found;
      },
    });
    const { fn, run, story, at, warm } = counter({ backend: slow, swr: "1m" });
    reading.open();
    await warm();
    at(10_000);
    const gate = new Gate<number>();
    run.mockReturnValueOnce(gate.promise);
    await fn();
    reading = new Gate();
    const late = fn();
    await turn();
    gate.open(2);
    await turn();
    reading.open();
    expect([await late, run.mock.calls.length]).toEqual([2, 2]);
    expect(story.take()).toEqual(["stale refreshing", "computed", "stored", "hit memory"]);
  });
});

describe("hardTimeout", () => {
  it("fails the call, and stores a result that comes later", async () => {
    const { cache, fn, run } = counter({ hardTimeout: 20 });
    const gate = new Gate<number>();
    run.mockReturnValueOnce(gate.promise);
    const error = await fn().catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(AutocacheError);
    expect(error).toMatchObject({
      code: "timeout",
      message: 'Cannot wait for "counter": its hardTimeout is 20 ms: received nothing until then',
    });
    gate.open(7);
    await cache.settled();
    expect(await fn()).toBe(7);
    expect(run).toHaveBeenCalledTimes(1);
  });

  it("answers with the expired entry, where staleIfError allows", async () => {
    const { fn, run, at, warm } = counter({ hardTimeout: 20, staleIfError: "1h" });
    await warm();
    at(10_000);
    run.mockReturnValueOnce(new Promise(() => {}));
    expect(await fn()).toBe(1);
  });
});

describe("errorTtl", () => {
  it("throws what memory holds again and again, and rejects nothing that nobody awaits", async () => {
    const unhandled: unknown[] = [];
    const listen = (error: unknown): unknown => unhandled.push(error);
    process.on("unhandledRejection", listen);
    try {
      const failing = createCache().cached(() => Promise.reject(new Error("broken")), {
        name: "failing",
        errorTtl: "1m",
      });
      for (let i = 0; i < 4; i++) await expect(failing()).rejects.toThrow("broken");
      await vi.waitFor(() => Promise.resolve());
      expect(unhandled).toEqual([]);
    } finally {
      process.off("unhandledRejection", listen);
    }
  });

  it("throws a remembered error again instead of a call", async () => {
    const { cache, fn, run, story, at } = counter({ errorTtl: "5s" });
    const failure = Object.assign(new RangeError("quota", { cause: new Error("root") }), { status: 429 });
    run.mockRejectedValueOnce(failure);
    await expect(fn()).rejects.toBe(failure);
    await cache.settled();
    const again = await fn().catch((caught: unknown) => caught);
    expect(again).toBeInstanceOf(RangeError);
    expect(again).toMatchObject({ message: "quota", status: 429, cause: { message: "root" } });
    expect(run).toHaveBeenCalledTimes(1);
    expect(story.take()).toEqual(["miss absent", "stored", "hit memory"]);
    at(5_000);
    expect(await fn()).toBe(2);
  });

  it("may depend on the error; 0 forgets it", async () => {
    const { cache, fn, run } = counter({ errorTtl: (error) => (error instanceof TypeError ? "1m" : 0) });
    run.mockRejectedValueOnce(new Error("passing"));
    await expect(fn()).rejects.toThrow("passing");
    run.mockRejectedValueOnce(new TypeError("lasting"));
    await expect(fn()).rejects.toThrow("lasting");
    await cache.settled();
    await expect(fn()).rejects.toThrow("lasting");
    expect(run).toHaveBeenCalledTimes(2);
  });

  it("ends when it says, though the error is still being written", async () => {
    const backend = altered(memory(), { set: () => new Promise<never>(() => {}) });
    const { fn, run, story, at } = counter({ backend, errorTtl: "5s", flightTimeout: "1h" });
    const failure = new Error("origin down");
    run.mockRejectedValueOnce(failure);
    await expect(fn()).rejects.toBe(failure);
    await expect(fn()).rejects.toBe(failure);
    expect(story.take()).toEqual(["miss absent", "hit flight"]);
    at(5_000);
    expect(await fn()).toBe(2);
  });

  it("that cannot be read leaves the function's own error as it is", async () => {
    const { fn, run } = counter({ errorTtl: () => Number.NaN });
    const failure = new Error("own");
    run.mockRejectedValueOnce(failure);
    await expect(fn()).rejects.toBe(failure);
  });

  it("does not take the place of an entry that staleIfError answers with", async () => {
    const { cache, fn, run, at, warm } = counter({ errorTtl: "1m", staleIfError: "1h", retryAfter: 0 });
    await warm();
    at(10_000);
    run.mockRejectedValue(new Error("down"));
    expect(await fn()).toBe(1);
    await cache.settled();
    expect(await fn()).toBe(1);
  });

  it("keeps what is thrown and is no error", async () => {
    const { cache, fn, run } = counter({ errorTtl: "1m" });
    run.mockRejectedValueOnce({ code: 7, at: new Date(0) });
    await expect(fn()).rejects.toEqual({ code: 7, at: new Date(0) });
    await cache.settled();
    await expect(fn()).rejects.toEqual({ code: 7, at: new Date(0) });
    expect(await fn.peek()).toBeUndefined();
  });

  it("keeps an error that is its own cause (a chain that goes round)", async () => {
    const { cache, fn, run } = counter({ errorTtl: "1m" });
    const failure = new Error("round");
    failure.cause = failure;
    run.mockRejectedValueOnce(failure);
    await expect(fn()).rejects.toBe(failure);
    await cache.settled();
    await expect(fn()).rejects.toMatchObject({ message: "round", cause: { message: "round" } });
  });

  it("keeps the name of an error whose class it cannot keep, and leaves out what cannot be stored", async () => {
    class QuotaError extends Error {
      override readonly name = "QuotaError";
      readonly retry = () => {};
      readonly status = 429;
    }
    const { cache, fn, run } = counter({ errorTtl: "1m" });
    run.mockRejectedValueOnce(new QuotaError("quota"));
    await expect(fn()).rejects.toBeInstanceOf(QuotaError);
    await cache.settled();
    const again = await fn().catch((caught: unknown) => caught);
    expect(again).toMatchObject({ name: "QuotaError", message: "quota", status: 429 });
    expect(again).not.toHaveProperty("retry");
  });
});

describe("earlyRefresh", () => {
  it("refreshes before the end, and answers with the entry meanwhile", async () => {
    const chance = vi.spyOn(Math, "random").mockReturnValue(0.999_999_999);
    try {
      const { cache, fn, run, at } = counter({ earlyRefresh: 1_000 });
      run.mockImplementationOnce(async () => {
        at(100);
        return 1;
      });
      await fn();
      await cache.settled();
      at(200);
      expect((await fn.trace()).verdict).toBe("hit");
      await cache.settled();
      expect(await fn.peek()).toBe(2);
    } finally {
      chance.mockRestore();
    }
  });
});

describe("jitter", () => {
  it("makes an entry expire earlier by up to its share, and never later", async () => {
    const lives: number[] = [];
    const story = new Story();
    const cache = createCache({ ttl: "100s", jitter: 0.5, onEvent: story.onEvent });
    const fn = cache.cached(async (n: number) => n, { name: "fn" });
    for (let n = 0; n < 200; n++) await fn(n);
    await cache.settled();
    for (const event of story.events) if (event.type === "stored") lives.push(event.ttlMs);
    expect(Math.max(...lives)).toBeLessThanOrEqual(100_000);
    expect(Math.min(...lives)).toBeGreaterThanOrEqual(50_000);
    expect(Math.max(...lives) - Math.min(...lives)).toBeGreaterThan(20_000);
  });
});

describe("validate", () => {
  /** A schema of `{ version: 2 }` that migrates `{ version: 1 }`. */
  const schema = {
    "~standard": {
      version: 1,
      vendor: "test",
      validate: async (value: unknown) => {
        const { version } = value as { version: number };
        if (version === 2) return { value: { version } };
        return version === 1 ? { value: { version: 2 } } : { issues: [{ message: "unknown version" }] };
      },
    },
  } as const;

  it.each([
    [2, "hit"],
    [1, "hit"],
    [0, "miss"],
  ] as const)("of a stored version %i: a %s, with what the schema makes of it", async (version, verdict) => {
    const cache = createCache();
    const fn = cache.cached(async () => ({ version: 2 }), { name: "fn", validate: schema });
    await fn.set([], { version });
    expect(await fn.trace()).toMatchObject({ verdict, value: { version: 2 } });
  });

  it("tells a refused entry as a miss, and overwrites it", async () => {
    const story = new Story();
    const cache = createCache({ onEvent: story.onEvent });
    const fn = cache.cached(async () => ({ version: 2 }), { name: "fn", validate: schema });
    await fn.set([], { version: 7 });
    await fn();
    await cache.settled();
    expect(story.take()).toEqual(["stored", "miss invalid", "computed", "stored"]);
  });

  it("is refused where it is no schema", () => {
    expect(() => createCache().cached(async () => 1, { name: "fn", validate: {} as never })).toThrow(
      'Cannot cache a function: validate is a Standard Schema (https://standardschema.dev): received something without "~standard"',
    );
  });
});

describe("callContext()", () => {
  it("tells whether anybody waits, and why the function runs", async () => {
    const contexts: unknown[] = [];
    const cache = createCache({ ttl: "10s", swr: "1h" });
    const fn = cache.cached(
      async () => {
        contexts.push(callContext());
        await Promise.resolve();
        return callContext() === undefined;
      },
      { name: "fn" },
    );
    expect(await fn()).toBe(true);
    await cache.settled();
    vi.setSystemTime(START + 10_000);
    await fn();
    await cache.settled();
    await fn.refresh();
    expect(contexts).toMatchObject([
      { isBackground: false, reason: "absent", key: await fn.keyOf() },
      { isBackground: true, reason: "stale" },
      { isBackground: false, reason: "refresh" },
    ]);
    expect(callContext()).toBeUndefined();
  });
});

describe("options of freshness", () => {
  it.each<[CacheOptions, string]>([
    [{ swr: -1 }, "Cannot use the swr of a cache: a duration is 0 or more: received -1"],
    [
      { staleIfError: "soon" as never },
      "Cannot use the staleIfError of a cache: a duration is a number of milliseconds",
    ],
    [{ jitter: 2 }, "Cannot use the jitter of a cache: it is a share from 0 to 1: received 2"],
    [
      { earlyRefresh: -1 },
      "Cannot use the earlyRefresh of a cache: it is true, false, or a finite number from 0: received -1",
    ],
    [{ hardTimeout: 0 }, "Cannot use the hardTimeout of a cache: it is at least 1 ms: received 0"],
    [{ errorTtl: Number.NaN }, "Cannot use the errorTtl of a cache: a duration is 0 or more: received NaN"],
  ])("%j is refused", (options, message) => {
    expect(() => createCache(options)).toThrow(message);
  });

  it("of a function win over the cache's", async () => {
    const { cache, at } = counter({ swr: "1h" });
    const fn = cache.cached(async () => Date.now(), { name: "own", swr: 0 });
    await fn();
    await cache.settled();
    at(10_000);
    expect(await fn()).toBe(START + 10_000);
  });
});
