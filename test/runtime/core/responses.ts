import { createCache } from "@autocache/edge";
import { routeCache } from "@autocache/edge/hono";
import { cachedFetch, cachedHandler } from "@autocache/edge/http";
import { Hono } from "hono";
import { type Register, same } from "./fact.ts";

const ORIGIN = "https://core.test";

/** The HTTP layer over the runtime's own Request and Response. */
export function testResponses(test: Register): void {
  testHandlers(test);
  testRoutes(test);
  testFetch(test);
}

function testHandlers(test: Register): void {
  test("cachedHandler() answers a second request from what is stored, with its age", async () => {
    const cache = createCache();
    let runs = 0;
    const handler = cachedHandler(
      async (request: Request) =>
        Response.json(
          { path: new URL(request.url).pathname, run: (runs += 1) },
          { status: 203, headers: { "cache-control": "max-age=60", "x-own": "1" } },
        ),
      { cache, name: "twice", version: 1 },
    );
    const [miss, hit, other] = [await ask(handler, "/a"), await ask(handler, "/a"), await ask(handler, "/b")];
    same([miss.verdict, hit.verdict, other.verdict], ["fwd=uri-miss", "hit", "fwd=uri-miss"], "the verdicts");
    same([hit.status, hit.body, hit.headers.get("x-own")], [203, miss.body, "1"], "the answer again");
    // Bun names a charset too.
    const isJson = hit.headers.get("content-type")?.startsWith("application/json");
    same([hit.headers.has("age"), isJson], [true, true], "its headers");
  });

  test("cachedHandler() answers conditions, ranges and HEAD by itself", async () => {
    const cache = createCache();
    let runs = 0;
    const handler = cachedHandler(
      async () =>
        new Response(`abcdefghij${(runs += 1)}`, { headers: { "cache-control": "max-age=60", etag: '"v1"' } }),
      { cache, name: "letters", version: 1 },
    );
    await ask(handler, "/");
    const known = await ask(handler, "/", { headers: { "if-none-match": '"v1"' } });
    same([known.status, known.body], [304, ""], "what a client that has it gets");
    const part = await ask(handler, "/", { headers: { range: "bytes=2-4" } });
    same([part.status, part.body, part.headers.get("content-range")], [206, "cde", "bytes 2-4/11"], "a part");
    const head = await ask(handler, "/", { method: "HEAD" });
    same([head.status, head.body, head.headers.get("content-length")], [200, "", "11"], "a HEAD");
    same(runs, 1, "how often it ran");
  });

  test("cachedHandler() tells variants apart, and bytes come back as they were", async () => {
    const cache = createCache();
    const handler = cachedHandler(
      async (request: Request) => {
        const language = request.headers.get("accept-language") ?? "none";
        return new Response(new Uint8Array([0, 255, language.length]), {
          headers: { "cache-control": "max-age=60", vary: "accept-language" },
        });
      },
      { cache, name: "variants", version: 1 },
    );
    const verdicts: (string | undefined)[] = [];
    for (const language of ["de", "fr-CH", "de", "fr-CH"]) {
      const response = await handler(new Request(ORIGIN, { headers: { "accept-language": language } }));
      verdicts.push(verdictOf(response));
      same([...new Uint8Array(await response.arrayBuffer())], [0, 255, language.length], "the bytes");
      await cache.settled();
    }
    same(verdicts, ["fwd=uri-miss", "fwd=vary-miss", "hit", "hit"], "the verdicts");
  });

  test("cachedHandler() stores nothing that is private, and forgets a URL that was posted to", async () => {
    const cache = createCache();
    let runs = 0;
    const handler = cachedHandler(
      async (request: Request) => {
        const control = request.url.endsWith("/mine") ? "private, max-age=60" : "max-age=60";
        return new Response(`run ${(runs += 1)}`, { headers: { "cache-control": control } });
      },
      { cache, name: "private", version: 1 },
    );
    same(
      [(await ask(handler, "/mine")).body, (await ask(handler, "/mine")).body],
      ["run 1", "run 2"],
      "what is private",
    );
    same([(await ask(handler, "/all")).body, (await ask(handler, "/all")).body], ["run 3", "run 3"], "what is not");
    await ask(handler, "/all", { method: "POST", body: "x" });
    same((await ask(handler, "/all")).body, "run 5", "what is answered after a POST");
  });

  test("cachedHandler() sends the first chunk before the handler has made the second", async () => {
    const cache = createCache();
    const second = Promise.withResolvers<void>();
    const encoder = new TextEncoder();
    const body = new ReadableStream<Uint8Array>({
      async start(controller) {
        controller.enqueue(encoder.encode("first "));
        await second.promise;
        controller.enqueue(encoder.encode("second"));
        controller.close();
      },
    });
    const handler = cachedHandler(async () => new Response(body, { headers: { "cache-control": "max-age=60" } }), {
      cache,
      name: "stream",
      version: 1,
    });
    const reader = (await handler(new Request(ORIGIN))).body?.getReader();
    same(new TextDecoder().decode((await reader?.read())?.value), "first ", "the first chunk");
    second.resolve();
    same(new TextDecoder().decode((await reader?.read())?.value), "second", "the second chunk");
    await reader?.read();
    await cache.settled();
    const hit = await ask(handler, "/");
    same([hit.verdict, hit.body], ["hit", "first second"], "the answer again");
  });
}

