import { type Context, Hono, type MiddlewareHandler } from "hono";
import { except, every } from "hono/combine";
import { compress } from "hono/compress";
import { contextStorage, getContext } from "hono/context-storage";
import { cors } from "hono/cors";
import { etag } from "hono/etag";
import { html } from "hono/html";
import { HTTPException } from "hono/http-exception";
import { jsxRenderer, useRequestContext } from "hono/jsx-renderer";
import { requestId } from "hono/request-id";
import { basePath, baseRoutePath, matchedRoutes, routePath } from "hono/route";
import { LinearRouter } from "hono/router/linear-router";
import { PatternRouter } from "hono/router/pattern-router";
import { RegExpRouter } from "hono/router/reg-exp-router";
import { TrieRouter } from "hono/router/trie-router";
import { stream, streamSSE, streamText } from "hono/streaming";
import { validator } from "hono/validator";
import { describe, expect, it } from "vitest";
import {
  type Downstream,
  downstreamOf,
  handlersBehind,
  routeBehind,
  type RunDownstream,
} from "../../adapters/hono/downstream.ts";

/** A middleware that answers with what a run of the handlers behind gave, and keeps what it takes to run them again. */
class Observer {
  run: RunDownstream | undefined;
  first: Downstream | undefined;
  route: string | undefined;
  handlers: readonly unknown[] = [];
  variables: Record<string, unknown> = {};
  readonly middleware: MiddlewareHandler = async (c, _next) => {
    this.run = downstreamOf(c);
    this.route = routeBehind(c);
    this.handlers = handlersBehind(c);
    this.variables = { ...c.var };
    this.first = await this.run(c.req.raw, this.variables);
    for (const [name, value] of Object.entries(this.first.variables)) c.set(name, value);
    return this.first.response;
  };

  /** Runs the handlers again, when the response is long sent. */
  async again(request: Request | string = "http://localhost/"): Promise<Downstream> {
    if (this.run === undefined) throw new Error("The middleware has not run");
    return await this.run(typeof request === "string" ? new Request(request) : request, this.variables);
  }
}

const through: MiddlewareHandler = (_, next) => next();

async function read(response: Response): Promise<{ status: number; headers: Record<string, string>; body: string }> {
  return { status: response.status, headers: Object.fromEntries(response.headers), body: await response.text() };
}

/** Asks the app three times: with `next()` for the middleware, with a run, and again after the response. */
async function ask(build: (middleware: MiddlewareHandler) => Hono, path: string, init: RequestInit = {}) {
  const observer = new Observer();
  const url = `http://localhost${path}`;
  const real = await read(await build(through).request(url, init));
  const foreground = await read(await build(observer.middleware).request(url, init));
  const background = await read((await observer.again(new Request(url, init))).response);
  return { real, foreground, background, observer };
}

/** Writes down all that a handler can learn of its place. */
function report(c: Context): Response {
  return c.json({
    param: c.req.param(),
    id: c.req.param("id"),
    path: c.req.path,
    method: c.req.method,
    routeIndex: c.req.routeIndex,
    routePath: routePath(c),
    routes: matchedRoutes(c).map((route) => `${route.method} ${route.path}`),
    baseRoutePath: baseRoutePath(c),
    basePath: basePath(c),
    query: c.req.queries(),
  });
}

const NAMES = "different names for one segment";
const TAIL = "a middleware of all routes";
const SUB = "a sub-application";

/** The routers of Hono, and which of the places below they refuse with an UnsupportedPathError of their own. */
const routers: Record<string, [make: () => object, ...refused: string[]]> = {
  SmartRouter: [() => ({})],
  RegExpRouter: [() => ({ router: new RegExpRouter<never>() }), NAMES],
  TrieRouter: [() => ({ router: new TrieRouter<never>() })],
  LinearRouter: [() => ({ router: new LinearRouter<never>() }), NAMES, TAIL, SUB],
  PatternRouter: [() => ({ router: new PatternRouter<never>() })],
};

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

