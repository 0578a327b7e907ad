import { readFileSync } from "node:fs";
import { build } from "esbuild";
import { describe, expect, it } from "vitest";
import { exportedFiles } from "../scripts/exported.ts";

interface Manifest {
  readonly dependencies?: Readonly<Record<string, string>>;
}

const manifest = JSON.parse(readFileSync("package.json", "utf8")) as Manifest;
const pluginDependencies = ["magic-string", "oxc-parser", "oxc-resolver", "tinyglobby", "unplugin"];
/** What a program imports; the plugin is imported by bundlers alone, and runs where they run. */
const entries = [...exportedFiles()].map(([subpath, file]) => [`@autocache/edge${subpath.slice(1)}`, file] as const);

/** Bundles the built package as a program on some host would, and returns what is left to import. */
async function importsOf(specifier: string, conditions: readonly string[]): Promise<string[]> {
  const { metafile } = await build({
    stdin: { contents: `export * from ${JSON.stringify(specifier)}`, resolveDir: "test" },
    bundle: true,
    conditions: [...conditions],
    external: ["@upstash/redis", "hono", "cloudflare:*", "node:*", ...pluginDependencies],
    format: "esm",
    metafile: true,
    write: false,
  });
  const output = Object.values(metafile.outputs).flatMap(({ imports }) => imports.map(({ path }) => path));
  return [...new Set(output)];
}

describe("the built package", () => {
  it.for(entries)("has no dependency at run time in %s", async ([specifier]) => {
    const imports = await importsOf(specifier, ["workerd"]);
    expect(imports.filter((path) => path in (manifest.dependencies ?? {}))).toEqual([]);
  });

  it("has only the dependencies of its plugin, which no program bundles", () => {
    expect(Object.keys(manifest.dependencies ?? {})).toEqual(pluginDependencies);
  });

  it.for(entries)("loads %s on Node, with types beside it", async ([specifier, file]) => {
    expect(Object.keys((await import(specifier)) as object)).not.toEqual([]);
    expect(readFileSync(file.replace(/\.js$/, ".d.ts"), "utf8")).toContain("export");
  });

  it("asks Workers, and no other host, to keep background work alive", async () => {
    expect(await importsOf("@autocache/edge", ["workerd", "worker", "browser"])).toEqual(["cloudflare:workers"]);
    expect(await importsOf("@autocache/edge", [])).toEqual([]);
  });

  it.for(["edge-light", "deno", "bun", "node", "netlify", "worker", "browser"])(
    "asks nothing of a host that has the condition %s alone",
    async (condition) => {
      const imports = await Promise.all(entries.map(([specifier]) => importsOf(specifier, [condition])));
      expect(imports.flat().filter((path) => !/^(?:hono|@upstash\/redis)(?:\/|$)/.test(path))).toEqual([]);
    },
  );

  it.for(entries)("imports nothing of Node's in %s", async ([specifier]) => {
    const imports = await importsOf(specifier, []);
    expect(imports.filter((path) => path.includes(":"))).toEqual([]);
  });
});
