import { describe, expect, it } from "vitest";
import { createCache, type FunctionOptions } from "../../src/index.ts";
import { sha256 } from "./reference.ts";

type Options = Pick<FunctionOptions, "version" | "deps">;

async function versionOf(fn: (n: number) => unknown, options: Options = {}): Promise<string> {
  return (
    await createCache()
      .cached(fn, { name: "fn", ...options })
      .trace(1)
  ).version;
}

const double = (n: number): number => n * 2;
const triple = (n: number): number => n * 3;

describe("the version of a function", () => {
  it("is the digest of its text as a list of one", async () => {
    expect(await versionOf(double)).toBe(sha256(JSON.stringify([double.toString()])));
    expect(await versionOf(double)).not.toBe(await versionOf(triple));
  });

  it("is the same for the same text, whatever it captures", async () => {
    const make = (factor: number) => (n: number) => n * factor;
    expect(await versionOf(make(2))).toBe(await versionOf(make(3)));
    expect(await versionOf(make(2), { deps: [2] })).not.toBe(await versionOf(make(3), { deps: [3] }));
  });

  it("is the author's word alone where there is one", async () => {
    expect(await versionOf(double, { version: "2026-11", deps: [triple] })).toBe("2026-11");
    expect(await versionOf(triple, { version: 0 })).toBe("0");
  });

  it("counts functions among the deps by their text, and other values by value", async () => {
    const deps = [triple, "a", { b: 1, a: new Date(0) }, new Set([2, 1])];
    const text = `[${[double, triple].map((fn) => JSON.stringify(fn.toString())).join(",")},"a",{"a":{"$date":"1970-01-01T00:00:00.000Z"},"b":1},{"$set":[1,2]}]`;
    expect(await versionOf(double, { deps })).toBe(sha256(text));
    expect(await versionOf(double, { deps: [] })).toBe(await versionOf(double));
    expect(await versionOf(double, { deps: [undefined] })).not.toBe(await versionOf(double));
    expect(await versionOf(double, { deps: ["a", "b"] })).not.toBe(await versionOf(double, { deps: ["b", "a"] }));
    expect(await versionOf(double, { deps: [["a"]] })).not.toBe(await versionOf(double, { deps: ["a"] }));
  });

  it("reads the deps once, when the function is wrapped", async () => {
    const model = { name: "a" };
    const cache = createCache();
    const before = cache.cached(double, { name: "fn", deps: [model] });
    model.name = "b";
    const after = cache.cached(double, { name: "fn", deps: [model] });
    expect((await before.trace(1)).version).toBe(await versionOf(double, { deps: [{ name: "a" }] }));
    expect((await after.trace(1)).version).toBe(await versionOf(double, { deps: [{ name: "b" }] }));
  });

  it("does not ask a function that has its own toString()", async () => {
    const disguised = Object.assign((n: number) => n * 2, { toString: () => "(n) => n" });
    expect(await versionOf(disguised)).toBe(sha256(JSON.stringify([Function.prototype.toString.call(disguised)])));
  });

  it.each<[string, (n: number) => unknown, readonly unknown[], string]>([
    ["a bound function", double.bind(null), [], '"bound double"'],
    ["a built-in function", Math.sqrt, [], '"sqrt"'],
    ["a bound function among the deps", double, [triple.bind(null)], '"bound triple"'],
    ["a built-in class among the deps", double, [Map], '"Map"'],
    [
      "a bound function without a name",
      (
        () => (n: number) =>
          n
      )().bind(null),
      [],
      '"bound "',
    ],
  ])("is refused for %s, when it is wrapped", (_, fn, deps, what) => {
    expect(() => createCache().cached(fn, { name: "fn", deps })).toThrow(
      new TypeError(
        `Cannot derive a version of "fn" from its code: ${what} is bound or built in, so that its text says nothing: pass \`version\`, or wrap it in an arrow function`,
      ),
    );
    expect(() => createCache().cached(fn, { name: "fn", deps, version: 1 })).not.toThrow();
  });

  it("is not refused for code that speaks of native code", async () => {
    const speaks = (): string => "{ [native code] }";
    expect(await versionOf(speaks)).toBe(sha256(JSON.stringify([speaks.toString()])));
  });

  it.each<[unknown, string]>([
    [{ a: Promise.resolve() }, "deps[1].a: a promise is not its value, await it first"],
    [Symbol("a"), "deps[1]: symbols have no stable identity"],
  ])("is refused where a value among the deps cannot be in a key: %o", (dep, reason) => {
    expect(() => createCache().cached(double, { name: "fn", deps: [triple, dep] })).toThrow(
      new TypeError(`Cannot build a cache key from ${reason}`),
    );
  });
});
