import * as fc from "fast-check";
import { Hono } from "hono";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { routeCache, type RouteCacheInfo } from "../../adapters/hono.ts";
import { cachedFetch, cachedHandler, type Handler, type HttpOptions } from "../../src/http/index.ts";
import { type Backend, type CacheEvent, createCache, memory, registerManifest } from "../../src/index.ts";

const PAGE = "https://shop.example/page";
const FRESH = { "cache-control": "max-age=60" };

beforeEach(() => void vi.useFakeTimers({ toFake: ["Date"], now: Date.UTC(2026, 0, 15, 12) }));
afterEach(() => void vi.useRealTimers());

const later = (ms: number): void => void vi.setSystemTime(Date.now() + ms);

/** Memory that counts its reads; without holding, it gives out copies, of which nobody can tell whether they are kept. */
function counted(isHolding: boolean): { readonly backend: Backend; readonly reads: () => number } {
  const inner = memory();
  const get = inner.get.bind(inner);
  let reads = 0;
  const count = (key: string): ReturnType<Backend["get"]> => {
    reads += 1;
    return get(key);
  };
  // In its own place: what is wrapped holds nothing for those who ask the wrapper.
  const backend: Backend = isHolding
    ? Object.assign(inner, { get: count, getMany: undefined })
    : {
        name: "memory",
        capabilities: inner.capabilities,
        get: async (key) => {
          const envelope = await count(key);
          return envelope && { ...envelope };
        },
        set: (...args) => inner.set(...args),
        delete: (...args) => inner.delete(...args),
      };
  return { backend, reads: () => reads };
}

function site(handler: Handler, options: HttpOptions = {}, isHolding = true) {
  const { backend, reads } = counted(isHolding);
  const events: CacheEvent[] = [];
  const cache = createCache({ backend, onEvent: (event) => void (event.type !== "warning" && events.push(event)) });
  const page = cachedHandler(handler, { cache, name: "page", ...options });
  const ask = async (headers: HeadersInit = {}, url: string = PAGE): Promise<Response> => {
    const response = await page(new Request(url, { headers }));
    await cache.settled();
    return response;
  };
  return { cache, page, ask, reads, events };
}

const says =
  (headers: HeadersInit): Handler =>
  () =>
    new Response("page", { headers });

