import { type Context, Hono, type MiddlewareHandler } from "hono";
import { compress } from "hono/compress";
import { etag } from "hono/etag";
import { HTTPException } from "hono/http-exception";
import { describe, expect, it } from "vitest";
import { type Downstream, downstreamOf } from "../../adapters/hono/downstream.ts";
import { Observer, read, through } from "./observer.ts";

describe("what a handler throws", () => {
  const refused = new Error("refused");

  it.each([refused, new HTTPException(403), "a string", undefined, null, { status: 500 }])(
    "is thrown by the run, the same: %s",
    async (thrown) => {
      const caught: unknown[] = [];
      const app = new Hono();
      const middleware: MiddlewareHandler = async (c, next) => {
        const run = downstreamOf(c);
        for (let i = 0; i < 2; i++) {
          await run(c.req.raw, {}).catch((error: unknown) => caught.push(error));
        }
        await next();
      };
      app.onError((error, c) => c.text(`outer ${error.message}`, 500));
      app.get("/", middleware, through, async () => {
        throw thrown;
      });
      const sent = await Promise.resolve(app.request("/")).catch((error: unknown) => error);
      expect(caught).toHaveLength(2);
      expect(caught.every((error) => error === thrown)).toBe(true);
      if (!(thrown instanceof Error)) expect(sent).toBe(thrown);
    },
  );

  it("reaches the application's onError when the middleware lets it through", async () => {
    const app = new Hono().get("/", new Observer().middleware, () => {
      throw refused;
    });
    app.onError((error, c) => c.text(String(error === refused), 503));
    expect(await read(await app.request("/"))).toMatchObject({ status: 503, body: "true" });
  });

  it("is told to middlewares behind as Hono does: in c.error, with next() fulfilled", async () => {
    const seen: unknown[] = [];
    const observer = new Observer();
    const transaction: MiddlewareHandler = async (c, next) => {
      await next();
      seen.push(c.error === refused ? "rollback" : "commit", c.res.status);
      c.header("x-transaction", "over");
    };
    const app = new Hono().get("/", observer.middleware, etag(), compress(), transaction, () => {
      throw refused;
    });
    app.onError((error, c) => c.text(String(error === refused)));
    expect(await (await app.request("/")).text()).toBe("true");
    expect(seen).toEqual(["rollback", 500]);
  });

  it("stays the first, when a middleware behind fails on account of it", async () => {
    const observer = new Observer();
    const parsing: MiddlewareHandler = async (c, next) => {
      await next();
      await c.res.json();
    };
    const app = new Hono().get("/", observer.middleware, parsing, () => {
      throw refused;
    });
    app.onError((error, c) => c.text(String(error === refused)));
    expect(await (await app.request("/")).text()).toBe("true");
  });

  it("is the error of a response that a middleware behind has given instead", async () => {
    const observer = new Observer();
    const rescue: MiddlewareHandler = async (c, next) => {
      await next();
      if (c.error !== undefined) c.res = c.text("rescued", 500);
    };
    const app = new Hono().get("/", observer.middleware, rescue, () => {
      throw refused;
    });
    expect(await (await app.request("/")).text()).toBe("rescued");
    expect(observer.first?.error).toBe(refused);
  });

  it("is the error of a response that a sub-application's onError has given", async () => {
    const observer = new Observer();
    const sub = new Hono().get("/:id", (c) => {
      throw new Error(c.req.param("id"));
    });
    sub.onError((error, c) => c.text(`sub ${error.message}`, 502));
    const app = new Hono().use(observer.middleware).route("/sub", sub);
    expect(await read(await app.request("/sub/7"))).toMatchObject({ status: 502, body: "sub 7" });
    const again = await observer.again();
    expect(again.error).toEqual(new Error("7"));
    expect(await again.response.text()).toBe("sub 7");
    expect(observer.first?.error).not.toBe(again.error);
  });

  it("goes to onError of the sub-application that the middleware is in as well", async () => {
    const observer = new Observer();
    const sub = new Hono().use(observer.middleware).get("/", () => {
      throw refused;
    });
    sub.onError((error, c) => c.text(`sub ${error.message}`, 502));
    const sent = await new Hono().route("/sub", sub).request("/sub");
    expect(await read(sent)).toMatchObject({ status: 502, body: "sub refused" });
  });

  it("is no error when a handler recovers", async () => {
    const observer = new Observer();
    await new Hono().get("/", observer.middleware, (c) => c.text("x")).request("/");
    expect(observer.first).not.toHaveProperty("error");
  });
});

