import { describe, expect, it, vi } from "vitest";
import { batchReads } from "../src/batch.ts";
import { type Backend, createCache, memory, type OperationContext, tiered } from "../src/index.ts";
import { altered, Gate } from "./support/backends.ts";

/** A storage elsewhere that reads in bulk, and counts. */
function remote(): { backend: Backend; reads: string[] } {
  const inner = memory();
  const reads: string[] = [];
  const backend = altered(inner, {
    name: "remote",
    capabilities: { ...inner.capabilities, local: false },
    get: (key) => {
      reads.push("get");
      return inner.get(key);
    },
    getMany: async (keys) => {
      reads.push(`getMany ${keys.length}`);
      return inner.getMany?.(keys) ?? new Map();
    },
  });
  return { backend, reads };
}

describe("reads of concurrent calls", () => {
  it("in one turn become one bulk read", async () => {
    const { backend, reads } = remote();
    const cache = createCache({ backend });
    await cache.setMany({ a: 1, b: 2 });
    expect(await Promise.all(["a", "b", "c"].map((key) => cache.get(key)))).toEqual([1, 2, undefined]);
    expect(reads).toEqual(["getMany 3"]);
  });

  it("are made one by one where there is but one", async () => {
    const { backend, reads } = remote();
    const cache = createCache({ backend });
    await cache.get("a");
    await cache.get("b");
    expect(reads).toEqual(["get", "get"]);
  });

  it("of a stack are gathered below memory, which answers at once", async () => {
    const { backend, reads } = remote();
    const cache = createCache({ backend: tiered([memory(), backend]) });
    await cache.setMany({ a: 1, b: 2 });
    expect(await Promise.all(["a", "b"].map((key) => cache.get(key)))).toEqual([1, 2]);
    expect(reads).toEqual([]);
    await Promise.all(["c", "d"].map((key) => cache.get(key)));
    expect(reads).toEqual(["getMany 2"]);
  });

  it("are told which keys may have bytes, of whichever call", async () => {
    const told: unknown[] = [];
    const { backend } = remote();
    const noting = altered(backend, {
      get: async (key, context) => void told.push([key, context?.binary]),
      getMany: async (keys, context) => {
        told.push([keys, context?.binary]);
        return new Map();
      },
    });
    const batched = batchReads(noting, 1_000);
    const naming = (...keys: string[]): OperationContext => ({
      found() {},
      failed() {},
      waitUntil() {},
      binary: new Set(keys),
    });
    await batched.get("a", naming("a"));
    await batched.get("a", naming("b"));
    await Promise.all([batched.get("a"), batched.getMany?.(["b", "c"], naming("c")), batched.get("d", naming("d"))]);
    await Promise.all([batched.get("a"), batched.get("b")]);
    expect(told).toEqual([
      ["a", new Set(["a"])],
      ["a", undefined],
      [["a", "b", "c", "d"], new Set(["c", "d"])],
      [["a", "b"], undefined],
    ]);
  });

  it("do not wait for a batch that died with the request that opened it", async () => {
    vi.useFakeTimers({ toFake: ["Date"], now: 1_000_000 });
    const timer = vi.spyOn(globalThis, "setTimeout");
    try {
      const { backend } = remote();
      const cache = createCache({ backend });
      await cache.set("a", 1);
      // The dead request's timer never runs.
      timer.mockImplementationOnce(() => 0 as never);
      void cache.get("a");
      await new Promise((resolve) => setImmediate(resolve));
      vi.setSystemTime(1_000_100);
      expect(await cache.get("a")).toBe(1);
    } finally {
      timer.mockRestore();
      vi.useRealTimers();
    }
  });
});

describe("many()", () => {
  it("answers in order, reads in bulk and computes only what is missing", async () => {
    const { backend, reads } = remote();
    const run = vi.fn(async (n: number) => n * 2);
    const cache = createCache({ backend });
    const double = cache.cached(run, { name: "double" });
    await double(2);
    await cache.settled();
    reads.splice(0);
    expect(await double.many([[3], [2], [1], [3]])).toEqual([6, 4, 2, 6]);
    expect(reads).toEqual(["getMany 3"]);
    expect(run.mock.calls).toEqual([[2], [3], [1]]);
  });

  it("joins a call that is already running", async () => {
    const gate = new Gate<number>();
    const run = vi.fn((_n: number) => gate.promise);
    const cache = createCache();
    const slow = cache.cached(run, { name: "slow" });
    const single = slow(1);
    const many = slow.many([[1], [1]]);
    await vi.waitFor(() => expect(run).toHaveBeenCalled());
    gate.open(7);
    expect([await single, await many]).toEqual([7, [7, 7]]);
    expect(run).toHaveBeenCalledTimes(1);
  });

  it("rejects with the error of the first call that has one, and stores the others", async () => {
    const cache = createCache();
    const half = cache.cached(
      async (n: number) => {
        if (n % 2 === 1) throw new Error(`odd: ${n}`);
        return n / 2;
      },
      { name: "half" },
    );
    await expect(half.many([[2], [3], [5]])).rejects.toThrow("odd: 3");
    await cache.settled();
    expect(await half.peek(2)).toBe(1);
  });

  it("of nothing is nothing", async () => {
    expect(
      await createCache()
        .cached(async (n: number) => n, { name: "n" })
        .many([]),
    ).toEqual([]);
  });
});

