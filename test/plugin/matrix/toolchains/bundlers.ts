import esbuildPlugin from "../../../../adapters/plugin/esbuild.ts";
import rolldownPlugin from "../../../../adapters/plugin/rolldown.ts";
import rollupPlugin from "../../../../adapters/plugin/rollup.ts";
import rspackPlugin from "../../../../adapters/plugin/rspack.ts";
import vitePlugin from "../../../../adapters/plugin/vite.ts";
import webpackPlugin from "../../../../adapters/plugin/webpack.ts";
import { readRun, type Toolchain } from "../toolchain.ts";
import type { Workplace } from "../workplace.ts";
import { bundleWithEsbuild } from "./esbuild.ts";
import { bundleWithRolldown, bundleWithRollup, bundleWithVite } from "./rollup.ts";
import { bundleWithRspack, bundleWithWebpack } from "./webpack.ts";

const options = (place: Workplace) => ({ root: place.folder, quiet: true }) as const;

/** Bundlers that take the plugin. */
export const BUNDLERS: readonly Toolchain[] = [
  bundler("esbuild, minified", (place) => bundleWithEsbuild(place, [esbuildPlugin(options(place))], { minify: true })),
  bundler("esbuild, minified, names kept", (place) =>
    bundleWithEsbuild(place, [esbuildPlugin(options(place))], { minify: true, keepNames: true }),
  ),
  bundler("rolldown, minified", (place) => bundleWithRolldown(place, [rolldownPlugin(options(place))])),
  bundler("vite, minified", (place) => bundleWithVite(place, [vitePlugin(options(place))])),
  bundler("rollup", (place) => bundleWithRollup(place, [rollupPlugin(options(place))])),
  bundler("webpack, production", (place) => bundleWithWebpack(place, [webpackPlugin(options(place))])),
  bundler("rspack, production", (place) => bundleWithRspack(place, [rspackPlugin(options(place))])),
];

function bundler(name: string, bundle: (place: Workplace) => Promise<string>): Toolchain {
  return { name, isRun: true, read: async (place) => readRun(place, await bundle(place)) };
}
