import { MagicString, type SourceMap } from "magic-string";
import { eachOnce } from "../graph/diagnostics.ts";
import type { LocatedDiagnostic, Project, Site, Subclass } from "../graph/project.ts";
import { type Instrumentable, nameOf } from "../graph/site.ts";
import type { Place } from "../source/summary.ts";
import { appendedArgument } from "./argument-list.ts";
import { canBeLowered, lowerDecorator } from "./lowering.ts";
import type { Previous } from "./previous.ts";
import { carrying, CLASS_SYMBOL, hasRecord, isCarrying, isRecord, recordText } from "./record.ts";

export interface InstrumentOptions {
  /** What the lock file says; without it, nothing is known of earlier fingerprints. */
  readonly previous?: Previous;
  /** Whether decorators become static blocks, for engines and tools that do not know them. @default true */
  readonly lowerDecorators?: boolean;
}

export interface Instrumented {
  readonly code: string;
  readonly map: SourceMap;
  /** The sites of the file, in their order, those without a fingerprint included. */
  readonly sites: readonly Site[];
  /** What the author is told of them, once each. */
  readonly diagnostics: readonly LocatedDiagnostic[];
  /** Those of all sites and subclasses, as `fingerprintsOf()` writes them. */
  readonly fingerprints: string;
}

/** Writes the fingerprints of a file as one text, which tells whether its code has to be written again. */
export function fingerprintsOf({ sites, subclasses }: Instrumentable): string {
  return [...sites, ...subclasses].map(({ fingerprint }) => fingerprint).join(" ");
}

/**
 * Writes the fingerprints of a file's functions into its code; `undefined` where there are none.
 *
 * `code` is what earlier plugins made of the file: it says where, and the file on disk says what. A call that has a
 * record already, by hand or because the code was bundled before, is left as it is.
 */
export function instrument(
  project: Pick<Project, "instrumentable" | "diagnostics">,
  file: string,
  code: string,
  options: InstrumentOptions = {},
): Instrumented | undefined {
  const found = project.instrumentable(file, code);
  const sites = found.sites.filter(({ kind, place }) => !isInstrumented(code, kind, place));
  const subclasses = found.subclasses.filter(({ bodyEnd }) => !isMarked(code, bodyEnd));
  if (sites.length === 0 && subclasses.length === 0) return undefined;
  const edit = new MagicString(code);
  for (const site of sites) inject(code, edit, site, found.sites, options);
  for (const subclass of subclasses) mark(edit, subclass);
  return {
    code: edit.toString(),
    map: edit.generateMap({ source: file, includeContent: true, hires: "boundary" }),
    sites,
    diagnostics: eachOnce(sites.flatMap((site) => project.diagnostics(site))),
    fingerprints: fingerprintsOf(found),
  };
}

function inject(
  code: string,
  edit: MagicString,
  site: Site,
  others: readonly Site[],
  { previous, lowerDecorators = true }: InstrumentOptions,
): void {
  const { fingerprint, kind, place, captured } = site;
  if (fingerprint === undefined) return;
  const versions = previous?.of(site, fingerprint, others) ?? { fp: fingerprint };
  const record = recordText({ ...versions, name: nameOf(site), captured });
  if (kind === "wrapper") injectIntoFunction(edit, place, record);
  else if (kind === "method") injectIntoDecorator(code, edit, place, record, lowerDecorators);
  else injectIntoCall(code, edit, place, record, WANTED[kind]);
}

/** How many arguments stand before the record. */
const WANTED = { call: 2, method: 1, handlers: 1 } as const;

function injectIntoCall(code: string, edit: MagicString, place: Place, record: string, wanted: number): void {
  const given = place.arguments ?? [];
  const missing = "void 0, ".repeat(Math.max(0, wanted - given.length));
  const argument = appendedArgument(code, place.end, given.at(-1)?.[1], missing + record);
  edit.appendLeft(place.end - 1, argument);
}

// A decorator that is not called, as one that options have made, finds the record on the method.
function injectIntoDecorator(code: string, edit: MagicString, place: Place, record: string, isLowered: boolean): void {
  const isCalled = place.arguments !== undefined;
  if (isCalled) injectIntoCall(code, edit, place, record, WANTED.method);
  if (isLowered && canBeLowered(code, place)) {
    lowerDecorator(code, edit, place, isCalled ? undefined : record);
  } else if (!isCalled) {
    const [method, rest] = unusedNames(["method", "rest"], code.slice(place.start, place.end) + record);
    const [before, after] = carrying(record);
    edit.appendRight(place.start, `((${method}, ...${rest}) => `);
    edit.appendLeft(place.end, `(${before}${method}${after}, ...${rest}))`);
  }
}

// A function that has a name may be used elsewhere too: a function of its own carries the record.
function injectIntoFunction(edit: MagicString, place: Place, record: string): void {
  const [start, end] = place.arguments?.[place.functionArgument ?? 0] ?? [0, 0];
  const [before, after] = carrying(record);
  const [open, close] = place.isLiteral === true ? ["", ""] : ["((f) => (...a) => f(...a))(", ")"];
  edit.appendRight(start, before + open);
  edit.appendLeft(end, close + after);
}

// The semicolon ends a field before it that has none.
function mark(edit: MagicString, { bodyEnd, fingerprint }: Subclass): void {
  const descriptor = `{ value: ${JSON.stringify(fingerprint)} }`;
  const key = `Symbol.for(${JSON.stringify(CLASS_SYMBOL)})`;
  edit.appendLeft(bodyEnd, `; static { Object.defineProperty(this, ${key}, ${descriptor}); } `);
}

function isInstrumented(code: string, kind: Site["kind"], place: Place): boolean {
  const given = (place.arguments ?? []).map(([start, end]) => code.slice(start, end));
  if (isCarrying(given[place.functionArgument ?? 0] ?? "")) return true;
  if (kind === "wrapper") return false;
  // What a decorator was lowered to is a call of a call that has the record.
  const callee = code.slice(place.start, place.arguments?.[0]?.[0] ?? place.end);
  return given.length > WANTED[kind] || isRecord(given.at(-1) ?? "") || hasRecord(callee);
}

function isMarked(code: string, bodyEnd: number): boolean {
  const start = code.lastIndexOf(CLASS_SYMBOL, bodyEnd);
  return start >= 0 && /^[^{}]*\{[^{}]*\}\s*\)\s*;?\s*\}[\s;]*$/.test(code.slice(start, bodyEnd));
}

function unusedNames(names: readonly string[], code: string): string[] {
  return names.map((name) => (code.includes(name) ? (unusedNames([`${name}_`], code)[0] ?? name) : name));
}
