/** What a thousand calls cost that come at once for a key nobody has, and how often the function runs. */
import type { AsyncFunction, FunctionEntry } from "../candidate.ts";
import { type Compile, keep } from "../harness/loop.ts";
import type { LoopQuestion, Prepared } from "../harness/question.ts";

const CALLERS = 1_000;

export const question: LoopQuestion<FunctionEntry> = {
  name: "single-flight",
  cases: [`${CALLERS} callers`],
  floor: "Map of promises",
  entriesOf: ({ functions = [] }) => functions,
  prepare,
};

/** A batch of calls at once with equal arguments of their own, then the next batch with others. */
const BATCHES = `return (async () => {
  let sum = 0;
  for (let i = 0; i < n; i++) {
    const id = next();
    const calls = new Array(${CALLERS});
    for (let j = 0; j < ${CALLERS}; j++) calls[j] = CALL;
    const values = await Promise.all(calls);
    sum = (sum + values[0].id + values[${CALLERS - 1}].id) | 0;
  }
  return sum;
})();`;

async function prepare(entry: FunctionEntry, _: string, compile: Compile): Promise<Prepared> {
  let calls = 0;
  let batches = 0;
  const origin: AsyncFunction = async () => {
    const id = ++calls;
    await new Promise((done) => setTimeout(done, 1));
    return { id };
  };
  const cached = entry.setUp(origin);
  const call = entry.keying === "first argument" ? "f(id)" : 'f("user:" + id, { page: 2, limit: 50 })';
  const loop = compile(["f", "next", "n"], BATCHES.replace("CALL", call));
  const next = (): number => ++batches;
  await loop(cached, next, 1);
  return {
    run: async (n) => keep(await loop(cached, next, n)),
    about: () => ({ facts: { computations: Math.round((calls / batches) * 100) / 100 } }),
  };
}
