import { describe, expect, it } from "vitest";
import { parseModule } from "../../../adapters/plugin/source/parse.ts";
import { shapeOf } from "../../../adapters/plugin/source/shape.ts";
import { diagnosticsOf, LIBRARY, read, siteOf, valueOf } from "./module.ts";

describe("@autocache-ignore", () => {
  it.each([
    ["a statement", "cached((x) => { /* @autocache-ignore */ log(x); return x })"],
    [
      "a statement, in a line before it",
      "cached((x) => {\n // @autocache-ignore: says nothing\n // of the value\n log(x); return x })",
    ],
    ["a branch", "cached((x) => { if (x) /* @autocache-ignore */ log(x); return x })"],
    ["a variable", "cached((x) => { /* @autocache-ignore */ const l = log(x); return x })"],
    ["a property", "cached((x) => f({ /* @autocache-ignore */ a: log(x) }))"],
    ["a member of a class", "cached((x) => class { /* @autocache-ignore */ a = log(x) })"],
  ])("takes the influence from %s", (_, code) => {
    expect(valueOf(LIBRARY + code)).toBe(valueOf(LIBRARY + code.replace("log(x)", "log(x, 'more')")));
  });

  it("leaves no trace of a statement", () => {
    expect(valueOf(`${LIBRARY}cached((x) => { /* @autocache-ignore */ log(x); return x })`)).toBe(
      valueOf(`${LIBRARY}cached((x) => x)`),
    );
  });

  it.each([
    "/* @autocache-ignore */ const a = 1;",
    "// @autocache-ignore\nexport const a = 1;",
    "export /* @autocache-ignore */ function a() {}",
    "/** @autocache-ignore */\nclass a {}",
    "/* @autocache-ignore */ @dec class a {}",
    "/* @autocache-ignore */ export @dec class a {}",
    "/* @autocache-ignore */ a();",
    "/* @autocache-ignore */ export default a;\nfunction a() {}".replace(
      "export default a;",
      "export default () => 1;",
    ),
  ])("is noted of the module's: %s", (code) => {
    expect(shapeOf(parseModule("/a.ts", code)).items[0]?.pragma).toBe("ignore");
  });

  it("is noted of imports, and drops those without names", () => {
    const { bindings, bareImports } = shapeOf(
      parseModule(
        "/a.ts",
        `/* @autocache-ignore */ import { a } from "./a"; import { b, /* @autocache-ignore */ c as d } from "./b"; import e from "./e";
         /* @autocache-ignore */ import "./f"; import "./g";`,
      ),
    );
    expect(bindings.map(({ name, import: from }) => [name, from?.isIgnored])).toEqual([
      ["a", true],
      ["b", undefined],
      ["d", true],
      ["e", undefined],
    ]);
    expect(bareImports).toEqual(["./g"]);
  });

  it("keeps a statement from touching what it names", () => {
    const { bindings } = shapeOf(parseModule("/a.ts", "const a = {}; /* @autocache-ignore */ log(a); use(a);"));
    expect(bindings[0]?.touchedBy).toEqual([2]);
  });

  it.each([
    ["a parameter", "function make(/* @autocache-ignore */ env, k) {"],
    ["a property of a parameter", "function make({ /* @autocache-ignore */ env, k }) {"],
    ["a renamed property", "function make({ /* @autocache-ignore */ e: env, k }) {"],
    ["a parameter with a default", "function make(/* @autocache-ignore */ env = 1, k) {"],
    ["a declaration", "function make(k) { /* @autocache-ignore */ const env = f(k);"],
    ["a declaration by var", "function make(k) { if (k) { /* @autocache-ignore */ var env = f(k); }"],
  ])("keeps %s from being captured", (_, head) => {
    const site = siteOf(`${LIBRARY}${head} return cached(() => env.A + k) }`);
    expect(site.captured).toEqual(["k"]);
    expect(site.diagnostics.map(({ code }) => code)).toEqual(["capture"]);
  });

  it("keeps captured code out of the text", () => {
    const code = (text: string): string =>
      valueOf(
        `${LIBRARY}function make() { /* @autocache-ignore */ const log = () => ${text}; return cached(() => log()) }`,
      );
    expect(code("1")).toBe(code("2"));
  });

  it("does nothing at the end of a line, and says so", () => {
    const code = "first(); // @autocache-ignore\nsecond();";
    const { items, diagnostics } = shapeOf(parseModule("/a.ts", code));
    expect(items.map(({ pragma }) => pragma)).toEqual([undefined, undefined]);
    expect(diagnostics).toMatchObject([{ code: "pragma", line: 1, column: 10 }]);
  });

  it("may stand behind an opening bracket", () => {
    expect(diagnosticsOf(`${LIBRARY}cached((x) => { // @autocache-ignore\n eval(x); return x })`)).toEqual([]);
  });
});

