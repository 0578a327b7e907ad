import { type Context, Hono, type MiddlewareHandler } from "hono";
import { html } from "hono/html";
import { jsxRenderer, useRequestContext } from "hono/jsx-renderer";
import { describe, expect, it } from "vitest";
import { type Downstream } from "../../adapters/hono/downstream.ts";
import { ask, Observer, through } from "./observer.ts";

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
