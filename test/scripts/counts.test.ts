import { describe, expect, it } from "vitest";
import { countJUnit, judge, table } from "../../scripts/test/counts.ts";

describe("countJUnit()", () => {
  it("counts each case once, nested suites and their totals aside", () => {
    const xml = `<testsuites tests="9"><testsuite tests="3"><testsuite tests="3" failures="1">
      <testcase name="a"/><testcase name="b"><failure message="no"/></testcase><testcase name="c"><skipped/></testcase>
    </testsuite></testsuite></testsuites>`;
    expect(countJUnit(xml)).toEqual({ passed: 1, failed: 1, skipped: 1 });
  });

  it("counts an error as a failure", () => {
    expect(countJUnit(`<testcase name="a"><error/></testcase>`)).toEqual({ passed: 0, failed: 1, skipped: 0 });
  });

  it("reads no case out of what a test printed", () => {
    const xml = `<testcase name="a"><system-out><![CDATA[<testcase><failure/>]]></system-out></testcase>`;
    expect(countJUnit(xml)).toEqual({ passed: 1, failed: 0, skipped: 0 });
  });
});

describe("judge()", () => {
  const counts = { passed: 3, failed: 0, skipped: 0 };

  it("passes a check without counting it as a test", () => {
    expect(judge({ exit: 0 })).toEqual({ passed: 0, failed: 0, problems: [] });
  });

  it("counts a failed check as one failure", () => {
    expect(judge({ exit: 2 })).toMatchObject({ passed: 0, failed: 1, problems: ["exit 2"] });
  });

  it("fails a job that ran no test, though it exited with 0", () => {
    const none = { passed: 0, failed: 0, skipped: 0 };
    expect(judge({ exit: 0, counts: none })).toMatchObject({ failed: 1, problems: ["ran no test"] });
  });

  it("fails a job that left no report", () => {
    expect(judge({ exit: 0, counts: undefined })).toMatchObject({ failed: 1, problems: ["ran no test"] });
  });

  it("fails a job that ran another number of tests than there are", () => {
    expect(judge({ exit: 0, counts, expected: 3 })).toMatchObject({ passed: 3, failed: 0 });
    expect(judge({ exit: 0, counts, expected: 4 })).toMatchObject({ failed: 1, problems: ["ran 3 tests, not 4"] });
  });

  it("fails a job that crashed after its tests had passed", () => {
    expect(judge({ exit: 1, counts })).toMatchObject({ passed: 3, failed: 1 });
  });

  it("fails a job that took too long", () => {
    expect(judge({ exit: "timeout", counts })).toMatchObject({ failed: 1, problems: ["took too long"] });
  });

  it("counts a skipped test as a failure", () => {
    expect(judge({ exit: 0, counts: { ...counts, skipped: 2 } })).toMatchObject({ passed: 3, failed: 2 });
  });
});

describe("table()", () => {
  it("aligns a line per step", () => {
    const step = { problems: [], passed: 0, failed: 0 };
    const rows = [
      { ...step, name: "lint", isTest: false, seconds: 1.04 },
      { ...step, name: "node", isTest: true, passed: 120, failed: 1, seconds: 12.5, problems: ["exit 1"] },
    ];
    expect(table(rows).split("\n")).toEqual([
      "      passed  failed  seconds",
      "lint                      1.0",
      "node     120       1     12.5  exit 1",
    ]);
  });
});
