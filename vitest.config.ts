import { cloudflareTest } from "@cloudflare/vitest-plugin";
import { fileURLToPath } from "node:url";
import { transform } from "esbuild";
import type { Plugin } from "vite";
import { defineConfig } from "vitest/config";

const elsewhere = ["test/workerd/**", "test/runtime/**", "test/e2e/**", "test/types/**", "test/plugin/**"];
const redis = ["test/support/redis-setup.ts"];

/** Lowers TC39 decorators, which Vite leaves as they are and V8 does not know. */
function decorators(): Plugin {
  return {
    name: "lower-decorators",
    enforce: "pre",
    async transform(code, id) {
      const file = id.split("?")[0] ?? id;
      if (!/\.tsx?$/.test(file) || file.includes("/node_modules/") || !/^\s*@[\w$]/m.test(code)) return null;
      const lowered = await transform(code, {
        loader: file.endsWith("x") ? "tsx" : "ts",
        sourcefile: file,
        sourcemap: "external",
        supported: { decorators: false },
        target: "es2022",
        tsconfigRaw: {},
      });
      return { code: lowered.code, map: lowered.map };
    },
  };
}

/** Sends what the importing program chooses to the sources, for sources and tests; the built package keeps its own map. */
function runtime(condition: "default" | "workerd"): Plugin {
  const sources: Readonly<Record<string, URL>> = {
    "#runtime": new URL(`src/runtime/${condition}.ts`, import.meta.url),
    "@autocache/edge/manifest": new URL("src/manifest.ts", import.meta.url),
  };
  return {
    name: "runtime-source",
    enforce: "pre",
    resolveId(id, importer) {
      const source = importer !== undefined && !importer.includes("/dist/") ? sources[id] : undefined;
      return source === undefined ? null : fileURLToPath(source);
    },
  };
}

export default defineConfig({
  test: {
    projects: [
      {
        plugins: [decorators(), runtime("default")],
        test: {
          name: "node",
          include: ["test/**/*.test.ts"],
          exclude: elsewhere,
          globalSetup: redis,
          // A loaded machine takes its time.
          expect: { poll: { timeout: 10_000 } },
          testTimeout: 20_000,
        },
      },
      {
        plugins: [decorators(), runtime("default")],
        test: {
          name: "plugin",
          include: ["test/plugin/**/*.test.ts"],
        },
      },
      {
        test: {
          name: "type-tests",
          include: [],
          typecheck: {
            enabled: true,
            only: true,
            include: ["test/types/**/*.test-d.ts"],
            tsconfig: "test/tsconfig.json",
          },
        },
      },
      {
        plugins: [decorators(), runtime("workerd"), cloudflareTest({ wrangler: { configPath: "./wrangler.toml" } })],
        test: {
          name: "workerd",
          include: ["test/workerd/**/*.test.ts"],
        },
      },
      {
        test: {
          name: "e2e",
          include: ["test/e2e/**/*.test.ts"],
          globalSetup: redis,
          fileParallelism: false,
          testTimeout: 60_000,
          hookTimeout: 120_000,
        },
      },
    ],
  },
});