describe("@autocache-pin", () => {
  it("is a word that counts for what is behind it", () => {
    const code = (word: string, body: string): string =>
      valueOf(`${LIBRARY}/* @autocache-pin ${word} */ export const db = ${body}; cached(() => db)`);
    expect(code("v3", "connect(1)")).toBe(code("v3", "connect(2)"));
    expect(code("v3", "connect(1)")).not.toBe(code("v4", "connect(1)"));
    const { shape } = read("/* @autocache-pin v1.2-b */\nfunction f() {}");
    expect(shape.items[0]?.pragma).toEqual({ pin: "v1.2-b" });
  });

  it("works inside functions", () => {
    const code = (word: string, body: string): string =>
      valueOf(`${LIBRARY}cached((x) => { /* @autocache-pin ${word} */ const y = ${body}; return y })`);
    expect(code("v3", "1")).toBe(code("v3", "2"));
    expect(code("v3", "1")).not.toBe(code("v4", "1"));
  });

  it("works for captured code", () => {
    const code = (word: string, body: string): string =>
      valueOf(
        `${LIBRARY}function make() { /* @autocache-pin ${word} */ const f = () => ${body}; return cached(() => f()) }`,
      );
    expect(code("v3", "1")).toBe(code("v3", "2"));
    expect(code("v3", "1")).not.toBe(code("v4", "1"));
  });

  it("works for captured values, which are then not in the key", () => {
    const code = (word: string, init: string): string =>
      `${LIBRARY}function make(env) { /* @autocache-pin ${word} */ const db = ${init}; return cached(() => db.get()) }`;
    expect(siteOf(code("v3", "connect(env)")).captured).toEqual([]);
    expect(valueOf(code("v3", "connect(env)"))).toBe(valueOf(code("v3", "connect(env, 2)")));
    expect(valueOf(code("v3", "connect(env)"))).not.toBe(valueOf(code("v4", "connect(env)")));
  });

  it("works for imports, and for members of classes", () => {
    const imported = (word: string): string =>
      valueOf(`${LIBRARY}/* @autocache-pin ${word} */ import { db } from "./db"; cached(() => [db, db.a])`);
    const member = (word: string, init: string): string =>
      valueOf(`${LIBRARY}cached(() => class { /* @autocache-pin ${word} */ a = ${init} })`);
    expect(imported("v3")).not.toBe(imported("v4"));
    expect(member("v3", "1")).toBe(member("v3", "2"));
    expect(member("v3", "1")).not.toBe(member("v4", "1"));
  });

  it.each(["/* @autocache-pin */ f();", "/* @autocache-pinned v1 */ f();", "/* @autocache-ignored */ f();"])(
    "says that it cannot be read: %s",
    (code) => {
      const { items, diagnostics } = shapeOf(parseModule("/a.ts", code));
      expect(items[0]?.pragma).toBeUndefined();
      expect(diagnostics).toMatchObject([{ code: "pragma", line: 1, column: 1 }]);
    },
  );
});
