import { afterEach, describe, expect, it, vi } from "vitest";
import type { Backend } from "../../src/backend.ts";
import { createCache } from "../../src/cache.ts";
import { cachedHandler } from "../../src/http/handler.ts";
import type { HttpOptions } from "../../src/http/options.ts";
import { memory } from "../../src/memory.ts";
import { type Fetcher, FRESH, observed, outcomes, PATIENT, read, request, verdictOf } from "./attacked-site.ts";
import { Door } from "./rfc9111/crowd.ts";

afterEach(() => {
  vi.useRealTimers();
});

describe("web cache deception", () => {
  const account: Fetcher = async ({ headers }) =>
    new Response(headers.get("cookie") ?? "log in", { headers: { "content-type": "text/html" } });

  it.each([
    "/account/x.css",
    "/account/x.css/",
    "/account%2Fx.js",
    "/account%252Fx.js",
    "/account;x.png",
    "/account%3Bx.ico",
    "/account%00x.woff2",
    "/account%0Ax.css",
    "/account%23x.css",
    "/account%3Fx.css",
    "/account%09x.svg",
    "/account/x.CSS",
    "/account/x.css%20",
  ])("gets no page stored as a file: %s", async (path) => {
    const attack = async (ask: Fetcher): Promise<string> => {
      await read(ask(request(path, { cookie: "ada's page" })));
      return read(ask(request(path)));
    };
    expect(await outcomes({ handler: account, attack, options: { ttl: "1h" } })).toEqual(["ada's page", "log in"]);
  });

  it("tells why, and can be told otherwise", async () => {
    const guarded = observed(account, { ttl: "1h" });
    await read(guarded.ask(request("/account/x.css")));
    expect(guarded.refusals()).toEqual(["cache-deception"]);
    const unguarded = observed(account, { ttl: "1h", deceptionGuard: false });
    await read(unguarded.ask(request("/account/x.css")));
    expect(unguarded.refusals()).toEqual([]);
  });
});

describe("hop-by-hop header abuse", () => {
  it("does not let a request take headers out of the key by naming them in Connection", async () => {
    const handler: Fetcher = async ({ headers }) => new Response(headers.get("x-forwarded-host"), { headers: FRESH });
    const withoutNamed = ({ url, headers }: Request): string =>
      headers.has("connection") ? url : `${url} ${headers.get("x-forwarded-host")}`;
    const attack = async (ask: Fetcher): Promise<string> => {
      await read(ask(request("/", { connection: "close, X-Forwarded-Host", "x-forwarded-host": "evil" })));
      return read(ask(request("/", { connection: "close, X-Forwarded-Host", "x-forwarded-host": "own" })));
    };
    expect(await outcomes({ handler, attack, keyOf: withoutNamed })).toEqual(["evil", "own"]);
  });

  it("does not let a response take Vary or Cache-Control away", async () => {
    const handler: Fetcher = async ({ headers }) =>
      new Response(headers.get("cookie"), {
        headers: { ...FRESH, vary: "cookie", connection: "Vary, Cache-Control, X-Trace", "x-trace": "1" },
      });
    const { ask } = observed(handler);
    await read(ask(request("/", { cookie: "ada" })));
    expect(await read(ask(request("/", { cookie: "bob" })))).toBe("bob");
    const hit = await ask(request("/", { cookie: "ada" }));
    expect([verdictOf(hit), hit.headers.get("x-trace"), hit.headers.get("connection")]).toEqual(["hit", null, null]);
  });
});

