import { Hono } from "hono";
import { hc } from "hono/client";
import { afterEach, describe, expect, it, vi } from "vitest";
import { routeCache } from "../../adapters/hono.ts";
import { counter, makeSite } from "./site.ts";

afterEach(() => {
  vi.useRealTimers();
});

describe("routeCache()", () => {
  it("caches one route", async () => {
    const { app, cache, ask } = makeSite();
    app.get("/products/:id", routeCache({ cache, ttl: "1m" }), counter()).get("/other", counter());
    expect(await ask("/products/1")).toBe("200 miss /products/1 1");
    expect(await ask("/products/1")).toBe("200 hit /products/1 1");
    expect(await ask("/products/2")).toBe("200 miss /products/2 2");
    expect(await ask("/products/1?page=2")).toBe("200 miss /products/1 3");
    expect(await ask("/other")).toBe("200 none /other 1");
    expect(await ask("/other")).toBe("200 none /other 2");
  });

  it("caches what is under a path", async () => {
    const { app, cache, ask } = makeSite();
    app.use("/shop/*", routeCache({ cache, ttl: "1m" }));
    app.get("/shop/:id", counter()).get("/about", counter());
    expect(await ask("/shop/1")).toBe("200 miss /shop/1 1");
    expect(await ask("/shop/1")).toBe("200 hit /shop/1 1");
    expect(await ask("/about")).toBe("200 none /about 1");
  });

  it("caches all routes, each for its own code", async () => {
    const { app, cache, ask, story } = makeSite();
    app.use(routeCache({ cache, ttl: "1m" }));
    app.get("/a", (c) => c.text("of a")).get("/b", (c) => c.text("of b"));
    for (const verdict of ["miss", "hit"]) {
      expect(await ask("/a")).toBe(`200 ${verdict} of a`);
      expect(await ask("/b")).toBe(`200 ${verdict} of b`);
    }
    expect(new Set(story.events.map((event) => "name" in event && event.name))).toEqual(new Set(["/a", "/b"]));
  });

  it("stores only what says how long it is fresh, where no ttl says it", async () => {
    const { app, cache, ask } = makeSite();
    app.use(routeCache({ cache }));
    app.get("/silent", counter()).get("/fresh", counter({ "cache-control": "max-age=60" }));
    expect([await ask("/silent"), await ask("/silent")]).toEqual(["200 miss /silent 1", "200 miss /silent 2"]);
    expect([await ask("/fresh"), await ask("/fresh")]).toEqual(["200 miss /fresh 1", "200 hit /fresh 1"]);
  });

  it("answers HEAD from what a GET has stored, and stores nothing of a HEAD", async () => {
    const { app, cache, fetch } = makeSite();
    const handler = counter();
    app.get("/", routeCache({ cache, ttl: "1m" }), handler);
    expect((await fetch("/", { method: "HEAD" })).status).toBe(200);
    expect(await (await fetch("/")).text()).toBe("/ 2");
    const head = await fetch("/", { method: "HEAD" });
    expect([head.headers.get("content-length"), await head.text()]).toEqual(["3", ""]);
    expect(head.headers.get("cache-status")).toMatch(/^autocache;hit;/);
    expect(handler.runs).toBe(2);
  });

  it("caches the answer of app.notFound, called by nobody and by a handler", async () => {
    const { app, cache, ask } = makeSite();
    let count = 0;
    app.use(routeCache({ cache, ttl: "1m" }));
    app.get("/product", (c) => c.notFound());
    app.notFound((c) => c.text(`no ${c.req.path} ${(count += 1)}`, 404));
    expect([await ask("/nothing"), await ask("/nothing")]).toEqual(["404 miss no /nothing 1", "404 hit no /nothing 1"]);
    expect([await ask("/product"), await ask("/product")]).toEqual(["404 miss no /product 2", "404 hit no /product 2"]);
  });

  it("stands before, behind and within sub-applications", async () => {
    const { app, cache, ask } = makeSite();
    const inside = new Hono().get("/:id", routeCache({ cache, ttl: "1m" }), counter());
    app.route("/inside/:tenant", inside);
    app.use("/before/*", routeCache({ cache, ttl: "1m" })).route("/before", new Hono().get("/:id", counter()));
    app.use("/mounted/*", routeCache({ cache, ttl: "1m" }));
    let mounted = 0;
    app.mount("/mounted", (request) => new Response(`${new URL(request.url).pathname} ${(mounted += 1)}`));
    app.basePath("/api/:version").get("/x", routeCache({ cache, ttl: "1m" }), (c) => c.text(c.req.param("version")));
    for (const verdict of ["miss", "hit"]) {
      expect(await ask("/inside/acme/1")).toBe(`200 ${verdict} /inside/acme/1 1`);
      expect(await ask("/before/1")).toBe(`200 ${verdict} /before/1 1`);
      expect(await ask("/mounted/1")).toBe(`200 ${verdict} /1 1`);
      expect(await ask("/api/v1/x")).toBe(`200 ${verdict} v1`);
    }
  });

  it("leaves the types of a client as they are", async () => {
    const { cache } = makeSite();
    const app = new Hono()
      .get("/plain/:id", (c) => c.json({ id: c.req.param("id"), price: 1 }))
      .get("/cached/:id", routeCache({ cache, ttl: "1m" }), (c) => c.json({ id: c.req.param("id"), price: 1 }));
    const client = hc<typeof app>("http://localhost", { fetch: app.request });
    const plain = await (await client.plain[":id"].$get({ param: { id: "1" } })).json();
    for (let i = 0; i < 2; i++) {
      const cached: typeof plain = await (await client.cached[":id"].$get({ param: { id: "1" } })).json();
      expect(cached).toEqual({ id: "1", price: 1 });
    }
  });
});

