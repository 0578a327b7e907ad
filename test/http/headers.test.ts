import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { createCache } from "../../src/cache.ts";
import type { CacheEvent } from "../../src/events.ts";
import { cacheStatusOf, forwardOf, type ResponseFacts, serverTimingOf } from "../../src/http/cache-status.ts";
import type { SendOptions } from "../../src/http/header-options.ts";
import { cachedHandler, type Handler } from "../../src/http/handler.ts";
import type { HttpOptions } from "../../src/http/options.ts";
import { type BareItem, parseDictionary } from "../../src/http/rfc/structured.ts";
import { Door } from "./rfc9111/crowd.ts";

type Status = Record<string, BareItem["value"]>;

/** Reads `Cache-Status` as RFC 9651 §4.2.1 reads a list: one error anywhere, and the test fails. */
function statusesOf(response: Response): Status[] {
  const text = response.headers.get("cache-status") ?? "";
  const members = text === "" ? [] : text.split(/,(?=(?:[^"]*"[^"]*")*[^"]*$)/);
  return members.map((member) => {
    const item = parseDictionary(`member=${member.trim()}`)?.get("member");
    if (item === undefined || item.type === "inner-list") throw new Error(`No member of a list: ${member}`);
    const parameters = [...item.parameters].map(([name, { value }]) => [name, value] as const);
    return { name: item.value, ...Object.fromEntries(parameters) };
  });
}

/** This cache's own, without the key. */
function statusOf(response: Response): Status {
  const { name, key, ...status } = statusesOf(response).at(-1) ?? {};
  expect(name).toBe("autocache");
  if (key !== undefined) expect(key).toMatch(/^autocache:page@[\w-]{8}:[\w-]{43}$/);
  return status;
}

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["Date"], now: Date.UTC(2026, 0, 15, 12) });
});

afterEach(() => {
  vi.useRealTimers();
});

const later = (seconds: number): void => void vi.setSystemTime(Date.now() + seconds * 1_000);
const URL_ASKED = "https://shop.test/";

function site(handler: Handler, options: HttpOptions = {}) {
  const cache = createCache();
  const ask = cachedHandler(handler, { cache, name: "page", ...options });
  const get = async (headers: HeadersInit = {}, method: string = "GET", url: string = URL_ASKED): Promise<Response> => {
    const response = await ask(new Request(url, { method, headers }));
    const text = await response.clone().text();
    await cache.settled();
    return new Response(text, response.status === 304 ? { headers: response.headers } : response);
  };
  return { ask, get, cache };
}

const says =
  (headers: HeadersInit, status: number = 200): Handler =>
  () =>
    new Response("page", { status, headers });

/** Asks twice at once, and lets the handler answer when the one request waits for the other. */
async function askTogether(headers: HeadersInit): Promise<Status[]> {
  const door = new Door();
  const handler: Handler = async () => {
    await door.opened;
    return new Response("page", { headers });
  };
  const onEvent = ({ type }: CacheEvent): void => {
    if (type === "joined") door.open();
  };
  const ask = cachedHandler(handler, { cache: createCache({ onEvent }), name: "page", flightTimeout: "1h" });
  const responses = await Promise.all([ask(new Request(URL_ASKED)), ask(new Request(URL_ASKED))]);
  return responses.map(statusOf);
}

const FRESH = { "cache-control": "max-age=60" };

describe("Cache-Status of a request", () => {
  it("that misses and hits", async () => {
    const { get } = site(says(FRESH));
    expect(statusOf(await get())).toEqual({ fwd: "uri-miss", stored: true, ttl: 60 });
    later(20);
    expect(statusOf(await get())).toEqual({ hit: true, ttl: 40 });
    later(40);
    expect(statusOf(await get())).toEqual({ fwd: "stale", stored: true, ttl: 60 });
  });

  it("that another variant is stored for", async () => {
    const { get } = site(says({ ...FRESH, vary: "x-a" }));
    await get();
    expect(statusOf(await get({ "x-a": "1" }))).toEqual({ fwd: "vary-miss", stored: true, ttl: 60 });
  });

  it("that other code has answered, or that was invalidated, misses for a reason that RFC 9211 has no word for", async () => {
    const { get, cache } = site(says(FRESH), { tags: ["page"], version: 1 });
    await get();
    await cache.invalidateTags(["page"]);
    expect(statusOf(await get())).toEqual({ fwd: "miss", stored: true, ttl: 60 });
    const next = cachedHandler(says(FRESH), { cache, name: "page", tags: ["page"], version: 2 });
    expect(statusOf(await next(new Request(URL_ASKED)))).toEqual({ fwd: "miss", stored: true, ttl: 60 });
  });

  it.each(["no-cache", "max-age=0"])("that asks for it itself: %s", async (directive) => {
    const { get } = site(says(FRESH));
    await get();
    expect(statusOf(await get({ "cache-control": directive }))).toEqual({ fwd: "request", stored: true, ttl: 60 });
  });

  it.each([
    ["no-store", { "cache-control": "no-store" }],
    ["private", { "cache-control": "private" }],
    ["set-cookie", { ...FRESH, "set-cookie": "a=1" }],
    ["vary", { ...FRESH, vary: "*" }],
    ["no-freshness", {}],
  ])("whose response is not stored: %s", async (detail, headers) => {
    const { get } = site(says(headers));
    expect(statusOf(await get())).toEqual({ fwd: "uri-miss", detail });
  });

  it("that goes by the cache, and why", async () => {
    const { get } = site(says(FRESH), { bypass: ({ headers }) => headers.has("x-preview") });
    expect(statusOf(await get({ "x-preview": "1" }))).toEqual({ fwd: "bypass", detail: "request" });
    expect(statusOf(await get({ "cache-control": "no-store" }))).toEqual({ fwd: "bypass", detail: "request" });
    expect(statusOf(await get({}, "POST"))).toEqual({ fwd: "method", detail: "method" });
    const tooLong = await get({}, "GET", `${URL_ASKED}?${"a".repeat(1_100_000)}`);
    expect(statusOf(tooLong)).toEqual({ fwd: "bypass", detail: "key-too-large" });
  });

  it("that shares another's run", async () => {
    expect(await askTogether(FRESH)).toEqual(
      expect.arrayContaining([
        { fwd: "uri-miss", stored: true, ttl: 60 },
        { fwd: "miss", collapsed: true, ttl: 60 },
      ]),
    );
  });

  it("that shares a run whose response is another's alone", async () => {
    expect(await askTogether({ "cache-control": "private" })).toEqual(
      expect.arrayContaining([
        { fwd: "uri-miss", detail: "private" },
        { fwd: "bypass", detail: "shared" },
      ]),
    );
  });

  it("whose stored response the handler confirms", async () => {
    const { get } = site(({ headers }) => {
      const isKnown = headers.has("if-none-match");
      return new Response(isKnown ? null : "page", { status: isKnown ? 304 : 200, headers: { ...FRESH, etag: '"1"' } });
    });
    await get();
    later(60);
    expect(statusOf(await get())).toEqual({ fwd: "stale", "fwd-status": 304, stored: true, ttl: 60 });
    expect(statusOf(await get({ "cache-control": "no-cache" }))).toEqual({
      fwd: "request",
      "fwd-status": 304,
      stored: true,
      ttl: 60,
    });
  });

  it("that is answered with 304, of what is stored and of what has just come", async () => {
    const { get } = site(says({ ...FRESH, etag: '"1"' }));
    const headers = { "if-none-match": '"1"' };
    const miss = await site(says({ ...FRESH, etag: '"1"' })).ask(new Request(URL_ASKED, { headers }));
    expect([miss.status, statusOf(miss)]).toEqual([304, { fwd: "uri-miss", "fwd-status": 200, stored: true, ttl: 60 }]);
    await get();
    expect(statusOf(await get(headers))).toEqual({ hit: true, ttl: 60 });
  });
});

describe("Cache-Status of a stale answer", () => {
  it("says that a refresh runs", async () => {
    const { get } = site(says({ "cache-control": "max-age=60, stale-while-revalidate=60" }));
    await get();
    later(63);
    expect(statusOf(await get())).toEqual({ hit: true, ttl: -3, detail: "refreshing" });
  });

  it("says that the handler failed, and then is left alone", async () => {
    let runs = 0;
    const { get } = site(
      () => {
        runs += 1;
        if (runs > 1) throw new Error("down");
        return new Response("page", { headers: FRESH });
      },
      { staleIfError: "1h" },
    );
    await get();
    later(61);
    expect(statusOf(await get())).toEqual({ hit: true, ttl: -1, detail: "error" });
    expect(statusOf(await get())).toEqual({ hit: true, ttl: -1, detail: "retry-later" });
  });

  it("says that the handler is slow", async () => {
    const door = new Door();
    let runs = 0;
    const { ask, cache } = site(
      async () => {
        runs += 1;
        if (runs > 1) await door.opened;
        return new Response("page", { headers: FRESH });
      },
      { staleIfError: "1h", softTimeout: 1 },
    );
    await (await ask(new Request(URL_ASKED))).text();
    await cache.settled();
    later(61);
    expect(statusOf(await ask(new Request(URL_ASKED)))).toEqual({ hit: true, ttl: -1, detail: "slow" });
    door.open();
    await cache.settled();
  });

  it("says nothing more where the client takes it so: max-stale", async () => {
    const { get } = site(says(FRESH));
    await get();
    later(70);
    expect(statusOf(await get({ "cache-control": "max-stale" }))).toMatchObject({ hit: true, ttl: -10 });
  });
});

describe("Cache-Status as a field", () => {
  it("follows what caches nearer to the origin have said, in order", async () => {
    const upstream = 'OriginCache;hit;ttl=1100, "CDN, Inc; x";fwd=uri-miss;detail="a,b"';
    const { get } = site(says({ ...FRESH, "cache-status": upstream }));
    for (const own of [
      { fwd: "uri-miss", stored: true, ttl: 60 },
      { hit: true, ttl: 60 },
    ]) {
      const statuses = statusesOf(await get());
      expect(statuses.slice(0, 2)).toEqual([
        { name: "OriginCache", hit: true, ttl: 1100 },
        { name: "CDN, Inc; x", fwd: "uri-miss", detail: "a,b" },
      ]);
      expect(statuses).toHaveLength(3);
      expect(statuses[2]).toMatchObject({ name: "autocache", ...own });
    }
  });

  it.each(["edge", "My Cache", 'a "b" \\c', "9lives", "*", "a,b;c"])(
    "has the name that is chosen: %s",
    async (name) => {
      const { get } = site(says(FRESH), { cacheStatus: name });
      expect(statusesOf(await get()).map((status) => status["name"])).toEqual([name]);
    },
  );

  it("is not there where it is off, and what the handler says of it stays", async () => {
    expect((await site(says(FRESH), { cacheStatus: false }).get()).headers.has("cache-status")).toBe(false);
    const { get } = site(says({ ...FRESH, "cache-status": "Origin;hit" }), { cacheStatus: false });
    await get();
    expect((await get()).headers.get("cache-status")).toBe("Origin;hit");
  });

  it("is written of facts alone: hit and fwd exclude each other, and what has no end has no ttl", () => {
    const facts: ResponseFacts = {
      verdict: "hit",
      reason: undefined,
      forward: "stale",
      forwardStatus: 304,
      isStored: false,
      isCollapsed: false,
      ttlMs: Infinity,
      key: 'a"b',
      ageMs: 0,
    };
    expect(cacheStatusOf("c", facts)).toBe('c;hit;key="a\\"b"');
    expect(cacheStatusOf("c", { ...facts, verdict: "miss", ttlMs: -1, key: undefined })).toBe(
      "c;fwd=stale;fwd-status=304;ttl=-1",
    );
    expect(cacheStatusOf("c", { ...facts, ttlMs: -Infinity, reason: "x y", key: undefined })).toBe(
      'c;hit;detail="x y"',
    );
  });

  it("forwardOf() knows the reason of every miss", () => {
    const of = (reason: string, isForced: boolean = false): unknown =>
      forwardOf([{ type: "miss", name: "n", key: "k", reason: reason as never }], isForced);
    expect([of("absent"), of("variant"), of("expired"), of("expired", true), of("absent", true)]).toEqual([
      "uri-miss",
      "vary-miss",
      "stale",
      "request",
      "uri-miss",
    ]);
    for (const reason of ["invalidated", "unreadable", "invalid", "backend-failed", "refresh", "version"])
      expect(of(reason)).toBe("miss");
    expect(forwardOf([], false)).toBe("miss");
  });
});

describe("Age", () => {
  it("is how old the stored response is, what it was on arrival counted in", async () => {
    const { get } = site(says({ ...FRESH, age: "10" }));
    expect((await get()).headers.get("age")).toBe("10");
    later(5);
    const hit = await get();
    expect([hit.headers.get("age"), statusOf(hit)]).toEqual(["15", { hit: true, ttl: 45 }]);
    later(45);
    expect(statusOf(await get())).toMatchObject({ fwd: "stale" });
  });

  it("is not on what comes from the handler", async () => {
    const { get } = site(says(FRESH));
    expect((await get()).headers.has("age")).toBe(false);
    expect((await get()).headers.get("age")).toBe("0");
  });
});

describe("Server-Timing", () => {
  it("tells what the cache did, and how long the handler took", async () => {
    const { get } = site(says({ ...FRESH, "server-timing": "db;dur=5" }), { serverTiming: true });
    expect((await get()).headers.get("server-timing")).toMatch(
      /^db;dur=5, cache;desc="miss";dur=\d+, handler;dur=\d+$/,
    );
    expect((await get()).headers.get("server-timing")).toMatch(/cache;desc="hit";dur=\d+$/);
    expect((await get({}, "POST")).headers.get("server-timing")).toMatch(/cache;desc="bypass";dur=\d+$/);
  });

  it("rounds to whole milliseconds, and leaves out what was not measured", () => {
    const facts = { verdict: "stale" } as ResponseFacts;
    expect(serverTimingOf(facts, 1.6, undefined)).toBe('cache;desc="stale";dur=2');
    expect(serverTimingOf(facts, 0.2, 10.4)).toBe('cache;desc="stale";dur=0, handler;dur=10');
  });

  it("is not there by default", async () => {
    expect((await site(says(FRESH)).get()).headers.has("server-timing")).toBe(false);
  });
});

describe("send", () => {
  const own = {
    "cache-control": "max-age=60",
    "cdn-cache-control": "max-age=600",
    "cloudflare-cdn-cache-control": "max-age=6000",
    "cache-tag": "a,b",
  };
  const NAMES: Record<Exclude<keyof SendOptions, "cacheTag">, string> = {
    cacheControl: "cache-control",
    cdnCacheControl: "cdn-cache-control",
    cloudflareCdnCacheControl: "cloudflare-cdn-cache-control",
  };

  it.each(Object.entries(NAMES))(
    "%s: a text takes the place of the header, false takes it away",
    async (option, header) => {
      for (const [value, expected] of [
        ["no-cache", "no-cache"],
        [false, null],
        [true, own[header as keyof typeof own]],
        [undefined, own[header as keyof typeof own]],
      ] as const) {
        const { get } = site(says(own), { send: { [option]: value } });
        for (const ttl of [600, 590]) {
          const response = await get();
          expect(response.headers.get(header)).toBe(expected);
          expect(statusOf(response)["ttl"]).toBe(ttl);
          for (const [other, text] of Object.entries(own))
            if (other !== header) expect(response.headers.get(other)).toBe(text);
          later(10);
        }
      }
    },
  );

  it("a text is sent where the response has no such header, and on a 304", async () => {
    const { get } = site(says({ ...FRESH, etag: '"1"' }), {
      send: { cdnCacheControl: "max-age=5", cacheControl: false },
    });
    await get();
    const { headers } = await get({ "if-none-match": '"1"' });
    expect([headers.get("cdn-cache-control"), headers.get("cache-control"), headers.get("etag")]).toEqual([
      "max-age=5",
      null,
      '"1"',
    ]);
  });

  it("cacheTag: sends the entry's tags beside the response's own, each once", async () => {
    const { get } = site(says(own), {
      send: { cacheTag: true },
      tags: (response) => ["b", "c", `status:${response.status}`, "no space", "no,comma", "ü"],
    });
    for (let time = 1; time <= 2; time += 1) expect((await get()).headers.get("cache-tag")).toBe("a,b,c,status:200");
    const silent = site(says(own), { tags: ["c"] });
    for (let time = 1; time <= 2; time += 1) expect((await silent.get()).headers.get("cache-tag")).toBe("a,b");
  });

  it("cacheTag: what the response says in Cache-Tag invalidates it, sent or not", async () => {
    const { get, cache } = site(says(own));
    await get();
    expect(statusOf(await get())).toMatchObject({ hit: true });
    await cache.invalidateTags(["b"]);
    expect(statusOf(await get())).toMatchObject({ fwd: "miss" });
  });

  it("cacheTag: sends none where there are none", async () => {
    const { get } = site(says(FRESH), { send: { cacheTag: true } });
    expect((await get()).headers.has("cache-tag")).toBe(false);
  });
});

describe("an answer that is not to be made anew", () => {
  it("101 is given on as it is, with nothing added", async () => {
    // No Response of Node's has this status: one of Workers' with an accepted WebSocket has.
    const accepted = Object.defineProperty(new Response(null), "status", { value: 101 });
    const { ask } = site(() => accepted, { serverTiming: true, send: { cacheControl: "no-cache" } });
    const response = await ask(new Request(URL_ASKED, { headers: { upgrade: "websocket" } }));
    expect(response).toBe(accepted);
    expect([...response.headers]).toEqual([]);
  });
});
