/**
 * `npm run bench`: measures all questions on all runtimes, and writes `bench/results/`. `npm run bench -- hit codec` asks
 * these only, `--runtime node,bun` measures there only, `--runs 5` says how often, `--only lru-cache` compares only with
 * what has that in its name, and `--quick` gives figures for a try, which are not kept.
 */
import { availableParallelism } from "node:os";
import { parseArgs } from "node:util";
import { importCandidates, importHostQuestion, importQuestion } from "./harness/catalog.ts";
import { installPeers, versionsOf } from "./harness/install.ts";
import { mergeRuns, type Result, writeResult } from "./harness/results.ts";
import { runProgram } from "./harness/runtimes.ts";
import { tablesOf } from "./harness/table.ts";
import { runInWorkerd } from "./harness/workerd/run.ts";
import type { RunResult } from "./harness/question.ts";
import { type QuestionName, QUESTIONS, type RuntimeName, RUNTIMES } from "./questions.ts";

interface Choice {
  readonly questions: readonly QuestionName[];
  readonly runtimes: readonly RuntimeName[];
  readonly runs: number;
  readonly isQuick: boolean;
  readonly only: readonly string[];
}

type Order = Pick<Choice, "isQuick" | "only"> & { readonly question: QuestionName };

const DEFAULT_RUNS = 3;

function choose<Name extends string>(what: string, chosen: readonly string[], names: readonly Name[]): readonly Name[] {
  if (chosen.length === 0) return names;
  const unknown = chosen.find((name) => !names.includes(name as Name));
  if (unknown === undefined) return chosen as readonly Name[];
  throw new Error(`Cannot choose a ${what}: it is one of ${names.join(", ")}: received "${unknown}"`);
}

function readArguments(): Choice {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      runtime: { type: "string" },
      runs: { type: "string" },
      only: { type: "string", multiple: true },
      quick: { type: "boolean" },
    },
  });
  const isQuick = values.quick ?? false;
  return {
    questions: choose("question", positionals, Object.keys(QUESTIONS) as QuestionName[]),
    runtimes: choose("runtime", values.runtime?.split(",") ?? [], Object.keys(RUNTIMES) as RuntimeName[]),
    runs: Number(values.runs ?? (isQuick ? 1 : DEFAULT_RUNS)),
    isQuick,
    only: values.only ?? [],
  };
}

/** One line that is written over, on a terminal; elsewhere, a line for each. */
function progress(text: string): void {
  if (process.stderr.isTTY) process.stderr.write(`\r\u001B[2K${text}`);
  else if (text !== "") console.error(text);
}

async function answer(order: Order, runtime: RuntimeName, tell: (text: string) => void): Promise<RunResult> {
  if (!QUESTIONS[order.question].isLoop) return (await importHostQuestion(order.question)).measure(order, tell);
  const cases: RunResult["cases"][number][] = [];
  let version = "";
  for (const name of (await importQuestion(order.question)).cases) {
    const ofCase = { ...order, case: name };
    const one = runtime === "workerd" ? await runInWorkerd(ofCase, tell) : await runProgram(runtime, ofCase, tell);
    cases.push({ name, rows: one.rows });
    ({ version } = one);
  }
  return { version, cases };
}

async function measure(question: QuestionName, runtime: RuntimeName, choice: Choice): Promise<Result> {
  const runs: RunResult[] = [];
  const order = { question, isQuick: choice.isQuick, only: choice.only };
  for (let run = 1; run <= choice.runs; run++) {
    const tell = (text: string): void => progress(`${question} · ${runtime} · run ${run}/${choice.runs} · ${text}`);
    tell("starts");
    runs.push(await answer(order, runtime, tell));
  }
  progress("");
  const { candidates } = await importCandidates([], [], () => {});
  const cases = mergeRuns(runs);
  const names = new Set(cases.flatMap(({ rows }) => rows.map(({ candidate }) => candidate)));
  return {
    question,
    runtime,
    version: runs[0]?.version ?? "",
    date: new Date().toISOString().slice(0, 10),
    machine: `${availableParallelism()} cores, ${process.platform} ${process.arch}`,
    runs: choice.runs,
    packages: versionsOf(candidates.filter(({ name }) => names.has(name)).flatMap(({ packages }) => packages)),
    cases,
  };
}

async function main(): Promise<void> {
  const choice = readArguments();
  installPeers();
  for (const question of choice.questions) {
    const { runtimes } = QUESTIONS[question];
    for (const runtime of choice.runtimes.filter((name) => (runtimes as readonly string[]).includes(name))) {
      const result = await measure(question, runtime, choice);
      console.log(`${tablesOf(result)}\n`);
      writeResult(result, choice.isQuick || choice.only.length > 0);
    }
  }
}

await main().catch((error: Error) => {
  console.error(error.message);
  process.exitCode = 1;
});
