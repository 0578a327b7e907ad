import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { createCache, memory } from "../src/index.ts";
import { altered, Gate } from "./support/backends.ts";
import { Story } from "./support/story.ts";

const START = 1_000_000;
const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

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

/** A memory whose operations wait for gates: each name is waited for before the operation is done, and told when it is asked for. */
function gated(wait: Partial<Record<"get" | "set" | "delete", () => Promise<void> | undefined>>) {
  const backend = memory();
  return altered(backend, {
    get: async (...args) => {
      const found = await backend.get(...args);
      await wait.get?.();
      return found;
    },
    set: async (...args) => {
      await wait.set?.();
      return backend.set(...args);
    },
    delete: async (...args) => {
      await wait.delete?.();
      return backend.delete(...args);
    },
  });
}

describe("the order of changes", () => {
  it("expire() does not bring back what was invalidated while it read", async () => {
    const gate = new Gate();
    let isHeld = false;
    const cache = createCache({ backend: gated({ get: () => (isHeld ? gate.promise : undefined) }), swr: "1h" });
    let runs = 0;
    const fn = cache.cached(async () => ++runs, { name: "fn" });
    await fn();
    await cache.settled();
    isHeld = true;
    const changes = [fn.expire(), fn.invalidate()];
    await sleep(20);
    gate.open();
    await Promise.all(changes);
    expect(await fn()).toBe(2);
  });

  it("expire() does not bring back what set() has replaced while it read", async () => {
    const gate = new Gate();
    let isHeld = false;
    const cache = createCache({ backend: gated({ get: () => (isHeld ? gate.promise : undefined) }) });
    const fn = cache.cached(async () => "old", { name: "fn" });
    await fn();
    await cache.settled();
    isHeld = true;
    const changes = [fn.expire(), fn.set([], "new")];
    await sleep(20);
    gate.open();
    await Promise.all(changes);
    expect(await fn.peek()).toBe("new");
  });

  it("a call after an invalidation does not join one that read before it was done", async () => {
    const reads: Gate[] = [];
    const removal = new Gate();
    let isHeld = false;
    const hold = (): Promise<void> | undefined => {
      if (!isHeld) return undefined;
      const gate = new Gate();
      reads.push(gate);
      return gate.promise;
    };
    const cache = createCache({ backend: gated({ get: hold, delete: () => removal.promise }) });
    let runs = 0;
    const fn = cache.cached(async () => ++runs, { name: "fn" });
    await fn();
    await cache.settled();
    isHeld = true;
    const invalidated = fn.invalidate();
    const during = fn();
    await vi.waitFor(() => expect(reads).toHaveLength(1));
    removal.open();
    await invalidated;
    isHeld = false;
    const after = fn();
    reads[0]?.open();
    expect(await during).toBe(1);
    expect(await after).toBe(2);
  });

  it("a call after an invalidation joins one that computes, though it began before that was done", async () => {
    const removal = new Gate();
    const gate = new Gate<string>();
    let runs = 0;
    const cache = createCache({ backend: gated({ delete: () => removal.promise }) });
    const fn = cache.cached(() => (++runs, gate.promise), { name: "fn" });
    const invalidated = fn.invalidate();
    const during = fn();
    await vi.waitFor(() => expect(runs).toBe(1));
    removal.open();
    await invalidated;
    const after = fn();
    gate.open("right");
    expect([await during, await after, runs]).toEqual(["right", "right", 1]);
  });

  it("a result that waits for a write of the dead is not stored after an invalidation", async () => {
    const dead = new Promise<void>(() => {});
    let writes = 0;
    const story = new Story();
    const backend = gated({ set: () => (++writes === 1 ? dead : undefined) });
    const cache = createCache({ backend, backendTimeout: 20, onEvent: story.onEvent });
    let runs = 0;
    const fn = cache.cached(async () => ++runs, { name: "fn" });
    expect([await fn(), await fn.refresh()]).toEqual([1, 2]);
    await fn.invalidate();
    await vi.waitFor(() => expect(story.take()).toContain("not-stored superseded"));
    expect([await fn.peek(), writes]).toEqual([undefined, 1]);
  });

  it("values set by hand follow one another too", async () => {
    const gate = new Gate();
    let writes = 0;
    const cache = createCache({ backend: gated({ set: () => (++writes === 1 ? gate.promise : undefined) }) });
    const changes = [cache.set("a", "old"), cache.setMany({ a: "new" })];
    await vi.waitFor(() => expect(writes).toBe(1));
    gate.open();
    await Promise.all(changes);
    expect(await cache.get("a")).toBe("new");
  });
});
