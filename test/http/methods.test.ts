import { describe, expect, it } from "vitest";
import type { Backend } from "../../src/backend.ts";
import { createCache } from "../../src/cache.ts";
import type { CacheEvent } from "../../src/events.ts";
import { cachedHandler, type Handler } from "../../src/http/handler.ts";
import type { HttpOptions } from "../../src/http/options.ts";
import { memory } from "../../src/memory.ts";

const URL_ASKED = "https://shop.test/search";
const FRESH = { "cache-control": "max-age=60" };

const textOf = async (response: Response | Promise<Response>): Promise<string> => (await response).text();

function site(options: HttpOptions = {}, headers: HeadersInit = FRESH) {
  const events: CacheEvent[] = [];
  const cache = createCache({ onEvent: (event) => events.push(event) });
  let runs = 0;
  const handler: Handler = async (request) => {
    runs += 1;
    return new Response(`${request.method} ${await request.text()} ${runs}`, { headers });
  };
  const ask = cachedHandler(handler, { cache, name: "search", ...options });
  const send = async (
    method: string,
    body?: BodyInit,
    init: RequestInit & { url?: string } = {},
  ): Promise<Response> => {
    const { url = URL_ASKED, ...rest } = init;
    const response = await ask(
      new Request(url, { method, ...(body !== undefined && { body }), ...rest } as RequestInit),
    );
    const text = await response.clone().text();
    await cache.settled();
    return new Response(text, response);
  };
  const read = async (...given: Parameters<typeof send>): Promise<string> => (await send(...given)).text();
  const verdict = async (...given: Parameters<typeof send>): Promise<string> =>
    (await send(...given)).headers.get("cache-status")?.split(";")[1]?.trim() ?? "";
  return { ask, cache, events, send, read, verdict, runs: () => runs };
}