function testRoutes(test: Register): void {
  test("routeCache() keeps a route's answers, for its ttl and by its tags", async () => {
    const cache = createCache();
    const app = new Hono();
    let runs = 0;
    app.use(async (c, next) => {
      await next();
      c.header("x-request", c.req.header("x-request") ?? "");
    });
    app.get("/products/:id", routeCache({ cache, ttl: "1m", name: "products", version: 1, tags: ["shop"] }), (c) => {
      c.get("cache").tag(`product:${c.req.param("id")}`);
      return c.json({ id: c.req.param("id"), run: (runs += 1) });
    });
    const handler = async (request: Request): Promise<Response> => app.fetch(request);
    const get = async (id: string): Promise<string> => {
      const { body, verdict, headers } = await ask(handler, `/products/${id}`, { headers: { "x-request": id } }, cache);
      same(headers.get("x-request"), id, "a header of this request");
      return `${body} ${verdict}`;
    };
    same(await get("1"), '{"id":"1","run":1} fwd=uri-miss', "the first");
    same(await get("1"), '{"id":"1","run":1} hit', "the second");
    await cache.invalidateTags(["product:1"]);
    same((await get("1")).slice(0, 18), '{"id":"1","run":2}', "after its tag");
    same(await get("1"), '{"id":"1","run":2} hit', "the last");
  });

  test("routeCache() lets a request that changes something through", async () => {
    const app = new Hono();
    let runs = 0;
    app.use(routeCache({ cache: createCache(), ttl: "1m", name: "writes", version: 1 }));
    app.post("/", async (c) => c.text(`${await c.req.text()} ${(runs += 1)}`));
    const post = async (): Promise<string> => (await app.request("/", { method: "POST", body: "sent" })).text();
    same([await post(), await post()], ["sent 1", "sent 2"], "the answers");
  });
}

function testFetch(test: Register): void {
  test("cachedFetch() asks once for what is fresh, and asks whether the rest still holds", async () => {
    const cache = createCache();
    const asked: (string | null)[] = [];
    const fetchCached = cachedFetch({
      cache,
      name: "origin",
      fetch: async (input, init) => {
        const condition = headersOf(input, init).get("if-none-match");
        asked.push(condition);
        if (condition === '"1"')
          return new Response(null, { status: 304, headers: { etag: '"1"', "cache-control": "max-age=60" } });
        return new Response("body", { headers: { etag: '"1"', "cache-control": "max-age=0" } });
      },
    });
    const texts: string[] = [];
    for (let times = 0; times < 3; times++) {
      texts.push(await (await fetchCached(`${ORIGIN}/origin`)).text());
      await cache.settled();
    }
    same(texts, ["body", "body", "body"], "the bodies");
    same(asked, [null, '"1"'], "what the origin was asked");
  });
}

interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: string;
  readonly verdict: string | undefined;
}

async function ask(
  handler: (request: Request) => Promise<Response>,
  path: string,
  init?: RequestInit,
  cache?: { settled(): Promise<void> },
): Promise<Answer> {
  const response = await handler(new Request(ORIGIN + path, init));
  const body = await response.text();
  await cache?.settled();
  return { status: response.status, headers: response.headers, body, verdict: verdictOf(response) };
}

function headersOf(input: Request | string | URL, init?: RequestInit): Headers {
  return input instanceof Request ? input.headers : new Headers(init?.headers);
}

function verdictOf(response: Response): string | undefined {
  return response.headers.get("cache-status")?.split(";")[1]?.trim();
}
