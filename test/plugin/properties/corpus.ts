import { globSync, readFileSync, realpathSync } from "node:fs";
import { join, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { Random } from "./random.ts";

const ROOT = realpathSync(fileURLToPath(new URL("../../..", import.meta.url)));

export interface SourceFile {
  /** From the project's folder, with "/". */
  readonly path: string;
  readonly code: string;
}

interface Corpus {
  readonly name: string;
  readonly patterns: readonly string[];
}

const inPackages = (patterns: readonly string[]): string[] => patterns.map((pattern) => `node_modules/${pattern}`);

/** What packages publish as ES modules, one module of theirs in each file. */
const PACKAGES: readonly Corpus[] = [
  { name: "hono", patterns: inPackages(["hono/dist/**/*.js"]) },
  { name: "fast-check", patterns: inPackages(["fast-check/lib/fast-check.js"]) },
  { name: "zod", patterns: inPackages(["zod/v4/{core,classic,mini}/*.js"]) },
  { name: "magic-string", patterns: inPackages(["magic-string/dist/*.mjs"]) },
  { name: "unplugin", patterns: inPackages(["unplugin/dist/**/*.{js,mjs}"]) },
  { name: "@upstash/redis", patterns: inPackages(["@upstash/redis/*.mjs"]) },
  { name: "markdown-it", patterns: inPackages(["markdown-it/dist/*.mjs", "marked/lib/*.esm.js", "mdurl/lib/*.mjs"]) },
  { name: "shiki", patterns: inPackages(["@shikijs/{core,primitive,engine-javascript}/dist/*.mjs"]) },
  { name: "oniguruma", patterns: inPackages(["oniguruma-to-es/dist/esm/*.js", "regex{,-recursion}/src/**/*.js"]) },
  {
    name: "unified",
    patterns: inPackages(["{mdast-util-to-hast,hast-util-to-html,property-information,vfile}/**/*.js"]),
  },
  {
    name: "vitest",
    patterns: inPackages(["{@vitest/{spy,mocker},tinybench,hookable}/dist/**/*.{js,mjs}", "chai/index.js"]),
  },
];

const TYPESCRIPT: readonly Corpus[] = [
  { name: "this project", patterns: ["{src,adapters,worker-example,scripts,test}/**/*.{ts,tsx}"] },
  { name: "zod in TypeScript", patterns: inPackages(["zod/src/v4/{core,classic,mini}/*.ts"]) },
  {
    name: "other TypeScript",
    patterns: inPackages([
      "ajv/lib/**/*.ts",
      "@jridgewell/{remapping,gen-mapping,sourcemap-codec}/src/**/*.ts",
      "webpack-virtual-modules/src/**/*.ts",
      "entities/src/**/*.ts",
    ]),
  },
];

const LARGEST = 400_000;
const IS_LEFT_OUT = /\.d\.[cm]?ts$|\.min\.|[./]test\./;

function filesOf({ name, patterns }: Corpus): SourceFile[] {
  const paths = [...new Set(globSync(patterns, { cwd: ROOT }))]
    .map((path) => path.split(sep).join("/"))
    .filter((path) => !IS_LEFT_OUT.test(path))
    .toSorted();
  if (paths.length === 0)
    throw new Error(`Cannot read the corpus "${name}": its package must be installed: received no files`);
  return (
    paths
      .map((path) => ({ path, code: readFileSync(join(ROOT, path), "utf8") }))
      .filter(({ code }) => code.length < LARGEST && /^\s*(?:import|export)\b/m.test(code))
      // What a comment marks as without influence may change, and it does not count.
      .filter(({ code }) => !code.includes("@autocache-"))
  );
}

export const packageFiles = (): SourceFile[] => PACKAGES.flatMap(filesOf);
export const typescriptFiles = (): SourceFile[] => TYPESCRIPT.flatMap(filesOf);
export const allFiles = (): SourceFile[] => [...packageFiles(), ...typescriptFiles()];

/** How many times more is done than on every push: `AUTOCACHE_EFFORT=10 vitest run …`. */
export const EFFORT: number = Number(process.env["AUTOCACHE_EFFORT"] ?? 1);

/**
 * A part of the files, of about that many characters. Whether a file is in it depends on its name and on the seed alone, so
 * that other files that come and go do not change what is tested.
 */
export function sample(files: readonly SourceFile[], characters: number, seed: number): SourceFile[] {
  const total = files.reduce((sum, { code }) => sum + code.length, 0);
  return files.filter(({ path }) => Random.of(path, seed).chance((characters * EFFORT) / total));
}
