import { existsSync, readFileSync } from "node:fs";
import { asRecord, parseJsonc, textsIn } from "./jsonc.ts";
import type { Settings } from "./options.ts";
import { foldersAbove, joinPath, parentOf } from "./paths.ts";
import { pathBelow } from "./specifiers.ts";

/** One other name of modules, and the folder that relative paths in it start from. */
export interface Alias {
  readonly from: string;
  readonly to: string;
  readonly folder: string;
}

/** The aliases of the options, then those of Deno's import map. */
export function aliasesOf(settings: Settings): readonly Alias[] {
  const { alias, root } = settings;
  const given = Object.entries(alias).map(([from, to]) => ({ from, to, folder: root }));
  return [...given, ...denoAliases(root)];
}

/**
 * Replaces a specifier, or the beginning of one: `@` stands for `@/a` too, `~/` for all that begins with it, and
 * `react$` for `react` alone.
 */
export function applyAlias(specifier: string, aliases: readonly Alias[]): string {
  for (const { from, to, folder } of aliases) {
    const rest = restAfter(specifier, from);
    if (rest === undefined) continue;
    const target = rest === "" ? to : to.replace(/\/$/, "") + rest;
    return /^\.\.?(?:\/|$)/.test(target) ? joinPath(folder, target) : target;
  }
  return specifier;
}

function restAfter(specifier: string, from: string): string | undefined {
  if (from.endsWith("$")) return specifier === from.slice(0, -1) ? "" : undefined;
  if (from.endsWith("/")) return specifier.startsWith(from) ? specifier.slice(from.length - 1) : undefined;
  return pathBelow(specifier, from);
}

function denoAliases(root: string): readonly Alias[] {
  for (const folder of foldersAbove(joinPath(root, "deno.json"))) {
    for (const name of ["deno.json", "deno.jsonc"]) {
      const file = joinPath(folder, name);
      if (!existsSync(file)) continue;
      const config = readConfig(file);
      const map = config["importMap"];
      const mapFile = typeof map === "string" ? joinPath(folder, map) : file;
      const imports = textsIn(mapFile === file ? config["imports"] : readConfig(mapFile)["imports"]);
      return byLength(imports).map(([from, to]) => ({ from, to, folder: parentOf(mapFile) ?? folder }));
    }
    if (existsSync(joinPath(folder, ".git"))) return [];
  }
  return [];
}

// In an import map the longest name wins, wherever it stands.
function byLength(imports: Readonly<Record<string, string>>): readonly (readonly [string, string])[] {
  return Object.entries(imports).sort(([a], [b]) => b.length - a.length);
}

function readConfig(file: string): Readonly<Record<string, unknown>> {
  try {
    return asRecord(parseJsonc(readFileSync(file, "utf8")));
  } catch {
    return {};
  }
}
