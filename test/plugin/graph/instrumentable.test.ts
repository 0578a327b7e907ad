import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { CACHED, type Files, look } from "./fixture.ts";

const FILES: Files = {
  "a.ts": `${CACHED}import { f } from "./f";\nexport const load = cached(async (x: number) => f(x), { name: "load" });`,
  "f.ts": "export const f = (x: number): number => x + 1;",
};

function only<T>(values: readonly T[]): T {
  const [value] = values;
  if (value === undefined || values.length !== 1) throw new Error(`Expected one value, got ${values.length}`);
  return value;
}

describe("wrappers", () => {
  const files = {
    "cache.ts": `${CACHED}export const memo = (fn: any, n = 1) => cached(fn, { ttl: n });\nexport const own = cached(() => 1, { name: "own" });`,
    "a.ts": 'import { memo } from "./cache";\nexport const f = memo(async (x: number) => x + 1, 5);',
  };

  it("have sites where they are called, and none inside", () => {
    const { project, sites, folder } = look(files, { wrappers: ["cache.ts#memo"] });
    expect(only(sites)).toMatchObject({ kind: "wrapper", name: "f" });
    expect(only(sites).fingerprint).toBeDefined();
    expect(only(project.sites(join(folder, "cache.ts")))).toMatchObject({ name: "own" });
  });

  it("may be named by a barrel, and called by another name", () => {
    const more = {
      ...files,
      "index.ts": 'export { memo as keep } from "./cache";',
      "a.ts": 'import * as lib from "./index";\nlib.keep((x: number) => x + 1);',
    };
    expect(look(more, { wrappers: ["index.ts#keep"] }).sites).toHaveLength(1);
  });
});

describe("instrumentable()", () => {
  it("takes positions from the code that is given, and meaning from the disk", () => {
    const { project, sites, folder } = look(FILES);
    const code = `"use strict";\n\n${FILES["a.ts"]?.replace("f(x)", "f(x, 1)").replace("load =", "renamed =")}`;
    const found = project.instrumentable(join(folder, "a.ts"), code);
    expect(only(found.sites).fingerprint).toBe(only(sites).fingerprint);
    expect(code.slice(only(found.sites).place.start, only(found.sites).place.end)).toMatch(/^cached\(async.*\)$/);
    expect(only(found.sites).line).toBe(5);
  });

  it("names captured variables as the code does", () => {
    const text = `${CACHED}export const make = (weight: number) => cached((x: number) => x * weight, { name: "x" });`;
    const { project, sites, folder } = look({ "a.ts": text });
    const found = project.instrumentable(join(folder, "a.ts"), text.replaceAll("weight", "w"));
    expect(only(sites).captured).toEqual(["weight"]);
    expect(only(found.sites).captured).toEqual(["w"]);
    expect(only(found.sites).fingerprint).toBe(only(sites).fingerprint);
  });

  it("takes the meaning from the code where it has other calls than the file", () => {
    const { project, folder } = look(FILES);
    const code = `${CACHED}import { f } from "./f";\ncached(() => f(1));\ncached(() => f(2));`;
    const found = project.instrumentable(join(folder, "a.ts"), code);
    expect(new Set(found.sites.map(({ fingerprint }) => fingerprint)).size).toBe(2);
    expect(project.diagnostics(found.sites[0] ?? only([]))).toEqual([]);
    expect(project.instrumentable(join(folder, "virtual.ts"), code).sites).toHaveLength(2);
  });

  it("tells of what is asked for with a site of another project", () => {
    const { sites } = look(FILES);
    expect(() => look(FILES).project.files(only(sites))).toThrow(/Cannot look up the site/);
  });
});

describe("subclasses", () => {
  const files: Files = {
    "base.ts": `${CACHED}export class Base { @cached() async load() { return this.part() } part() { return 1 } }\nexport class Plain { load() {} static all = cached(() => 1) }`,
    "lib.ts": 'export { Base as default } from "./base"; export * as all from "./base";',
    "a.ts": `import Base, { all } from "./lib";\nimport { helper } from "./helper";\nexport class One extends Base { part() { return helper() } }\nclass Two extends One { extra() { return 2 } }\nclass Three extends all.Base {}\nclass Four extends all.Plain {}\nclass Five {}\nexport default class extends Base {}`,
    "helper.ts": "export const helper = () => 1;",
  };

  function subclassesOf(given: Files): readonly (readonly [string, string])[] {
    const { project, folder } = look(given);
    const code = given["a.ts"] ?? "";
    return project.instrumentable(join(folder, "a.ts"), code).subclasses.map(({ bodyEnd, fingerprint }) => {
      const name =
        /class (\w*) ?(?:extends[^{]*)?\{[^]*$/.exec(code.slice(code.lastIndexOf("class", bodyEnd)))?.[1] ?? "";
      expect(code[bodyEnd]).toBe("}");
      return [name, fingerprint] as const;
    });
  }

  it("are those whose base has cached methods, through modules and classes between", () => {
    expect(subclassesOf(files).map(([name]) => name)).toEqual(["One", "Two", "Three", ""]);
  });

  it("have the fingerprint of the whole class, its bases included", () => {
    const before = new Map(subclassesOf(files));
    const changedBy = (path: string, from: string, to: string): readonly string[] =>
      subclassesOf({ ...files, [path]: files[path]?.replace(from, to) ?? "" })
        .filter(([name, fingerprint]) => before.get(name) !== fingerprint)
        .map(([name]) => name);
    expect(changedBy("helper.ts", "=> 1", "=> 2")).toEqual(["One", "Two"]);
    expect(changedBy("a.ts", "return 2", "return 3")).toEqual(["Two"]);
    expect(changedBy("base.ts", "return 1", "return 2")).toEqual(["One", "Two", "Three", ""]);
    expect(changedBy("base.ts", "load() {}", "load() { return 1 }")).toEqual([]);
  });

  it("stand where they do in the code that is given", () => {
    const { project, folder } = look(files);
    const code = `// more\n${files["a.ts"]}`;
    const file = join(folder, "a.ts");
    const [here, there] = [files["a.ts"] ?? "", code].map((text) => project.instrumentable(file, text).subclasses);
    expect(there?.map(({ bodyEnd }) => bodyEnd - 8)).toEqual(here?.map(({ bodyEnd }) => bodyEnd));
    expect(there?.map(({ fingerprint }) => fingerprint)).toEqual(here?.map(({ fingerprint }) => fingerprint));
  });

  it("have none where the class is not sound", () => {
    const unsound = { ...files, "helper.ts": "export const helper = () => eval('1');" };
    expect(subclassesOf(unsound).map(([name]) => name)).toEqual(["Three", ""]);
  });
});
