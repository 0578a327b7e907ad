import { describe, expect, it } from "vitest";
import { createCache } from "../../src/cache.ts";
import { DEFAULT_FRESHNESS } from "../../src/freshness.ts";
import { cachedFetch } from "../../src/http/fetch.ts";
import { cachedHandler } from "../../src/http/handler.ts";
import { type HttpOptions, KEY_HEADERS, resolveHttpOptions } from "../../src/http/options.ts";
import { stopClock } from "./optioned-site.ts";

stopClock();

describe("resolveHttpOptions()", () => {
  it("fills in the documented defaults", () => {
    const resolved = resolveHttpOptions({}, true, DEFAULT_FRESHNESS);
    expect(resolved).toMatchObject({
      ttl: undefined,
      freshness: {
        swrMs: 0,
        staleIfErrorMs: 0,
        earlyRefresh: 0,
        softTimeoutMs: Infinity,
        hardTimeoutMs: Infinity,
        retryAfterMs: 10_000,
        flightTimeoutMs: undefined,
      },
      hardTimeoutMs: Infinity,
      tags: [],
      url: { include: undefined, exclude: [], sort: false, headers: KEY_HEADERS },
      key: undefined,
      vary: [],
      normalizers: {},
      maxBodyBytes: 4 * 1024 * 1024,
      maxVariants: 16,
      keepMs: 86_400_000,
      storing: {
        isShared: true,
        targets: ["cdn-cache-control"],
        heuristic: undefined,
        setCookie: false,
        hasTtl: false,
        methods: ["QUERY"],
        guardsDeception: true,
        obeysRequest: true,
      },
      storesContentLocation: false,
      headers: { cacheStatus: "autocache", hasServerTiming: false, sendsTags: false, replaced: new Map() },
    });
    expect(resolved.bypass(new Request("https://a.test/"), undefined)).toBe(false);
  });

  it("takes undefined for what is not said", () => {
    const names = Object.keys(resolveHttpOptions({}, true, DEFAULT_FRESHNESS));
    const silent = {
      ttl: undefined,
      keep: undefined,
      vary: undefined,
      query: undefined,
      send: undefined,
      methods: undefined,
    };
    expect(Object.keys(resolveHttpOptions(silent, true, DEFAULT_FRESHNESS))).toEqual(names);
  });

  it("takes what a cache says of timeouts, and not what it says of its functions' freshness", () => {
    const own = { ...DEFAULT_FRESHNESS, softTimeoutMs: 5, hardTimeoutMs: 6, retryAfterMs: 7, jitter: 0.5, errorTtl: 9 };
    const defaults = { ...own, swrMs: 1, staleIfErrorMs: 2, earlyRefresh: 3 };
    const { freshness, hardTimeoutMs } = resolveHttpOptions({}, true, defaults);
    // To the read path a run is over with its body; the hard timeout is for the head.
    expect(freshness).toEqual({ ...own, jitter: 0, errorTtl: 0, hardTimeoutMs: Infinity });
    expect(hardTimeoutMs).toBe(6);
  });

  it("heeds targeted fields and refuses cookies in a shared cache only", () => {
    const { storing } = resolveHttpOptions({}, false, DEFAULT_FRESHNESS);
    expect([storing.targets, storing.setCookie]).toEqual([[], true]);
  });

  const FLAGS = ["heuristic", "setCookie", "contentLocation", "requestDirectives", "deceptionGuard", "serverTiming"];
  const DURATIONS = ["ttl", "swr", "staleIfError", "softTimeout", "hardTimeout", "retryAfter", "flightTimeout", "keep"];
  const misuses: [options: object, message: string][] = [
    ...FLAGS.flatMap((name): [object, string][] => [
      [{ [name]: "false" }, `Cannot cache responses: ${name} is true or false: received string`],
      [{ [name]: 0 }, `Cannot cache responses: ${name} is true or false: received number`],
      [{ [name]: null }, `Cannot cache responses: ${name} is true or false: received null`],
    ]),
    ...DURATIONS.flatMap((name): [object, string][] => [
      [{ [name]: "soon" }, `Cannot use the ${name} of responses: a duration is a number of milliseconds, or a text`],
      [{ [name]: -1 }, `Cannot use the ${name} of responses: a duration is 0 or more: received -1`],
      [{ [name]: true }, `Cannot use the ${name} of responses: a duration is a number of milliseconds or a text`],
      [{ [name]: null }, `Cannot use the ${name} of responses: a duration is a number of milliseconds or a text`],
    ]),
    [{ hardTimeout: 0 }, "Cannot use the hardTimeout of responses: it is at least 1 ms: received 0"],
    [{ earlyRefresh: -1 }, "Cannot use the earlyRefresh of responses: it is true, false, or a finite number from 0"],
    [{ ttL: 1 }, 'received "ttL"'],
    [{ name: "" }, "received"],
    [{ name: 5 }, "received"],
    [
      { tags: "news" },
      "Cannot cache responses: tags are a list of well-formed texts that are not empty: received string",
    ],
    [{ tags: ["news", ""] }, 'received ""'],
    [{ key: "url" }, "Cannot cache responses: key is a function: received string"],
    [{ bypass: true }, "Cannot cache responses: bypass is a function: received boolean"],
    [{ query: ["a"] }, "Cannot cache responses: the query: options are an object: received an array"],
    [{ query: null }, "Cannot cache responses: the query: options are an object: received null"],
    [{ query: { only: [] } }, 'its options are include, exclude, sort: received "only"'],
    [{ query: { include: "id" } }, "Cannot cache responses: query.include is a list of names: received string"],
    [{ query: { exclude: [1] } }, "Cannot cache responses: query.exclude is a list of names: received [1]"],
    [{ query: { exclude: null } }, "Cannot cache responses: query.exclude is a list of names: received null"],
    [{ query: { sort: "yes" } }, "Cannot cache responses: query.sort is true or false: received string"],
    [{ keyHeaders: "x-a" }, "Cannot cache responses: keyHeaders is a list of header names: received string"],
    [{ keyHeaders: ["x a"] }, 'Cannot cache responses: keyHeaders is a list of header names: received "x a"'],
    [{ keyHeaders: null }, "Cannot cache responses: keyHeaders is a list of header names: received null"],
    [{ vary: "cookie" }, "Cannot cache responses: vary is a list of header names: received string"],
    [{ vary: null }, "Cannot cache responses: vary is a list of header names: received null"],
    [{ vary: ["a:b"] }, 'Cannot cache responses: vary is a list of header names: received "a:b"'],
    [{ vary: { "a b": () => null } }, 'Cannot cache responses: vary is a list of header names: received "a b"'],
    [{ vary: { cookie: "id" } }, "Cannot cache responses: vary is a function: received string"],
    [{ methods: "QUERY" }, "Cannot cache responses: methods is a list of QUERY and POST: received string"],
    [{ methods: 1 }, "Cannot cache responses: methods is a list of QUERY and POST: received number"],
    [{ methods: ["PUT"] }, 'Cannot cache responses: methods is a list of QUERY and POST: received ["PUT"]'],
    [{ maxBodyBytes: -1 }, "Cannot cache responses: maxBodyBytes is a whole number from 0: received -1"],
    [{ maxBodyBytes: 1.5 }, "Cannot cache responses: maxBodyBytes is a whole number from 0: received 1.5"],
    [{ maxBodyBytes: "1" }, "Cannot cache responses: maxBodyBytes is a whole number from 0: received 1"],
    [{ maxBodyBytes: null }, "Cannot cache responses: maxBodyBytes is a whole number from 0: received null"],
    [{ maxVariants: 0 }, "Cannot cache responses: maxVariants is a whole number from 1: received 0"],
    [{ maxVariants: Number.NaN }, "Cannot cache responses: maxVariants is a whole number from 1: received NaN"],
    [
      { cacheStatus: true },
      "Cannot cache responses: cacheStatus is a name of printable ASCII, or false: received true",
    ],
    [{ cacheStatus: "" }, "Cannot cache responses: cacheStatus is a name of printable ASCII, or false: received"],
    [{ cacheStatus: "a\nb" }, "Cannot cache responses: cacheStatus is a name of printable ASCII, or false: received"],
    [{ send: null }, "Cannot cache responses: what to send: options are an object: received null"],
    [{ send: { pragma: false } }, 'cacheTag: received "pragma"'],
    [
      { send: { cacheControl: 60 } },
      "Cannot cache responses: send.cacheControl is a text for a header, true or false: received number",
    ],
    [{ send: { cdnCacheControl: "a\r\nset-cookie: b" } }, 'received "a\\r\\nset-cookie: b"'],
    [
      { send: { cloudflareCdnCacheControl: "Ā" } },
      "Cannot cache responses: send.cloudflareCdnCacheControl is a text for a header",
    ],
    [{ send: { cacheTag: "news" } }, "Cannot cache responses: send.cacheTag is true or false: received string"],
  ];

  it.each(misuses)("refuses %j", (options, message) => {
    const make = (): unknown => cachedHandler(() => new Response(), { name: "page", ...options });
    expect(make).toThrow(/^Cannot [^:]+: .+: received .+$/);
    expect(make).toThrow(message);
    expect(() => cachedFetch(options)).toThrow(message);
  });

  it("refuses options that are no object, and a cache that is none", () => {
    const make = (options: unknown): unknown => cachedHandler(() => new Response(), options as HttpOptions);
    expect(() => make([])).toThrow("Cannot cache responses: options are an object: received an array");
    expect(() => make(null)).toThrow("Cannot cache responses: options are an object: received null");
    expect(() => make({ name: "a", cache: {} })).toThrow("Cannot use the cache: it is what createCache()");
    expect(() => cachedHandler("page" as never)).toThrow(
      "Cannot cache a handler: it is a function of a request: received string",
    );
  });
});

