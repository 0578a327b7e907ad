import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { brotliCompressSync, deflateSync, gzipSync } from "node:zlib";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { createCache } from "../../src/cache.ts";
import type { CacheEvent } from "../../src/events.ts";
import { type CachedFetch, cachedFetch, type FetchOptions } from "../../src/http/fetch.ts";
import { until } from "./held-site.ts";

type Route = (request: IncomingMessage, response: ServerResponse) => void;

let routes: Record<string, Route> = {};
let seen: IncomingMessage[] = [];
let origin = "";

const server = createServer((request, response) => {
  seen.push(request);
  const route = routes[new URL(request.url ?? "", "http://any").pathname];
  if (route === undefined) response.writeHead(404).end();
  else route(request, response);
});

beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

afterAll(() => {
  server.closeAllConnections();
  server.close();
});

beforeEach(() => {
  routes = {};
  seen = [];
});

/** A route that answers with how often it was asked. */
function counted(headers: Record<string, string>, status: number = 200): Route {
  let runs = 0;
  return (_request, response) => {
    runs += 1;
    response.writeHead(status, headers).end(`run ${runs}`);
  };
}

function fetcher(options: FetchOptions = {}): { get: CachedFetch; events: CacheEvent[]; settled: () => Promise<void> } {
  const events: CacheEvent[] = [];
  const cache = createCache({ onEvent: (event) => events.push(event) });
  return { get: cachedFetch({ cache, ...options }), events, settled: () => cache.settled() };
}

const verdictOf = (response: Response): string => response.headers.get("cache-status")?.split(";")[1]?.trim() ?? "";
const FRESH = { "cache-control": "max-age=60" };

