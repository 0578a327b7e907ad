/** The tests of the packed package on every runtime: from outside the repository, with no more rights than they need. */
import { join } from "node:path";
import { startRedisRest } from "../../test/support/redis-rest.ts";
import { makeConsumer } from "./consumer.ts";
import type { Row } from "./counts.ts";
import { nodeProgram } from "./nodes.ts";
import type { Step } from "./run.ts";

interface Runtime {
  readonly name: string;
  /** How many tests there are: a file that is not found, or a runner that ends early, must not pass. */
  readonly tests: number;
  /** Where it begins: with the installed package around it, or here, from where it reaches into that project. */
  readonly from: "consumer" | "repository";
  readonly command: (report: string) => readonly string[];
}

const NODE_FLAGS = [
  "--test",
  "--test-concurrency=4",
  "--test-reporter=spec",
  "--test-reporter-destination=stdout",
  "--test-reporter=junit",
];

const onNode = (major: number): Runtime => ({
  name: `node-${major}`,
  tests: 166,
  from: "consumer",
  command: (report) => [
    nodeProgram(major),
    ...NODE_FLAGS,
    `--test-reporter-destination=${report}`,
    "runtime/node/*.test.ts",
  ],
});

/** A bundle for another host, which Node starts and asks. */
const bundled = (name: string, folder: string, tests: number): Runtime => ({
  name,
  tests,
  from: "repository",
  command: (report) => [
    process.execPath,
    ...NODE_FLAGS,
    `--test-reporter-destination=${report}`,
    `test/runtime/${folder}/packed.test.ts`,
  ],
});

export const RUNTIMES: readonly Runtime[] = [
  onNode(22),
  onNode(24),
  onNode(26),
  {
    name: "deno",
    tests: 190,
    from: "consumer",
    command: (report) => [
      "deno",
      "test",
      "--allow-env",
      "--allow-net=127.0.0.1",
      `--junit-path=${report}`,
      "runtime/deno",
    ],
  },
  {
    name: "bun",
    tests: 165,
    from: "consumer",
    command: (report) => ["bun", "test", "--reporter=junit", `--reporter-outfile=${report}`, "runtime/bun"],
  },
  bundled("workerd-packed", "workerd", 206),
  bundled("edge-light", "edge-light", 124),
];

/** Runs the tests of some runtimes, or of all, in a project that has installed the packed package. */
export async function runOnRuntimes(
  isChosen: (name: string) => boolean,
  reportOf: (name: string) => string,
  run: (steps: readonly Step[]) => Promise<Row[]>,
): Promise<Row[]> {
  const chosen = RUNTIMES.filter(({ name }) => isChosen(name));
  if (chosen.length === 0) return [];
  try {
    return await runIn(chosen, reportOf, run);
  } catch (error) {
    // A step that could not even begin is a failure, not a gap in the table.
    const problem = error instanceof Error ? error.message : String(error);
    return chosen.map(({ name }) => {
      console.log(`FAIL  ${name}: ${problem}`);
      return { name, isTest: true, passed: 0, failed: 1, seconds: 0, problems: ["cannot start"] };
    });
  }
}

async function runIn(
  runtimes: readonly Runtime[],
  reportOf: (name: string) => string,
  run: (steps: readonly Step[]) => Promise<Row[]>,
): Promise<Row[]> {
  const steps = runtimes.map(({ name, tests, from, command }) => {
    const report = reportOf(name);
    return { name, tests, report, from, command: command(report) };
  });
  const consumer = await makeConsumer("test", ["runtime", "vectors"], ["@hono/node-server"]);
  const redis = await startRedisRest();
  const env = {
    AUTOCACHE_CONSUMER: consumer.folder,
    UPSTASH_REDIS_REST_URL: redis.url,
    UPSTASH_REDIS_REST_TOKEN: redis.token,
    DENO_DIR: join(consumer.folder, ".deno"),
    DENO_NO_UPDATE_CHECK: "1",
    DO_NOT_TRACK: "1",
  };
  try {
    return await run(
      steps.map(({ from, ...step }) => ({ ...step, env, cwd: from === "consumer" ? consumer.folder : process.cwd() })),
    );
  } finally {
    await redis.stop();
    consumer.remove();
  }
}
