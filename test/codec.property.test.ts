import * as fc from "fast-check";
import { expect, it } from "vitest";
import { createCache, memory } from "../src/index.ts";
import { leaf, text } from "./key/values.ts";
import { difference } from "./support/exact.ts";
import { TextBackend } from "./support/text-backend.ts";
import { withNull } from "./support/values.ts";

const HOLE = Symbol("hole");

const storable: fc.Arbitrary<unknown> = fc.letrec((tie) => {
  const node = tie("value");
  const members = fc.array(fc.oneof({ weight: 4, arbitrary: node }, fc.constant(HOLE)), { maxLength: 4 });
  const record = fc.dictionary(text, node, { maxKeys: 4, noNullPrototype: true });
  return {
    value: fc.oneof(
      { maxDepth: 4, withCrossShrink: true },
      { weight: 4, arbitrary: leaf },
      { weight: 2, arbitrary: members.map(withHoles) },
      { weight: 3, arbitrary: record },
      { weight: 1, arbitrary: record.map(withNull) },
      { weight: 1, arbitrary: fc.array(fc.tuple(node, node), { maxLength: 3 }).map((pairs) => new Map(pairs)) },
      { weight: 1, arbitrary: fc.array(node, { maxLength: 4 }).map((list) => new Set(list)) },
    ),
  };
}).value;

function withHoles(members: readonly unknown[]): unknown[] {
  const array: unknown[] = Array(members.length);
  members.forEach((member, i) => {
    if (member !== HOLE) array[i] = member;
  });
  return array;
}

it.each([
  ["memory()", memory],
  ["a backend that keeps texts", () => new TextBackend()],
])("whatever can be stored comes back from %s as it went in", { timeout: 120_000 }, async (_, makeBackend) => {
  const cache = createCache({ backend: makeBackend() });
  await fc.assert(
    fc.asyncProperty(storable, async (value) => {
      await cache.set("key", value);
      expect(difference(await cache.get("key"), value)).toBeUndefined();
      // A second time: of what is not frozen there is no second reader's copy yet.
      expect(difference(await cache.get("key"), value)).toBeUndefined();
    }),
    { numRuns: 5_000 },
  );
});
