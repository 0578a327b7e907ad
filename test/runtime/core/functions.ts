import { cached, callContext, createCache } from "@autocache/edge";
import { type Register, rejection, same, sleep } from "./fact.ts";

/** What a cached function gives back, and how often it runs. */
export function testFunctions(test: Register): void {
  test("a call misses, the next hits, and other arguments miss", async () => {
    let runs = 0;
    const square = cached(async (n: number) => (runs += 1) && n * n, {
      name: "square",
      version: 1,
      namespace: "misses",
    });
    const told = [await square.trace(3), await square.trace(3), await square.trace(4)];
    same(
      told.map(({ value, verdict }) => `${value} ${verdict}`),
      ["9 miss", "9 hit", "16 miss"],
      "the calls",
    );
    same(runs, 2, "how often it ran");
  });

  const values: readonly (readonly [title: string, value: unknown])[] = [
    ["undefined", undefined],
    ["null", null],
    ["minus zero and what is no number", [-0, Number.NaN, Number.NEGATIVE_INFINITY]],
    ["a bigint", 2n ** 70n],
    ["a Date", new Date(Date.UTC(2026, 0, 2, 3, 4, 5, 6))],
    ["a Map of Sets", new Map([["a", new Set([1, "1"])]])],
    ["bytes", new Uint8Array([0, 127, 255])],
    ["a URL", new URL("https://example.com/a?b=c#d")],
    ["a text of any characters", "\u0000 é 日本語 𝒳 \u2028 </script>"],
    ["objects in objects", { list: [{ a: [] }, {}], "": { deep: { deeper: [[[]]] } } }],
  ];
  for (const [title, value] of values) {
    test(`${title} comes back as it was`, async () => {
      const cache = createCache();
      let runs = 0;
      const fn = cache.cached(async () => (runs += 1) && value, { name: "value" });
      same(await fn(), value, "the value of a miss");
      same(await fn(), value, "the value of a hit");
      same(runs, 1, "how often it ran");
    });
  }

  test("plain data is frozen and shared, other values are each caller's own", async () => {
    const cache = createCache();
    const plain = cache.cached(async () => ({ list: [1] }), { name: "plain" });
    const first = await plain();
    same(first === (await plain()), true, "whether plain data is shared");
    same(Object.isFrozen(first) && Object.isFrozen(first.list), true, "whether it is frozen");
    const dated = cache.cached(async () => ({ at: new Date(0) }), { name: "dated" });
    (await dated()).at.setTime(1);
    same((await dated()).at.getTime(), 0, "the time after a caller has changed it");
  });

  test("many calls at once are one run", async () => {
    const cache = createCache();
    const started = Promise.withResolvers<void>();
    let runs = 0;
    const fn = cache.cached(
      async () => {
        await started.promise;
        return (runs += 1);
      },
      { name: "crowd" },
    );
    const calls = Promise.all(Array.from({ length: 50 }, () => fn()));
    await sleep(5);
    started.resolve();
    same(new Set(await calls).size, 1, "how many results");
    same(runs, 1, "how often it ran");
  });

  test("an error is the function's own, reaches all who wait, and is not stored", async () => {
    const cache = createCache();
    const thrown = new RangeError("no such thing");
    let runs = 0;
    const fn = cache.cached(
      async () => {
        runs += 1;
        await sleep(5);
        throw thrown;
      },
      { name: "failing" },
    );
    const errors = await Promise.all([rejection(fn()), rejection(fn())]);
    same(
      errors.every((error) => error === thrown),
      true,
      "whether it is the very same",
    );
    same(runs, 1, "how often it ran");
    same((await rejection(fn())) === thrown && runs === 2, true, "whether it runs again");
  });

  test("members tell, set, remove and replace what is stored", async () => {
    const cache = createCache();
    let runs = 0;
    const fn = cache.cached(async (_id: string) => `run ${(runs += 1)}`, { name: "members" });
    same(await fn.peek("a"), undefined, "what is there before");
    await fn.set(["a"], "by hand");
    same([await fn("a"), await fn.peek("a")], ["by hand", "by hand"], "what was set");
    same(await fn.refresh("a"), "run 1", "what a refresh gives");
    same(await fn("a"), "run 1", "what it stored");
    await fn.invalidate("a");
    same((await fn.trace("a")).verdict, "miss", "the verdict after an invalidation");
    same(await fn.many([["a"], ["b"], ["a"]]), ["run 2", "run 3", "run 2"], "what many calls give");
  });

  test("a batch runs once for all that are missing", async () => {
    const asked: string[] = [];
    const lengths = createCache().cachedBatch(
      async (words: readonly string[]) => {
        asked.push(words.join("+"));
        return words.map((word) => word.length);
      },
      { name: "lengths" },
    );
    same(
      [await lengths(["a", "bb"]), await lengths(["bb", "ccc"])],
      [
        [1, 2],
        [2, 3],
      ],
      "the results",
    );
    same(asked, ["a+bb", "ccc"], "what it was asked");
  });

  test("a code of another version does not find the entries", async () => {
    const cache = createCache();
    const trace = async (version: number): Promise<string> =>
      (await cache.cached(async () => version, { name: "versioned", version }).trace()).verdict;
    same([await trace(1), await trace(2), await trace(1)], ["miss", "miss", "hit"], "the verdicts");
  });

  test("a function learns why it runs", async () => {
    const fn = createCache().cached(async () => callContext()?.reason, { name: "asking" });
    same(await fn(), "absent", "the reason");
  });

  test("values by hand are kept, counted and removed", async () => {
    const cache = createCache();
    await cache.set("count", 1, { ttl: "1m" });
    same(
      await Promise.all([1, 2, 3].map((delta) => cache.incr("count", delta))).then(() => cache.get("count")),
      7,
      "the sum",
    );
    same([await cache.add("count", 9), await cache.add("new", 9)], [false, true], "what was added");
    same(
      await cache.getMany(["count", "none", "new"]),
      new Map([
        ["count", 7],
        ["new", 9],
      ]),
      "what is there",
    );
    same(
      [await cache.getOrSet("lazy", async () => "made"), await cache.get("lazy")],
      ["made", "made"],
      "what was made",
    );
    await cache.clear();
    same([await cache.has("count"), await cache.get("new", "none")], [false, "none"], "what is left");
  });
}
