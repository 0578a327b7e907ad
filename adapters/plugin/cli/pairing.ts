import type { LockedFunction, LockFile } from "../lock.ts";
import { groupBy } from "./groups.ts";
import { type CodeFunction, qualifiedKey } from "./inventory.ts";

/** A function as the lock file has it. */
export interface Locked extends LockedFunction {
  readonly key: string;
}

/** Which function of the lock file is which of the code. */
export interface Pairing {
  readonly pairs: readonly { readonly fn: CodeFunction; readonly locked: Locked }[];
  /** Functions that the lock file does not have. */
  readonly added: readonly CodeFunction[];
  /** Functions that the code no longer has. */
  readonly removed: readonly Locked[];
}

/**
 * Finds each function of the code in the lock file. The name decides; among several of one name the file does, and among
 * several in one file the fingerprint, so that one that is put before another is the new one.
 */
export function pair(functions: readonly CodeFunction[], lock: LockFile | undefined): Pairing {
  const all = Object.entries(lock?.functions ?? {}).map(([key, locked]) => ({ key, ...locked }));
  const lockedByLabel = groupBy(all, labelOf);
  const found = new Map<CodeFunction, Locked>();
  const removed = new Set(all.map(({ key }) => key));
  const take = (fn: CodeFunction, locked: Locked): void => {
    found.set(fn, locked);
    removed.delete(locked.key);
  };
  for (const [label, current] of groupBy(functions, (fn) => fn.label)) {
    const candidates = lockedByLabel.get(label) ?? [];
    const [fn, locked] = [current[0], candidates[0]];
    if (current.length === 1 && candidates.length === 1 && fn !== undefined && locked !== undefined) {
      take(fn, locked);
      continue;
    }
    for (const isSame of SAMENESS) {
      for (const one of current) {
        if (found.has(one)) continue;
        const match = candidates.find((candidate) => removed.has(candidate.key) && isSame(one, candidate));
        if (match !== undefined) take(one, match);
      }
    }
  }
  return {
    pairs: functions.flatMap((fn) => {
      const locked = found.get(fn);
      return locked === undefined ? [] : [{ fn, locked }];
    }),
    added: functions.filter((fn) => !found.has(fn)),
    removed: all.filter(({ key }) => removed.has(key)),
  };
}

const hasSameCode = (fn: CodeFunction, locked: Locked): boolean => fn.site.fingerprint === locked.fingerprint;
const isInSameFile = (fn: CodeFunction, locked: Locked): boolean => fn.at === locked.at;

/** The reasons to take two functions of one name for the same, the best first. */
const SAMENESS: readonly ((fn: CodeFunction, locked: Locked) => boolean)[] = [
  (fn, locked) => isInSameFile(fn, locked) && hasSameCode(fn, locked),
  isInSameFile,
  hasSameCode,
];

/** The name in a key that may have the file behind it. */
function labelOf({ key, at }: Locked): string {
  const file = qualifiedKey("", at).slice(0, -1);
  const start = key.lastIndexOf(file);
  if (start <= 0) return key;
  return /^(?:\)|, \d+\))$/.test(key.slice(start + file.length)) ? key.slice(0, start) : key;
}
