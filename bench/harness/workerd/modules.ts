import { builtinModules } from "node:module";
import { join } from "node:path";
import { build, type Plugin } from "esbuild";
import { messageOf } from "../survey.ts";

/** A module of a Worker: its name there, and its text. */
export interface WorkerModule {
  readonly name: string;
  readonly text: string;
}

const BENCH = join(import.meta.dirname, "../..");
const BUILTIN = new RegExp(`^(?:node:)?(?:${builtinModules.join("|")})$`);

/** Joins a text and what it imports into one module, as for a Worker. */
export async function bundleForWorkerd(code: string, external: readonly string[] = []): Promise<string> {
  const { outputFiles } = await build({
    stdin: { contents: code, loader: "ts", resolveDir: BENCH, sourcefile: "entry.ts" },
    bundle: true,
    write: false,
    format: "esm",
    platform: "browser",
    conditions: ["workerd", "worker", "browser"],
    target: "es2022",
    external: ["cloudflare:*", ...external],
    alias: { "@autocache/edge/manifest": join(BENCH, "../dist/manifest.js") },
    plugins: [nodeBuiltins],
    logLevel: "silent",
  });
  return outputFiles[0]?.text ?? "";
}

/** The Worker of one question, with a module for each candidate. */
export function questionModules(question: string, files: readonly string[]): Promise<WorkerModule[]> {
  return workerModules(files, (imports) => {
    return `import { question } from "./questions/${question}.ts";
import { workerOf } from "./harness/workerd/worker.ts";
export default workerOf(question, ${imports});`;
  });
}

/** The Worker of all routes, with a module for each candidate. */
export function routeModules(files: readonly string[]): Promise<WorkerModule[]> {
  return workerModules(files, (imports) => {
    return `import { routeWorkerOf } from "./harness/workerd/route-worker.ts";
export default routeWorkerOf(${imports});`;
  });
}

/** One that cannot be bundled throws when it is imported. */
async function workerModules(files: readonly string[], mainOf: (imports: string) => string): Promise<WorkerModule[]> {
  const imports = files.map((file) => `${JSON.stringify(file)}: () => import("./${nameOf(file)}")`);
  const external = files.map((file) => `./${nameOf(file)}`);
  const main = await bundleForWorkerd(mainOf(`{ ${imports.join(", ")} }`), external);
  const candidates = files.map(async (file): Promise<WorkerModule> => {
    const code = `export { candidate } from "./candidates/${file}.ts";`;
    const text = await bundleForWorkerd(code).catch(
      (error: unknown) => `throw new Error(${JSON.stringify(`cannot be bundled: ${messageOf(error)}`)});`,
    );
    return { name: nameOf(file), text };
  });
  return [{ name: "main.mjs", text: main }, ...(await Promise.all(candidates))];
}

function nameOf(file: string): string {
  return `candidate-${file}.mjs`;
}

/** Leaves Node's modules to workerd, which has them under `node:`, and gives those that are required as what is imported. */
export const nodeBuiltins: Plugin = {
  name: "node-builtins",
  setup({ onResolve, onLoad }) {
    onResolve({ filter: BUILTIN }, ({ path, kind }) => {
      const name = path.startsWith("node:") ? path : `node:${path}`;
      return kind === "require-call" ? { path: name, namespace: "required" } : { path: name, external: true };
    });
    onLoad({ filter: /./, namespace: "required" }, ({ path }) => ({
      contents: `import whole from ${JSON.stringify(path)};\nmodule.exports = whole;`,
      loader: "js",
    }));
  },
};
