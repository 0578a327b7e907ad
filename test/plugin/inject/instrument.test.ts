import { SourceMap } from "node:module";
import { transform } from "esbuild";
import { describe, expect, it } from "vitest";
import { makeProject } from "../toolchains/project-folder.ts";
import { becomes, FINGERPRINT, FP, IMPORTS, load, type Recorded, run } from "./code.ts";

describe("the record of a call", () => {
  it.for([
    ["after a function alone", `cached(load);`, `cached(load, void 0, { fp: "a1_X", name: "load" });`],
    ["after options", `cached(load, { ttl: 1 });`, `cached(load, { ttl: 1 }, { fp: "a1_X", name: "load" });`],
    ["after a trailing comma", `cached(load, { ttl: 1 },);`, `cached(load, { ttl: 1 },{ fp: "a1_X", name: "load" });`],
    ["after a trailing comma of the function", `cached(load,);`, `cached(load,void 0, { fp: "a1_X", name: "load" });`],
    [
      "after a line comment",
      `cached(load, {} // hourly, or so)\n);`,
      `cached(load, {} // hourly, or so)\n, { fp: "a1_X", name: "load" });`,
    ],
    [
      "after comments behind a trailing comma",
      `cached(load, {}, /* hourly */ // (really)\n);`,
      `cached(load, {}, /* hourly */ // (really)\n{ fp: "a1_X", name: "load" });`,
    ],
    [
      "after a comment with a comma",
      `cached(load /* , */);`,
      `cached(load /* , */, void 0, { fp: "a1_X", name: "load" });`,
    ],
    ["after parentheses", `cached((load), ({}));`, `cached((load), ({}), { fp: "a1_X", name: "load" });`],
    ["after a cast", `cached(load as any);`, `cached(load as any, void 0, { fp: "a1_X", name: "load" });`],
    [
      "after a check of types",
      `cached(load satisfies unknown, {}!);`,
      `cached(load satisfies unknown, {}!, { fp: "a1_X", name: "load" });`,
    ],
    [
      "with type arguments",
      `cached<typeof load>(load);`,
      `cached<typeof load>(load, void 0, { fp: "a1_X", name: "load" });`,
    ],
    ["in a cast call", `(cached(load) as any);`, `(cached(load, void 0, { fp: "a1_X", name: "load" }) as any);`],
    [
      "with the name of the options first",
      `const a = cached(load, { name: "product" });`,
      `const a = cached(load, { name: "product" }, { fp: "a1_X", name: "product" });`,
    ],
  ])("stands %s", ([, source, expected]) => {
    const before = `const load = async (id: string) => id;\n`;
    expect(becomes(before + source)).toBe(before + expected);
  });

  it("has no name where there is none", () => {
    expect(becomes(`export default [cached(async (id: string) => id)];`)).toContain(`void 0, { fp: "a1_X" })`);
  });

  it("is given to calls of caches, of batches, and of wrappers made by options", () => {
    const code = becomes(`
      const cache = createCache();
      export const a = cache.cached(async () => 1);
      export const b = cache?.cached(async () => 2);
      export const c = cache.cachedBatch(async (ids: string[]) => ids, {});
      const hourly = cached({ ttl: "1h" });
      export const d = hourly(async () => 4);
    `);
    expect(code).toContain(`cache.cached(async () => 1, void 0, { fp: "a1_X", name: "a" })`);
    expect(code).toContain(`cache?.cached(async () => 2, void 0, { fp: "a1_X"`);
    expect(code).toContain(`(ids: string[]) => ids, {}, { fp: "a1_X", name: "c" })`);
    expect(code).toContain(`cached({ ttl: "1h" });`);
    expect(code).toContain(`hourly(async () => 4, void 0, { fp: "a1_X", name: "d" })`);
  });

  it("is given to handlers, as the third argument", () => {
    const code = becomes(`
      import { cachedHandler } from "@autocache/edge/http";
      async function shop(request: Request) { return new Response(request.url); }
      export const a = cachedHandler(shop);
      export const b = cachedHandler(async (request: Request) => new Response("b"), { ttl: "1m" });
      export const c = { fetch: cachedHandler((request: Request) => new Response("c")) };
      export const d = { fetch: cachedHandler(shop, { name: "front" }), scheduled() {} };
      export default { fetch: cachedHandler(shop), queue() {} };
    `);
    expect(code).toContain(`a = cachedHandler(shop, void 0, { fp: "a1_X", name: "shop" })`);
    expect(code).toContain(`new Response("b"), { ttl: "1m" }, { fp: "a1_X", name: "b" })`);
    expect(code).toContain(`new Response("c"), void 0, { fp: "a1_X", name: "fetch" })`);
    expect(code).toContain(`cachedHandler(shop, { name: "front" }, { fp: "a1_X", name: "front" })`);
    expect(code).toContain(`default { fetch: cachedHandler(shop, void 0, { fp: "a1_X", name: "shop" })`);
  });

  it("is given to a handler that is the default export, under its own name if it has one", () => {
    const http = `import { cachedHandler } from "@autocache/edge/http";\n`;
    expect(becomes(`${http}export default cachedHandler(async function shop() { return new Response() });`)).toContain(
      `}, void 0, { fp: "a1_X", name: "shop" });`,
    );
    expect(becomes(`${http}export default cachedHandler(async () => new Response());`)).toContain(
      `new Response(), void 0, { fp: "a1_X" });`,
    );
  });

  it("has what a handler captures", async () => {
    const module = await load(`
      import { cachedHandler } from "@autocache/edge/http";
      const make = (greeting: string) => cachedHandler(() => new Response(greeting));
      export const fetch = make("Hello");
    `);
    const { record } = module["fetch"] as Recorded;
    expect(record).toMatchObject({ fp: FP });
    expect(record?.captured?.()).toEqual({ greeting: "Hello" });
  });

  it("is given to routes", () => {
    const code = becomes(`
      declare const app: any;
      app.get("/a", routeCache(), () => 1);
      app.get("/b", routeCache({ ttl: "1h" }), () => 2);
    `);
    expect(code).toContain(`routeCache(void 0, { fp: "a1_X" })`);
    expect(code).toContain(`routeCache({ ttl: "1h" }, { fp: "a1_X" })`);
  });

  it("is given to a call inside a function that is cached", () => {
    const code = becomes(
      `export const outer = cached(async () => {\n  const inner = cached(async () => 1);\n  return inner();\n});`,
    );
    expect(code).toContain(`const inner = cached(async () => 1, void 0, { fp: "a1_X", name: "inner" });`);
    expect(code).toContain(`}, void 0, { fp: "a1_X", name: "outer" });`);
  });

  it("reads captured variables when it is asked, whatever they are called", async () => {
    const module = await load(`
      function make(weight: number, __proto__: number) {
        let late = 1;
        const fn = cached(async (x: number) => x * weight + late + __proto__, {});
        late = 3;
        return fn;
      }
      export const fn = make(2, 7);
    `);
    const { record } = module["fn"] as Recorded;
    expect(Object.entries(record?.captured?.() ?? {})).toEqual([
      ["weight", 2],
      ["late", 3],
      ["__proto__", 7],
    ]);
  });
});

