import { readRun, type Toolchain } from "../toolchain.ts";
import type { Workplace } from "../workplace.ts";
import { bundleWithEsbuild } from "./esbuild.ts";
import { bundleWithVite, decorators } from "./rollup.ts";
import { bundleWithWebpack } from "./webpack.ts";

/** What users do now: the version is the function's own text, as the bundle has it. */
export const WITHOUT_PLUGIN: readonly Toolchain[] = [
  toolchain("esbuild", (place) => bundleWithEsbuild(place, [])),
  toolchain("esbuild --minify", (place) => bundleWithEsbuild(place, [], { minify: true })),
  toolchain("esbuild --minify --keep-names", (place) =>
    bundleWithEsbuild(place, [], { minify: true, keepNames: true }),
  ),
  toolchain("vite, minified", (place) => bundleWithVite(place, [decorators])),
  toolchain("webpack, production", (place) => bundleWithWebpack(place, [])),
];

function toolchain(name: string, bundle: (place: Workplace) => Promise<string>): Toolchain {
  return { name, isRun: true, read: async (place) => readRun(place, await bundle(place)) };
}
