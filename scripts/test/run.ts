import { spawn } from "node:child_process";
import { existsSync, readFileSync, rmSync } from "node:fs";
import { stripVTControlCharacters } from "node:util";
import { countJUnit, judge, type Outcome, type Row } from "./counts.ts";

export interface Step {
  readonly name: string;
  readonly command: readonly string[];
  /** Where the step leaves its JUnit report; absent for a check that is no test. */
  readonly report?: string;
  /** How many tests it has, where a test that does not run must not go unnoticed. */
  readonly tests?: number;
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
}

const TIME_LIMIT_MS = 1_800_000;

/** The groups of the steps that run now, to be ended when this process is. */
const groups = new Set<number>();

export function endAll(): void {
  for (const group of groups) endGroup(group);
}

/** Runs a step, says in one line how it went, and shows its output if it failed, or always if asked. */
async function runStep(step: Step, verbose: boolean): Promise<Row> {
  if (step.report !== undefined) rmSync(step.report, { force: true });
  const start = performance.now();
  const { exit, output } = await runCommand(step);
  const { report, tests: expected } = step;
  const outcome: Outcome = report === undefined ? { exit } : { exit, counts: readReport(report), expected };
  const verdict = judge(outcome);
  const seconds = (performance.now() - start) / 1000;
  const failed = verdict.failed > 0;
  const row: Row = { ...verdict, name: step.name, isTest: step.report !== undefined, seconds };
  console.log(progress(row));
  if ((failed || verbose) && output.trim() !== "") console.log(indent(output));
  return row;
}

/** Runs steps, at most `atOnce` at a time, in their order. */
export async function runSteps(steps: readonly Step[], atOnce: number, verbose: boolean): Promise<Row[]> {
  const rows: Row[] = [];
  const waiting = steps.entries();
  const worker = async (): Promise<void> => {
    for (const [index, step] of waiting) rows[index] = await runStep(step, verbose);
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
  return rows;
}

function progress({ name, isTest, passed, failed, problems, seconds }: Row): string {
  const notes = isTest ? [`${passed} passed`, ...problems] : problems;
  return `${failed > 0 ? "FAIL" : "ok  "}  ${name.padEnd(14)}${seconds.toFixed(1).padStart(6)} s  ${notes.join(", ")}`.trimEnd();
}

function readReport(path: string): Outcome["counts"] {
  return existsSync(path) ? countJUnit(readFileSync(path, "utf8")) : undefined;
}

function runCommand({ command, cwd, env }: Step): Promise<{ exit: Outcome["exit"]; output: string }> {
  const [program = "", ...args] = command;
  // A group of its own, so that what a step leaves running ends with it.
  const child = spawn(program, args, {
    cwd,
    detached: true,
    env: { ...process.env, NO_COLOR: "1", ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const chunks: Buffer[] = [];
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk: Buffer) => chunks.push(chunk));
  return new Promise((resolve) => {
    const group = child.pid;
    let late = false;
    const timer = setTimeout(() => {
      late = true;
      if (group !== undefined) endGroup(group);
    }, TIME_LIMIT_MS);
    const end = (exit: Outcome["exit"]): void => {
      clearTimeout(timer);
      if (group !== undefined) groups.delete(group);
      resolve({ exit: late ? "timeout" : exit, output: Buffer.concat(chunks).toString() });
    };
    if (group !== undefined) groups.add(group);
    child.once("error", (error) => {
      chunks.push(Buffer.from(error.message));
      end("cannot-start");
    });
    child.once("exit", () => group !== undefined && endGroup(group));
    child.once("close", (code) => end(code ?? 1));
  });
}

function endGroup(group: number): void {
  try {
    process.kill(-group, "SIGKILL");
  } catch {
    // It has ended already.
  }
}

function indent(text: string): string {
  // Some tools colour what they print whenever they run in CI.
  return stripVTControlCharacters(text).trimEnd().replaceAll(/^/gm, "  | ");
}
