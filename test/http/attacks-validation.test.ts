import { afterEach, describe, expect, it, vi } from "vitest";
import { type Fetcher, FRESH, observed, outcomes, read, request, SHOP, verdictOf } from "./attacked-site.ts";

afterEach(() => {
  vi.useRealTimers();
});

describe("poisoning by 304 and HEAD", () => {
  it("304: a client's own condition does not reach the handler, whose 304 would be stored or answer others", async () => {
    const handler: Fetcher = async ({ headers }) =>
      headers.has("if-none-match") || headers.has("if-modified-since")
        ? new Response(null, { status: 304, headers: FRESH })
        : new Response("page", { headers: FRESH });
    for (const condition of [
      { "if-none-match": "*" },
      { "if-modified-since": "Fri, 01 Jan 2100 00:00:00 GMT" },
    ] as HeadersInit[]) {
      const attack = async (ask: Fetcher): Promise<number> => {
        await read(ask(request("/", condition)));
        return (await ask(request("/"))).status;
      };
      expect(await outcomes({ handler, attack })).toEqual([304, 200]);
    }
  });

  it("304: one that the handler gives without being asked is not stored", async () => {
    const { ask, refusals } = observed(async () => new Response(null, { status: 304, headers: FRESH }), { ttl: "1h" });
    expect((await ask(request("/"))).status).toBe(304);
    expect(refusals()).toEqual(["status"]);
  });

  it("304: one about another response does not renew what is stored", async () => {
    vi.useFakeTimers({ toFake: ["Date"] });
    let runs = 0;
    const { ask, cache } = observed(async ({ headers }) => {
      runs += 1;
      if (headers.has("if-none-match"))
        return new Response(null, { status: 304, headers: { ...FRESH, etag: '"other"', "x-evil": "1" } });
      return new Response(`page ${runs}`, { headers: { ...FRESH, etag: '"own"' } });
    });
    await read(ask(request("/")));
    await cache.settled();
    vi.setSystemTime(Date.now() + 601_000);
    const second = await ask(request("/"));
    expect([await second.text(), second.headers.get("x-evil")]).toEqual(["page 3", null]);
  });

  it("HEAD: an empty answer is not what GET gets", async () => {
    const handler: Fetcher = async ({ method }) => new Response(method === "HEAD" ? null : "page", { headers: FRESH });
    const attack = async (ask: Fetcher): Promise<string> => {
      await read(ask(new Request(SHOP, { method: "HEAD" })));
      return read(ask(new Request(SHOP)));
    };
    expect(await outcomes({ handler, attack })).toEqual(["", "page"]);
  });

  it("HEAD: an error to it does not take the place of the page, or renew it", async () => {
    vi.useFakeTimers({ toFake: ["Date"] });
    const { ask, cache } = observed(async ({ method }) =>
      method === "HEAD"
        ? new Response(null, { status: 405, headers: FRESH })
        : new Response("page", { headers: { ...FRESH, etag: '"1"' } }),
    );
    await read(ask(request("/")));
    await cache.settled();
    vi.setSystemTime(Date.now() + 601_000);
    expect((await ask(new Request(`${SHOP}/`, { method: "HEAD" }))).status).toBe(405);
    await cache.settled();
    expect((await ask(request("/"))).status).toBe(200);
  });
});

describe("invalidation by strangers", () => {
  it("Location and Content-Location of another origin remove nothing there", async () => {
    const { ask } = observed(async ({ method }) =>
      method === "POST"
        ? new Response(null, {
            status: 201,
            headers: { location: "https://bank.test/", "content-location": "//bank.test/" },
          })
        : new Response("page", { headers: FRESH }),
    );
    await read(ask(new Request("https://bank.test/")));
    await read(ask(new Request("https://evil.test/", { method: "POST" })));
    expect(verdictOf(await ask(new Request("https://bank.test/")))).toBe("hit");
  });

  it("a method that fails removes nothing", async () => {
    const { ask } = observed(async ({ method }) =>
      method === "GET" ? new Response("page", { headers: FRESH }) : new Response(null, { status: 403 }),
    );
    await read(ask(request("/")));
    for (const method of ["POST", "PUT", "DELETE", "PATCH", "OWN"]) await ask(new Request(`${SHOP}/`, { method }));
    expect(verdictOf(await ask(request("/")))).toBe("hit");
  });
});
