import type { Files } from "../files.ts";

/** A function whose body is made of some syntax, with what stands before it in its module. */
interface Specimen {
  readonly body: string;
  readonly head?: string;
}

const only = (body: string): Specimen => ({ body });

/** Some of every syntax that exists at run time, TypeScript's own included, by what is shown. */
const SYNTAX: Readonly<Record<string, Specimen>> = {
  "array literal, holes and spread": only("return [a, , ...b, 1];"),
  "array pattern": only("const [x, , y = 2, ...rest] = a; return [x, y, rest];"),
  "arrow function": only("const add = (x, y) => x + y; const make = () => ({ add }); return make().add(a, b);"),
  "assignment operators": only("let x = a; x += 1; x -= 2; x **= 2; x ??= b; x ||= 1; x &&= 2; x >>>= 1; return x;"),
  "assignment to patterns": only("let x, y; ({ x, y = 1 } = a); [x, a.z] = [y, x]; return [x, y];"),
  "async generator, for await and yield": only(
    "async function* each() { yield 1; yield* a; } let sum = 0; for await (const x of each()) sum += x; return sum;",
  ),
  "binary operators": only(
    "return [a + b, a - b, a * b, a / b, a % b, a ** b, a << b, a >> b, a >>> b, a & b, a | b, a ^ b, a == b, a != b, a === b, a !== b, a < b, a <= b, a > b, a >= b, a in b, a instanceof Map];",
  ),
  blocks: only("{ const a = 1; { const b = a; return b; } }"),
  "break, continue and labels": only("outer: for (;;) { for (;;) { if (a) continue outer; break outer; } } return b;"),
  call: only("return a(b, ...a)(1).b();"),
  "class declaration": only(
    "class One extends Map { static count = 0; #secret = 1; open = 2; ['computed' + a] = 3; 4 = 5; constructor(x) { super(x); this.open = new.target.name; } get secret() { return this.#secret; } set secret(to) { this.#secret = to; } static make() { return new this(); } async *all() { yield this.#hidden(); } #hidden() { return #secret in this; } static #total = 6; static sum() { return One.#total; } } return One.make();",
  ),
  "class expression": only("return new (class Named { own = Named; other = class {}; })();"),
  "accessor, static block and super": only(
    "class Base { up() { return 1; } } class Two extends Base { accessor value = 1; static accessor shared = 2; static { this.done = true; } up() { return super.up() + super['down']; } } return Two;",
  ),
  conditional: only("return a ? b : a === 1 ? 2 : 3;"),
  debugger: only("debugger; return a;"),
  decorators: only(
    "const mark = (x) => x; @mark class Marked { @mark field = 1; @mark method() {} @mark get got() { return 1; } @(mark(b)) accessor way = 2; } return Marked;",
  ),
  "empty statement": only(";;; return a;"),
  "for loops": only(
    "for (let i = 0, j = 1; i < a; i++, j--) b(i, j); for (const key in a) b(key); for (const x of a) b(x); for (a.x of b) continue; for (;;) break;",
  ),
  "function declaration": only(
    "function named(x, y = x, { z, ...more } = {}, ...rest) { return arguments.length + named.length + x + y + z + more + rest; } return named(a, b);",
  ),
  "function expression": only(
    "return [function () { return this; }, function self(x) { return x && self(x - 1); }, async function* () { yield await a; }];",
  ),
  "global names": only("return [Math.max(a, b), undefined, NaN, globalThis.process, typeof window];"),
  if: only("if (a) return 1; else if (b) { return 2; } return 3;"),
  "import of a module at run time": { body: 'return (await import("./reached.ts")).value;' },
  "import.meta and new.target": only("return [import.meta.url, function () { return new.target; }];"),
  "imported bindings": {
    head: 'import main, { value as renamed, type Shape } from "./reached.ts";\nimport * as reached from "./reached.ts";\nimport data from "./data.json" with { type: "json" };',
    body: "return [main, renamed, reached.value, reached[a], data.list] satisfies Shape;",
  },
  "literals of numbers": only("return [0, 1.5, 1e21, 0x10, 0b11, 0o17, 1_000, .5, 10n, 0xffn];"),
  "literals of strings": only(String.raw`return ["plain", 'quo"te', "\u{1F600}\n\0", "\ud800", ""];`),
  "literals of other kinds": only(String.raw`return [true, false, null, /a+\/[/]/giu, /(?<x>b)/v];`),
  "logical operators": only("return (a && b) || (a ?? b);"),
  members: only('return a.b + a["b"] + a[b] + a?.b + a?.[b] + a?.(b) + a?.b.c(1)?.d;'),
  new: only("return [new a(), new a.b(1, ...b), new (a())()];"),
  "object literal": only(
    'return { a, b: 1, "quoted": 2, 3: 4, [a]: 5, method() { return super.toString(); }, get x() { return 1; }, set x(to) {}, async *each() {}, ...b, __proto__: null, ["__proto__"]: 1 };',
  ),
  "object pattern": only("const { x, y: z = 1, [b]: w, ...rest } = a; return [x, z, w, rest];"),
  return: only("if (a) return; return b;"),
  sequence: only("return (a(), b(), 1);"),
  switch: only("switch (a) { case 1: case 2: return b; default: a(); case 3: break; } return 0;"),
  templates: only("return `plain ${a} and ${`inner ${b}`}\\n` + String.raw`C:\\${a}\\u`;"),
  this: only("return function () { return [this, () => this]; };"),
  throw: only("throw new Error(`no ${a}`, { cause: b });"),
  try: only("try { a(); } catch { b(); } try { a(); } catch ({ message }) { return message; } finally { b(); }"),
  "type syntax that is erased": only(
    "interface Gone { x: 1 } type Alias = Gone; const x = a as unknown as Alias; const y = <T,>(it: T): T => it!; declare const z: number; return (y<number> satisfies unknown)(x.x + z);",
  ),
  "unary operators": only("return [-a, +a, !a, ~a, typeof a, void a, delete a.b];"),
  "update operators": only("let x = 1; return [x++, ++x, x--, --a.x];"),
  variables: only("const x = 1, y = 2; let z; var w = x; return [x, y, z, w];"),
  "while and do": only("while (a) a(); do b(); while (b);"),
  enum: {
    head: "enum Colour { Red, Green = 5, Blue, Name = 'n', Computed = 1 << 3, 'with-dash' = 2 }\nconst enum Inlined { One = 1, Two }",
    body: "enum Inner { X, Y = X + 1 } return [Colour.Red, Colour.Computed, Colour[a], Inlined.Two, Inner.Y];",
  },
  namespace: {
    head: "namespace Outer.Inner { export const value = 1; let hidden = 2; export function read() { return hidden + value; } }\nnamespace Outer { export import Short = Outer.Inner; }",
    body: "return [Outer.Inner.read(), Outer.Short];",
  },
  "import equals and export equals": {
    head: 'import legacy = require("./legacy.cts");',
    body: "return legacy;",
  },
  "parameter properties and abstract members": {
    head: "abstract class Shop { constructor(public readonly name = 'x', private open?: boolean) {} abstract sell(): void; declare kept: number; [index: string]: unknown; over(x: 1): 1; over(x: unknown) { return x; } }",
    body: "return class extends Shop { sell() { return this.open; } };",
  },
  "exports of a module": {
    head: 'import * as exported from "./exported.ts";',
    body: "return exported;",
  },
  "effects of the module": {
    head: "const registry = new Map();\nregistry.set(1, 2);\nlet counter = 0;\nfunction count() { counter += 1; }",
    body: "count(); return [registry, counter];",
  },
};

