import { afterEach, describe, expect, it, vi } from "vitest";
import { memory } from "../../src/memory.ts";
import { type Fetcher, FRESH, observed, outcomes, PATIENT, read, request, SHOP, verdictOf } from "./attacked-site.ts";
import { Door } from "./rfc9111/crowd.ts";

afterEach(() => {
  vi.useRealTimers();
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
