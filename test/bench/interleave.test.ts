import { describe, expect, it } from "vitest";
import { interleave, type Timed } from "../../bench/harness/interleave.ts";

const PACE = { rounds: 20, sliceMs: 4, warmMs: 0 };

/** Costs what it says for one time, and tells of each measurement. */
class Worker implements Timed {
  readonly sizes: number[] = [];
  readonly #name: string;
  readonly #nsEach: number;
  readonly #log: string[];

  constructor(name: string, nsEach: number, log: string[] = []) {
    this.#name = name;
    this.#nsEach = nsEach;
    this.#log = log;
  }

  readonly measure = async (n: number): Promise<number> => {
    this.#log.push(this.#name);
    this.sizes.push(n);
    return n * this.#nsEach;
  };
}

describe("interleave()", () => {
  it("samples the time for one, once a round", async () => {
    const [sampled] = await interleave([new Worker("a", 1_000)], PACE);
    expect(sampled?.samples).toEqual(Array.from({ length: 20 }, () => 1_000));
  });

  it("makes slices of about the length that is asked for, of fast and slow ones alike", async () => {
    const workers = [new Worker("fast", 50), new Worker("slow", 2_000_000)];
    await interleave(workers, PACE);
    expect(workers.map(({ sizes }) => sizes.at(-1))).toEqual([80_000, 2]);
  });

  it("times all of them in each round, and not always in the same order", async () => {
    const log: string[] = [];
    await interleave([new Worker("a", 4e6, log), new Worker("b", 4e6, log)], PACE);
    const rounds = log.join("").slice(-40).match(/../g) ?? [];
    expect(rounds).toHaveLength(20);
    expect(new Set(rounds)).toEqual(new Set(["ab", "ba"]));
  });

  it("lists one that fails with its reason, and goes on with the others", async () => {
    let calls = 0;
    const failing: Timed = {
      measure: async (n) => {
        if (++calls > 6) throw new Error("has had enough");
        return n * 2e6;
      },
    };
    const [first, second] = await interleave([failing, new Worker("b", 1_000)], PACE);
    expect(first?.failure).toBe("fails while it is timed: has had enough");
    expect(second?.samples).toHaveLength(20);
    expect(second).not.toHaveProperty("failure");
  });
});
