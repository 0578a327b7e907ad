import { symlinkSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { Project, type ProjectOptions } from "../../../adapters/plugin/graph/project.ts";
import { CACHED, type Files, fingerprints, look, put, write } from "./fixture.ts";

const FILES: Files = {
  "a.ts": `${CACHED}import { f } from "./lib/f";\nimport config from "./config.json";\nimport { z } from "zed";\nexport const load = cached(async (x: number) => f(x) + config.limit + z, { name: "load" });`,
  "lib/f.ts": 'import { PAD } from "./consts";\nexport const f = (x: number): number => (x > 0 ? f(x - 1) : PAD);',
  "lib/consts.ts": "export const PAD = 1;\nexport const OTHER = 2;",
  "config.json": '{"limit":10,"other":1}',
  "node_modules/zed/package.json": '{"name":"zed","version":"1.0.0","main":"i.js"}',
  "node_modules/zed/i.js": "",
};

function only<T>(values: readonly T[]): T {
  const [value] = values;
  if (value === undefined || values.length !== 1) throw new Error(`Expected one value, got ${values.length}`);
  return value;
}

describe("Project", () => {
  it("tells where sites are and what they are called", () => {
    const site = only(look(FILES).sites);
    expect(site).toMatchObject({ line: 5, column: 21, kind: "call", name: "load", literalName: "load", captured: [] });
    expect(site.fingerprint).toMatch(/^a1_[\w-]{22}$/);
    expect(site.file).toMatch(/\/a\.ts$/);
  });

  it("tells the files that a site reaches", () => {
    const { project, sites, folder } = look(FILES);
    const files = [...project.files(only(sites))].map((file) => file.replace(`${folder}/`, ""));
    expect(files.sort()).toEqual(["a.ts", "config.json", "lib/consts.ts", "lib/f.ts"]);
  });

  it("tells the declarations that a site reaches, and which of them an edit is in", () => {
    const before = look(FILES);
    const after = look({ ...FILES, "lib/consts.ts": "export const PAD = 3;" });
    const [one, two] = [before, after].map(({ project, sites }) => project.declarations(only(sites)));
    expect([...(one?.keys() ?? [])]).toEqual([
      "config.json#limit",
      "its own code",
      "lib/consts.ts#PAD",
      "lib/f.ts#f",
      "zed@1.0.0",
    ]);
    expect([...(one?.values() ?? [])].every((digest) => digest.length === 10)).toBe(true);
    expect([...(one ?? [])].filter(([label, digest]) => two?.get(label) !== digest).map(([label]) => label)).toEqual([
      "lib/consts.ts#PAD",
    ]);
  });

  it("explains a site as a tree", () => {
    const { project, sites } = look(FILES);
    const lines = project.explain(only(sites)).split("\n");
    expect(lines.map((line) => line.replace(/ {2}\S{8}( |$)/, "$1"))).toEqual([
      "a.ts:5",
      "  lib/f.ts#f",
      "    lib/f.ts#f (above)",
      "    lib/consts.ts#PAD",
      "  config.json#limit",
      "  zed@1.0.0",
    ]);
  });

  it("takes paths through links, and gives real ones", () => {
    const folder = write(FILES);
    symlinkSync(folder, `${folder}-link`);
    const project = new Project({ root: `${folder}-link`, cacheDir: false });
    expect(project.root).toBe(folder);
    expect(only(project.sites(`${folder}-link/a.ts`)).file).toBe(join(folder, "a.ts"));
  });

  it("has no sites for a file that is not code, or is not there", () => {
    const { project, folder } = look(FILES);
    expect(project.sites(join(folder, "config.json"))).toEqual([]);
    expect(project.sites(join(folder, "lost.ts"))).toEqual([]);
  });

  it("finds nothing where the library is not, or is another", () => {
    const none = [
      `${CACHED}function f(cached: any) { cached(() => 1) }`,
      'import { cached } from "other"; cached(() => 1);',
      'import type { cached } from "@autocache/edge"; cached(() => 1);',
      'import { createCache } from "@autocache/edge"; createCache().other(() => 1);',
      'import { createCache } from "./mine"; createCache().cached(() => 1);',
      "const cache = { cached: (fn: any) => fn }; cache.cached(() => 1);",
      "/* @autocache-ignore */ import { cached } from '@autocache/edge'; cached(() => 1);",
    ];
    for (const text of none) {
      expect(look({ "a.ts": text, "mine.ts": "export const createCache = (): any => ({});" }).sites).toEqual([]);
    }
  });

  it("has no end where values come from each other in a circle", () => {
    const files = {
      "a.ts": 'import { b } from "./b"; export const a = b; a.cached(() => 1); a(() => 1);',
      "b.ts": 'import { a } from "./a"; export const b = a; export * from "./b";',
    };
    expect(look(files).sites).toEqual([]);
  });

  it("counts the salt", () => {
    const [none, one, two] = [{}, { salt: "2026-01-01" }, { salt: "2026-02-01" }].map((options) =>
      fingerprints(FILES, options),
    );
    expect(one).not.toEqual(none);
    expect(one).not.toEqual(two);
    expect(fingerprints(FILES, { salt: "" })).toEqual(none);
  });

  it("counts the values of defines that are read, and no others", () => {
    const files = {
      "a.ts": `${CACHED}declare const __V__: string;\ncached(() => __V__ + process.env.MODE + import.meta.env.X, { name: "x" });`,
    };
    const value = (defines: Record<string, string>): unknown => fingerprints(files, { defines });
    const base = value({ __V__: "1", OTHER: "1" });
    expect(value({ __V__: "2", OTHER: "1" })).not.toEqual(base);
    expect(value({ __V__: "1", OTHER: "2" })).toEqual(base);
    expect(value({ "process.env.MODE": '"a"' })).not.toEqual(value({ "process.env.MODE": '"b"' }));
    expect(value({ "import.meta.env.X": "1" })).not.toEqual(value({ "import.meta.env.X": "2" }));
    expect(look(files, { defines: { "process.env.MODE": '"a"', "import.meta.env.X": "1" } }).codes).toEqual([]);
  });

  it("keeps a project's values wherever the project is", () => {
    const one = write(FILES);
    const two = write({ "deep/er/keep.txt": "" });
    put(join(two, "deep/er"), { "package.json": "{}", "tsconfig.json": "{}", ...FILES });
    const value = (root: string): unknown =>
      new Project({ root, cacheDir: false }).sites(join(root, "a.ts"))[0]?.fingerprint;
    expect(value(join(two, "deep/er"))).toBe(value(one));
  });
});

describe("diagnostics", () => {
  it("name file and line, of what is reached and of nothing else", () => {
    const { project, sites } = look({
      "a.ts": `${CACHED}import { f } from "./b";\ncached(() => f(), { name: "x" });`,
      "b.ts":
        'import { v } from "virtual:v";\nimport { w } from "virtual:w";\n\nexport const f = () => v;\nexport const g = () => w;',
    });
    const told = project.diagnostics(only(sites));
    expect(told).toMatchObject([{ code: "unresolved", line: 1, column: 1, severity: "warning" }]);
    expect(told[0]?.file).toMatch(/\/b\.ts$/);
    expect(told[0]?.message).toContain('"virtual:v"');
  });

  it("are errors in strict mode where something cannot be seen, and then there is no value", () => {
    const files = { "a.ts": `${CACHED}import { v } from "virtual:v";\ncached(() => v, { name: "x" });` };
    expect(fingerprints(files)).toEqual([expect.any(String)]);
    const { project, sites } = look(files, { strict: true });
    expect(project.diagnostics(only(sites))).toMatchObject([{ severity: "error" }]);
    expect(only(sites).fingerprint).toBeUndefined();
    const mutable = {
      "a.ts": `${CACHED}let n = 1; export const set = () => { n = 2 };\ncached(() => n, { name: "x" });`,
    };
    expect(fingerprints(mutable, { strict: true })).toEqual([expect.any(String)]);
  });

  it("tell of a file that cannot be parsed where it is reached", () => {
    const { project, sites } = look({
      "a.ts": `${CACHED}import { f } from "./b";\ncached(() => f(), { name: "x" });`,
      "b.ts": "export const f = () => ;",
    });
    expect(only(sites).fingerprint).toBeUndefined();
    expect(project.diagnostics(only(sites)).map(({ code }) => code)).toContain("syntax");
  });

  it("tell what is missing by its name, and from the root", () => {
    const { project, sites } = look({
      "src/b.ts": "export const f = 1;",
      "a.ts": `${CACHED}import { lost } from "./src/b";\nimport "./gone.css";\ncached(() => lost, { name: "x" });`,
    });
    const messages = project.diagnostics(only(sites)).map(({ message }) => message);
    expect(messages).toEqual([expect.stringContaining('"lost" among the exports of src/b.ts')]);
  });

  it("tell each thing once", () => {
    const { codes } = look({
      "a.ts": `${CACHED}import { v } from "virtual:v";\nconst f = () => v; const g = () => v + f();\ncached(() => f() + g() + v, { name: "x" });`,
    });
    expect(codes).toEqual(["unresolved"]);
  });

  it("tell of a function that reaches very many modules, or the one the program starts with", () => {
    const modules = Array.from({ length: 60 }, (_, n) => [
      `m${n}.ts`,
      `export { v${n + 1} } from "./m${n + 1}"; export const v${n} = () => ${n};`,
    ]);
    const names = Array.from({ length: 60 }, (_, n) => `v${n}`);
    const imports = names.map((name, n) => `import { ${name} } from "./m${n}";`).join("\n");
    const many = {
      ...Object.fromEntries(modules),
      "a.ts": `${CACHED}${imports}\ncached(() => [${names.join()}], { name: "x" });`,
    };
    expect(look(many).codes).toEqual(["over-reach"]);
    const entry = {
      "wrangler.toml": 'name = "x"\nmain = "src/index.ts"\n',
      "src/index.ts": "export const routes = 1;",
      "a.ts": `${CACHED}import { routes } from "./src";\ncached(() => routes, { name: "x" });`,
    };
    const { project, sites } = look(entry);
    expect(project.diagnostics(only(sites))).toMatchObject([{ code: "over-reach", severity: "info", line: 3 }]);
    const main = { ...entry, "wrangler.toml": "", "package.json": '{"main":"./src/index.ts"}' };
    expect(look(main).codes).toEqual(["over-reach"]);
    expect(look({ ...main, "package.json": '{"main":"./a.ts"}' }).codes).toEqual([]);
    expect(look({ ...main, "package.json": "{}", "wrangler.jsonc": '{ "main": "src/index.ts", }' }).codes).toEqual([
      "over-reach",
    ]);
  });
});

describe("options", () => {
  const bad: readonly (readonly [title: string, options: unknown, message: RegExp])[] = [
    ["a wrapper without an export", { wrappers: ["src/cache.ts"] }, /Cannot read the wrapper "src\/cache.ts"/],
    ["a wrapper of no file", { wrappers: ["src/lost.ts#c"] }, /Cannot find the wrapper "src\/lost.ts#c".*no such file/],
    ["a pattern that is neither text nor expression", { ignore: [1] }, /Cannot read the option ignore/],
    ["a salt that is no text", { salt: 1 }, /Cannot read the option salt/],
    ["an unknown mode of a package", { packages: { zed: "all" } }, /Cannot read the option packages of "zed".*all/],
    ["an unknown mode of packages", { packages: "all" }, /Cannot read the option packages.*all/],
  ];

  it.each(bad)("refuse %s", (_, options, message) => {
    const folder = write(FILES);
    expect(() => new Project({ root: folder, cacheDir: false, ...(options as ProjectOptions) })).toThrow(message);
  });

  it("refuse a wrapper that the file does not export, when it is first needed", () => {
    const files = { ...FILES, "cache.ts": "export const one = 1; export const two = 2;" };
    expect(() => look(files, { wrappers: ["cache.ts#three"] })).toThrow(
      /Cannot find the wrapper "cache.ts#three".*received a file that exports one, two/,
    );
  });
});
