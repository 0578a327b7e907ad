import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { createCache } from "../../src/cache.ts";
import type { CacheEvent } from "../../src/events.ts";
import { cachedHandler, type Handler } from "../../src/http/handler.ts";
import type { HttpOptions } from "../../src/http/options.ts";
import { until } from "./held-site.ts";
import { Door } from "./rfc9111/crowd.ts";

const URL_ASKED = "https://shop.test/";
const FRESH = { "cache-control": "max-age=60" };

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["Date"], now: Date.UTC(2026, 0, 15, 12) });
});

afterEach(() => {
  vi.useRealTimers();
});

const later = (seconds: number): void => void vi.setSystemTime(Date.now() + seconds * 1_000);

/** A call's story: the events in a word each, with the reason where there is one. */
function told(event: CacheEvent): string {
  const reason = "reason" in event ? ` ${event.reason}` : "";
  const backend = event.type === "hit" && event.backend === "flight" ? " flight" : "";
  return `${event.type}${reason}${backend}`;
}

function site(handler: Handler, options: HttpOptions = {}) {
  let events: CacheEvent[] = [];
  const cache = createCache({ onEvent: (event) => void (event.type !== "warning" && events.push(event)) });
  const ask = cachedHandler(handler, { cache, name: "page", ...options });
  const story = async (init: RequestInit = {}, url: string = URL_ASKED): Promise<string[]> => {
    events = [];
    await ask(new Request(url, init))
      .then((response) => response.text())
      .catch(() => {});
    await cache.settled();
    return events.map(told);
  };
  return { ask, cache, story, events: () => events };
}

const says =
  (headers: HeadersInit, status: number = 200): Handler =>
  () =>
    new Response(status === 304 ? null : "page", { status, headers });

const STORED = ["computed", "stored"];

