import { build, type Plugin } from "esbuild";
import { join } from "node:path";
import type { Workplace } from "../workplace.ts";

export interface EsbuildSettings {
  readonly minify?: boolean;
  readonly keepNames?: boolean;
}

/** Bundles with esbuild, as wrangler does. */
export async function bundleWithEsbuild(
  place: Workplace,
  plugins: readonly Plugin[],
  settings: EsbuildSettings = {},
): Promise<string> {
  const outfile = join(place.folder, "out/index.mjs");
  await build({
    absWorkingDir: place.folder,
    bundle: true,
    entryPoints: [place.entry],
    format: "esm",
    logLevel: "error",
    outfile,
    plugins: [...plugins],
    target: "es2022",
    ...settings,
  });
  return outfile;
}
