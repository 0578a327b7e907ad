import type { Plugin } from "esbuild";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import esbuildPlugin from "../../../../adapters/plugin/esbuild.ts";
import { type FunctionName, FUNCTIONS } from "../edit.ts";
import { readOutput } from "../toolchain.ts";
import { type Workplace, write } from "../workplace.ts";
import { bundleWithEsbuild } from "./esbuild.ts";

const local = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

const SOURCES: Readonly<Record<string, string>> = {
  "#runtime": local("../../../../src/runtime/default.ts"),
  "@autocache/edge/keys": local("../../../../src/keys.ts"),
  "@autocache/edge/manifest": local("../../../../src/manifest.ts"),
  "autocache-library": local("../../../../src/index.ts"),
};

/** Finds the library in its source, which its package does not export. */
const library: Plugin = {
  name: "library",
  setup(build) {
    build.onResolve({ filter: /^#runtime$|^@autocache\/edge\/|^autocache-library$/ }, ({ path }) => ({
      path: SOURCES[path] ?? path,
    }));
  },
};

/** What a function of the Worker does with the library itself. */
export interface Served {
  readonly answer: string;
  /** Under which its values are looked up. */
  readonly keys: string;
}

/** Bundles the project with the plugin and the library, and asks the Worker for everything. */
export async function serve(place: Workplace): Promise<Readonly<Record<FunctionName, Served>>> {
  const recorder = readFileSync(local("../recorder/library.js"), "utf8");
  write(join(place.folder, "node_modules/@autocache/edge/index.js"), recorder);
  const plugins = [library, esbuildPlugin({ root: place.folder, quiet: true })];
  const bundle = await bundleWithEsbuild(place, plugins, { minify: true });
  const paths = FUNCTIONS.map((name) => `/${name}`);
  const { answers, functions } = await readOutput(place, bundle, { paths });
  return Object.fromEntries(
    FUNCTIONS.map((name) => [name, { answer: answers[`/${name}`] ?? "", keys: functions[name]?.text ?? "" }]),
  ) as Record<FunctionName, Served>;
}
