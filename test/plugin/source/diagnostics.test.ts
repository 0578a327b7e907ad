import { describe, expect, it } from "vitest";
import { diagnosticsOf, LIBRARY, read, siteOf } from "./module.ts";

describe("a diagnostic", () => {
  it.each([
    ["direct eval", "cached((s) =>\n  eval(s))", "eval 3:3"],
    ["new Function", "cached((s) => new Function(s)())", "eval 2:19"],
    ["require", 'cached(() => require("./a"))', "require 2:14"],
    ["a computed import", "cached((a) => import(a))", "dynamic-import 2:15"],
    ["an import of any file beside it", "cached((a) => import(`./${a}.ts`))", "dynamic-import 2:15"],
    ["an import without an extension", "cached((a) => import(`./b/${a}`))", "dynamic-import 2:15"],
    ["an import from anywhere", "cached((a) => import(`${a}/b.ts`))", "dynamic-import 2:15"],
    ["import.meta.url", "cached(() => import.meta.url)", "import-meta 2:14"],
    ["import.meta", "cached(() => f(import.meta))", "import-meta 2:16"],
    ["the environment", "cached(() => process.env.A)", "env 2:14"],
    ["the environment of a build", "cached(() => import.meta.env.A)", "env 2:14"],
    ["the environment of Deno", 'cached(() => Deno.env.get("A"))', "env 2:14"],
    ["this of an arrow function", "class A { m() { return cached(() => this.x) } }", "captures-this 2:31"],
    ["arguments of an arrow function", "function f() { return cached(() => arguments) }", "captures-this 2:30"],
    ["super of an arrow function", "class A { m() { return cached(() => super.m()) } }", "captures-this 2:31"],
    ["this of a function", "cached(function () { return this.a })", "dynamic-this 2:8"],
    ["this of a function elsewhere", "function f() { return this.a } cached(f)", "dynamic-this 2:39"],
    ["a function that arrives", "const c = (fn) => cached(fn)", "wrapper 2:26"],
    ["a function that arrives in an object", "const c = ({ fn }) => cached(fn)", "wrapper 2:30"],
    ["a function that arrives as a member", "const c = (api) => cached(api.load)", "wrapper 2:27"],
    ["a spread", "cached(...args)", "spread 2:8"],
    ["a function that is made", "cached(compose(f, g))", "not-a-function-literal 2:8"],
    ["a value of an enclosing function", "function f(a) { return cached(() => a) }", "capture 2:37"],
    ["instance state", "class A { a = 1; @cached() m() { return this.a } }", "instance-state 2:18"],
    [
      "instance state from a constructor",
      "class A { constructor(a) { this.a = a } @cached() m() {} }",
      "instance-state 2:41",
    ],
    ["a parameter property", "class A { constructor(private a) {} @cached() m() {} }", "instance-state 2:37"],
    ["this that escapes", "class A { @cached() m() { f(this) } }", "whole-class 2:11"],
  ])("is given for %s", (_, code, expected) => {
    expect(diagnosticsOf(LIBRARY + code)).toEqual([expected]);
  });

  it.each([
    ["this inside an inner function", "cached(() => { function f() { return this } return f })"],
    ["this inside a class", "cached(() => class { a = this.b })"],
    ["arguments of an inner function", "cached(() => function () { return arguments })"],
    ["a property called arguments", "cached((a) => a.arguments)"],
    ["a variable called eval", "cached((require, Function) => [require('a'), new Function()])"],
    ["hot module replacement", "cached(() => { if (import.meta.hot) f() })"],
    ["a member of an import", 'import * as api from "./api"; cached(api.load)'],
    ["a function of the module", "const f = () => 1; cached(f)"],
    ["a function of an enclosing function", "function g() { const f = () => 1; return cached(f) }"],
    ["static fields", "class A { static a = 1; @cached() m() {} }"],
    ["static methods", "class A { a = 1; @cached() static m() {} }"],
    ["a class with a cache key", "class A { a = 1; [cacheKey]() { return 1 } @cached() m() {} }"],
    ["a method with a key", "class A { a = 1; @cached({ key: (self) => self.a }) m() {} }"],
  ])("is not given for %s", (_, code) => {
    expect(diagnosticsOf(LIBRARY + code)).toEqual([]);
  });

  it("belongs to the text that has its place in it", () => {
    const { items, sites } = read(`${LIBRARY}const a = () => eval("1");\ncached(() => a());`).texts;
    expect(items.map(({ diagnostics }) => diagnostics.map(({ code, line }) => `${code} ${line}`))).toEqual([
      ["eval 2"],
      [],
    ]);
    expect(sites[0]?.diagnostics).toEqual([]);
  });

  it("counts lines by any line break, and columns without a byte order mark", () => {
    const code = `\uFEFFconst a = eval("1");\r\nconst b = eval("2");\rconst c = eval("3");`;
    const { items } = read(code).texts;
    expect(items.flatMap(({ diagnostics }) => diagnostics.map(({ line, column }) => [line, column]))).toEqual([
      [1, 11],
      [2, 11],
      [3, 11],
    ]);
  });
});

