import { type Backend, type CacheEvent, createCache, isAutocacheError, memory, tiered } from "@autocache/edge";
import { type Register, rejection, same } from "./fact.ts";

/** What several functions, caches and backends do together: tags, tiers, and a backend that fails. */
export function testShared(test: Register): void {
  testTags(test);
  testTiers(test);
  testFailures(test);
}

function testTags(test: Register): void {
  test("tags make invalid what carries them, and nothing else", async () => {
    const cache = createCache();
    let runs = 0;
    const fn = cache.cached(async (_id: string) => (runs += 1), {
      name: "tagged",
      tags: (_, id) => [`id:${id}`, "all"],
    });
    same([await fn("a"), await fn("b")], [1, 2], "the first answers");
    await cache.invalidateTags(["id:a"]);
    same([await fn("a"), await fn("b")], [3, 2], "the answers after one tag");
    await cache.invalidateTags(["all"]);
    same([await fn("a"), await fn("b")], [4, 5], "the answers after the tag of both");
  });

  test("an expired tag leaves a stale answer", async () => {
    const cache = createCache();
    let runs = 0;
    const fn = cache.cached(async () => (runs += 1), { name: "expiring", tags: ["one"], swr: "1h" });
    await fn();
    await cache.expireTags(["one"]);
    const { value, verdict } = await fn.trace();
    same([value, verdict], [1, "stale"], "the answer");
    await cache.settled();
    same(await fn(), 2, "the answer after the refresh");
  });

  test("purges reach a function, and a namespace", async () => {
    const backend = memory();
    const cache = createCache({ backend, namespace: "purged", purgeable: true });
    const other = createCache({ backend, namespace: "kept", purgeable: true });
    const runs = { one: 0, two: 0, other: 0 };
    const one = cache.cached(async () => (runs.one += 1), { name: "one" });
    const two = cache.cached(async () => (runs.two += 1), { name: "two" });
    const kept = other.cached(async () => (runs.other += 1), { name: "one" });
    const ask = (): Promise<number[]> => Promise.all([one(), two(), kept()]);
    same(await ask(), [1, 1, 1], "the first answers");
    await one.purge();
    same(await ask(), [2, 1, 1], "the answers after a function's purge");
    await cache.purgeNamespace();
    same(await ask(), [3, 2, 1], "the answers after a namespace's");
  });
}

function testTiers(test: Register): void {
  test("an entry is written to all tiers, and copied up from below", async () => {
    const [above, below] = [memory(), memory()];
    const named = (name: string, backend: Backend): Backend => ({ ...plain(backend), name });
    const stack = tiered([named("above", above), named("below", below)]);
    const cache = createCache({ backend: stack });
    const fn = cache.cached(async () => 1, { name: "stacked" });
    await fn();
    await cache.settled();
    const key = await fn.keyOf();
    same(
      [await above.get(key), await below.get(key)].every((found) => found !== undefined),
      true,
      "whether both have it",
    );
    await above.delete(key);
    const found = async (): Promise<string | undefined> => (await fn.trace()).backend;
    same([await found(), await cache.settled().then(found)], ["below", "above"], "who answers");
  });

  test("a tier that fails is told of, and the next one answers", async () => {
    const events: CacheEvent[] = [];
    const below = memory();
    await createCache({ backend: below }).cached(async () => "stored", { name: "fn", version: 1 })();
    const failing: Backend = {
      ...plain(memory()),
      name: "failing",
      get: () => Promise.reject(new Error("it is down")),
    };
    const cache = createCache({ backend: tiered([failing, below]), onEvent: (event) => events.push(event) });
    same(await cache.cached(async () => "computed", { name: "fn", version: 1 })(), "stored", "the answer");
    same(events.find((event) => event.type === "backend-failed")?.backend, "failing", "who failed");
  });
}

function testFailures(test: Register): void {
  test("a backend that fails costs the cache, and not the call", async () => {
    const down = (): Promise<never> => Promise.reject(new Error("it is down"));
    const backend: Backend = { ...plain(memory()), name: "down", get: down, set: down };
    const events: CacheEvent["type"][] = [];
    const cache = createCache({ backend, onEvent: ({ type }) => events.push(type) });
    const fn = cache.cached(async (n: number) => n * 2, { name: "double" });
    same([await fn(1), await fn(2)], [2, 4], "the answers");
    await cache.settled();
    same(events.includes("backend-failed"), true, "whether it is told");
  });

  test("a backend that hangs is waited for no longer than its timeout", async () => {
    const backend: Backend = { ...plain(memory()), name: "hanging", get: () => new Promise(() => {}) };
    const cache = createCache({ backend, backendTimeout: 30 });
    same(await cache.cached(async () => "computed", { name: "fn" })(), "computed", "the answer");
  });

  test("misuse throws where it is written, and tells what was wrong", async () => {
    const errors = [
      () => createCache({ ttl: "soon" as "1m" }),
      () => createCache({ ttl: -1 }),
      () => createCache().cached(async () => 1),
      () => createCache({ lifetime: "1m" } as { ttl?: "1m" }),
    ].map((define) => rejection((async (): Promise<unknown> => define())()));
    for (const error of await Promise.all(errors))
      same((error as Error).message.startsWith("Cannot "), true, String(error));
    const unsupported = await rejection(createCache({ backend: plain() }).incr("n"));
    same(isAutocacheError(unsupported, "unsupported"), true, String(unsupported));
  });
}

/** A backend with no more than the three methods that it must have, as members that can be replaced. */
function plain(backend: Backend = memory()): Backend {
  return {
    name: "plain",
    // What is in this process is not guarded: it cannot hang.
    capabilities: { ...backend.capabilities, local: false },
    get: (key, context) => backend.get(key, context),
    set: (key, envelope, options) => backend.set(key, envelope, options),
    delete: (key) => backend.delete(key),
  };
}
