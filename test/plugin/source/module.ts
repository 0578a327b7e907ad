import { createHash } from "node:crypto";
import { parseModule } from "../../../adapters/plugin/source/parse.ts";
import { shapeOf } from "../../../adapters/plugin/source/shape.ts";
import type {
  CalleeKind,
  CanonicalText,
  Origin,
  Reference,
  Shape,
  SiteText,
  Texts,
} from "../../../adapters/plugin/source/summary.ts";
import { textsOf } from "../../../adapters/plugin/source/texts.ts";

export interface ReadModule {
  readonly shape: Shape;
  readonly texts: Texts;
}

export interface ReadOptions {
  readonly file?: string;
  readonly defines?: readonly string[];
  /** The functions of the file that the option `wrappers` would name. */
  readonly wrappers?: readonly string[];
}

/** Reads one file, and tells what its callees are as the graph would for a project of that file alone. */
export function read(code: string, { file = "/app/a.ts", defines = [], wrappers = [] }: ReadOptions = {}): ReadModule {
  const parsed = parseModule(file, code);
  const shape = shapeOf(parsed);
  const kinds = shape.callees.map((origin) => kindOf(shape, origin, wrappers));
  return { shape, texts: textsOf(parsed, shape, kinds, { defines: new Set(defines) }) };
}

function kindOf(shape: Shape, origin: Origin, wrappers: readonly string[]): CalleeKind {
  if (wrappers.includes(shape.bindings[origin.binding]?.name ?? "") && origin.steps.length === 0) return "wrapper";
  const path = pathOf(shape, origin);
  if (/^cached(?: \(\{\}\))?$|^createCache \((?:\{\})?\) cached(?: \(\{\}\)|Batch)?$/.test(path)) return "function";
  return path === "routeCache" ? "handlers" : "none";
}

/** Follows an origin to an import: `createCache () cached`. */
export function pathOf(shape: Shape, { binding, steps }: Origin, depth = 0): string {
  if (depth > 9) return "circle";
  const from = shape.bindings[binding];
  if (from?.import !== undefined) {
    return [...(from.import.name === "*" ? [] : [from.import.name]), ...steps].join(" ");
  }
  if (from?.origin !== undefined) return [pathOf(shape, from.origin, depth + 1), ...steps].join(" ");
  if (from?.returns !== undefined && steps[0]?.startsWith("(") === true) {
    return [pathOf(shape, from.returns, depth + 1), ...steps.slice(1)].join(" ");
  }
  return [`${from?.name}?`, ...steps].join(" ");
}

/** The only site of a file. */
export function siteOf(code: string, options?: ReadOptions): SiteText {
  const { sites } = read(code, options).texts;
  const [site] = sites;
  if (site === undefined || sites.length > 1) {
    throw new Error(`Cannot read the site: the file has one: received ${sites.length}`);
  }
  return site;
}

/** What the only site's text and all that it reaches in its file come to: no names of bindings in it. */
export function valueOf(code: string, options?: ReadOptions): string {
  const module = read(code, options);
  const [site] = module.texts.sites;
  if (site === undefined) throw new Error("Cannot read the site: the file has one: received none");
  return digest(module, site, []);
}

function digest(module: ReadModule, text: CanonicalText, open: readonly number[]): string {
  const parts = text.references.map((reference) => digestOfReference(module, reference, open));
  return sha([text.digest, ...parts].join("\n"));
}

function digestOfReference(module: ReadModule, reference: Reference, open: readonly number[]): string {
  if (!("binding" in reference)) return JSON.stringify(reference);
  const binding = module.shape.bindings[reference.binding];
  const member = reference.member ?? "";
  if (binding?.import !== undefined) return `${binding.import.source}#${binding.import.name}.${member}`;
  if (open.includes(reference.binding)) return `cycle ${open.length - open.indexOf(reference.binding)}`;
  const inner = [...open, reference.binding];
  const items = [...(binding?.items ?? []), -1, ...(binding?.touchedBy ?? [])].map((index) => {
    const item = module.texts.items[index];
    const pragma = module.shape.items[index]?.pragma;
    if (pragma !== undefined) return JSON.stringify(pragma);
    return item === undefined ? "" : digest(module, item, inner);
  });
  return sha([binding?.place ?? "", ...items, member].join("\n"));
}

function sha(text: string): string {
  return createHash("sha256").update(text).digest("base64url");
}

/** The codes of a site's diagnostics, with their places. */
export function diagnosticsOf(code: string, options?: ReadOptions): string[] {
  return siteOf(code, options).diagnostics.map((each) => `${each.code} ${each.line}:${each.column}`);
}

/** The import that nearly all files of these tests begin with, on a line of its own. */
export const LIBRARY = `import { cached, createCache } from "@autocache/edge";\n`;
