import { builtinModules } from "node:module";
import { isAbsolutePath } from "./paths.ts";

/** `npm:@scope/name@^1/path`, or the like of jsr. */
export interface RegistrySpecifier {
  readonly kind: "npm" | "jsr";
  readonly name: string;
  readonly range?: string;
  /** What follows the package: "" or "/path". */
  readonly path: string;
}

const BUILTIN: ReadonlySet<string> = new Set(builtinModules);

/** Reads a specifier of a registry; `undefined` for any other. */
export function parseRegistry(specifier: string): RegistrySpecifier | undefined {
  if (!specifier.startsWith("npm:") && !specifier.startsWith("jsr:")) return undefined;
  const match = /^(npm|jsr):\/?((?:@[^/]+\/)?[^/@]+)(?:@([^/]*))?(\/.*)?$/.exec(specifier);
  if (match === null) return undefined;
  const [, kind, name = "", range, path = ""] = match;
  return {
    kind: kind === "jsr" ? "jsr" : "npm",
    name,
    path,
    ...(range === undefined || range === "" ? {} : { range }),
  };
}

/** Tells which module of the host a specifier names: `node:fs` and `fs` are the same. */
export function hostModule(specifier: string): string | undefined {
  if (specifier.startsWith("node:")) return specifier.slice("node:".length);
  if (/^(?:bun|cloudflare|workerd):/.test(specifier) || BUILTIN.has(specifier)) return specifier;
  return undefined;
}

/** Tells whether a specifier is the address of a module on the web, or the module itself. */
export function isAddress(specifier: string): boolean {
  return /^(?:https?|data):/.test(specifier);
}

/** Tells whether a specifier names a package, if no alias says otherwise. */
export function isBare(specifier: string): boolean {
  return !/^[.#]/.test(specifier) && !isAbsolutePath(specifier);
}

/** The package that a bare specifier names, and what follows it. */
export function splitPackage(specifier: string): readonly [name: string, path: string] {
  const name = /^(?:@[^/]+\/)?[^/]+/.exec(specifier)?.[0] ?? specifier;
  return [name, specifier.slice(name.length)];
}

/** Splits `./text.md?raw` into the path and the query with its "?". */
export function splitQuery(specifier: string): readonly [path: string, query: string] {
  const at = specifier.indexOf("?", 1);
  return at === -1 ? [specifier, ""] : [specifier.slice(0, at), specifier.slice(at)];
}

/** What follows the name of a module in a specifier of it or of a subpath; `undefined` for another module. */
export function pathBelow(specifier: string, name: string): string | undefined {
  if (specifier === name) return "";
  return specifier.startsWith(`${name}/`) ? specifier.slice(name.length) : undefined;
}

/** Finds which subpath of the library a specifier names, however it writes the library's name. */
export function libraryPath(specifier: string, library: readonly string[]): string | undefined {
  const registry = parseRegistry(specifier);
  for (const name of library) {
    const own = pathBelow(specifier, name);
    if (own !== undefined) return own;
    if (registry?.name === name) return registry.path;
  }
  return undefined;
}
