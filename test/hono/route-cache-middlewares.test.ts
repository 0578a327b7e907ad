import { gunzipSync } from "node:zlib";
import { Hono } from "hono";
import { basicAuth } from "hono/basic-auth";
import { bearerAuth } from "hono/bearer-auth";
import { compress } from "hono/compress";
import { cors } from "hono/cors";
import { csrf } from "hono/csrf";
import { etag } from "hono/etag";
import { html } from "hono/html";
import { jsxRenderer } from "hono/jsx-renderer";
import { requestId } from "hono/request-id";
import { secureHeaders } from "hono/secure-headers";
import { endTime, setMetric, startTime, timing } from "hono/timing";
import { validator } from "hono/validator";
import { afterEach, describe, expect, it, vi } from "vitest";
import { routeCache } from "../../adapters/hono.ts";
import { counter, makeSite } from "./site.ts";

const LONG = "long enough to be worth it, ".repeat(100);

/** Asks for a text that may be encoded: `gzip miss text`. */
async function decoded(response: Response): Promise<string> {
  const bytes = new Uint8Array(await response.arrayBuffer());
  const coding = response.headers.get("content-encoding");
  const verdict = /;(hit|stored|fwd=[a-z-]+)/.exec(response.headers.get("cache-status") ?? "")?.[1];
  const text = new TextDecoder().decode(coding === "gzip" ? gunzipSync(bytes) : bytes);
  return `${coding ?? "plain"} ${verdict} ${text.slice(0, 4)}`;
}

const gzip = { headers: { "accept-encoding": "gzip" } };
const from = (origin: string): RequestInit => ({ headers: { origin } });

afterEach(() => {
  vi.useRealTimers();
});

