import { existsSync, readFileSync, statSync } from "node:fs";
import { resolve } from "node:path";
import { type Config, loadConfig } from "../config.ts";
import { Project } from "../graph/project.ts";
import { Previous } from "../inject/previous.ts";
import { LOCK_FILE, type LockFile, readLock } from "../lock.ts";
import { CommandError } from "./failure.ts";
import { type Inventory, takeInventory } from "./inventory.ts";
import { declarationsOf, type Describe, lockText } from "./lock-contents.ts";
import { Progress } from "./progress.ts";
import type { Screen } from "./screen.ts";
import { findSources } from "./sources.ts";
import { writeIfChanged } from "./written-file.ts";

export interface WorkspaceOptions {
  /** The folder of the project. */
  readonly root: string;
  /** What the build replaces, beside what the configuration says. */
  readonly defines: Readonly<Record<string, string>>;
  /** Where progress is shown. */
  readonly screen: Screen;
}

/** The project that a command is about: its configuration, its code and its lock file. */
export class Workspace {
  readonly config: Config;
  readonly project: Project;
  readonly #screen: Screen;

  constructor({ root, defines, screen }: WorkspaceOptions) {
    if (statSync(root, { throwIfNoEntry: false })?.isDirectory() !== true) {
      throw new CommandError(`Cannot open the project "${root}": it is a folder: received none that exists`);
    }
    this.#screen = screen;
    this.config = loadConfig(root);
    const { include: _, lock: __, lowerDecorators: ___, quiet: ____, ...options } = this.config;
    this.project = new Project({ ...options, root, defines: { ...options.defines, ...defines } });
  }

  readonly describe: Describe = (fn) => declarationsOf(this.project, fn, this.config.salt);

  get root(): string {
    return this.project.root;
  }

  /** The lock file's name, as it is told. */
  get lockName(): string {
    return this.config.lock || LOCK_FILE;
  }

  /** What is injected of the lock file; `undefined` where the project has none by choice. */
  get previous(): Previous | undefined {
    const { lock } = this.config;
    if (lock === false) return undefined;
    // One that is named and not there yet is for `autocache lock` to write.
    return new Previous(this.root, lock !== undefined && existsSync(resolve(this.root, lock)) ? lock : undefined);
  }

  sources(paths: readonly string[] = []): string[] {
    return findSources(this.root, paths, this.config.include);
  }

  inventory(paths: readonly string[] = []): Inventory {
    const files = this.sources(paths);
    const progress = new Progress(this.#screen, files.length, "modules");
    try {
      return takeInventory(this.project, files, (done) => progress.at(done));
    } finally {
      progress.end();
    }
  }

  /** Reads the lock file; `undefined` if there is none. */
  lock(): LockFile | undefined {
    const path = this.#lockPath();
    if (existsSync(path) && hasConflict(path)) {
      throw new CommandError(
        `Cannot read the lock file "${this.lockName}": it is of one piece: received the marks of a merge conflict: keep either side, and run \`autocache lock\``,
      );
    }
    return readLock(path);
  }

  /** Writes the lock file, if it says something else. */
  writeLock(lock: LockFile): void {
    writeIfChanged(this.#lockPath(), lockText(lock));
  }

  #lockPath(): string {
    if (this.config.lock === false) {
      throw new CommandError("Cannot use the lock file: the option lock is the name of one: received false");
    }
    return resolve(this.root, this.lockName);
  }
}

function hasConflict(path: string): boolean {
  return /^<{7} /m.test(readFileSync(path, "utf8"));
}