describe("variables", () => {
  type App = Hono<{ Variables: { user: string; seen: string; requestId: string } }>;

  it("reach the handlers behind, and come back with what these have set", async () => {
    const observer = new Observer();
    let after: unknown;
    const app: App = new Hono();
    app.use(requestId({ generator: () => "r1" }), async (c, next) => {
      c.set("user", "ann");
      await next();
      after = c.var;
    });
    app.get("/", observer.middleware, (c) => {
      c.set("seen", `${c.var.user} ${c.get("requestId")}`);
      return c.text(c.var.seen);
    });
    expect(await (await app.request("/")).text()).toBe("ann r1");
    expect(after).toEqual({ user: "ann", seen: "ann r1", requestId: "r1" });
    observer.variables["user"] = "bob";
    const { response, variables } = await observer.again();
    expect(await response.text()).toBe("bob r1");
    expect(variables).toEqual({ user: "bob", seen: "bob r1", requestId: "r1" });
    expect(after).toMatchObject({ user: "ann" });
  });

  it("are empty where none is set", async () => {
    const observer = new Observer();
    await new Hono().get("/", observer.middleware, (c) => c.text("x")).request("/");
    expect(observer.first?.variables).toEqual({});
  });

  it("are found by getContext() of contextStorage()", async () => {
    const observer = new Observer();
    const app: App = new Hono();
    app.use(contextStorage());
    app.get("/:id", observer.middleware, (c) => {
      c.set("seen", c.req.query("q") ?? "first");
      const found = getContext<{ Variables: { seen: string } }>();
      found.header("x-found", found.var.seen);
      return c.text(`${found.var.seen} ${found.req.param("id")} ${found === (c as Context)}`);
    });
    expect(await (await app.request("/1")).text()).toBe("first 1 true");
    const { response } = await observer.again("http://localhost/1?q=again");
    expect(await response.text()).toBe("again 1 true");
    expect(response.headers.get("x-found")).toBe("again");
  });
});

describe("validated data", () => {
  it("of validators before and behind reaches the handler", async () => {
    const { real, foreground, background } = await ask(
      (m) =>
        new Hono().get(
          "/:id",
          validator("query", (query) => ({ ...query, checked: true })),
          m,
          validator("param", (param) => ({ id: Number(param["id"]) })),
          (c) => c.json([c.req.valid("query"), c.req.valid("param")]),
        ),
      "/5?q=x",
    );
    expect(JSON.parse(real.body)).toEqual([{ q: "x", checked: true }, { id: 5 }]);
    expect(foreground).toEqual(real);
    expect(background).toEqual(real);
  });

  it("of a body that was read before the middleware does not keep the handler from reading it", async () => {
    const { real, foreground } = await ask(
      (m) =>
        new Hono().post(
          "/",
          validator("json", (body) => body),
          m,
          async (c) => c.json([await c.req.json(), c.req.valid("json")]),
        ),
      "/",
      { method: "POST", body: '{"a":1}', headers: { "content-type": "application/json" } },
    );
    expect(JSON.parse(real.body)).toEqual([{ a: 1 }, { a: 1 }]);
    expect(foreground).toEqual(real);
  });

  it("answers with the validator's refusal", async () => {
    const refusing = validator("query", (_, c) => c.text("refused", 400));
    const { foreground, background } = await ask((m) => new Hono().get("/", m, refusing, report), "/");
    expect([foreground.status, background.status]).toEqual([400, 400]);
  });
});

describe("headers", () => {
  it("that middlewares before have prepared stay with them: no secret of one visitor in a shared response", async () => {
    const observer = new Observer();
    const app = new Hono();
    app.use(cors({ origin: (origin) => origin, credentials: true }), async (c, next) => {
      c.header("set-cookie", "session=secret");
      c.header("x-visitor", "ann");
      c.status(201);
      await next();
      c.header("x-after", "late");
    });
    app.get("/", observer.middleware, (c) => c.text("x", { headers: { "x-own": "1" } }));
    const sent = await app.request("/", { headers: { origin: "https://a.example" } });
    expect(sent.headers.get("access-control-allow-origin")).toBe("https://a.example");
    const expected = { "content-type": "text/plain; charset=UTF-8", "x-own": "1" };
    for (const { response } of [observer.first as Downstream, await observer.again()]) {
      expect(response.status).toBe(200);
      expect(Object.fromEntries(response.headers)).toEqual(expected);
    }
  });

  it("are those of the middlewares behind: etag(), compress(), cors()", async () => {
    const text = "x".repeat(2000);
    const { real, foreground, background } = await ask(
      (m) => new Hono().get("/", m, cors(), etag(), compress(), (c) => c.text(text)),
      "/",
      { headers: { "accept-encoding": "gzip" } },
    );
    expect(real.headers).toMatchObject({ "access-control-allow-origin": "*", "content-encoding": "gzip" });
    expect(real.headers["etag"]).toBeDefined();
    expect(foreground).toEqual(real);
    expect(background).toEqual(real);
  });

  it("may be immutable: those of fetch() are passed on", async () => {
    const observer = new Observer();
    const redirect = Response.redirect("http://localhost/there");
    await new Hono().get("/", observer.middleware, () => redirect).request("/");
    expect((await observer.again()).response).toBe(redirect);
  });
});

