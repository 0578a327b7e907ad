import { describe, expect, it } from "vitest";
import * as index from "../src/index.ts";
import * as keys from "../src/keys.ts";
import { AutocacheError, cached, createCache, isAutocacheError, memory, tiered } from "../src/index.ts";

const fn = async (): Promise<number> => 1;
const wrong = (options: unknown): never => options as never;

describe("what is exported", () => {
  it("is this, and nothing by accident", () => {
    expect(Object.keys(index).toSorted()).toEqual([
      "AutocacheError",
      "cacheKey",
      "cached",
      "cachedMethod",
      "callContext",
      "createCache",
      "isAutocacheError",
      "memory",
      "parseDuration",
      "prepareRemote",
      "registerManifest",
      "tiered",
    ]);
    expect(Object.keys(keys).toSorted()).toEqual(["cacheKey", "canonical", "keyFor"]);
  });
});

describe("bad input, refused where it is written", () => {
  it.each<[string, () => unknown, ErrorConstructor, string | RegExp]>([
    [
      "an anonymous function",
      () => cached(async () => 1),
      TypeError,
      "Cannot cache a function: one without a name of its own needs the option `name`: received an anonymous function",
    ],
    [
      "a negative ttl",
      () => cached(fn, { ttl: -1 }),
      RangeError,
      'Cannot use the ttl of "fn": a duration is 0 or more: received -1',
    ],
    [
      "a ttl of NaN",
      () => cached(fn, { ttl: Number.NaN }),
      RangeError,
      'Cannot use the ttl of "fn": a duration is 0 or more: received NaN',
    ],
    [
      "a ttl in no unit",
      () => cached(fn, { name: "product", ttl: wrong("5 minutes") }),
      RangeError,
      'Cannot use the ttl of "product": a duration is a number of milliseconds, or a text of a number and one of ms, s, m, h, d, w, or "forever": received "5 minutes"',
    ],
    [
      "a ttl of another type",
      () => cached(fn, { ttl: wrong(null) }),
      TypeError,
      'Cannot use the ttl of "fn": a duration is a number of milliseconds or a text such as "5m": received null',
    ],
    [
      "a cache's negative ttl",
      () => createCache({ ttl: -1 }),
      RangeError,
      "Cannot use the ttl of a cache: a duration is 0 or more: received -1",
    ],
    [
      "an unknown option of a function",
      () => createCache().cached(fn, wrong({ tll: 1 })),
      TypeError,
      /^Cannot cache "fn": its options are name, version, [\w, ]+: received "tll"$/,
    ],
    [
      "an unknown option of a function that is cached by itself",
      () => cached(fn, wrong({ tll: 1 })),
      TypeError,
      /^Cannot cache a function: its options are name, [\w, ]+, backend, namespace, [\w, ]+: received "tll"$/,
    ],
    [
      "an unknown option of a cache",
      () => createCache(wrong({ backends: [] })),
      TypeError,
      /^Cannot make a cache: its options are backend, namespace, ttl, [\w, ]+: received "backends"$/,
    ],
    [
      "a flightTimeout of 0",
      () => createCache({ flightTimeout: 0 }),
      RangeError,
      "Cannot use the flightTimeout of a cache: it is at least 1 ms: received 0",
    ],
    [
      "options that are no object",
      () => createCache(wrong("5m")),
      TypeError,
      "Cannot make a cache: options are an object: received string",
    ],
    [
      "options of null",
      () => cached(fn, wrong(null)),
      TypeError,
      "Cannot cache a function: options are an object: received null",
    ],
    [
      "a backend that is none",
      () => createCache({ backend: wrong({}) }),
      TypeError,
      "Cannot make a cache: a backend has a name, capabilities, and the methods get, set and delete: received an object without them",
    ],
    [
      "an empty name",
      () => cached(fn, { name: "" }),
      TypeError,
      'Cannot build a cache key: the name is a well-formed text that is not empty: received ""',
    ],
    [
      "an empty namespace",
      () => createCache({ namespace: "" }),
      TypeError,
      'Cannot build a cache key: the namespace is a well-formed text that is not empty: received ""',
    ],
    [
      "a namespace without a UTF-8 form",
      () => createCache({ namespace: "\ud800" }),
      TypeError,
      'Cannot build a cache key: the namespace is a well-formed text that is not empty: received "\\ud800"',
    ],
    [
      "a namespace that is too long to list",
      () => createCache({ namespace: "é".repeat(50) }),
      RangeError,
      "Cannot make a cache: a namespace is at most 127 bytes when percent-encoded: received 300",
    ],
    [
      "a version of NaN",
      () => cached(fn, { version: Number.NaN }),
      RangeError,
      'Cannot cache "fn": a version is a finite number: received NaN',
    ],
    [
      "deps that are no list",
      () => cached(fn, { deps: wrong({}) }),
      TypeError,
      'Cannot cache "fn": deps is an array: received an object',
    ],
    [
      "a dependency that cannot be in a key",
      () => cached(fn, { deps: [1, Symbol("s")] }),
      TypeError,
      "Cannot build a cache key from deps[1]: symbols have no stable identity",
    ],
    [
      "a key that is no function",
      () => cached(fn, { key: wrong("id") }),
      TypeError,
      'Cannot cache "fn": key is a function: received string',
    ],
    [
      "a bound function, whose text says nothing",
      () => cached(fn.bind(undefined)),
      TypeError,
      'Cannot derive a version of "bound fn" from its code: "bound fn" is bound or built in, so that its text says nothing: pass `version`, or wrap it in an arrow function',
    ],
    [
      "a stack of no tiers",
      () => tiered([]),
      TypeError,
      "Cannot stack backends: a stack has at least one: received none",
    ],
    [
      "a tier that is no backend",
      () => tiered([memory(), wrong({})]),
      TypeError,
      "Cannot stack backends, at tier 1: a backend has a name, capabilities, and the methods get, set and delete: received an object without them",
    ],
  ])("%s", (_title, define, kind, message) => {
    expect(define).toThrow(kind);
    expect(define).toThrow(message);
  });

  it("a bound function is accepted with a version", async () => {
    expect(await cached(fn.bind(undefined), { version: 1, backend: memory() })()).toBe(1);
  });
});

