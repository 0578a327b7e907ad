import * as fc from "fast-check";
import { afterEach, describe, expect, it, vi } from "vitest";
import type { Backend } from "../../src/backend.ts";
import { createCache } from "../../src/cache.ts";
import type { CacheEvent } from "../../src/events.ts";
import { cachedHandler } from "../../src/http/handler.ts";
import { type HttpOptions, KEY_HEADERS } from "../../src/http/options.ts";
import { keyedHeaders, keyedUrl } from "../../src/http/request-key.ts";
import { memory } from "../../src/memory.ts";
import { until } from "./held-site.ts";
import { Door } from "./rfc9111/crowd.ts";

type Fetcher = (request: Request) => Promise<Response>;

const SHOP = "https://shop.test";
const FRESH = { "cache-control": "max-age=600" };
// No pause of a busy machine ends a wait.
const PATIENT: HttpOptions = { flightTimeout: "1h" };

/** A cache as the attacks know it: it stores what it gets, by what it takes for the key. */
function naiveCache(handler: Fetcher, keyOf: (request: Request) => string): Fetcher {
  const stored = new Map<string, Response>();
  return async (request) => {
    const key = keyOf(request);
    const known = stored.get(key) ?? (await handler(request));
    stored.set(key, known.clone());
    return known;
  };
}

interface Case {
  readonly handler: Fetcher;
  readonly attack: (ask: Fetcher) => Promise<unknown>;
  readonly options?: HttpOptions;
  /** What the naive cache takes for the key. */
  readonly keyOf?: (request: Request) => string;
}

/** What an attack comes to: against the naive cache, and against this one. */
async function outcomes({ handler, attack, options, keyOf = ({ url }) => url }: Case): Promise<unknown[]> {
  const ours = cachedHandler(handler, { cache: createCache(), name: "attacked", ...options });
  return [await attack(naiveCache(handler, keyOf)), await attack(ours)];
}

function observed(handler: Fetcher, options: HttpOptions = {}, backend: Backend = memory()) {
  const events: CacheEvent[] = [];
  const cache = createCache({ backend, onEvent: (event) => events.push(event) });
  const ask = cachedHandler(handler, { cache, name: "attacked", ...options });
  const refusals = (): unknown[] => events.flatMap((event) => (event.type === "not-stored" ? [event.reason] : []));
  /** Waits until so many requests have come to wait for another's run. */
  const joined = (requests: number): Promise<void> =>
    until(() => events.filter(({ type }) => type === "joined").length === requests);
  return { ask, cache, events, refusals, joined };
}

const read = async (response: Response | Promise<Response>): Promise<string> => (await response).text();
const request = (path: string, headers: HeadersInit = {}): Request => new Request(new URL(path, SHOP), { headers });
const verdictOf = (response: Response): string => response.headers.get("cache-status")?.split(";")[1]?.trim() ?? "";

afterEach(() => {
  vi.useRealTimers();
});

