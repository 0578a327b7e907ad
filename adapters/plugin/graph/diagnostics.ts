import type { Diagnostic } from "../source/summary.ts";
import { relativePath } from "./paths.ts";

export type Severity = "error" | "warning" | "info";

/** A diagnostic with its file, and how bad it is. */
export interface LocatedDiagnostic extends Diagnostic {
  readonly file: string;
  readonly severity: Severity;
}

/**
 * How bad what each code says is: docs/fingerprints.md has their meanings. An error says that there is no sound value, a
 * warning that something which could matter is not in the key, an info that something costs hits.
 */
export const SEVERITIES: Readonly<Record<string, Severity>> = {
  syntax: "error",
  spread: "error",
  wrapper: "error",
  "captures-this": "error",
  "capture-hidden": "error",
  eval: "error",
  "no-handlers": "error",
  "too-deep": "error",
  "missing-name": "error",
  "duplicate-name": "error",
  unresolved: "warning",
  "dynamic-import": "warning",
  require: "warning",
  opaque: "warning",
  "dynamic-this": "warning",
  "not-a-function-literal": "warning",
  "instance-state": "warning",
  tsconfig: "warning",
  lockfile: "warning",
  pragma: "warning",
  mutable: "warning",
  env: "warning",
  "import-meta": "warning",
  "resolves-differently": "warning",
  capture: "info",
  "whole-class": "info",
  "over-reach": "info",
};

/** Codes that say that a part of what is reached cannot be seen: errors where the option `strict` is set. */
const INVISIBLE: ReadonlySet<string> = new Set([
  "dynamic-import",
  "dynamic-this",
  "instance-state",
  "lockfile",
  "not-a-function-literal",
  "opaque",
  "require",
  "tsconfig",
  "unresolved",
]);

/** Tells how bad it is what a code says. A code that is not known is an error: nothing is passed over. */
export function severityOf(code: string, isStrict: boolean): Severity {
  return isStrict && INVISIBLE.has(code) ? "error" : (SEVERITIES[code] ?? "error");
}

/** Leaves out what is said twice of one place: several functions may reach the same code. */
export function eachOnce(diagnostics: Iterable<LocatedDiagnostic>): LocatedDiagnostic[] {
  const byText = new Map<string, LocatedDiagnostic>();
  for (const found of diagnostics) {
    byText.set([found.file, found.line, found.column, found.code, found.message].join("\n"), found);
  }
  return [...byText.values()];
}

/** Writes a diagnostic as one line: `src/a.ts:3:7 [mutable] …`. */
export function formatDiagnostic(diagnostic: LocatedDiagnostic, root: string): string {
  const { file, line, column, code, message } = diagnostic;
  return `${relativePath(root, file)}:${line}:${column} [${code}] ${message}`;
}
