import { type Context, Hono } from "hono";
import { every, except } from "hono/combine";
import { cors } from "hono/cors";
import { bearerAuth } from "hono/bearer-auth";
import { afterEach, describe, expect, it, vi } from "vitest";
import { type CacheEvent, createCache } from "../../src/index.ts";
import { routeCache, type RouteCacheOptions } from "../../adapters/hono.ts";
import { counter, makeSite } from "./site.ts";

type Built = (options: RouteCacheOptions, fingerprint?: unknown, ...others: unknown[]) => ReturnType<typeof routeCache>;
// As the build plugin calls it.
const builtRouteCache = routeCache as Built;

/** Deploys handlers one after the other on one cache, and tells what each answers. */
function makeDeploys(): (
  build: (app: Hono, options: RouteCacheOptions) => Pick<Hono, "request">,
  path?: string,
) => Promise<string> {
  const { cache } = makeSite();
  return async (build, path = "/") => {
    const response = await build(new Hono(), { cache, ttl: "1m" }).request(path);
    const isHit = response.headers.get("cache-status")?.startsWith("autocache;hit;") === true;
    return `${isHit ? "hit" : "miss"} ${await response.text()}`;
  };
}

afterEach(() => {
  vi.useRealTimers();
});

describe("the code of the handlers behind", () => {
  it("is part of what a response is stored for: another text misses, and a roll-back hits", async () => {
    const deploy = makeDeploys();
    const first = (app: Hono, options: RouteCacheOptions): Hono =>
      app.get("/", routeCache(options), (c) => c.text("1"));
    const second = (app: Hono, options: RouteCacheOptions): Hono =>
      app.get("/", routeCache(options), (c) => c.text("2"));
    expect(await deploy(first)).toBe("miss 1");
    expect(await deploy(first)).toBe("hit 1");
    expect(await deploy(second)).toBe("miss 2");
    expect(await deploy(first)).toBe("hit 1");
    expect(await deploy(second)).toBe("hit 2");
  });

  it("is that of the middlewares behind too, and of no one before", async () => {
    const deploy = makeDeploys();
    const build =
      (before: string, behind: "a" | "b") =>
      (app: Hono, options: RouteCacheOptions): Hono => {
        app.use(before === "x" ? (_, next) => next() : async (_, next) => await next()).use(routeCache(options));
        if (behind === "a") app.use(async (c, next) => (await next(), c.header("x-a", "1")));
        else app.use(async (c, next) => (await next(), c.header("x-b", "1")));
        return app.get("/", (c) => c.text(""));
      };
    expect(await deploy(build("x", "a"))).toBe("miss ");
    expect(await deploy(build("y", "a"))).toBe("hit ");
    expect(await deploy(build("y", "b"))).toBe("miss ");
  });

  it("is what the options say: version, and deps beside the text", async () => {
    const deploy = makeDeploys();
    const versioned = (version: number, text: string) => (app: Hono, options: RouteCacheOptions) =>
      text === "1"
        ? app.get("/", routeCache({ ...options, version }), (c) => c.text("1"))
        : app.get("/", routeCache({ ...options, version }), (c) => c.text("2"));
    expect(await deploy(versioned(1, "1"))).toBe("miss 1");
    expect(await deploy(versioned(1, "2"))).toBe("hit 1");
    expect(await deploy(versioned(2, "2"))).toBe("miss 2");
    const depending = (dep: unknown) => (app: Hono, options: RouteCacheOptions) =>
      app.get("/", routeCache({ ...options, deps: [dep] }), (c) => c.text("d"));
    expect(await deploy(depending("a"))).toBe("miss d");
    expect(await deploy(depending("a"))).toBe("hit d");
    expect(await deploy(depending("b"))).toBe("miss d");
  });

  it("is what the build says, with the captured values: another fingerprint misses on the same text", async () => {
    const deploy = makeDeploys();
    const build = (fp: string, captured?: () => object) => (app: Hono, options: RouteCacheOptions) =>
      app.get("/", builtRouteCache(options, { fp, name: "products", captured }), (c) => c.text(fp));
    expect(await deploy(build("one"))).toBe("miss one");
    expect(await deploy(build("one"))).toBe("hit one");
    expect(await deploy(build("two"))).toBe("miss two");
    expect(await deploy(build("one"))).toBe("hit one");
    let limit = 1;
    const capturing = build("three", () => ({ limit }));
    expect([await deploy(capturing), await deploy(capturing)]).toEqual(["miss three", "hit three"]);
    limit = 2;
    expect(await deploy(capturing)).toBe("miss three");
  });

  it("is one for all routes behind, where the build says it, and each route's own, where something else is passed", async () => {
    const { app, cache, ask } = makeSite();
    app.use("/built/*", builtRouteCache({ cache, ttl: "1m", name: "built" }, { fp: "one" }));
    app.use("/mapped/*", ...[{ cache, ttl: 60_000 }].map(builtRouteCache));
    app.get("/:kind/a", (c) => c.text("a")).get("/:kind/b", (c) => c.text("b"));
    for (const verdict of ["miss", "hit"]) {
      for (const path of ["/built/a", "/built/b", "/mapped/a", "/mapped/b"]) {
        expect(await ask(path)).toBe(`200 ${verdict} ${path.at(-1)}`);
      }
    }
  });

  it("is no code where a handler is bound, which is said", async () => {
    const events: CacheEvent[] = [];
    const cache = createCache({ onEvent: (event) => void events.push(event) });
    const { app, ask } = makeSite();
    const controller = { name: "x", show: (c: Context) => c.text("shown") };
    app.onError((error, c) => c.text(error.message, 500));
    app.get("/bound", routeCache({ cache, ttl: "1m" }), controller.show.bind(controller));
    app.get("/told", routeCache({ cache, ttl: "1m", version: 1 }), controller.show.bind(controller));
    app.post("/bound", routeCache({ cache }), controller.show.bind(controller));
    expect([await ask("/bound"), await ask("/bound")]).toEqual(["200 none shown", "200 none shown"]);
    const message = expect.stringContaining(
      '"/bound" is not cached: Cannot derive a version of "/bound" from its code',
    );
    const warnings = events.filter(({ type }) => type === "warning");
    expect(warnings).toEqual([{ type: "warning", name: "/bound", code: "bound", message }]);
    expect(await ask("/bound", { method: "POST" })).toBe("200 none shown");
    expect([await ask("/told"), await ask("/told")]).toEqual(["200 miss shown", "200 hit shown"]);
  });
});

