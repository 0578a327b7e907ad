import { describe, expect, it } from "vitest";
import { diagnosticsOf, LIBRARY, read, type ReadOptions, siteOf, valueOf } from "./module.ts";

const at = (code: string, options?: ReadOptions): ReturnType<typeof siteOf> => siteOf(LIBRARY + code, options);
const value = (code: string): string => valueOf(LIBRARY + code);

describe("a site", () => {
  it.each([
    ["const a = cached(() => 1)", { name: "a", isNamed: false }],
    ["const a = cached(function b() {})", { name: "b", isNamed: true }],
    ["function b() {} const a = cached(b)", { name: "b", isNamed: true }],
    ["const b = () => 1; const a = cached(b)", { name: "b", isNamed: true }],
    ["const b = function c() {}; cached(b)", { name: "c", isNamed: true }],
    ['import { b as c } from "./b"; cached(c)', { name: "b", isNamed: true }],
    ['import b from "./b"; const a = cached(b)', { name: "b", isNamed: false }],
    ["const o = { a: cached(() => 1) }", { name: "a", isNamed: false }],
    ["class A { a = cached(() => 1) }", { name: "a", isNamed: false }],
    ["let a; a = cached(() => 1)", { name: "a", isNamed: false }],
    ["exports.a = cached(() => 1)", { name: "a", isNamed: false }],
    ["const a = cached((() => 1) as any) as any", { name: "a", isNamed: false }],
    ["cached(() => 1)", { isNamed: false }],
    ["export default cached(() => 1)", { isNamed: false }],
    ['cached(() => 1, { name: "b" })', { literalName: "b", isNamed: false }],
    ["const a = cached(() => 1, { name: `b` })", { literalName: "b", name: "a" }],
    ['const o = { name: "b" }; cached(() => 1, { ttl: 1, ...o })', { literalName: "b" }],
    ["cached(() => 1, { name: f() })", { isNamed: false }],
    ["class A { @cached() a() {} }", { kind: "method", name: "a", isNamed: true }],
    ['class A { @cached({ name: "b" }) static a() {} }', { literalName: "b", name: "a" }],
    ["class A { @cached() #a() {} }", { isNamed: false }],
  ])("is named: %s", (code, expected) => {
    const { kind, name, literalName, isNamed } = at(code);
    expect({ kind, name, literalName, isNamed }).toMatchObject(expected);
    if (!("name" in expected)) expect(name).toBeUndefined();
    if (!("literalName" in expected)) expect(literalName).toBeUndefined();
  });

  it("is not where a wrapper is made, or a cache", () => {
    expect(
      read(`${LIBRARY}const a = cached({ ttl: 1 }), b = cached(), c = createCache({}).cached({});`).texts.sites,
    ).toEqual([]);
  });

  it("has a line, a column and an item", () => {
    expect(at("const z = 1;\n  const a = cached(() => 1);")).toMatchObject({ line: 3, column: 13, item: 1 });
  });

  it("stands in every place where a call may stand", () => {
    const { texts } = read(
      `${LIBRARY}const o = { m: cached(() => 1), n: [cached(() => 2)] }; class Q { static s = cached(() => 3) }
      f(cached(() => cached(() => 4))); namespace N { export const a = cached(() => 5) } export default cached(() => 6);
      const five = cached({ ttl: "5m" }); five(() => 7); createCache().cachedBatch((ids) => ids); <p a={cached(() => 8)} />;`,
      { file: "/a.tsx" },
    );
    expect(texts.sites).toHaveLength(10);
  });

  it("says where its arguments are, with the parentheses around them", () => {
    const code = "cached( /* ( */ (/* ) */ (load) ), (o as any) /* ) */ , );";
    const { arguments: given = [], start, end } = at(code).place;
    const source = LIBRARY + code;
    expect(given.map(([from, to]) => source.slice(from, to))).toEqual(["(/* ) */ (load) )", "(o as any)"]);
    expect(source.slice(start, end)).toBe(code.slice(0, -1));
  });

  it("says where a method and its decorator are", () => {
    const source = `${LIBRARY}class A {\n  @other @cached( { ttl: 1 } )\n  static async load() {}\n}`;
    const { place } = siteOf(source);
    const cut = ([from, to]: readonly [number, number]): string => source.slice(from, to);
    expect(cut([place.start, place.end])).toBe("cached( { ttl: 1 } )");
    expect(place.arguments?.map(cut)).toEqual(["{ ttl: 1 }"]);
    expect(cut(place.method?.decorator ?? [0, 0])).toBe("@cached( { ttl: 1 } )");
    expect(source[(place.method?.end ?? 0) - 1]).toBe("}");
    expect(place.method).toMatchObject({ name: "load", isStatic: true, isAlone: false });
  });

  it.each([
    ["@cached a() {}", { name: "a", isStatic: false, isAlone: true }, undefined],
    ["@cached() #a() {}", { isStatic: false, isAlone: true }, []],
    ["@cached() [a]() {}", { isStatic: false, isAlone: true }, []],
  ])("gives a name that can be written down: %s", (member, method, args) => {
    const { place } = at(`class A { ${member} }`);
    expect(place.arguments).toEqual(args);
    expect(place.method).toMatchObject(method);
    expect(place.method?.name).toBe((method as { name?: string }).name);
  });

  it("counts the options key and deps, and no others", () => {
    const code = (options: string): string => value(`cached((x) => x, { name: "x", ${options} })`);
    expect(code("ttl: 1")).toBe(code("ttl: 2, swr: 3"));
    expect(code("key: (x) => x.a")).not.toBe(code("key: (x) => x.b"));
    expect(code("key: (x) => x.a")).toBe(code("key: (y) => y.a"));
    expect(code("deps: [f]")).not.toBe(code("deps: [g]"));
    expect(code("key: f, deps: [g]")).toBe(code("deps: [g], key: f"));
  });

  it("counts the key of options that stand elsewhere in the file", () => {
    const spread = (key: string): string => value(`const o = { key: (x) => x.${key} }; cached((x) => x, { ...o })`);
    const maker = (key: string): string => value(`const by = cached({ key: (x) => x.${key} }); by((x) => x)`);
    const inline = (key: string): string => value(`cached({ key: (x) => x.${key} })((x) => x)`);
    for (const code of [spread, maker, inline]) expect(code("a")).not.toBe(code("b"));
  });

  it("counts another cached function by its function", () => {
    const code = (inner: string): string => value(`cached((x) => inner(x)); const inner = ${inner};`);
    const text = (inner: string): string => read(`${LIBRARY}const inner = ${inner};`).texts.items[0]?.digest ?? "";
    expect(text("cached((x) => x + 1, { ttl: 1 })")).toBe(text("cached((x) => x + 1, { ttl: 2, name: 'a' })"));
    expect(text("cached((x) => x + 1)")).not.toBe(text("cached((x) => x + 2)"));
    expect(text("cached({ ttl: 1 })((x) => x)")).toBe(text("cached({ ttl: 2 })((x) => x)"));
    expect(code("other((x) => x)")).not.toBe(code("other((x) => x + 1)"));
  });

  it("is the same whatever its helpers are called", () => {
    expect(value("const PAD = 1; const pad = (x) => x + PAD; cached((x) => pad(x))")).toBe(
      value("cached((x) => fill(x)); const fill = (y) => y + WIDTH; const WIDTH = 1;"),
    );
  });
});

