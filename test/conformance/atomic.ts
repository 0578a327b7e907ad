import { check, equal } from "./assert.ts";
import type { Suite } from "./suite.ts";

const RACERS = 50;
const COUNTERS = 8;
const STEPS = 5;

/** Comparing and setting in one step, where the backend can. */
export function testAtomic(suite: Suite): void {
  const { backend, test, key, ttlMs, expectText } = suite;
  if (backend.compareAndSet === undefined) return;
  const compareAndSet = async (name: string, expected: string | undefined, next: string): Promise<boolean> =>
    await compareAndSetOf(suite, name, expected, next);

  test("adds to an absent key, and not to one that is there", async () => {
    const name = key("add");
    equal(await compareAndSet(name, undefined, "first"), true, "adding to an absent key");
    await expectText(name, "first");
    equal(await compareAndSet(name, undefined, "second"), false, "adding to a present key");
    await expectText(name, "first");
    await backend.delete(name);
    equal(await compareAndSet(name, undefined, "third"), true, "adding after a delete");
    await expectText(name, "third");
  });

  test("adds beside an empty text only where there is none", async () => {
    const name = key("add-empty");
    equal(await compareAndSet(name, undefined, ""), true, "adding an empty text");
    equal(await compareAndSet(name, undefined, "x"), false, "adding to an empty text");
    equal(await compareAndSet(name, "", "x"), true, "replacing an empty text");
    await expectText(name, "x");
  });

  test("replaces exactly the text that is expected, and nothing else", async () => {
    const name = key("replace");
    equal(await compareAndSet(name, "1", "2"), false, "replacing on an absent key");
    await expectText(name, undefined);
    await backend.set(name, { text: "1" }, { ttlMs });
    for (const other of ["", "01", "1.0", " 1", "1 ", "2"]) {
      equal(await compareAndSet(name, other, "3"), false, `replacing "${other}" where "1" is`);
    }
    await expectText(name, "1");
    equal(await compareAndSet(name, "1", "12345678901234567890"), true, "replacing what is there");
    equal(await compareAndSet(name, "12345678901234567890", "ü"), true, "replacing what was just set");
    await expectText(name, "ü");
  });

  test(`lets exactly one of ${RACERS} concurrent adds win`, async () => {
    const name = key("race");
    const texts = Array.from({ length: RACERS }, (_, index) => `racer ${index}`);
    const won = await Promise.all(texts.map((text) => compareAndSet(name, undefined, text)));
    const winners = texts.filter((_, index) => won[index]);
    equal(winners.length, 1, "how many adds won");
    await expectText(name, winners[0]);
  });

  test("loses none of concurrent increments", async () => {
    const name = key("count");
    await backend.set(name, { text: "0" }, { ttlMs });
    const count = async (): Promise<void> => {
      for (let step = 0; step < STEPS; step++) await increment(suite, name);
    };
    await Promise.all(Array.from({ length: COUNTERS }, count));
    await expectText(name, String(COUNTERS * STEPS));
  });
}

async function increment(suite: Suite, name: string): Promise<void> {
  // Of all that are at it one gets through each time, so nobody tries more often than there are increments.
  for (let attempt = 0; attempt <= COUNTERS * STEPS; attempt++) {
    const text = (await suite.backend.get(name))?.text;
    if (await compareAndSetOf(suite, name, text, String(Number(text) + 1))) return;
  }
  check(false, `an increment gets through within ${COUNTERS * STEPS} attempts`);
}

async function compareAndSetOf(
  { backend, ttlMs }: Suite,
  name: string,
  expected: string | undefined,
  next: string,
): Promise<boolean> {
  const envelope = expected === undefined ? undefined : { text: expected };
  const done = await backend.compareAndSet?.(name, envelope, { text: next }, { ttlMs });
  check(typeof done === "boolean", "compareAndSet answers with a boolean");
  return done;
}
