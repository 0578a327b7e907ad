import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { createCache } from "../../src/cache.ts";
import type { CacheEvent } from "../../src/events.ts";
import { DEFAULT_FRESHNESS } from "../../src/freshness.ts";
import { cachedFetch } from "../../src/http/fetch.ts";
import { cachedHandler, type Handler } from "../../src/http/handler.ts";
import { type HttpOptions, KEY_HEADERS, resolveHttpOptions } from "../../src/http/options.ts";

const NOW = Date.UTC(2026, 0, 15, 12);
const HOUR = 3_600_000;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["Date"], now: NOW });
});

afterEach(() => {
  vi.useRealTimers();
});

interface Site {
  /** Asks, reads to the end, and waits for what goes on in the background. */
  readonly get: (path?: string, init?: RequestInit) => Promise<string>;
  readonly verdict: (path?: string, init?: RequestInit) => Promise<string>;
  readonly handler: ReturnType<typeof cachedHandler>;
  readonly cache: ReturnType<typeof createCache>;
  readonly events: CacheEvent[];
  readonly refusals: () => unknown[];
  readonly runs: () => number;
}

type Answer = (request: Request, run: number) => Response | Promise<Response>;

function site(options: HttpOptions, answer: Answer = (_request, run) => new Response(`run ${run}`)): Site {
  const events: CacheEvent[] = [];
  const cache = createCache({ onEvent: (event) => events.push(event) });
  let runs = 0;
  const page: Handler = (request) => answer(request, (runs += 1));
  const handler = cachedHandler(page, { cache, name: "page", ...options });
  const ask = async (path = "/", init: RequestInit = {}): Promise<[string, Response]> => {
    const response = await handler(new Request(new URL(path, "https://shop.test"), init));
    const text = await response.text();
    await cache.settled();
    return [text, response];
  };
  return {
    get: async (...given) => (await ask(...given))[0],
    verdict: async (...given) => (await ask(...given))[1].headers.get("cache-status")?.split(";")[1]?.trim() ?? "",
    handler,
    cache,
    events,
    refusals: () => events.flatMap((event) => (event.type === "not-stored" ? [event.reason] : [])),
    runs: () => runs,
  };
}

const says =
  (headers: Record<string, string>, status: number = 200): Answer =>
  (_request, run) =>
    new Response(`run ${run}`, { status, headers });

const later = (ms: number): void => void vi.setSystemTime(Date.now() + ms);

