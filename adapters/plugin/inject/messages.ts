import type { LocatedDiagnostic } from "../graph/project.ts";
import { relativePath } from "../graph/paths.ts";

/** `true`: errors alone are told; `false`: everything is; codes: what not to tell. Unset, errors and warnings are told. */
export type Quiet = boolean | readonly string[] | undefined;

/** How what is found is told, as the host does it. */
export interface Teller {
  warn(message: string): void;
  /** Is told once for all errors of a file; need not return. */
  fail(message: string, first: LocatedDiagnostic): void;
  watch(file: string): void;
}

/** Tells the author what the code is like: errors each time, the rest once. */
export class Messages {
  readonly #quiet: Quiet;
  readonly #told = new Set<string>();

  constructor(quiet: Quiet) {
    this.#quiet = quiet;
  }

  /** Tells the warnings that have not been told, and then fails if there are errors. */
  tell(diagnostics: readonly LocatedDiagnostic[], root: string, teller: Teller): void {
    for (const diagnostic of diagnostics) {
      const text = messageText(diagnostic, root);
      if (diagnostic.severity === "error" || !isTold(diagnostic, this.#quiet) || this.#told.has(text)) continue;
      this.#told.add(text);
      teller.warn(text);
    }
    const errors = diagnostics.filter(({ severity }) => severity === "error");
    const [first] = errors;
    if (first !== undefined) teller.fail(errors.map((error) => messageText(error, root)).join("\n"), first);
  }

  /** Tells whether a code is told at all, where it is no error. */
  hides(code: string): boolean {
    return isHidden(code, this.#quiet);
  }
}

/** Tells whether the author is told of a diagnostic: of errors always. */
export function isTold({ code, severity }: LocatedDiagnostic, quiet: Quiet): boolean {
  if (severity === "error") return true;
  if (isHidden(code, quiet)) return false;
  return severity === "warning" || quiet === false;
}

function isHidden(code: string, quiet: Quiet): boolean {
  return typeof quiet === "object" ? quiet.includes(code) : quiet === true;
}

/** Writes a diagnostic on one line, with its place from the root. */
export function messageText({ file, line, column, message, code }: LocatedDiagnostic, root: string): string {
  return `${relativePath(root, file)}:${line}:${column}: ${message} [${code}]`;
}
