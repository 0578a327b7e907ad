/**
 * `npm test`: every check there is, one line each, and at the end how many tests passed and failed on all runtimes.
 * Names of steps run those alone (`npm test -- node lint`); `--verbose` shows the output of steps that pass.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { startRedisRest } from "../test/support/redis-rest.ts";
import { makeConsumer } from "./test/consumer.ts";
import { table, type Row } from "./test/counts.ts";
import { endAll, runSteps, type Step } from "./test/run.ts";

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

/** The tests of the built package under other runtimes: from outside the repository, with no more rights than they need. */
const ELSEWHERE: readonly Step[] = [
  {
    name: "deno",
    command: [
      "deno",
      "test",
      "--allow-env",
      "--allow-net=127.0.0.1",
      `--junit-path=${reportOf("deno")}`,
      "runtime/deno",
    ],
    report: reportOf("deno"),
  },
  {
    name: "bun",
    command: ["bun", "test", "--reporter=junit", `--reporter-outfile=${reportOf("bun")}`, "runtime/bun"],
    report: reportOf("bun"),
  },
];

const chosen = (steps: readonly Step[]): Step[] =>
  steps.filter(({ name }) => positionals.length === 0 || positionals.includes(name));

const run = (steps: readonly Step[], atOnce: number): Promise<Row[]> =>
  runSteps(chosen(steps), atOnce, values.verbose === true);

async function runElsewhere(): Promise<Row[]> {
  const steps = chosen(ELSEWHERE);
  if (steps.length === 0) return [];
  const redis = await startRedisRest();
  const consumer = makeConsumer("test", ["runtime", "vectors"]);
  const env = {
    UPSTASH_REDIS_REST_URL: redis.url,
    UPSTASH_REDIS_REST_TOKEN: redis.token,
    DENO_DIR: join(consumer.folder, ".deno"),
    DENO_NO_UPDATE_CHECK: "1",
    DO_NOT_TRACK: "1",
  };
  try {
    return await run(
      steps.map((step) => ({ ...step, cwd: consumer.folder, env })),
      1,
    );
  } finally {
    consumer.remove();
    await redis.stop();
  }
}

/** A step that could not even begin is a failure, not a gap in the table. */
function notBegun(error: unknown): Row[] {
  const problem = error instanceof Error ? error.message : String(error);
  return chosen(ELSEWHERE).map(({ name }) => {
    console.log(`FAIL  ${name}: ${problem}`);
    return { name, isTest: true, passed: 0, failed: 1, seconds: 0, problems: ["cannot start"] };
  });
}

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
  ...(await runElsewhere().catch(notBegun)),
  ...(await run([vitest("e2e")], 1)),
];
rmSync(reports, { recursive: true, force: true });

const total = (count: (row: Row) => number): number => rows.reduce((sum, row) => sum + count(row), 0);
const failed = total((row) => row.failed);
console.log(`\n${table(rows)}\n`);
console.log(`${total((row) => row.passed)} passed, ${failed} failed`);
process.exitCode = failed === 0 && rows.length > 0 ? 0 : 1;
