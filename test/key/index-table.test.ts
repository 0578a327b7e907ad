import * as fc from "fast-check";
import { describe, expect, it, vi } from "vitest";
import { argsOf, type Index, indexOf, IndexTable } from "../../src/key/index-table.ts";
import { cacheKey, canonical } from "../../src/keys.ts";
import { heapBytes } from "../support/heap.ts";
import { neighbour, randomFrom, shuffled } from "./neighbours.ts";
import { args } from "./values.ts";

interface Kept {
  readonly index: Index;
  readonly list: readonly unknown[];
}

const FAMILY = 12;

/** A list, and neighbours of it or of its neighbours, each also in another order. */
function withNeighbours(list: readonly unknown[], random: () => number): (readonly unknown[])[] {
  const family = [list];
  while (family.length < FAMILY) {
    const from = family[Math.floor(random() * family.length)] ?? list;
    const next = neighbour(from, random);
    const near = Array.isArray(next) ? (next as unknown[]) : [next];
    family.push(near, shuffled(near, random) as unknown[]);
  }
  return family;
}

function tableOf(list: readonly unknown[]): IndexTable<Kept> | undefined {
  const index = indexOf(list);
  if (index === undefined) return undefined;
  const table = new IndexTable<Kept>();
  table.add({ index, list });
  return table;
}

/** A table in which so many quick hashes have met that it hashes all of each list. */
function thoroughTable(): IndexTable<Kept> {
  const table = new IndexTable<Kept>();
  for (let i = 0; i < 20; i++) {
    const list = [{ a: { b: { c: { d: i } } } }, 0];
    table.add({ index: indexOf(list) as Index, list });
  }
  return table;
}

