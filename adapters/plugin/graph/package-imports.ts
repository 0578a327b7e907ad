import { existsSync, readFileSync } from "node:fs";
import { asRecord } from "./jsonc.ts";
import { foldersAbove, joinPath } from "./paths.ts";

/** What a `#name` of package.json may stand for, and the file whose package.json says so. */
export interface ImportTargets {
  readonly manifest: string;
  readonly targets: readonly string[];
}

/** Reads the field `imports` of package.json files. */
export class PackageImports {
  readonly #manifests = new Map<string, Readonly<Record<string, unknown>> | undefined>();

  /**
   * Finds what a specifier stands for under any condition: which of them holds is decided where the code runs, so all
   * count. Those for types do not.
   */
  find(specifier: string, file: string): ImportTargets | undefined {
    for (const folder of foldersAbove(file)) {
      const manifest = joinPath(folder, "package.json");
      const imports = this.#read(manifest);
      if (imports === undefined) continue;
      const match = matchKey(specifier, Object.keys(imports));
      if (match === undefined) return undefined;
      const targets = leavesOf(imports[match.key]).map((target) => target.replaceAll("*", match.rest));
      return { manifest, targets: [...new Set(targets)] };
    }
    return undefined;
  }

  #read(manifest: string): Readonly<Record<string, unknown>> | undefined {
    if (this.#manifests.has(manifest)) return this.#manifests.get(manifest);
    const imports = existsSync(manifest) ? readImports(manifest) : undefined;
    this.#manifests.set(manifest, imports);
    return imports;
  }
}

function readImports(manifest: string): Readonly<Record<string, unknown>> {
  try {
    return asRecord(asRecord(JSON.parse(readFileSync(manifest, "utf8")))["imports"]);
  } catch {
    return {};
  }
}

// As Node does it: the key itself, else the pattern with the longest beginning.
function matchKey(
  specifier: string,
  keys: readonly string[],
): { readonly key: string; readonly rest: string } | undefined {
  if (keys.includes(specifier)) return { key: specifier, rest: "" };
  const matches = keys.flatMap((key) => {
    const [start = "", end] = key.split("*");
    if (end === undefined || !specifier.startsWith(start) || !specifier.endsWith(end)) return [];
    if (specifier.length < start.length + end.length) return [];
    return [{ key, start, rest: specifier.slice(start.length, specifier.length - end.length) }];
  });
  return matches.sort((a, b) => b.start.length - a.start.length || b.key.length - a.key.length)[0];
}

function leavesOf(target: unknown): readonly string[] {
  if (typeof target === "string") return [target];
  if (Array.isArray(target)) return target.flatMap(leavesOf);
  return Object.entries(asRecord(target)).flatMap(([condition, value]) =>
    /^types(?:@|$)/.test(condition) ? [] : leavesOf(value),
  );
}
