import { globSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { DocGraph } from "../scripts/docs-api/doc-graph.ts";
import { ENTRIES, sourceOf } from "../scripts/docs-api/entries.ts";
import { undocumented, writePages } from "../scripts/docs-api/pages.ts";
import { deadLinks } from "../scripts/site/dead-links.ts";
import { read } from "./support/documents.ts";

const graph = DocGraph.read();
const pages = writePages(graph);

interface PackageJson {
  readonly exports: Readonly<Record<string, unknown>>;
}

describe("the reference", () => {
  it("is what `npm run docs:api` makes of the sources", () => {
    const committed = globSync("docs/api/*.md").map((path) => path.replaceAll("\\", "/"));
    expect(committed.toSorted()).toEqual([...pages.keys()].toSorted());
    for (const [path, text] of pages) expect(read(path), `${path}: run npm run docs:api`).toBe(text);
  });

  it("has a page of every entry point of the package", () => {
    const { exports } = JSON.parse(readFileSync("package.json", "utf8")) as PackageJson;
    const paths = Object.keys(exports).filter((path) => path !== "./package.json");
    expect(ENTRIES.flatMap((entry) => entry.paths).toSorted()).toEqual(paths.toSorted());
  });

  it("has a heading of every name that an entry point exports", () => {
    for (const { file, paths } of ENTRIES) {
      const names = paths.flatMap((path) => graph.exportsOf(sourceOf(path))).map(({ name }) => name);
      const text = pages.get(`docs/api/${file}`) ?? "";
      expect(text).not.toBe("");
      // The plugins are under the names of their entry points, and exported by default too.
      for (const name of new Set(names.filter((each) => each !== "default" && each !== "autocache"))) {
        expect(text).toMatch(new RegExp(`^## (?:(?:interface|type|class|const) )?${name}(?:\\(\\))?$`, "m"));
      }
    }
  });

  it("has a doc comment of every public export", () => {
    expect(undocumented(graph)).toEqual([]);
  });

  it("has no dead link", () => {
    expect(deadLinks([...pages.keys()])).toEqual([]);
  });
});

describe("a page", () => {
  const page = (file: string): string => pages.get(`docs/api/${file}`) ?? "";
  const section = (file: string, heading: string): string =>
    page(file)
      .split(/^(?=## )/m)
      .find((part) => part.startsWith(`## ${heading}\n`)) ?? "";

  it("shows signatures without comments, bodies and modifiers that say nothing to a caller", () => {
    expect(section("keys.md", "keyFor()")).toContain("\n    function keyFor(");
    expect(section("index.md", "class AutocacheError")).toContain("\n      readonly code: ErrorCode;\n");
    const signatures = [...pages.values()]
      .map((text) => text.replaceAll(/^ *```.*?^ *```$/gms, ""))
      .flatMap((text) => text.match(/^ {4}.*$/gm) ?? []);
    expect(signatures.length).toBeGreaterThan(300);
    expect(signatures.filter((line) => /\/\*\*|^ {4}(?:export|async) |=> \{$/.test(line))).toEqual([]);
  });

  it("has each overload of a function, and not the signature of its body", () => {
    const overloads = section("index.md", "cached()").match(/^ {4}function cached\b/gm);
    expect(overloads).toHaveLength(2);
  });

  it("tells errors, defaults and examples", () => {
    expect(section("index.md", "parseDuration()")).toMatch(/^Throws:\n\n- `\w+Error` /m);
    expect(section("keys.md", "interface CanonicalLimits")).toContain("Default: `64`");
    expect(section("keys.md", "canonical()")).toMatch(/^Example:\n\n```ts\n/m);
  });

  it("shows the members of a base that is not exported as those of the interface", () => {
    const options = section("build-plugins.md", "interface AutocacheOptions");
    expect(options).not.toContain("extends");
    expect(options).toContain("- `strict`: ");
  });

  it("leads to the types that a signature names", () => {
    expect(section("hono.md", "interface RouteCacheOptions")).toContain("[Duration](index.md#type-duration)");
  });
});
