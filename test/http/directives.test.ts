import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  deltaSeconds,
  type Directives,
  effectiveDirectives,
  parseCacheControl,
  parseDeltaSeconds,
} from "../../src/http/rfc/directives.ts";

function record(directives: Directives): Record<string, string | true> {
  return Object.fromEntries(directives);
}

const CDN = ["cdn-cache-control"];

function targeted(field: string, cacheControl = "no-store"): Record<string, string | true> | "ignored" {
  const headers = new Headers({ "cache-control": cacheControl, "cdn-cache-control": field });
  const { directives, isTargeted } = effectiveDirectives(headers, CDN);
  if (!isTargeted) expect(directives).toEqual(parseCacheControl(cacheControl));
  return isTargeted ? record(directives) : "ignored";
}

describe("parseCacheControl()", () => {
  it.each<[string, Record<string, string | true>]>([
    ["", {}],
    [" , ,, \t,", {}],
    ["max-age=3600", { "max-age": "3600" }],
    ["MaX-aGe=3600, No-StOrE", { "max-age": "3600", "no-store": true }],
    ["public,max-age=1 ,\ts-maxage=2", { public: true, "max-age": "1", "s-maxage": "2" }],
    ['max-age="3600"', { "max-age": "3600" }],
    ["max-age=003600", { "max-age": "003600" }],
    ["foobar, max-age=3600", { foobar: true, "max-age": "3600" }],
    ['a="", b="\\"\\\\\\c"', { a: "", b: '"\\c' }],
    ["stale-while-revalidate=4, stale-if-error=60", { "stale-while-revalidate": "4", "stale-if-error": "60" }],
    ["__proto__=1", { ["__proto__"]: "1" }],
  ])("reads %o", (text, directives) => {
    expect(parseCacheControl(text)).toEqual(new Map(Object.entries(directives)));
  });

  it("knows no directives where there is no field", () => {
    expect(parseCacheControl(null).size).toBe(0);
  });

  it.each<[string, Record<string, string | true>]>([
    ['extension="max-age=3600", max-age=1', { extension: "max-age=3600", "max-age": "1" }],
    ['max-age=1, extension="max-age=3600"', { "max-age": "1", extension: "max-age=3600" }],
    ['extension="a, no-store, max-age=3600", public', { extension: "a, no-store, max-age=3600", public: true }],
    ['extension="\\", max-age=3600, \\"", public', { extension: '", max-age=3600, "', public: true }],
    ['"max-age=3600, no-store"', {}],
  ])("takes nothing in a quoted string for a directive: %s", (text, directives) => {
    expect(record(parseCacheControl(text))).toEqual(directives);
  });

  it.each([
    "max-age =3600",
    "max-age= 3600",
    "max-age = 3600",
    "max-age=\t3600",
    "max-age 3600",
    "max-age:3600",
    "max-age",
    "max-age=",
    'max-age=""',
    'max-age="36"00',
    'max-age="3600',
    'max-age=" 3600"',
    "max-age='3600'",
    "max-age==3600",
    "max-age=-3600",
    "max-age=+3600",
    "max-age=3600.0",
    "max-age=3600.5",
    "max-age=1e3",
    "max-age=0x10",
    "max-age=a3600",
    "max-age=3600a",
    "max-age=3600;a",
    "max-age=36 00",
    "max-age=٣",
    "max-age=abc, max-age=3600",
  ])("has max-age, but no seconds of it, in %s", (text) => {
    const directives = parseCacheControl(text);
    expect(directives.has("max-age")).toBe(true);
    expect(deltaSeconds(directives, "max-age")).toBeUndefined();
  });

  it.each(["max-stale =10", "max-stale=", "max-stale;a"])("does not take %s for a max-stale without limit", (text) => {
    expect(parseCacheControl(text).get("max-stale")).not.toBe(true);
  });

  it.each([
    "no-store",
    "no-store=1",
    'no-store=""',
    "no-store=",
    "no-store ;max-age=60",
    "no-store; max-age=60",
    'extension="a, no-store',
    'a="\\", no-store',
    'public", no-store',
  ])("keeps a restriction that is written wrong: %s", (text) => {
    expect(parseCacheControl(text).has("no-store")).toBe(true);
  });

  it("takes the first of several directives of one name", () => {
    expect(record(parseCacheControl("max-age=1800, max-age=1"))).toEqual({ "max-age": "1800" });
    expect(record(parseCacheControl("MAX-AGE=1, max-age=1800"))).toEqual({ "max-age": "1" });
  });

  it.each<[string, string | true]>([
    ['private="a"', "a"],
    ["private=a", "a"],
    ['private=" a ,, B,"', "a, B"],
    ['private="a", private="b"', "a, b"],
    ['private="a", private', true],
    ['private, private="a"', true],
    ["private=", true],
    ['private=""', true],
    ['private=" , "', true],
    ['private="a b"', true],
    ['private="a;b"', true],
    ['private="a', true],
    ["private; max-age=60", true],
    ["private =a", true],
  ])("reads the fields of %s, and concerns the whole response in doubt", (text, fields) => {
    expect(parseCacheControl(text).get("private")).toBe(fields);
    expect(parseCacheControl(text.replaceAll("private", "No-Cache")).get("no-cache")).toBe(fields);
  });

  it("takes a text of millions of escapes without overflowing the stack", { timeout: 30_000 }, () => {
    const escapes = '\\"'.repeat(3_000_000);
    expect(parseCacheControl(`a="${escapes}", no-store`).get("no-store")).toBe(true);
    expect(parseCacheControl(`a="${escapes}, no-store`).get("no-store")).toBe(true);
  });

  it("reads a long hostile field in linear time", () => {
    const size = 200_000;
    const quotes = `a="${'\\"'.repeat(size)}`;
    const fields = [quotes, ",".repeat(size), `a${" ".repeat(size)}b`, "a=".repeat(size), '"'.repeat(size + 1)];
    const started = performance.now();
    for (const text of fields) parseCacheControl(`${text}, private="${"a,".repeat(size)}"`);
    expect(performance.now() - started).toBeLessThan(5_000);
  });

  it("reads the directives that were written, however they are spaced and quoted", () => {
    const name = fc.stringMatching(/^x-[a-z0-9_.!#$%&'*+^`|~-]{0,8}$/);
    const value = fc.oneof(fc.constant(true as const), fc.stringMatching(/^[\x20-\x7e]{0,12}$/));
    const style = fc.record({
      before: fc.stringMatching(/^[ \t]{0,2}$/),
      after: fc.stringMatching(/^[ \t]{0,2}(,[ \t]?)?$/),
      isUpper: fc.boolean(),
      isQuoted: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.uniqueArray(fc.tuple(name, value, style), { selector: ([key]) => key }), (members) => {
        const texts = members.map(([key, argument, { before, after, isUpper, isQuoted }]) => {
          const isToken = argument !== true && /^[!#$%&'*+.^_`|~\w-]+$/.test(argument) && !isQuoted;
          const quoted = isToken ? argument : `"${String(argument).replace(/["\\]/g, "\\$&")}"`;
          return `${before}${isUpper ? key.toUpperCase() : key}${argument === true ? "" : `=${quoted}`}${after}`;
        });
        expect(parseCacheControl(texts.join(","))).toEqual(new Map(members.map(([key, argument]) => [key, argument])));
      }),
      { numRuns: 2_000 },
    );
  });

  it("never throws, and never loses a no-store that is a member by itself", () => {
    const pieces = fc.array(
      fc.oneof(
        fc.constantFrom("max-age", "private", "=", ",", ";", "\\", " ", "3600", "'"),
        fc.string({ unit: "binary", maxLength: 2 }).map((text) => text.replaceAll('"', "")),
      ),
      { maxLength: 16 },
    );
    fc.assert(
      fc.property(pieces, pieces, fc.constantFrom("", '"'), (before, after, quote) => {
        const text = `${before.join("")}${quote},no-store,${after.join("")}`;
        expect(parseCacheControl(text).has("no-store")).toBe(true);
      }),
      { numRuns: 5_000 },
    );
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => parseCacheControl(text) instanceof Map),
      { numRuns: 5_000 },
    );
  });
});

describe("deltaSeconds()", () => {
  it.each([
    ["max-age=0", 0],
    ["max-age=003600", 3_600],
    ['max-age="3600"', 3_600],
    ["max-age=2147483647", 2_147_483_647],
    ["max-age=2147483648", 2_147_483_648],
    ["max-age=2147483649", 2_147_483_648],
    ["max-age=99999999999", 2_147_483_648],
    [`max-age=${"9".repeat(400)}`, 2_147_483_648],
    ["s-maxage=5", undefined],
  ])("reads %s", (text, seconds) => {
    expect(deltaSeconds(parseCacheControl(text), "max-age")).toBe(seconds);
  });
});

describe("parseDeltaSeconds()", () => {
  it.each(["", " 1", "1 ", "1\n", "-1", "7200.0", "abc", "7200;foo=bar", "0, 7200"])("refuses %o", (text) => {
    expect(parseDeltaSeconds(text)).toBeUndefined();
  });

  it("reads back any whole number up to its limit", () => {
    fc.assert(fc.property(fc.nat(), (seconds) => parseDeltaSeconds(`${seconds}`) === seconds));
  });
});

describe("effectiveDirectives()", () => {
  it("takes Cache-Control where nothing is targeted", () => {
    const headers = new Headers({ "cache-control": "max-age=1", "cdn-cache-control": "max-age=2" });
    expect(effectiveDirectives(headers, [])).toEqual({
      directives: new Map([["max-age", "1"]]),
      isTargeted: false,
    });
    expect(effectiveDirectives(new Headers(), CDN)).toEqual({ directives: new Map(), isTargeted: false });
  });

  it("takes the first targeted field that is valid and not empty", () => {
    const targets = ["own-cache-control", "cdn-cache-control"];
    const headers = new Headers({ "cache-control": "max-age=1", "cdn-cache-control": "max-age=2" });
    const seconds = () => deltaSeconds(effectiveDirectives(headers, targets).directives, "max-age");
    expect(seconds()).toBe(2);
    headers.set("own-cache-control", "");
    expect(seconds()).toBe(2);
    headers.set("own-cache-control", "max-age=3,");
    expect(seconds()).toBe(2);
    headers.set("own-cache-control", "max-age=3");
    expect(seconds()).toBe(3);
    headers.set("own-cache-control", "foo");
    expect(seconds()).toBeUndefined();
  });

  it.each<[string, Record<string, string | true> | "ignored"]>([
    ["max-age=3600", { "max-age": "3600" }],
    ["foobar, max-age=3600", { foobar: true, "max-age": "3600" }],
    ["max-age=3600;x=1;y", { "max-age": "3600" }],
    ["max-age=99999999999", { "max-age": "99999999999" }],
    ["max-age=1, max-age=2", { "max-age": "2" }],
    ["max-age=-1", { "max-age": "-1" }],
    ["private", { private: true }],
    ["no-cache, no-store, must-revalidate", { "no-cache": true, "no-store": true, "must-revalidate": true }],
    ["max-age=10000, &&&&&", "ignored"],
    ["max-age =100", "ignored"],
    ["max-age= 100", "ignored"],
    ["max-age=1000000000000000", "ignored"],
    ["MaX-aGe=3600", "ignored"],
    ["max-age=3600,", "ignored"],
    ["max-age=3600; Foo", "ignored"],
    ["max-age='3600'", "ignored"],
    ["", "ignored"],
    [" ", "ignored"],
  ])("reads the targeted field %o strictly", (field, directives) => {
    expect(targeted(field)).toEqual(directives);
  });

  it.each(['"10000"', "10000.0", "abc", "?0", ":AQID:", "@10000", '%"10000"', "(10000)"])(
    "gives max-age=%s no seconds, without making the field invalid",
    (value) => {
      expect(targeted(`max-age=${value}, public`)).toEqual({ public: true });
    },
  );

  it("has a max-age that is true, but no seconds of it", () => {
    const { directives } = effectiveDirectives(new Headers({ "cdn-cache-control": "max-age" }), CDN);
    expect(directives.get("max-age")).toBe(true);
    expect(deltaSeconds(directives, "max-age")).toBeUndefined();
  });

  it.each<[string, string | true | undefined]>([
    ['="set-cookie, a"', "set-cookie, a"],
    ["=a", "a"],
    ["", true],
    ["=?1", true],
    ["=?0", undefined],
    ["=1", true],
    ['=("a" "b")', true],
    ['=""', true],
    ['="a b"', true],
  ])("reads private%s and no-cache likewise, and concerns the whole response in doubt", (value, fields) => {
    for (const name of ["private", "no-cache"]) {
      const found = targeted(`${name}${value}`);
      expect(found).toEqual(fields === undefined ? "ignored" : { [name]: fields });
    }
  });

  it.each(["=1", '="a"', "=yes", "=(a)"])("keeps no-store%s", (value) => {
    expect(targeted(`no-store${value}, max-age=60`, "public")).toHaveProperty("no-store");
  });

  it("joins the lines of a field", () => {
    const headers = new Headers([
      ["cdn-cache-control", "max-age=3600"],
      ["cdn-cache-control", "public"],
      ["cache-control", "max-age=1800"],
      ["cache-control", "max-age=1"],
    ]);
    expect(record(effectiveDirectives(headers, CDN).directives)).toEqual({ "max-age": "3600", public: true });
    expect(record(effectiveDirectives(headers, []).directives)).toEqual({ "max-age": "1800" });
  });
});
