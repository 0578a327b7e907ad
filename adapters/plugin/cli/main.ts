#!/usr/bin/env node
/** The command line: `npx autocache --help`. */
import { resolve } from "node:path";
import { type Arguments, type OptionTypes, readArguments, readDefines } from "./arguments.ts";
import type { Command } from "./command.ts";
import { accept } from "./commands/accept.ts";
import { check } from "./commands/check.ts";
import { diff } from "./commands/diff.ts";
import { explain } from "./commands/explain.ts";
import { fingerprint } from "./commands/fingerprint.ts";
import { lock } from "./commands/lock.ts";
import { CommandError, EXIT, type ExitCode, failureText } from "./failure.ts";
import { commandHelp, overview } from "./help.ts";
import { Screen } from "./screen.ts";
import { Workspace } from "./workspace.ts";

const COMMANDS: readonly Command[] = [fingerprint, lock, diff, check, accept, explain];

const COMMON: OptionTypes = {
  root: { type: "string" },
  define: { type: "string", multiple: true },
  verbose: { type: "boolean" },
  help: { type: "boolean" },
};

const out = new Screen(process.stdout, process.env);
const err = new Screen(process.stderr, process.env);

// A reader such as `head` may leave before the end.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code !== "EPIPE") throw error;
});

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  err.lines([err.paint("red", failureText(error))]);
  process.exitCode = EXIT.misuse;
}

async function main([name, ...rest]: readonly string[]): Promise<ExitCode> {
  if (name === undefined || name === "--help" || name === "-h" || name === "help") {
    const topic = name === "help" ? rest[0] : undefined;
    const screen = name === undefined ? err : out;
    screen.lines(topic === undefined ? overview(COMMANDS, screen) : commandHelp(commandNamed(topic), screen));
    return name === undefined ? EXIT.misuse : EXIT.fine;
  }
  const command = commandNamed(name);
  if (rest.includes("--help") || rest.includes("-h")) {
    out.lines(commandHelp(command, out));
    return EXIT.fine;
  }
  const args = readArguments(`autocache ${name}`, rest, { ...command.options, ...COMMON });
  requireWords(command, args);
  const defines = readDefines(args.list("define"));
  const root = resolve(args.text("root") ?? ".");
  return command.run({ args, workspace: new Workspace({ root, defines, screen: err }), out, err });
}

function commandNamed(name: string): Command {
  const command = COMMANDS.find((one) => one.name === name);
  if (command !== undefined) return command;
  const names = COMMANDS.map((one) => one.name).join(", ");
  throw new CommandError(`Cannot run "autocache ${name}": the commands are ${names}: received another`);
}

function requireWords({ name, takes }: Command, { positionals }: Arguments): void {
  const { length } = positionals;
  if (length >= takes.min && length <= takes.max) return;
  const received = length === 0 ? "none" : positionals.slice(takes.max === 0 ? 0 : 1).join(" ");
  throw new CommandError(`Cannot run "autocache ${name}": it takes ${takes.what}: received ${received}`);
}
