/** What ends a command: something that the user can mend, told without a stack. */
export class CommandError extends Error {
  override readonly name = "CommandError";
}

/** The exit codes, as documented in `autocache --help`. */
export const EXIT = { fine: 0, findings: 1, misuse: 2 } as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/**
 * Writes an error for the terminal. What nobody has foreseen keeps its stack, so that it can be reported.
 *
 * Messages of this package begin with "Cannot", those of the file system have a code.
 */
export function failureText(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const isForeseen = error instanceof CommandError || error.message.startsWith("Cannot ") || isSystemError(error);
  return isForeseen ? error.message : `internal error: ${error.stack ?? error.message}`;
}

function isSystemError(error: Error): boolean {
  return "syscall" in error && "code" in error;
}
