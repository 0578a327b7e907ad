import { CACHED } from "../graph/fixture.ts";
import type { HardCase } from "./hard-case.ts";

/** Classes, closures, `this`, and what is captured. */
export const CLASSES: readonly HardCase[] = [
  {
    title: "base classes count across modules, and a method that is not named does not",
    files: {
      "a.ts": `${CACHED}import { B } from "./b";\nclass S extends B { @cached({ name: "x" }) m(i: string) { return this.tag(i) + this.own() } own() { return 1 } other() { return 2 } }`,
      "b.ts": `import { U } from "./u"; export class B extends U { tag(s: string) { return s } }`,
      "u.ts": "export class U { up() { return 1 } }",
    },
    changes: [
      ["b.ts", "return s", "return s + 1"],
      ["u.ts", "return 1", "return 2"],
      ["a.ts", "own() { return 1 }", "own() { return 5 }"],
    ],
    keeps: [["a.ts", "return 2", "return 3"]],
  },
  ...["helper(this)", "this[i]"].map((use) => ({
    title: `the whole class counts where this escapes: ${use}`,
    files: {
      "a.ts": `${CACHED}const helper = (x: any) => x;\nclass S { @cached({ name: "x" }) m(i: any) { return ${use} } other() { return 2 } }`,
    },
    changes: [["a.ts", "return 2", "return 3"] as const],
    tells: ["whole-class"],
  })),
  {
    title: "a class that a function uses counts whole",
    files: {
      "a.ts": `${CACHED}class C { a() { return 1 } b() { return 2 } }\ncached(() => new C().a(), { name: "x" });`,
    },
    changes: [["a.ts", "return 2", "return 3"]],
  },
  {
    title: "private methods, getters and statics are reached by their names",
    files: {
      "a.ts": `${CACHED}class S { static k() { return 1 } #p() { return 2 } get g() { return 3 } set g(v) {} @cached({ name: "x" }) m() { return S.k() + this.#p() + this.g } z() { return 4 } }`,
    },
    changes: [
      ["a.ts", "return 1", "return 9"],
      ["a.ts", "return 2", "return 9"],
      ["a.ts", "return 3", "return 9"],
    ],
    keeps: [["a.ts", "return 4", "return 9"]],
  },
  {
    title: "namespaces, parameter properties, accessors and static blocks count",
    files: {
      "a.ts": `${CACHED}namespace N { export const k = 1; export function f() { return k } }\nclass C { static q = 0; static { C.q = 5 } accessor z = 1; constructor(public p = 3) {} }\ncached(() => [N.f(), new C()], { name: "x" });`,
    },
    changes: [
      ["a.ts", "k = 1", "k = 2"],
      ["a.ts", "C.q = 5", "C.q = 6"],
      ["a.ts", "z = 1", "z = 2"],
      ["a.ts", "public p = 3", "public p = 4"],
      ["a.ts", "public p", "p"],
    ],
    keeps: [["a.ts", "public p", "private readonly p"]],
  },
  {
    title: "captured code joins the text, and captured values are told",
    files: {
      "a.ts": `${CACHED}export function make(w: number) { const k = 2; const h = (x: number) => x + w; const o = { z: 1 }; return cached((v: number) => h(v) * k + o.z, { name: "x" }); }`,
    },
    changes: [
      ["a.ts", "x + w", "x - w"],
      ["a.ts", "k = 2", "k = 3"],
    ],
    keeps: [
      {
        "a.ts": `${CACHED}export function make(weight: number) { const kk = 2; const hh = (y: number) => y + weight; const oo = { z: 1 }; return cached((v: number) => hh(v) * kk + oo.z, { name: "x" }); }`,
      },
    ],
    tells: ["capture", "capture"],
  },
  {
    title: "a capture that is hidden at the call by another variable is an error",
    files: {
      "a.ts": `${CACHED}export function outer(x: number) { const h = () => x; return function inner() { const x = 5 * Math.random(); return cached(() => h() + x, { name: "x" }) } }`,
    },
    isUnsound: true,
  },
  {
    title: "an arrow function that captures this is an error",
    files: { "a.ts": `${CACHED}class S { x = 1; get() { return cached(() => this.x, { name: "x" }) } }` },
    isUnsound: true,
  },
  {
    title: "the this of an ordinary function is told",
    files: {
      "a.ts": `${CACHED}export const o = { h() { return 1 }, m: cached(async function (this: any) { return this.h() }, { name: "x" }) }`,
    },
    tells: ["dynamic-this"],
  },
  {
    title: "a class with fields, whose cached method reads them, is told of",
    files: { "a.ts": `${CACHED}class S { limit = 1; @cached({ name: "x" }) m() { return this.limit } }` },
    changes: [["a.ts", "limit = 1", "limit = 2"]],
    tells: ["instance-state"],
  },
  {
    title: "KNOWN MISS: methods of an argument",
    files: {
      "a.ts": `${CACHED}import { User } from "./u";\ncached((x: User) => x.full(), { name: "x" });`,
      "u.ts": "export class User { full() { return 1 } }",
    },
    keeps: [["u.ts", "return 1", "return 2"]],
  },
  {
    title: "the option deps closes it",
    files: {
      "a.ts": `${CACHED}import { User } from "./u";\ncached((x: User) => x.full(), { name: "x", deps: [User] });`,
      "u.ts": "export class User { full() { return 1 } }",
    },
    changes: [["u.ts", "return 1", "return 2"]],
  },
  {
    title: "KNOWN MISS: in its own value, a method that a subclass overrides; the subclass has one of its own",
    files: {
      "a.ts": `${CACHED}export class S { @cached({ name: "x" }) m() { return this.own() } own() { return 1 } }\nexport class Sub extends S { own() { return 2 } }`,
    },
    keeps: [["a.ts", "return 2", "return 3"]],
  },
  {
    title: "one member of an enum counts by its value",
    files: {
      "a.ts": `${CACHED}import { E } from "./e";\ncached(() => E.C, { name: "x" });`,
      "e.ts": 'export enum E { A = 1, B, C = "c", D = 1 << 3 }',
    },
    changes: [["e.ts", '"c"', '"d"']],
    keeps: [["e.ts", "A = 1", "A = 2"]],
  },
  {
    title: "a counted member of an enum counts with those before it",
    files: {
      "a.ts": `${CACHED}import { E } from "./e";\ncached(() => E.B, { name: "x" });`,
      "e.ts": 'export enum E { A = 1, B, C = "c", D = 1 << 3 }',
    },
    changes: [["e.ts", "A = 1", "A = 2"]],
    keeps: [["e.ts", '"c"', '"d"']],
  },
  {
    title: "an enum counts whole by a computed member, and for a member that is computed",
    files: {
      "a.ts": `${CACHED}import { E, F } from "./e";\ncached((i: number) => [E[i], F.D], { name: "x" });`,
      "e.ts": 'export enum E { A = 1, C = "c" }\nexport enum F { D = 1 << 3 }',
    },
    changes: [
      ["e.ts", '"c"', '"d"'],
      ["e.ts", "1 << 3", "1 << 4"],
    ],
  },
];
