import type { OperationContext } from "../../src/backend.ts";
import { check, equal } from "./assert.ts";
import type { Suite } from "./suite.ts";

/** The longest key that autocache makes (docs/keys.md): a backend that takes less is of no use to it. */
const LONGEST_OWN_KEY_BYTES = 256;
/** Backends without a limit of their own are tried with a key this long. */
const LONG_ENOUGH_BYTES = 64 * 1024;

const LIKE_JSON = `1 0 -0 1.0 1e3 0x10 +1 12345678901234567890 null true false undefined NaN nil OK [] {} [1,[2]] {"a":1} "quoted" '' %7B%7D abcd SGVsbG8=`;
// Well-formed Unicode: the text of an entry never has a lone surrogate, nor a byte order mark at its start.
const UNICODE = `é|e\u0301|日本語|👩‍👩‍👧 𝒳|\u0000|a\u0000b|\u001f\u007f\u0080|\u2028\u2029|a\ufeffb|\ud7ff\ue000\ufffd\uffff|‏עברית`;
const PUNCTUATION = `\r\n|\n|\t tab|  spaces around  | 1 |\\|"|\\u0041|<&>`;

/** Reading, writing and removing one key. */
export function testSingle(suite: Suite): void {
  testCapabilities(suite);
  testValues(suite);
  testKeys(suite);
  testWrites(suite);
}

function testCapabilities({ backend, test, key, ttlMs }: Suite): void {
  test("declares what it can do", async () => {
    const { capabilities, name } = backend;
    check(typeof name === "string" && name !== "", "name is a text");
    check(capabilities.minTtlMs > 0 && capabilities.minTtlMs < Infinity, "minTtlMs is positive and finite");
    check(capabilities.ttlStepMs > 0 && capabilities.ttlStepMs < Infinity, "ttlStepMs is positive and finite");
    check(capabilities.maxKeyBytes >= LONGEST_OWN_KEY_BYTES, `maxKeyBytes is at least ${LONGEST_OWN_KEY_BYTES}`);
    check(capabilities.maxValueBytes > 0, "maxValueBytes is positive");
    check(["strong", "eventual"].includes(capabilities.consistency), "consistency is strong or eventual");
  });

  test("takes an operation context", async () => {
    const context: OperationContext = { found() {}, failed() {}, waitUntil() {} };
    const name = key("context");
    await backend.set(name, { text: "a" }, { ttlMs }, context);
    await backend.get(name, context);
    await backend.delete(name, context);
  });
}

function testValues({ backend, test, key, ttlMs, expectText }: Suite): void {
  test("answers an absent key with undefined", async () => {
    equal(await backend.get(key("absent")), undefined, "an absent key");
  });

  async function keeps(texts: readonly string[]): Promise<void> {
    const entries = texts.map((text) => [key("text"), text] as const);
    await Promise.all(entries.map(([name, text]) => backend.set(name, { text }, { ttlMs })));
    await Promise.all(entries.map(([name, text]) => expectText(name, text)));
  }

  test("keeps an empty text, which is not an absent one", () => keeps([""]));
  test("keeps a text that looks like JSON, a number or Base64 as the same text", () => keeps(LIKE_JSON.split(" ")));
  test("keeps every character of Unicode, and normalises none", async () => {
    await keeps(UNICODE.split("|"));
    await keeps(PUNCTUATION.split("|"));
  });

  const long = Math.min(100_000, backend.capabilities.maxValueBytes);
  test(`keeps a text of ${long} bytes`, () => keeps(["x".repeat(long), "é".repeat(long / 2)]));
}

function testKeys({ backend, test, key, ttlMs, expectText }: Suite): void {
  async function keepsApart(keys: readonly string[]): Promise<void> {
    await Promise.all(keys.map((name) => backend.set(name, { text: `of ${name}` }, { ttlMs })));
    await Promise.all(keys.map((name) => expectText(name, `of ${name}`)));
  }

  test("takes every character that a key is made of", async () => {
    await keepsApart([..."~=:@%.-_"].flatMap((character) => [key(character), key(`a${character}b`)]));
    await keepsApart([key("shop:product%20page@1a2b3c4d:q-_A9"), key("..%2F.."), key("a/.."), key("b/.."), key(".")]);
  });

  test("keeps apart keys that differ in case, escaping or their end only", async () => {
    const name = key("near");
    const ends = ["A", "a", "a:", "a/", "a.", "a%3A", "a%253A", "a%20", "a+", "a?b", "a#b", "a=", "a~", "é", "e\u0301"];
    await keepsApart([name, ...ends.map((end) => name + end)]);
  });

  const longest = Math.min(backend.capabilities.maxKeyBytes, LONG_ENOUGH_BYTES);
  test(`takes keys of ${longest} bytes that differ in the last one`, async () => {
    const long = key("long:").padEnd(longest - 1, "k");
    await keepsApart([`${long}a`, `${long}b`]);
  });
}

function testWrites({ backend, test, key, ttlMs, settled, expectText }: Suite): void {
  test("replaces what a key held", async () => {
    const name = key("overwrite");
    await backend.set(name, { text: "first, and longer" }, { ttlMs });
    await backend.set(name, { text: "second" }, { ttlMs });
    await expectText(name, "second");
  });

  test("removes a key, and removes an absent one without an error", async () => {
    const name = key("delete");
    await backend.set(name, { text: "a" }, { ttlMs });
    await backend.delete(name);
    await expectText(name, undefined);
    await backend.delete(name);
    await expectText(name, undefined);
  });

  test("leaves keys alone that begin with the one removed or written", async () => {
    const name = key("x");
    const others = [`${name}:1`, `${name}:10`, `${name}1`];
    await Promise.all([name, ...others].map((one) => backend.set(one, { text: one }, { ttlMs })));
    await backend.delete(name);
    await Promise.all(others.map((other) => expectText(other, other)));
    await backend.set(`${name}:1`, { text: "new" }, { ttlMs });
    await expectText(`${name}:10`, `${name}:10`);
    await expectText(name, undefined);
  });

  test("has one of the texts after concurrent writes of one key", async () => {
    const name = key("race");
    const texts = Array.from({ length: 20 }, (_, index) => `${index}`.repeat(500));
    const writes = await Promise.allSettled(texts.map((text) => backend.set(name, { text }, { ttlMs })));
    check(
      writes.some(({ status }) => status === "fulfilled"),
      "one write at least is accepted",
    );
    await settled(async () => {
      const text = (await backend.get(name))?.text;
      check(text !== undefined && texts.includes(text), `the text is one of those written: received ${text}`);
    });
  });
}
