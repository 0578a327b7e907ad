import { CACHED } from "../graph/fixture.ts";
import type { HardCase } from "./hard-case.ts";

/** What changes a value from elsewhere. */
export const EFFECTS: readonly HardCase[] = [
  {
    title: "a variable that changes at run time counts with what writes it, and is told",
    files: {
      "a.ts": `${CACHED}let mode = 1;\nexport function set(x: number) { mode = x * 2; }\ncached(() => mode, { name: "x" });`,
    },
    changes: [["a.ts", "x * 2", "x * 3"]],
    tells: ["mutable"],
  },
  {
    title: "which of several variables of one pattern is read counts",
    files: { "a.ts": `${CACHED}const { one, two } = (globalThis as any).settings;\ncached(() => one, { name: "x" });` },
    changes: [
      ["a.ts", "=> one", "=> two"],
      ["a.ts", "settings", "other"],
    ],
  },
  {
    title: "a statement that changes a constant counts, and one that does not, does not",
    files: {
      "a.ts": `${CACHED}import { L } from "./b";\ncached(() => L.max, { name: "x" });`,
      "b.ts": 'export const L: any = { max: 1 };\nL.max = 2;\nconsole.log("other");',
    },
    changes: [["b.ts", "L.max = 2", "L.max = 3"]],
    keeps: [["b.ts", "other", "another"]],
  },
  {
    title: "a statement of the same module that changes what is imported counts",
    files: {
      "a.ts": `${CACHED}import { L } from "./b";\nL.max = 2;\ncached(() => L.max, { name: "x" });`,
      "b.ts": "export const L: any = { max: 1 };",
    },
    changes: [["a.ts", "L.max = 2", "L.max = 3"]],
  },
  {
    title: "routes of one file count for nothing but themselves, whatever functions they call",
    files: {
      "a.ts": `${CACHED}import { app } from "./app"; import { db } from "./b";
        function clean(x: string) { return x.trim(); }
        const load = cached((x: string) => db.find(clean(x)), { name: "x" });
        app.get("/a", (c: any) => c.json(load(clean(c.id))));
        app.get("/b", (c: any) => c.json(db.count(clean("b"))));`,
      "app.ts": "export const app: any = { get() {} };",
      "b.ts": "export const db: any = { find: 1, count: 2 };",
    },
    changes: [["a.ts", "x.trim()", "x"]],
    keeps: [
      ["a.ts", 'clean("b")', '"b"'],
      ["a.ts", "c.json(load", "c.text(load"],
    ],
  },
  {
    title: "routes of one file count for nothing but themselves, whatever constant texts and numbers they mention",
    files: {
      "a.ts": `import { routeCache } from "@autocache/edge/hono"; import { app } from "./app";
        const MISSING = "No such page" as const, TITLE = \`All\`; let LIMIT = 3;
        app.get("/a", routeCache({ ttl: 1 }), (c: any) => c.id > LIMIT ? c.text(MISSING) : c.text(TITLE));
        app.get("/b", (c: any) => c.text(MISSING + LIMIT + TITLE));`,
      "app.ts": "export const app: any = { get() {} };",
    },
    changes: [
      ["a.ts", "No such", "No"],
      ["a.ts", "LIMIT = 3", "LIMIT = 4"],
      ["a.ts", "`All`", "`Most`"],
    ],
    keeps: [["a.ts", "c.text(MISSING + LIMIT + TITLE)", "c.json(MISSING + LIMIT + TITLE)"]],
  },
  {
    title: "a statement that changes a constant object, a pattern, or what was a number counts",
    files: {
      "a.ts": `${CACHED}const rule = /a/g; const limits = { max: 1 }; let now: any = 1;
rule.exec("aa"); Object.assign(limits, { max: 2 });
[5].forEach((x) => now = { x }); Object.assign(now, { y: 6 });
cached((x: string) => rule.test(x) && limits.max && now, { name: "x" });`,
    },
    changes: [
      ["a.ts", "[5]", "[7]"],
      ["a.ts", "y: 6", "y: 7"],
      ["a.ts", '"aa"', '"aaa"'],
      ["a.ts", "max: 2", "max: 3"],
    ],
  },
  {
    title: "a callback that changes a constant when the module is loaded counts",
    files: {
      "a.ts": `${CACHED}const table = new Map();
[1, 2].forEach((n) => table.set(n, n * 2));
cached((n: number) => table.get(n), { name: "x" });`,
    },
    changes: [["a.ts", "n * 2", "n * 3"]],
  },
  {
    title: "KNOWN MISS: a callback at load that changes what is imported, or a function's own properties",
    files: {
      "a.ts": `${CACHED}import { L } from "./b";
[1, 2].forEach((n) => L.set(n, n * 2));
cached((n: number) => L.get(n), { name: "x" });`,
      "b.ts": "export const L = new Map();",
    },
    keeps: [["a.ts", "n * 2", "n * 3"]],
  },
  {
    title: "KNOWN MISS: an imported object is changed by a module that the function does not reach",
    files: {
      "a.ts": `${CACHED}import { L } from "./b";\ncached(() => L.max, { name: "x" });`,
      "b.ts": "export const L: any = { max: 1 };",
      "c.ts": `import { L } from "./b";\nL.max = 2;`,
    },
    keeps: [["c.ts", "max = 2", "max = 3"]],
  },
  {
    title: "an import for its effects counts, of the module of a reached function",
    files: {
      "a.ts": `${CACHED}import { L } from "./b";\ncached(() => L.max, { name: "x" });`,
      "b.ts": `import "./c";\nexport const L: any = { max: 1 };`,
      "c.ts": `import "./d";\nconst old = install();\nfunction install() { (globalThis as any).q = 1; }`,
      "d.ts": "(globalThis as any).r = 1;",
    },
    changes: [
      ["c.ts", "q = 1", "q = 2"],
      ["d.ts", "r = 1", "r = 2"],
    ],
  },
  {
    title: "an import of a package for its effects counts by its version",
    files: {
      "a.ts": `${CACHED}import { L } from "./b";\ncached(() => L, { name: "x" });`,
      "b.ts": `import "poly";\nexport const L = 1;`,
      "node_modules/poly/package.json": '{"name":"poly","version":"1.0.0","main":"i.js"}',
      "node_modules/poly/i.js": "",
    },
    changes: [["node_modules/poly/package.json", "1.0.0", "1.0.1"]],
  },
  {
    title: "an import of a stylesheet does not count: it runs no code",
    files: {
      "a.ts": `${CACHED}import "./a.css";\ncached(() => 1, { name: "x" });\nimport { f } from "./b";\ncached(() => f(), { name: "y" });`,
      "b.ts": `import "./b.scss?inline";\nexport const f = () => 1;`,
      "a.css": "a { color: red }",
      "b.scss": "a { color: red }",
    },
    keeps: [
      ["a.css", "red", "blue"],
      ["b.scss", "red", "blue"],
    ],
  },
  {
    title: "KNOWN MISS: prototypes are changed by a module that the function does not reach",
    files: {
      "a.ts": `${CACHED}import { other } from "./poly";\ncached((s: any) => s.shout(), { name: "x" });\nother();`,
      "poly.ts": "(String.prototype as any).shout = function () { return 1 };\nexport const other = () => 1;",
    },
    keeps: [["poly.ts", "return 1", "return 2"]],
  },
  {
    title: "what is ignored does not count: a statement, an import, a declaration; a pin counts by its word",
    files: {
      "a.ts": `${CACHED}import { f } from "./b";\n/* @autocache-ignore */ import { log } from "./log";\ncached((x: number) => { log(x); /* @autocache-ignore */ console.log("m", x); return f(x) }, { name: "x" });`,
      "b.ts":
        "/* @autocache-pin v1 */\nexport function f(x: number) { return x + g(x) }\n/* @autocache-ignore */\nfunction g(x: number) { return 1 }\nregister(g, 1);",
      "log.ts": "export const log = (x: any) => console.log(1, x)",
    },
    changes: [["b.ts", "pin v1", "pin v2"]],
    keeps: [
      ["log.ts", "1, x", "2, x"],
      ["a.ts", '"m"', '"n"'],
      ["b.ts", "x + g", "x * g"],
      ["b.ts", "return 1", "return 2"],
      ["b.ts", "register(g, 1)", "register(g, 2)"],
    ],
  },
  {
    title: "a comment that is misspelt is told, where its module is reached",
    files: {
      "a.ts": `${CACHED}import { f } from "./b";\ncached(() => f(), { name: "x" });`,
      "b.ts": "/* @autocache-pinned v1 */\nexport const f = () => 1;",
      "c.ts": "/* @autocache-pinned v1 */\nexport const f = () => 1;",
    },
    tells: ["pragma"],
  },
  {
    title: "the option ignore leaves out files by path, and specifiers by name",
    options: { ignore: ["./log", "src/metrics", /^lib\/trace/, "pino"] },
    files: {
      "a.ts": `${CACHED}import { log } from "./log"; import { count } from "./src/metrics/count"; import { trace } from "./lib/trace"; import pino from "pino"; import { f } from "./lib/f";\ncached((x: number) => { log(x); count(); trace(); pino(); return f(x) }, { name: "x" });`,
      "log.ts": "export const log = 1;",
      "src/metrics/count.ts": "export const count = 1;",
      "lib/trace.ts": "export const trace = 1;",
      "lib/f.ts": "export const f = (x: number) => x + 1;",
    },
    changes: [["lib/f.ts", "x + 1", "x + 2"]],
    keeps: [
      ["log.ts", "= 1", "= 2"],
      ["src/metrics/count.ts", "= 1", "= 2"],
      ["lib/trace.ts", "= 1", "= 2"],
    ],
    tells: [],
  },
  {
    title: "eval is an error: there is no sound value",
    files: { "a.ts": `${CACHED}cached((s: string) => eval(s), { name: "x" });` },
    tells: ["eval"],
    isUnsound: true,
  },
  {
    title: "so is new Function, in a function that is reached",
    files: {
      "a.ts": `${CACHED}import { run } from "./b";\ncached((s: string) => run(s), { name: "x" });`,
      "b.ts": "export const run = (s: string) => inner(s);\nconst inner = (s: string) => new Function(s)();",
    },
    tells: ["eval"],
    isUnsound: true,
  },
];
