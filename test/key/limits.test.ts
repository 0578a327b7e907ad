import { describe, expect, it } from "vitest";
import { canonical } from "../../src/keys.ts";

const tooLong = (max: number): RangeError =>
  new RangeError(`Cannot build a cache key: its text is longer than ${max} characters`);

/** Fails a test that takes longer than a refusal may, on a machine ten times slower than a laptop. */
const quickly = (work: () => unknown): void => {
  const start = performance.now();
  work();
  expect(performance.now() - start).toBeLessThan(2_000);
};

function nested(depth: number, wrap: (inner: unknown) => unknown): unknown {
  let value: unknown = 1;
  for (let i = 0; i < depth; i++) value = wrap(value);
  return value;
}

const wraps: readonly (readonly [string, (inner: unknown) => unknown, string])[] = [
  ["arrays", (inner) => [inner], "[0]"],
  ["objects", (inner) => ({ a: inner }), ".a"],
  ["sets", (inner) => new Set([inner]), ".values()[0]"],
  ["toJSON()", (inner) => ({ toJSON: () => inner }), ".toJSON()"],
];

describe("the depth of arguments", () => {
  it.each(wraps)("is at most 64, by %s", (_, wrap, step) => {
    expect(() => canonical([nested(64, wrap)])).not.toThrow();
    expect(() => canonical([nested(65, wrap)])).toThrow(
      new RangeError(`Cannot build a cache key from args[0]${step.repeat(64)}: nested deeper than 64`),
    );
  });

  it.each([new URLSearchParams("a=1"), new Headers({ a: "1" }), /a/, new Date(0), new Uint8Array(1)])(
    "counts what a tag holds as one value: %o",
    (leaf) => {
      expect(canonical([[leaf]], { maxDepth: 2 })).toBe(`[${canonical([leaf])}]`);
    },
  );

  it("is at most what is asked", () => {
    expect(canonical([[[]]], { maxDepth: 2 })).toBe("[[[]]]");
    expect(() => canonical([[[[]]]], { maxDepth: 2 })).toThrow(RangeError);
    expect(canonical([1, "a"], { maxDepth: 0 })).toBe('[1,"a"]');
    expect(() => canonical([[]], { maxDepth: 0 })).toThrow(RangeError);
  });

  it("bounds what makes itself anew at each step", () => {
    const endless = (): unknown => ({ toJSON: endless });
    expect(() => canonical([endless()])).toThrow(RangeError);
    const proxy: object = new Proxy(
      {},
      {
        ownKeys: () => ["a"],
        getOwnPropertyDescriptor: () => ({ value: 1, enumerable: true, configurable: true }),
        get: (_, name) => (name === "a" ? { a: proxy } : undefined),
      },
    );
    expect(() => canonical([proxy])).toThrow(TypeError);
  });

  it("ends quickly for a chain of 200,000", () => {
    for (const [, wrap] of wraps) {
      const chain = nested(100_000, wrap);
      quickly(() => expect(() => canonical([chain])).toThrow(RangeError));
    }
  });
});

describe("the size of the text", () => {
  it("is at most 1 MiB of characters", () => {
    expect(canonical(["a".repeat(1_048_572)])).toHaveLength(1_048_576);
    expect(() => canonical(["a".repeat(1_048_573)])).toThrow(tooLong(1_048_576));
  });

  it.each([
    [[]],
    [[1, -1.5, "é\n", "", true, null]],
    [[[], {}, [[]], [{}], { a: {}, b: [] }, { a: 1, b: 2, c: 3 }]],
    [[undefined, Number.NaN, 1n, new Date(0), new Date(Number.NaN), new URL("https://example.com"), /a/g]],
    [[new URLSearchParams(), new URLSearchParams("a=1&b=2"), new Headers({ a: "1" })]],
    [
      [
        new Map(),
        new Map([
          [1, 2],
          [3, 4],
        ]),
        new Set(),
        new Set([1, 2, 3]),
      ],
    ],
    [[new Uint8Array(), new Uint8Array(5), new ArrayBuffer(2)]],
    [["\ud800", { "\ud800": 1 }, { "\ud800": 1, a: 2, $b: [] }, { $a: 1 }]],
    [[{ toJSON: () => [] }, Object(1)]],
  ])("is counted exactly: %#", (args) => {
    const { length } = canonical(args);
    expect(canonical(args, { maxLength: length })).toHaveLength(length);
    expect(() => canonical(args, { maxLength: length - 1 })).toThrow(tooLong(length - 1));
  });

  it.each<[string, () => unknown]>([
    ["a sparse array of a billion", () => Array(1e9)],
    ["an array of 200,000", () => Array.from({ length: 2e5 }, (_, i) => i)],
    ["200,000 members", () => Object.fromEntries(Array.from({ length: 2e5 }, (_, i) => [`a${i}`, 1]))],
    ["a map of 200,000", () => new Map(Array.from({ length: 2e5 }, (_, i) => [i, i]))],
    ["a set of 200,000", () => new Set(Array.from({ length: 2e5 }, (_, i) => i))],
    ["100 million characters", () => "x".repeat(100_000_000)],
    ["as many without a UTF-8", () => "\ud800".repeat(100_000_000)],
    ["a name of 100 million", () => ({ ["x".repeat(100_000_000)]: 1 })],
    ["100 MB of bytes", () => new Uint8Array(100_000_000)],
    ["a bigint of five million digits", () => 2n ** (2n ** 24n)],
    ["a tree with 2 ** 60 leaves", () => nested(60, (inner) => [inner, inner])],
    ["a tree of empty objects", () => nested(60, (inner) => ({ a: inner, b: inner }))],
    ["a tree of empty sets", () => nested(60, (inner) => new Set([[inner], [inner]]))],
  ])("is refused at once: %s", (_, make) => {
    const value = make();
    quickly(() => expect(() => canonical([value])).toThrow(RangeError));
  });

  it("is refused at once for a list of a billion holes", () => {
    quickly(() => expect(() => canonical(Array(1e9))).toThrow(tooLong(1_048_576)));
  });
});
