import { existsSync, readFileSync } from "node:fs";
import { type LockEntry, readBunLock, readDenoLock, readNpmLock } from "./lockfile-json.ts";
import { readPnpmLock, readYarnLock } from "./lockfile-lines.ts";
import { foldersAbove, joinPath } from "./paths.ts";

const READERS: Readonly<Record<string, (text: string) => readonly LockEntry[]>> = {
  "package-lock.json": readNpmLock,
  "npm-shrinkwrap.json": readNpmLock,
  "pnpm-lock.yaml": readPnpmLock,
  "yarn.lock": readYarnLock,
  "bun.lock": readBunLock,
  "deno.lock": readDenoLock,
};

/** A lock file that cannot be read. */
export interface LockProblem {
  readonly file: string;
  readonly message: string;
}

/** What the lock files of a project say of the content of its packages. */
export class Lock {
  /** The folder of the lock files; `undefined` if there are none. */
  readonly folder: string | undefined;
  readonly problems: readonly LockProblem[];
  readonly #contents = new Map<string, Set<string>>();

  constructor(root: string) {
    this.folder = lockFolder(root);
    const problems: LockProblem[] = [];
    for (const [name, read] of Object.entries(READERS)) {
      const file = this.folder === undefined ? undefined : joinPath(this.folder, name);
      if (file === undefined || !existsSync(file)) continue;
      try {
        for (const entry of read(readFileSync(file, "utf8"))) this.#add(entry);
      } catch (error) {
        problems.push({ file, message: error instanceof Error ? error.message : String(error) });
      }
    }
    this.problems = problems;
  }

  #add({ name, version = "", content }: LockEntry): void {
    const id = `${name}@${version}`;
    const known = this.#contents.get(id);
    if (known === undefined) this.#contents.set(id, new Set([content]));
    else known.add(content);
  }

  /**
   * The integrity of a package, or the commit or address it was taken from; several where the lock file has several
   * of that version, and none where it has none.
   */
  contentOf(name: string, version: string): readonly string[] {
    return [...(this.#contents.get(`${name}@${version}`) ?? this.#contents.get(`${name}@`) ?? [])].sort();
  }
}

// A workspace has its lock file at the top. Above the repository there is nothing that concerns the project.
function lockFolder(root: string): string | undefined {
  for (const folder of foldersAbove(joinPath(root, "package.json"))) {
    if (Object.keys(READERS).some((name) => existsSync(joinPath(folder, name)))) return folder;
    if (existsSync(joinPath(folder, ".git"))) return undefined;
  }
  return undefined;
}
