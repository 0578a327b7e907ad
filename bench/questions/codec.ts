/** What writing and reading a value costs: a small record, 12 KB of records, and what JSON cannot hold. */
import type { CodecEntry } from "../candidate.ts";
import { records } from "../harness/arguments.ts";
import { isSameValue, lossesOf } from "../harness/same-value.ts";
import { compileLoop, type Compile, keep } from "../harness/loop.ts";
import type { LoopQuestion, Prepared } from "../harness/question.ts";

const VALUES: Readonly<Record<string, () => Readonly<Record<string, unknown>>>> = {
  small: () => ({ id: 7, name: "Ada Lovelace", tags: ["a", "b"], score: 3.14, nested: { ok: true }, none: null }),
  "12 KB": () => ({ records: records(1) }),
  rich: () => ({
    date: new Date(1_732_266_000_123),
    map: new Map<string, unknown>([["a", { at: new Date(5) }]]),
    set: new Set([1, "x", 3]),
    bytes: new Uint8Array(64).map((_, i) => i),
    undefined: undefined,
    nan: Number.NaN,
    text: "hello é 漢字",
  }),
};

export const question: LoopQuestion<CodecEntry> = {
  name: "codec",
  cases: Object.keys(VALUES).flatMap((name) => [`${name}, write`, `${name}, read`]),
  floor: "JSON",
  entriesOf: ({ codecs = [] }) => codecs,
  prepare,
};

async function prepare(entry: CodecEntry, caseName: string, compile: Compile): Promise<Prepared> {
  const [name = "", direction] = caseName.split(", ");
  const value = VALUES[name]?.();
  if (value === undefined) throw new Error(`there is no value "${name}"`);
  const encoded = entry.encode(value);
  const copy = entry.decode(encoded);
  const losses = lossesOf(value, copy);
  // A codec that loses what JSON holds is wrong; one that loses more is as good as JSON, which is told.
  if (name !== "rich" && !isSameValue(value, copy)) throw new Error(`loses ${losses.join(", ")}`);
  const isWrite = direction === "write";
  // What is made is kept for a moment: a compiler could leave out the making of what nobody sees.
  const loop = compileLoop(compile, { expression: "((f.made = f.make(x)), 1)", isAsync: false });
  const callee = { make: isWrite ? entry.encode : entry.decode, made: undefined };
  return {
    run: (n) => keep(loop(callee, [isWrite ? value : encoded], n)),
    about: () => ({ notes: losses.length === 0 ? [] : [`loses: ${losses.join(", ")}`] }),
  };
}
