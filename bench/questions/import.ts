/** What importing costs: at run time, on Node; and at the type checker, for a project with 200 cached functions. */
import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { importCandidates } from "../harness/catalog.ts";
import type { HostQuestion } from "../harness/host-question.ts";
import type { Row } from "../harness/question.ts";
import { runtimeVersion } from "../harness/runtime-version.ts";
import { median, pairedRatio, shuffled } from "../harness/statistics.ts";
import { writeTypedProject } from "../harness/typed-project.ts";

const BENCH = join(import.meta.dirname, "..");
// Beside what is installed, so that the package is found by its name.
const PROJECTS = join(BENCH, "node_modules/.typed-projects");
const ROUNDS = 7;
const QUICK_ROUNDS = 3;

export const question: HostQuestion = {
  name: "import",
  async measure({ isQuick, only }, onProgress) {
    const rounds = isQuick ? QUICK_ROUNDS : ROUNDS;
    const { candidates, failed } = await importCandidates([], only, () => {});
    onProgress("imports");
    const entries = candidates.flatMap(({ name, bundles = [] }) =>
      bundles
        .filter(({ besides }) => besides === undefined)
        .map(({ label, code }) => ({ candidate: name, label, measure: () => importMs(code) })),
    );
    const imports = sample(entries, rounds);
    onProgress("types");
    const projects = sample([projectOf("200 functions", false), projectOf("200 cached functions", true)], rounds);
    rmSync(PROJECTS, { recursive: true, force: true });
    return {
      version: runtimeVersion(),
      cases: [
        {
          name: "at run time",
          rows: [...imports.map(({ row, samples }) => ({ ...row, value: median(samples) })), ...failed],
        },
        { name: "at the type checker", rows: projects.map((one) => typeRow(one, projects[0]?.samples ?? [])) },
      ],
    };
  },
};

interface Entry {
  readonly candidate: string;
  readonly label: string;
  measure(): number;
}

interface Samples {
  readonly row: Pick<Row, "candidate" | "label">;
  readonly samples: readonly number[];
}

/** Measures all entries in each round, in a new random order. */
function sample(entries: readonly Entry[], rounds: number): Samples[] {
  const series = entries.map((entry) => ({ entry, samples: [] as number[] }));
  for (let round = 0; round < rounds; round++) {
    for (const { entry, samples } of shuffled(series)) samples.push(entry.measure());
  }
  return series.map(({ entry: { candidate, label }, samples }) => ({ row: { candidate, label }, samples }));
}

/** The CPU time that a fresh process takes to import what a module imports. */
function importMs(code: string): number {
  const specifiers = [...code.matchAll(/from "([^"]+)"/g)].map(([, specifier]) => `await import("${specifier}");`);
  const program = `const before = process.cpuUsage();
${specifiers.join("\n")}
const { user, system } = process.cpuUsage(before);
console.log((user + system) / 1000);
process.exit(0);`;
  const { stdout, stderr } = spawnSync(process.execPath, ["--input-type=module", "--eval", program], {
    cwd: BENCH,
    encoding: "utf8",
  });
  const ms = Number.parseFloat(stdout.trim().split("\n").at(-1) ?? "");
  if (Number.isNaN(ms)) throw new Error(`Cannot import ${specifiers.join(" ")}: ${stderr}`);
  return ms;
}

function projectOf(label: string, isCached: boolean): Entry {
  const folder = join(PROJECTS, isCached ? "cached" : "plain");
  mkdirSync(folder, { recursive: true });
  writeTypedProject(folder, isCached);
  // The version is no part of a project: its own configuration is.
  writeFileSync(join(folder, "package.json"), `${JSON.stringify({ name: "typed", type: "module", private: true })}\n`);
  const measure = (): number => {
    const before = childCpuMs();
    const { status, stdout } = spawnSync("tsc", ["--project", folder], { cwd: BENCH, encoding: "utf8" });
    if (status !== 0) throw new Error(`Cannot check the types of ${label}: ${stdout.split("\n", 1)[0]}`);
    return childCpuMs() - before;
  };
  return { candidate: isCached ? "@autocache/edge" : "by hand", label, measure };
}

function typeRow({ row, samples }: Samples, floor: readonly number[]): Row {
  return { ...row, value: median(samples), ratio: pairedRatio(samples, floor) };
}

const MS_PER_TICK = 10;

/** The CPU time of all children that have ended, and of theirs, as Linux counts it. */
function childCpuMs(): number {
  const afterName = readFileSync("/proc/self/stat", "utf8").split(") ").at(-1)?.split(" ") ?? [];
  return (Number(afterName[13]) + Number(afterName[14])) * MS_PER_TICK;
}