describe("a hit that was given before", () => {
  it("is given again without a read", async () => {
    const { ask, reads, events } = site(says(FRESH));
    await ask();
    await ask();
    const before = reads();
    events.length = 0;
    for (let seconds = 1; seconds < 60; seconds++) {
      later(999);
      const asBefore = (await ask()).headers;
      // A second begins for the age where it ends for the time that is left.
      expect(asBefore.get("age")).toBe(String(seconds - 1));
      expect(asBefore.get("cache-status")).toContain(`autocache;hit;ttl=${60 - seconds};key="autocache:page@`);
      later(1);
      const response = await ask();
      const { status, headers } = response;
      expect([status, await response.text(), headers.get("age")]).toEqual([200, "page", String(seconds)]);
      expect(headers.get("cache-status")).toContain(`autocache;hit;ttl=${60 - seconds};key="autocache:page@`);
    }
    expect(reads()).toBe(before);
    expect(events.map((event) => (event.type === "hit" ? event.ageMs : event.type))).toEqual(
      Array.from({ length: 59 }, (_, i) => [i * 1_000 + 999, (i + 1) * 1_000]).flat(),
    );
    later(1_000);
    expect((await ask()).headers.get("cache-status")).toContain("fwd=stale");
    expect(reads()).toBe(before + 1);
  });

  it("is a response of its own each time", async () => {
    const { ask } = site(says(FRESH));
    for (let time = 0; time < 4; time++) {
      const response = await ask();
      expect([...response.headers.keys()]).not.toContain("x-mine");
      response.headers.set("x-mine", "yes");
      new Uint8Array(await response.arrayBuffer()).fill(0);
    }
    expect(await (await ask()).text()).toBe("page");
  });

  it("is read anew where it is invalidated, by its URL, its tags or its name", async () => {
    for (const invalidate of [
      ({ page }: ReturnType<typeof site>) => page.invalidate(PAGE),
      ({ page }: ReturnType<typeof site>) => page.purge(),
      ({ cache }: ReturnType<typeof site>) => cache.invalidateTags(["news"]),
      ({ cache }: ReturnType<typeof site>) => cache.expireTags(["news"]),
    ]) {
      let runs = 0;
      const made = site(() => new Response(`run ${(runs += 1)}`, { headers: FRESH }), { tags: ["news"] });
      for (let time = 0; time < 3; time++) expect(await (await made.ask()).text()).toBe("run 1");
      later(1);
      await invalidate(made);
      expect(await (await made.ask()).text()).toBe("run 2");
    }
  });

  it("is not for other code: a manifest may be registered after it was given", async () => {
    let runs = 0;
    const { ask } = site(() => new Response(`run ${(runs += 1)}`, { headers: FRESH }), { name: "page-of-a-manifest" });
    const asked: string[] = [];
    for (const fp of ["none", "one", "two"]) {
      if (fp !== "none") registerManifest({ format: 1, functions: { "page-of-a-manifest": { fp } } });
      for (let time = 0; time < 3; time++) asked.push(await (await ask()).text());
    }
    expect(asked).toEqual([1, 2, 3].flatMap((run) => Array.from({ length: 3 }, () => `run ${run}`)));
  });

  it("is not for a request that has given up", async () => {
    const { ask, page } = site(says(FRESH));
    await ask();
    await ask();
    await expect(page(new Request(PAGE, { signal: AbortSignal.abort() }))).rejects.toThrow("abort");
  });

  it("is not for a request that goes by the cache", async () => {
    let isOpen = true;
    const { ask } = site(says(FRESH), { bypass: () => !isOpen });
    await ask();
    expect((await ask()).headers.get("cache-status")).toContain("hit");
    isOpen = false;
    expect((await ask()).headers.get("cache-status")).toBe("autocache;fwd=bypass;detail=request");
  });

  it("is given by routeCache() with what the middlewares before have prepared, and by cachedFetch()", async () => {
    const { backend, reads } = counted(true);
    const cache = createCache({ backend });
    const app = new Hono();
    let visits = 0;
    const verdicts: unknown[] = [];
    app.use(async (c, next) => {
      c.header("x-visit", String((visits += 1)));
      await next();
      verdicts.push((c.get("cache" as never) as RouteCacheInfo).verdict);
    });
    app.get("/page", routeCache({ cache, ttl: "1m" }), (c) => c.text("page"));
    const fetchCached = cachedFetch({ cache, ttl: "1m", fetch: async () => new Response("fetched") });
    const round = async (): Promise<unknown[]> => {
      const route = await app.request("/page");
      await cache.settled();
      const fetched = await fetchCached(PAGE);
      await cache.settled();
      return [route.headers.get("x-visit"), await route.text(), await fetched.text(), fetched.url];
    };
    await round();
    await round();
    const before = reads();
    expect(await round()).toEqual(["3", "page", "fetched", PAGE]);
    expect(reads()).toBe(before);
    expect(verdicts).toEqual(["miss", "hit", "hit"]);
  });

  it("is the answer that the read path would give, whatever is asked and happens in between", async () => {
    const special = fc.constantFrom<HeadersInit>(
      { accept: "text/html" },
      { "accept-language": "de" },
      { "accept-language": "en, de;q=0.5" },
      { "x-forwarded-host": "evil.example" },
      { "x-forwarded-proto": "https" },
      { host: "shop.example" },
      { authorization: "Bearer 1" },
      { range: "bytes=1-2" },
      { "if-none-match": '"1"' },
      { "cache-control": "no-cache" },
      { "cache-control": "max-age=1" },
      { "cache-control": "only-if-cached" },
    );
    const often = <Value>(usual: Value, other: fc.Arbitrary<Value>): fc.Arbitrary<Value> =>
      fc.oneof({ weight: 3, arbitrary: fc.constant(usual) }, { weight: 2, arbitrary: other });
    const asking = fc.record({
      wish: often<HeadersInit>({}, special),
      method: fc.constantFrom("GET", "GET", "GET", "GET", "HEAD", "POST"),
      path: often("/plain", fc.constantFrom("/plain?utm=2", "/plain#top", "/vary", "/tagged", "/stale", "/private")),
    });
    const event = fc.oneof(
      { weight: 16, arbitrary: asking },
      { weight: 2, arbitrary: fc.record({ afterMs: fc.constantFrom(1, 400, 700, 3_000, 9_000) }) },
      {
        weight: 1,
        arbitrary: fc.record({ change: fc.constantFrom("invalidate", "expire", "remove", "purge", "bypass") }),
      },
    );
    await fc.assert(
      fc.asyncProperty(fc.array(event, { minLength: 10, maxLength: 60 }), async (story) => {
        const start = Date.now();
        const tell = async (isHolding: boolean): Promise<string[]> => {
          vi.setSystemTime(start);
          return await play(story, isHolding);
        };
        expect(await tell(true)).toEqual(await tell(false));
      }),
      { numRuns: 300 },
    );
  }, 60_000);
});

type Step =
  | { readonly wish: HeadersInit; readonly method: string; readonly path: string }
  | { readonly afterMs: number }
  | { readonly change: string };

const RESPONSES: Readonly<Record<string, HeadersInit>> = {
  "/plain": { "cache-control": "max-age=10", etag: '"1"' },
  "/vary": { "cache-control": "max-age=10", vary: "accept-language", age: "3" },
  "/tagged": { "cache-control": "max-age=10", "cache-tag": "news" },
  "/stale": { "cache-control": "max-age=2, stale-while-revalidate=5" },
  "/private": { "cache-control": "private, max-age=10" },
};

/** Tells all that can be seen from outside: answers, and events. */
async function play(story: readonly Step[], isHolding: boolean): Promise<string[]> {
  let runs = 0;
  let isBypassed = false;
  const { cache, page, events } = site(
    (request) => new Response(`run ${(runs += 1)}`, { headers: RESPONSES[new URL(request.url).pathname] ?? {} }),
    { tags: ["all"], query: { exclude: ["utm"] }, bypass: () => isBypassed },
    isHolding,
  );
  const told: string[] = [];
  const changes: Readonly<Record<string, () => Promise<void>>> = {
    invalidate: () => cache.invalidateTags(["news"]),
    expire: () => cache.expireTags(["news"]),
    remove: () => page.invalidate(`${PAGE.slice(0, -5)}/plain`),
    purge: () => page.purge(),
    bypass: async () => void (isBypassed = !isBypassed),
  };
  for (const step of story) {
    if ("afterMs" in step) later(step.afterMs);
    else if ("change" in step) await changes[step.change]?.();
    else {
      const { wish, method, path } = step;
      const response = await page(new Request(`https://shop.example${path}`, { headers: wish, method }));
      const { status, headers } = response;
      told.push(JSON.stringify([path, status, [...headers], await response.text()]));
    }
    await cache.settled();
  }
  return [...told, ...events.map((event) => JSON.stringify(event))];
}