describe("cachedFetch() in shared mode", () => {
  it("asks the network once for what is fresh", async () => {
    routes["/a"] = counted(FRESH);
    const { get, settled } = fetcher();
    const first = await get(`${origin}/a`);
    expect([await first.text(), verdictOf(first)]).toEqual(["run 1", "fwd=uri-miss"]);
    await settled();
    const second = await get(new URL(`${origin}/a#part`));
    expect([await second.text(), verdictOf(second)]).toEqual(["run 1", "hit"]);
    // By the server's clock and this one, which may both have gone on.
    expect(second.headers.get("age")).toMatch(/^\d$/);
    expect(seen).toHaveLength(1);
  });

  it("does not store what is private, or asked for with Authorization", async () => {
    routes["/private"] = counted({ "cache-control": "private, max-age=60" });
    routes["/mine"] = counted(FRESH);
    const { get, events } = fetcher();
    const headers = { authorization: "Bearer ada" };
    for (const run of ["run 1", "run 2"]) {
      expect(await (await get(`${origin}/private`)).text()).toBe(run);
      expect(await (await get(`${origin}/mine`, { headers })).text()).toBe(run);
    }
    const reasons = events.flatMap((event) => (event.type === "not-stored" ? [event.reason] : []));
    expect(reasons).toEqual(["private", "authorization", "private", "authorization"]);
  });

  it("has a stale response confirmed by its server", async () => {
    let confirmed = 0;
    routes["/tagged"] = (request, response) => {
      const isKnown = request.headers["if-none-match"] === '"1"';
      if (isKnown) confirmed += 1;
      response
        .writeHead(isKnown ? 304 : 200, { etag: '"1"', "cache-control": "max-age=0" })
        .end(isKnown ? "" : "whole");
    };
    const { get, settled } = fetcher();
    await (await get(`${origin}/tagged`)).text();
    await settled();
    const second = await get(`${origin}/tagged`);
    expect([await second.text(), second.status, verdictOf(second)]).toEqual(["whole", 200, "fwd=stale"]);
    expect(second.headers.get("cache-status")).toContain("fwd-status=304");
    expect(confirmed).toBe(1);
  });

  it("keeps the response's own conditions from the network, and answers the caller's with 304", async () => {
    routes["/c"] = counted({ ...FRESH, etag: '"v"' });
    const { get } = fetcher();
    const headers = { "if-none-match": '"v"' };
    for (let time = 1; time <= 2; time += 1) {
      const response = await get(`${origin}/c`, { headers });
      expect([response.status, await response.text()]).toEqual([304, ""]);
    }
    expect(seen.map((request) => request.headers["if-none-match"])).toEqual([undefined]);
  });

  it("asks once for calls at the same time", async () => {
    let answer = (): void => {};
    routes["/slow"] = (_request, response) => {
      answer = () => void response.writeHead(200, FRESH).end("one");
    };
    const { get, events } = fetcher({ flightTimeout: "1h" });
    const texts = Array.from({ length: 8 }, async () => (await get(`${origin}/slow`)).text());
    await until(() => seen.length > 0 && events.filter(({ type }) => type === "joined").length === 7);
    answer();
    expect(await Promise.all(texts)).toEqual(Array(8).fill("one"));
    expect(seen).toHaveLength(1);
  });

  it("gives each of them a body of its own", async () => {
    routes["/json"] = (_request, response) => {
      response.writeHead(200, { ...FRESH, "content-type": "application/json" }).end('{"a":[1]}');
    };
    const { get } = fetcher();
    const [one, other] = await Promise.all([get(`${origin}/json`), get(`${origin}/json`)]);
    const bytes = new Uint8Array(await one.arrayBuffer()).fill(0);
    expect(bytes).toHaveLength(9);
    expect(await other.json()).toEqual({ a: [1] });
    expect(await (await get(`${origin}/json`)).json()).toEqual({ a: [1] });
  });

  it("removes what a successful POST makes invalid, and what invalidate() names", async () => {
    routes["/list"] = counted(FRESH);
    const { get } = fetcher();
    const read = async (): Promise<string> => (await get(`${origin}/list`)).text();
    expect([await read(), await read()]).toEqual(["run 1", "run 1"]);
    expect(await (await get(`${origin}/list`, { method: "POST", body: "x" })).text()).toBe("run 2");
    expect(await read()).toBe("run 3");
    await get.invalidate(`${origin}/list`);
    expect(await read()).toBe("run 4");
    await get.invalidate(new URL(`${origin}/list`));
    expect(await read()).toBe("run 5");
  });

  it("answers from what is stale where the server cannot be reached", async () => {
    routes["/gone"] = (_request, response) => response.writeHead(200, { "cache-control": "max-age=0" }).end("last");
    const { get, settled } = fetcher({ staleIfError: "1h" });
    await (await get(`${origin}/gone`)).text();
    await settled();
    routes["/gone"] = (request) => request.socket.destroy();
    const second = await get(`${origin}/gone`);
    expect([await second.text(), verdictOf(second)]).toEqual(["last", "hit"]);
    await expect(get(`${origin}/gone?other`)).rejects.toThrow("fetch failed");
  });
});

describe("cachedFetch() in private mode", () => {
  it("stores what is private and what is asked for with Authorization, apart for each user", async () => {
    routes["/me"] = (request, response) => {
      response.writeHead(200, { "cache-control": "private, max-age=60", "set-cookie": "seen=1" });
      response.end(`${request.headers.authorization ?? ""}${request.headers.cookie ?? ""}`);
    };
    const { get } = fetcher({ mode: "private" });
    const users = [{ authorization: "ada" }, { authorization: "bob" }, { cookie: "id=eve" }, {}];
    for (const expected of ["fwd=uri-miss", "hit"]) {
      for (const headers of users) {
        const response = await get(`${origin}/me`, { headers: { ...headers } });
        expect([await response.text(), verdictOf(response)]).toEqual([Object.values(headers).join(), expected]);
      }
    }
    expect(seen).toHaveLength(users.length);
  });

  it("does not heed s-maxage, proxy-revalidate or CDN-Cache-Control", async () => {
    routes["/s"] = counted({ "cache-control": "s-maxage=60, max-age=0", "cdn-cache-control": "max-age=60" });
    const { get, settled } = fetcher({ mode: "private" });
    await (await get(`${origin}/s`)).text();
    await settled();
    expect(await (await get(`${origin}/s`)).text()).toBe("run 2");
  });
});

