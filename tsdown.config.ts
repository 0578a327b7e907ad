import { basename } from "node:path";
import { defineConfig, type UserConfig } from "tsdown";
import { exportedFiles } from "./scripts/exported.ts";

/** What package.json exports is the adapter of its name, unless it is said to be something else. */
function adapters(): Record<string, string> {
  const names = [...exportedFiles().values()].map((file) => basename(file, ".js"));
  return Object.fromEntries(names.map((name) => [name, `adapters/${name}.ts`]));
}

/** What runs where the program runs. */
const library: UserConfig = {
  entry: {
    ...adapters(),
    index: "src/index.ts",
    keys: "src/keys.ts",
    http: "src/http/index.ts",
    manifest: "src/manifest.ts",
    testing: "test/conformance/index.ts",
    "runtime/workerd": "src/runtime/workerd.ts",
    "runtime/default": "src/runtime/default.ts",
  },
  format: "esm",
  platform: "neutral",
  target: "es2022",
  tsconfig: "src/tsconfig.json",
  dts: { oxc: true },
  sourcemap: true,
  // The importing program chooses these: by its conditions, through "imports" of package.json, and by an alias.
  deps: { neverBundle: ["#runtime", "@autocache/edge/manifest", /^cloudflare:/] },
  failOnWarn: true,
};

/** What runs where the program is built. It shares no file with the library. */
const plugin: UserConfig = {
  entry: {
    vite: "adapters/plugin/vite.ts",
    rollup: "adapters/plugin/rollup.ts",
    rolldown: "adapters/plugin/rolldown.ts",
    esbuild: "adapters/plugin/esbuild.ts",
    webpack: "adapters/plugin/webpack.ts",
    rspack: "adapters/plugin/rspack.ts",
    bun: "adapters/plugin/bun.ts",
    register: "adapters/plugin/register.ts",
    cli: "adapters/plugin/cli/main.ts",
  },
  outDir: "dist/plugin",
  // The folder is the library's, which is emptied first.
  clean: false,
  format: "esm",
  platform: "node",
  fixedExtension: false,
  target: "node20.19",
  tsconfig: "adapters/plugin/tsconfig.json",
  dts: { oxc: true },
  sourcemap: true,
  failOnWarn: true,
};

const config: UserConfig[] = defineConfig([library, plugin]);

export default config;
