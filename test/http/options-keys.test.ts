import { describe, expect, it } from "vitest";
import { type Answer, HOUR, later, says, site, stopClock } from "./optioned-site.ts";

stopClock();

describe("tags", () => {
  it("invalidate responses together, as the options, the response's Cache-Tag or both say", async () => {
    const { get, cache } = site(
      { ttl: "1h", tags: (response, request) => [`status ${response.status}`, new URL(request.url).pathname] },
      says({ "cache-tag": "shop, tea" }),
    );
    for (const tag of ["status 200", "/", "shop", "tea"]) {
      const before = await get();
      expect(await get()).toBe(before);
      await cache.invalidateTags([tag]);
      expect(await get()).not.toBe(before);
    }
  });

  it("a list holds for all", async () => {
    const { get, cache } = site({ ttl: "1h", tags: ["page"] });
    await get();
    await cache.invalidateTags(["page"]);
    expect(await get()).toBe("run 2");
  });

  it("that are none keep the response from being stored", async () => {
    const { get, refusals } = site({ ttl: "1h", tags: () => [""] });
    await get();
    expect(refusals()).toEqual(["tags"]);
  });

  it("purge() needs tags, or a cache that is purgeable", async () => {
    const without = site({ ttl: "1h" });
    await expect(without.handler.purge()).rejects.toMatchObject({ code: "unsupported" });
    const { get, handler } = site({ ttl: "1h", tags: [] });
    await get();
    await handler.purge();
    expect(await get()).toBe("run 2");
  });
});

describe("key, query and keyHeaders", () => {
  it("key stands for the URL", async () => {
    const { get } = site({ ttl: "1h", key: ({ url }) => ["shop", new URL(url).pathname] });
    expect([await get("/a?x=1"), await get("/a?x=2"), await get("/b")]).toEqual(["run 1", "run 1", "run 2"]);
  });

  it("key that cannot be one fails the request, as misuse", async () => {
    const { get } = site({ ttl: "1h", key: () => () => {} });
    await expect(get()).rejects.toThrow("Cannot build a cache key");
  });

  it("query: include, exclude and sort make URLs one, and the handler sees that one", async () => {
    const seen: string[] = [];
    const answer: Answer = ({ url }, run) => (seen.push(new URL(url).search), new Response(`run ${run}`));
    const { get } = site({ ttl: "1h", query: { include: ["a", "b", "c"], exclude: ["c"], sort: true } }, answer);
    for (const path of ["/?b=2&a=1", "/?a=1&b=2", "/?c=3&b=2&z=9&a=1"]) expect(await get(path)).toBe("run 1");
    expect(await get("/?a=2&b=2")).toBe("run 2");
    expect(await get("/?a=2&a=1")).toBe("run 3");
    expect(await get("/?a=1&a=2")).toBe("run 4");
    expect(seen).toEqual(["?a=1&b=2", "?a=2&b=2", "?a=2&a=1", "?a=1&a=2"]);
  });

  it("query: none, and all, of the parameters can be left out", async () => {
    const { get } = site({ ttl: "1h", query: { include: [] } });
    expect([await get("/?a"), await get("/?b=1"), await get("/")]).toEqual(["run 1", "run 1", "run 1"]);
    const all = site({ ttl: "1h" });
    expect([await all.get("/?a=1&b=2"), await all.get("/?b=2&a=1"), await all.get("/?")]).toEqual([
      "run 1",
      "run 2",
      "run 3",
    ]);
  });

  it("keyHeaders take the place of what is built in", async () => {
    const { get } = site({ ttl: "1h", keyHeaders: ["X-Tenant"] });
    expect(await get("/", { headers: { "x-tenant": "a" } })).toBe("run 1");
    expect(await get("/", { headers: { "x-tenant": "b" } })).toBe("run 2");
    expect(await get("/", { headers: { "x-tenant": "a", "x-forwarded-host": "b" } })).toBe("run 1");
  });

  it("invalidate() is told of them by a Request", async () => {
    const { get, handler } = site({ ttl: "1h", keyHeaders: ["X-Tenant"], query: { exclude: ["utm"] } });
    const headers = { "x-tenant": "a" };
    await get("/", { headers });
    await get("/");
    await handler.invalidate(new Request("https://shop.test/?utm=1", { headers }));
    expect([await get("/", { headers }), await get("/")]).toEqual(["run 3", "run 2"]);
    await handler.invalidate("https://shop.test/#part");
    expect([await get("/", { headers }), await get("/")]).toEqual(["run 3", "run 4"]);
  });
});

