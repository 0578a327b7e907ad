import type { Candidate } from "../candidate.ts";
import { interleave, type Pace, type Sampled, type Timed } from "./interleave.ts";
import type { Compile } from "./loop.ts";
import type { LoopQuestion, Prepared, Row } from "./question.ts";
import { median, pairedRatio } from "./statistics.ts";

/** An entry that is ready to be timed. */
export interface Task {
  readonly candidate: string;
  readonly label: string;
  readonly prepared: Prepared;
}

/** Sets the entries of all candidates up for one case: those whose answers are wrong become rows with a failure. */
export async function prepareCase(
  question: LoopQuestion,
  candidates: readonly Candidate[],
  caseName: string,
  compile: Compile,
  onEntry: (candidate: string, label: string) => void = () => {},
): Promise<{ readonly tasks: readonly Task[]; readonly failed: readonly Row[] }> {
  const tasks: Task[] = [];
  const failed: Row[] = [];
  for (const candidate of candidates) {
    for (const entry of question.entriesOf(candidate)) {
      const name = { candidate: candidate.name, label: entry.label };
      onEntry(candidate.name, entry.label);
      try {
        tasks.push({ ...name, prepared: await question.prepare(entry, caseName, compile) });
      } catch (error) {
        failed.push({ ...name, failure: messageOf(error) });
      }
    }
  }
  return { tasks, failed };
}

/** Times what was set up, all of them round by round, and makes a row of each. */
export async function surveyCase<Timing extends { readonly candidate: string; readonly label: string }>(
  floor: string,
  tasks: readonly Timing[],
  measure: (task: Timing, n: number) => Promise<number>,
  pace: Pace,
  rowOf: (task: Timing) => Partial<Row> | Promise<Partial<Row>>,
): Promise<Row[]> {
  const sampled = await interleave(
    tasks.map((task) => ({ ...task, task, measure: (n: number) => measure(task, n) })),
    pace,
  );
  const floorSamples = sampled.find(({ task }) => task.label === floor)?.samples ?? [];
  return Promise.all(
    sampled.map(async (one): Promise<Row> => {
      const { candidate, label } = one.task;
      try {
        const more = await rowOf(one.task.task);
        return { candidate, label, ...figures(one, floorSamples), ...more };
      } catch (error) {
        return { candidate, label, failure: messageOf(error) };
      }
    }),
  );
}

function figures(
  { samples, failure }: Pick<Sampled<Timed>, "samples" | "failure">,
  floor: readonly number[],
): Partial<Row> {
  if (failure !== undefined) return { failure };
  return { value: median(samples), ratio: pairedRatio(samples, floor) };
}

/** The first line of what went wrong, and the second where that is only announced. */
export function messageOf(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  const [first = "", second = ""] = text.split("\n");
  return first.endsWith(":") ? `${first} ${second.trim()}` : first;
}
