import { type Compiler as RspackCompiler, type RspackPluginInstance, rspack } from "@rspack/core";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import webpack, { type WebpackPluginInstance } from "webpack";
import type { Workplace } from "../workplace.ts";

const LOADER = fileURLToPath(new URL("esbuild-loader.ts", import.meta.url));

const common = {
  devtool: false,
  mode: "production",
  target: ["web", "es2022"],
} as const;

const output = (place: Workplace) =>
  ({
    filename: "index.mjs",
    library: { type: "module" },
    module: true,
    path: join(place.folder, "out"),
  }) as const;

interface Stats {
  hasErrors(): boolean;
  toString(options?: { readonly all: boolean; readonly errors: boolean }): string;
}

export async function bundleWithWebpack(place: Workplace, plugins: readonly WebpackPluginInstance[]): Promise<string> {
  await finish(
    webpack({
      ...common,
      target: [...common.target],
      context: place.folder,
      entry: place.entry,
      experiments: { outputModule: true },
      module: { rules: [{ test: /\.ts$/, use: LOADER }] },
      output: output(place),
      plugins: [...plugins],
    }),
  );
  return join(place.folder, "out/index.mjs");
}

export async function bundleWithRspack(place: Workplace, plugins: readonly RspackPluginInstance[]): Promise<string> {
  const options = {
    jsc: {
      parser: { decorators: true, syntax: "typescript" },
      target: "es2022",
      transform: { decoratorVersion: "2022-03" },
    },
  };
  await finish(
    rspack({
      ...common,
      target: [...common.target],
      context: place.folder,
      entry: place.entry,
      module: { rules: [{ test: /\.ts$/, type: "javascript/auto", use: { loader: "builtin:swc-loader", options } }] },
      output: output(place),
      plugins: [...plugins],
    }),
  );
  return join(place.folder, "out/index.mjs");
}

type Compiler = Pick<RspackCompiler, "close"> & { run(done: (error: Error | null, stats?: Stats) => void): void };

function finish(compiler: unknown): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const running = compiler as Compiler;
  running.run((error, stats) => {
    const problem =
      error ?? (stats?.hasErrors() === true ? new Error(stats.toString({ all: false, errors: true })) : null);
    running.close(() => (problem === null ? resolve() : reject(problem)));
  });
  return promise;
}
