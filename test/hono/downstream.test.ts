import { Hono, type MiddlewareHandler } from "hono";
import { every, except } from "hono/combine";
import { html } from "hono/html";
import { jsxRenderer } from "hono/jsx-renderer";
import { validator } from "hono/validator";
import { describe, expect, it } from "vitest";
import { ask, NAMES, Observer, read, report, routers, SUB, TAIL, through } from "./observer.ts";

describe.each(Object.entries(routers))("downstreamOf() with %s", (_router, [options, ...refused]) => {
  const places: Record<string, [build: (m: MiddlewareHandler, app: Hono) => Hono, ...paths: string[]]> = {
    "a middleware of the route": [
      (m, app) => app.get("/products/:id", m, report),
      "/products/7?a=1&a=2",
      "/products/caf%C3%A9%20x",
      "/products/a%2Fb",
      "/products/100%25",
      "/products/%252F",
      "/products/%2525",
      "/products/%E0%A4",
      "/products/a@b",
    ],
    [TAIL]: [(m, app) => app.use("*", m).get("/users/:id/*", report), "/users/1/x/y"],
    [NAMES]: [
      (m, app) => app.use("/:first/*", through).use("/:second/*", m).get("/a/:id", through).get("/:x/:id", report),
      "/a/2",
    ],
    "a regular expression": [(m, app) => app.get("/posts/:id{[0-9]+}/:slug{[a-z]+}", m, report), "/posts/12/abc"],
    "an optional parameter": [(m, app) => app.get("/animals/:id?", m, report), "/animals", "/animals/cat"],
    "a wildcard": [(m, app) => app.all("/wild/*/card", m, report), "/wild/1/card"],
    [SUB]: [(m, app) => app.route("/:tenant", new Hono().use(m).get("/items/:id", report)), "/acme/items/9"],
    "a base path": [(m, app) => (app.basePath("/api/:version").get("/items/:id", m, report), app), "/api/v1/items/9"],
  };

  it.each(Object.entries(places).filter(([name]) => !refused.includes(name)))(
    "tells handlers behind %s what next() would",
    async (_name, [build, ...paths]) => {
      for (const path of paths) {
        const { real, foreground, background } = await ask((m) => build(m, new Hono(options())), path);
        expect(real.status, path).toBe(200);
        expect(foreground, path).toEqual(real);
        expect(background, path).toEqual(real);
      }
    },
  );
});

