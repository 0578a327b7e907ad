import { execFile } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { promisify } from "node:util";
import { registryEnvironment, startRegistry } from "./registry.ts";

const run = promisify(execFile);

/** A project of somebody else's: it has the package as npm has installed it, its peers, and tests that import it by name. */
export interface Consumer {
  readonly folder: string;
  remove(): void;
}

/**
 * Installs the built package, packed as it would be published, into a project outside the repository, with tests or some
 * folders of them: no source can be reached from there, and no package that a user would not get.
 */
export async function makeConsumer(
  tests: string,
  folders: readonly string[] = ["."],
  others: readonly string[] = [],
): Promise<Consumer> {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "autocache-consumer-")));
  const { name, peerDependencies } = JSON.parse(readFileSync("package.json", "utf8")) as {
    readonly name: string;
    readonly peerDependencies: Readonly<Record<string, string>>;
  };
  writeFileSync(join(folder, "package.json"), JSON.stringify({ name: "consumer", private: true, type: "module" }));
  await install(folder, [name, ...Object.keys(peerDependencies), ...others]);
  // The tests' own tsconfig.json points back into the repository.
  for (const part of folders) {
    cpSync(join(tests, part), join(folder, part), {
      recursive: true,
      filter: (path) => basename(path) !== "tsconfig.json",
    });
  }
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true }) };
}

async function install(folder: string, names: readonly string[]): Promise<void> {
  const registry = await startRegistry();
  const kept = mkdtempSync(join(tmpdir(), "autocache-packages-"));
  try {
    await run("npm", ["install", ...names], { cwd: folder, env: registryEnvironment(registry, kept) });
  } finally {
    await registry.close();
    rmSync(kept, { recursive: true, force: true });
  }
}
