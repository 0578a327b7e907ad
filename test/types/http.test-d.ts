import { describe, expectTypeOf, it } from "vitest";
import {
  type CachedFetch,
  cachedFetch,
  type CachedHandler,
  cachedHandler,
  type FetchFunction,
  type Handler,
  type HttpOptions,
} from "../../src/http/index.ts";
import { createCache } from "../../src/index.ts";

interface Env {
  readonly DB: string;
}

interface ExecutionContext {
  waitUntil(work: Promise<unknown>): void;
}

describe("cachedHandler()", () => {
  it("takes what a Worker's fetch takes, and gives a promise", () => {
    const worker = (request: Request, env: Env, ctx: ExecutionContext): Response => {
      ctx.waitUntil(Promise.resolve(request.url));
      return new Response(env.DB);
    };
    const handler = cachedHandler(worker);
    expectTypeOf(handler).toEqualTypeOf<CachedHandler<[env: Env, ctx: ExecutionContext]>>();
    expectTypeOf(handler).parameters.toEqualTypeOf<[request: Request, env: Env, ctx: ExecutionContext]>();
    expectTypeOf(handler).returns.toEqualTypeOf<Promise<Response>>();
    // @ts-expect-error the handler needs its env and ctx
    void handler(new Request("https://a.test/"));
    // @ts-expect-error an env of another type
    void handler(new Request("https://a.test/"), { DB: 1 }, { waitUntil() {} });
    // @ts-expect-error a URL is no request
    void handler("https://a.test/", { DB: "" }, { waitUntil() {} });
  });

  it("is a Worker's fetch", () => {
    const exported: { fetch(request: Request, env: Env): Promise<Response> | Response } = {
      fetch: cachedHandler(async (request: Request, env: Env) => new Response(env.DB + request.url), { name: "page" }),
    };
    expectTypeOf(exported.fetch).returns.toEqualTypeOf<Promise<Response> | Response>();
  });

  it("takes what Deno.serve gives", () => {
    const handler = cachedHandler((_request: Request, info: { remoteAddr: { hostname: string } }) => {
      expectTypeOf(info.remoteAddr.hostname).toEqualTypeOf<string>();
      return new Response();
    });
    expectTypeOf(handler).parameter(1).toEqualTypeOf<{ remoteAddr: { hostname: string } }>();
  });

  it("takes what Bun.serve gives", () => {
    interface BunServer {
      requestIP(request: Request): { address: string } | null;
    }
    const handler = cachedHandler(
      (request: Request, server: BunServer) => new Response(server.requestIP(request)?.address),
    );
    expectTypeOf(handler).parameter(1).toEqualTypeOf<BunServer>();
    const route: (request: Request, server: BunServer) => Response | Promise<Response> = handler;
    expectTypeOf(route).toBeFunction();
  });

  it("takes an optional parameter as one, and a handler of the request alone", () => {
    const optional = cachedHandler((request: Request, env?: Env) => new Response(env?.DB ?? request.url));
    expectTypeOf(optional).parameters.toEqualTypeOf<[request: Request, env?: Env | undefined]>();
    const alone = cachedHandler(() => new Response(), { name: "page" });
    expectTypeOf(alone).toBeCallableWith(new Request("https://a.test/"));
    expectTypeOf<Handler<[env?: Env]>>().parameters.toEqualTypeOf<[request: Request, env?: Env]>();
  });

  it("refuses what answers with no response, or is no function", () => {
    // @ts-expect-error a text is no response
    cachedHandler(() => "page");
    // @ts-expect-error nor is a promise of one
    cachedHandler(async () => "page");
    // @ts-expect-error a response is no handler
    cachedHandler(new Response());
    // @ts-expect-error a handler's first parameter is the request
    cachedHandler((url: string) => new Response(url));
  });

  it("can be told what is invalid", () => {
    const handler = cachedHandler(() => new Response(), { name: "page", tags: [] });
    expectTypeOf(handler.invalidate).parameters.toEqualTypeOf<[url: string | URL | Request]>();
    expectTypeOf(handler.invalidate).returns.toEqualTypeOf<Promise<void>>();
    expectTypeOf(handler.purge).toEqualTypeOf<() => Promise<void>>();
    // @ts-expect-error a number is no URL
    void handler.invalidate(1);
  });
});

