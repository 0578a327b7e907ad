import { pathToFileURL } from "node:url";
import esbuild from "../../../adapters/plugin/esbuild.ts";
import type { AutocacheOptions } from "../../../adapters/plugin/plugin.ts";
import rolldown from "../../../adapters/plugin/rolldown.ts";
import rollup from "../../../adapters/plugin/rollup.ts";
import rspack from "../../../adapters/plugin/rspack.ts";
import vite from "../../../adapters/plugin/vite.ts";
import webpack from "../../../adapters/plugin/webpack.ts";
import { bundleWithEsbuild } from "../matrix/toolchains/esbuild.ts";
import { bundleWithRolldown, bundleWithRollup, bundleWithVite } from "../matrix/toolchains/rollup.ts";
import { bundleWithRspack, bundleWithWebpack } from "../matrix/toolchains/webpack.ts";
import type { Workplace } from "../matrix/workplace.ts";
import type { ProjectFolder } from "./project-folder.ts";

type Bundle = (place: Workplace, options: AutocacheOptions) => Promise<string>;

/** Every bundler that Node runs, with the plugin: they give the path of the bundle. */
export const BUNDLERS: Readonly<Record<string, Bundle>> = {
  esbuild: (place, options) => bundleWithEsbuild(place, [esbuild(options)], { minify: true }),
  rolldown: (place, options) => bundleWithRolldown(place, [rolldown(options)]),
  rollup: (place, options) => bundleWithRollup(place, [rollup(options)]),
  rspack: (place, options) => bundleWithRspack(place, [rspack(options)]),
  vite: (place, options) => bundleWithVite(place, [vite(options)]),
  webpack: (place, options) => bundleWithWebpack(place, [webpack(options)]),
};

/** Bundles a project and gives what it exports. */
export async function bundled<Exports>(
  name: string,
  folder: ProjectFolder,
  options: AutocacheOptions = {},
): Promise<Exports> {
  const bundle = BUNDLERS[name];
  if (bundle === undefined) throw new Error(`Cannot bundle with "${name}": it is a bundler: received none`);
  const place = { folder: folder.root, entry: folder.path("src/index.ts"), remove() {} };
  const path = await bundle(place, { cacheDir: false, root: folder.root, ...options });
  return (await import(/* @vite-ignore */ pathToFileURL(path).href)) as Exports;
}
