import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { FUNCTIONS, type FunctionName } from "./edit.ts";
import type { Output, Reading } from "./read.ts";
import type { Workplace } from "./workplace.ts";

/** What one way to build and run the project says of each function. */
export type Readings = Readonly<Partial<Record<FunctionName, Reading>>>;

/** One way to build the project, to the versions that its functions have at run time. */
export interface Toolchain {
  readonly name: string;
  /** Functions that it gives no version, on purpose. */
  readonly refuses?: readonly FunctionName[];
  /** Whether captured values are known to it: they are read where the program runs. */
  readonly isRun: boolean;
  read(place: Workplace): Promise<Readings>;
  /** Removes what was kept from one reading to the next. */
  close?(): void;
}

export const READER: string = fileURLToPath(new URL("read.ts", import.meta.url));

/** Runs a program to its end, and gives what it printed. */
export async function run(command: string, args: readonly string[], cwd: string): Promise<string> {
  const child = spawn(command, args, {
    cwd,
    env: { ...process.env, ...QUIET, WRANGLER_LOG_PATH: join(cwd, "logs") },
    stdio: ["ignore", "pipe", "pipe"],
    timeout: 120_000,
  });
  const [stdout, stderr, [code, signal]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, "close"),
  ]);
  if (code === 0) return stdout;
  // A minified bundle stands in the report of its error, on one line.
  const lines = `${stdout}\n${stderr}`.trim().split("\n");
  const output = lines.map((line) => line.slice(0, 300)).join("\n");
  throw new Error(`Cannot run "${command} ${args.join(" ")}": it succeeds: received ${code ?? signal}\n${output}`);
}

/** No tool of the matrix asks, reports, or looks for news. */
const QUIET = {
  CI: "1",
  DENO_NO_UPDATE_CHECK: "1",
  DO_NOT_TRACK: "1",
  NODE_ENV: "production",
  NO_COLOR: "1",
  WRANGLER_SEND_METRICS: "false",
};

interface RunOptions {
  /** The program that runs it, with its arguments. @default Node */
  readonly runtime?: readonly string[];
  /** What the Worker is asked for. @default nothing */
  readonly paths?: readonly string[];
}

/** Runs a bundle, or the project's source in a runtime that instruments it, and reads what it cached and answered. */
export async function readOutput(
  place: Workplace,
  entry: string,
  { runtime = [], paths = [] }: RunOptions = {},
): Promise<Output> {
  const [command = process.execPath, ...before] = runtime;
  return JSON.parse(await run(command, [...before, READER, entry, ...paths], place.folder)) as Output;
}

/** Reads what it cached alone. */
export async function readRun(place: Workplace, entry: string, runtime: readonly string[] = []): Promise<Readings> {
  const { functions } = await readOutput(place, entry, { runtime });
  return readingsOf(functions);
}

/** The functions that the matrix is about: an edit may have added others. */
export function readingsOf(functions: Readonly<Record<string, Reading>>): Readings {
  return Object.fromEntries(
    FUNCTIONS.flatMap((name) => (functions[name] === undefined ? [] : [[name, functions[name]]])),
  );
}
