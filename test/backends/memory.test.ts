import * as fc from "fast-check";
import { describe, expect, it, test, vi } from "vitest";
import { memory } from "../../src/memory.ts";
import { isAutocacheError } from "../../src/errors.ts";
import { testBackend } from "../conformance/index.ts";

const forever = { ttlMs: Infinity };

describe("memory() conforms", () => {
  const registered = testBackend({ name: "memory()", test, create: () => memory() });

  it("has the cases of every optional method but setMany", () => {
    expect(registered).toBe(MEMORY_CASES);
  });
});

const MEMORY_CASES = 38;

describe("memory()", () => {
  it("hands back the very envelope it was given", async () => {
    const backend = memory();
    const envelope = Object.freeze({ text: "a" });
    await backend.set("key", envelope, forever);
    expect(await backend.get("key")).toBe(envelope);
    expect((await backend.getMany?.(["key"]))?.get("key")).toBe(envelope);
  });

  it("drops what was not used lately first, reads and overwrites counting as use", async () => {
    const backend = memory({ maxEntries: 3 });
    for (const key of ["a", "b", "c"]) await backend.set(key, { text: key }, forever);
    await backend.get("a");
    await backend.set("b", { text: "B" }, forever);
    await backend.set("d", { text: "d" }, forever);
    expect((await backend.list?.(""))?.keys.toSorted()).toEqual(["a", "b", "d"]);
    await backend.getMany?.(["a"]);
    await backend.set("e", { text: "e" }, forever);
    expect((await backend.list?.(""))?.keys).toEqual(["d", "a", "e"]);
  });

  it("drops one all the same where all are used all the time", async () => {
    const backend = memory({ maxEntries: 1_000 });
    const keys = Array.from({ length: 2_000 }, (_, i) => `key ${i}`);
    for (const key of keys) {
      await backend.set(key, { text: "" }, forever);
      await backend.getMany?.(keys);
    }
    expect((await backend.list?.(""))?.keys).toHaveLength(1_000);
  });

  it("keeps what is asked for again and again through a flood of what is asked for once", async () => {
    const backend = memory({ maxEntries: 100 });
    await backend.set("hot", { text: "" }, forever);
    for (let i = 0; i < 10_000; i++) {
      await backend.set(`cold ${i}`, { text: "" }, forever);
      expect(await backend.get("hot")).toBeDefined();
    }
  });

  it("looks no further than 32 of those that are used", async () => {
    const backend = memory({ maxEntries: 40 });
    for (let i = 0; i < 40; i++) await backend.set(`${i}`, { text: "" }, forever);
    for (let i = 0; i < 40; i++) await backend.get(`${i}`);
    await backend.set("new", { text: "" }, forever);
    const { keys = [] } = (await backend.list?.("")) ?? {};
    expect(keys).toHaveLength(40);
    expect(keys).not.toContain("32");
  });

  it("drops what has expired before what has not, used or not", async () => {
    vi.useFakeTimers({ toFake: ["Date"] });
    const backend = memory({ maxEntries: 2 });
    await backend.set("short", { text: "" }, { ttlMs: 10 });
    await backend.set("b", { text: "" }, forever);
    await backend.get("short");
    vi.setSystemTime(Date.now() + 10);
    await backend.set("c", { text: "" }, forever);
    expect((await backend.list?.(""))?.keys).toEqual(["b", "c"]);
    vi.useRealTimers();
  });

  it("lists without counting as use", async () => {
    const backend = memory({ maxEntries: 2 });
    await backend.set("a", { text: "" }, forever);
    await backend.set("b", { text: "" }, forever);
    await backend.list?.("a");
    await backend.set("c", { text: "" }, forever);
    expect((await backend.list?.(""))?.keys).toEqual(["b", "c"]);
  });

  it("counts bytes once, and code units of key and text twice", async () => {
    const backend = memory({ maxBytes: 100 });
    const full = { text: "x".repeat(17), bytes: new Uint8Array(1000).subarray(0, 60) };
    await backend.set("abc", full, forever);
    await backend.set("abc", { ...full, bytes: new Uint8Array(60) }, forever);
    expect(await backend.get("abc")).toEqual({ ...full, bytes: new Uint8Array(60) });
    await expect(backend.set("abc", { ...full, bytes: new Uint8Array(61) }, forever)).rejects.toThrow(
      'Cannot keep "abc" in memory: an entry takes at most 100 bytes with its key: received 101',
    );
    await backend.set("a", { text: "" }, forever);
    expect((await backend.list?.(""))?.keys).toEqual(["a"]);
  });

  it("refuses an entry larger than all of it, and keeps what it had", async () => {
    const backend = memory({ maxBytes: 100 });
    expect(backend.capabilities.maxValueBytes).toBe(50);
    await backend.set("key", { text: "small" }, forever);
    const refused = backend.set("key", { text: "x".repeat(48) }, forever);
    await expect(refused).rejects.toThrow(
      'Cannot keep "key" in memory: an entry takes at most 100 bytes with its key: received 102',
    );
    await expect(refused).rejects.toSatisfy((error: unknown) => isAutocacheError(error, "too-large"));
    await expect(backend.compareAndSet?.("other", undefined, { text: "x".repeat(48) }, forever)).rejects.toThrow(
      "Cannot keep",
    );
    expect(await backend.get("key")).toEqual({ text: "small" });
    await backend.set("key", { text: "x".repeat(47) }, forever);
    expect((await backend.list?.(""))?.keys).toEqual(["key"]);
  });

  it("counts the bytes of an overwritten, removed or expired entry no longer", async () => {
    vi.useFakeTimers();
    try {
      const backend = memory({ maxBytes: 40 });
      for (let i = 0; i < 100; i++) await backend.set("a", { text: "x".repeat(9) }, { ttlMs: 10 });
      await backend.set("b", { text: "x".repeat(9) }, forever);
      expect((await backend.list?.(""))?.keys).toEqual(["a", "b"]);
      vi.advanceTimersByTime(10);
      expect((await backend.list?.(""))?.keys).toEqual(["b"]);
      expect(await backend.get("a")).toBeUndefined();
      await backend.set("c", { text: "x".repeat(9) }, forever);
      await backend.delete("b");
      await backend.delete("b");
      await backend.set("d", { text: "x".repeat(9) }, forever);
      expect((await backend.list?.(""))?.keys).toEqual(["c", "d"]);
    } finally {
      vi.useRealTimers();
    }
  });

  it.each([
    [{ maxEntries: 0 }, "Cannot use the maxEntries of a memory backend: it is a positive whole number: received 0"],
    [{ maxEntries: 1.5 }, "Cannot use the maxEntries of a memory backend: it is a positive whole number: received 1.5"],
    [{ maxBytes: -1 }, "Cannot use the maxBytes of a memory backend: it is a positive whole number: received -1"],
    [{ maxBytes: NaN }, "Cannot use the maxBytes of a memory backend: it is a positive whole number: received NaN"],
    [
      { maxBytes: Infinity },
      "Cannot use the maxBytes of a memory backend: it is a positive whole number: received Infinity",
    ],
  ])("refuses the limits %o when it is made", (options, message) => {
    expect(() => memory(options)).toThrow(new RangeError(message));
  });

  it("refuses an unknown option", () => {
    expect(() => memory({ max: 10 } as object)).toThrow(
      new TypeError('Cannot make a memory backend: its options are maxEntries and maxBytes: received "max"'),
    );
  });

  it("behaves like a list with marks, whatever is done to it", async () => {
    await fc.assert(fc.asyncProperty(limits, fc.array(operation, { maxLength: 60 }), behavesLikeModel), {
      numRuns: 500,
    });
  });
});

