import { pathToFileURL } from "node:url";
import { transform } from "esbuild";
import { expect } from "vitest";
import { Project, type ProjectOptions } from "../../../adapters/plugin/graph/project.ts";
import { instrument, type Instrumented, type InstrumentOptions } from "../../../adapters/plugin/inject/instrument.ts";
import { makeProject, type ProjectFolder } from "../toolchains/project-folder.ts";

export const IMPORTS = `import { cached, createCache } from "@autocache/edge";\nimport { routeCache } from "@autocache/edge/hono";\n`;

export const FINGERPRINT = /a1_[\w-]{22}/g;

/** Stands for any fingerprint in what is expected. */
export const FP: unknown = expect.stringMatching(/^a1_[\w-]{22}$/);

export type Options = InstrumentOptions & Pick<ProjectOptions, "wrappers">;

/** What the library of the tests makes of a function. */
export type Recorded = ((id: string) => Promise<unknown>) & {
  readonly record?: { readonly fp: string; readonly captured?: () => object };
};

/** Puts the fingerprints into code that is said to be that of src/index.ts. */
export function run(folder: ProjectFolder, code: string, options: Options = {}): Instrumented | undefined {
  const { wrappers = [], ...others } = options;
  const project = new Project({ root: folder.root, wrappers, cacheDir: false });
  return instrument(project, folder.path("src/index.ts"), code, others);
}

/** The code that a piece of source becomes, with one fingerprint for all. */
export function becomes(source: string, options?: Options): string {
  const code = IMPORTS + source;
  const instrumented = run(makeProject({ "src/index.ts": code }), code, options);
  return (instrumented?.code ?? code).slice(IMPORTS.length).replaceAll(FINGERPRINT, "a1_X");
}

/** Loads the module that the plugin makes of a source. */
export async function load(source: string, options?: Options): Promise<Record<string, unknown>> {
  const folder = makeProject({ "src/index.ts": IMPORTS + source });
  const { code } = await transform(run(folder, IMPORTS + source, options)?.code ?? "", {
    loader: "ts",
    target: "es2022",
  });
  folder.write("src/index.js", code);
  return (await import(/* @vite-ignore */ pathToFileURL(folder.path("src/index.js")).href)) as Record<string, unknown>;
}
