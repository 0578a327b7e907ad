import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { RuntimeName } from "../questions.ts";
import type { ProgramLine, ProgramOrder } from "./program-lines.ts";
import type { Row } from "./question.ts";

type ProgramRuntime = Exclude<RuntimeName, "workerd">;

const PROGRAM = join(import.meta.dirname, "program.ts");
const COMMANDS: Readonly<Record<ProgramRuntime, readonly [string, ...string[]]>> = {
  node: [process.execPath, PROGRAM],
  deno: ["deno", "run", "--allow-all", "--no-lock", "--node-modules-dir=manual", PROGRAM],
  bun: ["bun", PROGRAM],
};

/** A candidate that does nothing for this long has hung. */
const SILENCE_LIMIT_MS = 180_000;

/** What a case came to in one run. */
export interface CaseAnswer {
  readonly version: string;
  readonly rows: readonly Row[];
}

interface Attempt {
  readonly answer?: CaseAnswer;
  /** Where the program was when it ended without an answer, and how it ended. */
  readonly at?: { readonly candidate: string; readonly label: string };
  readonly end: string;
}

/**
 * Answers one case of a question once in a process of a runtime's. A candidate that ends the process is left out of the next
 * try, and listed with what it did.
 */
export async function runProgram(
  runtime: ProgramRuntime,
  order: Pick<ProgramOrder, "question" | "case" | "isQuick" | "only">,
  onProgress: (text: string) => void,
): Promise<CaseAnswer> {
  const dropped: Row[] = [];
  let isCautious = false;
  for (;;) {
    const without = dropped.map(({ candidate }) => candidate);
    const { answer, at, end } = await attempt(runtime, { ...order, isCautious, without }, onProgress);
    if (answer !== undefined) return { ...answer, rows: [...answer.rows, ...dropped] };
    if (isCautious && at !== undefined) {
      const failure = `ends the process at ${at.label}: ${end}`;
      dropped.push({ candidate: at.candidate, label: at.candidate, failure });
    } else if (isCautious) {
      throw new Error(`Cannot measure on ${runtime}: the program has to tell what it does: received ${end}`);
    }
    isCautious = true;
  }
}

async function attempt(
  runtime: ProgramRuntime,
  order: ProgramOrder,
  onProgress: (text: string) => void,
): Promise<Attempt> {
  const [command, ...args] = COMMANDS[runtime];
  const program = spawn(command, [...args, JSON.stringify(order)], { stdio: ["ignore", "pipe", "pipe"] });
  const exited = once(program, "exit") as Promise<[number | null, NodeJS.Signals | null]>;
  let errors = "";
  program.stderr.setEncoding("utf8").on("data", (text: string) => (errors = (errors + text).slice(-4_000)));
  let timer = setTimeout(() => program.kill("SIGKILL"), SILENCE_LIMIT_MS);
  let answer: CaseAnswer | undefined;
  let at: Attempt["at"];
  for await (const text of createInterface({ input: program.stdout })) {
    clearTimeout(timer);
    timer = setTimeout(() => program.kill("SIGKILL"), SILENCE_LIMIT_MS);
    const line = parseLine(text);
    if (line === undefined) continue;
    if ("at" in line) at = line.at;
    else if ("rows" in line) answer = line;
    else onProgress(`${order.case} · ${line.entries} entries`);
  }
  clearTimeout(timer);
  const [code, signal] = await exited;
  const lastError = errors.trim().split("\n").at(-1) ?? "";
  const end = `${signal ?? `exit ${code}`}${lastError === "" ? "" : ` (${lastError})`}`;
  return { ...(answer === undefined ? {} : { answer }), ...(at === undefined ? {} : { at }), end };
}

/** Some candidates print something of their own. */
function parseLine(text: string): ProgramLine | undefined {
  try {
    const line: unknown = JSON.parse(text);
    return typeof line === "object" && line !== null ? (line as ProgramLine) : undefined;
  } catch {
    return undefined;
  }
}