describe("what cachedFetch() gives of an encoded body", () => {
  const text = "hello ".repeat(1_000);
  const codings = { gzip: gzipSync(text), br: brotliCompressSync(text), deflate: deflateSync(text) };

  it.each(Object.entries(codings))("is decoded and not told as encoded: %s", async (coding, bytes) => {
    routes["/e"] = (_request, response) => {
      response.writeHead(200, { ...FRESH, "content-encoding": coding, "content-length": bytes.length }).end(bytes);
    };
    const { get } = fetcher();
    for (const verdict of ["fwd=uri-miss", "hit"]) {
      const response = await get(`${origin}/e`);
      expect([verdictOf(response), response.headers.get("content-encoding")]).toEqual([verdict, null]);
      expect(response.headers.get("content-length")).toBe(verdict === "hit" ? String(text.length) : null);
      expect(await response.text()).toBe(text);
    }
  });

  it("keeps the headers of a coding that fetch does not decode", async () => {
    routes["/o"] = (_request, response) => response.writeHead(200, { ...FRESH, "content-encoding": "own" }).end("abc");
    const { get } = fetcher();
    for (const verdict of ["fwd=uri-miss", "hit"]) {
      const response = await get(`${origin}/o`);
      expect([verdictOf(response), response.headers.get("content-encoding"), await response.text()]).toEqual([
        verdict,
        "own",
        "abc",
      ]);
    }
  });

  it("keeps them of what a function of the caller's gives, which may be encoded still", async () => {
    const encoded = (): Promise<Response> =>
      Promise.resolve(new Response(codings.gzip, { headers: { ...FRESH, "content-encoding": "gzip" } }));
    const { get } = fetcher({ fetch: encoded });
    for (let time = 1; time <= 2; time += 1) {
      const response = await get("https://any.test/");
      expect(response.headers.get("content-encoding")).toBe("gzip");
      expect(new Uint8Array(await response.arrayBuffer())).toEqual(new Uint8Array(codings.gzip));
    }
  });

  it("stays one variant for every Accept-Encoding, and is confirmed by its tag", async () => {
    routes["/g"] = (request, response) => {
      const isKnown = request.headers["if-none-match"] === '"g"';
      response.writeHead(isKnown ? 304 : 200, { etag: '"g"', "cache-control": "no-cache", "content-encoding": "gzip" });
      response.end(isKnown ? "" : codings.gzip);
    };
    const { get, settled } = fetcher();
    await (await get(`${origin}/g`)).text();
    await settled();
    const second = await get(`${origin}/g`, { headers: { "accept-encoding": "identity" } });
    expect([second.headers.get("content-encoding"), await second.text()]).toEqual([null, text]);
    expect(seen[1]?.headers["if-none-match"]).toBe('"g"');
  });
});