describe("one user's response for another", () => {
  const login: Fetcher = async () => new Response("page", { headers: { ...FRESH, "set-cookie": "session=ada" } });

  it("Set-Cookie: the cookie goes to its own user", async () => {
    const attack = async (ask: Fetcher): Promise<unknown> => {
      await read(ask(request("/")));
      return verdictOf(await ask(request("/")));
    };
    const { ask, refusals } = observed(login);
    expect(await attack(ask)).toBe("fwd=uri-miss");
    expect(refusals()).toEqual(["set-cookie", "set-cookie"]);
  });

  it("Set-Cookie: those who wait together get one each", async () => {
    let users = 0;
    const door = new Door();
    const { ask, joined } = observed(async () => {
      const headers = { ...FRESH, "set-cookie": `session=${(users += 1)}` };
      await door.opened;
      return new Response("page", { headers });
    }, PATIENT);
    const answers = Array.from({ length: 5 }, () => ask(request("/")));
    await joined(4);
    door.open();
    const cookies = (await Promise.all(answers)).flatMap((response) => response.headers.getSetCookie());
    expect(new Set(cookies).size).toBe(5);
  });

  it("Set-Cookie: that of a 304 is not stored with what it confirms", async () => {
    vi.useFakeTimers({ toFake: ["Date"] });
    let runs = 0;
    const { ask, cache } = observed(async ({ headers }) => {
      runs += 1;
      const isKnown = headers.has("if-none-match");
      const own = { etag: '"1"', "cache-control": "max-age=60", ...(isKnown && { "set-cookie": `session=${runs}` }) };
      return new Response(isKnown ? null : "page", { status: isKnown ? 304 : 200, headers: own });
    });
    await read(ask(request("/")));
    await cache.settled();
    vi.setSystemTime(Date.now() + 61_000);
    await read(ask(request("/")));
    await cache.settled();
    const third = await ask(request("/"));
    expect(third.headers.getSetCookie()).toEqual([]);
  });

  it("Authorization: what was asked for with it stays with who asked", async () => {
    const handler: Fetcher = async ({ headers }) =>
      new Response(headers.get("authorization") ?? "nobody", { headers: FRESH });
    const attack = async (ask: Fetcher): Promise<string> => {
      await read(ask(request("/", { authorization: "ada" })));
      return read(ask(request("/", { authorization: "eve" })));
    };
    expect(await outcomes({ handler, attack })).toEqual(["ada", "eve"]);
  });

  it("Authorization: nor do those who wait together get another's", async () => {
    const door = new Door();
    const { ask, joined } = observed(async ({ headers }) => {
      await door.opened;
      return new Response(headers.get("authorization") ?? "nobody", { headers: FRESH });
    }, PATIENT);
    const users = ["ada", "bob", "eve", undefined];
    const answers = users.map((user) => read(ask(request("/", user === undefined ? {} : { authorization: user }))));
    await joined(2);
    door.open();
    for (const [i, answer] of (await Promise.all(answers)).entries()) {
      // RFC 9111 §3.5 lets a user have what is for all.
      expect(["nobody", users[i] ?? "nobody"]).toContain(answer);
    }
    expect(await read(ask(request("/")))).toBe("nobody");
  });

  it("Authorization: with a ttl of the options too", async () => {
    const { ask, refusals } = observed(async () => new Response("ada's"), { ttl: () => "1h" });
    await read(ask(request("/", { authorization: "ada" })));
    expect(refusals()).toEqual(["authorization"]);
  });

  it("a page by cookie: is told apart where the response or the options say so, as for any cache", async () => {
    const page =
      (headers: HeadersInit): Fetcher =>
      async (asked) =>
        new Response(asked.headers.get("cookie") ?? "", { headers });
    const attack = async (ask: Fetcher): Promise<string> => {
      await read(ask(request("/", { cookie: "id=ada" })));
      return read(ask(request("/", { cookie: "id=eve" })));
    };
    const silent = page(FRESH);
    expect(await outcomes({ handler: silent, attack })).toEqual(["id=ada", "id=ada"]);
    const safe: [Fetcher, HttpOptions][] = [
      [page({ ...FRESH, vary: "Cookie" }), {}],
      [page({ "cache-control": "private, max-age=600" }), {}],
      [silent, { vary: ["cookie"] }],
      [silent, { keyHeaders: ["cookie"] }],
      [silent, { bypass: ({ headers }) => headers.has("cookie") }],
    ];
    for (const [handler, options] of safe)
      expect(await outcomes({ handler, attack, options })).toEqual(["id=ada", "id=eve"]);
  });

  it("a page by cookie: the handler sees no more of it than what selects", async () => {
    const session = (cookie: string | null): string | null => /(?:^|; )id=\w+/.exec(cookie ?? "")?.[0] ?? null;
    const { ask } = observed(async ({ headers }) => new Response(headers.get("cookie"), { headers: FRESH }), {
      vary: { cookie: session },
    });
    expect(await read(ask(request("/", { cookie: "_ga=1; id=ada" })))).toBe("; id=ada");
    const again = await ask(request("/", { cookie: "_ga=2; id=ada" }));
    expect([verdictOf(again), await again.text()]).toEqual(["hit", "; id=ada"]);
  });
});