describe("cachedBatch()", () => {
  const loader = () => {
    const run = vi.fn(async (ids: readonly string[]) =>
      ids.map((id) => (id.startsWith("bad") ? new RangeError(`no ${id}`) : id === "hole" ? undefined : { id })),
    );
    const cache = createCache();
    return { run, cache, users: cache.cachedBatch((ids: readonly string[]) => run(ids), { name: "user" }) };
  };

  it("computes all that are missing in one run, and keeps the order and duplicates", async () => {
    const { run, cache, users } = loader();
    await users(["a"]);
    await cache.settled();
    expect(await users(["b", "a", "c", "b"])).toEqual([{ id: "b" }, { id: "a" }, { id: "c" }, { id: "b" }]);
    expect(run.mock.calls).toEqual([[["a"]], [["b", "c"]]]);
    await cache.settled();
    await users(["a", "b", "c"]);
    expect(run).toHaveBeenCalledTimes(2);
  });

  it("keeps holes: undefined is a result", async () => {
    const { run, cache, users } = loader();
    expect(await users(["a", "hole"])).toEqual([{ id: "a" }, undefined]);
    await cache.settled();
    await users(["hole"]);
    expect(run).toHaveBeenCalledTimes(1);
  });

  it("keeps each item's error with it, and stores the others", async () => {
    const { run, cache, users } = loader();
    expect(await users.settled(["a", "bad1", "b"])).toMatchObject([
      { status: "fulfilled", value: { id: "a" } },
      { status: "rejected", reason: { message: "no bad1" } },
      { status: "fulfilled", value: { id: "b" } },
    ]);
    await cache.settled();
    await expect(users(["a", "bad1", "bad2"])).rejects.toThrow("no bad1");
    expect(run.mock.calls).toEqual([[["a", "bad1", "b"]], [["bad1", "bad2"]]]);
  });

  it("fails all that were missing where the run fails", async () => {
    const cache = createCache();
    const down = new Error("down");
    const users = cache.cachedBatch(async (_ids: readonly string[]): Promise<string[]> => Promise.reject(down), {
      name: "user",
    });
    await expect(users(["a", "b"])).rejects.toBe(down);
  });

  it("gathers single calls, and runs in parts of maxBatch", async () => {
    const run = vi.fn(async (ids: readonly number[]) => ids.map((id) => id * 2));
    const cache = createCache();
    const double = cache.cachedBatch((ids: readonly number[]) => run(ids), { name: "double", maxBatch: 2 });
    const ids = [1, 2, 3, 4, 5];
    expect(await Promise.all(ids.map((id) => double.one(id)))).toEqual([2, 4, 6, 8, 10]);
    expect(run.mock.calls.map(([part]) => part.length)).toEqual(
      run.mock.calls.map(([part]) => Math.min(2, part.length)),
    );
    await double.one.invalidate(1);
    expect((await double.one.trace(1)).verdict).toBe("miss");
  });

  it("keeps a result in its place where a list has holes, as one that was filled where rows were found", async () => {
    const users = createCache().cachedBatch(
      async (ids: readonly number[]) => {
        const rows: string[] = [];
        rows.length = ids.length;
        ids.forEach((id, i) => {
          if (id !== 2) rows[i] = `user ${id}`;
        });
        return rows;
      },
      { name: "users" },
    );
    expect(await users([1, 2, 3])).toEqual(["user 1", undefined, "user 3"]);
  });

  it("gives each id that cannot be in a key its error, and the others their results", async () => {
    const echo = createCache().cachedBatch(async (ids: readonly unknown[]) => ids.map(String), { name: "echo" });
    expect(await echo.settled([1, () => 1, 2])).toMatchObject([
      { status: "fulfilled", value: "1" },
      { status: "rejected", reason: { message: expect.stringContaining("functions have no stable identity") } },
      { status: "fulfilled", value: "2" },
    ]);
  });

  it("runs once more for all who have waited too long, and not once for each", async () => {
    let runs = 0;
    const slow = createCache({ flightTimeout: 40 }).cachedBatch(
      async (ids: readonly number[]) => {
        runs++;
        await new Promise((resolve) => setTimeout(resolve, 100));
        return ids.map((id) => id);
      },
      { name: "slow" },
    );
    await slow(Array.from({ length: 50 }, (_, id) => id));
    // Four, on a machine that has nothing else to do.
    expect(runs).toBeLessThan(10);
  });

  it("refuses results that cannot be matched", async () => {
    const cache = createCache();
    const short = cache.cachedBatch(async (ids: readonly number[]) => ids.slice(1), { name: "short" });
    await expect(short([1, 2, 3])).rejects.toThrow(
      'Cannot match the results of "short": there is one for each id, in their order: received 2 for 3',
    );
  });

  it("refuses a maxBatch of 0, and a function without a name", () => {
    const cache = createCache();
    expect(() => cache.cachedBatch(async (ids: readonly number[]) => ids, { name: "n", maxBatch: 0 })).toThrow(
      'Cannot cache "n": maxBatch is a whole number from 1: received 0',
    );
    expect(() => cache.cachedBatch(async (ids: readonly number[]) => ids)).toThrow("needs the option `name`");
  });

  it("has the batch function's name", () => {
    const { one } = createCache().cachedBatch(async function users(ids: readonly number[]) {
      return ids;
    });
    expect(one.name).toBe("users");
  });

  it("has the batch function's text as its version", async () => {
    const key = async (fn: (ids: readonly number[]) => Promise<readonly number[]>): Promise<string> =>
      createCache().cachedBatch(fn, { name: "n" }).one.keyOf(1);
    expect(await key(async (ids) => ids)).not.toBe(await key(async (ids) => ids.map((id) => id + 1)));
  });
});