describe("cachedFetch() and redirects", () => {
  const to = (location: string, headers: Record<string, string> = {}, status = 302): Route => {
    return (_request, response) => response.writeHead(status, { location, ...headers }).end("moved");
  };

  it("tells where a response is from, on a miss and on a hit", async () => {
    routes["/from"] = to("/to?a=1", FRESH);
    routes["/to"] = counted(FRESH);
    const { get } = fetcher();
    for (let time = 1; time <= 2; time += 1) {
      const direct = await get(`${origin}/to?a=1#part`);
      expect([direct.url, direct.redirected]).toEqual([`${origin}/to?a=1`, false]);
      const led = await get(`${origin}/from`);
      expect([led.url, led.redirected, await led.text()]).toEqual([`${origin}/to?a=1`, true, "run 1"]);
    }
    expect(seen).toHaveLength(2);
  });

  it("caches a redirect as what it is: one that is not to be stored leads anew each time", async () => {
    routes["/me"] = to("/ada", { "cache-control": "no-store" });
    routes["/ada"] = counted(FRESH);
    routes["/bob"] = counted(FRESH);
    const { get } = fetcher();
    expect((await get(`${origin}/me`)).url).toBe(`${origin}/ada`);
    routes["/me"] = to("/bob", { "cache-control": "no-store" });
    expect((await get(`${origin}/me`)).url).toBe(`${origin}/bob`);
    expect((await get(`${origin}/ada`)).headers.get("cache-status")).toContain("hit");
  });

  it("shows a redirect only to who asks for it", async () => {
    routes["/from"] = to("/to", FRESH, 301);
    routes["/to"] = counted(FRESH);
    const { get } = fetcher();
    for (let time = 1; time <= 2; time += 1) {
      const manual = await get(`${origin}/from`, { redirect: "manual" });
      expect([manual.status, manual.headers.get("location"), manual.url]).toEqual([301, "/to", `${origin}/from`]);
      await expect(get(`${origin}/from`, { redirect: "error" })).rejects.toThrow(
        `Cannot fetch "${origin}/from": redirect is "error": received a redirect`,
      );
      expect(await (await get(`${origin}/from`)).text()).toBe("run 1");
    }
    expect(seen).toHaveLength(2);
  });

  it("ends a redirect loop, and does not follow to what is not HTTP", async () => {
    routes["/loop"] = to("/loop");
    routes["/file"] = to("file:///etc/passwd");
    routes["/bad"] = to("http://");
    const { get } = fetcher();
    await expect(get(`${origin}/loop`)).rejects.toThrow("redirects are at most 20: received more");
    expect(seen).toHaveLength(21);
    for (const path of ["/file", "/bad"])
      await expect(get(origin + path)).rejects.toThrow("a redirect leads to a URL of HTTP: received");
  });

  it("does not tell another origin the credentials", async () => {
    const other = origin.replace("127.0.0.1", "localhost");
    routes["/out"] = to(`${other}/in`);
    routes["/here"] = to("/in");
    routes["/in"] = (request, response) => {
      response.end(JSON.stringify([request.headers.authorization, request.headers.cookie, request.headers["x-own"]]));
    };
    const { get } = fetcher();
    const headers = { authorization: "Bearer ada", cookie: "id=1", "x-own": "yes" };
    expect(await (await get(`${origin}/here`, { headers })).json()).toEqual(["Bearer ada", "id=1", "yes"]);
    expect(await (await get(`${origin}/out`, { headers })).json()).toEqual([null, null, "yes"]);
  });

  it("lets fetch follow where there is a body, and then stores nothing", async () => {
    routes["/ask"] = to("/answer", FRESH, 307);
    routes["/answer"] = (request, response) => {
      request.on("data", () => {}).on("end", () => response.writeHead(200, FRESH).end(request.method));
    };
    const { get, events } = fetcher({ methods: ["POST"] });
    for (let time = 1; time <= 2; time += 1) {
      const response = await get(`${origin}/ask`, { method: "POST", body: "q" });
      expect([await response.text(), response.url, response.redirected]).toEqual(["POST", `${origin}/answer`, true]);
    }
    expect(events.filter(({ type }) => type === "stored")).toEqual([]);
    const manual = await get(`${origin}/ask`, { method: "POST", body: "q", redirect: "manual" });
    expect([manual.status, verdictOf(manual)]).toEqual([307, "fwd=bypass"]);
  });

  it("asks again where the host hides redirects", async () => {
    const asked: string[] = [];
    const hiding = async (input: string | URL | Request): Promise<Response> => {
      const { redirect } = input as Request;
      asked.push(redirect);
      if (redirect !== "manual") return Object.defineProperty(new Response("led"), "redirected", { value: true });
      return Object.defineProperty(new Response(null), "type", { value: "opaqueredirect" });
    };
    const { get, events } = fetcher({ fetch: hiding, ttl: "1h" });
    expect(await (await get("https://any.test/")).text()).toBe("led");
    expect(asked).toEqual(["manual", "follow"]);
    expect(events.some(({ type }) => type === "stored")).toBe(false);
  });
});

