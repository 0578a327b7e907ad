import type { AsyncFunction, FunctionEntry, TextEntry } from "../candidate.ts";

type Lists = readonly [name: string, one: readonly unknown[], other: readonly unknown[]];

/** Arguments with different meanings. */
const DIFFERENT: readonly Lists[] = [
  ["undefined and null", [undefined], [null]],
  ["NaN and null", [Number.NaN], [null]],
  ['1 and "1"', [1], ["1"]],
  ["a Date and its text", [new Date(0)], ["1970-01-01T00:00:00.000Z"]],
  ["different Maps", [new Map([["a", 1]])], [new Map([["a", 2]])]],
  ["different Sets", [new Set([1])], [new Set([2])]],
  ["bytes and a record", [new Uint8Array([1])], [{ 0: 1 }]],
  ["1n and 2n", [1n], [2n]],
  ["different second arguments", [{ id: 1 }, "a"], [{ id: 1 }, "b"]],
];

/** Arguments with one meaning. */
const EQUAL: readonly Lists[] = [
  ["members in another order", [{ a: 1, b: { c: 2, d: 3 } }], [{ b: { d: 3, c: 2 }, a: 1 }]],
  ["an equal object", [{ a: [1, { b: 2 }] }], [{ a: [1, { b: 2 }] }]],
];

/** Tells which arguments a cached function takes for others, misses though they are equal, or refuses. */
export function keyingOfFunction(entry: FunctionEntry): Promise<string[]> {
  return judge(async (one, other) => {
    let calls = 0;
    const origin: AsyncFunction = async () => ({ call: ++calls });
    const cached = entry.setUp(origin);
    await cached(...one);
    await new Promise((done) => setTimeout(done, 1));
    await cached(...other);
    return calls === 1;
  });
}

/** Tells which arguments a text does not tell apart, tells apart though they are equal, or refuses. */
export function keyingOfText(entry: TextEntry): Promise<string[]> {
  return judge(async (one, other) => entry.encode(one) === entry.encode(other));
}

async function judge(
  isSame: (one: readonly unknown[], other: readonly unknown[]) => Promise<boolean>,
): Promise<string[]> {
  const found = { same: [] as string[], refused: [] as string[], missed: [] as string[] };
  for (const [name, one, other] of DIFFERENT) {
    const verdict = await isSame(one, other).catch(() => undefined);
    if (verdict === undefined) found.refused.push(name);
    else if (verdict) found.same.push(name);
  }
  for (const [name, one, other] of EQUAL) {
    if ((await isSame(one, other).catch(() => false)) === false) found.missed.push(name);
  }
  return [
    ...told("takes for the same: ", found.same),
    ...told("takes for different: ", found.missed),
    ...told("refuses: ", found.refused),
  ];
}

function told(beginning: string, names: readonly string[]): string[] {
  return names.length === 0 ? [] : [beginning + names.join(", ")];
}