describe("etag()", () => {
  it("before the cache validates what is stored, and what is not", async () => {
    const { app, cache, fetch } = makeSite();
    const handler = counter();
    app.use(etag()).get("/", routeCache({ cache, ttl: "1m" }), handler);
    const tag = (await fetch("/")).headers.get("etag") ?? "";
    expect(tag).toMatch(/^"/);
    const confirmed = await fetch("/", { headers: { "if-none-match": tag } });
    expect([confirmed.status, await confirmed.text(), handler.runs]).toEqual([304, "", 1]);
    expect((await fetch("/", { headers: { "if-none-match": '"other"' } })).status).toBe(200);
  });

  it("behind it gives what is stored a tag, by which the cache answers 304, and then asks the handler again", async () => {
    vi.useFakeTimers({ toFake: ["Date"] });
    const { app, cache, fetch } = makeSite();
    let runs = 0;
    app.get("/", routeCache({ cache, ttl: "1m" }), etag(), (c) => {
      runs += 1;
      return c.text("same");
    });
    const tag = (await fetch("/")).headers.get("etag") ?? "";
    await cache.settled();
    const confirmed = await fetch("/", { headers: { "if-none-match": tag } });
    expect([confirmed.status, await confirmed.text(), confirmed.headers.get("etag"), runs]).toEqual([304, "", tag, 1]);
    vi.advanceTimersByTime(61_000);
    const validated = await fetch("/");
    expect([validated.status, await validated.text(), runs]).toEqual([200, "same", 2]);
    expect(validated.headers.get("cache-status")).toMatch(/;fwd=stale;fwd-status=304;stored/);
    expect(await (await fetch("/")).text()).toBe("same");
    expect(runs).toBe(2);
  });
});

describe("compress()", () => {
  it("before the cache encodes each answer, and plain text is stored", async () => {
    const { app, cache, fetch } = makeSite();
    let runs = 0;
    app.use(compress()).get("/", routeCache({ cache, ttl: "1m" }), (c) => c.text(`${(runs += 1)} ${LONG}`));
    expect(await decoded(await fetch("/", gzip))).toBe("gzip fwd=uri-miss 1 lo");
    expect(await decoded(await fetch("/", gzip))).toBe("gzip hit 1 lo");
    expect(await decoded(await fetch("/"))).toBe("plain hit 1 lo");
    expect((await fetch("/")).headers.get("content-length")).toBe(String(LONG.length + 2));
  });

  it("behind it is stored encoded, as a variant for those who accept it", async () => {
    const { app, cache, fetch } = makeSite();
    let runs = 0;
    app.get("/", routeCache({ cache, ttl: "1m" }), compress(), (c) => c.text(`${(runs += 1)} ${LONG}`));
    expect(await decoded(await fetch("/", gzip))).toBe("gzip fwd=uri-miss 1 lo");
    expect(await decoded(await fetch("/"))).toBe("plain fwd=vary-miss 2 lo");
    expect(await decoded(await fetch("/", gzip))).toBe("gzip hit 1 lo");
    expect(await decoded(await fetch("/"))).toBe("plain hit 2 lo");
  });
});

describe("cors()", () => {
  const origin = (asked: string): string => asked;

  it("before the cache speaks to each visitor of that visitor's origin alone, and is not stored", async () => {
    const { app, cache, fetch } = makeSite();
    const handler = counter({ vary: "Accept" });
    app.use(cors({ origin, credentials: true })).get("/", routeCache({ cache, ttl: "1m" }), handler);
    for (const site of ["https://a.example", "https://b.example", "https://a.example"]) {
      const { headers } = await fetch("/", from(site));
      expect(headers.get("access-control-allow-origin")).toBe(site);
      expect(headers.get("vary")?.split(", ").sort()).toEqual(["Accept", "Origin"]);
    }
    expect((await fetch("/")).headers.has("access-control-allow-origin")).toBe(false);
    expect(handler.runs).toBe(1);
  });

  it("before the cache wins over what a proxied response says to all", async () => {
    const { app, cache, fetch } = makeSite();
    app.use(cors({ origin }));
    app.get(
      "/",
      routeCache({ cache, ttl: "1m" }),
      () => new Response("", { headers: { "access-control-allow-origin": "*" } }),
    );
    for (const site of ["https://a.example", "https://b.example"]) {
      expect((await fetch("/", from(site))).headers.get("access-control-allow-origin")).toBe(site);
    }
  });

  it("behind it is stored for each origin", async () => {
    const { app, cache, fetch } = makeSite();
    const handler = counter();
    app.get("/", routeCache({ cache, ttl: "1m" }), cors({ origin }), handler);
    for (const site of ["https://a.example", "https://b.example", "https://a.example", "https://b.example"]) {
      const response = await fetch("/", from(site));
      expect(response.headers.get("access-control-allow-origin")).toBe(site);
      await response.text();
    }
    expect(handler.runs).toBe(2);
  });

  it("answers a preflight past the cache, before or behind it", async () => {
    for (const build of [
      (caching: ReturnType<typeof routeCache>) => new Hono().use(cors({ origin })).use(caching),
      (caching: ReturnType<typeof routeCache>) => new Hono().use(caching).use(cors({ origin })),
    ]) {
      const app = build(routeCache({ cache: makeSite().cache, ttl: "1m" }));
      const headers = { origin: "https://a.example", "access-control-request-method": "PUT" };
      const response = await app.request("/", { method: "OPTIONS", headers });
      expect(response.status).toBe(204);
      expect(response.headers.get("access-control-allow-origin")).toBe("https://a.example");
      expect(response.headers.get("access-control-allow-methods")).toContain("PUT");
    }
  });
});

describe("headers that middlewares before have prepared", () => {
  it("are on each answer and in no stored one: secureHeaders(), requestId()", async () => {
    const { app, cache, fetch } = makeSite();
    app.use(secureHeaders(), requestId());
    app.get("/", routeCache({ cache, ttl: "1m" }), (c) => c.text(c.get("requestId" as never)));
    const answers = [await fetch("/"), await fetch("/")];
    for (const { headers } of answers) expect(headers.get("x-content-type-options")).toBe("nosniff");
    const [first, second] = answers.map(({ headers }) => headers.get("x-request-id"));
    expect(first).not.toBe(second);
    expect(await Promise.all(answers.map((answer) => answer.text()))).toEqual([first, first]);
  });

  it("give way to the response's own, and join it in Vary and among cookies", async () => {
    const { app, cache, fetch } = makeSite();
    let visit = 0;
    app.use(async (c, next) => {
      visit += 1;
      c.header("x-a", "before");
      c.header("x-b", "before");
      c.header("vary", "Origin");
      c.header("set-cookie", `visit=${visit}`);
      await next();
    });
    app.get("/", routeCache({ cache, ttl: "1m", setCookie: true }), (c) => {
      c.header("x-a", "own");
      c.header("vary", "accept, origin");
      c.header("set-cookie", "own=1");
      return c.text("");
    });
    for (const n of [1, 2]) {
      const { headers } = await fetch("/");
      expect([headers.get("x-a"), headers.get("x-b"), headers.get("vary")]).toEqual([
        "own",
        "before",
        "origin, accept",
      ]);
      expect(headers.getSetCookie()).toEqual([`visit=${n}`, "own=1"]);
    }
  });

  it("are lent to a response that says nothing of how it is cached: only Cache-Control", async () => {
    const { app, cache, ask, fetch } = makeSite();
    app.use(async (c, next) => {
      c.header("cache-control", c.req.query("user") === undefined ? "max-age=60" : "private, no-store");
      await next();
    });
    app.use(routeCache({ cache, ttl: "1h" }));
    app.get("/silent", counter()).get("/own", counter({ "cache-control": "max-age=5" }));
    expect([await ask("/silent?user=1"), await ask("/silent?user=1")]).toEqual([
      "200 miss /silent 1",
      "200 miss /silent 2",
    ]);
    expect([await ask("/silent"), await ask("/silent")]).toEqual(["200 miss /silent 3", "200 hit /silent 3"]);
    expect([await ask("/own?user=1"), await ask("/own?user=1")]).toEqual(["200 miss /own 1", "200 hit /own 1"]);
    expect((await fetch("/own?user=1")).headers.get("cache-control")).toBe("max-age=5");
  });
});

describe("other middlewares of Hono", () => {
  it("keep the answers to authorised visitors private: basicAuth(), bearerAuth()", async () => {
    const { app, cache, ask } = makeSite();
    app.use("/basic/*", basicAuth({ username: "u", password: "p" }));
    app.use("/bearer/*", bearerAuth({ token: "t" }));
    app.use(routeCache({ cache, ttl: "1m" }));
    app.get("/:kind/secret", counter()).get("/:kind/open", counter({ "cache-control": "public, max-age=60" }));
    for (const [kind, authorization] of Object.entries({ basic: "Basic dTpw", bearer: "Bearer t" })) {
      const asked = { headers: { authorization } };
      expect((await ask(`/${kind}/secret`)).slice(0, 8)).toBe("401 none");
      const secrets = [await ask(`/${kind}/secret`, asked), await ask(`/${kind}/secret`, asked)];
      expect(secrets.map((answer) => answer.slice(0, 8))).toEqual(["200 miss", "200 miss"]);
      const open = [await ask(`/${kind}/open`, asked), await ask(`/${kind}/open`, asked)];
      expect(open.map((answer) => answer.slice(0, 7))).toEqual(["200 mis", "200 hit"]);
      expect((await ask(`/${kind}/open`)).slice(0, 8)).toBe("401 none");
    }
  });

  it("refuse forged requests before the cache and behind it: csrf()", async () => {
    const { app, cache, ask } = makeSite();
    app.use("/before/*", csrf());
    app.use(routeCache({ cache, ttl: "1m" }));
    app.use("/behind/*", csrf());
    app.all("/*", counter());
    const forged = {
      method: "POST",
      body: "a=1",
      headers: { origin: "https://evil.example", "content-type": "application/x-www-form-urlencoded" },
    };
    for (const path of ["/before/x", "/behind/x"]) {
      await ask(path);
      expect((await ask(path, forged)).slice(0, 3)).toBe("403");
      expect(await ask(path)).toMatch(/^200 hit/);
    }
  });

  it("give a handler what they have validated, before the cache and behind it: validator()", async () => {
    const { app, cache, ask } = makeSite();
    const page = validator("query", (value, c) =>
      typeof value["page"] === "string" ? { page: Number(value["page"]) } : c.text("no page", 400),
    );
    app.get("/before", page, routeCache({ cache, ttl: "1m" }), (c) => c.json(c.req.valid("query")));
    app.get("/behind", routeCache({ cache, ttl: "1m" }), page, (c) => c.json(c.req.valid("query")));
    for (const path of ["/before", "/behind"]) {
      expect([await ask(`${path}?page=1`), await ask(`${path}?page=1`)]).toEqual([
        '200 miss {"page":1}',
        '200 hit {"page":1}',
      ]);
    }
    expect([await ask("/before"), await ask("/behind")]).toEqual(["400 none no page", "400 miss no page"]);
  });

  it("read the body of a QUERY before the cache does: validator()", async () => {
    const { app, cache, ask } = makeSite();
    const handler = counter();
    const term = validator("json", (value: { term: string }) => value);
    app.on("QUERY", "/", term, routeCache({ cache, ttl: "1m" }), async (c) => {
      handler(c);
      return c.text(`${c.req.valid("json").term} ${handler.runs} ${JSON.stringify(await c.req.json())}`);
    });
    const asked = (said: string): RequestInit => ({
      method: "QUERY",
      body: JSON.stringify({ term: said }),
      headers: { "content-type": "application/json" },
    });
    expect(await ask("/", asked("a"))).toBe('200 miss a 1 {"term":"a"}');
    expect(await ask("/", asked("b"))).toBe('200 miss b 2 {"term":"b"}');
    expect(await ask("/", asked("a"))).toBe('200 hit a 1 {"term":"a"}');
  });

  it("render and measure: jsxRenderer(), timing()", async () => {
    const { app, cache, fetch } = makeSite();
    app.use(
      timing(),
      jsxRenderer(({ children }) => html`<main>${children}</main>`),
    );
    app.get("/", routeCache({ cache, ttl: "1m", serverTiming: true }), (c) => {
      startTime(c, "db");
      endTime(c, "db");
      setMetric(c, "region", "here");
      return c.render("page");
    });
    const miss = await fetch("/");
    expect(miss.headers.get("server-timing")).toMatch(/^cache;desc="miss".*handler;dur=.*db;dur=.*region;desc="here"/);
    expect(await miss.text()).toBe("<!DOCTYPE html><main>page</main>");
    const hit = await fetch("/");
    expect(hit.headers.get("server-timing")).toMatch(/^cache;desc="hit";dur=\d+, total;dur=/);
    expect(await hit.text()).toBe("<!DOCTYPE html><main>page</main>");
  });
});
