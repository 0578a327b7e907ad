import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Backend } from "../../src/backend.ts";
import { createCache } from "../../src/cache.ts";
import { cachedHandler, type CachedHandler } from "../../src/http/handler.ts";
import type { HttpOptions } from "../../src/http/options.ts";
import { memory } from "../../src/memory.ts";
import { tiered } from "../../src/tiers.ts";
import { Story } from "../support/story.ts";
import { TextBackend } from "../support/text-backend.ts";

const URL_OF_ALL = "https://variants.test/";
const DAY_MS = 86_400_000;

beforeEach(() => void vi.useFakeTimers({ toFake: ["Date"] }));
afterEach(() => void vi.useRealTimers());

interface Isolate {
  readonly ask: (language?: string) => Promise<string>;
  readonly handler: CachedHandler<[]>;
  readonly story: Story;
}

/** One isolate's view of a storage: its handler answers with its own name, the language, and how often it was asked. */
function isolate(backend: Backend, name = "one", control = "max-age=60", options: HttpOptions = {}): Isolate {
  const story = new Story();
  const cache = createCache({ backend, onEvent: story.onEvent });
  let runs = 0;
  const handler = cachedHandler<[]>(
    ({ headers }) => {
      runs += 1;
      const language = headers.get("accept-language") ?? "none";
      return new Response(`${name} ${language} ${runs}`.padEnd(Number(headers.get("x-length") ?? 0)), {
        headers: { "cache-control": control, vary: "accept-language" },
      });
    },
    { cache, name: "variants", version: 1, ...options },
  );
  const ask = async (language = "en"): Promise<string> => {
    const response = await handler(new Request(URL_OF_ALL, { headers: { "accept-language": language } }));
    const text = await response.text();
    await cache.settled();
    return text;
  };
  return { ask, handler, story };
}

describe("the record of a URL", () => {
  it.each(["stale-while-revalidate", "stale-if-error"])(
    "is kept for as long as its response's own %s says",
    async (name) => {
      const { ask, story } = isolate(memory(), "one", `max-age=60, ${name}=${(7 * DAY_MS) / 1_000}`);
      await ask();
      const stored = story.events.find((event) => event.type === "stored");
      expect(stored?.ttlMs).toBe(60_000 + 7 * DAY_MS);
    },
  );

  it("is kept for as long as the most patient of its variants needs", async () => {
    const { ask, story } = isolate(memory(), "one", "max-age=60", { keep: 0 });
    await ask("de");
    vi.setSystemTime(Date.now() + 30_000);
    await ask("en");
    expect(story.events.filter((event) => event.type === "stored").map(({ ttlMs }) => ttlMs)).toEqual([60_000, 60_000]);
  });

  it("is read from the next tier where another isolate has added to it, and this tier's copy has expired", async () => {
    const shared = new TextBackend();
    const here = isolate(tiered([memory(), shared]), "here");
    const there = isolate(shared, "there");
    expect(await here.ask("de")).toBe("here de 1");
    vi.setSystemTime(Date.now() + 61_000);
    expect(await there.ask("en")).toBe("there en 1");
    expect(await here.ask("en")).toBe("there en 1");
  });

  it("leaves the oldest variants out where the backend does not take all", async () => {
    const shared = new TextBackend();
    Object.assign(shared.capabilities, { maxValueBytes: 2_000 });
    const { ask, story } = isolate(shared);
    for (let i = 0; i < 20; i++) await ask(`l${i}`);
    expect(await ask("l19")).toBe("one l19 20");
    expect(story.take()).not.toContain("not-stored too-large");
    expect(shared.only.length).toBeLessThanOrEqual(2_000);
  });

  it.each([
    ["a status that no response has", (text: string) => text.replace('"status":200', '"status":42')],
    ["a length that is negative", (text: string) => text.replace(/"length":\d+/, '"length":-1')],
    ["a status text of two lines", (text: string) => text.replace('"text":""', '"text":"a\\r\\nset-cookie: a=1"')],
    ["a header with a space in its name", (text: string) => text.replace('"vary"', '"va ry"')],
    ["no list of variants", (text: string) => text.replace('"status":200', '"other":200')],
  ])("is a miss where another program has written %s", async (_, change) => {
    const shared = new TextBackend();
    await isolate(shared).ask();
    const [[key, text] = ["", ""]] = shared.texts;
    // A text with bytes begins with how many these are.
    const changed = change(text);
    expect(changed).not.toBe(text);
    shared.texts.set(key, changed);
    const { ask, story } = isolate(shared, "two");
    expect(await ask()).toBe("two en 1");
    expect(story.take()).toContain("miss unreadable");
    expect(await ask()).toBe("two en 1");
  });
});
