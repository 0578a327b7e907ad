import { shuffled } from "./statistics.ts";

/** What is timed: `measure(n)` does it `n` times, and tells what CPU time that took, in nanoseconds. */
export interface Timed {
  readonly measure: (n: number) => Promise<number>;
}

/** How long is measured. */
export interface Pace {
  readonly rounds: number;
  /** How long a slice of one candidate should take: CPU time, as all else here, since a busy machine stretches the other. */
  readonly sliceMs: number;
  /** How long each is run before, so that its code is compiled. */
  readonly warmMs: number;
}

export const FULL_PACE: Pace = { rounds: 11, sliceMs: 15, warmMs: 80 };
export const QUICK_PACE: Pace = { rounds: 5, sliceMs: 6, warmMs: 30 };

/** In calibrating, a slice grows by no more than this from one try to the next: the code may still be cold. */
const MAX_GROWTH = 8;
const LONGEST_WARM_UP_MS = 10_000;

/** One series of samples for each that is timed: nanoseconds for one time, round by round. */
export interface Sampled<Task extends Timed> {
  readonly task: Task;
  readonly samples: readonly number[];
  readonly failure?: string;
}

/** Times all of them in each round, in a new random order: what disturbs the machine disturbs all alike. */
export async function interleave<Task extends Timed>(tasks: readonly Task[], pace: Pace): Promise<Sampled<Task>[]> {
  const series = tasks.map((task) => ({ task, samples: [] as number[], n: 0, failure: "" }));
  for (const one of series) {
    await attempt(one, async () => {
      one.n = await calibrate(one.task, pace);
    });
  }
  for (let round = 0; round < pace.rounds; round++) {
    for (const one of shuffled(series.filter(({ failure }) => failure === ""))) {
      await attempt(one, async () => {
        one.samples.push((await one.task.measure(one.n)) / one.n);
      });
    }
  }
  return series.map(({ task, samples, failure }) => ({ task, samples, ...(failure === "" ? {} : { failure }) }));
}

async function attempt(one: { failure: string }, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    one.failure = `fails while it is timed: ${error instanceof Error ? error.message : String(error)}`;
  }
}

/** Finds out how many times fill a slice, with the code warm. */
async function calibrate(task: Timed, { sliceMs, warmMs }: Pace): Promise<number> {
  const start = performance.now();
  let n = 1;
  let warmedMs = 0;
  for (;;) {
    const ms = (await task.measure(n)) / 1e6;
    warmedMs += ms;
    const isReady = ms >= sliceMs * 0.7 && warmedMs >= warmMs;
    if (isReady || performance.now() - start >= LONGEST_WARM_UP_MS) return n;
    n = Math.max(1, Math.ceil(n * Math.min(MAX_GROWTH, sliceMs / Math.max(ms, 0.01))));
  }
}
