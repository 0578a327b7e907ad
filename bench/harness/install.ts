import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, statSync, symlinkSync } from "node:fs";
import { join } from "node:path";

const BENCH = join(import.meta.dirname, "..");
const MODULES = join(BENCH, "node_modules");

/**
 * Installs what is compared, where it is not there yet or another version of it is wanted, and links this package beside
 * it under its own name: npm would install the dependencies of a linked package too.
 *
 * @throws where npm fails
 */
export function installPeers(): void {
  const installed = join(MODULES, ".package-lock.json");
  const isCurrent =
    existsSync(installed) && statSync(installed).mtimeMs >= statSync(join(BENCH, "package-lock.json")).mtimeMs;
  if (!isCurrent) {
    console.error("Installs what is compared, into bench/node_modules");
    // npm would take the settings of the script that runs this for its own.
    const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith("npm_")));
    const { status } = spawnSync("npm", ["ci", "--prefix", BENCH, "--no-audit", "--no-fund"], {
      cwd: BENCH,
      env,
      stdio: ["ignore", "ignore", "inherit"],
    });
    if (status !== 0)
      throw new Error(`Cannot install what is compared: npm ci has to succeed: received exit ${status}`);
  }
  const link = join(MODULES, "@autocache/edge");
  if (existsSync(link)) return;
  mkdirSync(join(MODULES, "@autocache"), { recursive: true });
  symlinkSync("../../..", link, "junction");
}

/** The versions that are installed; of this package, the one that is built. */
export function versionsOf(packages: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    packages.map((name) => {
      const manifest = JSON.parse(readFileSync(join(MODULES, name, "package.json"), "utf8")) as { version: string };
      return [name, manifest.version];
    }),
  );
}
