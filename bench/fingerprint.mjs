// How long fingerprints take, and how much memory, on generated projects: medians of interleaved runs, each in a process of
// its own. `node bench/fingerprint.mjs [rounds] [sizes…]`, for example `node bench/fingerprint.mjs 7 250 1000 4000`.
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { buildSync } from "esbuild";
import { moduleFile, moduleText, writeProject } from "./generated-project.mjs";

const SELF = fileURLToPath(import.meta.url);
const SOURCE = fileURLToPath(new URL("../adapters/plugin/graph/project.ts", import.meta.url));
/** As JavaScript, as it is published: to strip the types takes Node 40 MB. It must find its dependencies from there. */
const COMPILED = fileURLToPath(new URL("../node_modules/.cache/autocache-bench/project.mjs", import.meta.url));
const EDITS = 9;

/** What is to be reached on 1,000 modules. */
const TARGETS = { "cold, ms": 1_500, "after an edit, ms": 200, "heap, MB": 100, "peak memory, MB": 100 };

/** @typedef {"empty" | "cold" | "fill" | "warm"} Mode */

/** @param {readonly number[]} values */
const median = (values) => values.toSorted((a, b) => a - b)[values.length >> 1] ?? Number.NaN;

/** Runs in a process of its own, and prints what it measured. @param {Mode} mode @param {string} folder @param {number} size */
async function measure(mode, folder, size) {
  /** @type {Record<string, number>} */
  const measured = {};
  /** @type {unknown} */
  let kept;
  if (mode !== "empty") {
    /** @type {typeof import("../adapters/plugin/graph/project.ts")} */
    const { Project } = await import(pathToFileURL(COMPILED).href);
    const files = Array.from({ length: size }, (_, index) => join(folder, moduleFile(index)));
    const startedAt = performance.now();
    const cpuBefore = process.cpuUsage();
    const project = new Project({ root: folder, cacheDir: mode === "cold" ? false : join(folder, ".cache") });
    const before = fingerprintsOf(project, files);
    measured[mode === "warm" ? "cold with a warm disk cache, ms" : "cold, ms"] = performance.now() - startedAt;
    const { user, system } = process.cpuUsage(cpuBefore);
    // Of all threads: a machine that is busy with other things changes it less.
    if (mode === "cold") measured["cold, processor ms"] = (user + system) / 1_000;
    if (before.size !== Math.floor(size / 10)) throw new Error(`Expected ${size / 10} sites: received ${before.size}`);
    if (mode === "cold") measured["after an edit, ms"] = median(timeEdits(project, files, before, size));
    if (mode === "fill") project.save();
    kept = project;
  }
  globalThis.gc?.();
  measured["heap, MB"] = process.memoryUsage().heapUsed / 2 ** 20;
  // In kilobytes.
  measured["peak memory, MB"] = process.resourceUsage().maxRSS / 2 ** 10;
  if (kept !== undefined || mode === "empty") console.log(JSON.stringify(measured));
}

/**
 * @param {import("../adapters/plugin/graph/project.ts").Project} project @param {readonly string[]} files
 * @returns {Map<string, string | undefined>}
 */
function fingerprintsOf(project, files) {
  return new Map(
    files.flatMap((file) => project.sites(file).map((site) => [site.literalName ?? "", site.fingerprint])),
  );
}

/**
 * Edits one module after another, everywhere in the project, and asks for the fingerprints of all functions.
 *
 * @param {import("../adapters/plugin/graph/project.ts").Project} project @param {readonly string[]} files
 * @param {Map<string, string | undefined>} before @param {number} size
 */
function timeEdits(project, files, before, size) {
  let known = before;
  return Array.from({ length: EDITS }, (_, edit) => {
    // One that the functions of its neighbourhood reach.
    const index = Math.floor(((edit + 0.5) / EDITS) * (size / 10)) * 10 + 6;
    const file = files[index] ?? "";
    writeFileSync(file, moduleText(index, size, 2));
    const startedAt = performance.now();
    project.invalidate(file);
    const after = fingerprintsOf(project, files);
    const ms = performance.now() - startedAt;
    const changed = [...after].filter(([name, fingerprint]) => known.get(name) !== fingerprint);
    if (changed.length === 0) throw new Error(`An edit of module ${index} changes nothing`);
    writeFileSync(file, moduleText(index, size, 1));
    // The next edit is timed with this one undone in it, as nothing else has changed.
    project.invalidate(file);
    known = fingerprintsOf(project, files);
    return ms;
  });
}

