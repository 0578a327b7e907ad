/** What a cached handler does behind the HTTP server of a runtime: each fact over a real connection. */
import { type CacheEvent, createCache, memory } from "@autocache/edge";
import { cachedHandler } from "@autocache/edge/http";
import { HeldStream } from "./held-stream.ts";

/** A server of the runtime, on a free port of 127.0.0.1. */
export interface Served {
  readonly url: string;
  readonly stop: () => Promise<void>;
}

/** Starts one. */
export type Serve = (handler: (request: Request) => Response | Promise<Response>) => Served | Promise<Served>;

/** A fact, and how to find out whether it is one: rejects where it is not. */
export interface Fact {
  readonly title: string;
  readonly run: () => Promise<void>;
}

interface Site {
  readonly get: (init?: RequestInit) => Promise<Response>;
  readonly settled: () => Promise<void>;
  readonly when: (event: CacheEvent["type"]) => Promise<void>;
  readonly runs: () => number;
}

type Answer = (run: number) => Response | Promise<Response>;

const everyByte = Uint8Array.from({ length: 256 }, (_, byte) => byte);
const LETTERS = "abcdefghijklmnopqrstuvwxyz";
const FRESH = { "cache-control": "max-age=600", etag: '"letters"' };

const refreshing = Promise.withResolvers<void>();
const failing = Promise.withResolvers<void>();
const crowd = Promise.withResolvers<void>();

const FACTS: readonly (readonly [title: string, answer: Answer, check: (site: Site) => Promise<void>])[] = [
  [
    "a hit has the bytes of the first response, its length and its age",
    () => new Response(everyByte, { status: 404, headers: { ...FRESH, "x-of-the-handler": "1" } }),
    async ({ get, settled, runs }) => {
      equal(await bytesOf(await get()), everyByte.join());
      await settled();
      const hit = await get();
      equal(hit.status, 404);
      equal(hit.headers.get("content-length"), "256");
      equal(hit.headers.get("x-of-the-handler"), "1");
      equal(Number(hit.headers.get("age")) <= 60, true);
      equal(hit.headers.get("cache-status")?.includes(";hit;"), true);
      equal(await bytesOf(hit), everyByte.join());
      equal(runs(), 1);
    },
  ],
  [
    "a client that has it is told so, with no body",
    () => new Response(LETTERS, { headers: FRESH }),
    async ({ get, settled, runs }) => {
      await (await get()).text();
      await settled();
      // Of its own, a client that follows the Fetch standard would say no-cache beside a condition.
      const response = await get({ headers: { "if-none-match": '"letters"', "cache-control": "max-age=600" } });
      equal(response.status, 304);
      equal(response.headers.get("etag"), '"letters"');
      equal(await response.text(), "");
      equal(runs(), 1);
    },
  ],
  [
    "a part of what is stored is sent alone",
    () => new Response(LETTERS, { headers: FRESH }),
    async ({ get, settled, runs }) => {
      await (await get()).text();
      await settled();
      const part = await get({ headers: { range: "bytes=2-5" } });
      equal(part.status, 206);
      equal(part.headers.get("content-range"), "bytes 2-5/26");
      equal(part.headers.get("content-length"), "4");
      equal(await part.text(), "cdef");
      const none = await get({ headers: { range: "bytes=26-" } });
      equal(none.status, 416);
      equal(none.headers.get("content-range"), "bytes */26");
      equal(await none.text(), "");
      equal(runs(), 1);
    },
  ],
  [
    "a HEAD is answered from the stored GET, with its length",
    () => new Response(LETTERS, { headers: FRESH }),
    async ({ get, settled, runs }) => {
      await (await get()).text();
      await settled();
      const head = await get({ method: "HEAD" });
      equal(head.headers.get("content-length"), "26");
      equal(await head.text(), "");
      equal(runs(), 1);
    },
  ],
  [
    "a redirect and a 204 are stored",
    (run) =>
      run === 1
        ? new Response(null, { status: 301, headers: { ...FRESH, location: "/elsewhere" } })
        : new Response(null, { status: 204, headers: FRESH }),
    async ({ get, settled, runs }) => {
      for (let times = 0; times < 2; times++) {
        const moved = await get({ redirect: "manual" });
        equal(`${moved.status} ${moved.headers.get("location")}`, "301 /elsewhere");
        await moved.body?.cancel();
        await settled();
      }
      for (let times = 0; times < 2; times++) {
        const empty = await get({ headers: { "x-forwarded-host": "another" } });
        equal(`${empty.status} ${await empty.text()}`, "204 ");
        await settled();
      }
      equal(runs(), 2);
    },
  ],
  ...streaming(),
  [
    "a stale response does not wait for its refresh, which goes on after it",
    async (run) => {
      if (run > 1) await refreshing.promise;
      return new Response(`run ${run}`, { headers: { "cache-control": "max-age=0, stale-while-revalidate=600" } });
    },
    async ({ get, settled, runs }) => {
      equal(await (await get()).text(), "run 1");
      await settled();
      equal(await (await get()).text(), "run 1");
      equal(await (await get()).text(), "run 1");
      equal(runs(), 2);
      refreshing.resolve();
      await settled();
      equal(await (await get()).text(), "run 2");
      await settled();
    },
  ],
  [
    "a refresh that fails is not tried again for each request that comes",
    async (run) => {
      const headers = { "cache-control": "max-age=0, stale-while-revalidate=600" };
      if (run > 1) await failing.promise;
      return new Response(`run ${run}`, { status: run === 1 ? 200 : 503, headers });
    },
    async ({ get, settled, runs }) => {
      equal(await (await get()).text(), "run 1");
      await settled();
      // By the second, the request is over that began the refresh.
      for (let times = 0; times < 2; times++) equal(await (await get()).text(), "run 1");
      failing.resolve();
      for (let times = 0; times < 5; times++) {
        await settled();
        equal(await (await get()).text(), "run 1");
      }
      await settled();
      equal(runs(), 2);
    },
  ],
  [
    "many requests at once are one run",
    async () => {
      await crowd.promise;
      return new Response(LETTERS, { headers: FRESH });
    },
    async ({ get, when, settled, runs }) => {
      const responses = Promise.all(Array.from({ length: 20 }, async () => (await get()).text()));
      await when("joined");
      crowd.resolve();
      equal(new Set(await responses).size, 1);
      await settled();
      equal(runs(), 1);
    },
  ],
];

