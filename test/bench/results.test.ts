import { describe, expect, it } from "vitest";
import { mergeRuns, type Result } from "../../bench/harness/results.ts";
import { tablesOf } from "../../bench/harness/table.ts";
import { figure, verdictsOf, verdictText } from "../../bench/harness/verdict.ts";
import type { Row } from "../../bench/harness/question.ts";

const OURS = "@autocache/edge cached()";

function runOf(...rows: Row[]): Parameters<typeof mergeRuns>[0][number] {
  return { version: "Node 24", cases: [{ name: "number", rows }] };
}

function resultOf(rows: readonly Row[], runtime: Result["runtime"] = "node"): Result {
  return {
    question: "hit",
    runtime,
    version: "Node 24",
    date: "2026-11-22",
    machine: "2 cores",
    runs: 1,
    packages: {},
    cases: mergeRuns([runOf(...rows)]),
  };
}

describe("mergeRuns()", () => {
  it("takes the middle of the runs, and tells how far they lie apart", () => {
    const runs = [1.2, 0.9, 1].map((ratio) => runOf({ candidate: "a", label: "a", value: ratio * 100, ratio }));
    expect(mergeRuns(runs)[0]?.rows).toEqual([
      {
        candidate: "a",
        label: "a",
        value: { median: 100, min: 90, max: 120 },
        ratio: { median: 1, min: 0.9, max: 1.2 },
      },
    ]);
  });

  it("has no figure where one run had none", () => {
    const runs = [
      runOf({ candidate: "a", label: "a", ratio: 1 }),
      runOf({ candidate: "a", label: "a", failure: "died" }),
    ];
    expect(mergeRuns(runs)[0]?.rows).toEqual([{ candidate: "a", label: "a", failure: "died" }]);
  });

  it("keeps the worst of what was counted", () => {
    const runs = [1, 3, 2].map((digests) => runOf({ candidate: "a", label: "a", ratio: 1, facts: { digests } }));
    expect(mergeRuns(runs)[0]?.rows[0]?.facts).toEqual({ digests: 3 });
  });
});

describe("verdictsOf()", () => {
  const peers: Row[] = [
    { candidate: "by hand", label: "by hand", ratio: 0.1 },
    { candidate: "p", label: "slow peer", ratio: 3 },
    { candidate: "q", label: "best peer", ratio: 0.6 },
  ];

  it("compares with the limit of the runtime, and with the best peer, which code by hand is not", () => {
    const verdicts = verdictsOf(resultOf([{ candidate: "@autocache/edge", label: OURS, ratio: 0.55 }, ...peers]));
    expect(verdicts.map(verdictText)).toEqual([
      "≤ 0.5 ×: MISSED with 0.55, by 10.0 %",
      "ahead of every peer (best peer): met with 0.55",
    ]);
  });

  it("allows another runtime what it is allowed", () => {
    const rows = [{ candidate: "@autocache/edge", label: OURS, ratio: 0.55 }, ...peers];
    expect(verdictsOf(resultOf(rows, "bun")).map(({ isMet }) => isMet)).toEqual([true, true]);
  });

  it("never rounds a miss to what was to be reached", () => {
    const verdicts = verdictsOf(resultOf([{ candidate: "@autocache/edge", label: OURS, ratio: 0.5001 }, ...peers]));
    expect(verdicts[0]?.isMet).toBe(false);
  });

  it("tells a miss of many times in times", () => {
    const verdicts = verdictsOf(resultOf([{ candidate: "@autocache/edge", label: OURS, ratio: 5 }, ...peers]));
    expect(verdicts.map(verdictText)[0]).toBe("≤ 0.5 ×: MISSED with 5.00, 10.0 times as much");
  });

  it("counts what has no figure as missed", () => {
    const rows = [{ candidate: "@autocache/edge", label: OURS, failure: "died" }, ...peers];
    expect(verdictsOf(resultOf(rows)).map(verdictText)).toEqual([
      "≤ 0.5 ×: MISSED, without a figure",
      "ahead of every peer (best peer): MISSED, without a figure",
    ]);
  });
});

describe("tablesOf()", () => {
  it("lists the cheapest first, and those without a figure last, with the reason", () => {
    const text = tablesOf(
      resultOf([
        { candidate: "d", label: "dead", failure: "ends the process" },
        { candidate: "s", label: "slow", ratio: 12, value: 1_200 },
        { candidate: "@autocache/edge", label: OURS, ratio: 0.4, value: 40 },
      ]),
    );
    const lines = text.split("\n").slice(1, 4);
    expect(lines.map((line) => line.trim().replaceAll(/ {2,}/g, " | "))).toEqual([
      "▸ @autocache/edge cached() | × 0.40 | [0.40–0.40] | 40.0 ns",
      "slow | × 12.0 | [12.0–12.0] | 1.20 µs",
      "dead | – | ends the process",
    ]);
  });
});

describe("figure()", () => {
  it("has three digits, or all before the point", () => {
    expect([0.404, 1, 12.34, 123.4, 19_650].map(figure)).toEqual(["0.40", "1.00", "12.3", "123", "19,650"]);
  });
});
