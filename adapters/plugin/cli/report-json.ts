import type { Change, Comparison } from "./comparison.ts";
import type { CodeFunction } from "./inventory.ts";
import type { Locked } from "./pairing.ts";

/** Lays a comparison out for programs: an empty list where there is nothing. */
export function jsonReport(comparison: Comparison, isCurrent: boolean): unknown {
  const { total, algorithm, cold, returned, kept, serving, renamed, added, removed } = comparison;
  return {
    format: 1,
    isCurrent,
    functions: total,
    ...(algorithm !== undefined && { algorithm }),
    cold: cold.map(changeJson),
    returned: returned.map(changeJson),
    kept: kept.map(changeJson),
    serving: serving.map(changeJson),
    renamed: renamed.map(({ locked, fn }) => ({ from: locked.key, ...functionJson(fn) })),
    new: added.map(functionJson),
    removed: removed.map(removedJson),
  };
}

/** What a function is called and where it stands. */
export function functionJson({ key, at, site }: CodeFunction): Readonly<Record<string, unknown>> {
  return { name: key, file: at, line: site.line, column: site.column, fingerprint: site.fingerprint ?? null };
}

function changeJson({ fn, before, now, causes }: Change): unknown {
  return { ...functionJson(fn), before, now, causes };
}

function removedJson({ key, at, fingerprint }: Locked): unknown {
  return { name: key, file: at, fingerprint };
}
