import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { routeCache, type RouteCacheOptions } from "../../adapters/hono.ts";
import { counter, makeSite, type Site } from "./site.ts";

/** A site with one route, `/:id`, whose responses are cached with these options. */
function siteWith(options: RouteCacheOptions, headers: Readonly<Record<string, string>> = {}): Site {
  const site = makeSite();
  site.app.use(async (c, next) => {
    c.set("tenant" as never, (c.req.header("tenant") ?? "none") as never);
    await next();
  });
  site.app.get("/:id", routeCache({ cache: site.cache, ...options }), counter(headers));
  return site;
}

const verdictOf = (answer: string): string | undefined => answer.split(" ")[1];

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["Date"] });
});

afterEach(() => {
  vi.useRealTimers();
});

describe("the option ttl", () => {
  it("is for responses that do not say how long they are fresh", async () => {
    const silent = siteWith({ ttl: "1m" });
    const spoken = siteWith({ ttl: "1m" }, { "cache-control": "max-age=120" });
    await silent.ask("/1");
    await spoken.ask("/1");
    vi.advanceTimersByTime(61_000);
    expect(verdictOf(await silent.ask("/1"))).toBe("miss");
    expect(verdictOf(await spoken.ask("/1"))).toBe("hit");
  });

  it("of a function knows the response and the context, and wins; undefined and 0 say nothing and no", async () => {
    const seen: unknown[] = [];
    const { ask } = siteWith(
      {
        ttl: (response, c) => {
          seen.push([response.status, c.req.param("id"), c.get("tenant")]);
          return { long: 3_600_000, own: undefined, never: 0 }[c.req.param("id") ?? ""];
        },
      },
      { "cache-control": "max-age=60" },
    );
    for (const path of ["/long", "/own", "/never"]) await ask(path);
    expect(seen).toEqual(["long", "own", "never"].map((id) => [200, id, "none"]));
    expect(verdictOf(await ask("/never"))).toBe("miss");
    expect(verdictOf(await ask("/own"))).toBe("hit");
    vi.advanceTimersByTime(61_000);
    expect(verdictOf(await ask("/own"))).toBe("miss");
    expect(verdictOf(await ask("/long"))).toBe("hit");
  });
});

describe("the options swr and staleIfError", () => {
  it("are for responses that do not say for how long a stale one is good", async () => {
    const { ask, cache } = siteWith({ ttl: "1m", swr: "1m" });
    await ask("/1");
    vi.advanceTimersByTime(119_000);
    expect(await ask("/1")).toBe("200 stale /1 1");
    await cache.settled();
    expect(await ask("/1")).toBe("200 hit /1 2");
    vi.advanceTimersByTime(121_000);
    expect(await ask("/1")).toBe("200 miss /1 3");
    const strict = siteWith({ swr: "1m" }, { "cache-control": "max-age=60, must-revalidate" });
    await strict.ask("/1");
    vi.advanceTimersByTime(61_000);
    expect(await strict.ask("/1")).toBe("200 miss /1 2");
  });

  it("are told to the middlewares before, with the age", async () => {
    const { app, cache, ask } = makeSite();
    const told: unknown[] = [];
    app.use(async (c, next) => {
      await next();
      const { verdict, reason, ageMs, isBackground } = c.get("cache");
      told.push([verdict, reason, ageMs, isBackground]);
    });
    let runs = 0;
    app.get("/", routeCache({ cache, ttl: "1m", staleIfError: "1m" }), (c) =>
      (runs += 1) === 1 ? c.text("made") : c.text("down", 503),
    );
    await ask("/");
    vi.advanceTimersByTime(30_000);
    await ask("/");
    vi.advanceTimersByTime(31_000);
    expect(await ask("/")).toBe("200 stale made");
    expect(told).toEqual([
      ["miss", undefined, undefined, false],
      ["hit", undefined, 30_000, false],
      ["stale", "error", 61_000, false],
    ]);
  });
});

describe("the option tags", () => {
  it("makes responses invalid together, by names and by what a handler adds", async () => {
    const { app, cache, ask } = makeSite();
    app.get("/:id", routeCache({ cache, ttl: "1m", tags: ["all"] }), (c) => {
      c.get("cache").tag(`id:${c.req.param("id")}`);
      return c.text("");
    });
    const verdicts = async (): Promise<unknown[]> => [verdictOf(await ask("/1")), verdictOf(await ask("/2"))];
    expect(await verdicts()).toEqual(["miss", "miss"]);
    await cache.invalidateTags(["id:1"]);
    expect(await verdicts()).toEqual(["miss", "hit"]);
    await cache.invalidateTags(["all"]);
    expect(await verdicts()).toEqual(["miss", "miss"]);
  });

  it("stands beside what a handler added, which holds over a 304 that adds nothing", async () => {
    const { app, cache, ask } = makeSite();
    let runs = 0;
    app.get("/:id", routeCache({ cache, ttl: "1m", tags: ["all"] }), (c) => {
      c.header("etag", '"1"');
      if ((runs += 1) === 2) return c.body(null, 304);
      c.get("cache").tag("made");
      return c.text(String(runs));
    });
    expect(await ask("/1")).toBe("200 miss 1");
    await cache.settled();
    vi.advanceTimersByTime(61_000);
    expect(await ask("/1")).toMatch(/^200 \w+ 1$/);
    await cache.settled();
    expect([await ask("/1"), runs]).toEqual(["200 hit 1", 2]);
    await cache.invalidateTags(["made"]);
    expect(await ask("/1")).toBe("200 miss 3");
  });

  it("of a function knows the response and the context", async () => {
    const { ask, cache } = siteWith(
      {
        ttl: "1m",
        tags: (response, c) => [`${response.headers.get("x-kind")}:${c.get("tenant")}:${c.req.param("id")}`],
      },
      { "x-kind": "item" },
    );
    await ask("/1", { headers: { tenant: "acme" } });
    await cache.invalidateTags(["item:none:1"]);
    expect(verdictOf(await ask("/1"))).toBe("hit");
    await cache.invalidateTags(["item:acme:1"]);
    expect(verdictOf(await ask("/1"))).toBe("miss");
  });
});

