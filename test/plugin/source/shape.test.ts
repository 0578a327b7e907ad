import { describe, expect, it } from "vitest";
import { parseModule } from "../../../adapters/plugin/source/parse.ts";
import { shapeOf } from "../../../adapters/plugin/source/shape.ts";
import type { BindingShape, Shape } from "../../../adapters/plugin/source/summary.ts";
import { LIBRARY, pathOf } from "./module.ts";

function shape(code: string, file = "/app/a.ts"): Shape {
  return shapeOf(parseModule(file, code));
}

function binding(of: Shape, name: string): BindingShape {
  const found = of.bindings.find((each) => each.name === name);
  if (found === undefined) throw new Error(`Cannot find "${name}": it is a binding: received none`);
  return found;
}

/** What is called in a file, followed to imports. */
function callees(code: string): string[] {
  const of = shape(LIBRARY + code);
  return of.callees.map((origin) => pathOf(of, origin));
}

describe("shapeOf()", () => {
  it("divides a module into declarators, functions, classes and statements", () => {
    const { bindings, items } = shape(`const a = 1, { b, c: [d] } = f(); function f() {} class G {} enum H {}
      namespace I { export const x = 1 } f(); export default () => 1; type J = 1; declare const k: 1; ;`);
    expect(items.map(({ declares, isEffect }) => [...declares.map((id) => bindings[id]?.name), isEffect])).toEqual([
      ["a", false],
      ["b", "d", false],
      ["f", false],
      ["G", false],
      ["H", false],
      ["I", false],
      [true],
      ["default", false],
    ]);
  });

  it("says where in a pattern a name stands", () => {
    const { bindings } = shape("const { a, b: [c] } = f(), { d } = f(), e = 1;");
    expect(bindings.map(({ name, place }) => [name, place])).toEqual([
      ["a", 0],
      ["c", 1],
      ["d", undefined],
      ["e", undefined],
    ]);
  });

  it("reads imports and exports, types apart", () => {
    const of = shape(`import d, { a as b, type T } from "./x"; import * as ns from "./y"; import type { U } from "./z";
      import "./bare"; import { type V } from "./v"; import old = require("./old");
      export { b as c, d as default, T }; export { e as f } from "./x"; export * as all from "./y"; export * from "./z";
      export type { W } from "./w"; export const [g, { h }] = d; export function i() {} export enum J {}
      export interface K {} export { b as "with space" }; export namespace L { export const x = 1 }`);
    expect(of.bindings.filter((each) => each.import).map((each) => [each.name, each.import])).toEqual([
      ["d", { source: "./x", name: "default" }],
      ["b", { source: "./x", name: "a" }],
      ["ns", { source: "./y", name: "*" }],
      ["old", { source: "./old", name: "*" }],
    ]);
    expect(
      Object.entries(of.exports).map(([name, to]) => [name, "source" in to ? to : of.bindings[to.binding]?.name]),
    ).toEqual([
      ["c", "b"],
      ["default", "d"],
      ["f", { source: "./x", name: "e" }],
      ["all", { source: "./y", name: "*" }],
      ["g", "g"],
      ["h", "h"],
      ["i", "i"],
      ["J", "J"],
      ["with space", "b"],
      ["L", "L"],
    ]);
    expect([of.stars, of.bareImports]).toEqual([["./z"], ["./bare"]]);
  });

  it("exports a name that is in the prototype of objects only if the module does", () => {
    const { exports } = shape("export const constructor = 1; export { constructor as __proto__ };");
    expect(Object.keys(exports)).toEqual(["constructor", "__proto__"]);
    expect("toString" in exports).toBe(false);
  });

  it.each([
    ["export default function f() {}", "f"],
    ["export default class F {}", "F"],
    ["const a = 1; export default a;", "a"],
    ["export default 1;", "default"],
    ["export default () => 1;", "default"],
    ["export = f();", "default"],
  ])("gives what is behind %s", (code, name) => {
    const of = shape(code);
    const to = of.exports["default"];
    expect(to !== undefined && "binding" in to ? of.bindings[to.binding]?.name : to).toBe(name);
  });

  it("tells who else decides what a variable is", () => {
    const of = shape(`let a = 1; a = 2; function f() { a++; o.x = 1 } const o = {}; o.y = 2; console.log(o); f();
      const p = {}; function g() { delete p.x; [p.y] = [1] } const q = {}; q.z = 1; const r = () => q; import m from "m"; m.x = 1;`);
    const touched = ({ touchedBy, isMutable }: BindingShape): unknown => [touchedBy, isMutable];
    expect(["a", "o", "f", "p", "q", "m"].map((name) => [name, touched(binding(of, name))])).toEqual([
      ["a", [[1, 2], true]],
      ["o", [[2, 4, 5], true]],
      ["f", [[6], false]],
      ["p", [[8], true]],
      ["q", [[10], false]],
      ["m", [[12], false]],
    ]);
  });

  it("takes a variable that is made at its first use for one that does not change", () => {
    const of = shape("let a; let b; function f() { return (a ??= make()) } function g() { b ??= 1; b = 2 }");
    expect(["a", "b"].map((name) => binding(of, name))).toMatchObject([
      { touchedBy: [2], isMutable: false },
      { touchedBy: [3], isMutable: true },
    ]);
  });

  it("does not count what is declared by the same name inside", () => {
    const of = shape("let a = 1; function f(a) { a = 2 } { let a; a = 3 } for (let a = 0; ; a++) break;");
    expect(binding(of, "a")).toMatchObject({ touchedBy: [], isMutable: false });
  });

  it("counts the members of an enum", () => {
    const of = shape(`enum A { B, C = 5, D, E = "e", F, G = -1, H, I = 1 << 2, "j k" = 3 }
      enum L { M } enum L { N = 1 }`);
    expect(binding(of, "A").members).toEqual({ B: 0, C: 5, D: 6, E: "e", G: -1, H: 0, "j k": 3 });
    expect(binding(of, "L").members).toBeUndefined();
    expect(binding(of, "L").items).toHaveLength(2);
  });

  it("finds classes that extend another, and where they end", () => {
    const code =
      "import { A } from './a'; class B extends A { }\nconst C = class extends B {}; class D {} class E extends f() {}";
    const of = shape(code);
    expect(
      of.subclasses.map(({ item, base, bodyEnd }) => [item, pathOf(of, base), code.slice(bodyEnd - 1, bodyEnd + 1)]),
    ).toEqual([
      [0, "A", " }"],
      [1, "B?", "{}"],
    ]);
  });

  it("says that code is nested too deeply, and does not throw", () => {
    for (const code of [`f()${".then(g)".repeat(4_000)};`, `const a = ${"[".repeat(4_000)}${"]".repeat(4_000)};`]) {
      expect(shape(code)).toMatchObject({ items: [], diagnostics: [{ code: "too-deep", line: 1, column: 1 }] });
    }
  });

  it("says where the syntax is wrong, and does not throw", () => {
    for (const file of ["/a.ts", "/a.tsx", "/a.js"]) {
      expect(shape("const a = 1;\n  const b = ;\n", file).diagnostics).toMatchObject([
        { code: "syntax", line: 2, column: 13 },
      ]);
    }
    expect(shape("const a: number = <T,>() => <p/>;", "/a.tsx").diagnostics).toEqual([]);
    expect(shape("const a = <p/>;", "/a.js").diagnostics).toEqual([]);
    expect(shape("const a = <number>b;", "/a.ts?v=1").diagnostics).toEqual([]);
  });
});

