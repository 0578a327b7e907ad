import { Agent, get } from "node:http";
import type { QuestionName } from "../../questions.ts";
import { candidateFiles, importQuestion, isChosen } from "../catalog.ts";
import { type Cost, FULL_PACE, type Pace, QUICK_PACE } from "../interleave.ts";
import type { Row, RunResult } from "../question.ts";
import { messageOf, surveyCase } from "../survey.ts";
import { questionModules } from "./modules.ts";
import { startWorkerd, type Workerd } from "./serve.ts";
import type { PreparedCandidate } from "./worker.ts";

type RemoteTask = PreparedCandidate["tasks"][number];

/** A request costs something too: slices are longer than in a process of one's own. */
const SLICE_MS = 30;
const TIME_LIMIT_MS = 120_000;

/** Answers a question once inside workerd, and times it from outside. */
export async function runInWorkerd(
  order: { readonly question: QuestionName; readonly isQuick: boolean; readonly only: readonly string[] },
  onProgress: (text: string) => void,
): Promise<RunResult> {
  const dropped: Row[] = [];
  for (;;) {
    const without = dropped.map(({ candidate }) => candidate);
    const files = candidateFiles().filter((file) => isChosen(file, order.only) && !without.includes(file));
    const workerd = await startWorkerd(await questionModules(order.question, files));
    try {
      const cases = await survey(workerd, order, files, onProgress);
      if (Array.isArray(cases)) {
        return { version: workerd.version, cases: cases.map((one) => ({ ...one, rows: [...one.rows, ...dropped] })) };
      }
      dropped.push({ candidate: cases.file, label: cases.file, failure: `ends workerd: ${await workerd.exited}` });
    } finally {
      await workerd.stop();
    }
  }
}

/** Goes through all cases; or tells the file at which workerd ended. */
async function survey(
  workerd: Workerd,
  order: { readonly question: QuestionName; readonly isQuick: boolean },
  files: readonly string[],
  onProgress: (text: string) => void,
): Promise<RunResult["cases"][number][] | { readonly file: string }> {
  const question = await importQuestion(order.question);
  const pace: Pace = { ...(order.isQuick ? QUICK_PACE : FULL_PACE), sliceMs: SLICE_MS };
  const cases: RunResult["cases"][number][] = [];
  for (const name of question.cases) {
    const tasks: RemoteTask[] = [];
    const failed: Row[] = [];
    for (const file of files) {
      const query = new URLSearchParams({ file, case: name });
      try {
        const prepared = JSON.parse(await ask(workerd.url, `/prepare?${query.toString()}`)) as PreparedCandidate;
        tasks.push(...prepared.tasks);
        failed.push(...prepared.failed);
      } catch (error) {
        if (await hasEnded(workerd)) return { file };
        failed.push({ candidate: file, label: file, failure: messageOf(error) });
      }
    }
    onProgress(`${name}: ${tasks.length} entries`);
    const rows = await surveyCase(
      question.floor,
      tasks,
      (task, n) => timeTask(workerd, task, n),
      pace,
      async ({ place }) => {
        return JSON.parse(await ask(workerd.url, `/about?place=${place}`)) as Partial<Row>;
      },
    );
    cases.push({ name, rows: [...rows, ...failed] });
  }
  return cases;
}

async function hasEnded(workerd: Workerd): Promise<boolean> {
  const soon = new Promise<boolean>((done) => setTimeout(() => done(false), 500));
  return Promise.race([workerd.exited.then(() => true), soon]);
}

/** What a request costs that does it `n` times, less what one costs that does nothing. */
async function timeTask({ url, cpuNs }: Workerd, { place }: RemoteTask, n: number): Promise<Cost> {
  const before = cpuNs();
  const start = performance.now();
  await ask(url, `/run?place=${place}&n=${n}`);
  const wallMs = performance.now() - start;
  const between = cpuNs();
  await ask(url, `/run?place=${place}&n=0`);
  const after = cpuNs();
  return { cpuNs: Math.max(0, between - before - (after - between)), wallMs };
}

const agent = new Agent({ keepAlive: true, maxSockets: 1 });

function ask(url: string, path: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const request = get(new URL(path, url), { agent, timeout: TIME_LIMIT_MS }, (response) => {
      let text = "";
      response.setEncoding("utf8").on("data", (part: string) => (text += part));
      response.on("end", () => (response.statusCode === 200 ? resolve(text) : reject(new Error(text))));
      response.on("error", reject);
    });
    const giveUp = (): unknown => request.destroy(new Error(`does not answer within ${TIME_LIMIT_MS / 1_000} s`));
    request.on("timeout", giveUp).on("error", reject);
  });
}
