import { existsSync, readdirSync, readFileSync, realpathSync, rmdirSync, rmSync, statSync, symlinkSync } from "node:fs";
import { dirname, join, relative, resolve, sep } from "node:path";
import { normalPath, realPath } from "../graph/paths.ts";
import type { LocatedDiagnostic, Project } from "../graph/project.ts";
import { instrument, type InstrumentOptions } from "../inject/instrument.ts";
import { isPackaged, isScript } from "../inject/project-file.ts";
import { CommandError } from "./failure.ts";
import { SKIPPED_FOLDERS } from "./sources.ts";
import { writeIfChanged } from "./written-file.ts";

/** What a copy of the project consists of, before anything of it is written. */
export interface EmittedTree {
  /** By paths from the root: what they hold, or the file that is copied. */
  readonly files: ReadonlyMap<string, Uint8Array | string>;
  /** Folders of packages, which are linked. */
  readonly packages: readonly string[];
  readonly diagnostics: readonly LocatedDiagnostic[];
}

/** In the folder of a copy: which files are its own, so that no others are removed. */
const LIST_NAME = ".autocache-emit.json";

/**
 * Reads the project, and puts fingerprints into the code. Left out are packages, hidden files and `dist`, unless a
 * cached function reaches what is there. `written` is what the same command writes, by its names from the root: it is
 * part of the project, and on disk there is another state of it.
 */
export function readTree(
  project: Project,
  folder: string,
  written: ReadonlyMap<string, string>,
  options: InstrumentOptions,
): EmittedTree {
  const files = new Map<string, Uint8Array | string>();
  const packages: string[] = [];
  const diagnostics: LocatedDiagnostic[] = [];
  const reached = new Set<string>();
  const add = (path: string): void => {
    const name = normalPath(relative(project.root, path));
    if (files.has(name)) return;
    const file = realPath(path);
    const bytes = readFileSync(file);
    const text = isScript(file) ? textOf(bytes) : undefined;
    const instrumented = text === undefined ? undefined : instrument(project, file, text, options);
    files.set(name, instrumented?.code ?? bytes);
    diagnostics.push(...(instrumented?.diagnostics ?? []));
    for (const site of instrumented?.sites ?? []) for (const one of project.files(site)) reached.add(one);
  };
  walk(project.root, resolve(project.root, folder), { onFile: add, onPackages: (path) => packages.push(path) });
  for (const file of reached) if (isInside(project.root, file) && !isPackaged(file)) add(file);
  const target = resolve(project.root, folder);
  for (const [name, text] of written) {
    const path = resolve(project.root, name);
    if (isInside(project.root, path) && !isInside(target, path))
      files.set(normalPath(relative(project.root, path)), text);
  }
  return { files, packages, diagnostics };
}

/** What a file that is no UTF-8 says is not for us to rewrite. */
function textOf(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

interface Visitor {
  onFile(path: string): void;
  onPackages(path: string): void;
}

function walk(folder: string, except: string, visitor: Visitor, seen: Set<string> = new Set()): void {
  const real = realpathSync(folder);
  if (seen.has(real)) return;
  seen.add(real);
  for (const name of readdirSync(folder).toSorted()) {
    const path = join(folder, name);
    if (name.startsWith(".") || path === except) continue;
    const stats = statSync(path, { throwIfNoEntry: false });
    if (stats?.isFile() === true) visitor.onFile(path);
    else if (name === "node_modules") visitor.onPackages(path);
    else if (stats?.isDirectory() === true && !SKIPPED_FOLDERS.includes(name)) walk(path, except, visitor, seen);
  }
}

/**
 * Writes a copy of the project: files that are as they were stay untouched, and those that it no longer has are removed.
 *
 * @returns how many files it wrote and removed
 * @throws {CommandError} where the folder holds the project, or files of somebody else
 */
export function writeTree(root: string, folder: string, { files, packages }: EmittedTree): number {
  const target = resolve(root, folder);
  const before = filesOf(root, folder);
  const names = [...files.keys()].toSorted();
  const list = join(target, LIST_NAME);
  // First what may be there after a stop half-way.
  writeIfChanged(list, listText([...new Set([...before, ...names])].toSorted()));
  let changes = 0;
  for (const [name, content] of files) if (writeIfChanged(join(target, name), content)) changes++;
  for (const name of before) if (!files.has(name) && removeFile(target, name)) changes++;
  for (const path of packages) linkPackages(root, path, target);
  writeIfChanged(list, listText(names));
  return changes;
}

/**
 * Reads which files a copy consists of.
 *
 * @throws {CommandError} where a copy must not be written to the folder
 */
export function filesOf(root: string, folder: string): string[] {
  const target = resolve(root, folder);
  if (isInside(target, root) || target === root) {
    throw new CommandError(
      `Cannot emit to "${folder}": the copy has a folder of its own: received one with the project in it`,
    );
  }
  if (!existsSync(target)) return [];
  if (!statSync(target).isDirectory()) {
    throw new CommandError(`Cannot emit to "${folder}": the copy is a folder: received a file`);
  }
  const list = join(target, LIST_NAME);
  if (existsSync(list)) return readList(list);
  if (readdirSync(target).length === 0) return [];
  throw new CommandError(`Cannot emit to "${folder}": the folder is empty or holds a copy: received other files in it`);
}

function readList(path: string): string[] {
  let content: unknown;
  try {
    content = JSON.parse(readFileSync(path, "utf8"));
  } catch {
    content = undefined;
  }
  const { files } = (content ?? {}) as { readonly files?: unknown };
  if (Array.isArray(files) && files.every((file) => typeof file === "string" && !file.split("/").includes(".."))) {
    return files as string[];
  }
  throw new CommandError(
    `Cannot read "${path}": it lists the files of a copy: received something else: remove the folder`,
  );
}

function listText(files: readonly string[]): string {
  return `${JSON.stringify({ format: 1, files }, null, 1)}\n`;
}

function removeFile(target: string, name: string): boolean {
  const path = join(target, name);
  if (!existsSync(path)) return false;
  rmSync(path);
  for (
    let folder = dirname(path);
    isInside(target, folder) && readdirSync(folder).length === 0;
    folder = dirname(folder)
  ) {
    rmdirSync(folder);
  }
  return true;
}

/** Packages are found upwards from a module: those of the root are, if the copy is in it, and others are linked. */
function linkPackages(root: string, path: string, target: string): void {
  const place = join(target, relative(root, path));
  const isFound = relative(root, dirname(path)) === "" && isInside(root, target);
  if (isFound || existsSync(place) || !existsSync(dirname(place))) return;
  symlinkSync(path, place, "junction");
}

function isInside(folder: string, path: string): boolean {
  const way = relative(folder, path);
  return way !== "" && way !== ".." && !way.startsWith(`..${sep}`) && !/^[A-Za-z]:/.test(way);
}
