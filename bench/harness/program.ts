/**
 * Answers one case of a question once, on the runtime that runs it: its argument is an order as JSON. It tells what it does in
 * lines of JSON, so that whoever started it knows what it was at when it ended.
 */
import process from "node:process";
import { importCandidates, importQuestion } from "./catalog.ts";
import { cpuTimeOf } from "./clock.ts";
import { FULL_PACE, QUICK_PACE } from "./interleave.ts";
import { compileHere } from "./loop.ts";
import type { ProgramLine, ProgramOrder } from "./program-lines.ts";
import { prepareCase, surveyCase } from "./survey.ts";
import { runtimeVersion } from "./runtime-version.ts";

const order = JSON.parse(process.argv[2] ?? "{}") as ProgramOrder;
const say = (line: ProgramLine): void => console.log(JSON.stringify(line));

const question = await importQuestion(order.question);
const { candidates, failed: unloaded } = await importCandidates(order.without, order.only, (candidate) =>
  say({ at: { candidate, label: "its import" } }),
);
const { tasks, failed } = await prepareCase(question, candidates, order.case, compileHere, (candidate, label) =>
  say({ at: { candidate, label } }),
);
say({ entries: tasks.length });
const rows = await surveyCase(
  question.floor,
  tasks,
  ({ candidate, label, prepared }, n) => {
    if (order.isCautious) say({ at: { candidate, label } });
    return cpuTimeOf(() => prepared.run(n));
  },
  order.isQuick ? QUICK_PACE : FULL_PACE,
  ({ prepared }) => prepared.about?.() ?? {},
);
say({ version: runtimeVersion(), rows: [...rows, ...failed, ...unloaded] });
// Some candidates keep timers.
process.exit(0);
