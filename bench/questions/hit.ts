/** What a hit in memory costs, for three shapes of arguments: sequential calls, each awaited. */
import type { AsyncFunction, FunctionEntry } from "../candidate.ts";
import { argumentLists, CALLS, type Shape, SHAPES } from "../harness/arguments.ts";
import { keyingOfFunction } from "../harness/keying.ts";
import { compileLoop, type Compile, keep } from "../harness/loop.ts";
import type { LoopQuestion, Prepared } from "../harness/question.ts";

export const question: LoopQuestion<FunctionEntry> = {
  name: "hit",
  cases: SHAPES,
  floor: "Map.get(JSON.stringify(args)), async",
  entriesOf: ({ functions = [] }) => functions,
  prepare: (entry, caseName, compile) => prepare(entry, caseName as Shape, compile),
};

/** Some caches write after they have answered. */
const WRITTEN_AFTER_MS = 5;

async function prepare(entry: FunctionEntry, shape: Shape, compile: Compile): Promise<Prepared> {
  if (entry.keying === "first argument" && shape !== "number") {
    throw new Error("keys by the first argument alone");
  }
  let calls = 0;
  const origin: AsyncFunction = async (...args) => ({
    id: ++calls,
    args: JSON.stringify(args),
    nested: { tags: ["a"] },
  });
  const cached = entry.setUp(origin);
  for (const args of argumentLists(shape)) await cached(...args);
  await new Promise((done) => setTimeout(done, WRITTEN_AFTER_MS));
  const stored = calls;
  const pool = argumentLists(shape);
  if (stored !== pool.length) throw new Error(`computed ${stored} times for ${pool.length} argument lists`);
  for (const args of pool) {
    const value = (await cached(...args)) as { readonly args?: unknown } | undefined;
    if (value?.args !== JSON.stringify(args)) throw new Error("gives the value of other arguments, or none");
  }
  if (calls !== stored) throw new Error(`misses equal arguments: computed ${calls - stored} of ${stored} again`);
  const loop = compileLoop(compile, { expression: `(await ${CALLS[shape]}).id`, isAsync: true });
  return {
    run: async (n) => keep(await loop(cached, pool, n)),
    about: async () => {
      if (calls !== stored) throw new Error(`computed ${calls - stored} times while hits were timed`);
      return { notes: await keyingOfFunction(entry) };
    },
  };
}
