import { existsSync, readFileSync } from "node:fs";
import { build } from "esbuild";
import { describe, expect, it } from "vitest";

interface Manifest {
  readonly dependencies: Readonly<Record<string, string>>;
  readonly exports: Readonly<Record<string, string>>;
}

const manifest = JSON.parse(readFileSync("package.json", "utf8")) as Manifest;
const entries = Object.entries(manifest.exports).flatMap(([subpath, path]) =>
  path.endsWith(".js") ? [{ specifier: `@autocache/edge${subpath.slice(1)}`, path }] : [],
);
const isPlugin = ({ path }: { readonly path: string }): boolean => path.startsWith("./dist/plugin/");
const plugins = entries.filter(isPlugin);

/** The files of the built package that an entry brings along. */
async function reached(specifier: string): Promise<string[]> {
  const { metafile } = await build({
    stdin: { contents: `export * from ${JSON.stringify(specifier)}`, resolveDir: "test" },
    bundle: true,
    external: ["@upstash/redis", "hono", "cloudflare:*", "node:*", ...Object.keys(manifest.dependencies)],
    format: "esm",
    metafile: true,
    platform: "neutral",
    // The package as it is built: no paths of these tests' own.
    tsconfigRaw: {},
    write: false,
  });
  return Object.keys(metafile.inputs).filter((path) => path.startsWith("dist/"));
}

describe("the plugin in the built package", () => {
  it("has an entry for every bundler, and one for runtimes", () => {
    const names = ["bun", "esbuild", "register", "rolldown", "rollup", "rspack", "vite", "webpack"];
    expect(plugins.map(({ specifier }) => specifier).toSorted()).toEqual(
      names.map((name) => `@autocache/edge/${name}`),
    );
    expect(plugins.filter(({ path }) => !existsSync(path.replace(/\.js$/, ".d.ts")))).toEqual([]);
  });

  it.for(plugins.filter(({ specifier }) => !specifier.endsWith("/register")))(
    "exports the plugin of $specifier by name and as its default",
    async ({ specifier }) => {
      const entry = (await import(specifier)) as Readonly<Record<string, unknown>>;
      expect(Object.keys(entry).toSorted()).toEqual(["autocache", "default"]);
      expect(entry["default"]).toBe(entry["autocache"]);
    },
  );

  it.for(entries.filter((entry) => !isPlugin(entry)))(
    "is not in what $specifier brings along",
    async ({ specifier }) => {
      const files = await reached(specifier);
      expect(files).not.toEqual([]);
      expect(files.filter((path) => path.startsWith("dist/plugin/"))).toEqual([]);
    },
  );
});
