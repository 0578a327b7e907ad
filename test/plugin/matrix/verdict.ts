import { type Edit, FUNCTIONS, type FunctionName } from "./edit.ts";
import type { Reading } from "./read.ts";
import type { Readings } from "./toolchain.ts";

/** What counts as the version of a function. */
export type VersionOf = (reading: Reading) => string | undefined;

/** The plugin's fingerprint and the captured values: what the library puts into the key. */
export const byFingerprint: VersionOf = ({ fingerprint, captured }) =>
  fingerprint === undefined ? undefined : `${fingerprint} ${JSON.stringify(captured)}`;

/** The function's own text in the bundle: what the library falls back to without the plugin. */
export const byText: VersionOf = ({ text }) => text;

/** How the versions of one edit compare with the truth. */
export interface Verdict {
  readonly edit: Edit;
  /** The functions that are compared: those that the toolchain says something of. */
  readonly functions: readonly FunctionName[];
  /** Changed, and should not have: their entries are lost. */
  readonly falsely: readonly FunctionName[];
  /** Not changed, and should have: stale values are served. */
  readonly missed: readonly FunctionName[];
}

export function judge(edit: Edit, before: Readings, after: Readings, versionOf: VersionOf): Verdict {
  const functions = FUNCTIONS.filter((name) => name in before);
  const changed = functions.filter((name) => {
    const [old, now] = [before[name], after[name]].map((reading) => reading && versionOf(reading));
    if (old === undefined || now === undefined) {
      throw new Error(`Cannot judge ${edit.id}: "${name}" has a version before and after: received ${old} and ${now}`);
    }
    return old !== now;
  });
  return {
    edit,
    functions,
    falsely: changed.filter((name) => !edit.changes.includes(name)),
    missed: functions.filter((name) => edit.changes.includes(name) && !changed.includes(name)),
  };
}

/** The figures of a toolchain: of so many (`of`), so many (`count`). */
export interface Share {
  readonly count: number;
  readonly of: number;
}

export interface Totals {
  /** Functions that unrelated edits changed. */
  readonly falsely: Share;
  /** Unrelated edits that changed a function. */
  readonly edits: Share;
  /** Changes of functions by related edits that were not seen. */
  readonly missed: Share;
  /** Functions that related edits changed though they do not concern them. */
  readonly collateral: Share;
}

export function totalsOf(verdicts: readonly Verdict[]): Totals {
  const unrelated = verdicts.filter(({ edit }) => edit.changes.length === 0);
  const related = verdicts.filter(({ edit }) => edit.changes.length > 0);
  const concerned = ({ edit, functions }: Verdict): number =>
    functions.filter((name) => edit.changes.includes(name)).length;
  return {
    falsely: { count: sum(unrelated, (row) => row.falsely.length), of: sum(unrelated, (row) => row.functions.length) },
    edits: { count: unrelated.filter((row) => row.falsely.length > 0).length, of: unrelated.length },
    missed: { count: sum(related, (row) => row.missed.length), of: sum(related, concerned) },
    collateral: {
      count: sum(related, (row) => row.falsely.length),
      of: sum(related, (row) => row.functions.length - concerned(row)),
    },
  };
}

const sum = <Row>(rows: readonly Row[], count: (row: Row) => number): number =>
  rows.reduce((total, row) => total + count(row), 0);
