import { SourceMap } from "node:module";
import { readFile } from "node:fs/promises";
import { posix } from "node:path";
import { build } from "esbuild";
import { rollup, type Plugin } from "rollup";
import { exportedFiles } from "../exported.ts";
import type { Imports } from "./entries.ts";

/** How many characters of a bundle come from each source file, by its path from the top of the repository. */
export type Shares = ReadonlyMap<string, number>;

/** Bundles what a program imports of the built package, and follows the source maps back to the sources. */
export async function bundleWithEsbuild(imports: Imports, minify = false): Promise<Shares> {
  const { outputFiles } = await build({
    stdin: { contents: programOf(imports), resolveDir: ".", sourcefile: PROGRAM },
    bundle: true,
    external: ["hono", "@upstash/redis"],
    format: "esm",
    minify,
    outfile: "bundle.js",
    sourcemap: "external",
    write: false,
  });
  const text = (ending: string): string => outputFiles.find(({ path }) => path.endsWith(ending))?.text ?? "";
  return sharesOf(text(".js"), text(".map"));
}

export async function bundleWithRollup(imports: Imports): Promise<Shares> {
  const bundle = await rollup({ input: PROGRAM, external: /^(?:hono|@upstash\/redis)/, plugins: [resolver(imports)] });
  const { output } = await bundle.generate({ format: "es", sourcemap: true, file: "bundle.js" });
  await bundle.close();
  const [{ code, map }] = output;
  return sharesOf(code, JSON.stringify(map));
}

const PROGRAM = "program.js";
const NAME = "@autocache/edge";

function programOf(imports: Imports): string {
  return Object.entries(imports)
    .map(([subpath, names]) => {
      const from = JSON.stringify(NAME + subpath.slice(1));
      return `export ${names} from ${from};`;
    })
    .join("\n");
}

/** Resolves as Node does, and hands over the source maps that lie beside the built files. */
function resolver(imports: Imports): Plugin {
  return {
    name: "built-package",
    resolveId: (id, importer) => {
      if (id === PROGRAM) return id;
      if (id.startsWith(".") && importer !== undefined) return posix.join(posix.dirname(importer), id);
      return id.startsWith(NAME) || id === "#runtime" ? fileOf(id) : undefined;
    },
    load: async (id) => {
      if (id === PROGRAM) return programOf(imports);
      const code = await readFile(id, "utf8");
      // A file of nothing but imports has no map.
      const map = await readFile(`${id}.map`, "utf8").catch(() => undefined);
      return map === undefined ? code : { code, map };
    },
  };
}

async function fileOf(id: string): Promise<string> {
  const { imports } = JSON.parse(await readFile("package.json", "utf8")) as {
    readonly imports: Readonly<Record<string, { readonly default: string }>>;
  };
  const file = imports[id]?.default ?? exportedFiles().get(`.${id.slice(NAME.length)}`);
  if (file === undefined) throw new Error(`Cannot bundle "${id}": package.json names its file: received none`);
  return posix.resolve(file);
}

function sharesOf(code: string, json: string): Shares {
  const map = new SourceMap(JSON.parse(json) as ConstructorParameters<typeof SourceMap>[0]);
  const shares = new Map<string, number>();
  for (const [line, text] of code.split("\n").entries()) {
    for (let column = 0; column < text.length; column++) {
      const entry = map.findEntry(line, column);
      if (!("originalSource" in entry) || !entry.originalSource) continue;
      const source = sourceOf(entry.originalSource);
      shares.set(source, (shares.get(source) ?? 0) + 1);
    }
  }
  return shares;
}

/** Bundlers write paths from where the bundle would be; the sources have one place. */
function sourceOf(path: string): string {
  return /(?:^|\/)((?:src|adapters|test)\/.*)$/.exec(path)?.[1] ?? path;
}
