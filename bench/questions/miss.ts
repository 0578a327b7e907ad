/** What a miss costs beside the function itself: arguments that nobody has asked with before, one call after the other. */
import type { AsyncFunction, FunctionEntry } from "../candidate.ts";
import { argumentList, type Shape } from "../harness/arguments.ts";
import { type Compile, keep } from "../harness/loop.ts";
import type { LoopQuestion, Prepared } from "../harness/question.ts";

export const question: LoopQuestion<FunctionEntry> = {
  name: "miss",
  cases: ["number", "small", "1 KB"] satisfies Shape[],
  floor: "Map.get(JSON.stringify(args)), async",
  entriesOf: ({ functions = [] }) => functions,
  prepare: (entry, caseName, compile) => prepare(entry, caseName as Shape, compile),
};

/** Calls with a new argument list each, of which `x` is the pattern. */
const CALLS: Readonly<Record<Shape, string>> = {
  number: "f(id)",
  small: 'f("user:" + id, { page: id, limit: 50 })',
  "1 KB": 'f({ ...x, userId: "user:" + id })',
};

const LOOP = `return (async () => {
  let sum = 0;
  for (let i = 0; i < n; i++) {
    const id = next();
    sum = (sum + (await CALL).id) | 0;
  }
  return sum;
})();`;

/** Digests are counted over so many calls, when the first ones are done that look at the function as well. */
const COUNTED_CALLS = 20;

async function prepare(entry: FunctionEntry, shape: Shape, compile: Compile): Promise<Prepared> {
  if (entry.keying === "first argument" && shape !== "number") {
    throw new Error("keys by the first argument alone");
  }
  let calls = 0;
  let ids = 0;
  const origin: AsyncFunction = async () => ({ id: ++calls });
  const cached = entry.setUp(origin);
  const loop = compile(["f", "x", "next", "n"], LOOP.replace("CALL", CALLS[shape]));
  const run = (n: number): unknown => loop(cached, argumentList(shape, 0)[0], () => ++ids, n);
  await run(COUNTED_CALLS);
  const digests = await countDigests(() => run(COUNTED_CALLS));
  return {
    run: async (n) => keep(await run(n)),
    about: () => {
      if (calls !== ids) throw new Error(`computed ${calls} times for ${ids} argument lists`);
      return { facts: { digests: digests / COUNTED_CALLS } };
    },
  };
}

/** Counts the digests by Web Crypto: those by a runtime's own modules, or by JavaScript, show in the time alone. */
async function countDigests(work: () => unknown): Promise<number> {
  const { subtle } = crypto;
  let digests = 0;
  for (const name of ["digest", "sign"] as const) {
    const original = subtle[name].bind(subtle) as (...args: unknown[]) => Promise<ArrayBuffer>;
    const counting = (...args: unknown[]): Promise<ArrayBuffer> => {
      digests++;
      return original(...args);
    };
    Object.defineProperty(subtle, name, { value: counting, configurable: true });
  }
  try {
    await work();
  } finally {
    for (const name of ["digest", "sign"] as const) Reflect.deleteProperty(subtle, name);
  }
  return digests;
}