describe("QUERY", () => {
  it("is cached by the URL, the body and its type", async () => {
    const { read, runs } = site();
    const json = { headers: { "content-type": "application/json" } };
    const asks: Parameters<typeof read>[] = [
      ["QUERY", "a"],
      ["QUERY", "b"],
      ["QUERY", ""],
      ["QUERY"],
      ["QUERY", "a", json],
      ["QUERY", "a", { url: `${URL_ASKED}?page=2` }],
      ["QUERY", new Uint8Array([97])],
    ];
    const first = [];
    for (const ask of asks) first.push(await read(...ask));
    for (const [i, ask] of asks.entries()) expect(await read(...ask)).toBe(first[i]);
    // An empty body is told from none only by the type that Request gives a text.
    expect(runs()).toBe(asks.length);
  });

  it("is apart from GET and HEAD of the URL", async () => {
    const { read, verdict } = site();
    expect(await read("QUERY", "a")).toBe("QUERY a 1");
    expect(await read("GET")).toBe("GET  2");
    expect(await read("QUERY", "a")).toBe("QUERY a 1");
    expect(await verdict("HEAD")).toBe("hit");
    expect(await read("GET")).toBe("GET  2");
  });

  it("is one run for those who ask the same at once, and each is given the body", async () => {
    const { ask, runs } = site();
    const requests = Array.from({ length: 5 }, () => ask(new Request(URL_ASKED, { method: "QUERY", body: "a" })));
    const texts = (await Promise.all(requests)).map((response) => response.text());
    expect(new Set(await Promise.all(texts))).toEqual(new Set(["QUERY a 1"]));
    expect(runs()).toBe(1);
  });

  it("is keyed by the bytes, whatever they are and however they come", async () => {
    const { read, runs } = site();
    const bytes = Uint8Array.from({ length: 256 }, (_each, i) => i);
    const streamed = (): ReadableStream =>
      new ReadableStream({
        start(controller) {
          for (const byte of bytes) controller.enqueue(Uint8Array.of(byte));
          controller.close();
        },
      });
    await read("QUERY", bytes);
    await read("QUERY", streamed(), { duplex: "half" } as RequestInit);
    await read("QUERY", bytes.slice(0, 255));
    expect(runs()).toBe(2);
  });

  it("varies, is confirmed and is refused like GET", async () => {
    const varying = site({}, { ...FRESH, vary: "accept" });
    await varying.read("QUERY", "a", { headers: { accept: "text/html" } });
    expect(await varying.verdict("QUERY", "a", { headers: { accept: "image/png" } })).toBe("fwd=vary-miss");
    const personal = site({}, { "cache-control": "private, max-age=60" });
    await personal.read("QUERY", "a");
    expect(await personal.read("QUERY", "a")).toBe("QUERY a 2");
  });

  it("is refreshed with the body in the background", async () => {
    const { read } = site({}, { "cache-control": "max-age=0, stale-while-revalidate=60" });
    expect(await read("QUERY", "a")).toBe("QUERY a 1");
    expect(await read("QUERY", "a")).toBe("QUERY a 1");
    expect(await read("QUERY", "a")).toBe("QUERY a 2");
  });

  it.each([1024 * 1024 + 1, 2_000_000])(
    "with a body of %i bytes goes by, and the handler gets all of it",
    async (size) => {
      const { send, events } = site({}, { ...FRESH, "x-own": "1" });
      const body = "a".repeat(size);
      const response = await send("QUERY", body);
      expect(await response.text()).toBe(`QUERY ${body} 1`);
      expect(response.headers.get("cache-status")).toBe("autocache;fwd=bypass;detail=key-too-large");
      expect(events.map(({ type }) => type)).toEqual(["bypass"]);
    },
  );

  it("with a body that cannot be in a key goes by, and the handler gets all of it", async () => {
    const { read } = site();
    const body = "a".repeat(1024 * 1024);
    expect(await read("QUERY", body)).toBe(`QUERY ${body} 1`);
  });

  it("whose body has been read already goes by the cache", async () => {
    const cache = createCache();
    const ask = cachedHandler(() => new Response("answer"), { cache, name: "search" });
    const request = new Request(URL_ASKED, { method: "QUERY", body: "a" });
    await request.text();
    const response = await ask(request);
    expect(await response.text()).toBe("answer");
    expect(response.headers.get("cache-status")).toBe("autocache;fwd=bypass;detail=request");
  });

  it("makes nothing invalid, and can be turned off", async () => {
    const { read, verdict } = site({ methods: [] });
    await read("GET");
    expect([await read("QUERY", "a"), await read("QUERY", "a")]).toEqual(["QUERY a 2", "QUERY a 3"]);
    expect(await verdict("GET")).toBe("hit");
  });

  it("is given query and key of the options as GET is", async () => {
    const { read, runs } = site({ query: { exclude: ["utm"] } });
    await read("QUERY", "a", { url: `${URL_ASKED}?utm=1` });
    expect(await read("QUERY", "a", { url: `${URL_ASKED}?utm=2` })).toBe("QUERY a 1");
    expect(runs()).toBe(1);
    const own = site({ key: () => "one" });
    await own.read("QUERY", "a", { url: `${URL_ASKED}/1` });
    expect(await own.read("QUERY", "a", { url: `${URL_ASKED}/2` })).toBe("QUERY a 1");
    expect(await own.read("QUERY", "b")).toBe("QUERY b 2");
  });
});

describe("POST", () => {
  it("is cached like QUERY where the options say so, apart from it", async () => {
    const { read, verdict } = site({ methods: ["POST", "QUERY"] });
    expect([await read("POST", "a"), await read("POST", "a")]).toEqual(["POST a 1", "POST a 1"]);
    expect(await read("POST", "b")).toBe("POST b 2");
    expect(await read("QUERY", "a")).toBe("QUERY a 3");
    expect(await verdict("POST", "a")).toBe("hit");
  });

  it("that is cached makes nothing invalid: it is said to be a question", async () => {
    const { read, verdict } = site({ methods: ["POST"] });
    await read("GET");
    await read("POST", "a");
    expect(await verdict("GET")).toBe("hit");
  });

  it("that could be cached and is not stored makes the GET of its URL invalid", async () => {
    const cache = createCache();
    let data = "old";
    const ask = cachedHandler(
      ({ method }) => {
        if (method !== "POST") return new Response(data, { headers: FRESH });
        data = "new";
        return new Response(null, { status: 204, headers: { "cache-control": "no-store" } });
      },
      { cache, name: "search", methods: ["POST"] },
    );
    expect(await textOf(ask(new Request(URL_ASKED)))).toBe("old");
    await cache.settled();
    await ask(new Request(URL_ASKED, { method: "POST", body: "a" }));
    expect(await textOf(ask(new Request(URL_ASKED)))).toBe("new");
  });

  it("that is not makes the GET of its URL invalid", async () => {
    const { read } = site();
    expect([await read("GET"), await read("GET")]).toEqual(["GET  1", "GET  1"]);
    expect(await read("POST", "a")).toBe("POST a 2");
    expect(await read("GET")).toBe("GET  3");
  });
});

