import { CACHED } from "../graph/fixture.ts";
import type { HardCase } from "./hard-case.ts";

const helper = { "h.ts": "export const h = (x: number) => x + 1; export const unused = 1;" };
const HELP = 'import { h } from "./h";\n';
const changes = [["h.ts", "x + 1", "x + 2"]] as const;
const keeps = [["h.ts", "unused = 1", "unused = 2"]] as const;

/** What caches a function, and how it is found: one site each, which reaches the helper. */
const WAYS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  "cached() under another name": {
    "a.ts": `import { cached as c } from "@autocache/edge";\n${HELP}c((x: number) => h(x));`,
  },
  "cached() of the library's namespace": {
    "a.ts": `import * as edge from "@autocache/edge";\n${HELP}edge.cached((x: number) => h(x));`,
  },
  "cached() of Deno's names of the library": {
    "a.ts": `import { cached } from "npm:@autocache/edge@^1.0.0";\n${HELP}cached((x: number) => h(x));`,
  },
  "cached() of jsr": { "a.ts": `import { cached } from "jsr:@autocache/edge@1";\n${HELP}cached((x: number) => h(x));` },
  "cached() through a barrel of the project": {
    "a.ts": `import { memo } from "./lib";\n${HELP}memo((x: number) => h(x));`,
    "lib/index.ts": 'export * from "./edge";',
    "lib/edge.ts": 'export { cached as memo } from "@autocache/edge";',
  },
  "cached() through a star of the library": {
    "a.ts": `import { cached } from "./lib";\n${HELP}cached((x: number) => h(x));`,
    "lib.ts": 'export * from "@autocache/edge";',
  },
  "cached() by options first": {
    "a.ts": `${CACHED}${HELP}const fiveMinutes = cached({ ttl: "5m" });\nfiveMinutes((x: number) => h(x));`,
  },
  "cached() by options first, from another file": {
    "a.ts": `import { fiveMinutes } from "./cache";\n${HELP}fiveMinutes((x: number) => h(x));`,
    "cache.ts": `${CACHED}export const fiveMinutes = cached({ ttl: "5m" });`,
  },
  "a cache of createCache()": {
    "a.ts": `import { createCache } from "@autocache/edge";\n${HELP}const cache = createCache();\ncache.cached((x: number) => h(x));`,
  },
  "a cache of another file": {
    "a.ts": `import { cache } from "./cache";\n${HELP}cache.cached((x: number) => h(x));`,
    "cache.ts": 'import { createCache } from "@autocache/edge";\nexport const cache = createCache({ ttl: "1h" });',
  },
  "a cache that is a default export, through a barrel": {
    "a.ts": `import { store } from "./lib";\n${HELP}store.cached((x: number) => h(x));`,
    "lib.ts": 'export { default as store } from "./cache";',
    "cache.ts": 'import { createCache } from "@autocache/edge";\nexport default createCache();',
  },
  "a cache of a namespace": {
    "a.ts": `import * as caches from "./cache";\n${HELP}caches.users.cached((x: number) => h(x));`,
    "cache.ts": 'import { createCache } from "@autocache/edge";\nexport const users = createCache();',
  },
  "a cache under another name": {
    "a.ts": `import { cache } from "./cache";\n${HELP}const mine = cache;\nconst { cached: keep } = mine;\nkeep((x: number) => h(x));`,
    "cache.ts": 'import { createCache } from "@autocache/edge";\nexport const cache = createCache();',
  },
  "the parts of a cache": {
    "a.ts": `import { createCache } from "@autocache/edge";\n${HELP}const { cached } = createCache();\ncached((x: number) => h(x));`,
  },
  "a cache in a function": {
    "a.ts": `import { createCache } from "@autocache/edge";\n${HELP}export function setUp() {\n  const cache = createCache();\n  return cache.cached((x: number) => h(x));\n}`,
  },
  "a function that makes a cache, of another file": {
    "a.ts": `import { cacheFor } from "./cache";\n${HELP}export const setUp = () => cacheFor({}).cached((x: number) => h(x));`,
    "cache.ts":
      'import { createCache } from "@autocache/edge";\nexport const cacheFor = (env: unknown) => createCache({ env } as any);',
  },
  "cachedBatch()": {
    "a.ts": `import { createCache } from "@autocache/edge";\n${HELP}createCache().cachedBatch((ids: number[]) => ids.map(h));`,
  },
  "a cache's cached() by options first": {
    "a.ts": `import { cache } from "./cache";\n${HELP}const short = cache.cached({ ttl: "1s" });\nshort((x: number) => h(x));`,
    "cache.ts": 'import { createCache } from "@autocache/edge";\nexport const cache = createCache();',
  },
  "a decorator": { "a.ts": `${CACHED}${HELP}class S { @cached() m(x: number) { return h(x) } }` },
  "a decorator of a cache of another file": {
    "a.ts": `import { cache } from "./cache";\n${HELP}class S { @cache.cached({ ttl: 1 }) m(x: number) { return h(x) } }`,
    "cache.ts": 'import { createCache } from "@autocache/edge";\nexport const cache = createCache();',
  },
  "a static method": { "a.ts": `${CACHED}${HELP}class S { @cached() static m(x: number) { return h(x) } }` },
  "a cache that is another for each runtime": {
    "package.json": '{"name":"x","imports":{"#cache":{"workerd":"./kv.ts","default":"./memory.ts"}}}',
    "a.ts": `import { cache } from "#cache";\n${HELP}cache.cached((x: number) => h(x));`,
    "kv.ts": 'import { createCache } from "@autocache/edge";\nexport const cache = createCache();',
    "memory.ts": 'import { createCache } from "@autocache/edge";\nexport const cache = createCache();',
  },
  "a cache that one runtime alone has": {
    "package.json": '{"name":"x","imports":{"#cache":{"node":"./memory.ts","default":"./kv.ts"}}}',
    "a.ts": `import { cache } from "#cache";\n${HELP}cache.cached((x: number) => h(x));`,
    "kv.ts": 'import { createCache } from "@autocache/edge";\nexport const cache = createCache();',
    "memory.ts": "export const cache: any = new Map();",
  },
  "cachedHandler()": {
    "a.ts": `import { cachedHandler } from "@autocache/edge/http";\n${HELP}export default { fetch: cachedHandler((request: Request) => Response.json(h(request.url.length))) };`,
  },
  "cachedHandler() of the library's namespace, as the default export": {
    "a.ts": `import * as http from "@autocache/edge/http";\n${HELP}async function shop() { return Response.json(h(1)) }\nexport default http.cachedHandler(shop, { ttl: "1m" });`,
  },
  "cachedHandler() of a whole app": {
    "a.ts": `import { cachedHandler } from "@autocache/edge/http";\nimport { Hono } from "hono";\n${HELP}const app = new Hono();\napp.get("/", (c: any) => c.json(h(1)));\nexport default { fetch: cachedHandler(app.fetch, { name: "app" }) };`,
    "node_modules/hono/package.json": '{"name":"hono","version":"4.0.0","main":"i.js"}',
    "node_modules/hono/i.js": "",
  },
  "cachedHandler() of an app of another file": {
    "a.ts": `import { cachedHandler } from "@autocache/edge/http";\nimport { app } from "./app";\nexport default { fetch: cachedHandler((...args: any) => app.fetch(...args)) };`,
    "app.ts": `import { Hono } from "hono";\n${HELP}export const app: any = new Hono();\napp.get("/", (c: any) => c.json(h(1)));`,
    "node_modules/hono/package.json": '{"name":"hono","version":"4.0.0","main":"i.js"}',
    "node_modules/hono/i.js": "",
  },
  "routeCache() before its handler": {
    "a.ts": `import { routeCache } from "@autocache/edge/hono";\nimport { app } from "./app";\n${HELP}app.get("/", routeCache({ ttl: 1 }), (c: any) => c.json(h(1)));`,
    "app.ts": "export const app: any = {};",
  },
  "routeCache() for all routes": {
    "a.ts": `import { routeCache } from "@autocache/edge/hono";\nimport { Hono } from "hono";\n${HELP}const app = new Hono();\napp.use(routeCache({ ttl: 1 }));\napp.get("/", (c: any) => c.json(h(1)));`,
    "node_modules/hono/package.json": '{"name":"hono","version":"4.0.0","main":"i.js"}',
    "node_modules/hono/i.js": "",
  },
};