describe("the events of a request", () => {
  it("tell of a miss, a hit, and an end of freshness", async () => {
    const { story } = site(says(FRESH));
    expect(await story()).toEqual(["miss absent", ...STORED]);
    expect(await story()).toEqual(["hit"]);
    later(60);
    expect(await story()).toEqual(["miss expired", ...STORED]);
  });

  it("have the name and one key for all variants of a URL", async () => {
    const { story, events } = site(says({ ...FRESH, vary: "x-a" }));
    await story();
    const [miss] = events();
    expect(miss).toEqual({
      type: "miss",
      name: "page",
      key: expect.stringMatching(/^autocache:page@/),
      reason: "absent",
    });
    expect(await story({ headers: { "x-a": "1" } })).toEqual(["miss variant", ...STORED]);
    for (const event of events()) expect(event).toMatchObject({ name: "page", key: (miss as { key: string }).key });
  });

  it("tell how large a record is, and for how long it is kept", async () => {
    const { story, events } = site(says(FRESH), { keep: "1h" });
    await story();
    expect(events().at(-1)).toMatchObject({ type: "stored", ttlMs: 60_000 + 3_600_000 });
    expect((events().at(-1) as { bytes: number }).bytes).toBeGreaterThan(100);
  });

  it.each<[string, HeadersInit, number?]>([
    ["no-store", { "cache-control": "no-store" }],
    ["private", { "cache-control": "private" }],
    ["set-cookie", { ...FRESH, "set-cookie": "a=1" }],
    ["vary", { ...FRESH, vary: "*" }],
    ["no-freshness", {}],
    ["status", FRESH, 412],
    ["range", FRESH, 206],
    ["cache-deception", { ...FRESH, "content-type": "text/html" }],
  ])("tell why a response is not stored: %s", async (reason, headers, status) => {
    const { story } = site(says(headers, status));
    const url = `${URL_ASKED}${reason === "cache-deception" ? "a.css" : ""}`;
    expect(await story({}, url)).toEqual(["miss absent", "computed", `not-stored ${reason}`]);
  });

  it("tell why it is not, of the request's own: method, authorization", async () => {
    const { story } = site(says(FRESH));
    expect(await story({ headers: { authorization: "ada" } })).toEqual([
      "miss absent",
      "computed",
      "not-stored authorization",
    ]);
    expect(await story({ method: "HEAD" })).toEqual(["miss absent", "computed", "not-stored method"]);
  });

  it("tell of a body that breaks off, is too large, or whose client leaves", async () => {
    const broken = (): Response =>
      new Response(
        new ReadableStream({
          pull(controller) {
            controller.error(new Error("broken"));
          },
        }),
        { headers: FRESH },
      );
    expect(await site(broken).story()).toEqual(["miss absent", "computed", "not-stored incomplete"]);
    const short = says({ ...FRESH, "content-length": "99" });
    expect(await site(short).story()).toEqual(["miss absent", "computed", "not-stored incomplete"]);
    const { story } = site(says(FRESH), { maxBodyBytes: 1 });
    expect(await story()).toEqual(["miss absent", "computed", "not-stored too-large"]);
    const endless = site(
      () => new Response(new ReadableStream({ pull: (c) => c.enqueue(new Uint8Array(65_536)) }), { headers: FRESH }),
    );
    const response = await endless.ask(new Request(URL_ASKED));
    await response.body?.cancel();
    await endless.cache.settled();
    expect(endless.events().map(told)).toEqual(["miss absent", "computed", "not-stored incomplete"]);
  });

  it.each<[string, RequestInit]>([
    ["method", { method: "DELETE" }],
    ["request", { headers: { "cache-control": "no-store" } }],
    ["request", { headers: { "if-match": '"1"' } }],
    ["request", { headers: { upgrade: "websocket" } }],
    ["request", { headers: { "x-preview": "1" } }],
  ])("tell why it goes by the cache: %s", async (reason, init) => {
    const { story } = site(says({}, 400), { bypass: ({ headers }) => headers.has("x-preview") });
    expect(await story(init)).toEqual([`bypass ${reason}`]);
  });

  it("tell of those who wait together", async () => {
    const door = new Door();
    const { ask, cache, events } = site(
      async () => {
        await door.opened;
        return new Response("page", { headers: FRESH });
      },
      { flightTimeout: "1h" },
    );
    const texts = Array.from({ length: 3 }, async () => (await ask(new Request(URL_ASKED))).text());
    await until(() => events().filter(({ type }) => type === "joined").length === 2);
    door.open();
    await Promise.all(texts);
    await cache.settled();
    expect(events().map(told).sort()).toEqual(["computed", "joined", "joined", "miss absent", "stored"]);
  });

  it("tell of those who wait for what is not to be shared", async () => {
    const door = new Door();
    const { ask, cache, events } = site(
      async () => {
        await door.opened;
        return new Response("page", { headers: { "cache-control": "private" } });
      },
      { flightTimeout: "1h" },
    );
    const texts = Array.from({ length: 2 }, async () => (await ask(new Request(URL_ASKED))).text());
    await until(() => events().filter(({ type }) => type === "joined").length === 1);
    door.open();
    await Promise.all(texts);
    await cache.settled();
    expect(events().map(told).sort()).toEqual([
      "bypass shared",
      "computed",
      "joined",
      "miss absent",
      "not-stored private",
    ]);
  });

  it("tell of a confirmation as of any run", async () => {
    const { story } = site(({ headers }) =>
      says({ ...FRESH, etag: '"1"' }, headers.has("if-none-match") ? 304 : 200)(new Request(URL_ASKED)),
    );
    await story();
    later(60);
    expect(await story()).toEqual(["miss expired", ...STORED]);
    expect(await story()).toEqual(["hit"]);
  });

  it("tell of a refresh in the background", async () => {
    const { story } = site(says({ "cache-control": "max-age=60, stale-while-revalidate=60" }));
    await story();
    later(61);
    expect(await story()).toEqual(["stale refreshing", ...STORED]);
    later(200);
    expect(await story()).toEqual(["miss expired", ...STORED]);
  });

  it("tell of a handler that throws, or says 5xx, while something is there to answer with", async () => {
    for (const fail of [() => Promise.reject(new Error("down")), () => new Response("down", { status: 500 })]) {
      let runs = 0;
      const { story } = site((request) => ((runs += 1) === 1 ? says(FRESH)(request) : fail()), { staleIfError: "1h" });
      await story();
      later(60);
      expect(await story()).toEqual(["refresh-failed", "stale error"]);
      expect(await story()).toEqual(["stale retry-later"]);
      later(4_000);
      const [first, ...rest] = await story();
      expect([first, rest.includes("stored")]).toEqual(["miss expired", false]);
    }
  });

  it("tell of what is invalidated by hand, by a method, by a tag and by a purge", async () => {
    const { ask, story, cache, events } = site(says(FRESH), { tags: ["page"] });
    await story();
    expect(await story({ method: "PUT" })).toEqual(["bypass method", "invalidated"]);
    expect(await story()).toEqual(["miss absent", ...STORED]);
    await ask.invalidate(URL_ASKED);
    expect(events().map(told).at(-1)).toBe("invalidated");
    await story();
    await cache.invalidateTags(["page"]);
    expect(events().map(told).at(-1)).toBe("tags-invalidated");
    expect(await story()).toEqual(["miss invalidated", ...STORED]);
    await ask.purge();
    expect(events().at(-1)).toEqual({ type: "purged", names: ["page"] });
    expect(await story()).toEqual(["miss invalidated", ...STORED]);
  });

  it("tell of a tag that expires: stale at once", async () => {
    const { story, cache } = site(says(FRESH), { tags: ["page"], swr: "1h" });
    await story();
    later(1);
    await cache.expireTags(["page"]);
    expect(await story()).toEqual(["stale refreshing", ...STORED]);
    expect(await story()).toEqual(["hit"]);
  });

  it("tell of other code", async () => {
    const { cache, story, events } = site(says(FRESH), { version: 1 });
    await story();
    const next = cachedHandler(says(FRESH), { cache, name: "page", version: 2 });
    await (await next(new Request(URL_ASKED))).text();
    await cache.settled();
    expect(events().map(told).slice(3)).toEqual(["miss version", ...STORED]);
  });

  it("tell of a backend that fails, and the handler answers", async () => {
    const events: CacheEvent[] = [];
    const fail = (): never => {
      throw new Error("no storage");
    };
    const cache = createCache({
      backend: {
        name: "broken",
        capabilities: { minTtlMs: 0, ttlStepMs: 1, maxKeyBytes: 512, maxValueBytes: 1e6, consistency: "strong" },
        get: async () => fail(),
        set: async () => fail(),
        delete: async () => fail(),
      },
      onEvent: (event) => void (event.type !== "warning" && events.push(event)),
    });
    const ask = cachedHandler(says(FRESH), { cache, name: "page" });
    const response = await ask(new Request(URL_ASKED));
    expect([await response.text(), response.headers.get("cache-status")?.split(";")[1]]).toEqual(["page", "fwd=miss"]);
    await cache.settled();
    expect(events.map(told)).toEqual(["backend-failed", "miss backend-failed", "computed", "backend-failed"]);
    await ask.invalidate(URL_ASKED);
    // The record, and whether questions were asked of the URL.
    expect(events.slice(-2)).toMatchObject([
      { type: "backend-failed", operation: "delete" },
      { type: "backend-failed", operation: "get" },
    ]);
  });

  it("a listener that throws breaks no answer", async () => {
    const cache = createCache({
      onEvent() {
        throw new Error("listener");
      },
    });
    const ask = cachedHandler(says(FRESH), { cache, name: "page" });
    expect(await (await ask(new Request(URL_ASKED))).text()).toBe("page");
  });
});