describe("captures", () => {
  const make = (before: string, fn = "(v) => h(v) * k + o.z + w"): string =>
    `export function make(w) { ${before} return cached(${fn}, { name: "x" }); }`;

  it("are code and constants, which join the text, and values, which are listed", () => {
    const code = make("const k = 2; const h = (x) => x + w; const o = { z: 1 };");
    expect(at(code).captured).toEqual(["o", "w"]);
    expect(value(code)).not.toBe(value(code.replace("x + w", "x - w")));
    expect(value(code)).not.toBe(value(code.replace("k = 2", "k = 3")));
    expect(value(code)).toBe(value(code.replace("z: 1", "z: 2")));
    expect(value(code)).toBe(value(code.replaceAll(/\bh\b/g, "help").replaceAll(/\bw\b/g, "weight")));
  });

  it.each([
    ["a function", "function h() {}", []],
    ["a class", "class h {}", []],
    ["an enum", "enum h { A }", []],
    ["an arrow function", "const h = () => 1;", []],
    ["a variable that is never assigned again", "let h = () => 1;", []],
    ["a variable that is", "let h = () => 1; h = () => 2;", ["h"]],
    ["a literal", "const h = 1;", []],
    ["a computed constant", "const a = 60; const h = -a * 1_000 + `${a}`.length;", ["h"]],
    ["a constant of constants", "const a = 60; const h = -a * 1_000;", []],
    ["a constant that is declared too late", "const h = -a; const a = 60;", ["h"]],
    ["a template", "const h = `a${1}`;", []],
    ["a regular expression", "const h = /a/;", []],
    ["an array", "const h = [1];", ["h"]],
    ["a call", "const h = f();", ["h"]],
    ["destructuring", "const { h } = o;", ["h"]],
    ["a cached function", "const h = cached;", ["h"]],
    ["nothing", "let h;", ["h"]],
  ])("tell code from values: %s", (_, before, captured) => {
    const { sites } = read(`${LIBRARY}function make() { ${before} return cached(() => h, { name: "x" }); }`).texts;
    expect(sites.at(-1)?.captured).toEqual(captured);
  });

  it("join the text with what they capture themselves", () => {
    const code =
      "function make(a) { const g = () => a; function h() { return g() + h.length } return cached(() => h()); }";
    expect(at(code).captured).toEqual(["a"]);
    expect(value(code)).not.toBe(value(code.replace("() => a", "() => a + 1")));
  });

  it("are cached functions by their functions", () => {
    const code = "function make() { const g = cached(() => 1, { ttl: 1 }); return cached(() => g()); }";
    const [, site] = read(LIBRARY + code).texts.sites;
    const [, other] = read(LIBRARY + code.replace("ttl: 1", "ttl: 2")).texts.sites;
    const [, changed] = read(LIBRARY + code.replace("=> 1", "=> 2")).texts.sites;
    expect(site?.captured).toEqual([]);
    expect(other?.digest).toBe(site?.digest);
    expect(changed?.digest).not.toBe(site?.digest);
  });

  it("are none of what the function declares itself, nor of the module", () => {
    expect(
      at("const m = {}; cached((a, { b }) => { const c = 1; for (const d of a) c + d + b + m; })").captured,
    ).toEqual([]);
  });

  it("are refused where another variable hides them", () => {
    const code =
      "function outer(x) { const h = () => x; return function () { const x = 1; return cached(() => h() + x) } }";
    expect(diagnosticsOf(LIBRARY + code)).toContain("capture-hidden 2:37");
  });

  it("may be variables of blocks and loops", () => {
    expect(
      at("function f(list) { for (const each of list) { const half = each / 2; cached(() => half + each) } }").captured,
    ).toEqual(["half", "each"]);
  });
});

