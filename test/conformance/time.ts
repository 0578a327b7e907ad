import { equal } from "./assert.ts";
import { sleep, type Suite } from "./suite.ts";

/** A backend whose shortest time is longer than this is not waited for. */
const WORTH_WAITING_MS = 2_000;
/** Times under this could pass before the entry is looked at. */
const SHORT_MS = 300;
const SLACK_MS = 200;

/** How long entries are kept. The only cases that wait. */
export function testTime({ backend, test, key, settled, expectText }: Suite): void {
  const { minTtlMs, ttlStepMs } = backend.capabilities;

  test("takes a ttl without an end, and one in fractions of a millisecond", async () => {
    const [forever, fraction] = [key("forever"), key("fraction")];
    await backend.set(forever, { text: "a" }, { ttlMs: Infinity });
    await backend.set(fraction, { text: "b" }, { ttlMs: minTtlMs + 10_000.123 });
    await expectText(forever, "a");
    await expectText(fraction, "b");
    await backend.delete(forever);
  });

  if (minTtlMs > WORTH_WAITING_MS) {
    test("keeps an entry longer than its ttl, where that is under the least it can", async () => {
      const name = key("short");
      await backend.set(name, { text: "a" }, { ttlMs: 1 });
      await sleep(SLACK_MS);
      await expectText(name, "a");
    });
    return;
  }

  const ttlMs = Math.max(minTtlMs, SHORT_MS);

  test(`has dropped an entry ${ttlMs} ms after it was written for so long`, async () => {
    const names = [key("set"), key("setMany"), key("add"), key("swap")] as const;
    const [set, many, add, swap] = names;
    await backend.set(swap, { text: "before" }, { ttlMs: Infinity });
    const writtenAt = Date.now();
    await backend.set(set, { text: "a" }, { ttlMs });
    await settled(async () => {
      const text = (await backend.get(set))?.text;
      // On a busy machine its time may have passed already.
      if (Date.now() - writtenAt < ttlMs) equal(text, "a", "the text at first");
    });
    await backend.setMany?.(new Map([[many, { text: "a" }]]), { ttlMs });
    await backend.compareAndSet?.(add, undefined, { text: "a" }, { ttlMs });
    await (backend.compareAndSet?.(swap, { text: "before" }, { text: "a" }, { ttlMs }) ?? backend.delete(swap));
    await sleep(ttlMs + ttlStepMs + SLACK_MS);
    for (const name of names) await expectText(name, undefined);
    await settled(async () => equal((await backend.getMany?.(names))?.size ?? 0, 0, "how many are left for getMany"));
    const added = await backend.compareAndSet?.(set, undefined, { text: "b" }, { ttlMs });
    equal(added ?? true, true, "adding where an entry has passed");
  });

  test("counts from the last write", async () => {
    const [longer, endless] = [key("longer"), key("endless")];
    await backend.set(longer, { text: "a" }, { ttlMs });
    await backend.set(endless, { text: "a" }, { ttlMs });
    await backend.set(longer, { text: "b" }, { ttlMs: ttlMs + 60_000 });
    await backend.set(endless, { text: "b" }, { ttlMs: Infinity });
    await sleep(ttlMs + SLACK_MS);
    await expectText(longer, "b");
    await expectText(endless, "b");
    await backend.delete(endless);
  });
}
