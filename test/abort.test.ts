import { describe, expect, it, vi } from "vitest";
import { createCache } from "../src/index.ts";
import { canonical } from "../src/keys.ts";
import { Gate } from "./support/backends.ts";

describe("an AbortSignal among the arguments", () => {
  it("is no part of the key", () => {
    const { signal } = new AbortController();
    expect(canonical(["a", signal])).toBe(canonical(["a"]));
    expect(canonical(["a", { page: 1, signal }])).toBe(canonical(["a", { page: 1 }]));
    expect(canonical(["a", { signal }])).toBe(canonical(["a"]));
    expect(canonical([signal, "a"])).toBe(canonical([undefined, "a"]));
  });

  it("is refused where nobody would see it abort", () => {
    const { signal } = new AbortController();
    expect(() => canonical([{ init: { signal } }])).toThrow("args[0].init.signal: an instance of AbortSignal");
    expect(() => canonical([[signal]])).toThrow(TypeError);
  });

  it("ends the wait of the caller that it belongs to, and of no other", async () => {
    const gate = new Gate<string>();
    const run = vi.fn((_id: string, _options?: { signal?: AbortSignal }) => gate.promise);
    const slow = createCache().cached(run, { name: "slow" });
    const controller = new AbortController();
    const leader = slow("a");
    const impatient = slow("a", { signal: controller.signal });
    const reason = new Error("gone");
    controller.abort(reason);
    await expect(impatient).rejects.toBe(reason);
    gate.open("done");
    expect(await leader).toBe("done");
    expect(run).toHaveBeenCalledTimes(1);
  });

  it("of the caller that leads does not fail the others: one of them computes again", async () => {
    const cache = createCache();
    let runs = 0;
    const fetching = cache.cached(
      (_id: string, { signal }: { signal?: AbortSignal } = {}) =>
        new Promise<string>((resolve, reject) => {
          if (++runs > 1) resolve("second run");
          signal?.addEventListener("abort", () => reject(signal.reason as Error));
        }),
      { name: "fetching" },
    );
    const controller = new AbortController();
    const leader = fetching("a", { signal: controller.signal });
    const others = Array.from({ length: 100 }, () => fetching("a"));
    await vi.waitFor(() => expect(runs).toBe(1));
    controller.abort(new Error("leader gone"));
    await expect(leader).rejects.toThrow("leader gone");
    expect(new Set(await Promise.all(others))).toEqual(new Set(["second run"]));
    expect(runs).toBe(2);
  });

  it("that is aborted already keeps the function from running", async () => {
    const run = vi.fn(async (_signal: AbortSignal) => 1);
    const fn = createCache().cached(run, { name: "fn" });
    await expect(fn(AbortSignal.abort(new Error("before")))).rejects.toThrow("before");
    expect(run).not.toHaveBeenCalled();
  });

  it("is not remembered as the function's error", async () => {
    const cache = createCache({ errorTtl: "1m" });
    const page = cache.cached(
      (_url: string, signal?: AbortSignal) =>
        new Promise<string>((resolve, reject) => {
          if (signal === undefined) resolve("page");
          else signal.addEventListener("abort", () => reject(signal.reason as Error));
        }),
      { name: "page" },
    );
    const controller = new AbortController();
    const impatient = page("/", controller.signal);
    setTimeout(() => controller.abort(new Error("gone")), 5);
    await expect(impatient).rejects.toThrow("gone");
    await cache.settled();
    expect(await page("/")).toBe("page");
  });

  it("does not hold back refreshes when a caller has given up", async () => {
    vi.useFakeTimers({ toFake: ["Date"], now: 1_000_000 });
    try {
      const cache = createCache({ ttl: "1s", swr: "1h", retryAfter: "1h" });
      const controller = new AbortController();
      const run = vi.fn(async (_options?: { signal?: AbortSignal }) => {
        if (controller.signal.aborted) throw controller.signal.reason;
        return run.mock.calls.length;
      });
      const fn = cache.cached((options?: { signal?: AbortSignal }) => run(options), { name: "fn" });
      await fn();
      await cache.settled();
      vi.setSystemTime(1_002_000);
      const stale = fn({ signal: controller.signal });
      await stale;
      controller.abort(new Error("gone"));
      await cache.settled();
      vi.setSystemTime(1_003_000);
      await fn();
      await cache.settled();
      expect(run.mock.calls.length).toBeGreaterThanOrEqual(2);
    } finally {
      vi.useRealTimers();
    }
  });
});