describe("a cached method", () => {
  const own =
    "class S { @cached({ name: 'x' }) m(i) { return this.tag(i) + this.own() } own() { return 1 } other() { return 2 } }";

  it("counts with the members that it names, and without the others", () => {
    expect(value(own)).not.toBe(value(own.replace("return 1", "return 3")));
    expect(value(own)).toBe(value(own.replace("return 2", "return 3")));
    expect(value(own)).toBe(
      value(own.replace("own() { return 1 } other() { return 2 }", "other() { return 2 } own() { return 1 }")),
    );
  });

  it("counts with what those name", () => {
    const code =
      "class S { @cached() m() { return this.a() } a() { return S.b() + this.#c + super.d() } static b() { return 1 } get #c() { return 2 } d() { return 3 } e() { return 4 } }";
    for (const [number, counts] of [
      [1, true],
      [2, true],
      [3, true],
      [4, false],
    ] as const) {
      expect(value(code) !== value(code.replace(`return ${number}`, "return 9"))).toBe(counts);
    }
  });

  it.each([
    ["a field", "a = 1;", "a = 2;"],
    ["a static field", "static a = 1;", "static a = 2;"],
    ["the constructor", "constructor() { f(1) }", "constructor() { f(2) }"],
    ["a static block", "static { f(1) }", "static { f(2) }"],
    ["a method with a computed name", "[a]() { return 1 }", "[a]() { return 2 }"],
    ["a parameter property", "constructor(a) {}", "constructor(public a) {}"],
  ])("counts with %s", (_, one, other) => {
    const code = (member: string): string => value(`class S { ${member} @cached() m() { return 1 } }`);
    expect(code(one)).not.toBe(code(other));
  });

  it("counts with the base class and the decorators of its class", () => {
    const code = (head: string): string =>
      value(`class A {} class B { b() {} } ${head} { @cached() m() { return 1 } }`);
    expect(
      new Set([code("class S extends A"), code("class S extends B"), code("class S"), code("@a class S")]),
    ).toHaveProperty("size", 4);
  });

  it.each(["f(this)", "this[i]", "S", "class extends f(this) {}", "() => this", "({ ...this })"])(
    "counts with all of its class where %s is",
    (use) => {
      const code = `class S { @cached({ key: f }) m(i) { return ${use} } other() { return 2 } }`;
      expect(value(code)).not.toBe(value(code.replace("return 2", "return 3")));
      expect(diagnosticsOf(LIBRARY + code)).toEqual(["whole-class 2:11"]);
    },
  );

  it("counts with the members that it destructures", () => {
    const code =
      "class S { @cached() m() { const { a, b } = this; return a() + b() } a() { return 1 } b() {} c() { return 2 } }";
    expect(diagnosticsOf(LIBRARY + code)).toEqual([]);
    expect(value(code)).not.toBe(value(code.replace("return 1", "return 3")));
    expect(value(code)).toBe(value(code.replace("return 2", "return 3")));
  });

  it("does not count its decorator's options, but for the key", () => {
    const code = (options: string): string => value(`class S { @cached(${options}) m() { return 1 } }`);
    expect(code("")).toBe(code("{ ttl: 1 }"));
    expect(code("")).not.toBe(code("{ key: (self) => self.a }"));
  });

  it("captures what is around its class", () => {
    expect(at("function make(w) { const k = 1; return class { @cached() m() { return w + k } } }").captured).toEqual([
      "w",
    ]);
  });

  it("counts whole in the class's own text", () => {
    const text = (body: string): string =>
      read(`${LIBRARY}class S { @cached({ ttl: 1 }) m() { ${body} } }`).texts.items[0]?.digest ?? "";
    expect(text("return 1")).not.toBe(text("return 2"));
    expect(text("return 1")).toBe(
      read(`${LIBRARY}class S { @cached({ ttl: 2 }) m() { return 1 } }`).texts.items[0]?.digest,
    );
  });
});

