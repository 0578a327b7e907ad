import { execFile } from "node:child_process";
import { mkdirSync, rmSync, symlinkSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { describe, expect, it, onTestFinished } from "vitest";
import { TextBackend } from "../../support/text-backend.ts";
import { BUNDLERS, bundled } from "./bundling.ts";
import { makeProject, type ProjectFolder } from "./project-folder.ts";

type Files = Readonly<Record<string, string>>;

/** What was answered, by path: what the cache says of it, and the body. */
type Answers = Readonly<Record<string, string>>;

const ROOT = fileURLToPath(new URL("../../..", import.meta.url));
const REGISTER = fileURLToPath(new URL("../../../adapters/plugin/register.ts", import.meta.url));
const BACKEND = "test.backend";

/** How each runtime runs a program from its source. */
const RUNTIMES: Readonly<Record<string, readonly string[]>> = {
  node: [process.execPath, "--disable-warning=ExperimentalWarning", "--import", REGISTER],
  deno: ["deno", "run", "--allow-all", "--preload", REGISTER],
  bun: ["bun", "--preload", REGISTER],
};

/** An app with two cached routes and a cached handler: what `price()` does is said two modules away. */
const SHOP: Files = {
  "src/index.ts": `
    import { createCache } from "@autocache/edge";
    import { routeCache } from "@autocache/edge/hono";
    import { cachedHandler } from "@autocache/edge/http";
    import { Hono } from "hono";
    import { price } from "./price.ts";
    import { stock } from "./stock.ts";

    const cache = createCache({ backend: (globalThis as any)[Symbol.for("${BACKEND}")], unversioned: "error" });
    const app = new Hono();
    app.get("/price", routeCache({ cache, ttl: "1h" }), (c) => c.text(price(2)));
    app.get("/stock", routeCache({ cache, ttl: "1h", name: "stock" }), (c) => c.text(stock()));
    const handler = cachedHandler((_: Request) => new Response(price(3)), { cache, ttl: "1h" });

    const ask = async (path: string): Promise<readonly [string, string]> => {
      const request = new Request("https://shop.example" + path);
      const response = await (path === "/handler" ? handler(request) : app.fetch(request));
      const status = response.headers.get("cache-status")?.replace(/;ttl=.*/, "");
      return [path, status + " " + (await response.text())];
    };
    export const askAll = async (): Promise<Record<string, string>> => {
      const answers = [];
      for (const path of ["/price", "/stock", "/handler"]) answers.push(await ask(path));
      return Object.fromEntries(answers);
    };
  `,
  "src/price.ts": `
    import { FACTOR } from "./factor.ts";
    export const price = (base: number): string => \`costs \${base * FACTOR}\`;
  `,
  "src/factor.ts": `export const FACTOR = 2;\nexport const UNUSED = 1;\n`,
  "src/stock.ts": `export const stock = (): string => "three left";\n`,
  "src/print.ts": `
    import { existsSync, readFileSync, writeFileSync } from "node:fs";

    const texts = existsSync("texts.json") ? JSON.parse(readFileSync("texts.json", "utf8")) : {};
    (globalThis as any)[Symbol.for("${BACKEND}")] = {
      name: "file",
      capabilities: { minTtlMs: 1, ttlStepMs: 1, maxKeyBytes: 512, maxValueBytes: Infinity, consistency: "strong" },
      get: async (key: string) => (key in texts ? { text: texts[key] } : undefined),
      set: async (key: string, { text }: { text: string }) => void (texts[key] = text),
      delete: async (key: string) => void delete texts[key],
    };
    const { askAll } = await import("./index.ts");
    console.log(JSON.stringify(await askAll()));
    writeFileSync("texts.json", JSON.stringify(texts));
  `,
};

const UNRELATED: Files = {
  "src/factor.ts": `// Said in other words.\nexport const UNUSED = 2;\nexport const FACTOR = 2;\n`,
};
const DEARER: Files = { "src/factor.ts": `export const FACTOR = 3;\nexport const UNUSED = 1;\n` };

/** Makes the project, with the library as it is built. */
function makeShop(files: Files): ProjectFolder {
  const folder = makeProject({ ...SHOP, ...files });
  rmSync(folder.path("node_modules"), { recursive: true });
  mkdirSync(folder.path("node_modules/@autocache"), { recursive: true });
  symlinkSync(ROOT, folder.path("node_modules/@autocache/edge"));
  symlinkSync(`${ROOT}/node_modules/hono`, folder.path("node_modules/hono"));
  return folder;
}

/** Asks for everything, of one version after the other: with the backend kept. */
async function story(askAll: (edit: Files) => Promise<Answers>): Promise<void> {
  const hits = {
    "/price": "autocache;hit costs 4",
    "/stock": "autocache;hit three left",
    "/handler": "autocache;hit costs 6",
  };
  const uriMiss = "autocache;fwd=uri-miss;stored";
  expect(await askAll({})).toEqual({
    "/price": `${uriMiss} costs 4`,
    "/stock": `${uriMiss} three left`,
    "/handler": `${uriMiss} costs 6`,
  });
  expect(await askAll({})).toEqual(hits);
  expect(await askAll(UNRELATED)).toEqual(hits);
  const miss = "autocache;fwd=miss;stored";
  expect(await askAll(DEARER)).toEqual({ ...hits, "/price": `${miss} costs 6`, "/handler": `${miss} costs 9` });
  expect(await askAll({})).toEqual(hits);
}

describe("responses that the built package caches", { timeout: 60_000 }, () => {
  it.for(Object.keys(BUNDLERS))("are of the code that made them, in a bundle of %s", async (name) => {
    const key = Symbol.for(BACKEND);
    Reflect.set(globalThis, key, new TextBackend());
    onTestFinished(() => void Reflect.deleteProperty(globalThis, key));
    await story(async (edit) => {
      const { askAll } = await bundled<{ askAll(): Promise<Answers> }>(name, makeShop(edit));
      return askAll();
    });
  });

  it.for(Object.keys(RUNTIMES))("are of the code that made them, in sources that %s runs", async (name) => {
    const [command = "", ...args] = RUNTIMES[name] ?? [];
    const folder = makeShop({});
    await story(async (edit) => {
      for (const [path, text] of Object.entries({ ...SHOP, ...edit })) folder.write(path, text);
      const { stdout } = await promisify(execFile)(command, [...args, folder.path("src/print.ts")], {
        cwd: folder.root,
      });
      return JSON.parse(stdout) as Answers;
    });
  });
});