const JSX: Readonly<Record<string, Specimen>> = {
  "JSX elements": only(
    'return <section title="a &amp; b" data-x={a} {...b} hidden aria:label="c"><a.b.c />text {a} {/* nothing */} {...b} <x:y /></section>;',
  ),
  "JSX fragments": only("return <><b>{`${a}`}</b>\n  lines   of\n  text </>;"),
};

const FILES: Readonly<Record<string, string>> = {
  "package.json": '{ "name": "specimens", "private": true, "type": "module" }',
  "tsconfig.json": '{ "compilerOptions": { "jsx": "react-jsx", "jsxImportSource": "tiny-jsx" } }',
  "node_modules/tiny-jsx/package.json":
    '{ "name": "tiny-jsx", "version": "1.0.0", "type": "module", "exports": { "./jsx-runtime": "./index.js" } }',
  "node_modules/tiny-jsx/index.js": "export const jsx = () => null;",
  "src/reached.ts":
    "export interface Shape { length: number }\nexport const value = 1;\nexport default function () { return value; }",
  "src/exported.ts":
    'export * from "./reached.ts";\nexport * as all from "./reached.ts";\nexport const own = 1;\nexport { own as other };\nexport default class { static own = own; }',
  "src/data.json": '{ "list": [1, 2.5, "three", null, { "four": true }] }',
  "src/legacy.cts": "const legacy = { value: 1 };\nexport = legacy;",
};

/** A project with every specimen as a cached function of its own. */
export function specimenProject(): Files {
  return new Map([...Object.entries(FILES), ["src/syntax.ts", moduleOf(SYNTAX)], ["src/jsx.tsx", moduleOf(JSX)]]);
}

function moduleOf(specimens: Readonly<Record<string, Specimen>>): string {
  const heads = Object.values(specimens).flatMap(({ head }) => (head === undefined ? [] : [head]));
  const calls = Object.entries(specimens).map(
    ([name, { body }]) => `cached(async (a, b) => { ${body} }, { name: ${JSON.stringify(name)} });`,
  );
  return ['import { cached } from "@autocache/edge";', ...heads, ...calls, ""].join("\n\n");
}
