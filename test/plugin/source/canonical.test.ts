import { describe, expect, it } from "vitest";
import { parseModule } from "../../../adapters/plugin/source/parse.ts";
import { shapeOf } from "../../../adapters/plugin/source/shape.ts";
import { LIBRARY, read, valueOf } from "./module.ts";

/** The value of `cached()` around code that follows other code of the module. */
function value(body: string, rest = "", file = "/app/a.tsx"): string {
  return valueOf(`${LIBRARY}${rest}\ncached(${body}, { name: "x" });`, { file });
}

describe("the canonical text", () => {
  it.each([
    ["comments and spaces", "(a) => a+1", "( a )  =>  a /* one */ + 1 // more\n"],
    ["types", "(a) => f(a)", "<T,>(a: T, b?: number) => f(a as unknown as string)!".replace(", b?: number", "")],
    ["satisfies", "() => ({ a: 1 })", "() => ({ a: 1 } satisfies { a: number })"],
    ["quotes", "() => 'a'", '() => "a"'],
    ["templates without expressions", "() => `a\\n`", '() => "a\\n"'],
    ["escapes in strings", '() => "\\u0061"', '() => "a"'],
    ["the spelling of numbers", "() => [1000, 255, 10n, 0.5]", "() => [1e3, 0xff, 1_0n, .5]"],
    ["parentheses", "(a) => (a + 1) * 2", "(a) => ((a + 1)) * (2)"],
    ["semicolons", "() => { f(); g() }", "() => { f(); ; g(); }"],
    ["the braces of single statements", "(a) => { if (a) f(); else g() }", "(a) => { if (a) { f() } else { g() } }"],
    ["the braces of loops", "(a) => { for (;;) f(); }", "(a) => { for (;;) { f() } }"],
    ["the braces of arrow functions", "(a) => a", "(a) => { return a }"],
    ["names of parameters", "(a, b) => a - b", "(one, other) => one - other"],
    ["names of variables", "() => { const a = 1; return a }", "() => { const b = 1; return b }"],
    ["names of inner functions", "() => { function f() {} f() }", "() => { function g() {} g() }"],
    ["names of labels", "() => { a: for (;;) break a }", "() => { b: for (;;) break b }"],
    ["names of caught errors", "() => { try { f() } catch (a) { g(a) } }", "() => { try { f() } catch (e) { g(e) } }"],
    ["const or let", "() => { const a = 1; return a }", "() => { let a = 1; return a }"],
    ["the grouping of declarations", "() => { let a = 1, b = 2; f(a, b) }", "() => { let a = 1; let b = 2; f(a, b) }"],
    ["shorthand", "(a) => ({ a })", "(b) => ({ a: b })"],
    ["shorthand in patterns", "({ a }) => a", "({ a: b }) => b"],
    ["quoted keys", "() => ({ a: 1 })", '() => ({ "a": 1 })'],
    ["brackets around literal keys", "(a) => a.b", '(a) => a["b"]'],
    ["computed keys that are literal", "() => ({ a: 1 })", '() => ({ ["a"]: 1 })'],
    ["undefined or void 0", "() => undefined", "() => void 0"],
    ["true or !0", "() => [true, false]", "() => [!0, !1]"],
    ["use strict", "() => { f() }", '() => { "use strict"; f() }'],
    ["the order of a regular expression's flags", "() => /a/gi", "() => /a/ig"],
    ["names of function expressions that are not read", "function () {}", "function named() {}"],
    [
      "names of private members",
      "() => class { #a = 1; b() { return this.#a } }",
      "() => class { #z = 1; b() { return this.#z } }",
    ],
    ["accessibility", "() => class { a = 1; b() {} }", "() => class { private readonly a = 1; public b() {} }"],
    ["abstract members and overloads", "() => class { b() {} }", "() => class { declare a: 1; b(): void; b() {} }"],
    ["local types", "() => { f() }", "() => { type A = 1; interface B {} f() }"],
    ["the parameter this", "function (a) { return a }", "function (this: void, a: 1) { return a }"],
    ["line breaks in JSX", "() => <p>a b</p>", "() => <p>\n  a b\n</p>"],
    ["comments in JSX", "() => <p>a</p>", "() => <p>a{/* one */}</p>"],
  ])("does not count %s", (_, one, other) => {
    expect(value(one)).toBe(value(other));
  });

  it.each([
    ["an operator", "(a) => a + 1", "(a) => a - 1"],
    ["a literal", "() => 1", "() => 2"],
    ["a number or a string", "() => 1", '() => "1"'],
    ["a big integer", "() => 1", "() => 1n"],
    ["swapped arguments", "(a, b) => f(a, b)", "(a, b) => f(b, a)"],
    ["await", "async (a) => await a", "async (a) => a"],
    ["async", "() => 1", "async () => 1"],
    ["a generator", "function* () {}", "function () {}"],
    ["yield or yield*", "function* (a) { yield a }", "function* (a) { yield* a }"],
    ["an optional chain", "(a) => a?.b", "(a) => a.b"],
    ["where an optional chain ends", "(a) => a?.b.c", "(a) => (a?.b).c"],
    ["an optional call", "(a) => a?.()", "(a) => a()"],
    ["the name of a member", "(a) => a.b", "(a) => a.c"],
    ["a key", "() => ({ a: 1 })", "() => ({ b: 1 })"],
    ["a method or a function", "() => ({ a() {} })", "() => ({ a: function () {} })"],
    ["a getter or a setter", "() => ({ get a() { return 1 } })", "() => ({ a() { return 1 } })"],
    ["an arrow function or a function", "() => () => 1", "() => function () { return 1 }"],
    ["prefix or postfix", "(a) => a++", "(a) => ++a"],
    ["a default", "(a = 1) => a", "(a = 2) => a"],
    ["a rest", "(...a) => a", "(a) => a"],
    ["a hole", "() => [, 1]", "() => [1]"],
    ["var or let", "() => { var a = 1; return a }", "() => { let a = 1; return a }"],
    ["using", "(f) => { using a = f() }", "(f) => { const a = f() }"],
    ["of or in", "(a) => { for (const b of a) f(b) }", "(a) => { for (const b in a) f(b) }"],
    ["for await", "async (a) => { for await (const b of a) f(b) }", "async (a) => { for (const b of a) f(b) }"],
    ["which label", "() => { a: for (;;) b: for (;;) break a }", "() => { a: for (;;) b: for (;;) break b }"],
    ["while or do", "() => { while (f()) g() }", "() => { do g(); while (f()) }"],
    ["a directive", "() => { f() }", '() => { "use cache"; f() }'],
    ["a regular expression's flags", "() => /a/g", "() => /a/"],
    ["the raw text of a tagged template", "(f) => f`\\n`", "(f) => f`\n`"],
    ["new", "(A) => new A()", "(A) => A()"],
    ["delete", "(a) => { delete a.b }", "(a) => { a.b }"],
    ["which variable", "(a) => { const b = 1; return a }", "(a) => { const b = 1; return b }"],
    ["a variable or a global", "(a) => a", "(b) => a"],
    ["which global", "() => Date", "() => Math"],
    ["a prototype", "(a) => ({ __proto__: a })", '(a) => ({ ["__proto__"]: a })'],
    ["a prototype or a shorthand", "(__proto__) => ({ __proto__: __proto__ })", "(__proto__) => ({ __proto__ })"],
    ["static", "() => class { static a = 1 }", "() => class { a = 1 }"],
    ["accessor", "() => class { accessor a = 1 }", "() => class { a = 1 }"],
    ["a base class", "() => class extends Map {}", "() => class extends Set {}"],
    ["a field without a value", "() => class { a }", "() => class {}"],
    [
      "which private member",
      "() => class { #a = 1; #b = 2; c() { return this.#a } }",
      "() => class { #a = 1; #b = 2; c() { return this.#b } }",
    ],
    ["a private or a public member", "() => class { #a = 1 }", "() => class { a = 1 }"],
    ["a parameter property", "() => class { constructor(public a: 1) {} }", "() => class { constructor(a: 1) {} }"],
    ["an enum in a function", "() => { enum A { B = 1 } return A }", "() => { enum A { B = 2 } return A }"],
    ["the phase of an import", '() => import("./a")', '() => import.defer("./a")'],
    ["a decorator of a parameter", "() => class { a(@b c) {} }", "() => class { a(@d c) {} }"],
    ["a decorator of a parameter with a default", "() => class { a(@b c = 1) {} }", "() => class { a(c = 1) {} }"],
    ["new.target", "function () { return new.target }", "function () { return undefined }"],
    ["text in JSX", "() => <p>a</p>", "() => <p>b</p>"],
    ["a JSX expression or text", "() => <p>a</p>", '() => <p>{"a"}</p>'],
    ["a JSX attribute", '() => <p a="1" />', '() => <p b="1" />'],
    ["a JSX tag", "() => <p />", "() => <b />"],
    ["a JSX component or a tag", "(P) => <P />", "(P) => <p />"],
    ["a fragment", "() => <></>", "() => <p></p>"],
    ["a JSX spread", "(a) => <p {...a} />", "(a) => <p a={a} />"],
  ])("counts %s", (_, one, other) => {
    expect(value(one)).not.toBe(value(other));
  });

  it("is the same on Windows, and behind a byte order mark", () => {
    const code = `${LIBRARY}const t = String.raw\`a\nb\`;\ncached(() => [t, \`c\nd\`, <p title="e\nf">g\nh</p>]);`;
    const windows = `\uFEFF${code.replaceAll("\n", "\r\n")}`;
    expect(valueOf(windows, { file: "/a.tsx" })).toBe(valueOf(code, { file: "/a.tsx" }));
  });

  it("tells private names of one class from those of another", () => {
    const body = (name: string): string =>
      `() => class { #a = 1; b() { return (c) => class { #d = 2; e() { return c.#a ?? this.${name} } } } }`;
    expect(value(body("#d"))).toBe(value(body("#d").replaceAll("#d", "#z")));
    expect(value(body("#d").replace("c.#a", "c.#d"))).not.toBe(value(body("#d")));
  });

  it("does not count where a variable's name hides another", () => {
    const hiding = "(a) => { { const a = 1; f(a) } return a }";
    expect(value(hiding)).toBe(value("(a) => { { const b = 1; f(b) } return a }"));
    expect(value(hiding)).not.toBe(value("(a) => { { const b = 1; f(a) } return a }"));
  });

  it("has no member of a namespace's import in it, so that a named import is the same", () => {
    const { texts, shape } = read(`${LIBRARY}import * as ns from "./b"; import { f } from "./b";
      cached(() => ns.f(1)); cached(() => f(1));`);
    const [one, other] = texts.sites;
    expect(one?.digest).toBe(other?.digest);
    expect([one, other].map((site) => site?.references)).toEqual([
      [{ binding: shape.bindings.findIndex(({ name }) => name === "ns"), member: "f" }],
      [{ binding: shape.bindings.findIndex(({ name }) => name === "f") }],
    ]);
  });

  it("refers to what a build replaces, and only to what is read of it", () => {
    const code = `${LIBRARY}declare const __V__: string;
      cached(() => [__V__, process.env.MODE, import.meta.env.X, __V__, other.process.env.MODE]);`;
    const defines = ["__V__", "process.env.MODE", "import.meta.env.X", "UNUSED"];
    const [site] = read(code, { defines }).texts.sites;
    expect(site?.references).toEqual([
      { define: "__V__" },
      { define: "process.env.MODE" },
      { define: "import.meta.env.X" },
    ]);
    expect(site?.diagnostics).toEqual([]);
  });

  it("counts the attributes of an import", () => {
    const code = (attributes: string): string =>
      valueOf(`${LIBRARY}import a from "./a.json"${attributes}; cached(() => a.b + a);`);
    expect(code(' with { type: "json" }')).not.toBe(code(' with { type: "text" }'));
    expect(code(' with { type: "json" }')).not.toBe(code(""));
  });

  it("counts using at the top of a module", () => {
    const code = (kind: string): string => valueOf(`${LIBRARY}${kind} a = f(); cached(() => a);`);
    expect(code("using")).not.toBe(code("const"));
    expect(code("let")).toBe(code("const"));
  });

  it("counts the statement that a variable of the module is declared in", () => {
    for (const around of [
      (to: string) => `if (f()) { var a = ${to}; }`,
      (to: string) => `for (var a of ${to}) break;`,
    ]) {
      expect(valueOf(`${LIBRARY}${around("1")} cached(() => a);`)).not.toBe(
        valueOf(`${LIBRARY}${around("2")} cached(() => a);`),
      );
    }
  });

  it("does not take a variable for what a build replaces", () => {
    expect(read(`${LIBRARY}cached((V) => V);`, { defines: ["V"] }).texts.sites[0]?.references).toEqual([]);
  });

  it("says which syntax it does not know, and where", () => {
    const parsed = parseModule("/app/a.ts", "const a = 1;\nf(a);");
    Object.assign(parsed.program.body[1] ?? {}, { type: "FutureStatement" });
    expect(() => shapeOf(parsed)).toThrow(
      'Cannot fingerprint "/app/a.ts", line 2: its syntax is known: received a FutureStatement',
    );
  });
});