describe("name, version and deps", () => {
  it("name is that of the handler, and one must be", () => {
    const cache = createCache();
    expect(() => cachedHandler(() => new Response(), { cache })).toThrow("received an anonymous function");
    expect(() => cachedHandler(() => new Response(), { cache, name: "page" })).not.toThrow();
    expect(() =>
      cachedHandler(
        async function page() {
          return new Response();
        },
        { cache },
      ),
    ).not.toThrow();
  });

  it("version and deps tell one code from another under one name; the last version's response stays", async () => {
    const cache = createCache();
    const ask = async (text: string, options: HttpOptions): Promise<string> => {
      const handler = cachedHandler(() => new Response(text), { cache, name: "page", ttl: "1h", ...options });
      const response = await (await handler(new Request("https://shop.test/"))).text();
      await cache.settled();
      return response;
    };
    expect(await ask("one", { version: 1 })).toBe("one");
    expect(await ask("two", { version: 2 })).toBe("two");
    expect(await ask("never", { version: "1" })).toBe("one");
    expect(await ask("three", { deps: ["x"] })).toBe("three");
    expect(await ask("four", { deps: ["y"] })).toBe("four");
    expect(await ask("never", { deps: ["x"] })).toBe("three");
    expect(await ask("five", { version: 5, deps: ["x"] })).toBe("five");
    expect(await ask("never", { version: 5, deps: ["y"] })).toBe("five");
  });
});
