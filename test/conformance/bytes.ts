import type { Envelope, OperationContext } from "../../src/backend.ts";
import { check, equal, fail, sameMembers } from "./assert.ts";
import type { Suite } from "./suite.ts";

const MEBIBYTE = 1024 * 1024;
/** `crypto.getRandomValues` gives no more at once. */
const RANDOM_AT_ONCE = 65_536;

/** Bytes that follow a text, where the backend keeps them. */
export function testBytes(suite: Suite): void {
  if (suite.backend.capabilities.binary !== true) return;
  testBytesOfOne(suite);
  testBytesOfMany(suite);
  testBytesCompared(suite);
}

function testBytesOfOne(suite: Suite): void {
  const { backend, test, key, ttlMs } = suite;

  async function keeps(bytes: Uint8Array | undefined): Promise<void> {
    const name = key("bytes");
    await backend.set(name, envelopeOf("text before, é", bytes), { ttlMs });
    await expectEnvelope(suite, name, "text before, é", bytes);
  }

  test("keeps no bytes at all, which are not absent ones", () => keeps(new Uint8Array(0)));
  test("keeps every value of a byte", async () => {
    await keeps(everyByte());
    await keeps(everyByte().toReversed());
    await keeps(new Uint8Array(9));
  });

  const many = Math.min(MEBIBYTE, Math.floor(backend.capabilities.maxValueBytes / 2));
  test(`keeps ${many} random bytes`, () => keeps(randomBytes(many)));

  test("keeps of a larger buffer the bytes that were given", () => keeps(everyByte().subarray(100, 200)));

  test("hands back a text without bytes for one that may have some", () => keeps(undefined));

  test("keeps bytes after a text of any length and character", async () => {
    const texts = ["", "\u0000", "\n", "日本語 𝒳", "x".repeat(70_000)];
    const entries = texts.map((text) => [key("text"), text] as const);
    await Promise.all(
      entries.map(([name, text]) => backend.set(name, envelopeOf(text, new Uint8Array([0, 255])), { ttlMs })),
    );
    for (const [name, text] of entries) await expectEnvelope(suite, name, text, new Uint8Array([0, 255]));
  });

  test("replaces bytes by others, by none, and none by some", async () => {
    const names = [key("others"), key("none"), key("some")] as const;
    const [first, second] = [new Uint8Array([1, 2, 3]), new Uint8Array([4, 5])];
    const changes = [
      [first, second],
      [first, undefined],
      [undefined, second],
    ] as const;
    for (const [index, name] of names.entries()) {
      for (const bytes of changes[index] ?? []) await backend.set(name, envelopeOf("same text", bytes), { ttlMs });
      await expectEnvelope(suite, name, "same text", changes[index]?.[1]);
    }
    await backend.delete(names[0]);
    await suite.settled(async () => {
      equal(await backend.get(names[0], contextOf(names)), undefined, "a key removed");
    });
  });
}

function testBytesOfMany(suite: Suite): void {
  const { backend, test, keys, ttlMs, settled } = suite;
  const getMany = backend.getMany?.bind(backend);
  const setMany = backend.setMany?.bind(backend);

  if (getMany !== undefined) {
    test("reads many keys, with and without bytes", async () => {
      const [a = "", b = "", text = "", absent = ""] = keys(4, "getMany");
      await backend.set(a, envelopeOf("a", everyByte()), { ttlMs });
      await backend.set(b, envelopeOf("b", new Uint8Array(0)), { ttlMs });
      await backend.set(text, { text: "c" }, { ttlMs });
      for (const binary of [
        [a, b, absent],
        [a, b, text, absent],
      ]) {
        await settled(async () => {
          const found = await getMany([b, text, absent, a, b], contextOf(binary));
          sameMembers(found.keys(), [a, b, text], "the keys that were read");
          same(found.get(a), "a", everyByte());
          same(found.get(b), "b", new Uint8Array(0));
          same(found.get(text), "c", undefined);
        });
      }
    });
  }

  if (setMany !== undefined) {
    test("writes many envelopes, with and without bytes", async () => {
      const [a = "", b = ""] = keys(2, "setMany");
      await setMany(
        new Map([
          [a, envelopeOf("a", everyByte())],
          [b, { text: "b" }],
        ]),
        { ttlMs },
      );
      await expectEnvelope(suite, a, "a", everyByte());
      await expectEnvelope(suite, b, "b", undefined);
    });
  }
}

function testBytesCompared(suite: Suite): void {
  const { backend, test, key, ttlMs } = suite;
  if (backend.compareAndSet === undefined) return;
  const compareAndSet = backend.compareAndSet.bind(backend);

  test("replaces exactly the bytes that are expected, and no others", async () => {
    const name = key("replace");
    const held = new Uint8Array([1, 2, 3]);
    const next = envelopeOf("text", new Uint8Array([4]));
    equal(await compareAndSet(name, undefined, envelopeOf("text", held), { ttlMs }), true, "adding bytes");
    for (const other of [undefined, new Uint8Array(0), new Uint8Array([1, 2]), new Uint8Array([1, 2, 4])]) {
      equal(await compareAndSet(name, envelopeOf("text", other), next, { ttlMs }), false, "replacing other bytes");
    }
    await expectEnvelope(suite, name, "text", held);
    equal(await compareAndSet(name, envelopeOf("text", held.slice()), next, { ttlMs }), true, "replacing those bytes");
    await expectEnvelope(suite, name, "text", new Uint8Array([4]));
  });
}

/** Expects the same from `get` and, where there is one, from `getMany`. */
async function expectEnvelope(
  { backend, settled }: Suite,
  key: string,
  text: string,
  bytes: Uint8Array | undefined,
): Promise<void> {
  await settled(async () => {
    same(await backend.get(key, contextOf([key])), text, bytes);
    if (backend.getMany === undefined) return;
    same((await backend.getMany([key], contextOf([key]))).get(key), text, bytes);
  });
}

function same(envelope: Envelope | undefined, text: string, bytes: Uint8Array | undefined): void {
  if (envelope === undefined) fail("an envelope: received none");
  equal(envelope.text, text, "the text");
  equal(envelope.bytes?.length, bytes?.length, "how many bytes");
  equal(
    envelope.bytes?.findIndex((byte, index) => byte !== bytes?.[index]) ?? -1,
    -1,
    "the place of the first byte that differs",
  );
  check(envelope.bytes === undefined || envelope.bytes instanceof Uint8Array, "the bytes are a Uint8Array");
}

function envelopeOf(text: string, bytes: Uint8Array | undefined): Envelope {
  return bytes === undefined ? { text } : { text, bytes };
}

function contextOf(keys: Iterable<string>): OperationContext {
  return { found() {}, failed() {}, waitUntil() {}, binary: new Set(keys) };
}

function everyByte(): Uint8Array {
  return Uint8Array.from({ length: 256 }, (_, index) => index);
}

function randomBytes(length: number): Uint8Array {
  const bytes = new Uint8Array(length);
  for (let i = 0; i < length; i += RANDOM_AT_ONCE) crypto.getRandomValues(bytes.subarray(i, i + RANDOM_AT_ONCE));
  return bytes;
}
