import { defineConfig, type UserConfig } from "tsdown";

const config: UserConfig = defineConfig({
  entry: {
    index: "src/index.ts",
    keys: "src/keys.ts",
    "workers-kv": "adapters/workers-kv.ts",
    "cache-api": "adapters/cache-api.ts",
    upstash: "adapters/upstash.ts",
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
  // The importing program's conditions choose the runtime module, through "imports" of package.json.
  deps: { neverBundle: ["#runtime", /^cloudflare:/] },
  failOnWarn: true,
});

export default config;
