import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { type CacheEvent, type CacheOptions, createCache, type FunctionOptions, memory, tiered } from "../src/index.ts";

const START = Date.UTC(2026, 10, 22);
const { random } = Math;

beforeEach(() => void vi.useFakeTimers({ now: START, toFake: ["Date"] }));
afterEach(() => {
  vi.useRealTimers();
  Math.random = random;
});

const later = (ms: number): void => void vi.setSystemTime(Date.now() + ms);

interface Site {
  /** Calls and lets everything settle; tells the answer, or the message of an error. */
  readonly ask: () => Promise<number | string>;
  /** What the last call has told, without what it did not tell itself. */
  readonly story: () => string[];
  /** Whether the last call asked memory. */
  readonly hasRead: () => boolean;
  /** What the function does from now on. */
  readonly origin: { tookMs: number; fails: boolean };
  readonly cache: ReturnType<typeof createCache>;
}

function site(options: CacheOptions = {}, ofFunction: FunctionOptions<[], number> = {}): Site {
  const backend = memory();
  const { get, getMany } = backend;
  let reads = 0;
  let hadRead = false;
  Object.assign(backend, {
    get: (key: string) => (reads++, get.call(backend, key)),
    getMany: (keys: readonly string[]) => (reads++, getMany?.call(backend, keys)),
  });
  const events: CacheEvent[] = [];
  const cache = createCache({ backend, ...options, onEvent: (event) => void events.push(event) });
  const origin = { tookMs: 0, fails: false };
  let runs = 0;
  const fn = cache.cached(
    async () => {
      runs += 1;
      const run = runs;
      later(origin.tookMs);
      if (origin.fails) throw new Error(`failure ${run}`);
      return run;
    },
    { name: "f", version: 1, ...ofFunction },
  );
  const ask = async (): Promise<number | string> => {
    events.length = 0;
    reads = 0;
    const value = await fn().catch((error: Error) => error.message);
    hadRead = reads > 0;
    await cache.settled();
    return value;
  };
  const story = (): string[] => events.map((event) => ("ageMs" in event ? `${event.type} ${event.ageMs}` : event.type));
  return { ask, story, hasRead: () => hadRead, origin, cache };
}

describe("a shortcut in time", () => {
  it("lasts up to the instant at which its entry expires, and tells its age", async () => {
    const { ask, story, hasRead } = site({ ttl: 1_000 });
    await ask();
    await ask();
    for (const ms of [0, 1, 998]) {
      later(ms);
      expect(await ask()).toBe(1);
      expect(hasRead()).toBe(false);
    }
    expect(story()).toEqual(["hit 999"]);
    later(1);
    expect(await ask()).toBe(2);
  });

  it("gives way to a stale answer and its refresh, and comes back with what that has made", async () => {
    const { ask, story, hasRead } = site({ ttl: 1_000, swr: 1_000 });
    for (let i = 0; i < 3; i++) await ask();
    later(1_000);
    expect(await ask()).toBe(1);
    expect(story()).toEqual(["stale 1000", "computed", "stored"]);
    expect(await ask()).toBe(2);
    expect(await ask()).toBe(2);
    expect(hasRead()).toBe(false);
  });

  it("is not made of an answer that is stale", async () => {
    const { ask, story, origin, hasRead } = site({ ttl: 1_000, staleIfError: 10_000, retryAfter: 0 });
    for (let i = 0; i < 3; i++) await ask();
    origin.fails = true;
    later(1_000);
    for (let i = 0; i < 3; i++) {
      expect(await ask()).toBe(1);
      expect(story()).toContain("stale 1000");
      expect(hasRead()).toBe(true);
    }
    origin.fails = false;
    expect(await ask()).toBe(5);
  });

  it("is not made of an error, which is thrown to each who asks, and rejects nothing else", async () => {
    const rejections: unknown[] = [];
    const hear = (reason: unknown): void => void rejections.push(reason);
    process.on("unhandledRejection", hear);
    const { ask, origin, cache } = site({ ttl: 1_000, errorTtl: 1_000 });
    origin.fails = true;
    for (let i = 0; i < 5; i++) expect(await ask()).toBe("failure 1");
    origin.fails = false;
    later(1_000);
    for (let i = 0; i < 3; i++) expect(await ask()).toBe(2);
    await cache.settled();
    await new Promise((resolve) => setImmediate(resolve));
    process.off("unhandledRejection", hear);
    expect(rejections).toEqual([]);
  });

  it("ends when the stamps of its tags are to be read again", async () => {
    const backend = memory();
    const [one, other] = [0, 1].map(() => tiered([backend]));
    const { ask } = site({ backend: one, tagTtl: 500, ttl: 10_000 }, { tags: ["t"] });
    for (let i = 0; i < 3; i++) await ask();
    // Another isolate, as far as stamps go: it shares the storage and nothing else.
    later(1);
    await createCache({ backend: other }).invalidateTags(["t"]);
    later(498);
    expect(await ask()).toBe(1);
    later(1);
    expect(await ask()).toBe(2);
  });

  it("is not made where stamps are asked for each time", async () => {
    const { ask, hasRead } = site({ tagTtl: 0 }, { tags: ["t"] });
    for (let i = 0; i < 4; i++) expect(await ask()).toBe(1);
    expect(hasRead()).toBe(true);
  });

  it("leaves lots to the read path while a refresh may be early, each drawn once", async () => {
    const { ask, story, origin, hasRead } = site({ ttl: 100_000, earlyRefresh: 1 });
    origin.tookMs = 100;
    await ask();
    origin.tookMs = 0;
    let draws = 0;
    Math.random = () => (draws++, 1 - 2 ** -53);
    for (let i = 0; i < 3; i++) await ask();
    // The earliest that XFetch can be: 53 ln 2 times what the function took.
    later(100_000 - Math.ceil(53 * Math.LN2 * 100) - 2 - (Date.now() - START));
    draws = 0;
    expect(await ask()).toBe(1);
    expect([draws, hasRead(), story()[0]]).toEqual([0, false, expect.stringContaining("hit")]);
    later(110);
    expect(await ask()).toBe(1);
    expect(draws).toBe(1);
    expect(story()).toContain("computed");
    expect(await ask()).toBe(2);
  });

  it("ends for good where the clock goes on and back", async () => {
    const { ask, hasRead } = site({ ttl: 1_000 });
    for (let i = 0; i < 3; i++) await ask();
    later(1_000);
    expect(await ask()).toBe(2);
    later(-1_500);
    expect(await ask()).toBe(2);
    await ask();
    expect(hasRead()).toBe(false);
  });

  it("tells no age below nothing where the clock goes back", async () => {
    const { ask, story } = site({ ttl: 1_000 });
    for (let i = 0; i < 2; i++) await ask();
    later(-5_000);
    expect(await ask()).toBe(1);
    expect(story()).toEqual(["hit 0"]);
  });

  it("lasts no longer than memory keeps the entry", async () => {
    const backend = memory();
    const set = backend.set.bind(backend);
    Object.assign(backend, { set: ((key, envelope) => set(key, envelope, { ttlMs: 300 })) satisfies typeof set });
    const { ask } = site({ backend, ttl: 1_000 });
    for (let i = 0; i < 3; i++) expect(await ask()).toBe(1);
    later(300);
    expect(await ask()).toBe(2);
  });
});
