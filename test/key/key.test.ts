import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createCache } from "../../src/index.ts";
import { keyFor, type KeyParts } from "../../src/keys.ts";
import { sameArguments } from "./oracle.ts";
import { args } from "./values.ts";

const parts: KeyParts = { namespace: "shop", name: "product", version: "1", args: ["42"] };
const rule = (what: string, received: string): string =>
  `Cannot build a cache key: the ${what} is a well-formed text that is not empty: received ${received}`;

describe("keyFor()", () => {
  it("gives the key that a cached function has", async () => {
    for (const secret of [undefined, "s3cret"]) {
      const cache = createCache({ namespace: "shop", secret });
      const product = cache.cached((id: string, at: Date) => [id, at], { name: "product", version: 1 });
      const key = await product.keyOf("42", new Date(0));
      const given = secret === undefined ? {} : { secret };
      expect(await keyFor({ ...parts, args: ["42", new Date(0)], ...given })).toBe(key);
    }
  });

  it("gives another key for each part that differs", async () => {
    const others: readonly Partial<KeyParts>[] = [
      {},
      { namespace: "shops" },
      { name: "products" },
      { version: "2" },
      { args: [42] },
      { args: [] },
      { args: ["42", null] },
      { secret: "a" },
      { secret: "b" },
      { name: "a", version: "b@c" },
      { name: "a@b", version: "c" },
      { namespace: "a:b", name: "c" },
      { namespace: "a", name: "b:c" },
    ];
    const keys = await Promise.all(others.map((other) => keyFor({ ...parts, ...other })));
    expect(new Set(keys).size).toBe(others.length);
  });

  it("gives one key for a version that is a number and for its text", async () => {
    expect(await keyFor({ ...parts, version: 1.5 })).toBe(await keyFor({ ...parts, version: "1.5" }));
  });

  it.each<[string, Partial<Record<keyof KeyParts, unknown>>, Error]>([
    ["an empty namespace", { namespace: "" }, new TypeError(rule("namespace", '""'))],
    ["no namespace", { namespace: undefined }, new TypeError(rule("namespace", "undefined"))],
    ["an empty name", { name: "" }, new TypeError(rule("name", '""'))],
    ["a name that has no UTF-8", { name: "a\ud800" }, new TypeError(rule("name", '"a\\ud800"'))],
    ["a name that is no text", { name: 1 }, new TypeError(rule("name", "number"))],
    ["an empty version", { version: "" }, new TypeError(rule("version", '""'))],
    ["no version", { version: undefined }, new TypeError(rule("version", "undefined"))],
    [
      "a version that is NaN",
      { version: Number.NaN },
      new RangeError("Cannot build a cache key: a version is a finite number: received NaN"),
    ],
    [
      "an endless version",
      { version: -Infinity },
      new RangeError("Cannot build a cache key: a version is a finite number: received -Infinity"),
    ],
    ["an empty secret", { secret: "" }, new TypeError(rule("secret", '""'))],
    [
      "arguments that are no list",
      { args: "42" },
      new TypeError("Cannot build a cache key from args: an argument list is an array: received string"),
    ],
    [
      "an argument that has no text",
      { args: [() => 1] },
      new TypeError("Cannot build a cache key from args[0]: functions have no stable identity"),
    ],
    [
      "arguments that are too long",
      { args: ["a".repeat(2 ** 20)] },
      new RangeError("Cannot build a cache key: its text is longer than 1048576 characters"),
    ],
  ])("refuses %s", async (_, wrong, error) => {
    const key = keyFor({ ...parts, ...wrong } as KeyParts);
    await expect(key).rejects.toThrow(error);
    await expect(key).rejects.toBeInstanceOf(error.constructor);
  });

  it("is short, of characters that every storage takes, and starts with the front, whatever the parts", async () => {
    const text = fc.string({ unit: "binary", minLength: 1, maxLength: 400 }).filter((part) => part.isWellFormed());
    await fc.assert(
      fc.asyncProperty(
        text,
        text,
        text,
        fc.option(text, { nil: undefined }),
        async (namespace, name, version, secret) => {
          const key = await keyFor({ namespace, name, version, args: [], ...(secret === undefined ? {} : { secret }) });
          expect(key).toMatch(/^[\w.%-]+(?::[\w.%-]+@[\w-]{8}|:?[\w.%:@-]*~[\w-]{43}):[\w-]{43}$/);
          expect(key.length).toBeLessThanOrEqual(244);
        },
      ),
      { numRuns: 1_000 },
    );
  });

  it("differs exactly where the arguments do", async () => {
    await fc.assert(
      fc.asyncProperty(args, args, async (a, b) => {
        const [keyOfA, keyOfB] = await Promise.all([keyFor({ ...parts, args: a }), keyFor({ ...parts, args: b })]);
        expect(keyOfA === keyOfB).toBe(sameArguments(a, b));
        expect(keyOfA).toBe(await keyFor({ ...parts, args: [...a, undefined] }));
      }),
      { numRuns: 500 },
    );
  });

  it("keeps secrets apart, however many there are", async () => {
    const secrets = Array.from({ length: 200 }, (_, i) => `secret ${i}`);
    const keysOf = (): Promise<string[]> => Promise.all(secrets.map((secret) => keyFor({ ...parts, secret })));
    const keys = await keysOf();
    expect(new Set(keys).size).toBe(200);
    expect(await keysOf()).toEqual(keys);
  });
});