const KEYS = ["a", "b", "cc", "ddd"] as const;
const limits = fc.record({ maxEntries: fc.integer({ min: 1, max: 5 }), maxBytes: fc.integer({ min: 1, max: 80 }) });
const key = fc.constantFrom(...KEYS);
const text = fc.string({ maxLength: 12 });
const operation = fc.oneof(
  fc.record({ type: fc.constant("set" as const), key, text }),
  fc.record({ type: fc.constant("swap" as const), key, text, expected: fc.option(text, { nil: undefined }) }),
  fc.record({ type: fc.constant("get" as const), key }),
  fc.record({ type: fc.constant("delete" as const), key }),
);

interface Limits {
  readonly maxEntries: number;
  readonly maxBytes: number;
}

type Pair = readonly [key: string, text: string];
type Operation = typeof operation extends fc.Arbitrary<infer Value> ? Value : never;

const bytesOf = (pairs: readonly Pair[]): number =>
  2 * pairs.map((pair) => pair.join("").length).reduce((a, b) => a + b, 0);

async function behavesLikeModel(bounds: Limits, operations: readonly Operation[]): Promise<void> {
  const backend = memory(bounds);
  let model: Pair[] = [];
  const used = new Set<string>();
  const without = (name: string): Pair[] => model.filter(([one]) => one !== name);
  const write = (pair: Pair): boolean => {
    if (bytesOf([pair]) > bounds.maxBytes) return false;
    model = [...without(pair[0]), pair];
    used.delete(pair[0]);
    while (model.length > bounds.maxEntries || bytesOf(model) > bounds.maxBytes) {
      const [first, ...rest] = model as [Pair, ...Pair[]];
      // One that was used goes to the end once, and so does the one that room is made for.
      model = used.delete(first[0]) || first === pair ? [...rest, first] : rest;
    }
    return true;
  };
  const read = (name: string): string | undefined => {
    const found = model.find(([one]) => one === name);
    if (found !== undefined) used.add(name);
    return found?.[1];
  };
  for (const step of operations) {
    if (step.type === "get") expect((await backend.get(step.key))?.text).toBe(read(step.key));
    if (step.type === "delete") {
      await backend.delete(step.key);
      model = without(step.key);
      used.delete(step.key);
    }
    if (step.type === "set") {
      const accepted = await backend.set(step.key, { text: step.text }, forever).then(
        () => true,
        () => false,
      );
      expect(accepted).toBe(write([step.key, step.text]));
    }
    if (step.type === "swap") {
      const expected = step.expected === undefined ? undefined : { text: step.expected };
      const swapped = await backend
        .compareAndSet?.(step.key, expected, { text: step.text }, forever)
        .catch(() => "refused");
      const matches = read(step.key) === step.expected;
      expect(swapped).toBe(matches ? write([step.key, step.text]) || "refused" : false);
    }
    expect((await backend.list?.(""))?.keys).toEqual(model.map(([name]) => name));
  }
}
