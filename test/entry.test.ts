import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { open, reseal, seal } from "../src/entry.ts";
import { type Cache, createCache, memory } from "../src/index.ts";
import { Story } from "./support/story.ts";
import { TextBackend } from "./support/text-backend.ts";

const VALUE = { at: new Date(0), tags: ["a", "b"], more: new Map([[1, 2n]]) };

/** A function with one stored entry, whose text a test can replace. */
async function stored(
  value: unknown,
): Promise<{ call: () => Promise<unknown>; text: string; put: (text: string) => void; story: Story; cache: Cache }> {
  const backend = new TextBackend();
  const story = new Story();
  const cache = createCache({ backend, onEvent: story.onEvent, ttl: "1h" });
  const fn = cache.cached(() => value, { name: "fn", version: 1 });
  const call = async (): Promise<unknown> => {
    const answer = await fn();
    await cache.settled();
    return answer;
  };
  await call();
  story.take();
  const key = await fn.keyOf();
  return { call, text: backend.only, put: (text) => backend.texts.set(key, text), story, cache };
}

const UNREADABLE = ["miss unreadable", "computed", "stored"];

/** What a text has to be, in the place of an entry: unreadable, overwritten, and readable after. */
async function expectUnreadable({ call, put, story }: Awaited<ReturnType<typeof stored>>, text: string): Promise<void> {
  put(text);
  expect(await call()).toEqual(VALUE);
  expect(story.take(), text.slice(0, 200)).toEqual(UNREADABLE);
  expect(await call()).toEqual(VALUE);
  expect(story.take(), text.slice(0, 200)).toEqual(["hit texts"]);
}

const head = '"autocache":1,"created":1,"expires":null,"took":0';
const tagged = (value: string): string => `{${head},"form":"tagged","value":${value}}`;
const deep = (start: string, end: string): string => start.repeat(50_000) + end.repeat(50_000);

