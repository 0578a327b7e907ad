/** Bundles with Bun's bundler, which only Bun has: `bun bun-build.ts <folder> <entry> <outdir>`. */
import { autocache } from "../../../../adapters/plugin/bun.ts";

interface BunBundler {
  build(options: {
    readonly entrypoints: readonly string[];
    readonly minify: boolean;
    readonly naming: string;
    readonly outdir: string;
    readonly plugins: readonly unknown[];
  }): Promise<{ readonly success: boolean; readonly logs: readonly unknown[] }>;
}

const { Bun: bun } = globalThis as unknown as { readonly Bun: BunBundler };
const [root = "", entry = "", outdir = ""] = process.argv.slice(2);

const { success, logs } = await bun.build({
  entrypoints: [entry],
  minify: true,
  naming: "index.mjs",
  outdir,
  plugins: [autocache({ root, quiet: true })],
});
if (!success) throw new Error(`Cannot bundle "${entry}": ${logs.map(String).join("\n")}`);
