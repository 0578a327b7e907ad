import { createContext, runInContext } from "node:vm";
import { describe, expect, it } from "vitest";
import { cacheKey, canonical } from "../../src/keys.ts";

class Point {
  readonly x = 1;
}
class MyMap extends Map<unknown, unknown> {}
class MySet extends Set<unknown> {}
class MyArray extends Array<unknown> {}
class MyURL extends URL {
  override toJSON = undefined as never;
}
class toString {}

/** What a Workers handler is given beside the request. */
class ExecutionContext {
  readonly props = {};
  waitUntil(): void {}
  passThroughOnException(): void {}
}
class KvNamespace {
  async get(): Promise<null> {
    return null;
  }
}

const remedy = "give it a [cacheKey]() or a toJSON() method";
const instance = (name: string): string => `an instance of ${name} has no plain form, ${remedy}`;
const functions = "functions have no stable identity";
const symbols = "symbols have no stable identity";
const promise = "a promise is not its value, await it first";
const stream = "a stream can be read only once, pass what was read from it";

type Cases = readonly (readonly [title: string, value: unknown, reason: string])[];

const REFUSED: Cases = [
  ["a function", () => 1, functions],
  ["a class", Point, functions],
  ["a function with a toJSON()", Object.assign(() => 1, { toJSON: () => 1, [cacheKey]: () => 1 }), functions],
  ["a symbol", Symbol("a"), symbols],
  ["a registered symbol", Symbol.for("a"), symbols],
  ["a boxed symbol", Object(Symbol("a")), instance("Symbol")],
  ["a class instance", new Point(), instance("Point")],
  ["an instance of a class without a name", new (class {})(), instance("an unnamed class")],
  ["an instance of a class named like a method of Object", new toString(), instance("toString")],
  ["what inherits from a literal", Object.create({ a: 1 }), instance("Object")],
  ["what inherits from nothing but an object", Object.create(Object.create(null)), instance("an unnamed class")],
  ["a promise", Promise.resolve(1), promise],
  ["a WeakMap", new WeakMap(), instance("WeakMap")],
  ["a WeakSet", new WeakSet(), instance("WeakSet")],
  ["a WeakRef", new WeakRef({}), instance("WeakRef")],
  ["an error", new TypeError("a"), instance("TypeError")],
  ["a map's subclass", new MyMap(), instance("MyMap")],
  ["a set's subclass", new MySet(), instance("MySet")],
  ["an array's subclass", MyArray.of(1), instance("MyArray")],
  ["a URL's subclass", new MyURL("https://example.com"), instance("MyURL")],
  ["a proxy of a map", new Proxy(new Map(), {}), instance("Map")],
  ["a proxy of a date", new Proxy(new Date(0), {}), instance("Date")],
  ["what was made of a prototype alone", Object.create(Set.prototype), instance("Set")],
  ["a date made of a prototype alone", Object.create(Date.prototype), instance("Date")],
  ["a boxed number made of a prototype alone", Object.create(Number.prototype), instance("Number")],
  ["a map of another realm", runInContext("new Map()", createContext({})), instance("Map")],
  [
    "a request",
    new Request("https://example.com"),
    "a Request is a stream with an identity of its own, pass its URL and what else matters",
  ],
  ["a response", new Response("a"), "a Response can be read only once, pass what was read from it"],
  ["a readable stream", new ReadableStream(), stream],
  ["a writable stream", new WritableStream(), instance("WritableStream")],
  ["a transform stream", new TransformStream(), instance("TransformStream")],
  ["a blob", new Blob(["a"]), instance("Blob")],
  ["a form", new FormData(), instance("FormData")],
  ["shared memory", new SharedArrayBuffer(1), instance("SharedArrayBuffer")],
  ["an iterator", [1].values(), instance("Iterator")],
  ["a generator", (function* () {})(), instance("an unnamed class")],
  ["an execution context", new ExecutionContext(), instance("ExecutionContext")],
];

describe("canonical() refuses", () => {
  it.each(REFUSED)("%s", (_, value, reason) => {
    const refused = new TypeError(`Cannot build a cache key from args[1].filter: ${reason}`);
    expect(() => canonical([0, { filter: value }])).toThrow(refused);
    expect(() => canonical([0, { filter: value }])).toThrow(TypeError);
  });

  it("an env by its first binding, and the process's", () => {
    expect(() => canonical([{ TOKEN: "a", CACHE: new KvNamespace() }])).toThrow(
      new TypeError(`Cannot build a cache key from args[0].CACHE: ${instance("KvNamespace")}`),
    );
    expect(() => canonical([process.env])).toThrow("Cannot build a cache key from args[0]: an instance of ");
  });

  it("an object that answers to every name, and does not call it", () => {
    const calls: unknown[] = [];
    const stub = new Proxy(new KvNamespace(), {
      get: (target, name) => (name === "constructor" ? target.constructor : () => calls.push(name)),
    });
    expect(() => canonical([stub])).toThrow(
      new TypeError(`Cannot build a cache key from args[0]: ${instance("KvNamespace")}`),
    );
    expect(calls).toEqual([]);
  });

  it("an array that has members beside its elements", () => {
    const reason =
      "Cannot build a cache key from args[0].groups: an array is its elements, and this is not one of them";
    expect(() => canonical([Object.assign([1], { groups: {} })])).toThrow(new TypeError(reason));
    expect(() => canonical(["abc".match(/b/)])).toThrow(TypeError);
    expect(() => canonical([Object.assign([], { "1.5": 1 })])).toThrow('args[0]["1.5"]');
    expect(() => canonical([Object.assign([1], { "": 1 })])).toThrow('args[0][""]');
  });

  it("what is no list of arguments", () => {
    for (const args of [undefined, null, 1, "a", { length: 0 }, new Map()]) {
      expect(() => canonical(args as never)).toThrow(
        new TypeError(
          `Cannot build a cache key from args: an argument list is an array: received ${args === null ? "null" : typeof args}`,
        ),
      );
    }
  });

  it("nothing because of a member that is not seen", () => {
    const symbol = Symbol("a");
    expect(canonical([Object.defineProperty({ [symbol]: () => 1 }, "a", { value: () => 1 })])).toBe("[{}]");
  });
});