describe("a method that changes things", () => {
  it.each(["POST", "PUT", "DELETE", "PATCH", "OWN"])(
    "%s removes the variants of the URL, and no other URL",
    async (method) => {
      const { read, verdict } = site({}, { ...FRESH, vary: "accept" });
      const accepts = ["text/html", "image/png"].map((accept) => ({ headers: { accept } }));
      for (const init of accepts) await read("GET", undefined, init);
      await read("GET", undefined, { url: `${URL_ASKED}?page=2` });
      await read(method, method === "DELETE" ? undefined : "x");
      for (const init of accepts) expect(await verdict("GET", undefined, init)).not.toBe("hit");
      expect(await verdict("GET", undefined, { url: `${URL_ASKED}?page=2` })).toBe("hit");
    },
  );

  it.each(["OPTIONS", "TRACE-LIKE"])("or not: %s", async (method) => {
    const { read, verdict } = site();
    await read("GET");
    await read(method);
    expect((await verdict("GET")) === "hit").toBe(method === "OPTIONS");
  });

  // RFC 9111 §4.4: all responses of the URL.
  it("removes what is stored for questions, and not those of other URLs", async () => {
    const { read } = site();
    for (const question of ["a", "b"]) await read("QUERY", question);
    await read("QUERY", "a", { url: `${URL_ASKED}?page=2` });
    await read("PUT", "x");
    expect(await read("QUERY", "a", { url: `${URL_ASKED}?page=2` })).toBe("QUERY a 3");
    expect([await read("QUERY", "a"), await read("QUERY", "b")]).toEqual(["QUERY a 5", "QUERY b 6"]);
    expect([await read("QUERY", "a"), await read("QUERY", "b")]).toEqual(["QUERY a 5", "QUERY b 6"]);
  });

  it("removes what another isolate has stored for questions, and costs one read where there is nothing", async () => {
    const operations: string[] = [];
    const kept = memory();
    const backend: Backend = {
      ...kept,
      name: "shared",
      capabilities: { ...kept.capabilities, local: false },
      get: (key) => (operations.push("get"), kept.get(key)),
      set: (...args) => (operations.push("set"), kept.set(...args)),
      delete: (key) => (operations.push("delete"), kept.delete(key)),
    };
    const isolate = (name: string): Handler =>
      cachedHandler(async () => new Response(name, { headers: FRESH }), {
        // Another backend object is another isolate, as far as stamps are remembered.
        cache: createCache({ backend: { ...backend } }),
        name: "page",
        version: 1,
      });
    const [one, other] = [isolate("one"), isolate("other")];
    const query = (ask: Handler): Promise<string> =>
      textOf(ask(new Request(URL_ASKED, { method: "QUERY", body: "a" })));
    await textOf(other(new Request(URL_ASKED, { method: "PUT", body: "x" })));
    expect(operations.toSorted()).toEqual(["delete", "get"]);
    expect(await query(one)).toBe("one");
    await expect.poll(() => query(other)).toBe("one");
    await textOf(other(new Request(URL_ASKED, { method: "PUT", body: "x" })));
    expect(await query(other)).toBe("other");
  });

  it("removes what a run that began before it would store", async () => {
    let finish = (): void => {};
    const cache = createCache();
    let runs = 0;
    const ask = cachedHandler(
      async ({ method }) => {
        runs += 1;
        if (runs === 1) await new Promise<void>((resolve) => (finish = resolve));
        return new Response(`${method} ${runs}`, { headers: FRESH });
      },
      { cache, name: "slow" },
    );
    const slow = ask(new Request(URL_ASKED));
    await expect.poll(() => runs).toBe(1);
    await (await ask(new Request(URL_ASKED, { method: "PUT" }))).text();
    finish();
    await (await slow).text();
    await cache.settled();
    expect(await (await ask(new Request(URL_ASKED))).text()).toBe("GET 3");
  });
});

describe("HEAD", () => {
  it("is answered from the stored response to GET, with its length", async () => {
    const { read, send } = site();
    await read("GET");
    const head = await send("HEAD");
    expect([await head.text(), head.headers.get("content-length"), head.headers.get("age")]).toEqual(["", "6", "0"]);
  });

  it("is not stored itself", async () => {
    const { read, verdict } = site();
    await read("HEAD");
    expect(await verdict("HEAD")).toBe("fwd=uri-miss");
    expect(await read("GET")).toBe("GET  3");
  });
});