/** What needs a body that the check decides about. */
function streaming(): typeof FACTS {
  const held = new HeldStream();
  const left = new HeldStream();
  const broken = new HeldStream();
  return [
    [
      "the client has the first chunk before the handler makes the second, and the whole is stored",
      () => new Response(held.stream, { headers: FRESH }),
      async ({ get, settled, runs }) => {
        const answered = get();
        held.send("first");
        const reader = (await answered).body?.getReader();
        equal(await next(reader), "first");
        held.send("second");
        equal(await next(reader), "second");
        held.end();
        equal(await next(reader), undefined);
        await settled();
        equal(await (await get()).text(), "firstsecond");
        equal(runs(), 1);
      },
    ],
    [
      "a client that leaves cancels the handler's stream, and nothing is stored",
      (run) => new Response(run === 1 ? left.stream : "whole", { headers: FRESH }),
      async ({ get, when, settled, runs }) => {
        const controller = new AbortController();
        const answered = get({ signal: controller.signal });
        left.send("first");
        const reader = (await answered).body?.getReader();
        equal(await next(reader), "first");
        controller.abort();
        await reader?.cancel().catch(() => {});
        await left.cancelled;
        await when("not-stored");
        equal(await (await get()).text(), "whole");
        await settled();
        equal(await (await get()).text(), "whole");
        equal(runs(), 2);
      },
    ],
    [
      "a stream that breaks off breaks off for the client too, and nothing is stored",
      (run) => new Response(run === 1 ? broken.stream : "whole", { headers: FRESH }),
      async ({ get, when, settled, runs }) => {
        const answered = get();
        broken.send("first");
        const response = await answered;
        broken.breakOff();
        equal(await response.text().catch(() => "broken"), "broken");
        await when("not-stored");
        equal(await (await get()).text(), "whole");
        await settled();
        equal(runs(), 2);
      },
    ],
  ];
}

/** The facts, for a test runner to register. */
export function httpFacts(serve: Serve): readonly Fact[] {
  const overHttp = FACTS.map(([title, answer, check]) => ({ title, run: () => played(serve, answer, check) }));
  return [...overHttp, { title: "what a caller does with a response does not change what is stored", run: untouched }];
}

async function played(serve: Serve, answer: Answer, check: (site: Site) => Promise<void>): Promise<void> {
  const { handler, ...site } = siteOf(answer);
  const { url, stop } = await serve(handler);
  try {
    await check({ ...site, get: (init) => fetch(url, init) });
  } finally {
    await stop();
  }
}

async function untouched(): Promise<void> {
  const { handler, settled, runs } = siteOf(() => new Response(everyByte.slice(), { headers: FRESH }));
  for (let times = 0; times < 3; times++) {
    const response = await handler(new Request("http://facts.test/"));
    const bytes = new Uint8Array(await response.arrayBuffer());
    equal(bytes.join(), everyByte.join());
    bytes.fill(0);
    await settled();
  }
  const [chunk] = await Array.fromAsync((await handler(new Request("http://facts.test/"))).body ?? []);
  chunk?.fill(0);
  const part = await handler(new Request("http://facts.test/", { headers: { range: "bytes=0-9" } }));
  new Uint8Array(await part.arrayBuffer()).fill(0);
  equal(await bytesOf(await handler(new Request("http://facts.test/"))), everyByte.join());
  equal(runs(), 1);
}

function siteOf(answer: Answer): Omit<Site, "get"> & { readonly handler: (request: Request) => Promise<Response> } {
  const told: CacheEvent["type"][] = [];
  const waiting = new Set<() => void>();
  const onEvent = ({ type }: CacheEvent): void => {
    told.push(type);
    for (const resume of waiting) resume();
  };
  const cache = createCache({ backend: memory(), onEvent });
  let runs = 0;
  const handler = cachedHandler(() => answer((runs += 1)), { cache, name: "facts", version: 1 });
  const when: Site["when"] = async (event) => {
    while (!told.includes(event)) await new Promise<void>((resolve) => waiting.add(resolve));
  };
  return { handler, settled: () => cache.settled(), when, runs: () => runs };
}

async function next(
  reader: Pick<ReadableStreamDefaultReader<Uint8Array>, "read"> | undefined,
): Promise<string | undefined> {
  const { value } = (await reader?.read()) ?? {};
  return value === undefined ? undefined : new TextDecoder().decode(value);
}

async function bytesOf(response: Response): Promise<string> {
  return new Uint8Array(await response.arrayBuffer()).join();
}

function equal(actual: unknown, expected: unknown): void {
  if (!Object.is(actual, expected)) throw new Error(`Expected ${String(expected)}: received ${String(actual)}`);
}
