/**
 * `npm test`: every check there is, one line each, and at the end how many tests passed and failed on all runtimes.
 * Names of steps run those alone (`npm test -- node lint`); `--verbose` shows the output of steps that pass.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { table, type Row } from "./test/counts.ts";
import { endAll, runSteps, type Step } from "./test/run.ts";
import { runOnRuntimes } from "./test/runtimes.ts";

const { values, positionals } = parseArgs({ allowPositionals: true, options: { verbose: { type: "boolean" } } });
const reports = mkdtempSync(join(tmpdir(), "autocache-reports-"));
const reportOf = (name: string): string => join(reports, `${name}.xml`);

const check = (name: string): Step => ({ name, command: ["npm", "run", "--silent", name] });

function vitest(project: string): Step {
  const report = reportOf(project);
  const reporters = ["--reporter=default", "--reporter=junit", `--outputFile.junit=${report}`];
  return { name: project, report, command: ["vitest", "run", "--project", project, ...reporters] };
}

const CHECKS = ["format:check", "lint", "types", "knip", "publint", "attw", "size", "jsr"].map(check);

const isChosen = (name: string): boolean => positionals.length === 0 || positionals.includes(name);

const run = (steps: readonly Step[], atOnce: number): Promise<Row[]> =>
  runSteps(
    steps.filter(({ name }) => isChosen(name)),
    atOnce,
    values.verbose === true,
  );

for (const signal of ["SIGINT", "SIGTERM"] as const) {
  process.once(signal, () => {
    endAll();
    rmSync(reports, { recursive: true, force: true });
    process.exit(130);
  });
}

console.log(`Node ${process.version} on ${process.platform}, ${new Date().toISOString()}\n`);
// Checks share the machine; tests that look at the clock do not.
const rows = [
  ...(await run([check("build")], 1)),
  ...(await run(CHECKS, 2)),
  ...(await run([vitest("node")], 1)),
  ...(await run([vitest("plugin")], 1)),
  ...(await run([vitest("type-tests"), vitest("workerd")], 1)),
  ...(await runOnRuntimes(isChosen, reportOf, (steps) => run(steps, 1))),
  ...(await run([vitest("e2e")], 1)),
];
rmSync(reports, { recursive: true, force: true });

const total = (count: (row: Row) => number): number => rows.reduce((sum, row) => sum + count(row), 0);
const failed = total((row) => row.failed);
console.log(`\n${table(rows)}\n`);
console.log(`${total((row) => row.passed)} passed, ${failed} failed`);
process.exitCode = failed === 0 && rows.length > 0 ? 0 : 1;
