import canonicalize from "canonicalize";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { canonical } from "../../src/keys.ts";
import { neighbour, randomFrom, shuffled } from "./neighbours.ts";
import { sameArguments } from "./oracle.ts";
import { encode } from "./reference.ts";
import { Asked, Keyed, args, text, value } from "./values.ts";

const isEscaped = (name: string): boolean => name.startsWith("$");

/** A JSON value with one more `$` before each name that starts with one. */
function escaped(json: unknown): unknown {
  if (Array.isArray(json)) return json.map(escaped);
  if (typeof json !== "object" || json === null) return json;
  return Object.fromEntries(
    Object.entries(json).map(([name, member]) => [isEscaped(name) ? `$${name}` : name, escaped(member)]),
  );
}

function hasDollar(json: unknown): boolean {
  if (typeof json !== "object" || json === null) return false;
  return Object.entries(json).some(([name, member]) => isEscaped(name) || hasDollar(member));
}

const wellFormed = fc.oneof(fc.string({ unit: "binary" }), text).filter((name) => name.isWellFormed());
const json: fc.Arbitrary<unknown[]> = fc.letrec((tie) => ({
  node: fc.oneof(
    { maxDepth: 4 },
    fc.oneof(
      fc.constant(null),
      fc.boolean(),
      fc.double({ noNaN: true, noDefaultInfinity: true }),
      fc.integer(),
      wellFormed,
    ),
    fc.array(tie("node"), { maxLength: 5 }),
    fc.dictionary(wellFormed, tie("node"), { maxKeys: 5 }),
  ),
  args: fc.array(tie("node"), { maxLength: 4 }),
})).args as fc.Arbitrary<unknown[]>;

