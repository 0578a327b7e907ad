import type { Arguments, OptionTypes } from "./arguments.ts";
import type { ExitCode } from "./failure.ts";
import type { Screen } from "./screen.ts";
import type { Workspace } from "./workspace.ts";

/** What a command works with. */
export interface Context {
  readonly args: Arguments;
  readonly workspace: Workspace;
  /** Standard output: what was asked for. */
  readonly out: Screen;
  /** Standard error: what is to be said about the code. */
  readonly err: Screen;
}

export interface Command {
  readonly name: string;
  /** In the list of commands. */
  readonly summary: string;
  /** What follows the name. */
  readonly synopsis: string;
  /** What `--help` says, line by line: what it does, and each option. */
  readonly help: readonly string[];
  readonly options: OptionTypes;
  /** How many words it takes that are not options. */
  readonly takes: { readonly min: number; readonly max: number; readonly what: string };
  run(context: Context): ExitCode | Promise<ExitCode>;
}
