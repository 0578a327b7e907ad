import { CACHED } from "../graph/fixture.ts";
import type { HardCase } from "./hard-case.ts";

const two = "export const f = () => 1; export const g = () => 2;";

/** Imports, exports, and what lies between them. */
export const MODULES: readonly HardCase[] = [
  {
    title: "a computed member of a module's object covers the whole object",
    files: {
      "a.ts": `${CACHED}const h = { a: () => 1, b: () => 2 };\ncached((n: "a" | "b") => h[n](), { name: "x" });`,
    },
    changes: [["a.ts", "=> 2", "=> 3"]],
    tells: [],
  },
  {
    title: "a member of a constant object covers the whole object",
    files: { "a.ts": `${CACHED}const LIMITS = { page: 10, size: 20 };\ncached(() => LIMITS.page, { name: "x" });` },
    changes: [
      ["a.ts", "10", "11"],
      ["a.ts", "20", "21"],
    ],
  },
  {
    title: "a computed member of a namespace covers all of its exports",
    files: {
      "a.ts": `${CACHED}import * as ns from "./b";\ncached((n: string) => (ns as any)[n](), { name: "x" });`,
      "b.ts": two,
    },
    changes: [["b.ts", "=> 2", "=> 3"]],
  },
  {
    title: "a named member of a namespace covers one export",
    files: { "a.ts": `${CACHED}import * as ns from "./b";\ncached(() => ns.f(), { name: "x" });`, "b.ts": two },
    changes: [["b.ts", "=> 1", "=> 3"]],
    keeps: [["b.ts", "=> 2", "=> 3"]],
  },
  {
    title: "a namespace that escapes covers all of its exports, and their names",
    files: {
      "a.ts": `${CACHED}import * as ns from "./b";\ncached(() => JSON.stringify(ns), { name: "x" });`,
      "b.ts": "export const f = 1; export const g = 2;",
    },
    changes: [
      ["b.ts", "g = 2", "g = 3"],
      ["b.ts", "const g", "const h"],
      ["b.ts", "g = 2;", "g = 2; export const h = 3;"],
    ],
  },
  {
    title: "stars, namespaces, renamed and default exports are followed through circles",
    files: {
      "a.ts": `${CACHED}import { f, ns, def } from "./idx";\ncached(() => f() + ns.g() + def(), { name: "x" });`,
      "idx.ts": `export * from "./b"; export * as ns from "./c"; export { default as def } from "./d"; export * from "./idx2";`,
      "idx2.ts": `export * from "./idx";`,
      "b.ts": "export const f = () => 1; export const unused = 1;",
      "c.ts": "export const g = () => 2; export const unused = 1;",
      "d.ts": "export default function () { return 3 }",
    },
    changes: [
      ["b.ts", "=> 1", "=> 9"],
      ["c.ts", "=> 2", "=> 9"],
      ["d.ts", "return 3", "return 9"],
    ],
    keeps: [
      ["b.ts", "unused = 1", "unused = 2"],
      ["c.ts", "unused = 1", "unused = 2"],
    ],
    tells: [],
  },
  {
    title: "functions that call each other across modules count all, and their names do not",
    files: {
      "a.ts": `${CACHED}import { f } from "./b";\ncached(() => f(3), { name: "x" });`,
      "b.ts": `import { g } from "./c"; export const f = (n: number): number => n ? g(n - 1) : 0;`,
      "c.ts": `import { f } from "./b"; import { h } from "./d"; export const g = (n: number): number => f(n) + h(n);`,
      "d.ts": `import { f } from "./b"; export const h = (n: number): number => n > 5 ? f(n) : 7;`,
    },
    changes: [
      ["d.ts", ": 7", ": 8"],
      ["b.ts", ": 0", ": 1"],
      ["c.ts", "f(n) + h(n)", "h(n) + f(n)"],
    ],
    keeps: [
      {
        "c.ts": `import { h as hh } from "./d"; import { f as ff } from "./b"; export const g = (m: number): number => ff(m) + hh(m);`,
      },
    ],
  },
  {
    title: "a circle is told from another with a different end",
    files: {
      "a.ts": `${CACHED}function a(n: number): number { return b(n) } function b(n: number): number { return c(n) } function c(n: number): number { return n ? a(n - 1) : 1 }\ncached(a, { name: "x" });`,
    },
    changes: [["a.ts", ": 1 }", ": 2 }"]],
  },
  {
    title: "an export of a package through a barrel, and a star of a package",
    files: {
      "a.ts": `${CACHED}import { z, y } from "./b";\ncached(() => [z, y], { name: "x" });`,
      "b.ts": `export { z } from "zed"; export * from "why";`,
      "node_modules/zed/package.json": '{"name":"zed","version":"1.0.0","main":"i.js"}',
      "node_modules/zed/i.js": "",
      "node_modules/why/package.json": '{"name":"why","version":"1.0.0","main":"i.js"}',
      "node_modules/why/i.js": "",
    },
    changes: [
      ["node_modules/zed/package.json", "1.0.0", "1.0.1"],
      ["node_modules/why/package.json", "1.0.0", "1.0.1"],
      ["b.ts", "{ z }", "{ zz as z }"],
    ],
    tells: [],
  },
  {
    title: "import = require() of a module of the project",
    files: {
      "a.ts": `${CACHED}import b = require("./b");\ncached(() => b.f(), { name: "x" });`,
      "b.ts": two,
    },
    changes: [["b.ts", "=> 1", "=> 3"]],
  },
  {
    title: "import() of a literal counts whole",
    files: {
      "a.ts": `${CACHED}cached(async () => (await import("./b")).f(), { name: "x" });`,
      "b.ts": "export const f = () => 1;",
    },
    changes: [["b.ts", "=> 1", "=> 2"]],
    tells: [],
  },
  {
    title: "import() counts what the module does when it is loaded, and all that it may export",
    files: {
      "a.ts": `${CACHED}cached(async () => (await import("./b")).f(), { name: "x" });`,
      "b.ts": '(globalThis as any).q = 1;\nexport * from "zed";',
      "node_modules/zed/package.json": '{"name":"zed","version":"1.0.0","main":"i.js"}',
      "node_modules/zed/i.js": "",
    },
    changes: [
      ["b.ts", "q = 1", "q = 2"],
      ["node_modules/zed/package.json", "1.0.0", "1.0.1"],
    ],
    tells: [],
  },
  {
    title: "import() of a computed specifier is told",
    files: { "a.ts": `${CACHED}cached(async (l: string) => import(l), { name: "x" });` },
    tells: ["dynamic-import"],
  },
  {
    title: "import() of a template counts all files that match",
    files: {
      "a.ts": `${CACHED}cached(async (l: string) => import(\`./locales/\${l}.ts\`), { name: "x" });`,
      "locales/de.ts": "export default 1;",
      "locales/en.ts": "export default 2;",
      "other.ts": "export default 3;",
    },
    changes: [["locales/en.ts", "2", "3"]],
    keeps: [["other.ts", "3", "4"]],
    tells: [],
  },
  {
    title: "a glob import counts all files that match, and their paths",
    files: {
      "a.ts": `${CACHED}const pages = import.meta.glob(["./pages/**/*.ts", "!./pages/draft.ts"], { eager: true });\ncached((l: string) => pages[l], { name: "x" });`,
      "pages/one.ts": `import { helper } from "../helper"; export default helper;`,
      "pages/more/two.ts": "export default 2;",
      "pages/draft.ts": "export default 3;",
      "helper.ts": "export const helper = 1;",
    },
    changes: [
      ["pages/more/two.ts", "2", "9"],
      ["helper.ts", "1", "9"],
    ],
    keeps: [["pages/draft.ts", "3", "9"], { "pages/three.md": "" }, { "elsewhere/four.ts": "export default 4;" }],
    tells: [],
  },
  {
    title: "a glob import of texts counts them by their bytes",
    files: {
      "a.ts": `${CACHED}const texts = import.meta.glob("/texts/*.ts", { query: "?raw", eager: true });\ncached((l: string) => texts[l], { name: "x" });`,
      "texts/one.ts": "export default 1; // one",
    },
    changes: [["texts/one.ts", "// one", "// two"]],
  },
  {
    title: "tsconfig paths and package imports",
    files: {
      "tsconfig.json": '{"compilerOptions":{"paths":{"@/*":["./lib/*"]}}}',
      "package.json": '{"name":"x","imports":{"#q":"./lib/q.ts"}}',
      "a.ts": `${CACHED}import { f } from "@/f"; import { q } from "#q";\ncached(() => f() + q, { name: "x" });`,
      "lib/f.ts": "export const f = () => 1",
      "lib/q.ts": "export const q = 1",
    },
    changes: [
      ["lib/f.ts", "=> 1", "=> 2"],
      ["lib/q.ts", "q = 1", "q = 2"],
    ],
    tells: [],
  },
  {
    title: "package imports count with what they are under every condition",
    files: {
      "package.json": `{"name":"x","imports":{"#db":{"types":"./db/types.ts","workerd":"./db/d1.ts","node":["./db/pg.ts"],"default":"./db/memory.ts"},"#lib/*":{"deno":"./deno/*.ts","default":"./lib/*.ts"}}}`,
      "a.ts": `${CACHED}import { query } from "#db"; import { h } from "#lib/h";\ncached(() => query() + h, { name: "x" });`,
      "db/types.ts": "export const query = () => 0;",
      "db/d1.ts": "export const query = () => 1; export const other = 1;",
      "db/pg.ts": "export const query = () => 2;",
      "db/memory.ts": "export const query = () => 3;",
      "deno/h.ts": "export const h = 4;",
      "lib/h.ts": "export const h = 5;",
    },
    changes: [
      ["db/d1.ts", "=> 1", "=> 9"],
      ["db/pg.ts", "=> 2", "=> 9"],
      ["db/memory.ts", "=> 3", "=> 9"],
      ["deno/h.ts", "4", "9"],
      ["lib/h.ts", "5", "9"],
    ],
    keeps: [
      ["db/types.ts", "=> 0", "=> 9"],
      ["db/d1.ts", "other = 1", "other = 9"],
    ],
    tells: [],
  },
  {
    title: "types do not count: type-only imports, interfaces, generics, overloads, satisfies",
    files: {
      "a.ts": `${CACHED}import type { T } from "./t"; import { type U, f } from "./t";\nfunction g(x: number): number; function g(x: string): string; function g(x: any) { return x as T }\ncached(<Q extends U>(x: Q) => g(f(x as any)!) satisfies unknown, { name: "x" });`,
      "t.ts": "export interface T { a: 1 } export type U = { b: 1 }; export const f = (x: string) => x;",
    },
    keeps: [
      ["t.ts", "a: 1", "a: 2"],
      {
        "a.ts": `${CACHED}import { f } from "./t";\nfunction g(x) { return x }\ncached((x) => g(f(x)), { name: "x" });`,
      },
    ],
    tells: [],
  },
  {
    title: "modules that are made by a plugin, or are missing, are told",
    files: {
      "a.ts": `${CACHED}import { v } from "virtual:config"; import { w } from "./missing";\ncached(() => [v, w], { name: "x" });`,
    },
    changes: [["a.ts", "./missing", "./lost"]],
    tells: ["unresolved", "unresolved"],
  },
  {
    title: "an export that is missing is told, and all of the module counts",
    files: {
      "a.ts": `${CACHED}import b from "./b.cjs";\ncached(() => b.f(), { name: "x" });`,
      "b.cjs": "const g = () => 1; module.exports = { f: () => g() };",
    },
    changes: [["b.cjs", "=> 1", "=> 2"]],
    tells: ["unresolved"],
  },
  {
    title: "components count by their bytes, which is told",
    files: { "a.ts": `${CACHED}import C from "./c.svelte";\ncached(() => C, { name: "x" });`, "c.svelte": "<p>1</p>" },
    changes: [["c.svelte", "1", "2"]],
    tells: ["opaque"],
  },
  {
    title: "the place of the project, and of a module in it, does not count",
    files: {
      "a.ts": `${CACHED}import { f } from "./x/y";\ncached(() => f(), { name: "x" });`,
      "x/y.ts": "export const f = () => 1",
    },
    keeps: [
      {},
      {
        "a.ts": `${CACHED}import { f } from "./z";\ncached(() => f(), { name: "x" });`,
        "z.ts": "export const f = () => 1",
      },
    ],
  },
  {
    title: "line endings and a byte order mark do not count",
    files: { "a.ts": `${CACHED}const t = \`a\nb\`;\ncached(() => t, { name: "x" });` },
    keeps: [{ "a.ts": `\uFEFF${CACHED}const t = \`a\nb\`;\ncached(() => t, { name: "x" });`.replaceAll("\n", "\r\n") }],
  },
];