describe("an entry that is not ours", () => {
  it("is a miss and is replaced, wherever it was cut off", async () => {
    for (const value of [VALUE, { plain: ["é", 1, null] }, 1, undefined]) {
      const { call, put, text, story } = await stored(value);
      for (let length = 0; length < text.length; length++) {
        put(text.slice(0, length));
        await call();
        expect(story.take(), text.slice(0, length)).toEqual(UNREADABLE);
      }
      await call();
      expect(story.take()).toEqual(["hit texts"]);
    }
  });

  it.each([
    ["null", "null"],
    ["a number", "1"],
    ["a text", '"autocache"'],
    ["an empty object", "{}"],
    ["an array", "[1]"],
    ["an array of its members", '["autocache",1]'],
    ["another's object", '{"value":1,"expires":null}'],
    ["another format", `{"autocache":2,"created":1,"expires":null,"took":0,"form":"plain","value":1}`],
    ["a format as text", `{"autocache":"1","created":1,"expires":null,"took":0,"form":"plain","value":1}`],
    ["another form", `{${head},"form":"binary","value":1}`],
    ["no form", `{${head},"value":1}`],
    ["no value", `{${head},"form":"plain"}`],
    ["no expiry", '{"autocache":1,"created":1,"took":0,"form":"plain","value":1}'],
    ["an expiry as text", '{"autocache":1,"created":1,"expires":"9999999999999","took":0,"form":"plain","value":1}'],
    ["no creation", '{"autocache":1,"expires":null,"took":0,"form":"plain","value":1}'],
    ["a creation that is null", '{"autocache":1,"created":null,"expires":null,"took":0,"form":"plain","value":1}'],
    ["no duration", '{"autocache":1,"created":1,"expires":null,"form":"plain","value":1}'],
    ["an entry and more", `{${head},"form":"plain","value":1}{}`],
    ["an entry in an array", `[{${head},"form":"plain","value":1}]`],
    ["HTML", "<!doctype html><title>502</title>"],
    ["arrays without end", `{${head},"form":"plain","value":${deep("[", "]")}}`],
    ["objects without end", `{${head},"form":"plain","value":${'{"a":'.repeat(50_000)}1${"}".repeat(50_000)}}`],
    ["tags without end", tagged(`${'{"$set":['.repeat(50_000)}${"]}".repeat(50_000)}`)],
    ["arrays without end in tags", tagged(deep("[", "]"))],
  ])("is a miss and is replaced: %s", async (_, text) => {
    await expectUnreadable(await stored(VALUE), text);
  });

  it.each([
    '{"$unknown":1}',
    '{"$":1}',
    '{"$json":1}',
    '{"$key":1}',
    '{"$utf16":"2AA"}',
    '{"$hole":1}',
    '[{"$hole":1,"a":2}]',
    '{"$date":1}',
    '{"$date":"soon"}',
    '{"$date":{}}',
    '{"a":1,"$date":null}',
    '{"$a":1,"$b":2}',
    '{"$number":"1"}',
    '{"$number":0}',
    '{"$bigint":"0x1"}',
    '{"$bigint":""}',
    '{"$bigint":1}',
    '{"$undefined":[{"$date":1}]}',
    '{"$map":{}}',
    '{"$map":[1]}',
    '{"$map":[[1]]}',
    '{"$map":[{"0":1,"1":2,"length":2}]}',
    '{"$set":{}}',
    '{"$set":"ab"}',
    '{"$null":1}',
    '{"$null":[]}',
    '{"$null":{"$map":[]}}',
    '{"$null":{"$date":null}}',
    '{"$pairs":[[1,2]]}',
    '{"$pairs":[["a"]]}',
    '{"$pairs":{}}',
    '{"$url":"no scheme"}',
    '{"$url":null}',
    '{"$params":null}',
    '{"$params":"a=1"}',
    '{"$params":[["a"]]}',
    '{"$headers":[["a b","1"]]}',
    '{"$headers":{}}',
    '{"$regexp":["("]}',
    '{"$regexp":["(",""]}',
    '{"$regexp":["a","gg"]}',
    '{"$regexp":[null,null]}',
    '{"$bytes":["Uint8Array","*"]}',
    '{"$bytes":["Uint8Array"]}',
    '{"$bytes":["Float64Array","AAA"]}',
    '{"$bytes":["Function","AAA"]}',
    '{"$bytes":["SharedArrayBuffer","AAA"]}',
    '{"$bytes":[["Uint8Array"],"AAA"]}',
    '{"a":[{"b":{"$set":[{"$unknown":1}]}}]}',
  ])("is a miss and is replaced: the tagged value %s", async (value) => {
    await expectUnreadable(await stored(VALUE), tagged(value));
  });

  it("is a miss and is replaced, whatever it is", async () => {
    const entry = await stored(VALUE);
    const { text } = entry;
    const cut = fc.tuple(fc.nat(text.length), fc.nat(text.length), fc.string({ unit: "binary", maxLength: 3 }));
    const texts = fc.oneof(
      fc.string({ unit: "binary" }),
      fc.json(),
      cut.map(([from, to, between]) => text.slice(0, from) + between + text.slice(to)),
    );
    await fc.assert(
      fc.asyncProperty(texts, async (other) => {
        entry.put(other);
        // One cut away from an entry, a text may be an entry still: of another time, another value, or expired.
        await entry.call();
        const [first = "", ...rest] = entry.story.take();
        expect(first === "hit texts" || rest.join() === "computed,stored", other).toBe(true);
        if (!other.startsWith('{"autocache":1,')) expect(first, other).toBe("miss unreadable");
      }),
      { numRuns: 2_000 },
    );
  });

  it("is absent for the calls by hand", async () => {
    const backend = new TextBackend();
    const cache = createCache({ backend });
    await cache.set("key", 1);
    for (const key of backend.texts.keys()) backend.texts.set(key, "garbage");
    expect(await cache.has("key")).toBe(false);
    expect(await cache.get("key", "fallback")).toBe("fallback");
    expect(await cache.getMany(["key", "other"])).toEqual(new Map());
    expect(await cache.touch("key")).toBe(false);
    expect(await cache.getOrSet("key", 2)).toBe(2);
    await cache.settled();
    expect(await cache.get("key")).toBe(2);
  });
});

const isDeepFrozen = (value: unknown): boolean =>
  typeof value !== "object" || value === null || (Object.isFrozen(value) && Object.values(value).every(isDeepFrozen));

