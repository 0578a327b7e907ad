import { type BuildResult, context } from "esbuild";
import { rspack } from "@rspack/core";
import { rollup, type RollupBuild, watch as rollupWatch } from "rollup";
import { describe, expect, it, onTestFinished } from "vitest";
import webpack from "webpack";
import esbuildPlugin from "../../../adapters/plugin/esbuild.ts";
import rollupPlugin from "../../../adapters/plugin/rollup.ts";
import rspackPlugin from "../../../adapters/plugin/rspack.ts";
import webpackPlugin from "../../../adapters/plugin/webpack.ts";
import { makeProject, type ProjectFolder } from "./project-folder.ts";

const FILES = {
  "src/index.js": `
    import { cached } from "@autocache/edge";
    import { twice } from "./helper.js";
    export const a = cached(async (x) => twice(x), { name: "a" });
  `,
  "src/helper.js": `import { FACTOR } from "./constants.js";\nexport const twice = (x) => x * FACTOR;\n`,
  "src/constants.js": `export const FACTOR = 2;\n`,
};

const options = { cacheDir: false } as const;
const fingerprintIn = (code: string): string | undefined => /a1_[\w-]{22}/.exec(code)?.[0];

/** Builds in a way that goes on, edits a file two modules away, and gives the fingerprints before, after and at the end. */
async function edited(folder: ProjectFolder, build: () => Promise<string>): Promise<(string | undefined)[]> {
  const texts = [FILES["src/constants.js"], "export const FACTOR = 3;\n", FILES["src/constants.js"]];
  const found: (string | undefined)[] = [fingerprintIn(await build())];
  for (const text of texts.slice(1)) {
    folder.write("src/constants.js", text);
    found.push(fingerprintIn(await build()));
  }
  return found;
}

function expectOneEdit([before, after, reverted]: readonly (string | undefined)[]): void {
  expect(before).toMatch(/^a1_/);
  expect(after).toMatch(/^a1_/);
  expect(after).not.toBe(before);
  expect(reverted).toBe(before);
}

describe("an edit of a helper two modules away", { timeout: 30_000 }, () => {
  it("changes the fingerprint when esbuild builds again", async () => {
    const folder = makeProject(FILES);
    const building = await context({
      absWorkingDir: folder.root,
      bundle: true,
      entryPoints: ["src/index.js"],
      external: ["@autocache/edge"],
      format: "esm",
      plugins: [esbuildPlugin(options)],
      write: false,
    });
    onTestFinished(() => building.dispose());
    const text = ({ outputFiles }: BuildResult): string => outputFiles?.[0]?.text ?? "";
    expectOneEdit(await edited(folder, async () => text(await building.rebuild())));
  });

  it("changes the fingerprint when Rollup watches", async () => {
    const folder = makeProject(FILES);
    const watcher = rollupWatch({
      external: ["@autocache/edge"],
      input: folder.path("src/index.js"),
      output: { file: folder.path("out/bundle.js") },
      plugins: [rollupPlugin({ ...options, root: folder.root })],
      watch: { buildDelay: 20 },
    });
    onTestFinished(() => watcher.close());
    let builds = 0;
    watcher.on("event", ({ code }) => {
      if (code === "END") builds += 1;
    });
    let wanted = 0;
    const built = async (): Promise<string> => {
      wanted += 1;
      await expect.poll(() => builds, { timeout: 10_000 }).toBeGreaterThanOrEqual(wanted);
      // Rollup begins to watch what it has added after it says that it has built.
      await new Promise((resolve) => setTimeout(resolve, 200));
      return folder.read("out/bundle.js");
    };
    expectOneEdit(await edited(folder, built));
  });

  it("changes the fingerprint when webpack watches", async () => {
    const folder = makeProject(FILES);
    let builds = 0;
    const compiler = webpack({
      context: folder.root,
      devtool: false,
      entry: "./src/index.js",
      externals: { "@autocache/edge": "var library" },
      mode: "development",
      output: { filename: "bundle.js", path: folder.path("out") },
      plugins: [webpackPlugin(options)],
    });
    const watching = compiler?.watch({ aggregateTimeout: 20 }, () => (builds += 1));
    onTestFinished(() => new Promise((resolve) => watching?.close(() => resolve())));
    let wanted = 0;
    const built = async (): Promise<string> => {
      wanted += 1;
      await expect.poll(() => builds, { timeout: 10_000 }).toBeGreaterThanOrEqual(wanted);
      return folder.read("out/bundle.js");
    };
    expectOneEdit(await edited(folder, built));
  });
});

describe("a cache that outlives the build", { timeout: 30_000 }, () => {
  const PACKAGE = "node_modules/rates/package.json";
  const files = {
    "src/index.js": `
      import { cached } from "@autocache/edge";
      import { rate } from "rates";
      export const a = cached(async () => rate, { name: "a" });
    `,
    [PACKAGE]: JSON.stringify({ name: "rates", version: "1.0.0", type: "module", exports: "./index.js" }),
    "node_modules/rates/index.js": "export const rate = 1;",
  };

  it.for([
    ["webpack", webpack, webpackPlugin, (directory: string) => ({ type: "filesystem", cacheDirectory: directory })],
    [
      "Rspack",
      rspack,
      rspackPlugin,
      (directory: string) => ({ type: "persistent", storage: { type: "filesystem", directory } }),
    ],
  ] as const)(
    "does not bring back the fingerprint of another version of a package with %s",
    async ([, pack, plugin, cache]) => {
      const folder = makeProject(files);
      const build = async (): Promise<string | undefined> => {
        const compiler = (pack as typeof webpack)({
          cache: cache(folder.path("cache")) as { type: "filesystem" },
          context: folder.root,
          devtool: false,
          entry: "./src/index.js",
          externals: { "@autocache/edge": "var library" },
          mode: "development",
          output: { filename: "bundle.js", path: folder.path("out") },
          plugins: [(plugin as typeof webpackPlugin)(options)],
        });
        await new Promise<void>((resolve, reject) =>
          compiler?.run((error) => (error === null ? resolve() : reject(error))),
        );
        await new Promise<void>((resolve) => compiler?.close(() => resolve()));
        return fingerprintIn(folder.read("out/bundle.js"));
      };
      const before = await build();
      expect(await build()).toBe(before);
      folder.write(PACKAGE, files[PACKAGE]?.replace("1.0.0", "1.0.1") ?? "");
      expect(await build()).not.toBe(before);
    },
  );

  it("does not bring back the fingerprint of another version of a package with Rollup", async () => {
    const folder = makeProject(files);
    const plugins = [rollupPlugin({ ...options, root: folder.root })];
    const input = { external: ["@autocache/edge", "rates"], input: folder.path("src/index.js"), plugins };
    const text = async (bundle: RollupBuild): Promise<string> => (await bundle.generate({})).output[0].code;
    const first = await rollup(input);
    folder.write(PACKAGE, files[PACKAGE]?.replace("1.0.0", "1.0.1") ?? "");
    const second = await rollup({ ...input, cache: first.cache ?? false });
    expect(fingerprintIn(await text(second))).toMatch(/^a1_/);
    expect(fingerprintIn(await text(second))).not.toBe(fingerprintIn(await text(first)));
  });
});
