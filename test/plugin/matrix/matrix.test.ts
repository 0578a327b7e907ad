import { describe, expect, it } from "vitest";
import { EDITS, editsOf } from "./edits/index.ts";
import { type Column, disagreements, runColumn } from "./matrix.ts";
import { ANALYSES, TOOLCHAINS } from "./toolchains/index.ts";
import { totalsOf } from "./verdict.ts";

/**
 * Those that tell most about a toolchain: names that conflict, a constant two modules away, and a captured value. Since
 * its values are those of the analysis, the rest has been tried there. `npm run matrix` tries all of them everywhere.
 */
const TELLING = editsOf(["U03", "R06", "R20"]);

const NONE = { count: 0 };

function expectTruth(column: Column): void {
  const wrong = column.verdicts
    .filter(({ falsely, missed }) => falsely.length + missed.length > 0)
    .map(({ edit, falsely, missed }) => `${edit.id} ${edit.title}: falsely new ${falsely}; missed ${missed}`);
  expect(wrong).toEqual([]);
  expect(totalsOf(column.verdicts)).toMatchObject({ falsely: NONE, edits: NONE, missed: NONE, collateral: NONE });
}

describe("fingerprints follow the code", () => {
  const columns: Column[] = [];

  it.each(ANALYSES.map((toolchain) => [toolchain.name, toolchain] as const))(
    "in all edits of the sample: %s",
    async (_, toolchain) => {
      const column = await runColumn(toolchain, EDITS);
      columns.push(column);
      expectTruth(column);
      expect(totalsOf(column.verdicts)).toMatchObject({
        falsely: { of: 136 },
        missed: { of: 30 },
        collateral: { of: 170 },
      });
    },
  );

  it.each(TOOLCHAINS.map((toolchain) => [toolchain.name, toolchain] as const))(
    "in what is built and run: %s",
    async (_, toolchain) => {
      const column = await runColumn(toolchain, TELLING);
      columns.push(column);
      expectTruth(column);
    },
    60_000,
  );

  it("have one value for each function, whatever builds it", () => {
    expect(columns.length).toBe(ANALYSES.length + TOOLCHAINS.length);
    expect(disagreements(columns)).toEqual([]);
  });
});
