/**
 * `npm run conformance -- FOLDER`: plays the public conformance suite of HTTP caches, checked out in FOLDER, against
 * `routeCache()` on Node, bare workerd and `wrangler dev`, each with every option on and with the defaults.
 * `--on node,workerd` and `--with all` choose among them; `--backend cache-api` or `kv` stores elsewhere under
 * `wrangler dev`; `--test ID` plays one test and tells its messages. Exits with 1 below what README.md promises.
 */
import { spawnSync } from "node:child_process";
import { existsSync, globSync, mkdirSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { BACKENDS } from "./bindings.ts";
import { type Choice, type Measurement, measureAll } from "./measure.ts";
import { describeMisses, describeTest, reachesMinimum, scoresTable, scoresText } from "./report.ts";
import { openSuite } from "./suite.ts";
import { type TargetName, TARGETS } from "./targets.ts";

const ROOT = join(import.meta.dirname, "../..");
const RESULTS = join(import.meta.dirname, "results");
const ALL_TARGETS = Object.keys(TARGETS) as TargetName[];
const ALL_OPTIONS = ["all", "defaults"] as const;

function choose<Name extends string>(
  option: string,
  text: string | undefined,
  names: readonly Name[],
): readonly Name[] {
  const chosen = text?.split(",") ?? names;
  const unknown = chosen.find((name) => !names.includes(name as Name));
  if (unknown === undefined) return chosen as readonly Name[];
  throw new Error(`Cannot choose with "${option}": it takes ${names.join(", ")}: received "${unknown}"`);
}

function readArguments(): { readonly folder: string | undefined; readonly choice: Choice } {
  const text = { type: "string" } as const;
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { on: text, with: text, backend: text, test: text },
  });
  const [backend = "memory"] = choose("--backend", values.backend ?? "memory", BACKENDS);
  // The others have no Cache API, and no KV.
  const targets = choose("--on", values.on, backend === "memory" ? ALL_TARGETS : ["wrangler-dev"]);
  const options = choose("--with", values.with, ALL_OPTIONS);
  return { folder: positionals[0], choice: { targets, options, backend, test: values.test } };
}

function ensureBuilt(): void {
  const built = join(ROOT, "dist/hono.js");
  if (existsSync(built)) {
    const sources = globSync(["src/**/*.ts", "adapters/**/*.ts"], { cwd: ROOT });
    const newer = sources.find((file) => statSync(join(ROOT, file)).mtimeMs > statSync(built).mtimeMs);
    if (newer !== undefined) console.error(`Measures dist/ as it is, which is older than ${newer}: npm run build`);
    return;
  }
  const { status } = spawnSync("npm", ["run", "--silent", "build"], { cwd: ROOT, stdio: "inherit" });
  if (status !== 0) throw new Error(`Cannot measure the package: it has to build: received exit ${status}`);
}

/** Results in full are for whoever looks into one. */
function writeResults({ target, options, results }: Measurement, { backend }: Choice): void {
  const name = [target, options, ...(backend === "memory" ? [] : [backend])].join("-");
  mkdirSync(RESULTS, { recursive: true });
  writeFileSync(join(RESULTS, `${name}.json`), `${JSON.stringify(results, null, 2)}\n`);
}

async function main(): Promise<number> {
  const { folder, choice } = readArguments();
  const suite = await openSuite(folder);
  const isKnown = suite.groups.some(({ tests }) => tests.some(({ id }) => id === choice.test));
  if (choice.test !== undefined && !isKnown) {
    throw new Error(`Cannot play a test: the suite has to have it: received "${choice.test}"`);
  }
  ensureBuilt();
  const measurements: Measurement[] = [];
  const isOneTest = choice.test !== undefined;
  await measureAll(suite, choice, (one) => {
    measurements.push(one);
    console.log(`${isOneTest ? describeTest(one) : describeMisses(one)}\n`);
    if (!isOneTest) writeResults(one, choice);
  });
  if (isOneTest) return measurements.every(({ score }) => score.misses.length === 0) ? 0 : 1;
  console.log(scoresTable(measurements));
  // The scores of all runs are kept in the repository.
  const isWhole = measurements.length === ALL_TARGETS.length * ALL_OPTIONS.length;
  if (isWhole) writeFileSync(join(import.meta.dirname, "scores.json"), scoresText(suite, measurements));
  return measurements.every(reachesMinimum) ? 0 : 1;
}

process.exitCode = await main().catch((error: Error) => {
  console.error(error.message);
  return 2;
});
