import { spawnSync } from "node:child_process";
import { cpSync, existsSync, readFileSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";

const BENCH = join(import.meta.dirname, "..");
const ROOT = join(BENCH, "..");
const MODULES = join(BENCH, "node_modules");
const PACKAGE = join(MODULES, "@autocache/edge");

/**
 * Installs what is compared, where it is not there yet or another version of it is wanted, and a copy of this package as it
 * is built beside it, under its own name: a build that runs meanwhile does not change it.
 *
 * @throws where npm fails, or the package is not built
 */
export function installPeers(): void {
  const lock = join(BENCH, "package-lock.json");
  const installed = join(MODULES, ".package-lock.json");
  const isCurrent = existsSync(installed) && statSync(installed).mtimeMs >= statSync(lock).mtimeMs;
  if (!isCurrent) installFromRegistry();
  if (!existsSync(join(ROOT, "dist/index.js"))) {
    throw new Error("Cannot use the package in bench/: it is built, by `npm run build`: received no dist/");
  }
  rmSync(PACKAGE, { recursive: true, force: true });
  cpSync(join(ROOT, "dist"), join(PACKAGE, "dist"), { recursive: true });
  cpSync(join(ROOT, "package.json"), join(PACKAGE, "package.json"));
}

function installFromRegistry(): void {
  console.error("Installs what is compared, into bench/node_modules");
  // npm would take the settings of the script that runs this for its own.
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith("npm_")));
  const { status } = spawnSync("npm", ["ci", "--prefix", BENCH, "--no-audit", "--no-fund"], {
    cwd: BENCH,
    env,
    stdio: ["ignore", "ignore", "inherit"],
  });
  if (status !== 0) throw new Error(`Cannot install what is compared: npm ci has to succeed: received exit ${status}`);
}

/** The versions that are installed, there or with the project; of this package, the one that is built. */
export function versionsOf(packages: readonly string[]): Record<string, string> {
  return Object.fromEntries(packages.map((name) => [name, versionOf(name)]));
}

function versionOf(name: string): string {
  const folder = [MODULES, join(ROOT, "node_modules")].find((modules) =>
    existsSync(join(modules, name, "package.json")),
  );
  if (folder === undefined) throw new Error(`Cannot tell the version of "${name}": it is installed: received nothing`);
  return (JSON.parse(readFileSync(join(folder, name, "package.json"), "utf8")) as { readonly version: string }).version;
}