describe("web cache poisoning by unkeyed headers", () => {
  it.each(KEY_HEADERS)("has no way by %s", async (name) => {
    const handler: Fetcher = async ({ headers }) => new Response(headers.get(name) ?? "own", { headers: FRESH });
    const attack = async (ask: Fetcher): Promise<string> => {
      await read(ask(request("/", { [name]: "evil.test" })));
      return read(ask(request("/")));
    };
    expect(await outcomes({ handler, attack })).toEqual(["evil.test", "own"]);
  });

  it("has no way by a header that the options name", async () => {
    const handler: Fetcher = async ({ headers }) => new Response(headers.get("x-theme") ?? "own", { headers: FRESH });
    const attack = async (ask: Fetcher): Promise<string> => {
      await read(ask(request("/", { "x-theme": "evil" })));
      return read(ask(request("/")));
    };
    for (const options of [{ keyHeaders: ["X-Theme"] }, { vary: ["X-Theme"] }])
      expect(await outcomes({ handler, attack, options })).toEqual(["evil", "own"]);
  });

  it("has no way by Host beside a target of another host", async () => {
    const headers = new Headers({ host: "evil.test" });
    expect(keyedHeaders(headers, KEY_HEADERS, `${SHOP}/`)).toEqual([["host", "evil.test"]]);
    expect(keyedHeaders(new Headers({ host: "SHOP.test:443" }), KEY_HEADERS, `${SHOP}/`)).toEqual([]);
  });

  it("does not make other resources of what a proxy says of the URL that it asks for", () => {
    const said = {
      forwarded: 'for=192.0.2.1;proto=https;host="shop.test", for=192.0.2.2',
      host: "shop.test",
      "x-forwarded-host": "shop.test",
      "x-forwarded-port": "443",
      "x-forwarded-proto": "https",
      "x-forwarded-scheme": "HTTPS",
      "x-forwarded-ssl": "on",
    };
    const key = (headers: Record<string, string>, url: string): unknown =>
      keyedHeaders(new Headers(headers), KEY_HEADERS, url);
    expect(key(said, `${SHOP}/`)).toEqual([]);
    const otherwise = {
      ...said,
      "x-forwarded-host": "shop.test:8443",
      "x-forwarded-proto": "http",
      "x-forwarded-port": "80",
      "x-forwarded-ssl": "off",
      forwarded: "proto=http",
    };
    expect(key(otherwise, `${SHOP}/`)).toEqual([
      ["forwarded", "proto=http"],
      ["x-forwarded-host", "shop.test:8443"],
      ["x-forwarded-port", "80"],
      ["x-forwarded-proto", "http"],
      ["x-forwarded-ssl", "off"],
    ]);
    expect(key({ "x-forwarded-port": "8080", "x-forwarded-ssl": "off" }, "http://shop.test:8080/")).toEqual([]);
    expect(key({ forwarded: "host=evil.test;proto=https" }, `${SHOP}/`)).toEqual([
      ["forwarded", "host=evil.test;proto=https"],
    ]);
  });

  it("keeps keys apart whose parts only look alike: cache key injection", async () => {
    const join = ({ url, headers }: Request): string =>
      `${url}__${headers.get("x-host") ?? ""}__${headers.get("x-original-host") ?? ""}`;
    const handler: Fetcher = async ({ headers }) => new Response(headers.get("x-host") ?? "", { headers: FRESH });
    const attack = async (ask: Fetcher): Promise<string> => {
      await read(ask(request("/", { "x-host": "a__evil" })));
      return read(ask(request("/", { "x-host": "a", "x-original-host": "evil__" })));
    };
    const keyOf = (asked: Request): string => join(asked).replace(/__$/, "");
    expect(await outcomes({ handler, attack, keyOf })).toEqual(["a__evil", "a"]);
  });
});

describe("fat GET", () => {
  /** A GET with a body, as workerd has it: Request refuses to make one. */
  function fatGet(path: string, text: string): Request {
    const fat = request(path, { "content-length": String(text.length), "x-own": "kept" });
    return Object.defineProperties(fat, {
      body: { get: () => new Response(text).body },
      text: { value: async () => text },
    });
  }

  it("shows the handler no body that the key has not", async () => {
    const handler: Fetcher = async (asked) => {
      const body = asked.body === null ? "" : await asked.text();
      return new Response(body || "own", { headers: FRESH });
    };
    const attack = async (ask: Fetcher): Promise<string> => {
      await read(ask(fatGet("/", "evil")));
      return read(ask(request("/")));
    };
    expect(await outcomes({ handler, attack })).toEqual(["evil", "own"]);
  });

  it("answers it like any other, and tells the handler no length", async () => {
    const seen: Headers[] = [];
    const { ask } = observed(async ({ headers }) => {
      seen.push(headers);
      return new Response("own", { headers: FRESH });
    });
    expect(await read(ask(fatGet("/", "evil")))).toBe("own");
    expect([...(seen[0] ?? [])]).toEqual([["x-own", "kept"]]);
    expect(verdictOf(await ask(fatGet("/", "other")))).toBe("hit");
  });
});