/** What is cached, through which variables, modules and options. */
export const CALLS: readonly HardCase[] = [
  ...Object.entries(WAYS).map(([title, files]) => ({ title, files: { ...files, ...helper }, changes, keeps })),
  {
    title: "a wrapper that is named counts with the function that it is given, and with what it does itself",
    options: { wrappers: ["lib/cache.ts#memo"] },
    files: {
      "a.ts": `import { memo } from "./lib";\n${HELP}memo((x: number) => h(x));`,
      "lib/index.ts": 'export * from "./cache";',
      "lib/cache.ts": `${CACHED}export const memo = (fn: any) => cached(async (...a: any[]) => round(await fn(...a)), { ttl: 1 });\nconst round = (x: number) => Math.round(x);`,
      ...helper,
    },
    changes: [...changes, ["lib/cache.ts", "Math.round", "Math.ceil"]],
    keeps: [...keeps, ["lib/cache.ts", "ttl: 1", "ttl: 2"]],
  },
  {
    title: "a wrapper that is not named is an error",
    files: { "a.ts": `${CACHED}export const c = (fn: () => number) => cached(fn, { name: "x" });` },
    tells: ["wrapper"],
    isUnsound: true,
  },
  {
    title: "the option ttl does not count, the option key does",
    files: { "a.ts": `${CACHED}cached((x: any) => x, { name: "x", ttl: 1, key: (x: any) => x.id });` },
    changes: [["a.ts", "x.id", "x.uid"]],
    keeps: [
      ["a.ts", "ttl: 1", "ttl: 2"],
      ["a.ts", '"x"', '"y"'],
    ],
  },
  {
    title: "the options key and deps count where a function that caches is made, in another file too",
    files: {
      "a.ts": `import { byId, make, withDeps } from "./cache";\nbyId((x: any) => x);\nclass S { @withDeps m() {} }\nmake()((x: any) => x);`,
      "cache.ts": `${CACHED}export const byId = cached({ ttl: 1, key: (x: any) => x.id });\nexport const make = () => cached({ deps: [1] });\nexport const withDeps = cached({ deps: [2] });`,
    },
    changes: [
      ["cache.ts", "x.id", "x.uid"],
      ["cache.ts", "[1]", "[3]"],
      ["cache.ts", "[2]", "[3]"],
    ],
    keeps: [["cache.ts", "ttl: 1", "ttl: 2"]],
  },
  {
    title: "what of cachedHandler()'s options decides about a response counts, and how long does not",
    files: {
      "a.ts": `import { cachedHandler } from "@autocache/edge/http";\nexport const fetch = cachedHandler(async () => new Response("a"), { name: "x", ttl: 1, swr: 2, tags: ["t"], key: (r: Request) => r.url, deps: [5] });`,
    },
    changes: [
      ["a.ts", '"a"', '"b"'],
      ["a.ts", "r.url", "r.url + 1"],
      ["a.ts", "[5]", "[6]"],
    ],
    keeps: [
      ["a.ts", "ttl: 1", "ttl: 3"],
      ["a.ts", "swr: 2", "swr: 3"],
      ["a.ts", '"x"', '"y"'],
    ],
    tells: [],
  },
  {
    title: "a cached function that another calls counts by its function, not by its options",
    files: {
      "a.ts": `${CACHED}const inner = cached((x: number) => x + 1, { name: "i", ttl: 5 });\ncached((x: number) => inner(x), { name: "x" });`,
    },
    changes: [["a.ts", "x + 1", "x + 2"]],
    keeps: [["a.ts", "ttl: 5", "ttl: 6"]],
  },
  {
    title: "so does one of another file, through a cache of a third",
    files: {
      "a.ts": `${CACHED}import { inner } from "./inner";\ncached((x: number) => inner(x), { name: "x" });`,
      "inner.ts":
        'import { cache } from "./cache";\nexport const inner = cache.cached((x: number) => x + 1, { name: "i", ttl: 5 });',
      "cache.ts": 'import { createCache } from "@autocache/edge";\nexport const cache = createCache({ ttl: 60 });',
    },
    changes: [["inner.ts", "x + 1", "x + 2"]],
    keeps: [
      ["inner.ts", "ttl: 5", "ttl: 6"],
      ["cache.ts", "ttl: 60", "ttl: 70"],
    ],
  },
  {
    title: "another export of the library is another thing",
    files: {
      "a.ts":
        'import { cached, isAutocacheError } from "@autocache/edge";\ncached((e: unknown) => isAutocacheError(e), { name: "x" });',
    },
    changes: [["a.ts", "isAutocacheError }", "isOther as isAutocacheError }"]],
    tells: [],
  },
  {
    title: "a cached function at every place of a program",
    files: {
      "a.ts": `${CACHED}export const o = { m: cached(() => 1, { name: "x" }), n: [cached(() => 2, { name: "y" })] }; class Q { static s = cached(() => 3, { name: "z" }) }`,
    },
    changes: [
      ["a.ts", "=> 1", "=> 9"],
      ["a.ts", "=> 2", "=> 9"],
      ["a.ts", "=> 3", "=> 9"],
    ],
  },
];
