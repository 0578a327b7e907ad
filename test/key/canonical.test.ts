import { runInNewContext } from "node:vm";
import { describe, expect, it } from "vitest";
import { cacheKey, canonical } from "../../src/keys.ts";

class Money {
  readonly amount: number;
  constructor(amount: number) {
    this.amount = amount;
  }
  toJSON(): unknown {
    return { amount: this.amount };
  }
}

class User {
  readonly id: string;
  constructor(id: string) {
    this.id = id;
  }
  [cacheKey](): unknown {
    return ["User", this.id];
  }
  toJSON(): unknown {
    return "not asked";
  }
}

class MyMap extends Map<unknown, unknown> {}
class MyDate extends Date {}
class MyBytes extends Uint8Array {}

const bytes = new Uint8Array([0, 1, 2, 253, 254, 255]);
const boxed = (value: unknown): unknown => Object(value);

type Rows = readonly (readonly [title: string, value: unknown, text: string])[];

const rows = (title: string, cases: Rows): void => {
  describe(title, () => {
    it.each(cases)("%s", (_, value, text) => {
      expect(canonical([value])).toBe(`[${text}]`);
    });
  });
};

describe("canonical()", () => {
  rows("writes what JSON can hold as RFC 8785 does", [
    ["null", null, "null"],
    ["booleans", [true, false], "[true,false]"],
    ["whole numbers", [0, 1, -1, 2 ** 53, 1e20], "[0,1,-1,9007199254740992,100000000000000000000]"],
    ["large and small numbers with an exponent", [1e21, 1e-7, 5e-324, -1.5e300], "[1e+21,1e-7,5e-324,-1.5e+300]"],
    ["fractions", [0.1, 1 / 3, 333333333.33333329], "[0.1,0.3333333333333333,333333333.3333333]"],
    ["-0 as 0", -0, "0"],
    [
      "strings with the escapes of JSON alone",
      '"\\/\b\f\n\r\t\u0000\u001f\u007f\u2028',
      '"\\"\\\\/\\b\\f\\n\\r\\t\\u0000\\u001f\u007f\u2028"',
    ],
    ["characters outside the BMP as they are", "é€😀", '"é€😀"'],
    ["the empty string", "", '""'],
    ["empty arrays and objects", [[], {}], "[[],{}]"],
    [
      "members sorted by UTF-16 code units",
      { "€": 1, "\r": 2, דּ: 3, 1: 4, "😀": 5, "\u0080": 6, ö: 7 },
      '{"\\r":2,"1":4,"\u0080":6,"ö":7,"€":1,"😀":5,"\ufb33":3}',
    ],
    ["numeric names as text", { 10: 1, 9: 2 }, '{"10":1,"9":2}'],
    ["nested members", { b: [{ d: 1, c: 2 }], a: {} }, '{"a":{},"b":[{"c":2,"d":1}]}'],
  ]);

  rows("keeps what JSON has no text for", [
    ["undefined as an element", [undefined, 1], '[{"$undefined":1},1]'],
    ["undefined at the end of a nested array", [1, undefined], '[1,{"$undefined":1}]'],
    // oxlint-disable-next-line no-sparse-arrays
    ["a hole as undefined", [, 1, ,], '[{"$undefined":1},1,{"$undefined":1}]'],
    [
      "NaN and the infinities",
      [Number.NaN, Infinity, -Infinity],
      '[{"$number":"NaN"},{"$number":"Infinity"},{"$number":"-Infinity"}]',
    ],
    ["bigints", [0n, -1n, 2n ** 70n], '[{"$bigint":"0"},{"$bigint":"-1"},{"$bigint":"1180591620717411303424"}]'],
    ["dates", new Date(Date.UTC(2026, 10, 22)), '{"$date":"2026-11-22T00:00:00.000Z"}'],
    ["dates far from now", new Date(-8.64e15), '{"$date":"-271821-04-20T00:00:00.000Z"}'],
    ["an invalid date", new Date(Number.NaN), '{"$date":null}'],
    ["URLs", new URL("HTTPS://Example.com:443/a/../b?q=é#h"), '{"$url":"https://example.com/b?q=%C3%A9#h"}'],
    ["search parameters in order", new URLSearchParams("b=2&a=1&b=1"), '{"$params":[["b","2"],["a","1"],["b","1"]]}'],
    [
      "headers as iterated",
      new Headers([
        ["X-B", "2"],
        ["set-cookie", "b"],
        ["Set-Cookie", "a"],
        ["a", " 1 "],
      ]),
      '{"$headers":[["a","1"],["set-cookie","b"],["set-cookie","a"],["x-b","2"]]}',
    ],
    ["regular expressions", /a\/b"/giu, '{"$regexp":["a\\\\/b\\"","giu"]}'],
    ["the empty regular expression", new RegExp(""), '{"$regexp":["(?:)",""]}'],
    [
      "boxed primitives as the primitive",
      [boxed(1), boxed("a"), boxed(false), boxed(2n), boxed(Number.NaN)],
      '[1,"a",false,{"$bigint":"2"},{"$number":"NaN"}]',
    ],
  ]);

  rows("keeps collections, whatever their order", [
    [
      "maps sorted by text",
      new Map<unknown, unknown>([
        ["b", 1],
        ["a", 2],
        [1, 3],
        [{}, 4],
      ]),
      '{"$map":[["a",2],["b",1],[1,3],[{},4]]}',
    ],
    ["sets sorted by text", new Set(["b", 10, 9, "a", null]), '{"$set":["a","b",10,9,null]}'],
    ["empty collections", [new Map(), new Set()], '[{"$map":[]},{"$set":[]}]'],
    ["equal members as many times as they are there", new Set([{}, {}]), '{"$set":[{},{}]}'],
    [
      "undefined as a key, a value, a member",
      [new Map([[undefined, undefined]]), new Set([undefined])],
      '[{"$map":[[{"$undefined":1},{"$undefined":1}]]},{"$set":[{"$undefined":1}]}]',
    ],
    [
      "collections in collections",
      new Map([[new Set([2, 1]), new Map([[1, new Date(0)]])]]),
      '{"$map":[[{"$set":[1,2]},{"$map":[[1,{"$date":"1970-01-01T00:00:00.000Z"}]]}]]}',
    ],
  ]);

  rows("keeps bytes under the name of their kind", [
    ["an ArrayBuffer", bytes.buffer, '{"$bytes":["ArrayBuffer","AAEC_f7_"]}'],
    ["a typed array", bytes, '{"$bytes":["Uint8Array","AAEC_f7_"]}'],
    ["the two characters that base64url has of its own", Uint8Array.of(0xfb, 0xff), '{"$bytes":["Uint8Array","-_8"]}'],
    ["the same bytes of another kind", new Int8Array(bytes.buffer), '{"$bytes":["Int8Array","AAEC_f7_"]}'],
    ["the viewed range alone", bytes.subarray(1, 3), '{"$bytes":["Uint8Array","AQI"]}'],
    ["a DataView", new DataView(bytes.buffer, 2, 1), '{"$bytes":["DataView","Ag"]}'],
    ["wide elements", new BigInt64Array([-1n]), '{"$bytes":["BigInt64Array","__________8"]}'],
    ["no bytes", new Float64Array(), '{"$bytes":["Float64Array",""]}'],
    ["a Buffer as the Uint8Array it is", Buffer.from([1, 2]), '{"$bytes":["Uint8Array","AQI"]}'],
    ["a typed array's subclass as the array it is", MyBytes.of(1, 2), '{"$bytes":["Uint8Array","AQI"]}'],
  ]);

  rows("asks objects that can say what stands for them", [
    ["[cacheKey]() before all else", new User("42"), '{"$key":["User","42"]}'],
    ["toJSON()", new Money(5), '{"$json":{"amount":5}}'],
    [
      "what they return in turn",
      { [cacheKey]: () => new Money(new Date(0) as never) },
      '{"$key":{"$json":{"amount":{"$date":"1970-01-01T00:00:00.000Z"}}}}',
    ],
    ["a method that returns undefined", { toJSON: () => undefined }, '{"$json":{"$undefined":1}}'],
    [
      "[cacheKey]() of an array or a map",
      [Object.assign([1], { [cacheKey]: () => 1 }), Object.assign(new Map(), { [cacheKey]: () => 2 })],
      '[{"$key":1},{"$key":2}]',
    ],
    ["a date's subclass by its toJSON()", new MyDate(0), '{"$json":"1970-01-01T00:00:00.000Z"}'],
    ["a map's subclass that has a toJSON()", Object.assign(new MyMap(), { toJSON: () => "mine" }), '{"$json":"mine"}'],
    ["but not members of that name that are no functions", { toJSON: 1 }, '{"toJSON":1}'],
  ]);

  rows("sees what an object shows", [
    ["no member that is undefined", { a: 1, b: undefined }, '{"a":1}'],
    [
      "no symbol-keyed and no non-enumerable member",
      Object.defineProperty({ a: 1, [Symbol("b")]: 2 }, "c", { value: 3 }),
      '{"a":1}',
    ],
    ["no inherited member", Object.create(null), "{}"],
    [
      "the members of an object without a prototype",
      Object.assign(Object.create(null), { b: 1, a: 2 }),
      '{"a":2,"b":1}',
    ],
    ["an own member named __proto__", JSON.parse('{"__proto__":{"a":1}}'), '{"__proto__":{"a":1}}'],
    [
      "what a getter gives",
      {
        get a() {
          return [1];
        },
      },
      '{"a":[1]}',
    ],
    ["a proxy of an object or an array as its target", [new Proxy({ a: 1 }, {}), new Proxy([1], {})], '[{"a":1},[1]]'],
    [
      "literals of another realm",
      runInNewContext('({ b: [1, { d: null }], a: "x", __proto__: null })'),
      '{"a":"x","b":[1,{"d":null}]}',
    ],
    ["a value that is there twice", ((shared) => [shared, shared])({ a: 1 }), '[{"a":1},{"a":1}]'],
  ]);

  rows("lets no argument imitate a tag", [
    ["a name that starts with $", { $date: 1 }, '{"$$date":1}'],
    ["one more $ for each", { $: 1, $$date: 2, a$: 3 }, '{"$$":1,"$$$date":2,"a$":3}'],
    ["among other members", { $b: 1, $a: 2, "#": 3 }, '{"#":3,"$$a":2,"$$b":1}'],
    ["in what toJSON() returns", { toJSON: () => ({ $date: null }) }, '{"$json":{"$$date":null}}'],
  ]);

  rows("keeps lone surrogates, which have no UTF-8", [
    ["in a string", "\ud800", '{"$utf16":"2AA"}'],
    ["among other characters", "a\udc00😀", '{"$utf16":"AGHcANg93gA"}'],
    ["in a name", { b: 1, "\udc00": 2, $a: 3 }, '{"$pairs":[["$a",3],["b",1],[{"$utf16":"3AA"},2]]}'],
    ["in a regular expression", new RegExp("\ud800"), '{"$regexp":[{"$utf16":"2AA"},""]}'],
    ["but a pair is a character", "\ud83d\ude00", '"😀"'],
  ]);

  it("leaves out trailing undefined arguments, and no other", () => {
    expect(canonical([])).toBe("[]");
    expect(canonical([undefined, undefined])).toBe("[]");
    expect(canonical([1, undefined])).toBe("[1]");
    expect(canonical([undefined, 1, undefined])).toBe('[{"$undefined":1},1]');
    expect(canonical([[undefined]])).toBe('[[{"$undefined":1}]]');
  });

  it("reads each member, and asks each object, once", () => {
    const reads: string[] = [];
    const spy = (target: object): object =>
      new Proxy(target, {
        get(from, name, receiver) {
          reads.push(String(name));
          return Reflect.get(from, name, receiver);
        },
      });
    canonical([spy({ a: 1, b: undefined }), spy({ toJSON: () => 1 })]);
    expect(reads.filter((name) => !name.startsWith("Symbol"))).toEqual(["toJSON", "a", "b", "toJSON"]);
  });

  it("changes nothing that it is given", () => {
    const set = new Set(["b", "a"]);
    const args = Object.freeze([Object.freeze({ b: 1, a: Object.freeze([2, 1]) }), set, undefined]);
    canonical(args);
    expect(args).toHaveLength(3);
    expect([...set]).toEqual(["b", "a"]);
  });

  it("knows cacheKey by a name that other copies of the package share", () => {
    expect(cacheKey).toBe(Symbol.for("autocache.key"));
  });
});
