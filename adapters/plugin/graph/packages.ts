import { existsSync, readFileSync } from "node:fs";
import { digestOf } from "../source/digest.ts";
import { asRecord, textsIn } from "./jsonc.ts";
import { Lock, type LockProblem } from "./lockfiles.ts";
import { Patches } from "./patches.ts";
import { foldersAbove, joinPath, realPath } from "./paths.ts";

/** What of a package counts: all it can load, its own version, its name alone, or its code like that of the project. */
export type PackageMode = "closure" | "version" | "ignore" | "source";

export type PackagesOption = Exclude<PackageMode, "source"> | Readonly<Record<string, PackageMode>>;

export interface PackageIdentity {
  /** `name@version`. */
  readonly label: string;
  readonly identity: string;
}

interface Manifest {
  readonly name: string;
  readonly version: string;
  /** The packages that it can load, the optional and those of its user included. */
  readonly dependencies: readonly string[];
}

/** Tells what identifies the content of an installed package. */
export class Packages {
  readonly lock: Lock;
  readonly #default: PackageMode;
  readonly #patterns: readonly (readonly [pattern: RegExp, mode: PackageMode, isForAll: boolean])[];
  readonly #patches: Patches;
  readonly #manifests = new Map<string, Manifest>();
  readonly #closures = new Map<string, string>();

  constructor(root: string, option: PackagesOption = "closure") {
    this.lock = new Lock(root);
    this.#patches = new Patches(new Set([root, this.lock.folder ?? root]));
    this.#default = typeof option === "string" ? requireMode(option) : "closure";
    this.#patterns = typeof option === "string" ? [] : patternsOf(option);
  }

  get problems(): readonly LockProblem[] {
    return this.lock.problems;
  }

  modeOf(name: string): PackageMode {
    return this.#patterns.find(([pattern]) => pattern.test(name))?.[1] ?? this.#default;
  }

  /** The mode of a package that is linked, rather than installed: its code is the project's unless a pattern names it. */
  modeOfLinked(name: string): PackageMode {
    return this.#patterns.find(([pattern, , isForAll]) => !isForAll && pattern.test(name))?.[1] ?? "source";
  }

  /** Identifies the package whose package.json is in the folder. */
  identify(folder: string, mode: Exclude<PackageMode, "source">): PackageIdentity {
    const { name, version } = this.#manifest(folder);
    const label = `${name}@${version}`;
    if (mode === "ignore") return { label, identity: name };
    return { label, identity: mode === "version" ? this.#content(folder) : this.#closure(folder) };
  }

  /** Finds the folder of a package as the file would. */
  folderOf(name: string, file: string): string | undefined {
    for (const folder of foldersAbove(file)) {
      const candidate = joinPath(folder, `node_modules/${name}`);
      if (existsSync(joinPath(candidate, "package.json"))) return realPath(candidate);
    }
    return undefined;
  }

  #closure(folder: string): string {
    const known = this.#closures.get(folder);
    if (known !== undefined) return known;
    const found = new Map<string, string>();
    const waiting = [folder];
    for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
      if (found.has(next)) continue;
      found.set(next, this.#content(next));
      for (const name of this.#manifest(next).dependencies) {
        const dependency = this.folderOf(name, joinPath(next, "package.json"));
        if (dependency !== undefined) waiting.push(dependency);
      }
    }
    const closure = digestOf([...new Set(found.values())].sort().join("\n"));
    this.#closures.set(folder, closure);
    return closure;
  }

  /** One package by itself: its name and version, and what the lock file and the patches say of its content. */
  #content(folder: string): string {
    const { name, version } = this.#manifest(folder);
    return [`${name}@${version}`, ...this.lock.contentOf(name, version), "patches", ...this.#patches.of(name)].join(
      " ",
    );
  }

  #manifest(folder: string): Manifest {
    let manifest = this.#manifests.get(folder);
    if (manifest === undefined) this.#manifests.set(folder, (manifest = readManifest(folder)));
    return manifest;
  }
}

function readManifest(folder: string): Manifest {
  let json: unknown;
  try {
    json = JSON.parse(readFileSync(joinPath(folder, "package.json"), "utf8"));
  } catch {
    json = undefined; // A package without a name counts by its folder's.
  }
  const { name, version, dependencies, optionalDependencies, peerDependencies } = asRecord(json);
  const all = { ...textsIn(dependencies), ...textsIn(optionalDependencies), ...textsIn(peerDependencies) };
  return {
    name: typeof name === "string" ? name : packageNameIn(folder),
    version: typeof version === "string" ? version : "",
    dependencies: Object.keys(all),
  };
}

/** The folder of the installed package that a file belongs to; `undefined` for a file of the project. */
export function installedFolderOf(file: string, root: string): string | undefined {
  // The project itself may stand below a node_modules folder.
  const start = file.startsWith(`${root}/`) ? root.length : 0;
  const match = /^.*\/node_modules\/(?:@[^/]+\/)?[^/]+(?=\/)/.exec(file.slice(start));
  return match === null ? undefined : file.slice(0, start) + match[0];
}

/** The name by which the package in a folder is imported. */
export function packageNameIn(folder: string): string {
  return /(?:^|\/)((?:@[^/]+\/)?[^/]+)$/.exec(folder)?.[1] ?? folder;
}

function patternsOf(
  option: Readonly<Record<string, PackageMode>>,
): readonly (readonly [RegExp, PackageMode, boolean])[] {
  // The longer a pattern, the more it says: the order in which they are written plays no part.
  return Object.entries(option)
    .sort(([a], [b]) => Number(a.includes("*")) - Number(b.includes("*")) || b.length - a.length)
    .map(([pattern, mode]) => {
      const parts = pattern.split("*").map((part) => part.replace(/[.*+?^${}()|[\]\\/]/g, String.raw`\$&`));
      return [new RegExp(`^${parts.join(".*")}$`), requireMode(mode, pattern), /^[*/]*$/.test(pattern)];
    });
}

function requireMode(mode: PackageMode, pattern?: string): PackageMode {
  const modes: readonly PackageMode[] = ["closure", "version", "ignore"];
  if (modes.includes(mode) || (mode === "source" && pattern !== undefined)) return mode;
  const [of, more] = pattern === undefined ? ["", ""] : [` of "${pattern}"`, ', or "source"'];
  throw new TypeError(
    `Cannot read the option packages${of}: it is "closure", "version" or "ignore"${more}: received ${String(mode)}`,
  );
}