describe("two caches in one application", () => {
  it("share what the one has stored of a URL, and what the other makes invalid", async () => {
    const { app, cache, ask } = makeSite();
    app.get("/item", routeCache({ cache, ttl: "1m" }), counter());
    app.post("/item", routeCache({ cache }), (c) => c.text("changed"));
    await ask("/item");
    expect(await ask("/item")).toBe("200 hit /item 1");
    expect(await ask("/item", { method: "POST" })).toBe("200 bypass changed");
    expect(await ask("/item")).toBe("200 miss /item 2");
  });

  it("keep each its own where their names differ", async () => {
    const { app, cache, ask } = makeSite();
    const handler = counter();
    const own = routeCache({ cache, ttl: "1m", name: "own" });
    app.get("/", (c, next) => (c.req.header("own") === "yes" ? own(c, next) : next()));
    app.get("/", routeCache({ cache, ttl: "1m" }), handler);
    expect(await ask("/")).toBe("200 miss / 1");
    expect(await ask("/", { headers: { own: "yes" } })).toBe("200 miss / 1");
    await own.invalidate("http://localhost/");
    expect(await ask("/", { headers: { own: "yes" } })).toBe("200 miss / 1");
  });

  it.each([
    ["of different names", { name: "inner" }],
    ["of the default name", {}],
  ])("stand within each other, %s: the outer asks the inner for what it has not any more", async (_, inner) => {
    vi.useFakeTimers({ toFake: ["Date"] });
    const { app, cache, ask } = makeSite();
    app.use(routeCache({ cache, ttl: "1m" }));
    app.get("/", routeCache({ cache, ttl: "1h", ...inner }), counter());
    expect(await ask("/")).toBe("200 miss / 1");
    expect(await ask("/")).toBe("200 hit / 1");
    vi.advanceTimersByTime(61_000);
    expect(await ask("/")).toBe("200 miss / 1");
    vi.advanceTimersByTime(3_600_000);
    expect(await ask("/")).toBe("200 miss / 2");
  });

  it("hear both what a handler says", async () => {
    const { app, cache, ask } = makeSite();
    app.use(routeCache({ cache, ttl: "1m", name: "outer" }));
    app.use(routeCache({ cache, ttl: "1m", name: "inner" }));
    let runs = 0;
    app.get("/skipped", (c) => {
      c.get("cache").skip();
      return c.text(String((runs += 1)));
    });
    app.get("/tagged", (c) => {
      c.get("cache").tag("one");
      return c.text(String((runs += 1)));
    });
    expect([await ask("/skipped"), await ask("/skipped")]).toEqual(["200 miss 1", "200 miss 2"]);
    expect([await ask("/tagged"), await ask("/tagged")]).toEqual(["200 miss 3", "200 hit 3"]);
    await cache.invalidateTags(["one"]);
    expect(await ask("/tagged")).toBe("200 miss 4");
  });

  it("are one where the same middleware stands behind itself", async () => {
    const { app, cache, ask, story } = makeSite();
    const caching = routeCache({ cache, ttl: "1m", version: 1 });
    app.use(caching);
    app.get("/", caching, counter());
    app.post("/", caching, counter());
    expect([await ask("/"), await ask("/")]).toEqual(["200 miss / 1", "200 hit / 1"]);
    expect(story.take()).toEqual(["miss absent", "computed", "stored", "hit memory"]);
    expect(await ask("/", { method: "POST" })).toBe("200 bypass / 1");
    expect(await ask("/")).toBe("200 miss / 2");
  });
});

