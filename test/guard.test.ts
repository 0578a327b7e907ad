import { describe, expect, it, vi } from "vitest";
import { AutocacheError, type Backend, cached, createCache, memory, prepareRemote, tiered } from "../src/index.ts";
import { altered } from "./support/backends.ts";
import { Story } from "./support/story.ts";

const never = new Promise<never>(() => {});

/** A storage elsewhere: not of this process, so guarded. */
function remote(name: string, changes: Partial<Backend> = {}): Backend {
  const backend = memory();
  const capabilities = { ...backend.capabilities, local: false };
  return altered(backend, { name, capabilities, ...changes });
}

describe("backendTimeout", () => {
  it("ends the wait for a backend that hangs: the call goes on, and says so", async () => {
    const story = new Story();
    const cache = createCache({
      backend: remote("kv", { get: () => never }),
      backendTimeout: 20,
      onEvent: story.onEvent,
    });
    const fn = cache.cached(async () => 1, { name: "fn" });
    expect(await fn()).toBe(1);
    expect(story.events[0]).toMatchObject({
      type: "backend-failed",
      operation: "get",
      backend: "kv",
      error: {
        code: "timeout",
        message: "Cannot get in kv: an operation takes at most 20 ms: received nothing until then",
      },
    });
  });

  it("gives a write five times as long", async () => {
    const story = new Story();
    const cache = createCache({
      backend: remote("kv", { set: () => never }),
      backendTimeout: 10,
      onEvent: story.onEvent,
    });
    await cache.cached(async () => 1, { name: "fn" })();
    await cache.settled();
    expect(story.events.at(-1)).toMatchObject({
      operation: "set",
      error: { message: expect.stringContaining("at most 50 ms") },
    });
  });

  it("of one tier does not hold up the others", async () => {
    const story = new Story();
    const backend = tiered([remote("hangs", { get: () => never, set: () => never }), remote("kv")]);
    const cache = createCache({ backend, backendTimeout: 10, onEvent: story.onEvent });
    const fn = cache.cached(async () => 1, { name: "fn" });
    await fn();
    await cache.settled();
    story.take();
    await fn();
    expect(story.take()).toEqual(["backend-failed hangs get", "hit kv"]);
  });

  it("does not stand before memory", async () => {
    const timer = vi.spyOn(globalThis, "setTimeout");
    try {
      const cache = createCache();
      const fn = cache.cached(async () => 1, { name: "fn" });
      await fn();
      await fn();
      expect(timer).not.toHaveBeenCalled();
    } finally {
      timer.mockRestore();
    }
  });
});

describe("the breaker", () => {
  const down = new Error("down");
  const broken = (isDown: () => boolean): { backend: Backend; asked: () => number } => {
    let asked = 0;
    const inner = memory();
    const backend = altered(inner, {
      name: "kv",
      capabilities: { ...inner.capabilities, local: false },
      get: async (key) => {
        asked++;
        if (isDown()) throw down;
        return inner.get(key);
      },
      set: async (...args) => {
        asked++;
        if (isDown()) throw down;
        return inner.set(...args);
      },
    });
    return { backend, asked: () => asked };
  };

  it("stops asking a backend that keeps failing, lets one try after a while, and closes when that succeeds", async () => {
    vi.useFakeTimers({ toFake: ["Date"], now: 1_000_000 });
    try {
      let isDown = true;
      const { backend, asked } = broken(() => isDown);
      const story = new Story();
      const cache = createCache({ backend, breaker: { failures: 3, retryAfter: "5s" }, onEvent: story.onEvent });
      const fn = cache.cached(async (n: number) => n, { name: "fn" });
      for (let n = 0; n < 10; n++) {
        expect(await fn(n)).toBe(n);
        await cache.settled();
      }
      expect(asked()).toBe(3);
      expect(story.take().filter((fact) => fact.startsWith("b"))).toEqual([
        "backend-failed kv get",
        "backend-failed kv set",
        "breaker kv open",
        "backend-failed kv get",
      ]);
      vi.setSystemTime(1_005_000);
      await fn(11);
      await cache.settled();
      expect(asked()).toBe(4);
      isDown = false;
      vi.setSystemTime(1_010_000);
      await fn(12);
      await cache.settled();
      expect(asked()).toBe(6);
      expect(story.take()).toContain("breaker kv closed");
      expect((await fn.trace(12)).verdict).toBe("hit");
    } finally {
      vi.useRealTimers();
    }
  });

  it("lets another try where the request that tried has died", async () => {
    vi.useFakeTimers({ toFake: ["Date"], now: 1_000_000 });
    try {
      let state: "down" | "dead" | "up" = "down";
      const inner = memory();
      const backend = remote("kv", {
        get: (key) => (state === "up" ? inner.get(key) : state === "down" ? Promise.reject(down) : never),
      });
      const cache = createCache({ backend, breaker: { failures: 1, retryAfter: "5s" }, backendTimeout: "forever" });
      const fn = cache.cached(async (n: number) => n, { name: "fn" });
      await fn(1);
      state = "dead";
      vi.setSystemTime(1_005_000);
      void fn(2);
      await new Promise((resolve) => setTimeout(resolve, 10));
      state = "up";
      vi.setSystemTime(1_010_000);
      const get = vi.spyOn(inner, "get");
      await fn(3);
      expect(get).toHaveBeenCalledTimes(1);
    } finally {
      vi.useRealTimers();
    }
  });

  it("lets a removal try all the same: somebody waits to hear that the entry is gone", async () => {
    const { backend } = broken(() => true);
    const remove = vi.spyOn(backend, "delete");
    const cache = createCache({ backend, breaker: { failures: 1 } });
    const fn = cache.cached(async () => 1, { name: "fn" });
    await fn();
    await fn.invalidate();
    expect(remove).toHaveBeenCalledTimes(1);
  });

  it("rejects what is asked for by hand, and says until when", async () => {
    const { backend } = broken(() => true);
    const cache = createCache({ backend, breaker: { failures: 1, retryAfter: "1m" } });
    await expect(cache.get("a")).rejects.toBe(down);
    const error = await cache.get("a").catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(AutocacheError);
    expect(error).toMatchObject({
      code: "breaker-open",
      message: expect.stringMatching(
        /^Cannot get in kv: it failed 1 times in a row and is left alone: received a call \d+ ms before the next try$/,
      ),
    });
  });

  it("can be set for a function that is cached by itself", async () => {
    const { backend, asked } = broken(() => true);
    const fn = cached(async (n: number) => n, {
      name: "fn",
      backend: { ...backend, prepare: (care) => prepareRemote(backend, care) },
      breaker: { failures: 1, retryAfter: "1h" },
      backendTimeout: "1s",
    });
    await fn(1);
    await fn(2);
    expect(asked()).toBe(1);
  });

  it("can be left out", async () => {
    const { backend, asked } = broken(() => true);
    const cache = createCache({ backend, breaker: false });
    for (let i = 0; i < 20; i++) await cache.get("a").catch(() => {});
    expect(asked()).toBe(20);
  });

  it.each([{ failures: 0 }, { failures: 1.5 }, { retryAfter: -1 }, { tries: 1 } as never])("refuses %j", (breaker) => {
    expect(() => createCache({ breaker })).toThrow(/breaker/);
  });
});