describe("bad input, refused at the call", () => {
  it("an argument that cannot be in a key, and the function does not run", async () => {
    let runs = 0;
    const search = cached(async (_filter: unknown) => ++runs, { name: "search", backend: memory() });
    await expect(search({ by: [() => true] })).rejects.toThrow(
      "Cannot build a cache key from args[0].by[0]: functions have no stable identity",
    );
    expect(runs).toBe(0);
  });

  it("a result that cannot be stored: the path is named, and nothing is written", async () => {
    const cache = createCache();
    const load = cache.cached(async () => ({ rows: [{ at: new WeakMap() }] }), { name: "load" });
    await expect(load()).rejects.toThrow(
      'Cannot store "load": value.rows[0].at cannot come back as it is: an instance of WeakMap has no plain form, return plain data instead',
    );
    await cache.settled();
    expect(await load.peek()).toBeUndefined();
  });

  it("arguments past the limits of a key go by the cache, because their size is in a stranger's hand", async () => {
    let deep: unknown = 1;
    for (let i = 0; i < 100; i++) deep = [deep];
    const size = cached(async (_value: unknown) => 1, { name: "size", backend: memory() });
    const trace = await size.trace(deep);
    expect(trace).toMatchObject({ value: 1, verdict: "bypass", key: undefined });
    expect(trace.events).toMatchObject([{ type: "bypass", reason: "key-too-large", error: expect.any(RangeError) }]);
    expect((await size.trace("x".repeat(2_000_000))).verdict).toBe("bypass");
  });
});

describe("what goes by the limits of a key", () => {
  it("is refreshed without the cache too", async () => {
    const size = cached(async (text: string) => text.length, { name: "size", backend: memory() });
    expect(await size.refresh("x".repeat(2_000_000))).toBe(2_000_000);
  });

  it("is not what a key() or a toJSON() throws", async () => {
    const dated = cached(async (_date: Date) => 1, {
      name: "dated",
      backend: memory(),
      key: (date) => date.toISOString(),
    });
    await expect(dated(new Date(Number.NaN))).rejects.toThrow("Invalid time value");
  });
});

describe("a listener", () => {
  it("that is asynchronous and fails breaks nothing", async () => {
    const quiet = cached(fn, {
      backend: memory(),
      onEvent: (async () => {
        throw new Error("listener");
      }) as () => void,
    });
    expect(await quiet()).toBe(1);
  });
});

describe("isAutocacheError()", () => {
  it("knows an error by name and code, of another bundle too", () => {
    const own = new AutocacheError("unsupported", "Cannot");
    const others = Object.assign(new Error("Cannot"), { name: "AutocacheError", code: "unsupported" });
    expect([own, others, new Error("x"), null, "text"].map((error) => isAutocacheError(error))).toEqual([
      true,
      true,
      false,
      false,
      false,
    ]);
    expect(isAutocacheError(own, "too-large")).toBe(false);
    expect(isAutocacheError(own, "unsupported")).toBe(true);
  });
});
