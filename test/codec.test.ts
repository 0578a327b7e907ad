import { runInNewContext } from "node:vm";
import { describe, expect, it } from "vitest";
import { createCache } from "../src/index.ts";
import { difference } from "./support/exact.ts";
import { Story } from "./support/story.ts";
import { TextBackend } from "./support/text-backend.ts";
import { withNull } from "./support/values.ts";

interface Stored {
  readonly computed: unknown;
  readonly read: unknown;
  readonly text: string;
  readonly story: readonly string[];
}

/** Lets a cached function return the value, and reads it back. */
async function store(value: unknown): Promise<Stored> {
  const backend = new TextBackend();
  const story = new Story();
  const cache = createCache({ backend, onEvent: story.onEvent });
  const fn = cache.cached(() => value, { name: "fn", version: 1 });
  const computed = await fn();
  await cache.settled();
  const read = await fn();
  return { computed, read, text: backend.only, story: story.take() };
}

const bytes = Uint8Array.of(9, 9, 1, 2, 3, 4, 5, 6, 7, 8, 0xfb, 0xff, 9, 9, 9, 9);
const view = bytes.subarray(2, 12);

const COMES_BACK: readonly (readonly [title: string, value: unknown])[] = [
  ["undefined", undefined],
  ["null", null],
  ["booleans", [true, false]],
  ["numbers", [0, -0, 1, -1.5, 5e-324, Number.MAX_VALUE, Number.NaN, Infinity, -Infinity]],
  ["-0 by itself", -0],
  ["strings", ["", "é€😀", '"\\\b\n\u0000\u2028', "__proto__", "$date"]],
  ["lone surrogates", ["\ud800", "a\udc00b", { "\ud800": "\udfff" }]],
  ["bigints", [0n, -1n, 2n ** 100n]],
  ["arrays", [[], [[]], [1, [2, [3]]]]],
  ["an array's undefined and null", [undefined, null]],
  // oxlint-disable-next-line no-sparse-arrays
  ["an array's holes", [, 1, , { a: [,] }, ,]],
  ["an array of holes alone", Array(3)],
  ["objects, members in order", { b: 1, a: { d: {}, c: 2 }, 2: 3, 1: 4 }],
  ["members that are undefined", { a: undefined, b: 1 }],
  ["an object without a prototype", withNull({ b: withNull({}), a: [1] })],
  ["an own member named __proto__", JSON.parse('{"__proto__":{"a":[1]},"b":{"__proto__":null}}')],
  [
    "the same beside what JSON has not",
    JSON.parse('{"__proto__":{"a":[1]}}', (name, held: unknown) => (name === "a" ? 1n : held)),
  ],
  ["the same without a prototype", withNull(JSON.parse('{"__proto__":1}') as object)],
  ["names that look like tags", { $date: "2026-11-22", $: 1, $$a: { $undefined: 1 }, $hole: 1 }],
  [
    "the same beside what JSON has not",
    [1n, { $date: "2026-11-22" }, { $: 1, $$a: 2 }, { $hole: 1 }, { $undefined: 1 }],
  ],
  ["names with every kind of escape", { '"': 1, "\\": 2, "\n": 3, "\u0000": 4, "\udc00": 5, $a: 6, "": 7 }],
  ["dates", [new Date(0), new Date(8.64e15), new Date(-1), new Date(Number.NaN)]],
  [
    "a Map, in order",
    new Map<unknown, unknown>([
      ["b", 1],
      ["a", 2],
      [{ c: 1 }, new Map([[undefined, null]])],
      [Number.NaN, -0],
    ]),
  ],
  ["a Set, in order", new Set<unknown>(["b", "a", new Set([new Date(0)]), undefined, {}, {}])],
  ["empty collections", [new Map(), new Set()]],
  ["regular expressions", [/a\/"b/dgimsuy, /[\p{L}--a]/v, new RegExp(""), new RegExp("\ud800")]],
  ["URLs", [new URL("https://user:pass@example.com:8080/a?q=é#h"), new URL("data:,x")]],
  ["search parameters", [new URLSearchParams("b=2&a=1&b=%20"), new URLSearchParams()]],
  [
    "headers",
    new Headers([
      ["X-B", "2"],
      ["set-cookie", "b=1"],
      ["Set-Cookie", "a=2"],
      ["accept", "a, b"],
    ]),
  ],
  [
    "headers with empty values",
    [
      ["", ""],
      ["a", ""],
      ["", "a"],
      ["", "", ""],
      ["a", "", "b, ,c", ""],
    ].map((values) => new Headers(values.map((value) => ["x", value]))),
  ],
  ["an ArrayBuffer", bytes.buffer.slice(2, 5)],
  [
    "typed arrays",
    [
      Int8Array.of(-1),
      Uint8Array.of(255),
      Uint8ClampedArray.of(255),
      Int16Array.of(-1),
      Uint16Array.of(1),
      Int32Array.of(-1),
      Uint32Array.of(1),
      Float32Array.of(1.5),
      Float64Array.of(Number.NaN, -0),
      BigInt64Array.of(-1n),
      BigUint64Array.of(1n),
    ],
  ],
  ["empty bytes", [new ArrayBuffer(0), new Uint16Array(), new DataView(new ArrayBuffer(0))]],
  ["all at once", { a: [new Map([[new Date(0), [view.slice(), withNull({ $a: new Set([/a/, 1n]) })]]])] }],
];

describe("a stored value", () => {
  it.each(COMES_BACK)("comes back as it went in: %s", async (_, value) => {
    const { computed, read, story } = await store(value);
    expect(story).toEqual(["miss absent", "computed", "stored", "hit texts"]);
    expect(difference(read, value)).toBeUndefined();
    expect(difference(computed, value)).toBeUndefined();
  });

  it("keeps the viewed bytes, and nothing else of their buffer", async () => {
    const viewed = Buffer.from(view).toString("base64url");
    for (const part of [view, new DataView(bytes.buffer, 2, 10), new Uint16Array(bytes.buffer, 2, 5)]) {
      const { read, text } = await store(part);
      const back = read as ArrayBufferView;
      expect(text).toContain(`,"${viewed}"]}}`);
      expect([back.byteOffset, back.byteLength, back.buffer.byteLength]).toEqual([0, 10, 10]);
      expect(Object.getPrototypeOf(back)).toBe(Object.getPrototypeOf(part));
    }
  });

  it("is a Uint8Array where it was a Buffer, without the rest of the pool", async () => {
    const { computed, read, text } = await store(Buffer.from("secret").subarray(0, 2));
    expect(text).toContain('"value":{"$bytes":["Uint8Array","c2U"]}}');
    for (const value of [computed, read]) expect(difference(value, Uint8Array.of(115, 101))).toBeUndefined();
  });

  it("is of this realm where it was plain data of another", async () => {
    const { read, story } = await store(runInNewContext("({ a: [1, { b: [new Uint8Array(1)] }] })"));
    expect(difference(read, { a: [1, { b: [new Uint8Array(1)] }] })).toBeUndefined();
    expect(story).toContain("stored");
    expect(difference((await store(runInNewContext("[{ a: [1] }]"))).read, [{ a: [1] }])).toBeUndefined();
  });

  it("is JSON without tags where JSON is enough, and has tags only where it is not", async () => {
    expect((await store({ $a: ["é\n", null, 1.5, {}] })).text).toContain(
      '"form":"plain","value":{"$a":["é\\n",null,1.5,{}]}}',
    );
    expect((await store({ $a: [1n] })).text).toContain('"form":"tagged","value":{"$$a":[{"$bigint":"1"}]}}');
  });

  it("is read as it is by an engine that mistakes escaped names", async () => {
    JSON.parse(JSON.stringify({ first: 1, second: 1, "x\\": 1 }));
    for (const name of ['x"', "x\n", "x\u0000", "x\\"]) {
      const value = { first: 1, second: 1, [name]: 1 };
      expect(difference((await store(value)).read, value)).toBeUndefined();
      expect(difference((await store([value, 1n])).read, [value, 1n])).toBeUndefined();
    }
  });

  it("may be nested 500 deep, and is refused past that", async () => {
    const nested = (depth: number): unknown => (depth === 0 ? 1 : [nested(depth - 1)]);
    const depthOf = (value: unknown): number => (Array.isArray(value) ? 1 + depthOf(value[0]) : 0);
    expect(depthOf((await store(nested(500))).read)).toBe(500);
    await expect(store(nested(502))).rejects.toThrow("it is nested deeper than 500");
  });
});

class Price {
  readonly cents = 1;
}
class MyMap extends Map<unknown, unknown> {}
class MyArray extends Array<unknown> {}
class MyDate extends Date {}
class MyBytes extends Uint8Array {}

const cycle: unknown[] = [];
cycle.push({ a: new Map([[1, cycle]]) });

const instance = (name: string): string => `an instance of ${name} has no plain form, return plain data instead`;

const REFUSED: readonly (readonly [path: string, value: unknown, reason: string])[] = [
  ["value", () => 1, "functions have no stable identity"],
  ["value.a[1].b", { a: [0, { b: Symbol("c") }] }, "symbols have no stable identity"],
  ["value[0]", [new Price()], instance("Price")],
  ["value.price", { price: new Price(), at: new Date(0) }, instance("Price")],
  [
    "value.entries()[1][1].a",
    new Map<unknown, unknown>([
      [1, 2],
      [3, { a: Promise.resolve() }],
    ]),
    "a promise is not its value, await it first",
  ],
  ["value.entries()[0][0]", new Map([[new Price(), 1]]), instance("Price")],
  ["value.values()[2]", new Set<unknown>([1, 2, new WeakMap()]), instance("WeakMap")],
  ['value["first name"]', { "first name": new Error("a") }, instance("Error")],
  ['value["0"]', { 0: new MyMap() }, instance("MyMap")],
  ["value", MyArray.of(1), instance("MyArray")],
  ["value[0]", [new MyDate(0)], instance("MyDate")],
  ["value[0]", [MyBytes.of(1)], instance("MyBytes")],
  ["value", new Response("a"), "a Response can be read only once, pass what was read from it"],
  [
    "value.request",
    { request: new Request("https://example.com") },
    "a Request is a stream with an identity of its own, pass its URL and what else matters",
  ],
  ["value", new ReadableStream(), "a stream can be read only once, pass what was read from it"],
  ["value", new Blob(["a"]), instance("Blob")],
  ["value", Object(1), instance("Number")],
  ["value.a", { a: new SharedArrayBuffer(1) }, instance("SharedArrayBuffer")],
  ["value.toJSON", { toJSON: () => 1 }, "functions have no stable identity"],
  ["value[0]", [new Proxy(new Map(), {})], instance("Map")],
  ["value[0]", [Object.create(Date.prototype)], instance("Date")],
  ["value.a", { a: { [Symbol("b")]: 1 } }, "its member Symbol(b) has a symbol for a name"],
  ["value[0].a.entries()[0][1]", cycle, "it contains itself"],
  ["value.index", "abc".match(/b/), "an array is its elements, and this is not one of them"],
  ["value[1].raw", [1n, Object.assign([1], { raw: 1 })], "an array is its elements, and this is not one of them"],
];

describe("a value that cannot come back as it is", () => {
  it.each(REFUSED)("is refused at %s, and nothing is written: %#", async (path, value, reason) => {
    const backend = new TextBackend();
    const cache = createCache({ backend, ttl: "1h" });
    const refused = (name: string): TypeError =>
      new TypeError(`Cannot store "${name}": ${path} cannot come back as it is: ${reason}`);
    const fn = cache.cached((): unknown => value, { name: "fn", version: 1 });
    await expect(fn()).rejects.toThrow(refused("fn"));
    await expect(fn.refresh()).rejects.toThrow(refused("fn"));
    await expect(fn.set([], value)).rejects.toThrow(refused("fn"));
    await expect(cache.set("key", value)).rejects.toThrow(refused("key"));
    await expect(cache.getOrSet("key", () => value)).rejects.toThrow(refused("key"));
    await expect(cache.setMany({ good: 1, bad: value })).rejects.toThrow(refused("bad"));
    await cache.settled();
    expect(backend.texts.size).toBe(0);
  });

  it("leaves what was stored before", async () => {
    const backend = new TextBackend();
    const cache = createCache({ backend });
    await cache.set("key", "before");
    const { only } = backend;
    await expect(cache.set("key", () => 1)).rejects.toThrow(TypeError);
    expect(backend.only).toBe(only);
  });

  it("is answered where it is not stored", async () => {
    const cache = createCache({ backend: new TextBackend() });
    const price = new Price();
    expect(await cache.cached(() => price, { name: "fn", version: 1, shouldCache: () => false })()).toBe(price);
  });
});
