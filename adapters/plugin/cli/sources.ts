import { existsSync, statSync } from "node:fs";
import { resolve } from "node:path";
import { globSync } from "tinyglobby";
import type { Config } from "../config.ts";
import { normalPath, realPath } from "../graph/paths.ts";
import { isScript } from "../inject/project-file.ts";
import { CommandError } from "./failure.ts";

/** Folders that hold what was installed or built. Hidden ones are left out as well. */
export const SKIPPED_FOLDERS: readonly string[] = ["node_modules", "dist"];

const SKIPPED = SKIPPED_FOLDERS.map((name) => `**/${name}/**`);
const SCRIPTS = "**/*.{ts,tsx,mts,cts,js,jsx,mjs,cjs}";

/**
 * Lists the modules in which cached functions are looked for, sorted: those under the given files and folders, or those
 * that the option `include` chooses, or those of `src`, or of the whole project.
 *
 * @throws {CommandError} where a path is not there, or is no module
 */
export function findSources(root: string, paths: readonly string[], include: Config["include"]): string[] {
  const files = paths.length > 0 ? paths.flatMap((path) => filesAt(root, path)) : defaultFiles(root, include);
  return [...new Set(files.map(realPath))].toSorted();
}

function defaultFiles(root: string, include: Config["include"]): string[] {
  if (include === undefined) return scriptsIn(existsSync(resolve(root, "src")) ? resolve(root, "src") : root);
  const patterns = [include].flat() as readonly (string | RegExp)[];
  const globs = patterns.filter((pattern) => typeof pattern === "string");
  const expressions = patterns.filter((pattern) => typeof pattern !== "string");
  const matched = expressions.length === 0 ? [] : scriptsIn(root).filter((file) => isMatched(file, expressions));
  return [...glob(root, globs), ...matched];
}

function isMatched(file: string, expressions: readonly RegExp[]): boolean {
  return expressions.some(({ source, flags }) => new RegExp(source, flags.replace(/[gy]/g, "")).test(file));
}

function filesAt(root: string, path: string): string[] {
  const absolute = resolve(root, path);
  const found = statSync(absolute, { throwIfNoEntry: false });
  if (found === undefined) {
    throw new CommandError(`Cannot read "${path}": a path is that of a file or a folder: received none that exists`);
  }
  if (found.isDirectory()) return scriptsIn(absolute);
  if (!isScript(absolute)) {
    throw new CommandError(
      `Cannot read "${path}": cached functions are in JavaScript and TypeScript: received another file`,
    );
  }
  return [absolute];
}

function scriptsIn(folder: string): string[] {
  return glob(folder, [SCRIPTS]);
}

function glob(folder: string, patterns: readonly string[]): string[] {
  if (patterns.length === 0) return [];
  const found = globSync(patterns, { cwd: folder, absolute: true, ignore: SKIPPED, followSymbolicLinks: false });
  return found.map((file) => normalPath(file)).filter(isScript);
}
