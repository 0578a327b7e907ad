import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  type BareItem,
  parseDictionary,
  serializeInteger,
  serializeItem,
  serializeString,
  serializeToken,
  type SimpleItem,
  type StructuredItem,
} from "../../src/http/rfc/structured.ts";

const none: StructuredItem["parameters"] = new Map();

function read(value: string): StructuredItem | undefined {
  return parseDictionary(`a=${value}`)?.get("a");
}

const key = fc.stringMatching(/^[a-z*][a-z0-9_.*-]{0,8}$/);
const token = fc.stringMatching(/^[A-Za-z*][!#$%&'*+.^_`|~\w:/-]{0,12}$/);
const ascii = fc.stringMatching(/^[\x20-\x7e]{0,20}$/);
const integer = fc.integer({ min: -999_999_999_999_999, max: 999_999_999_999_999 });
const simple: fc.Arbitrary<SimpleItem> = fc.oneof(
  fc.record({ type: fc.constant("integer" as const), value: integer }),
  fc.record({ type: fc.constant("token" as const), value: token }),
  fc.record({ type: fc.constant("string" as const), value: ascii }),
  fc.record({ type: fc.constant("boolean" as const), value: fc.boolean() }),
);
const parameters = fc.array(fc.tuple(key, simple), { maxLength: 4 }).map((pairs) => new Map(pairs));
const space = fc.stringMatching(/^[ \t]{0,3}$/);

describe("parseDictionary()", () => {
  it("reads a member without a value as true", () => {
    expect(parseDictionary("a, b;x, c")).toEqual(
      new Map([
        ["a", { type: "boolean", value: true, parameters: none }],
        ["b", { type: "boolean", value: true, parameters: new Map([["x", { type: "boolean", value: true }]]) }],
        ["c", { type: "boolean", value: true, parameters: none }],
      ]),
    );
  });

  it.each(["", " ", "   "])("reads %o as an empty dictionary", (text) => {
    expect(parseDictionary(text)).toEqual(new Map());
  });

  it.each<[string, BareItem]>([
    ["0", { type: "integer", value: 0 }],
    ["-7", { type: "integer", value: -7 }],
    ["0042", { type: "integer", value: 42 }],
    ["999999999999999", { type: "integer", value: 999_999_999_999_999 }],
    ["-999999999999999", { type: "integer", value: -999_999_999_999_999 }],
    ["1.0", { type: "decimal", value: 1 }],
    ["-0.125", { type: "decimal", value: -0.125 }],
    ["123456789012.5", { type: "decimal", value: 123_456_789_012.5 }],
    ['""', { type: "string", value: "" }],
    ['"a, b;c=\\"\\\\\\""', { type: "string", value: 'a, b;c="\\"' }],
    ["foo", { type: "token", value: "foo" }],
    ["*a/b:c!#$%&'*+-.^_`|~9", { type: "token", value: "*a/b:c!#$%&'*+-.^_`|~9" }],
    ["?0", { type: "boolean", value: false }],
    ["?1", { type: "boolean", value: true }],
    ["@1659578233", { type: "date", value: 1_659_578_233 }],
    ["@-1", { type: "date", value: -1 }],
    ["::", { type: "bytes", value: new Uint8Array() }],
    [":AQID:", { type: "bytes", value: new Uint8Array([1, 2, 3]) }],
    [":AQI:", { type: "bytes", value: new Uint8Array([1, 2]) }],
    ['%"a %c3%bc%f0%9f%8d%8a"', { type: "display-string", value: "a ü🍊" }],
    ['%""', { type: "display-string", value: "" }],
  ])("reads %s", (text, bare) => {
    expect(read(text)).toEqual({ ...bare, parameters: none });
  });

  it("reads an inner list, its items and the parameters of both", () => {
    expect(read('(  "a";x   b )  ;y=1')).toBeUndefined();
    expect(read('(  "a";x   b );y=1; z')).toEqual({
      type: "inner-list",
      value: [
        { type: "string", value: "a", parameters: new Map([["x", { type: "boolean", value: true }]]) },
        { type: "token", value: "b", parameters: none },
      ],
      parameters: new Map<string, BareItem>([
        ["y", { type: "integer", value: 1 }],
        ["z", { type: "boolean", value: true }],
      ]),
    });
    expect(read("()")).toEqual({ type: "inner-list", value: [], parameters: none });
  });

  it("takes the last of several members or parameters of one name", () => {
    expect(parseDictionary("a=1;x=1;x=2, a=2;y=1;y=3")?.get("a")).toEqual({
      type: "integer",
      value: 2,
      parameters: new Map([["y", { type: "integer", value: 3 }]]),
    });
  });

  it.each([
    "A",
    "MaX-aGe=1",
    "1",
    "-a",
    "_a",
    "a=",
    "a =1",
    "a= 1",
    "a=1;",
    "a=1; =2",
    "a=1;X",
    "a=1;x=",
    "a=1 ;x",
    "a=1,",
    "a=1, ",
    ",a=1",
    "a=1,,b=2",
    "a=1 b=2",
    "a=1;;x",
    "\ta=1",
    "a=1, &&&&&",
    "max-age=10000, &&&&&",
    "a=1\n",
    "a=é",
  ])("refuses the dictionary %o", (text) => {
    expect(parseDictionary(text)).toBeUndefined();
  });

  it.each([
    "-",
    "--1",
    "+1",
    "1.",
    ".5",
    "1.2345",
    "1.2.3",
    "1a",
    "1000000000000000",
    "-1000000000000000",
    "1234567890123.5",
    '"',
    '"a',
    '"a"b',
    '"a\\b"',
    '"a\\"',
    '"\t"',
    '"é"',
    "'a'",
    "a,é",
    "?",
    "?2",
    "?true",
    "?10",
    "@",
    "@1.5",
    "@a",
    "@1000000000000000",
    ":",
    ":A:",
    ":A=A:",
    ":AQ ID:",
    ":AQID",
    ":AQ-_:",
    '%"',
    '%a"',
    '%"%"',
    '%"%C3%BC"',
    '%"%c3"',
    '%"%ed%a0%80"',
    '%"ü"',
    "(",
    "(a",
    "(a,b)",
    "(a\tb)",
    '("a""b")',
    "((a))",
    "(a;)",
    ")",
  ])("refuses the value %o", (value) => {
    expect(read(value)).toBeUndefined();
  });

  it("takes a text of millions of escapes without overflowing the stack", { timeout: 30_000 }, () => {
    const size = 3_000_000;
    expect(read(`"${'\\"'.repeat(size)}"`)?.value).toHaveLength(size);
    expect(read(`"${'\\"'.repeat(size)}`)).toBeUndefined();
    expect(read(`%"${"%41".repeat(size)}`)).toBeUndefined();
  });

  it("reads a long hostile field in linear time", () => {
    const size = 200_000;
    const fields = [`a="${'\\"'.repeat(size)}`, `a=${"(".repeat(size)}`, "a,".repeat(size), `a${";a".repeat(size)},`];
    const started = performance.now();
    for (const text of fields) expect(parseDictionary(text)).toBeUndefined();
    expect(performance.now() - started).toBeLessThan(5_000);
  });

  it("never throws", () => {
    const pieces = fc.array(
      fc.oneof(
        fc.constantFrom(
          "a",
          "max-age",
          "=",
          ",",
          ", ",
          ";",
          "(",
          ")",
          '"',
          "\\",
          "?1",
          "@",
          ":",
          "%",
          "-",
          ".",
          "1",
          " ",
        ),
        fc.string({ unit: "binary", maxLength: 2 }),
      ),
      { maxLength: 16 },
    );
    fc.assert(
      fc.property(pieces, (list) => {
        const members = parseDictionary(list.join(""));
        expect(members === undefined || members instanceof Map).toBe(true);
      }),
      { numRuns: 10_000 },
    );
  });
});

describe("serializeItem()", () => {
  it("writes a member of Cache-Status", () => {
    expect(
      serializeItem({ type: "token", value: "autocache" }, [
        ["fwd", { type: "token", value: "stale" }],
        ["fwd-status", { type: "integer", value: 304 }],
        ["stored", { type: "boolean", value: true }],
        ["collapsed", { type: "boolean", value: false }],
        ["key", { type: "string", value: 'a"b\\c' }],
      ]),
    ).toBe('autocache;fwd=stale;fwd-status=304;stored;collapsed=?0;key="a\\"b\\\\c"');
  });

  it("writes what parseDictionary() reads as the same", () => {
    fc.assert(
      fc.property(fc.dictionary(key, fc.tuple(simple, parameters)), fc.array(space), (entries, spaces) => {
        const members = new Map(Object.entries(entries));
        const texts = [...members].map(([name, [item, params]]) => `${name}=${serializeItem(item, params)}`);
        const text = texts.map((member, i) =>
          i === 0 ? member : `${spaces[i] ?? ""},${spaces[i + 1] ?? ""}${member}`,
        );
        const expected = [...members].map(([name, [item, params]]) => [name, { ...item, parameters: params }] as const);
        expect(parseDictionary(text.join(""))).toEqual(new Map(expected));
      }),
      { numRuns: 2_000 },
    );
  });

  it.each(["", "A", "a b", "1", "a\r\nx: y", "é"])("refuses %o as the name of a parameter", (name) => {
    expect(() => serializeItem({ type: "token", value: "a" }, [[name, { type: "boolean", value: true }]])).toThrow(
      new RangeError(`Cannot write a parameter: its name is a key of RFC 9651: received ${JSON.stringify(name)}`),
    );
  });
});

describe("serializeString()", () => {
  it("escapes quotes and backslashes", () => {
    expect(serializeString('say "\\"')).toBe('"say \\"\\\\\\""');
  });

  it("leaves out what no string can hold", () => {
    expect(serializeString("caché\u007f 🍊\ud800!")).toBe('"cach !"');
  });

  it("keeps header splitting out", () => {
    expect(serializeString("a\r\nset-cookie: b\0")).toBe('"aset-cookie: b"');
  });

  it("writes any text as a string that can be read", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        const kept = [...text].filter((char) => char >= " " && char <= "~").join("");
        expect(read(serializeString(text))).toEqual({ type: "string", value: kept, parameters: none });
      }),
      { numRuns: 2_000 },
    );
  });
});

describe("serializeToken()", () => {
  it.each([
    ["autocache", "autocache"],
    ["edge.example:8080/a", "edge.example:8080/a"],
    ["", '""'],
    ["9a", '"9a"'],
    ["my cache", '"my cache"'],
    ["a;hit", '"a;hit"'],
    ["a\n", '"a"'],
  ])("writes %o as %s", (text, written) => {
    expect(serializeToken(text)).toBe(written);
  });
});

describe("serializeInteger()", () => {
  it.each([
    [0, "0"],
    [-0, "0"],
    [-0.5, "0"],
    [59.999, "59"],
    [-59.999, "-59"],
    [Infinity, "999999999999999"],
    [-1e21, "-999999999999999"],
    [Number.NaN, "0"],
  ])("writes %d as %s", (value, written) => {
    expect(serializeInteger(value)).toBe(written);
  });
});