describe("a reference", () => {
  const references = (code: string, file = "/app/a.tsx"): unknown => siteOf(LIBRARY + code, { file }).references;

  it.each([
    ['cached(() => import("./a"))', [{ module: "./a" }]],
    ["cached((a) => import(`./locales/${a}.ts`))", [{ glob: ["./locales/*.ts"] }]],
    ["cached((a) => import(`../b/locales/${a}/x-${a}.ts`))", [{ glob: ["../b/locales/*/x-*.ts"] }]],
    ["cached((a) => import('./locales/' + a + '.ts'))", [{ glob: ["./locales/*.ts"] }]],
    ["cached((a) => import(`./${a}/b.ts`))", [{ glob: ["./*/b.ts"] }]],
    ["cached((a) => import(`./page-${a}.ts`))", [{ glob: ["./page-*.ts"] }]],
    ["cached(() => import.meta.glob('./a/*.ts'))", [{ glob: ["./a/*.ts"] }]],
    [
      "cached(() => import.meta.glob<any>(['./a/*.md', '!./a/b.md'], { eager: true, query: '?raw' }))",
      [{ glob: ["./a/*.md", "!./a/b.md"], query: "?raw" }],
    ],
    ["cached(() => import.meta.glob('./a/*.md', { as: 'raw' }))", [{ glob: ["./a/*.md"], query: "?raw" }]],
    ["cached(() => import.meta.globEager('./a/*.ts'))", [{ glob: ["./a/*.ts"] }]],
    ["cached(() => <p />)", [{ setting: "jsx" }]],
    ["cached(() => <></>)", [{ setting: "jsx" }]],
    ["/** @jsxImportSource preact */ cached(() => <p />)", [{ setting: "jsx", source: "preact" }]],
    ['/** @jsx h */ import { h } from "preact"; cached(() => <p />)', [{ setting: "jsx", factory: 2 }]],
    [
      '/* @jsx P.h @jsxFrag F */ import P, { F } from "preact"; cached(() => <p />)',
      [
        { setting: "jsx", factory: 2 },
        { setting: "jsx", factory: 3 },
      ],
    ],
    ['/** @jsxRuntime classic */ import React from "react"; cached(() => <p />)', [{ setting: "jsx", factory: 2 }]],
    ["cached(() => class { a = 1 })", [{ setting: "class-fields" }]],
    ["cached(() => class { static a; #b = 1 })", [{ setting: "class-fields" }]],
    ["cached(() => class { #b = 1; accessor c = 1; static {} })", []],
    ["cached(() => class { @log m() {} })", [{ setting: "decorators" }]],
    ["cached(() => { @log class A {} return A })", [{ setting: "decorators" }]],
  ])("is made by %s", (code, expected) => {
    const found = references(code) as { define?: string; binding?: number }[];
    expect(found.filter((each) => !("binding" in each))).toEqual(expected);
  });

  it("to a setting of TypeScript is made in TypeScript only", () => {
    expect(references("cached(() => class { a = 1; @log m() {} })", "/app/a.js")).toEqual([]);
    expect(references("cached(() => <p />)", "/app/a.jsx")).toEqual([{ setting: "jsx" }]);
  });

  it("is there once for each thing, in the order of the text", () => {
    const code = 'import { a, b } from "./x"; cached(() => [b, a.c, b, a, a.c, <p />])';
    expect(references(code)).toEqual([{ binding: 3 }, { binding: 2, member: "c" }, { binding: 2 }, { setting: "jsx" }]);
  });

  it("has the member of whatever belongs to the module, unless it may not be there", () => {
    const code = "const a = {}; enum E { A } cached(() => [a.b, E.A, a?.c, a['d'], a[e]])";
    expect(references(code, "/app/a.ts")).toEqual([
      { binding: 2, member: "b" },
      { binding: 3, member: "A" },
      { binding: 2 },
      { binding: 2, member: "d" },
    ]);
  });
});