/** @param {Mode} mode @param {string} folder @param {number} size @returns {Record<string, number>} */
function run(mode, folder, size) {
  const startedAt = performance.now();
  const flags = ["--expose-gc", "--no-warnings", ...(process.env["BENCH_PROFILE"] === mode ? ["--cpu-prof"] : [])];
  const { stdout, stderr, status } = spawnSync(
    process.execPath,
    [...flags, SELF, "--child", mode, folder, String(size)],
    {
      encoding: "utf8",
    },
  );
  if (status !== 0) throw new Error(`${mode} of ${size} modules: ${stderr}`);
  const ms = performance.now() - startedAt;
  /** @type {Record<string, number>} */
  const measured = JSON.parse(stdout);
  return mode === "cold" || mode === "fill" ? measured : { ...measured, "whole process, ms": ms };
}

/** @param {number} rounds @param {readonly number[]} sizes */
function compare(rounds, sizes) {
  const parent = realpathSync(mkdtempSync(join(tmpdir(), "autocache-bench-")));
  /** @type {Map<string, number[]>} */
  const samples = new Map();
  /** @param {string} key @param {number} value */
  const note = (key, value) => samples.set(key, [...(samples.get(key) ?? []), value]);
  try {
    buildSync({
      entryPoints: [SOURCE],
      bundle: true,
      format: "esm",
      outfile: COMPILED,
      packages: "external",
      platform: "node",
    });
    for (const size of sizes) {
      writeProject(join(parent, String(size)), size);
      run("fill", join(parent, String(size)), size);
    }
    for (let round = 0; round < rounds; round++) {
      const empty = run("empty", parent, 0);
      for (const size of sizes) {
        const folder = join(parent, String(size));
        const cold = run("cold", folder, size);
        for (const [what, value] of Object.entries(cold)) {
          note(`${size} ${what}`, what.endsWith("MB") ? value - (empty[what] ?? 0) : value);
        }
        const warm = run("warm", folder, size);
        note(`${size} cold with a warm disk cache, ms`, warm["cold with a warm disk cache, ms"] ?? Number.NaN);
        note(`${size} whole process with a warm disk cache, ms`, warm["whole process, ms"] ?? Number.NaN);
      }
    }
    const lines = readFileSync(join(parent, String(sizes[0]), moduleFile(9)), "utf8").split("\n").length;
    print(rounds, sizes, lines, (size, what) => samples.get(`${size} ${what}`) ?? []);
  } finally {
    rmSync(parent, { recursive: true, force: true });
    rmSync(COMPILED, { force: true });
  }
}

/**
 * @param {number} rounds @param {readonly number[]} sizes @param {number} lines
 * @param {(size: number, what: string) => number[]} samplesOf
 */
function print(rounds, sizes, lines, samplesOf) {
  const rows = [
    "cold, ms",
    "cold, processor ms",
    "after an edit, ms",
    "cold with a warm disk cache, ms",
    "whole process with a warm disk cache, ms",
    "heap, MB",
    "peak memory, MB",
  ];
  console.log(
    `Medians of ${rounds} rounds (least to most); modules of about ${lines} lines; memory beyond that of an empty process\n`,
  );
  console.log(["modules".padEnd(42), ...sizes.map((size) => String(size).padStart(24)), "  to reach at 1000"].join(""));
  for (const what of rows) {
    const cells = sizes.map((size) => {
      const values = samplesOf(size, what);
      return `${shown(median(values))} (${shown(Math.min(...values))}-${shown(Math.max(...values))})`.padStart(24);
    });
    console.log([what.padEnd(42), ...cells, verdict(what, median(samplesOf(1_000, what)))].join(""));
  }
  const [least = 1, most = 1] = [Math.min(...sizes), Math.max(...sizes)];
  const perModule = (/** @type {number} */ size) => median(samplesOf(size, "cold, ms")) / size;
  console.log(
    `\nLinearity, cold: ${perModule(least).toFixed(3)} ms a module at ${least}, ${perModule(most).toFixed(3)} at ${most}: ` +
      `${(perModule(most) / perModule(least)).toFixed(2)} times`,
  );
}

/** @param {number} value */
const shown = (value) => (value < 100 ? value.toFixed(1) : value.toFixed(0));

/** @param {string} what @param {number} value */
function verdict(what, value) {
  const target = Object.entries(TARGETS).find(([name]) => name === what)?.[1];
  if (target === undefined || Number.isNaN(value)) return "";
  return value <= target ? `  ${target}: reached` : `  ${target}: MISSED by ${(value - target).toFixed(1)}`;
}

const [first, mode, folder = "", size] = process.argv.slice(2);
if (first === "--child") {
  await measure(/** @type {Mode} */ (mode), folder, Number(size));
} else {
  const [rounds = 5, ...sizes] = process.argv.slice(2).map(Number);
  compare(rounds, sizes.length > 0 ? sizes : [250, 1_000, 4_000]);
}