const path = (args: readonly unknown[]): string => {
  try {
    canonical(args);
  } catch (error) {
    return (
      /^Cannot build a cache key from (.*): functions have no stable identity$/.exec((error as Error).message)?.[1] ??
      String(error)
    );
  }
  return "accepted";
};

const fn = (): void => {};

describe("the path of a refusal", () => {
  it.each([
    ["args[0]", [fn]],
    ["args[2][1]", [0, 0, [0, fn]]],
    ["args[0].a.b.c", [{ a: { b: { c: fn } } }]],
    ["args[0].$tag", [{ $tag: fn }]],
    ['args[0]["first name"]', [{ "first name": fn }]],
    ['args[0]["0"]', [{ 0: fn }]],
    ['args[0][""]', [{ "": fn }]],
    ['args[0]["é"]', [{ é: fn }]],
    ['args[0]["\\"\\n"]', [{ '"\n': fn }]],
    ['args[0]["\\ud800"].a', [{ "\ud800": { a: fn } }]],
    ["args[0].__proto__", [JSON.parse('{"__proto__":0}', (name, value: unknown) => (name === "" ? value : fn))]],
    [
      "args[0].entries()[1][1]",
      [
        new Map<string, unknown>([
          ["a", 1],
          ["b", fn],
        ]),
      ],
    ],
    ["args[0].entries()[0][0].a", [new Map([[{ a: fn }, 1]])]],
    ["args[0].values()[2]", [new Set<unknown>([3, 2, fn])]],
    ["args[0].toJSON()", [{ toJSON: () => fn }]],
    ["args[0].a.toJSON().b", [{ a: { toJSON: () => ({ b: fn }) } }]],
    ["args[0][cacheKey]()[1]", [{ [cacheKey]: () => [1, fn] }]],
    ["args[0][cacheKey]().toJSON().entries()[0][1]", [{ [cacheKey]: () => ({ toJSON: () => new Map([[1, fn]]) }) }]],
  ])("is %s", (expected, args) => {
    expect(path(args)).toBe(expected);
  });

  it("names the first in canonical order", () => {
    expect(path([{ b: fn, a: fn }, fn])).toBe("args[0].a");
  });
});

const cycle = <Value extends object>(value: Value, link: (value: Value) => void): Value => {
  link(value);
  return value;
};

describe("canonical() refuses a value that contains itself", () => {
  it.each<[string, readonly unknown[]]>([
    ["args[0]", cycle<unknown[]>([], (args) => args.push(args))],
    ["args[0][0]", [cycle<unknown[]>([], (array) => array.push(array))]],
    ["args[0].a.b", [cycle<{ a: Record<string, unknown> }>({ a: {} }, (object) => (object.a["b"] = object))]],
    ["args[0].entries()[0][1]", [cycle(new Map<unknown, unknown>(), (map) => map.set(1, map))]],
    ["args[0].entries()[0][0]", [cycle(new Map<unknown, unknown>(), (map) => map.set(map, 1))]],
    ["args[0].values()[0].a", [cycle(new Set<unknown>(), (set) => set.add({ a: set }))]],
    ["args[0].toJSON()", [cycle<{ toJSON?: unknown }>({}, (object) => (object.toJSON = () => object))]],
    [
      "args[0].toJSON().self",
      [cycle<{ toJSON?: unknown }>({}, (object) => (object.toJSON = () => ({ self: object })))],
    ],
    ["args[0][cacheKey]()", [cycle<{ [cacheKey]?: unknown }>({}, (object) => (object[cacheKey] = () => object))]],
  ])("at %s", (at, args) => {
    expect(() => canonical(args)).toThrow(
      new TypeError(`Cannot build a cache key from ${at}: the value contains itself`),
    );
  });
});

it("what a value's own method throws reaches the caller as it is", () => {
  const failure = new Error("mine");
  const fail = (): never => {
    throw failure;
  };
  for (const value of [
    { toJSON: fail },
    { [cacheKey]: fail },
    Object.defineProperty({}, "a", { get: fail, enumerable: true }),
  ]) {
    let thrown: unknown;
    try {
      canonical([value]);
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toBe(failure);
  }
});
