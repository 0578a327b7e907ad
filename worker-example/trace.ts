import type { Trace } from "@autocache/edge";

/** What the page and `curl` are told about one call. */
export interface Report {
  readonly verdict: string;
  readonly backend: string | undefined;
  readonly ageMs: number | undefined;
  readonly durationMs: number;
  readonly key: string | undefined;
  /** Which code computed it: the fingerprint of the function and all that it reaches. */
  readonly version: string;
  readonly versionSource: string;
}

export function reportOf(trace: Trace<unknown>): Report {
  const { verdict, backend, ageMs, durationMs, key, version, versionSource } = trace;
  return { verdict, backend, ageMs, durationMs, key, version, versionSource };
}

/**
 * The same as response headers: `x-autocache: hit; backend=memory; age=1200ms; took=0ms`, and
 * `x-autocache-version: a1_…; source=manifest`.
 */
export function headersOf(trace: Trace<unknown>): Record<string, string> {
  const { verdict, backend, ageMs, durationMs, key, version, versionSource } = reportOf(trace);
  const parts = [
    verdict,
    backend && `backend=${backend}`,
    ageMs !== undefined && `age=${Math.round(ageMs)}ms`,
    `took=${Math.round(durationMs)}ms`,
  ];
  return {
    // What a browser keeps is not asked for again, and this example is about being asked again.
    "cache-control": "no-store",
    "x-autocache": parts.filter(Boolean).join("; "),
    ...(key === undefined ? {} : { "x-autocache-key": key }),
    "x-autocache-version": `${version}; source=${versionSource}`,
  };
}
