import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";

interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
}

/** A project of somebody else's: it has the package as npm would deliver it, its peers, and tests that import it by name. */
export interface Consumer {
  readonly folder: string;
  remove(): void;
}

/** Packs the built package and unpacks it, with tests or some folders of them, into a project outside the repository: no source can be reached from there. */
export function makeConsumer(tests: string, folders: readonly string[] = ["."]): Consumer {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "autocache-consumer-")));
  const manifest = readManifest("package.json");
  const modules = join(folder, "node_modules");
  unpack(manifest.name, modules, folder);
  for (const name of Object.keys({ ...manifest.dependencies, ...manifest.peerDependencies })) {
    copyPackage(name, process.cwd(), modules);
  }
  const dependencies = { [manifest.name]: manifest.version, ...manifest.peerDependencies };
  writeFileSync(
    join(folder, "package.json"),
    JSON.stringify({ name: "consumer", private: true, type: "module", dependencies }, null, 2),
  );
  // The tests' own tsconfig.json points back into the repository.
  for (const name of folders) {
    cpSync(join(tests, name), join(folder, name), {
      recursive: true,
      filter: (path) => basename(path) !== "tsconfig.json",
    });
  }
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true }) };
}

function unpack(name: string, modules: string, folder: string): void {
  const packed = execFileSync("npm", ["pack", "--json", "--ignore-scripts", "--pack-destination", folder], {
    encoding: "utf8",
    stdio: ["ignore", "pipe", "pipe"],
  });
  const [{ filename } = { filename: "" }] = JSON.parse(packed) as { filename: string }[];
  const target = join(modules, name);
  mkdirSync(target, { recursive: true });
  execFileSync("tar", ["-xzf", join(folder, filename), "-C", target, "--strip-components=1"]);
}

/** Copies an installed package and what it depends on: no registry is asked. */
function copyPackage(name: string, from: string, modules: string): void {
  const source = locate(name, from);
  const target = join(modules, name);
  cpSync(source, target, { recursive: true, dereference: true });
  for (const dependency of Object.keys(readManifest(join(source, "package.json")).dependencies ?? {})) {
    copyPackage(dependency, source, modules);
  }
}

function locate(name: string, from: string): string {
  const folders = createRequire(join(from, "package.json")).resolve.paths(name) ?? [];
  const found = folders.map((folder) => join(folder, name)).find((folder) => readable(join(folder, "package.json")));
  if (found === undefined) throw new Error(`Cannot copy "${name}" into the consumer: it is not installed near ${from}`);
  return found;
}

function readable(path: string): boolean {
  try {
    readManifest(path);
    return true;
  } catch {
    return false;
  }
}

function readManifest(path: string): Manifest {
  return JSON.parse(readFileSync(path, "utf8")) as Manifest;
}
