import { basename } from "node:path";
import type { LocatedDiagnostic } from "../graph/project.ts";
import type { Previous, Versions } from "../inject/previous.ts";
import { CommandError } from "./failure.ts";
import { compareTexts } from "./groups.ts";
import type { CodeFunction } from "./inventory.ts";

/** What the run-time half reads, as `Manifest` in src/manifest.ts has it. */
export interface ManifestContent {
  readonly format: 1;
  readonly functions: Readonly<Record<string, Versions>>;
}

/** A manifest, or why there can be none. */
export interface ManifestResult {
  readonly manifest: ManifestContent;
  readonly errors: readonly LocatedDiagnostic[];
}

/**
 * Lists the fingerprints of functions by their names at run time.
 *
 * There, a function is found by its name and by nothing else: one without a name, two of one name, and variables whose
 * values only the plugin can hand over are errors.
 */
export function makeManifest(functions: readonly CodeFunction[], previous: Previous | undefined): ManifestResult {
  const entries = new Map<string, { readonly fn: CodeFunction; readonly versions: Versions }>();
  const errors: LocatedDiagnostic[] = [];
  for (const fn of functions) {
    const { fingerprint, literalName, isNamed, captured } = fn.site;
    const { name } = fn;
    if (fingerprint === undefined) continue;
    if (captured.length > 0) errors.push(captureError(fn));
    if (name === undefined || (literalName === undefined && !isNamed)) {
      errors.push(nameError(fn));
      continue;
    }
    const other = entries.get(name);
    if (other !== undefined && other.fn.site.fingerprint !== fingerprint)
      errors.push(duplicateError(name, fn, other.fn));
    else entries.set(name, { fn, versions: previous?.of(fn.site, fingerprint) ?? { fp: fingerprint } });
  }
  const sorted = [...entries].toSorted(([a], [b]) => compareTexts(a, b));
  const content = Object.fromEntries(sorted.map(([name, { versions }]) => [name, versions]));
  return { manifest: { format: 1, functions: content }, errors };
}

function nameError(fn: CodeFunction): LocatedDiagnostic {
  const what = fn.name === undefined ? "the function" : `"${fn.name}"`;
  return errorAt(
    fn,
    "missing-name",
    `Cannot list ${what} in the manifest: at run time it is found by its own name or the option name: received neither: add name: "${fn.name ?? "…"}" to its options`,
  );
}

function duplicateError(name: string, fn: CodeFunction, other: CodeFunction): LocatedDiagnostic {
  return errorAt(
    fn,
    "duplicate-name",
    `Cannot list "${name}" in the manifest: a name stands for one function: received another at ${other.at}:${other.site.line}`,
  );
}

function captureError(fn: CodeFunction): LocatedDiagnostic {
  return errorAt(
    fn,
    "capture",
    `Cannot list "${fn.label}" in the manifest: values of outer variables are not in it: received ${fn.site.captured.join(", ")}: pass as arguments, or use the plugin or --emit`,
  );
}

function errorAt({ site }: CodeFunction, code: string, message: string): LocatedDiagnostic {
  const { file, line, column } = site;
  return { file, line, column, code, message, severity: "error" };
}

export function manifestText(manifest: ManifestContent): string {
  return `${JSON.stringify(manifest, null, 2)}\n`;
}

/** The name of the module, which fingerprints take no notice of: they are in it. */
const MODULE_NAME = /^autocache\.gen\.[cm]?[jt]s$/;

/**
 * Writes the module that registers a manifest, for a runtime where no alias reaches into packages.
 *
 * @throws {CommandError} where the file has another name: then the modules that import it would change with it
 */
export function moduleText(file: string, manifest: ManifestContent, library: string): string {
  if (!MODULE_NAME.test(basename(file))) {
    throw new CommandError(
      `Cannot write "${file}": the module is called autocache.gen.ts (or .js, .mts, .mjs, .cts, .cjs), because fingerprints leave that name out: received another name`,
    );
  }
  return [
    "// Written by `autocache fingerprint --module`: do not edit.",
    `import { registerManifest } from ${JSON.stringify(library)};`,
    "",
    `registerManifest(${JSON.stringify(manifest, null, 2)});`,
    "",
  ].join("\n");
}
