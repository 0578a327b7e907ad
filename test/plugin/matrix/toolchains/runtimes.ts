import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { readRun, run, type Toolchain } from "../toolchain.ts";

const local = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
const REGISTER = local("../../../../adapters/plugin/register.ts");
const BUN_BUILD = local("bun-build.ts");

/** Runtimes that run the project from its source, with the load hook. */
export const RUNTIMES: readonly Toolchain[] = [
  // Node takes types away; enums and parameter properties it has to be asked for, and decorators the plugin lowers.
  hooked("node --import", [
    process.execPath,
    "--disable-warning=ExperimentalWarning",
    "--disable-warning=AutocacheWarning",
    "--experimental-transform-types",
    "--import",
    REGISTER,
  ]),
  hooked("tsx --import", ["tsx", "--disable-warning=AutocacheWarning", "--import", REGISTER]),
  hooked("deno --preload", ["deno", "run", "--allow-all", "--preload", REGISTER]),
  hooked("bun --preload", ["bun", "--preload", REGISTER]),
];

/** Bun's bundler, minified. */
export const bunBuild: Toolchain = {
  name: "bun build, minified",
  isRun: true,
  async read(place) {
    const out = join(place.folder, "out");
    await run("bun", [BUN_BUILD, place.folder, place.entry, out], place.folder);
    return readRun(place, join(out, "index.mjs"));
  },
};

function hooked(name: string, runtime: readonly string[]): Toolchain {
  return { name, isRun: true, read: (place) => readRun(place, place.entry, runtime) };
}