describe("response splitting", () => {
  it("stays text: what is encoded is never decoded into headers", async () => {
    const text = "a%0d%0aset-cookie:%20b=1";
    const { ask } = observed(async () => new Response("x", { headers: { ...FRESH, "x-reflected": text } }));
    for (const verdict of ["fwd=uri-miss", "hit"]) {
      const response = await ask(request("/"));
      expect([verdictOf(response), response.headers.get("x-reflected"), response.headers.get("set-cookie")]).toEqual([
        verdict,
        text,
        null,
      ]);
      await response.text();
    }
  });

  it("makes a record unreadable where somebody has written it into the backend", async () => {
    const backend = memory();
    const tampered: Backend = {
      ...backend,
      capabilities: backend.capabilities,
      set: (key, envelope, options, context) => {
        const text = JSON.parse(
          JSON.stringify(envelope.text).replace("harmless", "a\\\\r\\\\nset-cookie: b=1"),
        ) as string;
        return backend.set(key, { ...envelope, text }, options, context);
      },
      get: (key, context) => backend.get(key, context),
      delete: (key, context) => backend.delete(key, context),
    };
    const { ask, cache, events } = observed(
      async () => new Response("x", { headers: { ...FRESH, "x-reflected": "harmless" } }),
      {},
      tampered,
    );
    await read(ask(request("/")));
    await cache.settled();
    const second = await ask(request("/"));
    expect([second.status, second.headers.get("set-cookie"), await second.text()]).toEqual([200, null, "x"]);
    expect(events).toContainEqual(expect.objectContaining({ type: "miss", reason: "unreadable" }));
  });
});

describe("tenants", () => {
  it("are told apart by host, port and scheme", async () => {
    const { ask } = observed(async ({ url }) => new Response(url, { headers: FRESH }));
    const urls = ["https://a.test/", "https://b.test/", "http://a.test/", "https://a.test:8443/", "https://a.test./"];
    for (const url of urls) expect(await read(ask(new Request(url)))).toBe(url);
    for (const url of urls) expect(await read(ask(new Request(url)))).toBe(url);
  });

  it("are told apart by the namespace on one backend, also where one is part of the other", async () => {
    const backend = memory();
    for (const namespace of ["a", "b", "a:b", "a%3Ab"]) {
      const ask = cachedHandler(async () => new Response(namespace, { headers: FRESH }), {
        cache: createCache({ backend, namespace }),
        name: "page",
        version: 1,
      });
      expect(await read(ask(request("/")))).toBe(namespace);
    }
  });

  it("are told apart by the name of the handler, whatever it holds", async () => {
    const cache = createCache();
    for (const name of ["a", "b", "a:b", "a@1"]) {
      const ask = cachedHandler(async () => new Response(name, { headers: FRESH }), { cache, name, version: 1 });
      expect(await read(ask(request("/")))).toBe(name);
    }
  });
});