describe("the option key", () => {
  it("stands for the URL, by what middlewares before know", async () => {
    const { ask } = siteWith({ ttl: "1m", key: (c) => [c.get("tenant"), c.req.param("id")] });
    expect(await ask("/1?utm=a")).toBe("200 miss /1 1");
    expect(await ask("/1?utm=b")).toBe("200 hit /1 1");
    expect(await ask("/1", { headers: { tenant: "acme" } })).toBe("200 miss /1 2");
  });

  it("leaves no URL to invalidate, while unsafe methods know their context", async () => {
    const { app, cache, ask } = makeSite();
    const caching = routeCache({ cache, ttl: "1m", tags: [], key: (c) => c.req.param("id") });
    app.get("/:id", caching, counter()).post("/:id", caching, counter());
    await ask("/1");
    await ask("/1", { method: "POST" });
    expect(verdictOf(await ask("/1"))).toBe("miss");
    await expect(caching.invalidate("http://localhost/1")).rejects.toThrow(
      /^Cannot invalidate a URL: its option `key`/,
    );
    await caching.purge();
    expect(verdictOf(await ask("/1"))).toBe("miss");
  });
});

describe("the options vary and bypass", () => {
  it("choose a variant by a header that the response does not name, as a function reads it", async () => {
    const { ask, fetch } = siteWith({
      ttl: "1m",
      vary: { "x-device": (value) => (value === "phone" ? "small" : "large") },
    });
    expect(await ask("/1", { headers: { "x-device": "phone" } })).toBe("200 miss /1 1");
    expect(await ask("/1", { headers: { "x-device": "tv" } })).toBe("200 miss /1 2");
    expect(await ask("/1")).toBe("200 hit /1 2");
    expect((await fetch("/1")).headers.get("vary")).toBe("x-device");
  });

  it("let a request go by, as its context says", async () => {
    const { ask, fetch } = siteWith({ ttl: "1m", bypass: (c) => c.get("tenant") === "staff" });
    const staff = { headers: { tenant: "staff" } };
    expect(await ask("/1")).toBe("200 miss /1 1");
    expect(await ask("/1", staff)).toBe("200 bypass /1 2");
    expect(await ask("/1")).toBe("200 hit /1 1");
    expect((await fetch("/1", staff)).headers.get("cache-status")).toBe("autocache;fwd=bypass;detail=request");
  });
});

describe("what a handler says", () => {
  it("keeps a response from being stored: skip()", async () => {
    const { app, cache, ask, story } = makeSite();
    app.get("/", routeCache({ cache, ttl: "1m" }), (c) => {
      c.get("cache").skip();
      return c.text("");
    });
    await ask("/");
    expect(story.take()).toEqual(["miss absent", "computed", "not-stored should-cache"]);
  });

  it("does not matter past the cache", async () => {
    const { app, cache, ask } = makeSite();
    const seen: unknown[] = [];
    app.post("/", routeCache({ cache }), (c) => {
      const { reason, key, isBackground, verdict, tag, skip } = c.get("cache");
      tag("a");
      skip();
      seen.push(reason, key, isBackground, verdict);
      return c.text("");
    });
    expect(await ask("/", { method: "POST" })).toBe("200 bypass ");
    expect(seen).toEqual(["bypass", undefined, false, undefined]);
  });

  it("leaves a variable of the same name alone that is no cache's", async () => {
    const { app, cache, ask } = makeSite();
    app.use(async (c, next) => {
      c.set("cache", "the user's own" as never);
      await next();
    });
    app.get("/", routeCache({ cache, ttl: "1m" }), (c) => {
      c.get("cache").tag("a");
      return c.text("");
    });
    expect(verdictOf(await ask("/"))).toBe("miss");
  });
});

describe("invalidate() and purge()", () => {
  it("remove what is stored of a URL, and of all", async () => {
    const { app, cache, ask } = makeSite();
    const caching = routeCache({ cache, ttl: "1m", tags: [] });
    app.use(caching).get("/:id", counter());
    const verdicts = async (): Promise<unknown[]> => [verdictOf(await ask("/1")), verdictOf(await ask("/2"))];
    await verdicts();
    await caching.invalidate("http://localhost/1");
    expect(await verdicts()).toEqual(["miss", "hit"]);
    await caching.invalidate(new Request("http://localhost/2"));
    expect(await verdicts()).toEqual(["hit", "miss"]);
    await caching.purge();
    expect(await verdicts()).toEqual(["miss", "miss"]);
  });
});

describe("wrong options", () => {
  it.each<[options: object, message: RegExp]>([
    [{ tll: "1m" }, /^Cannot cache responses: .*"tll"/],
    [{ ttl: "soon" }, /soon/],
    [{ tags: "a" }, /^Cannot cache responses: tags/],
    [{ key: "url" }, /^Cannot cache responses: .*key/],
    [{ bypass: true }, /^Cannot cache responses: .*bypass/],
    [{ vary: "accept" }, /^Cannot cache responses: vary/],
  ])("are refused where the middleware is made: %o", (options, message) => {
    expect(() => routeCache(options)).toThrow(message);
  });
});