describe("a cache that another middleware calls", () => {
  it("runs what that has behind the cache, when it answers and when it refreshes: every()", async () => {
    vi.useFakeTimers({ toFake: ["Date"] });
    const { app, cache, ask } = makeSite();
    const seen: string[] = [];
    const note = (name: string) => async (_: Context, next: () => Promise<void>) => {
      seen.push(name);
      await next();
    };
    const handler = counter();
    app.use(note("outer"), every(routeCache({ cache, ttl: "1m", swr: "1h" }), note("inner"))).get("/", handler);
    expect(await ask("/")).toBe("200 miss / 1");
    expect(await ask("/")).toBe("200 hit / 1");
    vi.advanceTimersByTime(61_000);
    expect(await ask("/")).toBe("200 stale / 1");
    await cache.settled();
    expect(await ask("/")).toBe("200 hit / 2");
    expect(seen).toEqual(["outer", "inner", "outer", "outer", "inner", "outer"]);
  });

  it("never runs a handler past an authorisation behind it", async () => {
    const { app, cache, ask } = makeSite();
    app.use(every(routeCache({ cache, ttl: "1m" }), bearerAuth({ token: "t" }))).get("/", counter());
    expect(await ask("/")).toBe("401 none Unauthorized");
    expect(await ask("/", { headers: { authorization: "Bearer t" } })).toBe("200 miss / 1");
    expect(await ask("/")).toBe("401 none Unauthorized");
  });

  it("is there only where that one calls it: except(), and a condition", async () => {
    const { app, cache, ask } = makeSite();
    const caching = routeCache({ cache, ttl: "1m" });
    app.use(except("/live", caching));
    app.get("/asked", (c, next) => (c.req.query("cached") === undefined ? next() : caching(c, next)));
    app.get("/:any", counter());
    expect([await ask("/a"), await ask("/a")]).toEqual(["200 miss /a 1", "200 hit /a 1"]);
    expect([await ask("/live"), await ask("/live")]).toEqual(["200 none /live 2", "200 none /live 3"]);
  });

  it("stores no visitor's headers of a middleware that stands before it within every()", async () => {
    const { app, cache, fetch } = makeSite();
    app.use(every(cors({ origin: (asked) => asked }), routeCache({ cache, ttl: "1m" }))).get("/", counter());
    for (const origin of ["https://a.example", "https://b.example", "https://a.example"]) {
      const response = await fetch("/", { headers: { origin } });
      expect(response.headers.get("access-control-allow-origin")).toBe(origin);
    }
  });
});
