import { existsSync, readFileSync } from "node:fs";
import { asRecord, parseJsonc, textsIn } from "./jsonc.ts";
import { joinPath } from "./paths.ts";

/** What stands behind an `npm:`, `jsr:` or `https:` specifier, as deno.lock has it. */
export interface LockedPackage {
  readonly label: string;
  /** The package and all that it can load, with their integrity; sorted. */
  readonly closure: readonly string[];
}

/** The part of deno.lock that says what specifiers stand for: their packages need no node_modules folder. */
export class DenoLock {
  readonly #specifiers: Readonly<Record<string, string>>;
  readonly #packages = new Map<string, Readonly<Record<string, unknown>>>();
  readonly #remote: Readonly<Record<string, string>>;

  constructor(folder: string | undefined) {
    const lock = readLock(folder);
    const holder = asRecord(lock["packages"] ?? lock);
    this.#specifiers = textsIn(holder["specifiers"]);
    this.#remote = textsIn(lock["remote"]);
    for (const kind of ["npm", "jsr"]) {
      for (const [id, value] of Object.entries(asRecord(holder[kind])))
        this.#packages.set(`${kind}:${id}`, asRecord(value));
    }
  }

  /** Finds what `npm:chalk@5` or `jsr:@std/fmt@1` stands for; `undefined` where the lock file does not have it. */
  find(kind: "npm" | "jsr", name: string, range: string | undefined): LockedPackage | undefined {
    const id = this.#idOf(kind, range === undefined ? name : `${name}@${range}`);
    if (id === undefined) return undefined;
    return { label: id, closure: this.#closureOf(id) };
  }

  /** The digest of a module at an address. */
  remote(address: string): string | undefined {
    return this.#remote[address];
  }

  #idOf(kind: string, specifier: string): string | undefined {
    const locked = this.#specifiers[`${kind}:${specifier}`];
    const id = `${kind}:${locked === undefined ? specifier : numberOf(kind, specifier, locked)}`;
    if (this.#packages.has(id)) return id;
    // A package that is there in one version only stands without it.
    return [...this.#packages.keys()].find((known) => known.startsWith(`${kind}:${specifier}@`));
  }

  #closureOf(id: string): readonly string[] {
    const found = new Map<string, string>();
    const waiting = [id];
    for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
      if (found.has(next)) continue;
      const record = this.#packages.get(next) ?? {};
      found.set(next, `${next} ${String(record["integrity"] ?? "")}`);
      const { dependencies, optionalDependencies } = record;
      for (const dependency of [...listOf(dependencies), ...listOf(optionalDependencies)]) {
        const [kind, specifier] = kindOf(dependency, next);
        waiting.push(this.#idOf(kind, specifier) ?? dependency);
      }
    }
    return [...found.values()].sort();
  }
}

function readLock(folder: string | undefined): Readonly<Record<string, unknown>> {
  const file = folder === undefined ? undefined : joinPath(folder, "deno.lock");
  if (file === undefined || !existsSync(file)) return {};
  try {
    return asRecord(parseJsonc(readFileSync(file, "utf8")));
  } catch {
    return {}; // The reader of all lock files reports it.
  }
}

/** Version 3 writes `npm:chalk@5.3.0` where later ones write `5.3.0`. */
function numberOf(kind: string, specifier: string, locked: string): string {
  if (locked.startsWith(`${kind}:`)) return locked.slice(kind.length + 1);
  const at = specifier.indexOf("@", 1);
  return `${at === -1 ? specifier : specifier.slice(0, at)}@${locked}`;
}

/** Version 3 has an object from names to ids, later ones a list of names or ids. */
function listOf(dependencies: unknown): readonly string[] {
  if (Array.isArray(dependencies)) return dependencies.filter((entry) => typeof entry === "string");
  return Object.values(textsIn(dependencies));
}

function kindOf(dependency: string, owner: string): readonly [kind: string, specifier: string] {
  const alias = /(?:^|@)(npm|jsr):(.+)$/.exec(dependency);
  if (alias !== null) return [alias[1] ?? "", alias[2] ?? ""];
  return [owner.slice(0, owner.indexOf(":")), dependency];
}
