/** What a text costs that equal arguments share: it is made, and looked up in a `Map`, which flattens and hashes it. */
import type { TextEntry } from "../candidate.ts";
import { argumentLists, recordLists, type Shape, SHAPES } from "../harness/arguments.ts";
import { keyingOfText } from "../harness/keying.ts";
import { compileLoop, type Compile, keep } from "../harness/loop.ts";
import type { LoopQuestion, Prepared } from "../harness/question.ts";

const LARGE = "12 KB";

export const question: LoopQuestion<TextEntry> = {
  name: "canonical",
  cases: [...SHAPES, LARGE],
  floor: "JSON.stringify",
  entriesOf: ({ texts = [] }) => texts,
  prepare,
};

async function prepare(entry: TextEntry, caseName: string, compile: Compile): Promise<Prepared> {
  const lists = (): unknown[][] => (caseName === LARGE ? recordLists() : argumentLists(caseName as Shape));
  const encode = (args: readonly unknown[]): string => entry.encode(args);
  const stored = lists();
  const texts = new Map(stored.map((args, i) => [encode(args), { id: i }]));
  if (texts.size !== stored.length) throw new Error(`has ${texts.size} texts for ${stored.length} argument lists`);
  const pool = lists();
  const isMissed = pool.some((args, i) => texts.get(encode(args))?.id !== i);
  if (isMissed) throw new Error("has another text for equal arguments");
  const loop = compileLoop(compile, { expression: "f.texts.get(f.encode(x)).id", isAsync: false });
  const callee = { texts, encode: entry.encode };
  return { run: (n) => keep(loop(callee, pool, n)), about: async () => ({ notes: await keyingOfText(entry) }) };
}
