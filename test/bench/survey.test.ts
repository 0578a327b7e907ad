import { describe, expect, it } from "vitest";
import type { AsyncFunction, Candidate, FunctionEntry } from "../../bench/candidate.ts";
import { compileHere } from "../../bench/harness/loop.ts";
import type { Row } from "../../bench/harness/question.ts";
import { prepareCase, surveyCase } from "../../bench/harness/survey.ts";
import { question as hit } from "../../bench/questions/hit.ts";
import { question as miss } from "../../bench/questions/miss.ts";
import { question as flights } from "../../bench/questions/single-flight.ts";

function candidateOf(label: string, setUp: (origin: AsyncFunction) => AsyncFunction): Candidate {
  const entry: FunctionEntry = { label, keying: "own", setUp };
  return { name: label, packages: [], functions: [entry] };
}

function byText(origin: AsyncFunction): AsyncFunction {
  const known = new Map<string, Promise<unknown>>();
  return (...args) => {
    const key = JSON.stringify(args);
    let value = known.get(key);
    if (value === undefined) known.set(key, (value = origin(...args)));
    return value;
  };
}

const right = candidateOf("right", byText);
const forgetful = candidateOf("forgetful", (origin) => origin);
const confused = candidateOf("confused", (origin) => {
  let known: Promise<unknown> | undefined;
  return (...args) => (known ??= origin(...args));
});

async function failures(caseName: string, candidates: readonly Candidate[]): Promise<readonly Row[]> {
  return (await prepareCase(hit, candidates, caseName, compileHere)).failed;
}

describe("the question of hits", () => {
  it("takes a cache that answers right", async () => {
    const { tasks, failed } = await prepareCase(hit, [right], "small", compileHere);
    expect([tasks.map(({ label }) => label), failed]).toEqual([["right"], []]);
  });

  it("does not time what computes again", async () => {
    expect(await failures("number", [forgetful])).toEqual([
      { candidate: "forgetful", label: "forgetful", failure: "misses equal arguments: computed 64 of 64 again" },
    ]);
  });

  it("does not time what gives the value of other arguments", async () => {
    const [row] = await failures("1 KB", [confused]);
    expect(row?.failure).toBe("computed 1 times for 64 argument lists");
  });

  it("voids the figure of what computed while hits were timed", async () => {
    let isForgetting = false;
    const fickle = candidateOf("fickle", (origin) => {
      const cached = byText(origin);
      return (...args) => (isForgetting ? origin(...args) : cached(...args));
    });
    const { tasks } = await prepareCase(hit, [fickle], "number", compileHere);
    isForgetting = true;
    const [task] = tasks;
    await task?.prepared.run(3);
    await expect(Promise.resolve().then(() => task?.prepared.about?.())).rejects.toThrow(
      "computed 3 times while hits were timed",
    );
  });

  it("tells what a candidate keys wrongly", async () => {
    const { tasks } = await prepareCase(hit, [right], "number", compileHere);
    const about = await tasks[0]?.prepared.about?.();
    expect(about?.notes?.[0]).toMatch(/^takes for the same: undefined and null, NaN and null/);
    expect(about?.notes).toContain("takes for different: members in another order");
  });
});

describe("the questions that count", () => {
  it("tell how often a function runs for a thousand calls at once", async () => {
    const { tasks } = await prepareCase(flights, [right, forgetful], "1000 callers", compileHere);
    for (const { prepared } of tasks) await prepared.run(2);
    const facts = tasks.map(({ prepared }) => prepared.about?.());
    expect(facts).toEqual([{ facts: { computations: 1 } }, { facts: { computations: 1_000 } }]);
  });

  it("tell how many digests a miss takes", async () => {
    const digesting = candidateOf("digesting", (origin) => async (...args) => {
      const bytes = new TextEncoder().encode(JSON.stringify(args));
      await crypto.subtle.digest("SHA-256", await crypto.subtle.digest("SHA-256", bytes));
      return origin(...args);
    });
    const { tasks } = await prepareCase(miss, [right, digesting], "small", compileHere);
    const facts = tasks.map(({ prepared }) => prepared.about?.());
    expect(facts).toEqual([{ facts: { digests: 0 } }, { facts: { digests: 2 } }]);
  });
});

describe("surveyCase()", () => {
  const costs = { floor: 100, twice: 200 };
  const tasks = (["floor", "twice"] as const).map((label) => ({ candidate: label, label }));
  const pace = { rounds: 3, sliceMs: 1, warmMs: 0 };
  const measure = async ({ label }: { readonly label: "floor" | "twice" }, n: number) => {
    return n * costs[label];
  };

  it("makes a row of each, with its ratio to the floor", async () => {
    const rows = await surveyCase("floor", tasks, measure, pace, ({ label }) => ({ notes: [label] }));
    expect(rows).toEqual([
      { candidate: "floor", label: "floor", value: 100, ratio: 1, notes: ["floor"] },
      { candidate: "twice", label: "twice", value: 200, ratio: 2, notes: ["twice"] },
    ]);
  });

  it("has no figure for what turns out to be void", async () => {
    const rows = await surveyCase("floor", tasks, measure, pace, ({ label }) => {
      if (label === "twice") throw new Error("computed again");
      return {};
    });
    expect(rows[1]).toEqual({ candidate: "twice", label: "twice", failure: "computed again" });
  });
});
