import { rspack } from "@rspack/core";
import { build as esbuildBuild } from "esbuild";
import { rolldown } from "rolldown";
import { build as viteBuild } from "vite";
import { describe, expect, it } from "vitest";
import webpack from "webpack";
import esbuildPlugin from "../../../adapters/plugin/esbuild.ts";
import rolldownPlugin from "../../../adapters/plugin/rolldown.ts";
import rspackPlugin from "../../../adapters/plugin/rspack.ts";
import vitePlugin from "../../../adapters/plugin/vite.ts";
import webpackPlugin from "../../../adapters/plugin/webpack.ts";
import { makeProject, type ProjectFolder } from "./project-folder.ts";

interface Configuration {
  readonly define?: Record<string, string>;
  readonly alias?: Record<string, string>;
}

const LIBRARY = "@autocache/edge";
const options = { cacheDir: false } as const;

/** Bundlers whose configuration the plugin reads: they give the text of the bundle. */
const BUNDLERS: Readonly<Record<string, (folder: ProjectFolder, configuration: Configuration) => Promise<string>>> = {
  async esbuild(folder, configuration) {
    const { outputFiles } = await esbuildBuild({
      ...configuration,
      absWorkingDir: folder.root,
      bundle: true,
      entryPoints: ["src/index.js"],
      external: [LIBRARY],
      format: "esm",
      plugins: [esbuildPlugin(options)],
      write: false,
    });
    return outputFiles.map(({ text }) => text).join("\n");
  },
  async rolldown(folder, { define = {}, alias = {} }) {
    const bundle = await rolldown({
      cwd: folder.root,
      external: [LIBRARY],
      input: "src/index.js",
      plugins: [rolldownPlugin(options)],
      resolve: { alias },
      transform: { define },
    });
    const { output } = await bundle.generate({ format: "es" });
    await bundle.close();
    return output[0].code;
  },
  async vite(folder, { define = {}, alias = {} }) {
    const built = await viteBuild({
      build: {
        lib: { entry: folder.path("src/index.js"), formats: ["es"] },
        rolldownOptions: { external: [LIBRARY] },
        write: false,
      },
      configFile: false,
      define,
      logLevel: "silent",
      plugins: [vitePlugin(options)],
      resolve: { alias },
      root: folder.root,
    });
    return JSON.stringify(built);
  },
  webpack: (folder, { define = {}, alias = {} }) =>
    new Promise((resolve, reject) => {
      webpack(
        {
          ...packed(folder),
          plugins: [webpackPlugin(options), new webpack.DefinePlugin(define)],
          resolve: { alias },
        },
        (error, stats) => settle(folder, error, stats, resolve, reject),
      );
    }),
  rspack: (folder, { define = {}, alias = {} }) =>
    new Promise((resolve, reject) => {
      rspack(
        {
          ...packed(folder),
          plugins: [rspackPlugin(options), new rspack.DefinePlugin(define)],
          resolve: { alias },
        },
        (error, stats) => settle(folder, error, stats, resolve, reject),
      );
    }),
};

function packed({ root, path }: ProjectFolder) {
  return {
    context: root,
    devtool: false,
    entry: "./src/index.js",
    externals: { [LIBRARY]: "var library" },
    mode: "development",
    output: { filename: "bundle.js", path: path("out") },
  } as const;
}

function settle(
  folder: ProjectFolder,
  error: Error | null,
  stats: { hasErrors(): boolean; toString(): string } | undefined,
  resolve: (text: string) => void,
  reject: (error: Error) => void,
): void {
  if (error !== null || stats?.hasErrors() !== false) reject(error ?? new Error(String(stats)));
  else resolve(folder.read("out/bundle.js"));
}

async function fingerprint(bundler: string, files: Record<string, string>, configuration: Configuration = {}) {
  const folder = makeProject(files);
  const alias = Object.entries(configuration.alias ?? {}).map(([name, path]) => [name, folder.path(path)] as const);
  const code = await BUNDLERS[bundler]?.(folder, { ...configuration, alias: Object.fromEntries(alias) });
  return /a1_[\w-]{22}/.exec(code ?? "")?.[0];
}

const REPLACED = {
  "src/index.js": `
    import { cached } from "${LIBRARY}";
    export const a = cached(async () => __LIMIT__, { name: "a" });
  `,
};

const rates = (specifier: string): Record<string, string> => ({
  "src/index.js": `
    import { cached } from "${LIBRARY}";
    import { rate } from "${specifier}";
    export const a = cached(async () => rate, { name: "a" });
  `,
  "src/lib/rates.js": `export const rate = 1;`,
});

describe.for(Object.keys(BUNDLERS))("the plugin for %s", { timeout: 30_000 }, (bundler) => {
  it("counts what the configuration replaces, where it is read", async () => {
    const [one, two, more] = await Promise.all([
      fingerprint(bundler, REPLACED, { define: { __LIMIT__: "1" } }),
      fingerprint(bundler, REPLACED, { define: { __LIMIT__: "2" } }),
      fingerprint(bundler, REPLACED, { define: { __LIMIT__: "1", __OTHER__: "3" } }),
    ]);
    expect(one).toMatch(/^a1_/);
    expect(two).not.toBe(one);
    expect(more).toBe(one);
  });

  it("follows the aliases of the configuration", async () => {
    const plain = await fingerprint(bundler, rates("./lib/rates.js"));
    expect(plain).toMatch(/^a1_/);
    expect(await fingerprint(bundler, rates("@lib/rates.js"), { alias: { "@lib": "src/lib" } })).toBe(plain);
  });
});
