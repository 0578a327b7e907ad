import { describe, expect, it } from "vitest";
import { canonical } from "../../src/keys.ts";

const record = (names: readonly string[]): Record<string, number> =>
  Object.fromEntries(names.map((name, i) => [name, i]));

/** A record's text, written by sorting its members. */
const sorted = (names: readonly string[]): string => {
  const members = names.map((name, i) => [name, i] as const).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return `[{${members.map(([name, i]) => `${JSON.stringify(name)}:${i}`).join(",")}}]`;
};

describe("the order of members", () => {
  it("is the same however many records of other shapes came before", () => {
    for (let i = 0; i < 3_000; i++) {
      for (const names of [
        ["id", `b${i}`, "a"],
        [`z${i}`, "id"],
        ["id", "a"],
        ["id", "b", "a"],
        ["z", "id"],
      ]) {
        expect(canonical([record(names)])).toBe(sorted(names));
      }
    }
  });

  it("is that of the record at hand, where it starts like another, ends sooner, or goes on", () => {
    const names = ["d", "a", "c", "b"];
    for (const some of [names, names.slice(0, 3), names, [...names, "_"], ["d", "a", "b", "c"], [], names, ["d"]]) {
      expect(canonical([record(some)])).toBe(sorted(some));
    }
    expect(canonical([[{ b: 1, a: { d: 1, c: {} } }, {}, { b: { b: 1, a: 2 } }]])).toBe(
      '[[{"a":{"c":{},"d":1},"b":1},{},{"b":{"a":2,"b":1}}]]',
    );
  });

  it("is by code units for names that an object shows elsewhere", () => {
    const odd: unknown = JSON.parse('{"b":1,"10":2,"9":3,"__proto__":{"2":1,"10":2},"$":4,"\\ud83d\\ude00":5,"é":6}');
    expect(canonical([odd])).toBe('[{"$$":4,"10":2,"9":3,"__proto__":{"10":2,"2":1},"b":1,"é":6,"😀":5}]');
    expect(canonical([new Set([odd, { 10: "\ud800" }, { 9: '"\ud800', 10: "\\ud800" }])])).toBe(
      '[{"$set":[{"$$":4,"10":2,"9":3,"__proto__":{"10":2,"2":1},"b":1,"é":6,"😀":5},' +
        '{"10":"\\\\ud800","9":{"$utf16":"ACLYAA"}},{"10":{"$utf16":"2AA"}}]}]',
    );
  });

  it("is that of many members too, and of names past what is remembered", () => {
    for (const count of [64, 65, 1_000]) {
      const names = Array.from({ length: count }, (_, i) => `n${(i * 7) % count}-${"x".repeat(i % 20)}`);
      expect(canonical([record(names)])).toBe(sorted(names));
      expect(canonical([record(names.toReversed())])).toBe(sorted(names.toReversed()));
    }
  });

  it("leaves out what a program has put on the prototype of all objects", () => {
    const text = canonical([{ b: 1, a: 2 }]);
    Object.assign(Object.prototype, { a: 3, polluted: 4 });
    try {
      expect(canonical([{ b: 1, a: 2 }])).toBe(text);
      expect(canonical([{ b: 1 }])).toBe('[{"b":1}]');
      expect(canonical([{}, [{ polluted: 1 }]])).toBe('[{},[{"polluted":1}]]');
    } finally {
      for (const name of ["a", "polluted"]) Reflect.deleteProperty(Object.prototype, name);
    }
  });
});
