import { parseDictionary, type StructuredItem } from "./structured.ts";

/**
 * Cache directives by name in lower case; `true` stands for no argument. One that takes no argument, such as `no-store`,
 * is there whatever argument it was given. `no-cache` and `private` have the names of fields, or else `true`.
 */
export type Directives = ReadonlyMap<string, string | true>;

/** What a number of seconds too large to be held becomes (RFC 9111 §1.2.2). */
const MAX_DELTA_SECONDS = 2_147_483_648;

/** Directives whose argument is a list of field names, and which concern the whole response without it (RFC 9111 §5.2.2). */
const FIELD_LISTS: readonly string[] = ["no-cache", "private"];

const TOKEN_PATTERN = "[!#$%&'*+.^_`|~\\w-]+";
const NAME = new RegExp(`^${TOKEN_PATTERN}`);
const TOKEN = new RegExp(`^${TOKEN_PATTERN}$`);

/**
 * Reads the directives of a `Cache-Control` field (RFC 9111 §5.2), of a request or a response, and never fails. Of several
 * directives of one name the first counts (RFC 9111 §4.2.1), of `no-cache` and `private` the strictest. What is written
 * wrong after a name is kept as it stands, so that it restricts what it would, and is no number.
 */
export function parseCacheControl(text: string | null): Directives {
  const directives = new Map<string, string | true>();
  for (const member of text === null ? [] : splitList(text)) {
    const name = NAME.exec(member)?.[0];
    if (name !== undefined) add(directives, name.toLowerCase(), argumentOf(member, name));
  }
  return directives;
}

function argumentOf(member: string, name: string): string | true {
  if (member === name) return true;
  const rest = member.slice(name.length);
  const argument = rest.startsWith("=") ? rest.slice(1) : "";
  if (TOKEN.test(argument)) return argument;
  const isQuoted = argument.startsWith('"') && closingQuote(argument, 0) === argument.length - 1;
  return isQuoted ? argument.slice(1, -1).replace(/\\(.)/gs, "$1") : rest;
}

function add(directives: Map<string, string | true>, name: string, value: string | true): void {
  const known = directives.get(name);
  if (!FIELD_LISTS.includes(name)) {
    if (known === undefined) directives.set(name, value);
    return;
  }
  const fields = fieldsIn(value);
  directives.set(name, known === true || fields === undefined ? true : known ? `${known}, ${fields}` : fields);
}

/** The list of field names that an argument is; `undefined` where it is none, which must not loosen the directive. */
function fieldsIn(value: string | true): string | undefined {
  if (value === true) return undefined;
  const names = value.split(",").flatMap((name) => name.trim() || []);
  return names.length > 0 && names.every((name) => TOKEN.test(name)) ? names.join(", ") : undefined;
}

/** Splits a list at its commas, but not at those in a quoted string (RFC 9110 §5.6.1). */
function splitList(text: string): string[] {
  const members: string[] = [];
  let hasQuotes = text.includes('"');
  let start = 0;
  for (let i = 0; i < text.length; i++) {
    if (text[i] === ",") {
      members.push(text.slice(start, i).trim());
      start = i + 1;
    } else if (hasQuotes && text[i] === '"') {
      // A quote that is never closed must not hide a `no-store` after it; nor is the rest searched again for each of them.
      const end = closingQuote(text, i);
      hasQuotes = end !== undefined;
      i = end ?? i;
    }
  }
  members.push(text.slice(start).trim());
  return members;
}

function closingQuote(text: string, open: number): number | undefined {
  for (let i = open + 1; i < text.length; i++) {
    if (text[i] === '"') return i;
    if (text[i] === "\\") i += 1;
  }
  return undefined;
}

/** Reads a number of seconds (RFC 9111 §1.2.2): digits and nothing else, so no sign, no fraction and no space. */
export function parseDeltaSeconds(text: string): number | undefined {
  return /^\d+$/.test(text) ? Math.min(Number(text), MAX_DELTA_SECONDS) : undefined;
}

/** The seconds that a directive has as its argument; `undefined` if it is not there, or has anything else (RFC 9111 §1.2.2). */
export function deltaSeconds(directives: Directives, name: string): number | undefined {
  const value = directives.get(name);
  return typeof value === "string" ? parseDeltaSeconds(value) : undefined;
}

/**
 * The directives that count for a cache: those of the first of its targeted fields that is valid and not empty (RFC 9213
 * §2.2), in which case `Cache-Control` and `Expires` count for nothing; else those of `Cache-Control`.
 *
 * @param targets names of fields such as `cdn-cache-control`, the most specific first; none of a private cache
 */
export function effectiveDirectives(
  headers: Headers,
  targets: readonly string[],
): { readonly directives: Directives; readonly isTargeted: boolean } {
  for (const target of targets) {
    const text = headers.get(target);
    const members = text === null ? undefined : parseDictionary(text);
    const directives = directivesIn(members ?? new Map());
    // Also where no member has a value that counts: else `max-age="60"` would hide a `no-store` of Cache-Control.
    if (directives.size > 0) return { directives, isTargeted: true };
  }
  return { directives: parseCacheControl(headers.get("cache-control")), isTargeted: false };
}

function directivesIn(members: ReadonlyMap<string, StructuredItem>): Directives {
  const directives = new Map<string, string | true>();
  for (const [name, item] of members) {
    const value = directiveValue(name, item);
    if (value !== undefined) add(directives, name, value);
  }
  return directives;
}

/**
 * A value of another type than its directive has does not count: text is never made a number (RFC 9213 §2.1). What keeps a
 * response out of the cache is the exception, for to leave it out would be to serve one user's response to another.
 */
function directiveValue(name: string, { type, value }: StructuredItem): string | true | undefined {
  if (type === "boolean") return value || undefined;
  if (FIELD_LISTS.includes(name)) return type === "string" || type === "token" ? value : true;
  if (type === "integer") return String(value);
  return name === "no-store" ? true : undefined;
}