describe.each([
  ["memory()", memory],
  ["a backend that keeps texts", () => new TextBackend()],
])("what callers get from %s", (_, makeBackend) => {
  const make = (value: () => unknown): { cache: Cache; fn: () => Promise<unknown> } => {
    const cache = createCache({ backend: makeBackend() });
    return { cache, fn: cache.cached(value, { name: "fn", version: 1 }) };
  };

  it("is frozen to its depth where it is plain, for the first caller too", async () => {
    const own = { list: [{ a: { b: [] } }], text: "a" };
    const { cache, fn } = make(() => own);
    const first = await fn();
    await cache.settled();
    for (const value of [first, await fn(), await fn()]) {
      expect(value).toEqual(own);
      expect(isDeepFrozen(value)).toBe(true);
    }
    expect(Object.isFrozen(own) || Object.isFrozen(own.list)).toBe(false);
    expect(() => ((first as typeof own).list.push as (...values: unknown[]) => number)(1)).toThrow(TypeError);
  });

  it("is nothing that the function still holds", async () => {
    const own = { list: [1], at: new Date(0) };
    const plain = { list: [1] };
    for (const [held, change] of [
      [own, () => own.at.setTime(1)],
      [plain, () => plain.list.push(2)],
    ] as const) {
      const before = structuredClone<unknown>(held);
      const { cache, fn } = make(() => held);
      const first = await fn();
      change();
      await cache.settled();
      expect(first).toEqual(before);
      expect(await fn()).toEqual(before);
    }
  });

  it("is a copy of its own where it is not plain", async () => {
    const { cache, fn } = make(() => ({ at: new Date(0), map: new Map([[1, { a: [1] }]]), bytes: new Uint8Array(2) }));
    type Value = { at: Date; map: Map<number, { a: number[] }>; bytes: Uint8Array };
    const together = (await Promise.all([fn(), fn(), fn()])) as Value[];
    await cache.settled();
    const later = [(await fn()) as Value, (await fn()) as Value];
    for (const value of [...together, ...later]) {
      expect(value).toEqual({ at: new Date(0), map: new Map([[1, { a: [1] }]]), bytes: new Uint8Array(2) });
      value.at.setTime(1);
      value.map.get(1)?.a.push(2);
      value.map.clear();
      value.bytes[0] = 1;
    }
  });

  it("is a copy of its own for the calls by hand", async () => {
    const cache = createCache({ backend: makeBackend() });
    const own = new Set([[1]]);
    await cache.set("key", own);
    own.add([2]);
    for (const value of [
      await cache.get("key"),
      (await cache.getMany(["key"])).get("key"),
      await cache.getOrSet("key", 1),
    ]) {
      expect(value).toEqual(new Set([[1]]));
      (value as Set<unknown>).clear();
    }
    await cache.set("key", [[1]]);
    expect(isDeepFrozen(await cache.get("key"))).toBe(true);
  });
});

describe("bytes of an entry", () => {
  const times = { createdAt: 1, expiresAt: 2, tookMs: 0 };
  const bytes = Object.freeze({ of: new Uint8Array([0, 255]) }).of;

  it("are sealed beside the text, which is the same without them", () => {
    for (const value of [{ status: 200 }, "text", undefined]) {
      const { text } = seal(value, times, "name");
      expect(seal(value, times, "name", bytes)).toEqual({ text, bytes });
      expect(seal(value, times, "name", bytes).bytes).toBe(bytes);
      expect(seal(value, times, "name")).not.toHaveProperty("bytes");
    }
  });

  it("are kept where there are none of them", () => {
    expect(seal(1, times, "name", new Uint8Array(0)).bytes).toEqual(new Uint8Array(0));
  });

  it("are the same with other times", () => {
    const resealed = reseal(seal({ status: 200 }, times, "name", bytes), { expiresAt: 3 });
    expect(resealed?.bytes).toBe(bytes);
    expect(resealed && open(resealed)?.expiresAt).toBe(3);
    expect(reseal(seal({ status: 200 }, times, "name"), { expiresAt: 3 })).not.toHaveProperty("bytes");
  });
});
