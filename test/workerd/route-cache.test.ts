import { type Backend, type CacheEvent, createCache, memory } from "@autocache/edge";
import { cacheApi } from "@autocache/edge/cache-api";
import { routeCache, type RouteCacheOptions } from "@autocache/edge/hono";
import { workersKV } from "@autocache/edge/workers-kv";
import { createExecutionContext, waitOnExecutionContext } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { type Context, Hono } from "hono";
import { stream } from "hono/streaming";
import { describe, expect, it } from "vitest";

const BACKENDS: Readonly<Record<string, () => Backend>> = {
  "Workers KV": () => workersKV(env.CACHE),
  "the Cache API": () => cacheApi(),
};

/** An application with one cached route, and how to ask it. */
function makeApp(backend: Backend, options: RouteCacheOptions, handler: (c: Context) => Response | Promise<Response>) {
  const writes: CacheEvent[] = [];
  const onEvent = (event: CacheEvent): void => {
    if (event.type === "stored") writes.push(event);
  };
  const cache = createCache({ backend, namespace: crypto.randomUUID(), onEvent });
  const app = new Hono<{ Bindings: Cloudflare.Env }>();
  app.get("/:id", routeCache({ cache, ...options }), handler);
  const ask = async (init: RequestInit = {}, path = "/1"): Promise<{ response: Response; status: string }> => {
    const context = createExecutionContext();
    const response = await app.fetch(new Request(`https://shop.example${path}`, init), env, context);
    await waitOnExecutionContext(context);
    return {
      response,
      status: /^autocache;(hit|fwd=[a-z-]+)/.exec(response.headers.get("cache-status") ?? "")?.[1] ?? "",
    };
  };
  const read = async (init?: RequestInit, path?: string): Promise<string> => {
    const { response, status } = await ask(init, path);
    return `${status} ${await response.text()}`;
  };
  /** Waits until so many responses are stored, which happens when nobody waits for it any more. */
  const stored = async (count: number): Promise<void> => {
    for (let turn = 0; turn < 500 && writes.length < count; turn++) await scheduler.wait(10);
    expect(writes).toHaveLength(count);
  };
  return { ask, read, stored };
}

describe.each(Object.entries(BACKENDS))("routeCache() on %s", (_name, makeBackend) => {
  it("stores a response, bytes and headers, and answers with it", async () => {
    let runs = 0;
    const { ask, stored } = makeApp(makeBackend(), { ttl: "1m" }, (c) => {
      runs += 1;
      return c.body(new Uint8Array([0, 255, 128, runs]), 203, { "content-type": "image/x-own", "x-own": "own" });
    });
    const read = async (): Promise<string> => {
      const { status, response } = await ask();
      const { headers } = response;
      const bytes = new Uint8Array(await response.arrayBuffer());
      return [status, response.status, headers.get("content-type"), headers.get("x-own"), ...bytes].join(" ");
    };
    expect(await read()).toBe("fwd=uri-miss 203 image/x-own own 0 255 128 1");
    await stored(1);
    expect(await read()).toBe("hit 203 image/x-own own 0 255 128 1");
  });

  it("runs the handler again in the background, while the stale response is sent and read", async () => {
    let runs = 0;
    let ttl = 1;
    const seen: unknown[] = [];
    const { promise: opened, resolve: open } = Promise.withResolvers<void>();
    const { read, stored } = makeApp(makeBackend(), { ttl: () => ttl, swr: "1h" }, async (c) => {
      const run = (runs += 1);
      const { isBackground, reason } = c.get("cache");
      seen.push([isBackground, reason, c.req.param("id"), c.env === env]);
      if (run > 1) await opened;
      return c.text(`made ${run}`);
    });
    expect(await read()).toBe("fwd=uri-miss made 1");
    await stored(1);
    await scheduler.wait(20);
    ttl = 3_600_000;
    expect(await read()).toBe("hit made 1");
    expect(await read()).toBe("hit made 1");
    open();
    await stored(2);
    expect(await read()).toBe("hit made 2");
    expect(seen).toEqual([
      [false, "absent", "1", true],
      [true, "stale", "1", true],
    ]);
  });

  it("streams a response through as it is made, and stores it when it is whole", async () => {
    const { promise: opened, resolve: open } = Promise.withResolvers<void>();
    let made = 0;
    const { ask, read, stored } = makeApp(makeBackend(), { ttl: "1m" }, (c) =>
      stream(c, async (out) => {
        for (const word of ["one ", "two"]) {
          made += 1;
          await out.write(word);
          await opened;
        }
      }),
    );
    const reader = (await ask()).response.body?.getReader();
    expect(new TextDecoder().decode((await reader?.read())?.value)).toBe("one ");
    expect(made).toBe(1);
    open();
    expect(new TextDecoder().decode((await reader?.read())?.value)).toBe("two");
    expect((await reader?.read())?.done).toBe(true);
    await stored(1);
    expect(await read()).toBe("hit one two");
    expect(made).toBe(2);
  });

  it("keeps variants of one URL apart, and answers 304, 206 and HEAD from what is stored", async () => {
    let runs = 0;
    const { ask, read, stored } = makeApp(makeBackend(), { ttl: "1m" }, (c) =>
      c.text(`${(runs += 1)} ${c.req.header("accept-language")}`, 200, { vary: "Accept-Language", etag: `"${runs}"` }),
    );
    const de = { "accept-language": "de" };
    const fr = { "accept-language": "fr" };
    expect(await read({ headers: de })).toBe("fwd=uri-miss 1 de");
    await stored(1);
    expect(await read({ headers: fr })).toBe("fwd=vary-miss 2 fr");
    await stored(2);
    expect(await read({ headers: de })).toBe("hit 1 de");
    expect((await ask({ headers: { ...de, "if-none-match": '"1"' } })).response.status).toBe(304);
    const part = await ask({ headers: { ...de, range: "bytes=2-3" } });
    expect([part.response.status, await part.response.text()]).toEqual([206, "de"]);
    const head = await ask({ method: "HEAD", headers: de });
    expect([head.status, head.response.headers.get("content-length")]).toEqual(["hit", "4"]);
    expect(runs).toBe(2);
  });
});

describe("routeCache() in workerd", () => {
  it("tells handlers what the host knows of the request, in the background too", async () => {
    let ttl = 1;
    const seen: unknown[] = [];
    const { read, stored } = makeApp(memory(), { ttl: () => ttl, swr: "1h" }, (c) => {
      seen.push((c.req.raw as Request<unknown, CfProperties>).cf?.["colo"]);
      return c.text(String(seen.length));
    });
    const init: RequestInit<CfProperties> = { cf: { colo: "ZRH" } };
    await read(init);
    await stored(1);
    await scheduler.wait(20);
    ttl = 3_600_000;
    await read(init);
    await stored(2);
    expect(seen).toEqual(["ZRH", "ZRH"]);
  });

  it("lets a WebSocket through", async () => {
    const { ask } = makeApp(memory(), { ttl: "1m" }, () => {
      const { 0: client, 1: server } = new WebSocketPair();
      server.accept();
      server.send("hello");
      return new Response(null, { status: 101, webSocket: client });
    });
    const { response } = await ask({ headers: { upgrade: "websocket" } });
    expect(response.status).toBe(101);
    const said = new Promise((resolve) => response.webSocket?.addEventListener("message", ({ data }) => resolve(data)));
    response.webSocket?.accept();
    expect(await said).toBe("hello");
  });
});