describe("an origin", () => {
  it.each([
    ["an import", "cached(f)", "cached"],
    ["another name", "const c = cached; c(f)", "cached"],
    ["an instance", "const cache = createCache({}); cache.cached(f)", "createCache ({}) cached"],
    [
      "an instance with options from elsewhere",
      "import o from './o'; createCache(o).cached(f)",
      "createCache () cached",
    ],
    ["options that are a constant", "const o = {}; createCache(o).cached(f)", "createCache ({}) cached"],
    ["a wrapper", "cached({ ttl: 1 })(f)", "cached ({})"],
    ["a wrapper in a variable", "const five = cached({ ttl: 1 }); five(f)", "cached ({})"],
    ["destructuring", "const { cached: c } = createCache(); c(f)", "createCache ({}) cached"],
    ["destructuring inside destructuring", "import * as a from 'a'; const { b: { cached: c } } = a; c(f)", "b cached"],
    [
      "a local instance",
      "function g(e) { const cache = createCache(e); return cache.cached(f) }",
      "createCache () cached",
    ],
    [
      "a local variable for the function",
      "function g(e) { const { cached: c } = createCache(e); c(f) }",
      "createCache () cached",
    ],
    ["a function that makes one", "const g = (e) => createCache(e); g(1).cached(f)", "createCache () cached"],
    [
      "a function with variables",
      "function g(e) { const a = e; const c = createCache(a); return c } g(1).cached(f)",
      "createCache () cached",
    ],
    [
      "a function that keeps one",
      "let c; function g(e) { return (c ??= createCache(e)) } g(1).cached(f)",
      "createCache () cached",
    ],
    [
      "a function that has one already",
      "let c; function g(e) { if (c) return (c = createCache(e)); return c ?? (c = createCache(e)) } g(1).cached(f)",
      "createCache () cached",
    ],
    [
      "a variable that is filled later",
      "let c; function g(e) { if (!c) c = createCache(e); return c } g(1).cached(f)",
      "createCache () cached",
    ],
    ["a variable that was null", "let c = null; c ??= createCache({}); c.cached(f)", "createCache ({}) cached"],
    [
      "a local variable that is filled later",
      "function g(e) { let c; c ||= createCache(e); c.cached(f) }",
      "createCache () cached",
    ],
    ["a static field", "class A { static short = createCache({}) } A.short.cached(f)", "createCache ({}) cached"],
    [
      "an asynchronous function",
      "async function g(e) { return createCache(e) } (await g(1)).cached(f)",
      "createCache () cached",
    ],
    ["an inner function", "function h(e) { const g = () => createCache(e); g().cached(f) }", "createCache () cached"],
    [
      "an object of caches",
      "const caches = { short: createCache({}) }; caches.short.cached(f)",
      "createCache ({}) cached",
    ],
    ["a field", "class A { cache = createCache({}); m = this.cache.cached(f) }", "createCache ({}) cached"],
    ["a private field", "class A { #cache = createCache({}); m = this.#cache.cached(f) }", "createCache ({}) cached"],
    ["a namespace", 'import * as lib from "@autocache/edge"; lib.cached(f)', "cached"],
    ["brackets", 'const cache = createCache(); cache["cached"](f)', "createCache ({}) cached"],
    ["an optional chain", "const cache = createCache(); cache?.cached(f)", "createCache ({}) cached"],
    ["types", "const cache = createCache() as any; (cache!.cached as any)(f)", "createCache ({}) cached"],
    ["a comma", "(0, cached)(f)", "cached"],
  ])("is followed through %s", (_, code, path) => {
    expect(callees(code)).toContain(path);
  });

  it.each([
    ["a parameter of that name", "function g(cached) { cached(f) }"],
    ["a variable that is assigned again", "let c = cached; c = g; c(f)"],
    ["a variable that is filled with other things too", "let c = createCache(); function g(e) { c = e } c.cached(f)"],
    ["a variable that a pattern fills too", "let c = createCache(); [c] = g(); c.cached(f)"],
    ["a computed member", "const cache = createCache(); cache[name](f)"],
    [
      "functions that return now this, now that",
      "function g(e) { if (e) return createCache(); return other } g(1).cached(f)",
    ],
    ["a circle", "function h() { const a = b, b = a; a.cached(f) }"],
    ["fields that are each other's", "class A { a = this.b; b = this.a; m = this.a.cached(f) }"],
    ["properties that are each other's", "const o = { a: o.b, b: o.a }; o.a.cached(f)"],
    ["functions that call each other", "const g = () => h(), h = () => g(); g().cached(f)"],
    ["generators", "function* g() { return createCache() } g().cached(f)"],
  ])("ends at %s", (_, code) => {
    expect(callees(code).filter((path) => /^c(?:ached|reateCache).*cached$/.test(path))).toEqual([]);
  });

  it("is found at once in code that assigns much, and calls much", () => {
    const names = Array.from({ length: 60 }, (_, index) => `v${index}`);
    const assigned = names.flatMap((name) => names.map((other) => `${name} = ${other};`)).join("");
    const chain = ".then(g)".repeat(500);
    expect(callees(`function h() { let ${names.join()}; ${assigned} v0.cached(f) } cached(f)${chain}`)).toContain(
      "cached",
    );
  });

  it("goes through a decorator, called or not", () => {
    expect(
      callees("const cache = createCache(); class A { @cached({}) a() {} @cache.cached() b() {} @cached c() {} }"),
    ).toEqual(["createCache", "cached", "createCache ({}) cached"]);
  });

  it("is there once, however often it is called", () => {
    expect(callees("cached(f); cached(g); cached(h);")).toEqual(["cached"]);
  });
});