describe("a request with an unsafe method", () => {
  it("goes by, and removes what is stored for its URL and for those that its response names", async () => {
    const { app, cache, ask } = makeSite();
    app.use(routeCache({ cache, ttl: "1m" }));
    app.get("/:id", counter());
    app.put("/:id", async (c) => c.text(await c.req.text(), 201, { location: "/2" }));
    app.delete("/:id", (c) => c.text("not yours", 403));
    for (const path of ["/1", "/2", "/3"]) await ask(path);
    expect(await ask("/1", { method: "PUT", body: "sent" })).toBe("201 bypass sent");
    expect(await ask("/3", { method: "DELETE" })).toBe("403 bypass not yours");
    const verdicts = [];
    for (const path of ["/1", "/2", "/3"]) verdicts.push((await ask(path)).split(" ")[1]);
    expect(verdicts).toEqual(["miss", "miss", "hit"]);
  });

  it("keeps a run that began before from being stored", async () => {
    const { app, cache, ask } = makeSite();
    let runs = 0;
    let release = (): void => {};
    let price = 1;
    app.use(routeCache({ cache, ttl: "1m" }));
    app.get("/", async (c) => {
      const read = price;
      runs += 1;
      await new Promise<void>((resolve) => (release = resolve));
      return c.text(String(read));
    });
    app.post("/", (c) => c.text(String((price = 2))));
    const slow = ask("/");
    await expect.poll(() => runs).toBe(1);
    await ask("/", { method: "POST" });
    release();
    expect(await slow).toBe("200 miss 1");
    const next = ask("/");
    await expect.poll(() => runs).toBe(2);
    release();
    expect(await next).toBe("200 miss 2");
  });

  it("runs as if no cache were there", async () => {
    const { app, cache } = makeSite();
    app.onError((error, c) => c.text(`${error.message} ${c.get("cache").isBackground}`, 418));
    app.use(async (c, next) => {
      c.header("x-before", "1");
      c.header("set-cookie", "before=1");
      await next();
      if (c.error !== undefined) c.header("x-error", c.error.message);
    });
    app.use(routeCache({ cache }));
    app.post("/cookie", (c) => {
      c.header("set-cookie", "own=1", { append: true });
      return c.text("ok");
    });
    app.post("/error", () => {
      throw new Error("broken");
    });
    const answer = await app.request("/cookie", { method: "POST" });
    expect(answer.headers.getSetCookie()).toEqual(["before=1", "own=1"]);
    expect(answer.headers.get("x-before")).toBe("1");
    expect(answer.headers.get("cache-status")).toBe("autocache;fwd=method;detail=method");
    const failed = await app.request("/error", { method: "POST" });
    expect([failed.status, await failed.text(), failed.headers.get("x-error")]).toEqual([
      418,
      "broken false",
      "broken",
    ]);
  });
});

describe("several routeCache() of one cache", () => {
  it("invalidate what runs behind another one", async () => {
    const { app, cache, ask } = makeSite();
    let runs = 0;
    let release = (): void => {};
    let price = 1;
    app.get("/", routeCache({ cache, ttl: "1m" }), async (c) => {
      const read = price;
      runs += 1;
      await new Promise<void>((resolve) => (release = resolve));
      return c.text(String(read));
    });
    app.post("/", routeCache({ cache, ttl: "1m" }), (c) => c.text(String((price = 2))));
    const slow = ask("/");
    await expect.poll(() => runs).toBe(1);
    await ask("/", { method: "POST" });
    release();
    expect(await slow).toBe("200 miss 1");
    const next = ask("/");
    await expect.poll(() => runs).toBe(2);
    release();
    expect(await next).toBe("200 miss 2");
  });
});
