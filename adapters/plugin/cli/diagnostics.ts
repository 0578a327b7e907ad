import { isTold, type Quiet } from "../inject/messages.ts";
import { relativePath } from "../graph/paths.ts";
import type { LocatedDiagnostic } from "../graph/project.ts";
import type { Context } from "./command.ts";
import { count } from "./layout.ts";
import type { Format, Screen } from "./screen.ts";

const FORMATS: Readonly<Record<LocatedDiagnostic["severity"], Format>> = {
  error: "red",
  warning: "yellow",
  info: "blue",
};

/** Tells what is to be said of the code, on standard error and behind everything else. */
export function tellDiagnostics({ args, workspace, err }: Context, diagnostics: readonly LocatedDiagnostic[]): void {
  const quiet = args.flag("verbose") ? false : workspace.config.quiet;
  const lines = diagnosticLines(diagnostics, workspace.root, quiet, err);
  err.lines(lines.length > 0 && err.isTerminal ? ["", ...lines] : lines);
}

/** Writes what is to be said of the code, one line each, and how much it was. */
export function diagnosticLines(
  diagnostics: readonly LocatedDiagnostic[],
  root: string,
  quiet: Quiet,
  screen: Pick<Screen, "paint">,
): string[] {
  const told = diagnostics.filter((diagnostic) => isTold(diagnostic, quiet));
  const lines = told.map(({ file, line, column, severity, code, message }) => {
    const place = `${relativePath(root, file)}:${line}:${column}`;
    return `${place} ${screen.paint(FORMATS[severity], `${severity}[${code}]`)} ${message}`;
  });
  const closing = closingLine(told, quiet === undefined ? diagnostics.length - told.length : 0);
  return closing === undefined ? lines : [...lines, closing];
}

export function hasErrors(diagnostics: readonly LocatedDiagnostic[]): boolean {
  return diagnostics.some(({ severity }) => severity === "error");
}

function closingLine(told: readonly LocatedDiagnostic[], hidden: number): string | undefined {
  const amount = (severity: LocatedDiagnostic["severity"]): number =>
    told.filter((diagnostic) => diagnostic.severity === severity).length;
  const [errors, warnings, notes] = [amount("error"), amount("warning"), amount("info")];
  const parts = [
    errors > 0 && count(errors, "error"),
    warnings > 0 && count(warnings, "warning"),
    notes > 0 && count(notes, "note"),
    hidden > 0 && `${count(hidden, "note")} not shown (--verbose shows ${hidden === 1 ? "it" : "them"})`,
  ].filter((part) => part !== false);
  return parts.length === 0 ? undefined : parts.join(", ");
}
