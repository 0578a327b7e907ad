/** Measures the memory of one entry: `memory-program.ts ORDER`, with `--expose-gc`. It prints a figure or a failure as JSON. */
import process from "node:process";
import type { AsyncFunction, Candidate, FunctionEntry } from "../candidate.ts";
import { argumentList, type Shape } from "./arguments.ts";
import type { MemoryOrder } from "./memory-order.ts";
import { median } from "./statistics.ts";
import { messageOf } from "./survey.ts";

const ENTRIES = 10_000;
const CALLS = 2_000;
const WRITTEN_AFTER_MS = 20;

const order = JSON.parse(process.argv[2] ?? "{}") as MemoryOrder;
const [what = "", shape = "number"] = order.case.split(", ") as [string, Shape];

/** The bytes of the heap, when what nobody holds is gone. */
async function heapBytes(): Promise<number> {
  for (let i = 0; i < 3; i++) {
    globalThis.gc?.();
    await new Promise((done) => setTimeout(done, WRITTEN_AFTER_MS));
  }
  return process.memoryUsage().heapUsed;
}

/** How much the heap grows for an entry; the values are there before. */
async function bytesOfEntry(entry: FunctionEntry): Promise<number> {
  // The code, and the first tables, are no part of an entry.
  const values = Array.from({ length: 2 * ENTRIES }, (_, i) => ({ id: i, name: `name ${i}` }));
  let calls = 0;
  const origin: AsyncFunction = async () => values[calls++];
  const cached = entry.setUp(origin);
  const fill = async (from: number, to: number): Promise<void> => {
    for (let i = from; i < to; i++) await cached(...argumentList(shape, i));
  };
  await fill(0, ENTRIES / 2);
  const before = await heapBytes();
  await fill(ENTRIES / 2, ENTRIES);
  const after = await heapBytes();
  if (calls !== ENTRIES) throw new Error(`computed ${calls} times for ${ENTRIES} argument lists`);
  // What is held must still be there: a cache that has let go of entries holds fewer bytes.
  await fill(0, 100);
  if (calls !== ENTRIES) throw new Error("lets go of entries while there is room for them");
  return (after - before) / (ENTRIES / 2);
}

async function makeRecord(): Promise<unknown> {
  return { id: 1 };
}

const NOTHING = Promise.resolve(undefined);

// As little as a call can do that is awaited.
function nothing(): Promise<unknown> {
  return NOTHING;
}

/** How much the heap grows by a call, when nothing is collected: the arguments are there before, and the loop's own part is subtracted. */
async function bytesOfCall(entry: FunctionEntry, isHit: boolean): Promise<number> {
  const cached = entry.setUp(makeRecord);
  let made = 0;
  const lists = (): unknown[][] =>
    Array.from({ length: CALLS }, (_, i) => argumentList(shape, isHit ? i & 63 : made++));
  const grown = async (call: AsyncFunction): Promise<number> => {
    const all = lists();
    globalThis.gc?.();
    const before = process.memoryUsage().heapUsed;
    for (const args of all) await call(...args);
    return process.memoryUsage().heapUsed - before;
  };
  for (let i = 0; i < 4; i++) {
    await grown(cached);
    await grown(nothing);
  }
  const samples: number[] = [];
  for (let i = 0; i < (order.isQuick ? 3 : 7); i++) {
    const idle = await grown(nothing);
    samples.push(((await grown(cached)) - idle) / CALLS);
  }
  return median(samples);
}

async function measure(): Promise<{ readonly value: number } | { readonly failure: string }> {
  try {
    const url = new URL(`../candidates/${order.file}.ts`, import.meta.url).href;
    const { candidate } = (await import(url)) as { readonly candidate: Candidate };
    const entry = candidate.functions?.find(({ label }) => label === order.label);
    if (entry === undefined) throw new Error(`there is no entry "${order.label}"`);
    if (entry.keying === "first argument" && shape !== "number") {
      throw new Error("keys by the first argument alone");
    }
    const isOfEntry = what === "an entry";
    return { value: isOfEntry ? await bytesOfEntry(entry) : await bytesOfCall(entry, what === "allocated by a hit") };
  } catch (error) {
    return { failure: messageOf(error) };
  }
}

console.log(JSON.stringify(await measure()));
process.exit(0);