describe("notFound", () => {
  const handlers: Record<string, (c: Context) => Response | Promise<Response>> = {
    "at once": (c) => c.json({ missing: c.req.path, by: c.get("by"), via: c.req.header("x-via") }, 404),
    "with a promise": async (c) => c.json({ by: c.get("by"), via: c.req.header("x-via") }, 404, { "x-page": "1" }),
    "with HTML": (c) => c.html(Promise.resolve(`<p>${c.req.path} ${c.get("by")}</p>`), 404),
    "with headers": (c) => (c.header("cache-control", "max-age=5"), c.body(null, 404)),
  };

  it.each(Object.entries(handlers))("of the application answers %s, for the new context", async (_, handler) => {
    const observer = new Observer();
    const build = (m: MiddlewareHandler): Hono => {
      const app = new Hono<{ Variables: { by: string } }>();
      app.notFound(handler);
      if (m !== through) app.use(async (c, next) => (c.header("x-visitor", "ann"), next()));
      app.get("/:id", m, (c) => (c.set("by", "handler"), c.header("x-own", "1"), c.notFound()));
      return app as unknown as Hono;
    };
    const real = await read(await build(through).request("/1", { headers: { "x-via": "test" } }));
    await build(observer.middleware).request("/1", { headers: { "x-via": "test" } });
    const again = new Request("http://localhost/1", { headers: { "x-via": "test" } });
    expect(await read((await observer.again(again)).response)).toEqual(real);
    expect(real.headers["x-own"]).toBe("1");
    expect(observer.first?.response.headers.has("x-visitor")).toBe(false);
  });

  it("of the application answers where nothing is behind", async () => {
    const observer = new Observer();
    const app = new Hono().use(through, observer.middleware);
    app.notFound((c) => c.text("custom", 404));
    expect(await read(await app.request("/"))).toMatchObject({ status: 404, body: "custom" });
    expect(await read((await observer.again()).response)).toMatchObject({ status: 404, body: "custom" });
    expect([observer.route, observer.handlers]).toEqual(["/*", []]);
  });

  it("leaks no header of the visitor when it awaits first", async () => {
    const observer = new Observer();
    const app = new Hono();
    app.notFound(async (c) => {
      await new Promise((resolve) => setTimeout(resolve, 1));
      const headers = { "set-cookie": "page=1", "x-page": "missing", vary: "accept" };
      return c.text("custom", { status: 404, headers });
    });
    app.use(async (c, next) => {
      c.header("set-cookie", "session=secret");
      c.header("set-cookie", "csrf=secret", { append: true });
      c.header("vary", "origin");
      c.header("x-visitor", "ann");
      await next();
      c.header("x-after", "late");
    });
    app.get("/", observer.middleware, (c) => (c.header("x-own", "1"), c.notFound()));
    await app.request("/");
    const type = "text/plain; charset=UTF-8";
    // While the visitor's own response is under way, all is told apart; what to cache by is always kept.
    expect(await read((observer.first as Downstream).response.clone())).toEqual({
      status: 404,
      headers: { "content-type": type, "set-cookie": "page=1", vary: "accept", "x-page": "missing", "x-own": "1" },
      body: "custom",
    });
    expect((observer.first as Downstream).response.headers.getSetCookie()).toEqual(["page=1"]);
    // Afterwards the visitor's response has the page's headers too, and they are not told apart.
    const { response } = await observer.again();
    expect(await read(response)).toEqual({
      status: 404,
      headers: { "content-type": type, "set-cookie": "page=1", vary: "accept", "x-own": "1" },
      body: "custom",
    });
  });

  it("keeps headers that the visitor's response has as well, when it awaits nothing before", async () => {
    const observer = new Observer();
    const app = new Hono();
    app.notFound(async (c) => c.text("custom", 404, { "x-page": "missing" }));
    app.get("/", observer.middleware, (c) => c.notFound());
    await app.request("/");
    expect((await observer.again()).response.headers.get("x-page")).toBe("missing");
  });

  it("leaves the outer context as it was", async () => {
    let before: unknown;
    let after: unknown;
    const app = new Hono();
    app.notFound((c) => (c.header("x-inner", "1"), c.text("custom", 404)));
    app.use(async (c, next) => {
      before = Object.getOwnPropertyDescriptors(c);
      await downstreamOf(c)(new Request("http://localhost/"), { a: 1 });
      after = Object.getOwnPropertyDescriptors(c);
      expect(c.var).toEqual({});
      expect(c.res.headers.has("x-inner")).toBe(false);
      await next();
    });
    app.get("/", (c) => c.notFound());
    await app.request("/");
    expect(after).toEqual(before);
  });
});
