import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { relativePath } from "../graph/paths.ts";
import type { Site } from "../graph/project.ts";
import { nameOf } from "../graph/site.ts";
import { LOCK_FILE, type LockFile, readLock } from "../lock.ts";

/** What is injected of a site's fingerprints. */
export interface Versions {
  readonly fp: string;
  readonly previous?: string;
}

/** Tells what the lock file says of a site: the fingerprint it had before, or the one that it goes on to serve as. */
export class Previous {
  /** The lock file, whether it exists or not. */
  readonly path: string;
  readonly #root: string;
  readonly #isRequired: boolean;
  #lock: LockFile | undefined;
  #isRead = false;

  constructor(root: string, path?: string) {
    this.path = resolve(root, path ?? LOCK_FILE);
    this.#root = root;
    this.#isRequired = path !== undefined;
  }

  get exists(): boolean {
    return this.#read() !== undefined;
  }

  /** Reads the file again at the next call: it has changed. */
  invalidate(): void {
    this.#isRead = false;
  }

  /**
   * @param others the sites of the same file: of several functions of one name, nobody knows which came before which
   * @throws {Error} where the lock file cannot be read, or was asked for and is missing
   */
  of(site: Site, fingerprint: string, others: readonly Site[] = []): Versions {
    const lock = this.#read();
    const name = nameOf(site);
    if (others.some((other) => other !== site && nameOf(other) === name)) return { fp: fingerprint };
    if (lock === undefined || name === undefined || !fingerprint.startsWith(`${lock.algorithm}_`)) {
      return { fp: fingerprint };
    }
    const locked = Object.hasOwn(lock.functions, name) ? lock.functions[name] : undefined;
    if (locked === undefined || !this.#isSame(site, locked.at)) return { fp: fingerprint };
    const isUnchanged = locked.fingerprint === fingerprint;
    const fp = isUnchanged ? (locked.servesAs ?? fingerprint) : fingerprint;
    const previous = isUnchanged ? locked.previous : (locked.servesAs ?? locked.fingerprint);
    return previous === undefined || previous === fp ? { fp } : { fp, previous };
  }

  // Two functions of one name, in two files, are two functions; one whose file is gone has moved.
  #isSame(site: Site, at: string): boolean {
    return relativePath(this.#root, site.file) === at || !existsSync(resolve(this.#root, at));
  }

  #read(): LockFile | undefined {
    if (this.#isRead) return this.#lock;
    this.#lock = readLock(this.path);
    if (this.#lock === undefined && this.#isRequired) {
      throw new Error(`Cannot read the lock file "${this.path}": the option lock names a file: received none`);
    }
    this.#isRead = true;
    return this.#lock;
  }
}
