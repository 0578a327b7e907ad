import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";

/** A project of its own: beside each other, packages that all bring a program `node` would be in each other's way. */
const FOLDER = join(import.meta.dirname, "nodes");

/** The program of a release of Node, installed if it is not there yet; that of this process for its own. */
export function nodeProgram(major: number): string {
  if (process.versions.node.startsWith(`${major}.`)) return process.execPath;
  const alias = `node-${major}`;
  const program = join(FOLDER, "node_modules", alias, "bin", "node");
  const wanted = wantedVersion(alias);
  if (versionOf(program) !== wanted) install();
  const received = versionOf(program);
  if (received !== wanted)
    throw new Error(`Cannot run Node ${wanted}: npm ci installs it: received ${received ?? "none"}`);
  return program;
}

function wantedVersion(alias: string): string {
  const { devDependencies } = JSON.parse(readFileSync(join(FOLDER, "package.json"), "utf8")) as {
    readonly devDependencies: Readonly<Record<string, string>>;
  };
  return `v${devDependencies[alias]?.split("@").at(-1) ?? ""}`;
}

function versionOf(program: string): string | undefined {
  const { status, stdout } = spawnSync(program, ["--version"], { encoding: "utf8" });
  return status === 0 ? stdout.trim() : undefined;
}

function install(): void {
  console.log("Installs the other releases of Node, into scripts/test/nodes");
  const { status, stderr } = spawnSync("npm", ["ci", "--no-audit", "--no-fund"], {
    cwd: FOLDER,
    encoding: "utf8",
    stdio: ["ignore", "ignore", "pipe"],
  });
  if (status !== 0) throw new Error(`Cannot install the other releases of Node: npm ci has to succeed:\n${stderr}`);
}
