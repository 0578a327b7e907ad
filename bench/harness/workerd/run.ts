import { Agent, get } from "node:http";
import type { QuestionName } from "../../questions.ts";
import { candidateFiles, importQuestion, isChosen } from "../catalog.ts";
import { FULL_PACE, type Pace, QUICK_PACE } from "../interleave.ts";
import type { About, Row } from "../question.ts";
import type { CaseAnswer } from "../runtimes.ts";
import { messageOf, surveyCase } from "../survey.ts";
import { questionModules } from "./modules.ts";
import { startWorkerd, type Workerd } from "./serve.ts";
import type { PreparedCandidate } from "./worker.ts";

type RemoteTask = PreparedCandidate["tasks"][number];

/** A request costs something too: slices are longer than in a process of one's own. */
const SLICE_MS = 30;
const TIME_LIMIT_MS = 120_000;

/** Answers one case of a question once inside workerd, and times it from outside. One that ends workerd is left out of the next try. */
export async function runInWorkerd(
  order: {
    readonly question: QuestionName;
    readonly case: string;
    readonly isQuick: boolean;
    readonly only: readonly string[];
  },
  onProgress: (text: string) => void,
): Promise<CaseAnswer> {
  const dropped: Row[] = [];
  for (;;) {
    const without = dropped.map(({ candidate }) => candidate);
    const files = candidateFiles().filter((file) => isChosen(file, order.only) && !without.includes(file));
    const workerd = await startWorkerd(await questionModules(order.question, files));
    try {
      const { tasks, failed, culprit } = await prepareAll(workerd, order.case, files);
      if (culprit === undefined) {
        onProgress(`${order.case} · ${tasks.length} entries`);
        const rows = await survey(workerd, order, tasks);
        return { version: workerd.version, rows: [...rows, ...failed, ...dropped] };
      }
      dropped.push({ candidate: culprit, label: culprit, failure: `ends workerd: ${await workerd.exited}` });
    } finally {
      await workerd.stop();
    }
  }
}

interface Preparation {
  readonly tasks: readonly RemoteTask[];
  readonly failed: readonly Row[];
  /** The candidate at which workerd ended. */
  readonly culprit?: string;
}

async function prepareAll(workerd: Workerd, caseName: string, files: readonly string[]): Promise<Preparation> {
  const tasks: RemoteTask[] = [];
  const failed: Row[] = [];
  for (const file of files) {
    const query = new URLSearchParams({ file, case: caseName });
    try {
      const prepared = JSON.parse(await ask(workerd.url, `/prepare?${query.toString()}`)) as PreparedCandidate;
      tasks.push(...prepared.tasks);
      failed.push(...prepared.failed);
    } catch (error) {
      if (await hasEnded(workerd)) return { tasks, failed, culprit: file };
      failed.push({ candidate: file, label: file, failure: messageOf(error) });
    }
  }
  return { tasks, failed };
}

async function survey(
  workerd: Workerd,
  order: { readonly question: QuestionName; readonly isQuick: boolean },
  tasks: readonly RemoteTask[],
): Promise<Row[]> {
  const { floor } = await importQuestion(order.question);
  const pace: Pace = { ...(order.isQuick ? QUICK_PACE : FULL_PACE), sliceMs: SLICE_MS };
  const time = (task: RemoteTask, n: number): Promise<number> => timeTask(workerd, task, n);
  const rows = await surveyCase(floor, tasks, time, pace, async ({ place }) => {
    return JSON.parse(await ask(workerd.url, `/about?place=${place}`)) as About;
  });
  if (await hasEnded(workerd))
    throw new Error(`Cannot go on: workerd has to run until the end: received ${await workerd.exited}`);
  return rows;
}

async function hasEnded(workerd: Workerd): Promise<boolean> {
  const soon = new Promise<boolean>((done) => setTimeout(() => done(false), 500));
  return Promise.race([workerd.exited.then(() => true), soon]);
}

/** What a request costs that does it `n` times, less what one costs that does nothing. */
async function timeTask({ url, cpuNs }: Workerd, { place }: RemoteTask, n: number): Promise<number> {
  const before = cpuNs();
  await ask(url, `/run?place=${place}&n=${n}`);
  const between = cpuNs();
  await ask(url, `/run?place=${place}&n=0`);
  return Math.max(0, between - before - (cpuNs() - between));
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