describe("the record of a function that is given to a wrapper of the project's", () => {
  const SOURCE = `
    export const wrapper = (fn: any, ttl = 1) => cached(fn, { name: "any", ttl });
    export const literal = wrapper(async (id: string) => id, 5);
    const load = async (id: string) => id + 1;
    export const named = wrapper(load /* , */ , 5,);
    export const other = load;
  `;

  it("is on the function, or on one of its own around it", async () => {
    const { literal, named, other } = (await load(SOURCE, { wrappers: ["src/index.ts#wrapper"] })) as Record<
      "literal" | "named" | "other",
      Recorded
    >;
    expect(literal.record).toEqual({ fp: FP, name: "literal" });
    expect(named.record).toMatchObject({ fp: FP });
    expect(await named("a")).toBe("a1");
    expect(Object.getOwnPropertySymbols(other)).toEqual([]);
  });
});

describe("instrument()", () => {
  it("adds nothing to a file without cached functions", () => {
    const folder = makeProject({ "src/index.ts": `export const a = 1;` });
    expect(run(folder, folder.read("src/index.ts"))).toBeUndefined();
  });

  it("adds nothing to code that has been bundled with its records, minified or not", async () => {
    const source = `${IMPORTS}
      const hourly = cached({ ttl: "1h" });
      export const a = cached(async (id: string) => id);
      export class Shop { @cached({}) async price() { return 1; } @hourly async rent() { return 2; } }
      export class Kiosk extends Shop { size = 1 }
      export const wrapper = (fn: any) => cached(fn, { name: "any" });
      export const b = wrapper(async () => 1);
      export const c = routeCache();
    `;
    const folder = makeProject({ "src/index.ts": source });
    const options = { wrappers: ["src/index.ts#wrapper"] };
    const once = run(folder, source, options)?.code ?? "";
    for (const minify of [false, true]) {
      const { code } = await transform(once, { loader: "ts", minify, target: "es2022" });
      folder.write("src/index.ts", code);
      expect(run(folder, code, options)?.code ?? code).toBe(code);
    }
  });

  it("takes the meaning from the disk and the places from the code it is given", () => {
    const source = `${IMPORTS}export const a = cached(async (id: string) => id + 1);\n`;
    const folder = makeProject({ "src/index.ts": source });
    const given = `/* a banner, of a plugin */ ${source.replace(": string", "").replace("id + 1", "id +\n 1 + 0")}`;
    const [there] = run(folder, source)?.code.match(FINGERPRINT) ?? [];
    const [here] = run(folder, given)?.code.match(FINGERPRINT) ?? [];
    expect(here).toBe(there);
    expect(run(folder, given)?.code).toMatch(/ 1 \+ 0, void 0, \{ fp: "a1_[\w-]{22}", name: "a" \}\);\n$/);
  });

  it("maps every place behind an injection to where it was", () => {
    const source = `${IMPORTS}export const a = cached(async () => 1); export const b = 2;\n`;
    const { code = "", map } = run(makeProject({ "src/index.ts": source }), source) ?? {};
    const line = IMPORTS.split("\n").length - 1;
    const column = code.split("\n")[line]?.indexOf("b = 2") ?? -1;
    const payload = JSON.parse(String(map)) as ConstructorParameters<typeof SourceMap>[0];
    const entry = new SourceMap(payload).findEntry(line, column);
    const original = source.split("\n")[line]?.indexOf("b = 2");
    expect(entry).toMatchObject({ originalLine: line, originalColumn: original });
    expect(payload.sourcesContent).toEqual([source]);
  });

  it("injects nothing where there is no sound value, and says so", () => {
    const source = `${IMPORTS}declare const rest: any;\nexport const a = cached(...(rest as [any]));\n`;
    const instrumented = run(makeProject({ "src/index.ts": source }), source);
    expect(instrumented?.code).toBe(source);
    expect(instrumented?.diagnostics.map(({ code, severity, line }) => [code, severity, line])).toEqual([
      ["spread", "error", 4],
    ]);
  });
});