describe("resolveHttpOptions()", () => {
  it("fills in the documented defaults", () => {
    const resolved = resolveHttpOptions({}, true, DEFAULT_FRESHNESS);
    expect(resolved).toMatchObject({
      ttl: undefined,
      freshness: {
        policy: { swrMs: 0, staleIfErrorMs: 0, earlyRefresh: 0 },
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
    const defaults = { ...own, policy: { swrMs: 1, staleIfErrorMs: 2, earlyRefresh: 3 } };
    const { freshness, hardTimeoutMs } = resolveHttpOptions({}, true, defaults);
    const { policy } = DEFAULT_FRESHNESS;
    // To the read path a run is over with its body; the hard timeout is for the head.
    expect(freshness).toEqual({ ...own, jitter: 0, errorTtl: 0, policy, hardTimeoutMs: Infinity });
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

describe("ttl", () => {
  it("is for what says nothing of its freshness", async () => {
    const silent = site({ ttl: "1h" });
    expect([await silent.get(), await silent.get()]).toEqual(["run 1", "run 1"]);
    later(HOUR);
    expect(await silent.get()).toBe("run 2");
    const explicit = site({ ttl: "1h" }, says({ "cache-control": "max-age=60" }));
    await explicit.get();
    later(60_000);
    expect(await explicit.get()).toBe("run 2");
  });

  it("without one, what says nothing is not stored", async () => {
    const { get, refusals } = site({});
    expect([await get(), await get()]).toEqual(["run 1", "run 2"]);
    expect(refusals()).toEqual(["no-freshness", "no-freshness"]);
  });

  it("as a function is asked about each response and wins over it; undefined leaves it to the response", async () => {
    const asked: unknown[] = [];
    const { get } = site(
      {
        ttl: (response, request) => {
          asked.push([response.status, new URL(request.url).pathname]);
          return request.url.endsWith("/own") ? undefined : "1h";
        },
      },
      says({ "cache-control": "max-age=60" }),
    );
    await get("/");
    await get("/own");
    later(60_000);
    expect([await get("/"), await get("/own")]).toEqual(["run 1", "run 3"]);
    expect(asked).toEqual([
      [200, "/"],
      [200, "/own"],
      [200, "/own"],
    ]);
  });

  it("as a function wins over no-cache and a zero, but not over no-store, private or a cookie", async () => {
    for (const [headers, expected] of [
      [{ "cache-control": "max-age=0" }, []],
      [{ "cache-control": "no-store" }, ["no-store"]],
      [{ "cache-control": "private" }, ["private"]],
      [{ "set-cookie": "a=1" }, ["set-cookie"]],
      [{ vary: "*" }, ["vary"]],
    ] as const) {
      const { get, refusals } = site({ ttl: () => "1h" }, says(headers));
      await get();
      expect(refusals()).toEqual(expected);
    }
  });

  it.each([0, -5, "0s"] as const)("%s stores nothing", async (ttl) => {
    const { get, refusals } = site({ ttl: () => ttl as number });
    expect([await get(), await get()]).toEqual(["run 1", "run 2"]);
    expect(refusals()).toEqual(["ttl", "ttl"]);
  });

  it('"forever" has no end', async () => {
    const { get, verdict } = site({ ttl: "forever" });
    await get();
    later(100 * 365 * 24 * HOUR);
    expect(await verdict()).toBe("hit");
  });

  it("that is no duration, or throws, keeps the response from being stored, and not from its client", async () => {
    const throws = (): never => {
      throw new Error("no ttl");
    };
    for (const ttl of [() => "soon" as never, throws]) {
      const { get, refusals } = site({ ttl });
      expect([await get(), refusals()]).toEqual(["run 1", ["failed"]]);
    }
  });
});

describe("swr, staleIfError and retryAfter", () => {
  it("swr answers stale while one refresh runs", async () => {
    const { get, events } = site({ ttl: "1m", swr: "1h" });
    await get();
    later(60_000);
    expect([await get(), await get()]).toEqual(["run 1", "run 2"]);
    expect(events).toContainEqual(expect.objectContaining({ type: "stale", reason: "refreshing" }));
    later(60_000 + HOUR);
    expect(await get()).toBe("run 3");
  });

  it("the response's own stale-while-revalidate wins, also where it is 0", async () => {
    const { get } = site({ swr: "1h" }, says({ "cache-control": "max-age=60, stale-while-revalidate=0" }));
    await get();
    later(60_000);
    expect(await get()).toBe("run 2");
  });

  it("staleIfError answers stale where the handler throws or says 5xx, and not where it says 4xx", async () => {
    const answers: Record<number, Answer> = {
      2: () => Promise.reject(new Error("down")),
      3: () => new Response("down", { status: 503 }),
      4: () => new Response("gone", { status: 410 }),
    };
    const { get } = site({ ttl: "1m", staleIfError: "1h", retryAfter: 0 }, (request, run) =>
      (answers[run] ?? says({}))(request, run),
    );
    await get();
    later(60_000);
    expect([await get(), await get(), await get()]).toEqual(["run 1", "run 1", "gone"]);
  });

  it("without it, the handler's error is the caller's, the very same", async () => {
    const error = new Error("down");
    const { get } = site({ ttl: "1m" }, (_request, run) => (run === 1 ? new Response("ok") : Promise.reject(error)));
    await get();
    later(60_000);
    await expect(get()).rejects.toBe(error);
  });

  it("retryAfter is how long a handler that failed is left alone", async () => {
    const { get, runs } = site({ ttl: "1m", staleIfError: "1h", retryAfter: "30s" }, (_request, run) =>
      run === 1 ? new Response("ok") : Promise.reject(new Error("down")),
    );
    await get();
    later(60_000);
    await get();
    await get();
    expect(runs()).toBe(2);
    later(30_000);
    await get();
    expect(runs()).toBe(3);
  });
});

describe("softTimeout, hardTimeout and flightTimeout", () => {
  it("hardTimeout fails a request whose handler gives no head in time, and not one with a slow body", async () => {
    const slow = site({ ttl: "1m", hardTimeout: 10 }, () => new Promise<Response>(() => {}));
    await expect(slow.get()).rejects.toMatchObject({ name: "AutocacheError", code: "timeout" });
    const body = new ReadableStream({
      async pull(controller) {
        await new Promise((resolve) => void setTimeout(resolve, 40));
        controller.enqueue(new TextEncoder().encode("late"));
        controller.close();
      },
    });
    expect(await site({ ttl: "1m", hardTimeout: 20 }, () => new Response(body)).get()).toBe("late");
  });

  it("softTimeout answers stale where the handler takes longer, which goes on", async () => {
    let finish = (): void => {};
    const { get, events, cache } = site({ ttl: "1m", staleIfError: "1h", softTimeout: 10 }, async (_request, run) => {
      if (run === 2) await new Promise<void>((resolve) => (finish = resolve));
      return new Response(`run ${run}`);
    });
    await get();
    later(60_000);
    const second = get();
    await expect.poll(() => events.some((event) => event.type === "stale" && event.reason === "slow")).toBe(true);
    finish();
    expect(await second).toBe("run 1");
    await cache.settled();
    expect(await get()).toBe("run 2");
  });

  it("flightTimeout ends the wait for another request's run", async () => {
    const { handler, events, runs } = site({ ttl: "1m", flightTimeout: 10 }, (_request, run) =>
      run === 1 ? new Promise<Response>(() => {}) : new Response("second"),
    );
    const request = new Request("https://shop.test/");
    void handler(request);
    await expect.poll(runs).toBe(1);
    expect(await (await handler(request)).text()).toBe("second");
    expect(events.map(({ type }) => type)).toContain("abandoned");
  });
});

describe("earlyRefresh", () => {
  it("refreshes before the end, by chance: surely so where the number is large enough", async () => {
    const { get, runs } = site({ ttl: "1h", earlyRefresh: 1e9 }, async (_request, run) => {
      vi.setSystemTime(Date.now() + 50);
      return new Response(`run ${run}`);
    });
    expect(await get()).toBe("run 1");
    expect(await get()).toBe("run 1");
    expect(runs()).toBe(2);
  });
});

describe("tags", () => {
  it("invalidate responses together, as the options, the response's Cache-Tag or both say", async () => {
    const { get, cache } = site(
      { ttl: "1h", tags: (response, request) => [`status ${response.status}`, new URL(request.url).pathname] },
      says({ "cache-tag": "shop, tea" }),
    );
    for (const tag of ["status 200", "/", "shop", "tea"]) {
      const before = await get();
      expect(await get()).toBe(before);
      await cache.invalidateTags([tag]);
      expect(await get()).not.toBe(before);
    }
  });

  it("a list holds for all", async () => {
    const { get, cache } = site({ ttl: "1h", tags: ["page"] });
    await get();
    await cache.invalidateTags(["page"]);
    expect(await get()).toBe("run 2");
  });

  it("that are none keep the response from being stored", async () => {
    const { get, refusals } = site({ ttl: "1h", tags: () => [""] });
    await get();
    expect(refusals()).toEqual(["tags"]);
  });

  it("purge() needs tags, or a cache that is purgeable", async () => {
    const without = site({ ttl: "1h" });
    await expect(without.handler.purge()).rejects.toMatchObject({ code: "unsupported" });
    const { get, handler } = site({ ttl: "1h", tags: [] });
    await get();
    await handler.purge();
    expect(await get()).toBe("run 2");
  });
});

describe("key, query and keyHeaders", () => {
  it("key stands for the URL", async () => {
    const { get } = site({ ttl: "1h", key: ({ url }) => ["shop", new URL(url).pathname] });
    expect([await get("/a?x=1"), await get("/a?x=2"), await get("/b")]).toEqual(["run 1", "run 1", "run 2"]);
  });

  it("key that cannot be one fails the request, as misuse", async () => {
    const { get } = site({ ttl: "1h", key: () => () => {} });
    await expect(get()).rejects.toThrow("Cannot build a cache key");
  });

  it("query: include, exclude and sort make URLs one, and the handler sees that one", async () => {
    const seen: string[] = [];
    const answer: Answer = ({ url }, run) => (seen.push(new URL(url).search), new Response(`run ${run}`));
    const { get } = site({ ttl: "1h", query: { include: ["a", "b", "c"], exclude: ["c"], sort: true } }, answer);
    for (const path of ["/?b=2&a=1", "/?a=1&b=2", "/?c=3&b=2&z=9&a=1"]) expect(await get(path)).toBe("run 1");
    expect(await get("/?a=2&b=2")).toBe("run 2");
    expect(await get("/?a=2&a=1")).toBe("run 3");
    expect(await get("/?a=1&a=2")).toBe("run 4");
    expect(seen).toEqual(["?a=1&b=2", "?a=2&b=2", "?a=2&a=1", "?a=1&a=2"]);
  });

  it("query: none, and all, of the parameters can be left out", async () => {
    const { get } = site({ ttl: "1h", query: { include: [] } });
    expect([await get("/?a"), await get("/?b=1"), await get("/")]).toEqual(["run 1", "run 1", "run 1"]);
    const all = site({ ttl: "1h" });
    expect([await all.get("/?a=1&b=2"), await all.get("/?b=2&a=1"), await all.get("/?")]).toEqual([
      "run 1",
      "run 2",
      "run 3",
    ]);
  });

  it("keyHeaders take the place of what is built in", async () => {
    const { get } = site({ ttl: "1h", keyHeaders: ["X-Tenant"] });
    expect(await get("/", { headers: { "x-tenant": "a" } })).toBe("run 1");
    expect(await get("/", { headers: { "x-tenant": "b" } })).toBe("run 2");
    expect(await get("/", { headers: { "x-tenant": "a", "x-forwarded-host": "b" } })).toBe("run 1");
  });

  it("invalidate() is told of them by a Request", async () => {
    const { get, handler } = site({ ttl: "1h", keyHeaders: ["X-Tenant"], query: { exclude: ["utm"] } });
    const headers = { "x-tenant": "a" };
    await get("/", { headers });
    await get("/");
    await handler.invalidate(new Request("https://shop.test/?utm=1", { headers }));
    expect([await get("/", { headers }), await get("/")]).toEqual(["run 3", "run 2"]);
    await handler.invalidate("https://shop.test/#part");
    expect([await get("/", { headers }), await get("/")]).toEqual(["run 3", "run 4"]);
  });
});

describe("vary", () => {
  it("selects by headers that the response does not name, and tells them in Vary", async () => {
    const { get, handler } = site({ ttl: "1h", vary: ["X-Theme"] }, says({ vary: "Accept-Language" }));
    expect(await get("/", { headers: { "x-theme": "dark" } })).toBe("run 1");
    expect(await get("/", { headers: { "x-theme": "light" } })).toBe("run 2");
    expect(await get("/", { headers: { "x-theme": "dark" } })).toBe("run 1");
    const response = await handler(new Request("https://shop.test/"));
    expect(response.headers.get("vary")).toBe("Accept-Language, x-theme");
  });

  it("makes values equal, and shows the handler what they are made to", async () => {
    const device = (value: string | null): string => (/mobile/i.test(value ?? "") ? "phone" : "desk");
    const { get } = site(
      { ttl: "1h", vary: { "User-Agent": device } },
      ({ headers }, run) => new Response(`${headers.get("user-agent")} ${run}`),
    );
    const agents = ["Mobile 1", "other", "my mobile", null];
    const answers = [];
    for (const agent of agents)
      answers.push(await get("/", agent === null ? {} : { headers: { "user-agent": agent } }));
    expect(answers).toEqual(["phone 1", "desk 2", "phone 1", "desk 2"]);
  });

  it("takes a header from the handler where its function says null", async () => {
    const { get } = site(
      { ttl: "1h", vary: { cookie: () => null } },
      ({ headers }) => new Response(headers.get("cookie") ?? "none"),
    );
    expect(await get("/", { headers: { cookie: "id=1" } })).toBe("none");
  });

  it("takes a value as it is where its function throws", async () => {
    const lower = (value: string | null): string => (value as string).toLowerCase();
    const { get } = site({ ttl: "1h", vary: { "x-theme": lower } });
    const themes = [{}, { "x-theme": "Dark" }, { "x-theme": "dark" }, {}];
    const answers = [];
    for (const headers of themes) answers.push(await get("/", { headers }));
    expect(answers).toEqual(["run 1", "run 2", "run 2", "run 1"]);
  });
});

describe("bypass and requestDirectives", () => {
  it("bypass goes to the handler and stores nothing", async () => {
    const { get, events } = site({ ttl: "1h", bypass: ({ headers }) => headers.has("x-preview") });
    await get();
    expect(await get("/", { headers: { "x-preview": "1" } })).toBe("run 2");
    expect(await get()).toBe("run 1");
    expect(events).toContainEqual({ type: "bypass", name: "page", reason: "request" });
  });

  it.each([
    ["no-cache", "run 2", "run 2"],
    ["max-age=0", "run 2", "run 2"],
    ["max-age=5", "run 2", "run 2"],
    ["min-fresh=3600", "run 2", "run 2"],
    ["no-store", "run 2", "run 1"],
  ])("requestDirectives: %s counts, unless it is off", async (directive, told, after) => {
    const headers = { "cache-control": directive };
    const heeding = site({ ttl: "1h" });
    await heeding.get();
    later(10_000);
    expect([await heeding.get("/", { headers }), await heeding.get()]).toEqual([told, after]);
    const deaf = site({ ttl: "1h", requestDirectives: false });
    await deaf.get();
    later(10_000);
    expect([await deaf.get("/", { headers }), await deaf.get("/", { headers: { pragma: "no-cache" } })]).toEqual([
      "run 1",
      "run 1",
    ]);
  });

  it("requestDirectives: only-if-cached is answered with what is stored, or 504", async () => {
    const { handler, get, runs } = site({ ttl: "1h" });
    const headers = { "cache-control": "only-if-cached" };
    const nothing = await handler(new Request("https://shop.test/", { headers }));
    expect([nothing.status, runs()]).toEqual([504, 0]);
    await get();
    expect(await get("/", { headers })).toBe("run 1");
    later(HOUR);
    expect((await handler(new Request("https://shop.test/", { headers }))).status).toBe(504);
  });
});

describe("maxBodyBytes, maxVariants and keep", () => {
  it("maxBodyBytes is the largest body that is stored", async () => {
    for (const [bytes, expected] of [
      [5, []],
      [4, ["too-large"]],
      [0, ["too-large"]],
      [Infinity, []],
    ] as const) {
      const { get, refusals } = site({ ttl: "1h", maxBodyBytes: bytes });
      expect(await get()).toBe("run 1");
      expect(refusals()).toEqual(expected);
    }
  });

  it("maxVariants is how many stay, the newest", async () => {
    const { get, runs } = site({ ttl: "1h", maxVariants: 2, vary: ["x"] });
    for (const x of ["a", "b", "c"]) await get("/", { headers: { x } });
    expect(await get("/", { headers: { x: "b" } })).toBe("run 2");
    expect(await get("/", { headers: { x: "a" } })).toBe("run 4");
    expect(runs()).toBe(4);
  });

  it("keep is how long past its time a response can be confirmed", async () => {
    for (const [after, expected] of [
      [HOUR - 1_000, "run 1"],
      [HOUR + 1_000, "run 2"],
    ] as const) {
      const { get } = site({ keep: "1h" }, ({ headers }, run) => {
        const isKnown = headers.get("if-none-match") === '"1"';
        const own = { etag: '"1"', "cache-control": "max-age=60" };
        return new Response(isKnown ? null : `run ${run}`, { status: isKnown ? 304 : 200, headers: own });
      });
      await get();
      later(60_000 + after);
      expect(await get()).toBe(expected);
    }
  });
});

describe("heuristic, setCookie and contentLocation", () => {
  it("heuristic takes a tenth of the age, up to a day", async () => {
    const modified = (ms: number): Answer =>
      says({ "last-modified": new Date(NOW - ms).toUTCString(), date: new Date(NOW).toUTCString() });
    for (const [age, fresh] of [
      [10 * HOUR, HOUR],
      [10_000 * HOUR, 24 * HOUR],
    ] as const) {
      vi.setSystemTime(NOW);
      const { get, verdict } = site({ heuristic: true }, modified(age));
      await get();
      later(fresh - 1_000);
      expect(await verdict()).toBe("hit");
      later(1_000);
      expect(await verdict()).toBe("fwd=stale");
    }
    const without = site({}, modified(10 * HOUR));
    await without.get();
    expect(await without.verdict()).not.toBe("hit");
  });

  it("setCookie stores cookies, every line of them", async () => {
    const answer: Answer = () => {
      const headers = new Headers({ "cache-control": "max-age=60" });
      for (const cookie of ["a=1; Path=/", "b=2, 3"]) headers.append("set-cookie", cookie);
      return new Response("page", { headers });
    };
    const { handler, get } = site({ setCookie: true }, answer);
    await get();
    const hit = await handler(new Request("https://shop.test/"));
    expect(hit.headers.getSetCookie()).toEqual(["a=1; Path=/", "b=2, 3"]);
    expect(hit.headers.get("cache-status")).toContain("autocache;hit");
  });

  it("contentLocation stores the response of a POST as that of GET", async () => {
    const answer: Answer = ({ method }, run) =>
      new Response(`${method} ${run}`, { headers: { "cache-control": "max-age=60", "content-location": "/" } });
    for (const [contentLocation, expected] of [
      [true, "POST 1"],
      [false, "GET 2"],
    ] as const) {
      const { get } = site({ contentLocation }, answer);
      expect(await get("/", { method: "POST", body: "x" })).toBe("POST 1");
      expect(await get()).toBe(expected);
    }
  });
});

describe("deceptionGuard", () => {
  it("is on", async () => {
    const html = says({ "content-type": "text/html", "cache-control": "max-age=60" });
    const guarded = site({}, html);
    expect([await guarded.get("/a.css"), await guarded.get("/a.css")]).toEqual(["run 1", "run 2"]);
    const open = site({ deceptionGuard: false }, html);
    expect([await open.get("/a.css"), await open.get("/a.css")]).toEqual(["run 1", "run 1"]);
  });
});