describe("what cachedFetch() takes from its call", () => {
  it("is given on to the network: method, headers, credentials, mode and the rest", async () => {
    const asked: Request[] = [];
    const ask = async (input: string | URL | Request): Promise<Response> => {
      asked.push(input as Request);
      return new Response("ok");
    };
    const { get } = fetcher({ fetch: ask, query: { exclude: ["utm_source"] }, methods: ["POST", "QUERY"] });
    const init: RequestInit = { credentials: "omit", mode: "same-origin", keepalive: true };
    const url = "https://any.test/?a=1&utm_source=x";
    await get(url, { ...init, headers: { "x-own": "1" } });
    await get(new Request(url, init), { method: "QUERY", body: "question" });
    await get(url, { ...init, method: "PUT", body: "upload" });
    expect(asked.map((request) => [request.method, request.credentials, request.mode, request.keepalive])).toEqual([
      ["GET", "omit", "same-origin", true],
      ["QUERY", "omit", "same-origin", false],
      ["PUT", "omit", "same-origin", true],
    ]);
    expect(asked.map((request) => request.url)).toEqual(["https://any.test/?a=1", "https://any.test/?a=1", url]);
    expect(asked[0]?.headers.get("x-own")).toBe("1");
    expect([await asked[1]?.text(), await asked[2]?.text()]).toEqual(["question", "upload"]);
  });

  it("counts the request's cache mode", async () => {
    routes["/m"] = counted(FRESH);
    const { get, settled } = fetcher();
    const read = async (cache: RequestCache): Promise<string> => {
      const text = await (await get(`${origin}/m`, { cache })).text();
      await settled();
      return text;
    };
    expect([await read("default"), await read("default")]).toEqual(["run 1", "run 1"]);
    expect([await read("no-store"), await read("default")]).toEqual(["run 2", "run 1"]);
    expect([await read("no-cache"), await read("default")]).toEqual(["run 3", "run 3"]);
    expect([await read("reload"), await read("default")]).toEqual(["run 4", "run 4"]);
  });

  it("goes by the cache with an integrity, which nothing stored is checked by", async () => {
    routes["/i"] = (_request, response) => response.writeHead(200, FRESH).end("other");
    const { get } = fetcher();
    await (await get(`${origin}/i`)).text();
    const integrity = "sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=";
    await expect(get(`${origin}/i`, { integrity })).rejects.toThrow();
  });

  it("ends a call by its signal: before, while it waits for the head, and while it reads the body", async () => {
    routes["/never"] = () => {};
    routes["/half"] = (_request, response) => void response.writeHead(200, FRESH).write("half");
    const { get, events } = fetcher();
    await expect(get(`${origin}/never`, { signal: AbortSignal.abort() })).rejects.toThrow("aborted");
    expect(seen).toHaveLength(0);
    const waiting = new AbortController();
    const call = get(`${origin}/never`, { signal: waiting.signal });
    await expect.poll(() => seen.length).toBe(1);
    waiting.abort(new Error("enough"));
    await expect(call).rejects.toThrow("enough");
    const reading = new AbortController();
    const response = await get(`${origin}/half`, { signal: reading.signal });
    const text = response.text();
    reading.abort();
    await expect(text).rejects.toThrow("aborted");
    expect(events.some(({ type }) => type === "stored")).toBe(false);
  });

  it("lets those who wait for a call that is aborted ask for themselves", async () => {
    routes["/w"] = (_request, response) => {
      if (seen.length > 1) response.writeHead(200, FRESH).end("second");
    };
    const { get } = fetcher();
    const controller = new AbortController();
    const leader = get(`${origin}/w`, { signal: controller.signal });
    await expect.poll(() => seen.length).toBe(1);
    const follower = get(`${origin}/w`);
    controller.abort();
    await expect(leader).rejects.toThrow("aborted");
    expect(await (await follower).text()).toBe("second");
  });
});

describe("cachedFetch(options)", () => {
  const make = (options: object): unknown => cachedFetch(options);

  it("refuses a mode and a fetch that are none", () => {
    expect(() => make({ mode: "public" })).toThrow('Cannot cache fetch: mode is shared or private: received "public"');
    expect(() => make({ fetch: "fetch" })).toThrow(
      "Cannot cache fetch: its option fetch is a function: received string",
    );
  });

  it("refuses what is for code alone", () => {
    for (const option of ["version", "deps"]) {
      expect(() => make({ [option]: 1 })).toThrow(`received "${option}"`);
    }
  });
});
