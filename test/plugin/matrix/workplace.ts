import { globSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, sep } from "node:path";
import { fileURLToPath } from "node:url";
import type { Files } from "./files.ts";

const RECORDER = fileURLToPath(new URL("recorder", import.meta.url));
const LIBRARY = ["index.js", "keys.js", "manifest.js", "package.json"];

/** A copy of the project on disk: a new place for each edit, so that nothing can remember the one before. */
export interface Workplace {
  readonly folder: string;
  /** The text of the file that starts it. */
  readonly entry: string;
  remove(): void;
}

export function makeWorkplace(files: Files): Workplace {
  const folder = newFolder();
  for (const [path, text] of files) write(join(folder, path), text);
  for (const name of LIBRARY) {
    write(join(folder, "node_modules/@autocache/edge", name), readFileSync(join(RECORDER, name), "utf8"));
  }
  return {
    folder,
    entry: join(folder, "src/index.ts"),
    remove: () => rmSync(folder, { recursive: true, force: true, maxRetries: 3 }),
  };
}

function newFolder(): string {
  return realpathSync(mkdtempSync(join(tmpdir(), "autocache-matrix-")));
}

export function write(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}

/** Lists the files of a folder, from there, with "/". */
export function pathsOf(folder: string): readonly string[] {
  return globSync("**/*.*", { cwd: folder })
    .map((path) => path.split(sep).join("/"))
    .filter((path) => /\.(?:js|json|ts)$/.test(path));
}

/** A folder whose files become those of one workplace after another, for what remembers the state before. */
export class LastingPlace {
  #folder: string | undefined;
  #files: ReadonlyMap<string, string> = new Map();

  get folder(): string {
    return (this.#folder ??= newFolder());
  }

  /** Makes the files those of another folder, and tells which have changed, come or gone. */
  become(other: string): readonly string[] {
    const files = new Map(pathsOf(other).map((path) => [path, readFileSync(join(other, path), "utf8")]));
    const changed = [...files.keys()].filter((path) => this.#files.get(path) !== files.get(path));
    const gone = [...this.#files.keys()].filter((path) => !files.has(path));
    for (const path of changed) write(join(this.folder, path), files.get(path) ?? "");
    for (const path of gone) rmSync(join(this.folder, path));
    this.#files = files;
    return [...changed, ...gone];
  }

  remove(): void {
    if (this.#folder !== undefined) rmSync(this.#folder, { recursive: true, force: true, maxRetries: 3 });
    this.#folder = undefined;
    this.#files = new Map();
  }
}
