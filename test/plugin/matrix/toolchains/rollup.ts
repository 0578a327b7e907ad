import { transform } from "esbuild";
import { join } from "node:path";
import { rolldown, type RolldownPluginOption } from "rolldown";
import { type Plugin, rollup } from "rollup";
import { build, type PluginOption } from "vite";
import type { Workplace } from "../workplace.ts";

/** Takes types away, for Rollup: it reads JavaScript alone. */
const typescript: Plugin = {
  name: "typescript",
  async transform(code, id) {
    if (id.endsWith(".json")) return { code: `export default ${code}`, map: null };
    if (!id.endsWith(".ts")) return null;
    return transform(code, { loader: "ts", sourcefile: id, sourcemap: true, target: "es2022" });
  },
};

/** Takes decorators away, which Oxc leaves as they are: for builds without the plugin, which does so too. */
export const decorators: PluginOption = {
  name: "decorators",
  enforce: "pre",
  async transform(code, id) {
    if (!/^\s*@cached/m.test(code)) return null;
    return transform(code, { loader: "ts", sourcefile: id, sourcemap: true, supported: { decorators: false } });
  },
};

/** Bundles with Rollup; packages stay outside, as without further plugins they do. */
export async function bundleWithRollup(place: Workplace, plugins: readonly Plugin[]): Promise<string> {
  const file = join(place.folder, "out/index.mjs");
  const bundle = await rollup({
    external: (id) => /^[@\w]/.test(id),
    input: place.entry,
    logLevel: "silent",
    plugins: [...plugins, typescript],
  });
  await bundle.write({ file, format: "es" });
  await bundle.close();
  return file;
}

export async function bundleWithRolldown(
  place: Workplace,
  plugins: readonly RolldownPluginOption[],
  minify = true,
): Promise<string> {
  const file = join(place.folder, "out/index.mjs");
  const bundle = await rolldown({ cwd: place.folder, input: place.entry, plugins: [...plugins] });
  await bundle.write({ file, format: "es", minify });
  await bundle.close();
  return file;
}

export async function bundleWithVite(place: Workplace, plugins: readonly PluginOption[]): Promise<string> {
  await build({
    build: {
      minify: true,
      modulePreload: false,
      outDir: "out",
      rolldownOptions: {
        input: place.entry,
        output: { entryFileNames: "index.mjs" },
        preserveEntrySignatures: "strict",
      },
      target: "es2022",
    },
    configFile: false,
    logLevel: "error",
    plugins: [...plugins],
    root: place.folder,
  });
  return join(place.folder, "out/index.mjs");
}
