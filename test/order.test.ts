import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { createCache, memory } from "../src/index.ts";
import { altered, Gate } from "./support/backends.ts";

const START = 1_000_000;

beforeEach(() => void vi.useFakeTimers({ toFake: ["Date"], now: START }));
afterEach(() => void vi.useRealTimers());

describe("the order of results", () => {
  it("a result past its hardTimeout does not undo an invalidation", async () => {
    const gate = new Gate<string>();
    const cache = createCache({ hardTimeout: 10 });
    const fn = cache.cached(() => gate.promise, { name: "fn" });
    await expect(fn()).rejects.toMatchObject({ code: "timeout" });
    await fn.invalidate();
    gate.open("late");
    await cache.settled();
    expect(await fn.peek()).toBeUndefined();
  });

  it("a result past its hardTimeout does not take the place of a newer one", async () => {
    const gate = new Gate<string>();
    let runs = 0;
    const cache = createCache({ hardTimeout: 10 });
    const fn = cache.cached(() => (++runs === 1 ? gate.promise : Promise.resolve("newer")), { name: "fn" });
    await expect(fn()).rejects.toMatchObject({ code: "timeout" });
    expect(await fn()).toBe("newer");
    gate.open("late");
    await cache.settled();
    expect(await fn.peek()).toBe("newer");
  });

  it("a refresh taken for dead that comes back does not take the place of a newer one", async () => {
    const gate = new Gate<string>();
    let runs = 0;
    const cache = createCache({ ttl: "10s", swr: "10s", flightTimeout: "1s" });
    const fn = cache.cached(() => (++runs === 2 ? gate.promise : Promise.resolve(`run ${runs}`)), { name: "fn" });
    await fn();
    await cache.settled();
    vi.setSystemTime(START + 19_000);
    expect(await fn()).toBe("run 1");
    vi.setSystemTime(START + 25_000);
    expect(await fn()).toBe("run 3");
    gate.open("late");
    await cache.settled();
    expect(await fn.peek()).toBe("run 3");
  });

  it("a slow function that was taken for dead is stored, if nothing newer is yet", async () => {
    const gates = [new Gate<string>(), new Gate<string>()];
    let runs = 0;
    const cache = createCache({ flightTimeout: 10 });
    const fn = cache.cached(() => gates[runs++]?.promise ?? Promise.resolve("third"), { name: "fn" });
    const first = fn();
    const second = fn();
    await vi.waitFor(() => expect(runs).toBe(2));
    gates[0]?.open("first");
    expect(await first).toBe("first");
    await vi.waitFor(async () => expect(await fn.peek()).toBe("first"));
    gates[1]?.open("second");
    expect(await second).toBe("second");
    await cache.settled();
    expect(await fn.peek()).toBe("second");
  });

  it("the write of a newer result waits for the write of an older one", async () => {
    const backend = memory();
    const gate = new Gate();
    let writes = 0;
    const slowFirst = altered(backend, {
      set: async (...args) => {
        if (++writes === 1) await gate.promise;
        return backend.set(...args);
      },
    });
    let runs = 0;
    const cache = createCache({ backend: slowFirst });
    const fn = cache.cached(async () => ++runs, { name: "fn" });
    await fn();
    await fn.refresh();
    gate.open();
    await cache.settled();
    expect([await fn.peek(), writes]).toEqual([2, 2]);
  });
});
