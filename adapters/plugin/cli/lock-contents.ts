import { createHash } from "node:crypto";
import { isDeepStrictEqual } from "node:util";
import type { Project } from "../graph/project.ts";
import type { Previous } from "../inject/previous.ts";
import type { LockedFunction, LockFile } from "../lock.ts";
import { compareTexts } from "./groups.ts";
import type { CodeFunction } from "./inventory.ts";
import { type Locked, pair } from "./pairing.ts";

/** The algorithm of fingerprints where there is no function to read it from. */
const DEFAULT_ALGORITHM = "a1";

/** How much of a declaration's digest is kept: it tells whether that changed, and is no key. */
const DIGEST_LENGTH = 10;

export type Declarations = Readonly<Record<string, string>>;

/** Tells what a function is made of. */
export type Describe = (fn: CodeFunction) => Declarations;

/** Reads what a function is made of, as the lock file has it. */
export function declarationsOf(
  project: Pick<Project, "declarations">,
  { site }: CodeFunction,
  salt = "",
): Declarations {
  const found = [...project.declarations(site)];
  // It is in every fingerprint, and in no declaration.
  if (salt !== "") found.push(["the option salt", createHash("sha256").update(salt).digest("base64url")]);
  const entries = found.toSorted(([a], [b]) => compareTexts(a, b));
  return Object.fromEntries(entries.map(([label, digest]) => [label, digest.slice(0, DIGEST_LENGTH)]));
}

/** The algorithm of the functions' fingerprints. */
export function algorithmOf(functions: readonly CodeFunction[]): string {
  const fingerprint = functions.find(({ site }) => site.fingerprint !== undefined)?.site.fingerprint;
  return fingerprint?.split("_", 1)[0] ?? DEFAULT_ALGORITHM;
}

/** The fingerprint under which the results of a function were stored. */
export function servedBy({ servesAs, fingerprint }: LockedFunction): string {
  return servesAs ?? fingerprint;
}

/** Tells under which fingerprint the code stores its results, built as it is now. */
export function servedNow(
  functions: readonly CodeFunction[],
  previous: Previous | undefined,
): Map<CodeFunction, string> {
  const served = new Map<CodeFunction, string>();
  for (const fn of functions) {
    const { fingerprint } = fn.site;
    if (fingerprint !== undefined) served.set(fn, previous?.of(fn.site, fingerprint).fp ?? fingerprint);
  }
  return served;
}

/** Makes the lock file that fits the code. */
export function renewedLock(
  describe: Describe,
  functions: readonly CodeFunction[],
  lock: LockFile | undefined,
): LockFile {
  const locked = new Map(pair(functions, lock).pairs.map((found) => [found.fn, found.locked]));
  const entries = functions.flatMap((fn) => {
    const { fingerprint } = fn.site;
    if (fingerprint === undefined) return [];
    const history = historyOf(fingerprint, locked.get(fn));
    return [[fn.key, entryOf(fingerprint, history, fn.at, describe(fn))] as const];
  });
  return lockOf(algorithmOf(functions), entries);
}

/** Makes the lock file in which a function's new code serves the entries of the code before. */
export function acceptingLock(
  describe: Describe,
  lock: LockFile,
  fn: CodeFunction,
  fingerprint: string,
  { key, ...locked }: Locked,
): LockFile {
  const { previous } = locked;
  const history = { servesAs: servedBy(locked), ...(previous !== undefined && { previous }) };
  const entry = entryOf(fingerprint, history, fn.at, describe(fn));
  const others = Object.entries(lock.functions).filter(([other]) => other !== key);
  return lockOf(lock.algorithm, [...others, [fn.key, entry]]);
}

interface History {
  readonly previous?: string;
  readonly servesAs?: string;
}

function historyOf(fingerprint: string, locked: LockedFunction | undefined): History {
  if (locked === undefined) return {};
  const { previous, servesAs } = locked;
  const isUnchanged = locked.fingerprint === fingerprint;
  if (isUnchanged) return { ...(previous !== undefined && { previous }), ...(servesAs !== undefined && { servesAs }) };
  const served = servedBy(locked);
  const before = served === fingerprint ? previous : served;
  return before === undefined || before === fingerprint ? {} : { previous: before };
}

// The order of the fields is that of the file.
function entryOf(
  fingerprint: string,
  { previous, servesAs }: History,
  at: string,
  declarations: Declarations,
): LockedFunction {
  return {
    fingerprint,
    ...(previous !== undefined && { previous }),
    ...(servesAs !== undefined && { servesAs }),
    at,
    declarations,
  };
}

function lockOf(algorithm: string, functions: readonly (readonly [string, LockedFunction])[]): LockFile {
  return { format: 1, algorithm, functions: Object.fromEntries(functions.toSorted(([a], [b]) => compareTexts(a, b))) };
}

/** Tells whether two lock files say the same, however they are formatted. */
export function isSameLock(a: LockFile | undefined, b: LockFile): boolean {
  return a !== undefined && isDeepStrictEqual(known(a), known(b));
}

function known({ format, algorithm, functions }: LockFile): unknown {
  const entries = Object.entries(functions).map(([key, { fingerprint, at, declarations, ...history }]) => {
    return [key, entryOf(fingerprint, history, at, declarations)] as const;
  });
  return { format, algorithm, functions: Object.fromEntries(entries) };
}

/** Writes a lock file with one fact on a line, so that changes of different functions do not conflict. */
export function lockText(lock: LockFile): string {
  return `${JSON.stringify(lock, null, 2)}\n`;
}
