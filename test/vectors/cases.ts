/**
 * The argument lists of the vectors, in code that every runtime runs. `js` in keys.json is the text of `args`, for those
 * who read the vectors with another implementation in hand; one that cannot evaluate text uses this file.
 */
export interface Case {
  readonly title: string;
  readonly args: () => readonly unknown[];
}

export const CASES: readonly Case[] = [
  { title: "no arguments", args: () => [] },
  { title: "null and booleans", args: () => [null, true, false] },
  {
    title: "numbers as ECMAScript writes them",
    args: () => [0, -0, 1.5, 1e21, 1e-7, 5e-324, 2 ** 53, 333333333.33333329],
  },
  { title: "strings with the escapes of JSON", args: () => ['"\\/\b\f\n\r\t\u0000\u001f', "é€😀", ""] },
  { title: "arrays and objects", args: () => [[], {}, [[1], { b: [], a: {} }]] },
  {
    title: "names sorted by UTF-16 code units",
    args: () => [{ "€": 1, "\r": 2, "\ufb33": 3, 1: 4, "😀": 5, "\u0080": 6, ö: 7 }],
  },
  { title: "numeric names sorted as text", args: () => [{ 9: "b", 10: "a" }] },
  { title: "an own member named __proto__", args: () => [JSON.parse('{"__proto__":1}')] },
  { title: "an object without a prototype", args: () => [Object.assign(Object.create(null), { b: 1, a: 2 })] },
  { title: "undefined among the arguments", args: () => [undefined, 1] },
  { title: "trailing undefined arguments", args: () => [1, undefined, undefined] },
  { title: "undefined and holes in an array", args: () => [[undefined, null].concat(Array(1))] },
  { title: "undefined members", args: () => [{ a: 1, b: undefined }] },
  { title: "numbers that JSON has not", args: () => [Number.NaN, Infinity, -Infinity] },
  { title: "bigints", args: () => [0n, -1n, 2n ** 70n] },
  { title: "dates", args: () => [new Date(0), new Date("2026-11-22T11:00:00.123Z"), new Date(-8.64e15)] },
  { title: "an invalid date", args: () => [new Date(Number.NaN)] },
  { title: "a URL", args: () => [new URL("HTTPS://Example.com:443/a/../b?q=é#h")] },
  { title: "search parameters in order", args: () => [new URLSearchParams("b=2&a=1&b=%20")] },
  { title: "headers as iterated", args: () => [new Headers({ "X-B": "2", accept: " a " })] },
  { title: "regular expressions", args: () => [/a\/"b/giu, new RegExp("")] },
  {
    title: "a Map sorted by the text of its pairs",
    args: () => [new Map().set("b", 1).set("a", { d: 1, c: 2 }).set(10, 3).set(9, 4)],
  },
  {
    title: "a Set sorted by the text of its members",
    args: () => [new Set(["b", 10, 9, "a", null, { a: 1 }, [1], "B", "é"])],
  },
  {
    title: "collections in collections",
    args: () => [new Map([[new Set([2, 1]), new Map([[undefined, new Set()]])]])],
  },
  { title: "an ArrayBuffer", args: () => [Uint8Array.of(0, 1, 254, 255).buffer] },
  { title: "the viewed range of a buffer", args: () => [Uint8Array.of(9, 0xfb, 0xff, 9).subarray(1, 3)] },
  { title: "a DataView", args: () => [new DataView(Uint8Array.of(1, 2, 3).buffer, 1, 1)] },
  {
    title: "one kind of bytes is not another",
    args: () => [Int8Array.of(1), Uint8Array.of(1), Uint8ClampedArray.of(1)],
  },
  {
    title: "wide elements, in the order of bytes of every machine in use",
    args: () => [BigUint64Array.of(1n), Float32Array.of(1)],
  },
  { title: "boxed primitives", args: () => [Object(1), Object("a"), Object(false), Object(2n)] },
  {
    title: "an object with a [cacheKey]() method",
    args: () => [{ [Symbol.for("autocache.key")]: () => ["User", "42"] }],
  },
  { title: "an object with a toJSON() method", args: () => [{ toJSON: () => ({ at: new Date(0) }) }] },
  {
    title: "both methods, one in the other",
    args: () => [{ [Symbol.for("autocache.key")]: () => ({ toJSON: () => 1 }), toJSON: () => 2 }],
  },
  { title: "names that start with $", args: () => [{ $date: 1 }, { $: 1, $$a: 2, a$: 3, "#": 4, "%": 5 }] },
  { title: "a lone surrogate in a string", args: () => ["\ud800", "a\udc00b"] },
  { title: "a lone surrogate in a name", args: () => [{ b: 1, "\udc00": 2, $a: 3, "\ud800": 4, é: 5 }] },
  { title: "a lone surrogate in a regular expression", args: () => [new RegExp("\ud800")] },
  {
    title: "everything at once",
    args: () => [{ $in: [new Map([["k", [undefined, 1n, { toJSON: () => "\ud800" }]]])] }, "", undefined],
  },
];

/** The argument list of that title. */
export function argsOf(title: string): readonly unknown[] {
  const found = CASES.find((one) => one.title === title);
  if (found === undefined) throw new Error(`No argument list has the title "${title}"`);
  return found.args();
}

export interface KeyCase {
  readonly title: string;
  readonly namespace: string;
  readonly name: string;
  readonly version: string | number;
  /** The title of the argument list. */
  readonly args: string;
  /** The title of the list of captured values. */
  readonly captured?: string;
  readonly secret?: string;
}

const plain = { namespace: "autocache", name: "product", version: "1", args: "null and booleans" } as const;

export const KEY_CASES: readonly KeyCase[] = [
  { ...plain, title: "a key" },
  { ...plain, title: "a version that is a number counts as its text", version: 1 },
  { ...plain, title: "a version that is a fraction", version: 1.5 },
  { ...plain, title: "another version", version: "2" },
  { ...plain, title: "a long version", version: "v".repeat(1000) },
  { ...plain, title: "a version outside ASCII", version: "é😀" },
  { ...plain, title: "another namespace", namespace: "tenant-7.staging_eu" },
  { ...plain, title: "another name", name: "products" },
  { ...plain, title: "no arguments", args: "no arguments" },
  ...["dates", "a lone surrogate in a name", "everything at once"].map((args) => ({ ...plain, title: args, args })),
  { ...plain, title: "a name with every character that is not escaped", name: "AZaz09._-" },
  { ...plain, title: "a name with characters that encodeURIComponent leaves", name: "a!b'c(d)e*f~g" },
  { ...plain, title: "a name with the characters of the front", name: "a:b@c=d~e", namespace: "x:y@z" },
  { ...plain, title: "a name outside ASCII", name: "preis für 😀", namespace: "é" },
  { ...plain, title: "a front of 200 characters", namespace: "ns", name: "n".repeat(188) },
  { ...plain, title: "a front of 201 characters, cut", namespace: "ns", name: "n".repeat(189) },
  { ...plain, title: "a long name", name: "name/".repeat(200) },
  { ...plain, title: "a long name, cut inside an escape", namespace: "ns", name: "€".repeat(100) },
  { ...plain, title: "a long name that differs at its end", namespace: "ns", name: `${"€".repeat(99)}é` },
  { ...plain, title: "a long namespace", namespace: "n".repeat(300) },
  { ...plain, title: "captured values", captured: "dates" },
  {
    ...plain,
    title: "other captured values, and no arguments",
    args: "no arguments",
    captured: "a lone surrogate in a name",
  },
  { ...plain, title: "a secret", secret: "s3cret" },
  { ...plain, title: "another secret, outside ASCII", secret: "schlüssel 😀" },
  { ...plain, title: "a secret longer than a block of SHA-256", secret: "s".repeat(100) },
  { ...plain, title: "a secret, and a front that is cut", secret: "s3cret", name: "n".repeat(500) },
];

export interface VersionCase {
  readonly title: string;
  /** The text of the function. */
  readonly source: string;
  /** What the build plugin says of it. */
  readonly fingerprint?: string;
  /** What it depends on besides; a function stands for its text. */
  readonly deps: readonly unknown[];
}

export const VERSION_CASES: readonly VersionCase[] = [
  { title: "a function", source: "(n) => n + 1", deps: [] },
  { title: "the same function, written otherwise", source: "(n)=>n+1", deps: [] },
  { title: "a function with text outside ASCII", source: 'function grüße() { return "é\\n😀"; }', deps: [] },
  { title: "a function and a text", source: "(n) => n + 1", deps: ["2026-11"] },
  { title: "a function and its helpers as texts", source: "(n) => n + 1", deps: ["(n) => n", "(n) => -n"] },
  { title: "a fingerprint", source: "(n) => n + 1", fingerprint: "a1_NrUnpqTg8zqpgOnNHsXWeQ", deps: [] },
  {
    title: "a fingerprint and a value",
    source: "(n) => n + 1",
    fingerprint: "a1_NrUnpqTg8zqpgOnNHsXWeQ",
    deps: ["2026-11"],
  },
  { title: "a function and values of other kinds", source: "(n) => n + 1", deps: [new Map([["a", 1n]]), undefined] },
];

export interface KeptCase {
  readonly namespace: string;
  readonly key: string;
}

/** Keys of values that are kept by hand. */
export const KEPT_CASES: readonly KeptCase[] = [
  { namespace: "autocache", key: "user:42" },
  { namespace: "é", key: "a b/c~d" },
  { namespace: "autocache", key: "k".repeat(189) },
  { namespace: "autocache", key: "k".repeat(190) },
];
