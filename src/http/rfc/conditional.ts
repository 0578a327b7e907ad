import { formatHttpDate, parseHttpDate } from "./dates.ts";
import type { DirectiveRules } from "./freshness.ts";
import { storableHeaders } from "./stored-headers.ts";

/** A field for a request that validates a stored response. */
export interface Validator {
  readonly name: "if-none-match" | "if-modified-since";
  readonly value: string;
}

/** What a cache takes over when it freshens. */
export interface FresheningRules extends DirectiveRules {
  /** Whether responses are stored with their Set-Cookie. */
  readonly setCookie: boolean;
}

interface EntityTag {
  readonly opaque: string;
  readonly isWeak: boolean;
}

const SECOND_MS = 1000;

// The flag in lower case, with a backslash or without its slash is seen in the wild, and can mean nothing else.
const QUOTED_TAG = /([Ww][/\\]?)?"([^"]*)"/y;

// What describes the stored bytes, which a 304 does not bring: RFC 9111 §3.2.
const OF_THE_BODY: ReadonlySet<string> = new Set(["content-encoding", "content-length", "content-range"]);

/**
 * Lists what to send to have a stored response validated: its entity tag and its date, each as it came, as there are.
 * RFC 9111 §4.3.1.
 */
export function validatorsOf(headers: Headers): readonly Validator[] {
  const validators: Validator[] = [];
  if (entityTag(headers) !== undefined) validators.push({ name: "if-none-match", value: headers.get("etag") ?? "" });
  const modified = headers.get("last-modified") ?? "";
  if (modified !== "") validators.push({ name: "if-modified-since", value: modified });
  return validators;
}

/**
 * Tells whether the client has what is stored already, and a 304 answers it. RFC 9110 §13.2.2, RFC 9111 §4.3.2.
 *
 * Never where a status other than 2xx is stored. If-Match and If-Unmodified-Since are for the origin alone: it says nothing of them.
 *
 * @param headers the stored response's
 * @param receivedAt when that was received, in epoch milliseconds: counts where it has neither Last-Modified nor Date
 * @param now epoch milliseconds
 */
export function isNotModified(
  request: Request,
  status: number,
  headers: Headers,
  receivedAt: number,
  now: number,
): boolean {
  if ((request.method !== "GET" && request.method !== "HEAD") || status < 200 || status > 299) return false;
  const known = request.headers.get("if-none-match");
  if (known !== null) return isAmong(entityTag(headers), known);
  const since = parseHttpDate(request.headers.get("if-modified-since"), now);
  if (since === undefined) return false;
  const modifiedAt =
    parseHttpDate(headers.get("last-modified"), now) ??
    parseHttpDate(headers.get("date"), now) ??
    Math.floor(receivedAt / SECOND_MS) * SECOND_MS;
  return modifiedAt <= since;
}

/**
 * Tells whether a 304 is about this stored response, of those that its request could have been answered with. RFC 9111 §4.3.4.
 *
 * A 304 without any validator is taken to be about the response whose validators were sent: many origins leave them out.
 */
export function isValidatedBy(stored: Headers, notModified: Headers): boolean {
  const [tag, storedTag] = [entityTag(notModified), entityTag(stored)];
  if (tag !== undefined && storedTag !== undefined) {
    return tag.opaque === storedTag.opaque && (tag.isWeak || !storedTag.isWeak);
  }
  const modified = notModified.get("last-modified") ?? "";
  const isNamed = (notModified.get("etag") ?? "") !== "";
  if (modified === "") return !isNamed;
  // Beside a strong tag only another strong validator counts.
  if (isNamed && tag?.isWeak !== true && !hasStrongDate(stored)) return false;
  return modified === stored.get("last-modified");
}

/**
 * Tells whether a 200 to HEAD is about this stored response, which then may be freshened by it; if not, that is stale.
 * RFC 9111 §4.3.5.
 *
 * @param size the stored body's, in bytes
 */
export function isConfirmedByHead(stored: Headers, size: number, head: Headers): boolean {
  const [tag, storedTag] = [head.get("etag"), stored.get("etag")];
  const [modified, length] = [head.get("last-modified"), head.get("content-length")];
  if (tag !== null && tag !== storedTag) return false;
  if (modified !== null && modified !== stored.get("last-modified")) return false;
  return length === null || length === (stored.get("content-length") ?? String(size));
}

/**
 * Makes the stored response's fields anew from those of a 304, or of a response to HEAD, that is about it. RFC 9111 §3.2.
 *
 * Stored fields that the update does not have stay, but for Age and Date: they told of the older message. What describes
 * the stored bytes stays too. A Set-Cookie is one client's own, and is left out unless the rules say otherwise.
 */
export function freshenedHeaders(stored: Headers, update: Headers, rules: FresheningRules): Headers {
  const freshened = new Headers(stored);
  freshened.delete("age");
  freshened.delete("date");
  const storable = storableHeaders(update, rules);
  for (const [name, value] of storable) {
    if (name !== "set-cookie" && !OF_THE_BODY.has(name)) freshened.set(name, value);
  }
  // Each cookie is a line of its own: `set` would keep the last alone.
  const cookies = rules.setCookie ? storable.getSetCookie() : [];
  if (cookies.length > 0) freshened.delete("set-cookie");
  for (const cookie of cookies) freshened.append("set-cookie", cookie);
  // Once more: the update's directives may name fields that only the stored response has.
  return storableHeaders(freshened, rules);
}

/**
 * Tells whether Last-Modified is a strong validator: a second or more before Date, so that no second change can hide in the
 * same one. RFC 9110 §8.8.2.2. Only dates in the preferred format count, as the others need a clock to be read.
 */
export function hasStrongDate(headers: Headers): boolean {
  const [modifiedAt, date] = [preferredDate(headers.get("last-modified")), preferredDate(headers.get("date"))];
  return modifiedAt !== undefined && date !== undefined && date - modifiedAt >= SECOND_MS;
}

function preferredDate(text: string | null): number | undefined {
  const instant = parseHttpDate(text, 0);
  return instant !== undefined && formatHttpDate(instant) === text ? instant : undefined;
}

/** The one entity tag of a response; several are none. */
function entityTag(headers: Headers): EntityTag | undefined {
  const [tag, another] = parseEntityTags(headers.get("etag") ?? "");
  return another === undefined ? tag : undefined;
}

/** Weak comparison, RFC 9110 §13.1.2. */
function isAmong(tag: EntityTag | undefined, known: string): boolean {
  return known === "*" || parseEntityTags(known).some(({ opaque }) => opaque === tag?.opaque);
}

/** Lenient: a tag without quotes is one, and what is no tag is passed over, as both can only be compared. */
function parseEntityTags(text: string): readonly EntityTag[] {
  const tags: EntityTag[] = [];
  let at = 0;
  while (at < text.length) {
    if (text[at] === " " || text[at] === "\t" || text[at] === ",") {
      at += 1;
      continue;
    }
    QUOTED_TAG.lastIndex = at;
    const [quoted = "", flag, opaque] = QUOTED_TAG.exec(text) ?? [];
    const comma = text.indexOf(",", at + quoted.length);
    const end = comma === -1 ? text.length : comma;
    const rest = text.slice(at + quoted.length, end).trim();
    if (opaque !== undefined && rest === "") tags.push({ opaque, isWeak: flag !== undefined });
    if (opaque === undefined && !rest.includes('"')) tags.push({ opaque: rest, isWeak: false });
    at = end;
  }
  return tags;
}
