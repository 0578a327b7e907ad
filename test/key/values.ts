/** Values of every kind that a key can hold, for property tests. */
import * as fc from "fast-check";
import { cacheKey } from "../../src/keys.ts";

/** An object that says itself what stands for it. */
export class Asked {
  readonly #value: unknown;

  constructor(value: unknown) {
    this.#value = value;
  }

  toJSON(): unknown {
    return this.#value;
  }
}

export class Keyed extends Asked {
  [cacheKey](): unknown {
    return this.toJSON();
  }
}

const TYPED_ARRAYS = [
  Int8Array,
  Uint8Array,
  Uint8ClampedArray,
  Int16Array,
  Uint16Array,
  Int32Array,
  Uint32Array,
  Float32Array,
  Float64Array,
  BigInt64Array,
  BigUint64Array,
] as const;

/** The same bytes as every kind of view that takes their number. */
export function viewsOf(bytes: Uint8Array): (ArrayBuffer | ArrayBufferView)[] {
  const buffer = new Uint8Array(bytes).buffer;
  const fitting = TYPED_ARRAYS.filter((View) => bytes.length % View.BYTES_PER_ELEMENT === 0);
  return [buffer, new DataView(buffer), ...fitting.map((View) => new View(buffer))];
}

const unit = fc.oneof(
  { weight: 8, arbitrary: fc.constantFrom(...'ab01$"\\,[]{}:-_é😀\u0000\ufb33') },
  { weight: 1, arbitrary: fc.constantFrom("\ud800", "\udc00") },
);

/** Few characters, those that a writer could trip over: values of few kinds are often near each other. */
export const text: fc.Arbitrary<string> = fc.oneof(
  fc.string({ unit, maxLength: 4 }),
  fc.constantFrom(
    "__proto__",
    "toJSON",
    "constructor",
    "$date",
    "$$date",
    "$undefined",
    "NaN",
    "null",
    "2AA",
    "10",
    "9",
  ),
);

const number = fc.oneof(fc.integer({ min: -2, max: 3 }), fc.double(), fc.constantFrom(-0, Number.NaN, Infinity));

// 0xfb and 0xff differ in the two characters that base64url has of its own.
const byte = fc.oneof(fc.constantFrom(0, 1, 0xfb, 0xff), fc.nat(0xff));

/** Values that hold no others. */
export const leaf: fc.Arbitrary<unknown> = fc.oneof(
  text,
  number,
  fc.constantFrom(null, undefined, true, false, -0, "0", ""),
  fc.oneof(fc.bigInt({ min: -3n, max: 3n }), fc.bigInt()),
  fc.date({ noInvalidDate: false }),
  fc.webUrl().map((href) => new URL(href)),
  fc.array(fc.tuple(text, text), { maxLength: 3 }).map((pairs) => new URLSearchParams(pairs)),
  fc
    .array(fc.tuple(fc.constantFrom("a", "B", "set-cookie"), fc.constantFrom("", "1", "a, b")), { maxLength: 3 })
    .map((pairs) => new Headers(pairs)),
  fc.constantFrom(/a/, /a/g, /\//u, /"/, new RegExp("\ud800"), new RegExp("$date")),
  fc.array(byte, { maxLength: 8 }).chain((bytes) => fc.constantFrom(...viewsOf(Uint8Array.from(bytes)))),
);

const boxed = fc.oneof(text, number, fc.boolean(), fc.bigInt()).map((primitive): unknown => Object(primitive));

/** Any value that can be in a key, of any kind at any depth. */
export const value: fc.Arbitrary<unknown> = fc.letrec((tie) => {
  const node = tie("value");
  return {
    value: fc.oneof(
      { maxDepth: 3, withCrossShrink: true },
      { weight: 5, arbitrary: leaf },
      { weight: 1, arbitrary: boxed },
      { weight: 2, arbitrary: fc.array(node, { maxLength: 4 }) },
      { weight: 1, arbitrary: fc.array(fc.option(node), { maxLength: 4 }).map(withHoles) },
      { weight: 3, arbitrary: fc.dictionary(text, node, { maxKeys: 4, noNullPrototype: false }) },
      { weight: 1, arbitrary: fc.array(fc.tuple(node, node), { maxLength: 3 }).map((pairs) => new Map(pairs)) },
      { weight: 1, arbitrary: fc.array(node, { maxLength: 4 }).map((members) => new Set(members)) },
      { weight: 1, arbitrary: node.map((inner) => new Asked(inner)) },
      { weight: 1, arbitrary: node.map((inner) => new Keyed(inner)) },
    ),
  };
}).value;

export const args: fc.Arbitrary<unknown[]> = fc.array(value, { maxLength: 3 });

function withHoles(members: readonly unknown[]): unknown[] {
  const array: unknown[] = Array(members.length);
  members.forEach((member, i) => {
    if (member !== null) array[i] = member;
  });
  return array;
}
