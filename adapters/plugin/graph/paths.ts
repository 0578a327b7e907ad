import { realpathSync } from "node:fs";
import { posix, sep } from "node:path";

/**
 * Writes a path as it is written inside the plugin: with "/" and an upper-case drive letter.
 *
 * Windows' own ways to write it come in here and nowhere else. Elsewhere "\" is a letter like any other, so only a path
 * that begins like one of Windows is changed there.
 */
export function normalPath(path: string, separator: string = sep): string {
  if (separator !== "\\" && !/^(?:[A-Za-z]:[\\/]|\\\\)/.test(path)) return path;
  return path
    .replace(/^\\\\[?.]\\UNC\\/, "\\\\")
    .replace(/^\\\\[?.]\\/, "")
    .replaceAll("\\", "/")
    .replace(/^[a-z]:/, (drive) => drive.toUpperCase());
}

/** Tells whether a normal path, or a specifier, starts at the top of the file system. */
export function isAbsolutePath(path: string): boolean {
  return /^(?:\/|[A-Za-z]:\/)/.test(path);
}

/** Joins a normal path and one that is relative to it. */
export function joinPath(base: string, path: string): string {
  if (isAbsolutePath(path)) return path;
  const joined = posix.normalize(`${base}/${path}`);
  return base.startsWith("//") ? `/${joined}` : joined;
}

/** The folder that a normal path stands in; `undefined` at the top. */
export function parentOf(path: string): string | undefined {
  const slash = path.lastIndexOf("/");
  if (slash === -1 || slash === path.length - 1) return undefined;
  const isTop = slash === 0 || /^[A-Za-z]:$/.test(path.slice(0, slash));
  return path.slice(0, isTop ? slash + 1 : slash);
}

/** The folders above a file, from the nearest to the top. */
export function* foldersAbove(file: string): Generator<string> {
  for (let folder = parentOf(file); folder !== undefined; folder = parentOf(folder)) yield folder;
}

/** Writes a path from a folder on: `../shared/a.ts`. */
export function relativePath(folder: string, path: string): string {
  return posix.relative(folder, path);
}

/** Follows symbolic links; what does not exist stays as it is. */
export function realPath(path: string): string {
  try {
    return normalPath(realpathSync.native(path));
  } catch {
    return normalPath(path);
  }
}
