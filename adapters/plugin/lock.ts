import { readFileSync } from "node:fs";

/** `autocache.lock.json`: the fingerprints that were deployed last, and what they were made of. */
export interface LockFile {
  readonly format: 1;
  /** The version of the algorithm that the fingerprints begin with. */
  readonly algorithm: string;
  readonly functions: Readonly<Record<string, LockedFunction>>;
}

export interface LockedFunction {
  readonly fingerprint: string;
  /** The fingerprint before this one. */
  readonly previous?: string;
  /** The fingerprint that stands in for this one, whose results the author vouches for. */
  readonly servesAs?: string;
  /** The file of the function, from the root, with "/" between folders. */
  readonly at: string;
  /** Digests of what is reached, by labels such as `src/lib/consts.ts#PAD`. */
  readonly declarations: Readonly<Record<string, string>>;
}

/** The name of the lock file in the root of a project. */
export const LOCK_FILE = "autocache.lock.json";

const FINGERPRINT = /^a\d+_[\w-]{22}$/;

/**
 * Reads a lock file; `undefined` if there is none. Fields that it does not know are left alone.
 *
 * @throws {Error} where the file is there and is no lock file of this format
 */
export function readLock(path: string): LockFile | undefined {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw new Error(`Cannot read the lock file "${path}": ${messageOf(error)}`, { cause: error });
  }
  return parseLock(path, text);
}

/**
 * Reads the text of a lock file, wherever it was found.
 *
 * @throws {Error} where it is that of no lock file of this format
 */
export function parseLock(path: string, text: string): LockFile {
  const lock = parse(path, text);
  const complaint = complaintAbout(lock);
  if (complaint !== undefined) throw new Error(`Cannot read the lock file "${path}": ${complaint}`);
  return lock as LockFile;
}

function parse(path: string, text: string): unknown {
  try {
    return JSON.parse(text.replace(/^\uFEFF/, ""));
  } catch (error) {
    throw new Error(`Cannot read the lock file "${path}": it is JSON: received ${messageOf(error)}`, { cause: error });
  }
}

function complaintAbout(lock: unknown): string | undefined {
  if (!isRecord(lock)) return `it is an object: received ${shown(lock)}`;
  if (lock["format"] !== 1) return `its format is 1: received ${shown(lock["format"])}`;
  if (typeof lock["algorithm"] !== "string") return `"algorithm" is a string: received ${shown(lock["algorithm"])}`;
  const functions = lock["functions"];
  if (!isRecord(functions)) return `"functions" is an object: received ${shown(functions)}`;
  for (const [name, locked] of Object.entries(functions)) {
    const complaint = complaintAboutFunction(locked);
    if (complaint !== undefined) return `${complaint}, for ${JSON.stringify(name)}`;
  }
  return undefined;
}

function complaintAboutFunction(locked: unknown): string | undefined {
  if (!isRecord(locked)) return `a function is an object: received ${shown(locked)}`;
  for (const field of ["fingerprint", "previous", "servesAs"]) {
    const value = locked[field];
    if (value === undefined && field !== "fingerprint") continue;
    if (typeof value === "string" && FINGERPRINT.test(value)) continue;
    return `"${field}" is a fingerprint: received ${shown(value)}`;
  }
  if (typeof locked["at"] !== "string") return `"at" is a path: received ${shown(locked["at"])}`;
  const declarations = locked["declarations"];
  const isListed = isRecord(declarations) && Object.values(declarations).every((digest) => typeof digest === "string");
  return isListed ? undefined : `"declarations" is an object of strings: received ${shown(declarations)}`;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "ENOENT";
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function shown(value: unknown): string {
  return value === undefined ? "nothing" : JSON.stringify(value).slice(0, 60);
}
