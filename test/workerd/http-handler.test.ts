import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { workersKV } from "../../adapters/workers-kv.ts";
import { createCache } from "../../src/cache.ts";
import type { CacheEvent } from "../../src/events.ts";
import { cachedHandler } from "../../src/http/handler.ts";
import type { HttpOptions } from "../../src/http/options.ts";
import { memory } from "../../src/memory.ts";

const MIB = 1024 * 1024;
const FRESH = { "cache-control": "max-age=60" };

interface Site {
  readonly ask: (init?: RequestInit<IncomingRequestCfProperties>) => Promise<Response>;
  readonly settled: () => Promise<void>;
  readonly runs: () => number;
  readonly events: CacheEvent["type"][];
}

let sites = 0;

function site(
  answer: (run: number, request: Request) => Response | Promise<Response>,
  options: HttpOptions = {},
  backend = memory(),
): Site {
  const events: CacheEvent["type"][] = [];
  const cache = createCache({ backend, onEvent: ({ type }) => void events.push(type) });
  let runs = 0;
  const handler = cachedHandler((request) => answer((runs += 1), request), {
    cache,
    name: `handler-${(sites += 1)}`,
    version: 1,
    ...options,
  });
  return {
    ask: (init) => handler(new Request("https://handler.test/page?utm_source=a", init)),
    settled: () => cache.settled(),
    runs: () => runs,
    events,
  };
}

