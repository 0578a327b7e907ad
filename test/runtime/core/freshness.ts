import { type CacheEvent, createCache, isAutocacheError, parseDuration } from "@autocache/edge";
import { type Register, rejection, same, sleep } from "./fact.ts";

/** Long enough to be a time of its own on any clock, and short enough to wait for. */
const SHORT_MS = 30;

/** How long an entry answers, and what answers when the function cannot. */
export function testFreshness(test: Register): void {
  test("an entry is gone when its time is over", async () => {
    let runs = 0;
    const fn = createCache().cached(async () => (runs += 1), { name: "short", ttl: SHORT_MS });
    await fn();
    await sleep(SHORT_MS + 20);
    same((await fn.trace()).verdict, "miss", "the verdict after its time");
    same(runs, 2, "how often it ran");
  });

  test("a result says how long it is kept, and whether at all", async () => {
    const cache = createCache();
    const fn = cache.cached(async (ttl: number) => ({ ttl }), { name: "said", ttl: ({ ttl }) => ttl });
    const chosen = cache.cached(async (n: number) => n, { name: "chosen", shouldCache: (n) => n > 0 });
    for (const once of [fn(60_000), fn(0), chosen(1), chosen(-1)]) await once;
    const again = await Promise.all([fn.trace(60_000), fn.trace(0), chosen.trace(1), chosen.trace(-1)]);
    same(
      again.map(({ verdict }) => verdict),
      ["hit", "miss", "hit", "miss"],
      "the verdicts of the second calls",
    );
  });

  test("a stale entry answers at once while one refresh runs", async () => {
    const cache = createCache();
    const going = Promise.withResolvers<void>();
    let runs = 0;
    const fn = cache.cached(
      async () => {
        runs += 1;
        if (runs > 1) await going.promise;
        return runs;
      },
      { name: "swr", swr: "1h" },
    );
    await fn();
    await fn.expire();
    const told = [await fn.trace(), await fn.trace()];
    same(
      told.map(({ value, verdict, reason }) => `${value} ${verdict} ${reason}`),
      Array(2).fill("1 stale refreshing"),
      "while it runs",
    );
    going.resolve();
    await cache.settled();
    same([await fn(), runs], [2, 2], "the value and the runs after it");
  });

  test("a stale entry answers where the function fails", async () => {
    const events: CacheEvent["type"][] = [];
    const cache = createCache({ onEvent: ({ type }) => events.push(type) });
    let isDown = false;
    const fn = cache.cached(
      async () => {
        if (isDown) throw new Error("it is down");
        return "up";
      },
      { name: "stale-if-error", staleIfError: "1h" },
    );
    await fn();
    await fn.expire();
    isDown = true;
    const { value, verdict, reason } = await fn.trace();
    same([value, verdict, reason], ["up", "stale", "error"], "the answer");
    same(events.includes("refresh-failed"), true, "whether it is told");
  });

  test("an error is remembered where it is asked for", async () => {
    let runs = 0;
    const fn = createCache().cached(
      async () => {
        runs += 1;
        throw new TypeError(`failure ${runs}`, { cause: "bad luck" });
      },
      { name: "error-ttl", errorTtl: "1m" },
    );
    await rejection(fn());
    const again = await rejection(fn());
    same(again instanceof TypeError && [again.message, again.cause], ["failure 1", "bad luck"], "the error again");
    same(runs, 1, "how often it ran");
  });

  test("a call gives up after its hard timeout, and the late result is stored", async () => {
    const cache = createCache();
    const going = Promise.withResolvers<string>();
    const fn = cache.cached(() => going.promise, { name: "hard", hardTimeout: SHORT_MS });
    same(isAutocacheError(await rejection(fn()), "timeout"), true, "whether it is a timeout");
    going.resolve("late");
    await cache.settled();
    same(await fn(), "late", "the next answer");
  });

  test("a caller that gives up leaves the others their result", async () => {
    const going = Promise.withResolvers<string>();
    const fn = createCache().cached(async (_options: { signal?: AbortSignal }) => going.promise, { name: "signal" });
    const stays = fn({});
    const controller = new AbortController();
    const leaves = rejection(fn({ signal: controller.signal }));
    controller.abort(new Error("not needed"));
    same(String(await leaves), "Error: not needed", "what the one gets");
    going.resolve("done");
    same(await stays, "done", "what the other gets");
  });

  test("durations are read", async () => {
    const durations = ["250ms", "30s", "1.5h", "7d", "forever", 5] as const;
    const inMs = durations.map((duration) => parseDuration(duration, "duration"));
    same(inMs, [250, 30_000, 5_400_000, 604_800_000, Infinity, 5], "the durations in milliseconds");
  });
}
