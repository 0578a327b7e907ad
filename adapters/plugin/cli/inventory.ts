import { readFileSync } from "node:fs";
import { relativePath } from "../graph/paths.ts";
import { eachOnce } from "../graph/diagnostics.ts";
import type { LocatedDiagnostic, Project, Site } from "../graph/project.ts";
import { nameOf } from "../graph/site.ts";
import { compareTexts, groupBy } from "./groups.ts";

/** A cached function of the project. */
export interface CodeFunction {
  /** What it is called here and in the lock file: its name, and its file where several have that name. */
  readonly key: string;
  /** What it is called at run time, if that is known. */
  readonly name: string | undefined;
  /** Its name, or what it is where it has none: equal for functions that only their files tell apart. */
  readonly label: string;
  /** Its file, from the root. */
  readonly at: string;
  readonly site: Site;
}

/** All cached functions, by their files and lines. */
export interface Inventory {
  readonly root: string;
  readonly functions: readonly CodeFunction[];
  /** What is to be said about them and all they reach, each thing once. */
  readonly diagnostics: readonly LocatedDiagnostic[];
}

/** Looks for cached functions in files; `onFile` is told how many of them are done. */
export function takeInventory(project: Project, files: readonly string[], onFile?: (done: number) => void): Inventory {
  const unnamed: Omit<CodeFunction, "key">[] = [];
  const found: LocatedDiagnostic[] = [];
  files.forEach((file, index) => {
    onFile?.(index);
    const sites = project.sites(file);
    if (sites.length === 0) found.push(...lostSites(project, file));
    for (const site of sites) {
      const name = nameOf(site);
      unnamed.push({ name, label: name ?? LABELS[site.kind], at: relativePath(project.root, file), site });
      found.push(...project.diagnostics(site));
    }
  });
  onFile?.(files.length);
  return { root: project.root, functions: withKeys(unnamed), diagnostics: eachOnce(found).toSorted(byPlace) };
}

/**
 * A file that cannot be parsed has no functions for us: if it speaks of caching, that is an error, because its functions
 * would pass for gone. Others are none of our business.
 */
function lostSites(project: Project, file: string): readonly LocatedDiagnostic[] {
  const errors = project.syntaxErrors(file);
  return errors.length > 0 && /cached|routeCache|autocache/.test(readFileSync(file, "utf8")) ? errors : [];
}

const LABELS: Readonly<Record<Site["kind"], string>> = {
  call: "unnamed",
  method: "unnamed",
  handlers: "handlers",
  wrapper: "unnamed",
};

function withKeys(functions: readonly Omit<CodeFunction, "key">[]): CodeFunction[] {
  const perLabel = groupBy(functions, ({ label }) => label);
  const perFile = new Map<string, number>();
  return functions.map((fn) => {
    if (fn.name !== undefined && perLabel.get(fn.label)?.length === 1) return { ...fn, key: fn.name };
    const base = qualifiedKey(fn.label, fn.at);
    const place = (perFile.get(base) ?? 0) + 1;
    perFile.set(base, place);
    return { ...fn, key: place === 1 ? base : qualifiedKey(fn.label, fn.at, place) };
  });
}

/** Names a function by its file, and by its place among those of the same name there. */
export function qualifiedKey(label: string, at: string, place = 1): string {
  return place === 1 ? `${label} (${at})` : `${label} (${at}, ${place})`;
}

function byPlace(a: LocatedDiagnostic, b: LocatedDiagnostic): number {
  return compareTexts(a.file, b.file) || a.line - b.line || a.column - b.column || compareTexts(a.code, b.code);
}