describe("cachedHandler() in workerd", () => {
  it("answers with what is stale at once, and refreshes it after", async () => {
    const { promise: refreshed, resolve } = Promise.withResolvers<void>();
    const headers = { "cache-control": "max-age=0, stale-while-revalidate=60" };
    const { ask, settled, runs } = site(
      async (run) => {
        if (run > 1) await refreshed;
        return new Response(`run ${run}`, { headers });
      },
      {},
      workersKV(env.CACHE),
    );
    expect(await (await ask()).text()).toBe("run 1");
    await settled();
    expect(await (await ask()).text()).toBe("run 1");
    expect(runs()).toBe(2);
    resolve();
    await settled();
    expect(await (await ask()).text()).toBe("run 2");
    await settled();
  });

  it("has one run for the requests of one moment", async () => {
    const { ask, runs } = site(async (run) => {
      await new Promise((resolve) => setTimeout(resolve, 20));
      return new Response(`run ${run}`, { headers: FRESH });
    });
    const responses = await Promise.all(Array.from({ length: 100 }, () => ask()));
    expect(new Set(await Promise.all(responses.map((response) => response.text())))).toEqual(new Set(["run 1"]));
    expect(runs()).toBe(1);
  });

  // A stream that promises a length breaks where the handler's word is wrong, so that it promises none.
  it("tells the length of a stored response on the wire, and none of one that streams through", async () => {
    const { ask, settled, runs } = site(() => {
      const body = new Response("a".repeat(100_000)).body;
      return new Response(body, { headers: { ...FRESH, "content-length": "100000" } });
    });
    for (const [name, length] of [
      ["live", null],
      ["stored", "100000"],
    ] as const) {
      const url = `https://lengths.test/${name}`;
      await caches.default.put(url, await ask());
      await settled();
      const onWire = await caches.default.match(url);
      expect(onWire?.headers.get("content-length")).toBe(length);
      expect((await onWire?.text())?.length).toBe(100_000);
    }
    expect(runs()).toBe(1);
  });

  it.each([
    ["stored", "max-age=60"],
    ["not stored", "no-store"],
  ])("answers with all of a body that is longer than its handler says: %s", async (_, control) => {
    const { ask, settled, events } = site(() => {
      const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>();
      void new Response("hello world").body?.pipeTo(writable).catch(() => {});
      return new Response(readable, { headers: { "content-length": "5", "cache-control": control } });
    });
    expect(await (await ask()).text()).toBe("hello world");
    await settled();
    expect(events.at(-1)).toBe("not-stored");
  });

  it("takes a response of the host's own, whose headers cannot be written", async () => {
    const url = "https://immutable.test/";
    const bytes = crypto.getRandomValues(new Uint8Array(60_000));
    await caches.default.put(url, new Response(bytes, { headers: { ...FRESH, "x-own": "1" } }));
    const { ask, settled, runs } = site(async () => (await caches.default.match(url)) ?? Response.error());
    for (let times = 0; times < 2; times++) {
      const response = await ask();
      expect(new Uint8Array(await response.arrayBuffer())).toEqual(bytes);
      expect(response.headers.get("x-own")).toBe("1");
      await settled();
    }
    expect(runs()).toBe(1);
  });

  it("hands a WebSocket through as it is", async () => {
    const { ask, settled, runs } = site(() => {
      const { 0: client, 1: server } = new WebSocketPair();
      server.accept();
      server.send("hello");
      return new Response(null, { status: 101, webSocket: client });
    });
    const response = await ask({ headers: { upgrade: "websocket" } });
    expect(response.status).toBe(101);
    const message = new Promise((resolve) => {
      response.webSocket?.addEventListener("message", ({ data }) => resolve(data));
    });
    response.webSocket?.accept();
    expect(await message).toBe("hello");
    response.webSocket?.close();
    await settled();
    expect(runs()).toBe(1);
  });

  it("shows the handler what Cloudflare says of the request, on a URL of fewer parameters too", async () => {
    for (const query of [undefined, { exclude: ["utm_source"] }]) {
      const seen: unknown[] = [];
      const { ask } = site(
        (_, request) => {
          seen.push(request.url.includes("utm_source"), request.cf?.["colo"]);
          return new Response("a", { headers: FRESH });
        },
        { query },
      );
      await (await ask({ cf: { colo: "ZRH" } as IncomingRequestCfProperties })).text();
      expect(seen).toEqual([query === undefined, "ZRH"]);
    }
  });

  it("stores a body that the host has transformed", async () => {
    const { ask, settled, runs } = site((run) => {
      const rewriter = new HTMLRewriter().on("b", { element: (element) => void element.setInnerContent(`run ${run}`) });
      return rewriter.transform(
        new Response("<b>?</b>".repeat(1_000), { headers: { ...FRESH, "content-type": "text/html" } }),
      );
    });
    for (let times = 0; times < 2; times++) {
      expect(await (await ask()).text()).toBe("<b>run 1</b>".repeat(1_000));
      await settled();
    }
    expect(runs()).toBe(1);
  });

  it("reads a refresh no further than it could be stored", async () => {
    let made = 0;
    const endless = (): ReadableStream<Uint8Array> =>
      new ReadableStream({
        pull(controller) {
          made += 50_000;
          controller.enqueue(new Uint8Array(50_000));
        },
      });
    const { ask, settled, events } = site(
      (run) => new Response(run === 1 ? "small" : endless(), { headers: { "cache-control": "max-age=60" } }),
      { maxBodyBytes: MIB, ttl: () => 1, swr: "1h" },
    );
    await (await ask()).text();
    await settled();
    await new Promise((resolve) => setTimeout(resolve, 5));
    expect(await (await ask()).text()).toBe("small");
    await settled();
    expect(events).toContain("not-stored");
    expect(made).toBeLessThan(3 * MIB);
  });

  it("poisoning by a client: keeps what it has when a client writes to the bytes of its answer", async () => {
    const { ask, settled, runs } = site(() => new Response("abcdef", { headers: FRESH }));
    for (let times = 0; times < 3; times++) {
      const bytes = new Uint8Array(await (await ask()).arrayBuffer());
      expect(new TextDecoder().decode(bytes)).toBe("abcdef");
      bytes.fill(0);
      await settled();
    }
    for await (const chunk of (await ask()).body as ReadableStream<Uint8Array>) chunk.fill(0);
    const part = await ask({ headers: { range: "bytes=0-2" } });
    new Uint8Array(await part.arrayBuffer()).fill(0);
    expect(await (await ask()).text()).toBe("abcdef");
    expect(runs()).toBe(1);
  });
});
