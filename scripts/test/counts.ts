/** What one step's report says about its tests. */
export interface Counts {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

/** Counts the cases of a JUnit report: each says of itself whether it failed, where totals differ from tool to tool. */
export function countJUnit(xml: string): Counts {
  const cases = xml
    .replaceAll(/<!\[CDATA\[.*?\]\]>/gs, "")
    .split(/<testcase\b/)
    .slice(1);
  const failed = cases.filter((text) => /<(?:failure|error)\b/.test(text)).length;
  const skipped = cases.filter((text) => /<skipped\b/.test(text)).length;
  return { passed: cases.length - failed - skipped, failed, skipped };
}

/** What a step comes to: a check that passes counts no test, whatever goes wrong counts at least one failure. */
export interface Verdict {
  readonly passed: number;
  readonly failed: number;
  /** What went wrong; empty if nothing did. */
  readonly problems: readonly string[];
}

export interface Outcome {
  readonly exit: number | "timeout" | "cannot-start";
  /** Absent for a step that runs no tests, `undefined` for one that left no report. */
  readonly counts?: Counts | undefined;
  /** How many tests there have to be, where that is known. */
  readonly expected?: number | undefined;
}

export function judge(outcome: Outcome): Verdict {
  const { passed, failed, skipped } = outcome.counts ?? { passed: 0, failed: 0, skipped: 0 };
  const problems: string[] = [];
  if (typeof outcome.exit === "string") problems.push(outcome.exit === "timeout" ? "took too long" : "cannot start");
  else if (outcome.exit !== 0) problems.push(`exit ${outcome.exit}`);
  if (failed > 0) problems.push(`${failed} failed`);
  if (skipped > 0) problems.push(`${skipped} skipped`);
  const ran = passed + failed + skipped;
  if ("counts" in outcome && ran === 0) problems.push("ran no test");
  else if (outcome.expected !== undefined && ran !== outcome.expected)
    problems.push(`ran ${ran} tests, not ${outcome.expected}`);
  return { passed, failed: Math.max(failed + skipped, problems.length > 0 ? 1 : 0), problems };
}

export interface Row extends Verdict {
  readonly name: string;
  readonly isTest: boolean;
  readonly seconds: number;
}

/** The closing table: a line per step; a check has no tests to count. */
export function table(rows: readonly Row[]): string {
  const cells = rows.map(({ name, isTest, passed, failed, seconds, problems }) => [
    name,
    isTest ? String(passed) : "",
    isTest || failed > 0 ? String(failed) : "",
    seconds.toFixed(1),
    problems.join(", "),
  ]);
  const lines = [["", "passed", "failed", "seconds", ""], ...cells];
  const width = (column: number): number => Math.max(...lines.map((line) => line[column]?.length ?? 0));
  const widths = [0, 1, 2, 3, 4].map(width);
  return lines
    .map((line) =>
      line
        .map((cell, column) =>
          column === 0 || column === 4 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0),
        )
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}