describe("vary", () => {
  it("selects by headers that the response does not name, and tells them in Vary", async () => {
    const { get, handler } = site({ ttl: "1h", vary: ["X-Theme"] }, says({ vary: "Accept-Language" }));
    expect(await get("/", { headers: { "x-theme": "dark" } })).toBe("run 1");
    expect(await get("/", { headers: { "x-theme": "light" } })).toBe("run 2");
    expect(await get("/", { headers: { "x-theme": "dark" } })).toBe("run 1");
    const response = await handler(new Request("https://shop.test/"));
    expect(response.headers.get("vary")).toBe("Accept-Language, x-theme");
  });

  it("makes values equal, and shows the handler what they are made to", async () => {
    const device = (value: string | null): string => (/mobile/i.test(value ?? "") ? "phone" : "desk");
    const { get } = site(
      { ttl: "1h", vary: { "User-Agent": device } },
      ({ headers }, run) => new Response(`${headers.get("user-agent")} ${run}`),
    );
    const agents = ["Mobile 1", "other", "my mobile", null];
    const answers = [];
    for (const agent of agents)
      answers.push(await get("/", agent === null ? {} : { headers: { "user-agent": agent } }));
    expect(answers).toEqual(["phone 1", "desk 2", "phone 1", "desk 2"]);
  });

  it("takes a header from the handler where its function says null", async () => {
    const { get } = site(
      { ttl: "1h", vary: { cookie: () => null } },
      ({ headers }) => new Response(headers.get("cookie") ?? "none"),
    );
    expect(await get("/", { headers: { cookie: "id=1" } })).toBe("none");
  });

  it("takes a value as it is where its function throws", async () => {
    const lower = (value: string | null): string => (value as string).toLowerCase();
    const { get } = site({ ttl: "1h", vary: { "x-theme": lower } });
    const themes = [{}, { "x-theme": "Dark" }, { "x-theme": "dark" }, {}];
    const answers = [];
    for (const headers of themes) answers.push(await get("/", { headers }));
    expect(answers).toEqual(["run 1", "run 2", "run 2", "run 1"]);
  });
});

describe("bypass and requestDirectives", () => {
  it("bypass goes to the handler and stores nothing", async () => {
    const { get, events } = site({ ttl: "1h", bypass: ({ headers }) => headers.has("x-preview") });
    await get();
    expect(await get("/", { headers: { "x-preview": "1" } })).toBe("run 2");
    expect(await get()).toBe("run 1");
    expect(events).toContainEqual({ type: "bypass", name: "page", reason: "request" });
  });

  it.each([
    ["no-cache", "run 2", "run 2"],
    ["max-age=0", "run 2", "run 2"],
    ["max-age=5", "run 2", "run 2"],
    ["min-fresh=3600", "run 2", "run 2"],
    ["no-store", "run 2", "run 1"],
  ])("requestDirectives: %s counts, unless it is off", async (directive, told, after) => {
    const headers = { "cache-control": directive };
    const heeding = site({ ttl: "1h" });
    await heeding.get();
    later(10_000);
    expect([await heeding.get("/", { headers }), await heeding.get()]).toEqual([told, after]);
    const deaf = site({ ttl: "1h", requestDirectives: false });
    await deaf.get();
    later(10_000);
    expect([await deaf.get("/", { headers }), await deaf.get("/", { headers: { pragma: "no-cache" } })]).toEqual([
      "run 1",
      "run 1",
    ]);
  });

  it("requestDirectives: only-if-cached is answered with what is stored, or 504", async () => {
    const { handler, get, runs } = site({ ttl: "1h" });
    const headers = { "cache-control": "only-if-cached" };
    const nothing = await handler(new Request("https://shop.test/", { headers }));
    expect([nothing.status, runs()]).toEqual([504, 0]);
    await get();
    expect(await get("/", { headers })).toBe("run 1");
    later(HOUR);
    expect((await handler(new Request("https://shop.test/", { headers }))).status).toBe(504);
  });
});