describe("cachedFetch()", () => {
  it("is a fetch", () => {
    const get = cachedFetch();
    expectTypeOf(get).toEqualTypeOf<CachedFetch>();
    expectTypeOf(get).toExtend<FetchFunction>();
    expectTypeOf(get).toBeCallableWith("https://a.test/", { method: "QUERY", body: "q" });
    expectTypeOf(get(new URL("https://a.test/"))).toEqualTypeOf<Promise<Response>>();
    const typed: (input: string | URL | Request, init?: RequestInit) => Promise<Response> = get;
    expectTypeOf(typed).toBeFunction();
  });

  it("takes the global fetch, or one of the caller's", () => {
    cachedFetch({ fetch });
    cachedFetch({ fetch: async () => new Response() });
    // @ts-expect-error a fetch gives a promise of a response
    cachedFetch({ fetch: () => new Response() });
  });

  it("has modes, and no options of code", () => {
    cachedFetch({ mode: "private", cache: createCache() });
    // @ts-expect-error no such mode
    cachedFetch({ mode: "public" });
    // @ts-expect-error what a server runs has no version to see
    cachedFetch({ version: 1 });
    // @ts-expect-error nor deps
    cachedFetch({ deps: [] });
  });
});

describe("HttpOptions", () => {
  const accept = (options: HttpOptions): HttpOptions => options;

  it("functions are given the response and the request", () => {
    accept({
      ttl(response, request) {
        expectTypeOf(response).toEqualTypeOf<Response>();
        expectTypeOf(request).toEqualTypeOf<Request>();
        return response.ok ? "5m" : undefined;
      },
      tags: (response, request) => [String(response.status), request.url],
      key: (request) => [request.url],
      bypass: (request) => request.headers.has("x-preview"),
      vary: {
        cookie(value) {
          expectTypeOf(value).toEqualTypeOf<string | null>();
          return value;
        },
      },
    });
  });

  it("are readonly, and undefined is as good as absent", () => {
    const options = accept({ ttl: undefined, cache: undefined, send: undefined, methods: undefined, vary: undefined });
    // @ts-expect-error options are not written to
    options.ttl = 5;
    const tags: readonly string[] = ["a"];
    accept({ tags, keyHeaders: tags, vary: tags, query: { include: tags } });
  });

  it("refuse what is none", () => {
    // @ts-expect-error an unknown option
    accept({ maxAge: 5 });
    // @ts-expect-error no duration
    accept({ ttl: "soon" });
    // @ts-expect-error a ttl gives a duration
    accept({ ttl: () => true });
    // @ts-expect-error no method whose responses are cached
    accept({ methods: ["PUT"] });
    // @ts-expect-error a text is no switch
    accept({ heuristic: "yes" });
    // @ts-expect-error null is no way to say nothing
    accept({ maxBodyBytes: null });
    // @ts-expect-error tags are texts
    accept({ tags: [1] });
    // @ts-expect-error true is no name
    accept({ cacheStatus: true });
    // @ts-expect-error an unknown header
    accept({ send: { pragma: false } });
    // @ts-expect-error Cache-Tag is on or off
    accept({ send: { cacheTag: "a" } });
    // @ts-expect-error a number is no header
    accept({ send: { cacheControl: 60 } });
    // @ts-expect-error no such rule of the query
    accept({ query: { only: [] } });
    // @ts-expect-error a normaliser gives a text or null
    accept({ vary: { cookie: () => 1 } });
  });
});