describe("unkeyed query parameters and parameter cloaking", () => {
  /** Reads parameters as a lenient framework does: the last counts, and `;` parts them too. */
  function parameter(url: string, name: string): string | undefined {
    const pairs = new URL(url).search.slice(1).split(/[&;]/);
    return pairs.findLast((pair) => pair.startsWith(`${name}=`))?.slice(name.length + 1);
  }
  const handler: Fetcher = async ({ url }) =>
    new Response(`${parameter(url, "callback") ?? ""}|${parameter(url, "utm_content") ?? ""}`, { headers: FRESH });
  const withoutCampaign = ({ url }: Request): string =>
    url.replace(/([?&])utm_\w+=[^&]*&?/g, "$1").replace(/[?&]$/, "");
  const options: HttpOptions = { query: { exclude: ["utm_content"] } };

  it("do not show in what others get: unkeyed parameters", async () => {
    const attack = async (ask: Fetcher): Promise<string> => {
      await read(ask(request("/?callback=ok&utm_content=evil")));
      return read(ask(request("/?callback=ok")));
    };
    expect(await outcomes({ handler, attack, options, keyOf: withoutCampaign })).toEqual(["ok|evil", "ok|"]);
  });

  it("do not carry another parameter in: parameter cloaking", async () => {
    const attack = async (ask: Fetcher): Promise<string> => {
      await read(ask(request("/?callback=ok&utm_content=x;callback=evil")));
      return read(ask(request("/?callback=ok")));
    };
    expect(await outcomes({ handler, attack, options, keyOf: withoutCampaign })).toEqual(["evil|x", "ok|"]);
    const only: HttpOptions = { query: { include: ["callback"] } };
    expect(await outcomes({ handler, attack, options: only, keyOf: withoutCampaign })).toEqual(["evil|x", "ok|"]);
  });

  it("are left out by what their names mean: encoded, doubled, in capitals", async () => {
    const { ask } = observed(async ({ url }) => new Response(new URL(url).search, { headers: FRESH }), options);
    const searches = {
      "?utm%5Fcontent=evil&a=1": "?a=1",
      "?utm_content=evil&utm_content=evil&a=1": "?a=1",
      "?utm_content&a=1": "?a=1",
      "?UTM_CONTENT=evil&a=1": "?UTM_CONTENT=evil&a=1",
      "?a=1&utm_content[]=evil": "?a=1&utm_content[]=evil",
      "?%E0%A4=1": "?%E0%A4=1",
    };
    for (const [search, expected] of Object.entries(searches))
      expect(await read(ask(request(`/${search}`)))).toBe(expected);
  });

  it("are all in the key without the option", async () => {
    const attack = async (ask: Fetcher): Promise<string> => {
      await read(ask(request("/?callback=ok&utm_content=evil")));
      return read(ask(request("/?callback=ok")));
    };
    expect(await outcomes({ handler, attack, keyOf: withoutCampaign })).toEqual(["ok|evil", "ok|"]);
  });

  it("leave the handler nothing to see but the key, whatever is asked for", async () => {
    const pair = fc
      .tuple(fc.constantFrom("a", "b", "utm_a", "%75tm_a", "c;a"), fc.constantFrom("=1", "=2", "", "=%2"))
      .map((both) => both.join(""));
    const rules = fc.record(
      { include: fc.subarray(["a", "b", "utm_a"]), exclude: fc.subarray(["b", "utm_a"]), sort: fc.boolean() },
      { requiredKeys: [] },
    );
    await fc.assert(
      fc.asyncProperty(fc.array(pair, { maxLength: 5 }), rules, async (pairs, query) => {
        const seen: string[] = [];
        const { ask } = observed(async ({ url }) => (seen.push(url), new Response(url)), { query });
        const url = `${SHOP}/?${pairs.join("&")}#part`;
        await ask(new Request(url));
        const { include, exclude = [], sort = false } = query;
        expect(seen).toEqual([keyedUrl(url, { include, exclude, sort, headers: [] })]);
      }),
    );
  });
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

describe("cache key normalisation", () => {
  it("makes no two resources one: case, slashes and encodings are the handler's to read", async () => {
    const seen: string[] = [];
    const { ask } = observed(async ({ url }) => (seen.push(url), new Response(url, { headers: FRESH })));
    const paths = [
      "/a",
      "/A",
      "/%61",
      "/a/",
      "/a//",
      "//a",
      "/a?",
      "/a?x",
      "/a%2F",
      "/a%2f",
      "/a;",
      "/a%00",
      "/%2e%2E%2fa",
    ];
    for (const path of paths) expect(await read(ask(new Request(SHOP + path)))).toBe(SHOP + path);
    for (const path of paths) expect(verdictOf(await ask(new Request(SHOP + path)))).toBe("hit");
    expect(seen).toHaveLength(paths.length);
  });

  it("makes one of what is one to every parser of URLs", async () => {
    const { ask } = observed(async ({ url }) => new Response(url, { headers: FRESH }));
    await read(ask(new Request(`${SHOP}/a`)));
    for (const url of [
      "https://SHOP.test:443/a",
      `${SHOP}/b/../a`,
      `${SHOP}/a#x`,
      `${SHOP}/%2e/a`,
      "https:\\\\shop.test\\a",
    ])
      expect(verdictOf(await ask(new Request(url)))).toBe("hit");
  });
});

describe("cache-poisoned denial of service", () => {
  const attackBy =
    (headers: HeadersInit) =>
    async (ask: Fetcher): Promise<number> => {
      await read(ask(request("/", headers)));
      return (await ask(request("/"))).status;
    };

  it("HTTP header oversize: an error page is not what others get", async () => {
    for (const status of [400, 413, 431]) {
      const handler: Fetcher = async ({ headers }) =>
        new Response("page", { status: (headers.get("x-long") ?? "").length > 8_000 ? status : 200 });
      const attack = attackBy({ "x-long": "a".repeat(9_000) });
      expect(await outcomes({ handler, attack, options: { ttl: "1h" } })).toEqual([status, 200]);
    }
  });

  it("HTTP meta character: neither where a filter refuses a header", async () => {
    for (const status of [400, 403, 500]) {
      const handler: Fetcher = async ({ headers }) =>
        new Response("page", { status: /[\x7f-\xff]/.test(headers.get("x-meta") ?? "") ? status : 200 });
      const attack = attackBy({ "x-meta": "a\x80" });
      expect(await outcomes({ handler, attack, options: { ttl: "1h" } })).toEqual([status, 200]);
    }
  });

  it("HTTP method override: what the overridden method gives is for who overrides", async () => {
    for (const name of ["x-http-method-override", "x-http-method", "x-method-override", "x-original-method"]) {
      for (const status of [404, 405, 501]) {
        const handler: Fetcher = async ({ headers }) =>
          new Response("page", { status: headers.has(name) ? status : 200 });
        const attack = attackBy({ [name]: "POST" });
        expect(await outcomes({ handler, attack, options: { ttl: "1h" } })).toEqual([status, 200]);
      }
    }
  });

  it("does not store errors that say nothing of their time, with a ttl or without", async () => {
    const errors = [
      400, 401, 402, 403, 406, 407, 408, 409, 411, 413, 415, 417, 421, 422, 426, 429, 431, 451, 500, 502, 503, 504,
    ];
    for (const status of errors) {
      const { ask, refusals } = observed(async () => new Response("no", { status }), { ttl: "1h" });
      await read(ask(request("/")));
      expect([status, refusals().length]).toEqual([status, 1]);
    }
    // RFC 9110 §15.1 lets these be stored, which only a ttl makes of use.
    for (const status of [404, 405, 410, 414, 501]) {
      const { ask, refusals } = observed(async () => new Response("no", { status }));
      await read(ask(request("/")));
      expect([status, refusals()]).toEqual([status, ["no-freshness"]]);
    }
  });

  it("CP-redirect: a redirect that a header brought about leads nobody else in a circle", async () => {
    const handler: Fetcher = async ({ headers, url }) =>
      headers.get("x-forwarded-proto") === "http"
        ? new Response(null, { status: 301, headers: { location: url, ...FRESH } })
        : new Response("page", { headers: FRESH });
    expect(await outcomes({ handler, attack: attackBy({ "x-forwarded-proto": "http" }) })).toEqual([301, 200]);
  });

  it("a range: a part, or the refusal to give one, is not the whole", async () => {
    const handler: Fetcher = async ({ headers }) => {
      const range = headers.get("range");
      if (range === null) return new Response("whole", { headers: FRESH });
      const isPart = range === "bytes=0-1";
      return new Response(isPart ? "wh" : "", {
        status: isPart ? 206 : 416,
        headers: { ...FRESH, "content-range": isPart ? "bytes 0-1/5" : "bytes */5" },
      });
    };
    for (const [range, status] of [
      ["bytes=0-1", 206],
      ["bytes=9-", 416],
    ] as const)
      expect(await outcomes({ handler, attack: attackBy({ range }) })).toEqual([status, 200]);
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

describe("floods", () => {
  it("Vary cardinality: keeps the newest variants of the URL, and every other URL", async () => {
    let runs = 0;
    const { ask, cache, events } = observed(
      async ({ headers }) => (
        (runs += 1),
        new Response(headers.get("user-agent"), { headers: { ...FRESH, vary: "user-agent" } })
      ),
      { maxVariants: 4 },
    );
    const get = async (path: string, agent: string): Promise<Response> => {
      const response = await ask(request(path, { "user-agent": agent }));
      await response.text();
      await cache.settled();
      return response;
    };
    await get("/other", "me");
    for (let i = 0; i < 40; i += 1) await get("/", `agent ${i}`);
    const sizes = events.flatMap((event) => (event.type === "stored" ? [event.bytes] : []));
    expect(Math.max(...sizes.slice(5))).toBeLessThan(Math.max(...sizes.slice(1, 5)) * 1.2);
    expect(runs).toBe(41);
    for (let i = 36; i < 40; i += 1) expect(verdictOf(await get("/", `agent ${i}`))).toBe("hit");
    expect(verdictOf(await get("/", "agent 0"))).toBe("fwd=vary-miss");
    expect(verdictOf(await get("/other", "me"))).toBe("hit");
  });

  it("Vary cardinality: large variants do not push other URLs out of memory", async () => {
    const { ask, cache } = observed(
      async ({ headers }) =>
        new Response("x".repeat(100_000), { headers: { ...FRESH, vary: headers.has("x-big") ? "x-big" : "" } }),
      {},
      memory({ maxBytes: 1_000_000 }),
    );
    const get = async (path: string, headers: HeadersInit = {}): Promise<Response> => {
      const response = await ask(request(path, headers));
      await response.text();
      await cache.settled();
      return response;
    };
    await get("/other");
    for (let i = 0; i < 30; i += 1) await get("/", { "x-big": String(i) });
    expect(verdictOf(await get("/other"))).toBe("hit");
  });

  it("no-cache: requests that force it share one run", async () => {
    let runs = 0;
    const door = new Door();
    const { ask, joined } = observed(async () => {
      runs += 1;
      if (runs > 1) await door.opened;
      return new Response("page", { headers: FRESH });
    }, PATIENT);
    await read(ask(request("/")));
    const flood = Array.from({ length: 20 }, () => read(ask(request("/", { "cache-control": "no-cache" }))));
    await joined(19);
    door.open();
    expect(new Set(await Promise.all(flood))).toEqual(new Set(["page"]));
    expect(runs).toBe(2);
  });

  it("misses: 50 at once are one run", async () => {
    let runs = 0;
    const { ask } = observed(async () => ((runs += 1), new Response("page", { headers: FRESH })));
    await Promise.all(Array.from({ length: 50 }, () => read(ask(request("/")))));
    expect(runs).toBe(1);
  });
});

describe("range-request denial of service", () => {
  const ranges = [
    `bytes=${Array.from({ length: 1_300 }, (_each, i) => `5-${i + 6}`).join(",")}`,
    "bytes=0-0,0-0,0-0",
    `bytes=0-${"9".repeat(400)}`,
    `bytes=${"9".repeat(400)}-`,
    `bytes=-${"9".repeat(400)}`,
    "bytes=0-18446744073709551615",
    "bytes=-18446744073709551616",
  ];

  it.each(ranges.map((range) => [range.slice(0, 30), range]))(
    "never gives more than the whole: %s",
    async (_name, range) => {
      const { ask } = observed(async () => new Response("0123456789", { headers: FRESH }));
      await read(ask(request("/")));
      const response = await ask(request("/", { range }));
      expect([200, 206, 416]).toContain(response.status);
      expect((await response.text()).length).toBeLessThanOrEqual(10);
      expect(response.headers.get("content-type")).not.toContain("multipart");
    },
  );
});

describe("slow and endless bodies", () => {
  /** Gives pieces for as long as somebody takes them. */
  function endless(): { body: ReadableStream<Uint8Array>; given: () => number; isCancelled: () => boolean } {
    let bytes = 0;
    let isCancelled = false;
    const body = new ReadableStream<Uint8Array>(
      {
        pull(controller) {
          bytes += 65_536;
          controller.enqueue(new Uint8Array(65_536));
        },
        cancel() {
          isCancelled = true;
        },
      },
      { highWaterMark: 0 },
    );
    return { body, given: () => bytes, isCancelled: () => isCancelled };
  }

  it("slow client: no more is read ahead for it than a mebibyte", async () => {
    const source = endless();
    const { ask } = observed(async () => new Response(source.body, { headers: FRESH }));
    const response = await ask(request("/"));
    await new Promise((resolve) => void setTimeout(resolve, 20));
    expect(source.given()).toBeLessThan(1.2 * 1024 * 1024);
    await response.body?.cancel();
    expect(source.isCancelled()).toBe(true);
  });

  it("endless body: streams through past maxBodyBytes and is not stored", async () => {
    const source = endless();
    const { ask, refusals } = observed(async () => new Response(source.body, { headers: FRESH }), {
      maxBodyBytes: 200_000,
    });
    const response = await ask(request("/"));
    const reader = response.body?.getReader();
    for (let i = 0; i < 20; i += 1) expect((await reader?.read())?.value?.length).toBe(65_536);
    expect(refusals()).toEqual(["too-large"]);
    await reader?.cancel();
    expect(source.isCancelled()).toBe(true);
  });

  it("slow client: others who want the same do not wait for it longer than flightTimeout", async () => {
    let runs = 0;
    const { ask, events } = observed(
      async () => ((runs += 1), new Response(runs === 1 ? endless().body : "page", { headers: FRESH })),
      { flightTimeout: 20 },
    );
    const slow = await ask(request("/"));
    expect(await read(ask(request("/")))).toBe("page");
    expect(events.map(({ type }) => type)).toContain("abandoned");
    await slow.body?.cancel();
  });
});

describe("keys too large", () => {
  it("let the request by, and nothing is stored", async () => {
    const { ask, events } = observed(async ({ url }) => new Response(String(url.length), { headers: FRESH }));
    const long = `/?${"a".repeat(1_100_000)}`;
    expect(await read(ask(request(long)))).toBe(String(SHOP.length + long.length));
    expect(events).toEqual([{ type: "bypass", name: "attacked", reason: "key-too-large" }]);
  });
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
