/** What a user ships: minified by esbuild and gzipped, without peer dependencies. */
import { gzipSync } from "node:zlib";
import { build, version } from "esbuild";
import type { BundleEntry } from "../candidate.ts";
import { importCandidates } from "../harness/catalog.ts";
import type { HostQuestion } from "../harness/host-question.ts";
import type { Row } from "../harness/question.ts";
import { messageOf } from "../harness/survey.ts";
import { nodeBuiltins } from "../harness/workerd/modules.ts";

export const question: HostQuestion = {
  name: "bundle",
  async measure({ only }) {
    const { candidates, failed } = await importCandidates([], only, () => {});
    const rows = candidates.flatMap(({ name, bundles = [] }) => bundles.map((entry) => rowOf(name, entry)));
    return {
      version: `esbuild ${version}`,
      cases: [{ name: "min and gzip", rows: [...(await Promise.all(rows)), ...failed] }],
    };
  },
};

interface Bundle {
  readonly bytes: number;
  /** Node's modules among its imports. */
  readonly builtins: readonly string[];
}

async function rowOf(candidate: string, { label, code, besides, peers = [] }: BundleEntry): Promise<Row> {
  try {
    const { bytes, builtins } = await bundle(besides === undefined ? code : `${besides}\n${code}`, peers);
    const value = bytes - (besides === undefined ? 0 : (await bundle(besides, peers)).bytes);
    const notes = builtins.length === 0 ? [] : [`needs ${builtins.join(", ")}`];
    return { candidate, label, value, notes };
  } catch (error) {
    return { candidate, label, failure: `cannot be bundled: ${messageOf(error)}` };
  }
}

async function bundle(code: string, peers: readonly string[]): Promise<Bundle> {
  const { outputFiles, metafile } = await build({
    stdin: { contents: code, resolveDir: import.meta.dirname, sourcefile: "entry.js" },
    bundle: true,
    minify: true,
    write: false,
    metafile: true,
    format: "esm",
    platform: "browser",
    conditions: ["workerd", "worker", "browser"],
    target: "es2022",
    external: ["cloudflare:*", ...peers],
    legalComments: "none",
    logLevel: "silent",
    plugins: [nodeBuiltins],
  });
  const imports = Object.values(metafile.outputs).flatMap((output) => output.imports.map(({ path }) => path));
  return {
    bytes: gzipSync(outputFiles[0]?.contents ?? "", { level: 9 }).length,
    builtins: [...new Set(imports.filter((path) => path.startsWith("node:")))].toSorted(),
  };
}
