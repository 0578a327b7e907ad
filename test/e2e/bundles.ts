import { execFileSync } from "node:child_process";
import { globSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { VITE } from "../../scripts/vite-dev.ts";
import type { ProjectCopy } from "./project-copy.ts";

const WRANGLER = join(dirname(fileURLToPath(import.meta.resolve("wrangler/package.json"))), "bin/wrangler.js");

function run(command: readonly string[], cwd: string): void {
  const env = { ...process.env, WRANGLER_SEND_METRICS: "false", WRANGLER_SEND_ERROR_REPORTS: "false" };
  execFileSync(process.execPath, command, { cwd, env, stdio: "pipe" });
}

/** Bundles as `wrangler deploy` would upload it; tells the folder. */
export function wranglerDryRun(copy: ProjectCopy, config: string): string {
  const output = copy.path(`dry-run-of-${config.replaceAll("/", "-")}`);
  run([WRANGLER, "deploy", "--dry-run", "--outdir", output, "--config", copy.path(config)], dirname(copy.path(config)));
  return output;
}

/** Builds the example for Vite; tells the folder, from the top of the copy. */
export function viteBuild(copy: ProjectCopy): string {
  run([VITE, "build", "--logLevel", "error"], copy.path("vite-example"));
  return "vite-example/dist/autocache_vite_example";
}

/** The fingerprints in the scripts of a folder, each once. */
export function fingerprintsIn(folder: string): string[] {
  const scripts = globSync("**/*.{js,mjs}", { cwd: folder });
  const found = scripts.flatMap(
    (name) => readFileSync(join(folder, name), "utf8").match(/\ba1_[\w-]{22}(?![\w-])/g) ?? [],
  );
  return [...new Set(found)].toSorted();
}