describe("streams", () => {
  it("pass unread: the first chunk is there before the second is made", async () => {
    const observer = new Observer();
    const gate = Promise.withResolvers<void>();
    const app = new Hono().get("/", observer.middleware, (c) =>
      stream(c, async (out) => {
        await out.write("one");
        await gate.promise;
        await out.write("two");
      }),
    );
    await app.request("/");
    const { response } = await observer.again();
    const reader = (response.body as ReadableStream<Uint8Array>).getReader();
    expect(new TextDecoder().decode((await reader.read()).value)).toBe("one");
    gate.resolve();
    expect(new TextDecoder().decode((await reader.read()).value)).toBe("two");
    expect((await reader.read()).done).toBe(true);
  });

  it("of text and of events arrive as they are", async () => {
    const build = (m: MiddlewareHandler): Hono => {
      const app = new Hono().use(m);
      app.get("/text", (c) => streamText(c, async (out) => void (await out.writeln("hello"))));
      app.get("/events", (c) => streamSSE(c, (out) => out.writeSSE({ data: "hello", event: "greeting" })));
      return app;
    };
    for (const path of ["/text", "/events"]) {
      const { real, foreground, background } = await ask(build, path);
      expect(real.body).toContain("hello");
      expect(foreground).toEqual(real);
      expect(background).toEqual(real);
    }
  });
});

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

describe("renderers", () => {
  it("of jsxRenderer(), nested before and behind, see the new context", async () => {
    const outer = jsxRenderer(({ children, ...props }, c?: Context) => {
      const request = useRequestContext();
      return html`<main
        id="${request.req.param("id")}"
        by="${request.get("by")}"
        q="${c?.req.query("q")}"
        title="${"title" in props ? props.title : ""}"
      >
        ${children}
      </main>`;
    });
    const inner = jsxRenderer((({ children, Layout }: { children: unknown; Layout: (props: object) => unknown }) =>
      Layout({ children: html`<i>${children}</i>` })) as never);
    const build = (m: MiddlewareHandler, behind: MiddlewareHandler): Hono => {
      const app = new Hono<{ Variables: { by: string } }>();
      if (m !== through) app.use(async (c, next) => (c.header("x-visitor", "ann"), next()));
      app.use(outer);
      app.get("/:id", m, behind, (c) => {
        c.set("by", "handler");
        c.status(203);
        c.header("x-own", "1");
        const render = c.render as (...args: unknown[]) => Response | Promise<Response>;
        return render(html`<p>${c.req.query("q") ?? ""}</p>`, { title: "t" });
      });
      return app as unknown as Hono;
    };
    for (const behind of [through, inner]) {
      const { real, foreground, background } = await ask((m) => build(m, behind), "/7?q=x");
      expect(real).toMatchObject({ status: 203, headers: { "x-own": "1" } });
      expect(real.body).toContain('id="7"');
      expect(real.body).toContain('by="handler"');
      expect(foreground).toEqual({
        ...real,
        headers: { ...real.headers, ...(foreground.headers["x-visitor"] ? { "x-visitor": "ann" } : {}) },
      });
      expect(background).toEqual(real);
    }
  });

  it("that await keep the headers of the visitor out, and those of the handler in", async () => {
    const observer = new Observer();
    const app = new Hono();
    app.use(async (c, next) => {
      c.header("x-visitor", "ann");
      c.setRenderer(async (content) => {
        await Promise.resolve();
        return c.html(`<b>${String(content)}</b>`);
      });
      await next();
    });
    app.get("/", observer.middleware, (c) => (c.header("x-own", "1"), c.status(203), c.render("x")));
    await app.request("/");
    for (const { response } of [observer.first as Downstream, await observer.again()]) {
      expect(Object.fromEntries(response.headers)).toEqual({
        "content-type": "text/html; charset=UTF-8",
        "x-own": "1",
      });
    }
    expect(await (await observer.again()).response.text()).toBe("<b>x</b>");
  });

  it("are Hono's own where none is set", async () => {
    const { real, foreground, background } = await ask((m) => new Hono().get("/", m, (c) => c.render("x")), "/");
    expect(real.headers["content-type"]).toContain("text/html");
    expect(foreground).toEqual(real);
    expect(background).toEqual(real);
  });
});

describe("handlersBehind() and routeBehind()", () => {
  const leaf = (c: Context): Response => c.text("leaf");
  const fallback = (c: Context): Response => c.text("fallback");

  it("unwrap what app.route() has composed, however deep", async () => {
    const observer = new Observer();
    const deep = new Hono().get("/:id", through, leaf);
    deep.onError((_, c) => c.text("deep"));
    const middle = new Hono().route("/deep", deep);
    middle.onError((_, c) => c.text("middle"));
    const app = new Hono().use(observer.middleware).route("/middle", middle).get("*", fallback);
    await app.request("/middle/deep/1");
    expect(observer.handlers).toEqual([through, leaf, fallback]);
    expect(observer.handlers[0]).toBe(through);
    expect(observer.handlers[1]).toBe(leaf);
    expect(observer.route).toBe("/middle/deep/:id");
  });

  it("name the last pattern where all of them take next", async () => {
    const observer = new Observer();
    const app = new Hono().use(observer.middleware).use("/a/*", through).all("/a/:id", through);
    await app.request("/a/1");
    expect(observer.handlers).toEqual([through, through]);
    expect(observer.route).toBe("/a/:id");
  });
});