describe("IndexTable", () => {
  const families = Number(process.env["NEAR_FAMILIES"] ?? 30_000);

  it("finds by what canonical() calls equal, and by nothing else", { timeout: 600_000 }, () => {
    let pairs = 0;
    let equal = 0;
    fc.assert(
      fc.property(args, fc.nat(), (list, seed) => {
        const family = withNeighbours(list, randomFrom(seed)).flatMap((member) => {
          const table = tableOf(member);
          return table === undefined ? [] : [{ member, table, text: canonical(member) }];
        });
        for (const { table, text } of family) {
          for (const asked of family) {
            pairs++;
            if (text === asked.text) equal++;
            if ((table.find(asked.member) !== undefined) === (text === asked.text)) continue;
            throw new Error(`${text} / ${asked.text}`);
          }
        }
      }),
      { numRuns: families },
    );
    expect(pairs).toBeGreaterThan(families * 34);
    expect(equal).toBeGreaterThan(pairs / 10);
  });

  it("tells the arguments again that an index was made of", () => {
    fc.assert(
      fc.property(args, (list) => {
        const index = indexOf(list);
        fc.pre(index !== undefined);
        expect(canonical(argsOf(index))).toBe(canonical(list));
      }),
      { numRuns: 5_000 },
    );
  });

  it("finds again all that it was given, and not what was removed or replaced", () => {
    fc.assert(
      fc.property(fc.array(args, { maxLength: 30 }), (lists) => {
        const table = new IndexTable<Kept>();
        const kept = new Map<string, Kept>();
        for (const list of lists) {
          const index = indexOf(list);
          if (index === undefined) continue;
          const member = { index, list };
          if (table.add(member)) kept.set(canonical(list), member);
        }
        for (const member of kept.values()) expect(table.find(member.list)).toBe(member);
        for (const member of kept.values()) {
          table.remove(member);
          expect(table.find(member.list)).toBeUndefined();
        }
      }),
      { numRuns: 1_000 },
    );
  });

  it("has no index for what is neither a primitive nor plain data", () => {
    const unindexed: unknown[] = [
      () => 1,
      Symbol("a"),
      new Date(0),
      new Map(),
      new (class Point {})(),
      Object("boxed"),
      Object.assign([1], { index: 0 }),
      Array(2),
      new AbortController().signal,
      new (class List extends Array {})(),
      { toJSON: () => 1 },
      Object.defineProperty({ a: 1 }, "toJSON", { value: () => 2 }),
      { a: 1, [cacheKey]: () => 2 },
      Object.assign([1], { [cacheKey]: () => 2 }),
      Object.assign(Array(1), { named: 1 }),
      Object.setPrototypeOf(new Uint8Array(2), null),
      { ["x".repeat(9_000)]: 1 },
      Array.from({ length: 10 }, () => "x".repeat(1_000)),
      "x".repeat(1_025),
      Array.from({ length: 16 }).reduce((inner) => [inner], 1),
      Array.from({ length: 600 }, (_, i) => i),
    ];
    for (const value of unindexed) {
      expect(indexOf([value])).toBeUndefined();
      expect(indexOf([{ a: [value] }])).toBeUndefined();
    }
  });

  it("ends at a cycle, and where one thing is in many places, also when it hashes all of them", () => {
    const table = thoroughTable();
    const cycle: unknown[] = [];
    for (let i = 0; i < 500; i++) cycle.push(cycle, { cycle });
    const deep = Array.from({ length: 15 }).reduce((inner) => Array.from({ length: 100 }, () => inner), {});
    for (const endless of [cycle, deep, { deep, cycle }]) {
      expect(table.find([endless, 0])).toBeUndefined();
      expect(indexOf([endless, 0])).toBeUndefined();
    }
  });

  it("finds the largest that has an index, also when it hashes all of it", () => {
    const table = thoroughTable();
    const list = [Array.from({ length: 255 }, (_, i) => ({ i })), 0];
    expect(table.add({ index: indexOf(list) as Index, list })).toBe(true);
    expect(table.find(structuredClone(list))?.list).toBe(list);
    expect(table.find([Array.from({ length: 255 }, (_, i) => ({ i: i === 254 ? 0 : i })), 0])).toBeUndefined();
  });

  it("asks neither a list nor a record that says itself what stands for it for its elements alone", () => {
    const named = (value: object): object => Object.assign(value, { [cacheKey]: () => "other" });
    expect(tableOf([[1], 0])?.find([named([1]), 0])).toBeUndefined();
    expect(tableOf([{ a: 1 }, 0])?.find([named({ a: 1 }), 0])).toBeUndefined();
    const hidden = Object.defineProperty({ a: 1 }, "toJSON", { value: () => 2 });
    expect(tableOf([{ a: 1 }, 0])?.find([hidden, 0])).toBeUndefined();
    // The same first argument, by which both are looked up.
    expect(tableOf(["a", [1]])?.find(["a", new (class List extends Array<number> {})(1).fill(1)])).toBeUndefined();
    expect(
      tableOf(["a", { b: 1 }])?.find([
        "a",
        new (class Point {
          b = 1;
        })(),
      ]),
    ).toBeUndefined();
    expect(tableOf([[undefined], 0])?.find([Object.assign(Array(1), { named: 1 }), 0])).toBeUndefined();
  });

  it("keeps no text of which an argument is a part", () => {
    const before = heapBytes();
    const table = new IndexTable<{ readonly index: Index }>();
    for (let i = 0; i < 100; i++) {
      const body = JSON.stringify({ id: `user-${i}-of-a-shop`, text: "x".repeat(100_000) });
      table.add({ index: indexOf([body.slice(7, 27)]) as Index });
      table.add({ index: indexOf([{ id: body.slice(7, 27) }]) as Index });
    }
    expect(heapBytes() - before).toBeLessThan(2_000_000);
    expect(table.find(['user-1-of-a-shop","t'])).toBeDefined();
  });

  it("does not call what has a method of every name", () => {
    let calls = 0;
    const binding = new Proxy({}, { get: () => () => ++calls });
    const stub = new Proxy(new (class Stub {})(), { get: () => () => ++calls });
    for (const one of [binding, stub]) {
      expect(indexOf([one])).toBeUndefined();
      expect(tableOf(["a", { b: 1 }])?.find(["a", one])).toBeUndefined();
    }
    expect(calls).toBe(0);
  });

  it("asks an object for its [cacheKey]() at each look-up", () => {
    class User {
      id = 1;
      [cacheKey](): unknown {
        return ["User", this.id];
      }
    }
    const user = new User();
    const table = tableOf([user]);
    expect(table?.find([user])).toBeDefined();
    expect(table?.find([new User()])).toBeDefined();
    user.id = 2;
    expect(table?.find([user])).toBeUndefined();
  });

  it("is not changed by a change of the arguments", () => {
    const filter = { page: 1, tags: ["a"] };
    const table = tableOf(["x", filter]);
    filter.page = 2;
    filter.tags.push("b");
    expect(table?.find(["x", filter])).toBeUndefined();
    expect(table?.find(["x", { page: 1, tags: ["a"] }])).toBeDefined();
  });

  it("looks things up inside of a look-up", () => {
    const table = tableOf([{ a: 1, b: [2, 3] }, 4]);
    const inner = tableOf([[1, 2, 3, 4, 5, 6]]);
    const nested = {
      a: 1,
      get b() {
        expect(inner?.find([[1, 2, 3, 4, 5, 6]])).toBeDefined();
        return [2, 3];
      },
    };
    expect(table?.find([nested, 4])).toBeDefined();
  });

  it("goes on after a getter that throws", () => {
    const table = tableOf([{ a: 1 }, 2]);
    const broken = {
      get a(): number {
        throw new Error("broken");
      },
    };
    expect(() => table?.find([broken, 2])).toThrow("broken");
    expect(table?.find([{ a: 1 }, 2])).toBeDefined();
  });

  it("tells many apart that differ deep inside, far behind, or in the middle of a text", () => {
    const alike: ((i: number) => unknown)[] = [
      (i) => ({ a: { b: { c: { d: { e: i } } } } }),
      (i) => [...Array.from({ length: 100 }, () => 0), i],
      (i) => Object.fromEntries(["a", "b", "c", "d", "e", "f"].map((name, at) => [name, Math.floor(i / 8 ** at) % 8])),
      (i) => `${"x".repeat(200)}${String(i).padStart(3, "0")}${"y".repeat(200)}`,
    ];
    for (const make of alike) {
      const table = new IndexTable<Kept>();
      const lists = Array.from({ length: 500 }, (_, i) => [make(i), 0]);
      for (const list of lists) expect(table.add({ index: indexOf(list) as Index, list })).toBe(true);
      for (const list of lists) expect(table.find(list)?.list).toBe(list);
    }
  });

  it("puts one in the place of another of equal arguments", () => {
    for (const make of [() => ["a"], () => ["a", { b: 1 }], () => [{ b: 1 }, 0]]) {
      const table = new IndexTable<Kept>();
      const members = [make(), make()].map((list) => ({ list, index: indexOf(list) as Index }));
      for (const member of members) expect(table.add(member)).toBe(true);
      expect(table.find(make())).toBe(members[1]);
      table.remove(members[0] as Kept);
      expect(table.find(make())).toBe(members[1]);
      table.remove(members[1] as Kept);
      expect(table.find(make())).toBeUndefined();
    }
  });

  it("keeps nothing of what is removed", () => {
    const table = new IndexTable<Kept>();
    const before = heapBytes();
    for (let i = 0; i < 50_000; i++) {
      const list = [{ a: i }, i];
      const member = { list, index: indexOf(list) as Index };
      table.add(member);
      table.remove(member);
    }
    expect(heapBytes() - before).toBeLessThan(2_000_000);
    expect(table.find([{ a: 1 }, 1])).toBeUndefined();
  });

  it("finds NaN, whatever its bits are", () => {
    const bits = new BigUint64Array([0x7ff8000000000000n, 0xfff8000000000000n, 0x7ff8000000000001n]);
    const all = [...new Float64Array(bits.buffer)];
    const table = tableOf([{ a: all[0] }]);
    for (const nan of all) expect(table?.find([{ a: nan }])).toBeDefined();
  });

  it("hashes otherwise in another isolate, so that nobody can prepare what meets", async () => {
    const hashes: number[][] = [];
    for (let isolate = 0; isolate < 2; isolate++) {
      vi.resetModules();
      const { QUICK, structuralHash } = await import("../../src/key/structural-hash.ts");
      hashes.push(
        [
          ["a", 1],
          [{ a: 1 }, 2],
          [[1], 3],
        ].map((list) => structuralHash(list, list.length, QUICK)),
      );
    }
    expect(hashes[0]).not.toEqual(hashes[1]);
  });

  it("is bounded where a stranger makes hashes meet", () => {
    // Two texts of two letters that a polynomial of 31 does not tell apart, in every order of five.
    const alike = Array.from({ length: 32 }, (_, i) => [
      { text: Array.from({ length: 5 }, (_unused, bit) => ((i >> bit) & 1 ? "Aa" : "BB")).join("") },
      0,
    ]);
    const table = new IndexTable<Kept>();
    for (const list of alike) table.add({ index: indexOf(list) as Index, list });
    const found = alike.filter((list) => table.find(list)?.list === list);
    expect(found).toHaveLength(8);
  });

  it("finds a record whose members come in another order", () => {
    const table = tableOf([{ z: 1, a: 2, n: undefined }, 3]);
    expect(table?.find([{ a: 2, z: 1 }, 3])).toBeDefined();
    expect(table?.find([{ a: 2, y: undefined, z: 1 }, 3])).toBeDefined();
    expect(table?.find([{ a: 2, z: 1, y: null }, 3])).toBeUndefined();
  });
});