// V8 may read an escaped name as one that it read before: https://github.com/nodejs/node/issues/63785.
const HAS_ESCAPED_NAME = /\\.[^"]*":/;

const patient = { timeout: 120_000 };

describe("canonical() of JSON", patient, () => {
  it("is the text that another implementation of RFC 8785 writes", () => {
    const plain = json.filter((list) => !hasDollar(list));
    fc.assert(
      fc.property(plain, (list) => canonical(list) === canonicalize(list)),
      { numRuns: 5_000 },
    );
  });

  it("differs from it by one $ before each name that starts with one", () => {
    fc.assert(
      fc.property(json, (list) => canonical(list) === canonicalize(escaped(list))),
      { numRuns: 5_000 },
    );
  });
});

describe("canonical() of any value", patient, () => {
  it("is JSON, and the RFC 8785 text of that JSON", () => {
    fc.assert(
      fc.property(args, (list) => {
        const written = canonical(list);
        fc.pre(!HAS_ESCAPED_NAME.test(written));
        const parsed: unknown = JSON.parse(written);
        expect(canonicalize(parsed)).toBe(written);
        expect(canonical(parsed as unknown[])).toBe(canonicalize(escaped(parsed)));
        expect(written.isWellFormed()).toBe(true);
      }),
      { numRuns: 5_000 },
    );
  });

  it("is what the specification says, written once more", () => {
    fc.assert(
      fc.property(args, (list) => canonical(list) === canonicalize(encode(list))),
      { numRuns: 5_000 },
    );
  });

  it("does not depend on the order of members, of maps, of sets", () => {
    fc.assert(
      fc.property(args, fc.nat(), (list, seed) => {
        expect(canonical(shuffled(list, randomFrom(seed)) as unknown[])).toBe(canonical(list));
      }),
      { numRuns: 5_000 },
    );
  });

  it("is the same for what the specification calls the same, and for nothing else, in 200,000 near pairs", () => {
    const seen = new Map<string, readonly unknown[]>();
    let pairs = 0;
    let equal = 0;
    fc.assert(
      fc.property(args, fc.nat(), (list, seed) => {
        const family = withNeighbours(list, randomFrom(seed)).map((member) => [member, canonical(member)] as const);
        for (const [i, [a, textOfA]] of family.entries()) {
          for (const [b, textOfB] of family.slice(0, i)) {
            pairs++;
            if (textOfA === textOfB) equal++;
            if ((textOfA === textOfB) !== sameArguments(a, b)) throw new Error(`${textOfA} / ${textOfB}`);
          }
          const earlier = seen.get(textOfA);
          if (earlier === undefined) seen.set(textOfA, a);
          else if (!sameArguments(a, earlier)) throw new Error(`Two values share ${textOfA}`);
        }
      }),
      { numRuns: NEAR_FAMILIES },
    );
    expect(pairs).toBeGreaterThanOrEqual(200_000);
    expect(equal).toBeGreaterThan(pairs / 100);
    expect(seen.size).toBeGreaterThan(NEAR_FAMILIES * 4);
  });
});

const NEAR_FAMILIES = 4_500;
const FAMILY = 10;

/** A list, and neighbours of it or of its neighbours. */
function withNeighbours(list: readonly unknown[], random: () => number): (readonly unknown[])[] {
  const family = [list];
  while (family.length < FAMILY) {
    const from = family[Math.floor(random() * family.length)] ?? list;
    const next = neighbour(from, random);
    family.push(Array.isArray(next) ? next : [next]);
  }
  return family;
}

interface Step {
  readonly text: string;
  readonly wrap: (inner: unknown) => unknown;
}

const nameText = (name: string): string =>
  /^[A-Za-z_$][0-9A-Za-z_$]*$/.test(name) ? `.${name}` : `[${JSON.stringify(name)}]`;
const siblings = fc.array(value, { maxLength: 2 });
const index = (before: readonly unknown[]): string => `[${before.length}]`;

// A member of that name that is a function is asked, and not seen.
const memberName = text.filter((name) => name !== "toJSON");

const step: fc.Arbitrary<Step> = fc.oneof(
  siblings.chain((before) =>
    siblings.map((after) => ({ text: index(before), wrap: (inner: unknown) => [...before, inner, ...after] })),
  ),
  fc.tuple(memberName, fc.dictionary(text, value, { maxKeys: 2 })).map(([name, record]) => ({
    text: nameText(name),
    wrap: (inner: unknown) => Object.fromEntries([...Object.entries(record), [name, inner]]),
  })),
  siblings.map((before) => ({
    text: `.values()[${new Set(before).size}]`,
    wrap: (inner: unknown) => new Set([...before, inner]),
  })),
  siblings.map((before) => ({
    text: `.entries()[${new Set(before).size}][0]`,
    wrap: (inner: unknown) => new Map([...before, inner].map((key) => [key, 1])),
  })),
  siblings.map((before) => ({
    text: `.entries()[${new Set(before).size}][1]`,
    wrap: (inner: unknown) => new Map([...before.map((key) => [key, 1] as const), [{}, inner] as const]),
  })),
  fc.constant({ text: ".toJSON()", wrap: (inner: unknown) => new Asked(inner) }),
  fc.constant({ text: "[cacheKey]()", wrap: (inner: unknown) => new Keyed(inner) }),
);

const refused = fc.constantFrom<readonly [() => unknown, string]>(
  [() => () => 1, "functions have no stable identity"],
  [() => Symbol("a"), "symbols have no stable identity"],
  [() => Promise.resolve(), "a promise is not its value, await it first"],
  [() => new (class Point {})(), "an instance of Point has no plain form, give it a [cacheKey]() or a toJSON() method"],
  [() => new WeakMap(), "an instance of WeakMap has no plain form, give it a [cacheKey]() or a toJSON() method"],
  [() => new Error("a"), "an instance of Error has no plain form, give it a [cacheKey]() or a toJSON() method"],
  [
    () => new Request("https://example.com"),
    "a Request is a stream with an identity of its own, pass its URL and what else matters",
  ],
  [() => new Response(), "a Response can be read only once, pass what was read from it"],
  [() => new ReadableStream(), "a stream can be read only once, pass what was read from it"],
  [
    () => new (class MyMap extends Map {})(),
    "an instance of MyMap has no plain form, give it a [cacheKey]() or a toJSON() method",
  ],
);

it("refuses what it cannot write wherever it stands, and names the place", patient, () => {
  fc.assert(
    fc.property(siblings, fc.array(step, { maxLength: 6 }), refused, (before, steps, [make, reason]) => {
      const argument = steps.reduceRight((inner: unknown, { wrap }) => wrap(inner), make());
      const path = `args${index(before)}${steps.map((one) => one.text).join("")}`;
      expect(() => canonical([...before, argument])).toThrow(
        new TypeError(`Cannot build a cache key from ${path}: ${reason}`),
      );
    }),
    { numRuns: 5_000 },
  );
});