describe("the handlers behind a middleware", () => {
  const HONO = `import { routeCache } from "@autocache/edge/hono"; const app = new Hono();\n`;

  it("are those that follow in the same call", () => {
    const code = (handlers: string): string =>
      valueOf(`${HONO}app.get("/", before, routeCache({ ttl: 1 }), ${handlers})`);
    expect(code("(c) => c.text(1)")).not.toBe(code("(c) => c.text(2)"));
    expect(code("auth, (c) => c.text(1)")).not.toBe(code("(c) => c.text(1)"));
    const site = siteOf(`${HONO}app.get("/", before, routeCache({ name: "a" }), auth, function list(c) {})`);
    expect(site).toMatchObject({ kind: "handlers", literalName: "a", name: "list", isNamed: false });
  });

  it("are all of the app's where none follow", () => {
    const code = (result: number): string =>
      valueOf(`${HONO}app.use("/a/*", routeCache({})); app.get("/a/b", () => ${result});`);
    expect(code(1)).not.toBe(code(2));
  });

  it("are all of the function's that makes the app", () => {
    const code = (result: number): string =>
      valueOf(
        `${HONO}export function make(w) { const api = new Hono(); api.use(routeCache({})); api.get("/", () => ${result} + w); return api }`,
      );
    expect(code(1)).not.toBe(code(2));
  });

  it("are all of a chain's", () => {
    const code = (result: number): string =>
      valueOf(
        `${HONO}export const api = new Hono().use(routeCache({})).get("/", () => ${result}); api.get("/b", () => 3);`,
      );
    expect(code(1)).not.toBe(code(2));
    expect(code(1)).not.toBe(
      valueOf(`${HONO}export const api = new Hono().use(routeCache({})).get("/", () => 1); api.get("/b", () => 4);`),
    );
  });

  it("may be made by calls, or be a list", () => {
    expect(diagnosticsOf(`${HONO}const list = [f]; app.get("/", routeCache({}), cors(), ...list)`)).toEqual([]);
    expect(diagnosticsOf(`${HONO}const add = (list) => app.get("/", routeCache({}), ...list)`)).toEqual([
      "wrapper 2:55",
    ]);
  });

  it("cannot be seen where the middleware stands alone", () => {
    expect(diagnosticsOf(`${HONO}const middleware = routeCache({});`)).toEqual(["no-handlers 2:20"]);
  });

  it("count without the options of the middleware", () => {
    const code = (ttl: number): string =>
      read(`${HONO}app.get("/", routeCache({ ttl: ${ttl} }), (c) => 1)`).texts.items[1]?.digest ?? "";
    expect(code(1)).toBe(code(2));
  });
});

