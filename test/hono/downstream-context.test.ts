import { type Context, Hono, type MiddlewareHandler } from "hono";
import { compress } from "hono/compress";
import { contextStorage, getContext } from "hono/context-storage";
import { cors } from "hono/cors";
import { etag } from "hono/etag";
import { requestId } from "hono/request-id";
import { stream, streamSSE, streamText } from "hono/streaming";
import { validator } from "hono/validator";
import { describe, expect, it } from "vitest";
import type { Downstream } from "../../adapters/hono/downstream.ts";
import { ask, Observer, report } from "./observer.ts";

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
