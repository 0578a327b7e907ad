import type { LockFile } from "../lock.ts";
import { compareTexts } from "./groups.ts";
import type { CodeFunction } from "./inventory.ts";
import { algorithmOf, type Declarations, type Describe, servedBy } from "./lock-contents.ts";
import { type Locked, pair } from "./pairing.ts";

/** A declaration that makes a difference, by its own text: not the ones that only refer to it. */
export interface Cause {
  readonly label: string;
  readonly change: "changed" | "new" | "gone";
}

/** A function whose code is another than that in the lock file. */
export interface Change {
  readonly fn: CodeFunction;
  readonly locked: Locked;
  /** The fingerprints under which its results are stored, before and now. */
  readonly before: string;
  readonly now: string;
  readonly causes: readonly Cause[];
}

/** What a deploy of the code would do to what is cached. */
export interface Comparison {
  /** How many cached functions there are. */
  readonly total: number;
  /** Set if fingerprints are made in another way than those in the lock file: all of them are new. */
  readonly algorithm?: { readonly before: string; readonly now: string };
  readonly cold: readonly Change[];
  /** Those that go back to the code before: its entries may still be there. */
  readonly returned: readonly Change[];
  /** Those that have other code, and serve the same entries. */
  readonly kept: readonly Change[];
  /** Those that go on to serve the entries of earlier code. */
  readonly serving: readonly Change[];
  readonly renamed: readonly { readonly locked: Locked; readonly fn: CodeFunction }[];
  readonly added: readonly CodeFunction[];
  readonly removed: readonly Locked[];
}

/** Compares the code with a lock file; `served` says under which fingerprint each function stores its results now. */
export function compare(
  describe: Describe,
  functions: readonly CodeFunction[],
  lock: LockFile | undefined,
  served: ReadonlyMap<CodeFunction, string>,
): Comparison {
  const { pairs, added, removed } = pair(functions, lock);
  const isSound = (fn: CodeFunction): boolean => served.has(fn);
  const renamed = renamings(added.filter(isSound), removed);
  const algorithm = algorithmOf(functions);
  const isNewAlgorithm = lock !== undefined && served.size > 0 && lock.algorithm !== algorithm;
  const changes = pairs
    .filter(({ fn }) => isSound(fn))
    .map(({ fn, locked }) => changeOf(describe, fn, locked, served, isNewAlgorithm));
  const starts = changes.filter(({ before, now }) => before !== now);
  const stays = changes.filter(({ before, now }) => before === now);
  return {
    total: functions.length,
    ...(isNewAlgorithm && { algorithm: { before: lock.algorithm, now: algorithm } }),
    cold: starts.filter(({ now, locked }) => now !== locked.previous),
    returned: starts.filter(({ now, locked }) => now === locked.previous),
    kept: stays.filter(isOther),
    serving: stays.filter((change) => !isOther(change) && change.now !== change.fn.site.fingerprint),
    renamed,
    added: added.filter((fn) => !renamed.some((one) => one.fn === fn)),
    removed: removed.filter((locked) => !renamed.some((one) => one.locked === locked)),
  };
}

function isOther({ fn, locked }: Change): boolean {
  return fn.site.fingerprint !== locked.fingerprint;
}

/** Finds functions that have the code of one that is gone. */
function renamings(added: readonly CodeFunction[], removed: readonly Locked[]): Comparison["renamed"] {
  const left = new Set(removed);
  return added.flatMap((fn) => {
    const locked = [...left].find(({ fingerprint }) => fingerprint === fn.site.fingerprint);
    if (locked === undefined) return [];
    left.delete(locked);
    return [{ locked, fn }];
  });
}

/** Tells how many functions have nothing cached that they could serve. */
export function coldCount({ cold, renamed }: Comparison): number {
  return cold.length + renamed.length;
}

function changeOf(
  describe: Describe,
  fn: CodeFunction,
  locked: Locked,
  served: ReadonlyMap<CodeFunction, string>,
  isNewAlgorithm: boolean,
): Change {
  const isChanged = fn.site.fingerprint !== locked.fingerprint;
  // Another algorithm has other digests, which say nothing of the code.
  const causes = isChanged && !isNewAlgorithm ? causesOf(locked.declarations, describe(fn)) : [];
  return { fn, locked, before: servedBy(locked), now: served.get(fn) ?? "", causes };
}

const ORDER = ["changed", "new", "gone"] as const;

function causesOf(before: Declarations, now: Declarations): Cause[] {
  const labels = [...new Set([...Object.keys(before), ...Object.keys(now)])].toSorted(compareTexts);
  const causes = labels.flatMap((label): Cause[] => {
    const [old, current] = [valueOf(before, label), valueOf(now, label)];
    if (old === current) return [];
    return [{ label, change: old === undefined ? "new" : current === undefined ? "gone" : "changed" }];
  });
  const moved = movedLabels(causes, before, now);
  return ORDER.flatMap((change) => causes.filter((cause) => cause.change === change && !moved.has(cause.label)));
}

/** Declarations that only have another name or file: neither counts. */
function movedLabels(causes: readonly Cause[], before: Declarations, now: Declarations): Set<string> {
  const moved = new Set<string>();
  const gone = causes.filter(({ change }) => change === "gone");
  for (const { label, change } of causes) {
    if (change !== "new") continue;
    const origin = gone.find((cause) => !moved.has(cause.label) && before[cause.label] === now[label]);
    if (origin !== undefined) moved.add(label).add(origin.label);
  }
  return moved;
}

function valueOf(declarations: Declarations, label: string): string | undefined {
  return Object.hasOwn(declarations, label) ? declarations[label] : undefined;
}
