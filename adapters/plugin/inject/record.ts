import type { Versions } from "./previous.ts";

/** What is known of a function at build time. */
export interface RecordContent extends Versions {
  readonly name?: string | undefined;
  readonly captured: readonly string[];
}

/** Where the run-time half looks for the record of a function that is given to a wrapper. */
const FINGERPRINT_SYMBOL = "autocache.fingerprint";

/** Where it looks for the fingerprint of a class of its own code, beside that of a base with cached methods. */
export const CLASS_SYMBOL = "autocache.class";

/** Writes the record as an object literal, on one line so that no line of the code moves. */
export function recordText({ fp, name, previous, captured }: RecordContent): string {
  const fields = [`fp: ${JSON.stringify(fp)}`];
  if (name !== undefined) fields.push(`name: ${JSON.stringify(name)}`);
  if (previous !== undefined) fields.push(`previous: ${JSON.stringify(previous)}`);
  if (captured.length > 0) fields.push(`captured: () => ({ ${captured.map(propertyOf).join(", ")} })`);
  return `{ ${fields.join(", ")} }`;
}

/** Tells whether a piece of code holds a record, whatever a minifier has made of it. */
export function hasRecord(code: string): boolean {
  return /[{,]\s*fp\s*:\s*["'`]a\d+_/.test(code);
}

/** Tells whether an argument is a record. */
export function isRecord(code: string): boolean {
  return /^\{\s*fp\s*:\s*["'`]a\d+_/.test(code);
}

/** Writes what goes around a function so that it carries its record itself. */
export function carrying(record: string): readonly [before: string, after: string] {
  return ["Object.assign(", `, { [Symbol.for(${JSON.stringify(FINGERPRINT_SYMBOL)})]: ${record} })`];
}

/** Tells whether an argument is a function that carries its record. */
export function isCarrying(code: string): boolean {
  return /^Object\.assign\s*\(/.test(code) && code.includes(FINGERPRINT_SYMBOL);
}

// `{ __proto__: x }` sets the prototype; a computed key, and a shorthand, are properties like any other.
function propertyOf(name: string): string {
  return name === "__proto__" ? `["__proto__"]: __proto__` : name;
}