describe("a wrapper", () => {
  const WRAPPER = `${LIBRARY}function five(name, fn, o) { return cached(fn, o) }\n`;
  const wrapped = (code: string): ReturnType<typeof siteOf> | undefined =>
    read(WRAPPER + code, { wrappers: ["five"] }).texts.sites.find(({ kind }) => kind === "wrapper");

  it("has the function among its arguments", () => {
    expect(wrapped('five("a", () => 1, {})')?.place).toMatchObject({ functionArgument: 1, isLiteral: true });
    expect(wrapped('function load() {} five("a", load)')).toMatchObject({
      name: "load",
      isNamed: true,
      place: { functionArgument: 1, isLiteral: false },
    });
  });

  it("counts with its own code", () => {
    const site = wrapped('five("a", () => 1)');
    expect(site?.references).toContainEqual({ binding: 2 });
  });

  it("counts with the options that it is given, but for those that say how long", () => {
    const digest = (options: string): string | undefined => wrapped(`five("a", () => 1, ${options})`)?.digest;
    expect(digest("{ ttl: 1, name: 'b' }")).toBe(digest("{ ttl: 2, swr: 3 }"));
    expect(digest("{ region: 1 }")).not.toBe(digest("{ region: 2 }"));
    expect(digest("{ key: (x) => x.a }")).not.toBe(digest("{ key: (x) => x.b }"));
    expect(wrapped("five('a', () => 1, { name: 'b' })")?.literalName).toBe("b");
  });

  it("has a site inside, whose function is not known", () => {
    const inner = read(WRAPPER, { wrappers: ["five"] }).texts.sites[0];
    expect(inner?.diagnostics.map(({ code }) => code)).toEqual(["wrapper"]);
    expect(inner?.captured).toEqual([]);
  });
});