describe("downstreamOf()", () => {
  it("keeps the path that a custom getPath has made", async () => {
    const getPath = (request: Request): string => `/${new URL(request.url).hostname}${new URL(request.url).pathname}`;
    const { real, foreground, background } = await ask(
      (m) => new Hono({ getPath }).get("/localhost/:id", m, report),
      "/5",
    );
    expect(real.status).toBe(200);
    expect(foreground).toEqual(real);
    expect(background).toEqual(real);
  });

  it.each(["HEAD", "GET", "POST", "OPTIONS"])("tells the method: %s", async (method) => {
    const seen: string[] = [];
    const { real, foreground, background } = await ask(
      (m) => new Hono().all("/", m, (c) => (seen.push(c.req.method), report(c))),
      "/",
      { method },
    );
    expect(seen).toEqual([method, method, method]);
    expect(real.body === "").toBe(method === "HEAD");
    expect({ ...foreground, headers: {} }).toEqual({ ...real, headers: {} });
    expect({ ...background, headers: {} }).toEqual({ ...real, headers: {} });
  });

  it("answers GET in full for a HEAD request of the visitor", async () => {
    const observer = new Observer();
    await new Hono().get("/", observer.middleware, report).request("/", { method: "HEAD" });
    const { response } = await observer.again();
    expect(await response.json()).toMatchObject({ method: "GET", routePath: "/" });
  });

  it("gives the handlers the request, the signal in it, env and executionCtx", async () => {
    const executionCtx = { waitUntil() {}, passThroughOnException() {}, props: {} };
    const env = { KV: {} };
    const seen: unknown[] = [];
    const observer = new Observer();
    const app = new Hono().get("/", observer.middleware, (c) => {
      seen.push(c.req.raw, c.env, c.executionCtx);
      return c.text(c.req.header("x-chosen") ?? "none");
    });
    const visitor = new Request("http://localhost/");
    await app.fetch(visitor, env, executionCtx);
    const controller = new AbortController();
    const chosen = new Request("http://localhost/", { headers: { "x-chosen": "yes" }, signal: controller.signal });
    const { response } = await observer.again(chosen);
    expect(await response.text()).toBe("yes");
    expect(seen.map((value, i) => value === [visitor, env, executionCtx, chosen, env, executionCtx][i])).not.toContain(
      false,
    );
  });

  it("leaves executionCtx absent where there is none", async () => {
    const { foreground, real } = await ask(
      (m) =>
        new Hono().get("/", m, (c) => {
          expect(() => c.executionCtx).toThrow("no ExecutionContext");
          return c.text(String(c.env));
        }),
      "/",
    );
    expect(foreground).toEqual(real);
  });

  it("runs several times at once, in contexts that know nothing of each other", async () => {
    const observer = new Observer();
    const app = new Hono<{ Variables: { name: string } }>().get("/", observer.middleware, async (c) => {
      c.set("name", c.req.query("name") ?? "first");
      await new Promise((resolve) => setTimeout(resolve, 5));
      c.header("x-name", c.var.name);
      return c.text(c.var.name);
    });
    await app.request("/");
    const names = ["a", "b", "c"];
    const runs = await Promise.all(names.map((name) => observer.again(`http://localhost/?name=${name}`)));
    expect(await Promise.all(runs.map(({ response }) => response.text()))).toEqual(names);
    expect(runs.map(({ response }) => response.headers.get("x-name"))).toEqual(names);
    expect(runs.map(({ variables }) => variables["name"])).toEqual(names);
  });

  it("takes a snapshot: what outer middlewares do to the context later changes nothing", async () => {
    const observer = new Observer();
    const app = new Hono<{ Variables: { user: string } }>()
      .use(async (c, next) => {
        await next();
        c.env = { name: "later" };
        c.req.addValidatedData("query", { q: "later" });
        c.req.routeIndex = 0;
        c.req.path = "/later";
      })
      .use(validator("query", () => ({ q: "first" })))
      .get("/:id", observer.middleware, (c) =>
        c.json([c.env, c.req.valid("query" as never), c.req.param(), c.req.path]),
      );
    const sent = await (await app.request("/1", {}, { name: "env" })).json();
    expect(sent).toEqual([{ name: "env" }, { q: "first" }, { id: "1" }, "/1"]);
    expect(await (await observer.again()).response.json()).toEqual(sent);
  });

  it("stands within every() and except(), of which it runs only what is behind all of them", async () => {
    const { real, foreground, background } = await ask(
      (m) => new Hono().use(through).use(except("/health", m)).use(every(through, m)).get("/:id", through, report),
      "/1",
    );
    expect(real.status).toBe(200);
    expect(foreground).toEqual(real);
    expect(background).toEqual(real);
  });

  it("runs within a run", async () => {
    const inner = new Observer();
    const { real, foreground, background, observer } = await ask(
      (m) =>
        new Hono()
          .use(jsxRenderer(({ children }) => html`<b>${children}</b>`))
          .use(m)
          .use("/:a/*", m === through ? through : inner.middleware)
          .get("/:a/:id", (c) => (c.req.param("id") === "none" ? c.notFound() : c.render(c.req.param("id")))),
      "/x/1",
    );
    expect(real.body).toBe("<!DOCTYPE html><b>1</b>");
    expect(foreground).toEqual(real);
    expect(background).toEqual(real);
    expect((await read((await inner.again()).response)).body).toBe(real.body);
    expect([observer.route, inner.route]).toEqual(["/:a/:id", "/:a/:id"]);
  });

  it("passes on what a mounted application answers", async () => {
    const mounted = (request: Request): Response => new Response(new URL(request.url).pathname);
    const { real, foreground, background } = await ask(
      (m) => new Hono().use(m).mount("/old", mounted),
      "/old/page%20one",
    );
    expect(real.body).toBe("/page%20one");
    expect(foreground).toEqual(real);
    expect(background).toEqual(real);
  });
});
