import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type HttpOptions, KEY_HEADERS } from "../../src/http/options.ts";
import { keyedHeaders, keyedUrl } from "../../src/http/request-key.ts";
import { type Fetcher, FRESH, observed, outcomes, read, request, SHOP, verdictOf } from "./attacked-site.ts";

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
