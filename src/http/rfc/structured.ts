interface Integer {
  readonly type: "integer";
  readonly value: number;
}

interface Text {
  readonly type: "string" | "token";
  readonly value: string;
}

interface Flag {
  readonly type: "boolean";
  readonly value: boolean;
}

/** A value that `serializeItem()` writes. */
export type SimpleItem = Integer | Text | Flag;

/** A value without parameters (RFC 9651 §3.3); a date is in seconds since the epoch. */
export type BareItem =
  | SimpleItem
  | { readonly type: "decimal" | "date"; readonly value: number }
  | { readonly type: "display-string"; readonly value: string }
  | { readonly type: "bytes"; readonly value: Uint8Array };

/** Parameters by name (RFC 9651 §3.1.2). */
export type Parameters = ReadonlyMap<string, BareItem>;

interface InnerList {
  readonly type: "inner-list";
  readonly value: readonly StructuredItem[];
}

/** A member of a dictionary: an item or an inner list, with its parameters (RFC 9651 §3.2). */
export type StructuredItem = (BareItem | InnerList) & { readonly parameters: Parameters };

const TOKEN_PATTERN = "[A-Za-z*][!#$%&'*+.^_`|~\\w:/-]*";
const KEY_PATTERN = "[a-z*][a-z\\d_.*-]*";

const NUMBER = /(-?\d+)(\.\d*)?/y;
const TOKEN = new RegExp(`(${TOKEN_PATTERN})`, "y");
const BYTES = /:([A-Za-z\d+/=]*):/y;
const BOOLEAN = /\?([01])/y;
const DATE = /@(-?\d+)/y;
// Texts are read piece by piece: one pattern for the whole would overflow the stack of the engine where a text is hostile.
const STRING_PIECE = /([\x20\x21\x23-\x5b\x5d-\x7e]+)|\\(["\\])/y;
const DISPLAY_STRING_PIECE = /([\x20\x21\x23\x24\x26-\x7e]+)|(%[\da-f]{2})/y;
const KEY = new RegExp(`(${KEY_PATTERN})`, "y");

const WHOLE_TOKEN = new RegExp(`^${TOKEN_PATTERN}$`);
const WHOLE_KEY = new RegExp(`^${KEY_PATTERN}$`);

/** The largest integer, of 15 digits (RFC 9651 §3.3.1). */
const MAX_INTEGER = 999_999_999_999_999;
const INTEGER_DIGITS = 15;
/** A decimal has up to 12 digits before the point, and 1 to 3 after it (RFC 9651 §3.3.2). */
const WHOLE_DIGITS = 12;
const FRACTION_DIGITS = 3;

/** Walks over a field value; each step that takes nothing leaves the place as it was. */
class Cursor {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  get isAtEnd(): boolean {
    return this.#at === this.#text.length;
  }

  get next(): string {
    return this.#text.charAt(this.#at);
  }

  /** Takes one character, if it is the next. */
  take(char: string): boolean {
    if (this.next !== char) return false;
    this.#at += 1;
    return true;
  }

  /** Passes over any of these characters, and tells whether there were some. */
  skip(chars: string): boolean {
    const start = this.#at;
    while (!this.isAtEnd && chars.includes(this.next)) this.#at += 1;
    return this.#at > start;
  }

  /** Takes what a sticky pattern matches here. */
  match(pattern: RegExp): RegExpExecArray | undefined {
    pattern.lastIndex = this.#at;
    const match = pattern.exec(this.#text);
    if (match === null) return undefined;
    this.#at = pattern.lastIndex;
    return match;
  }
}

/**
 * Reads a dictionary as strictly as RFC 9651 §4.2.2 wants it: one error anywhere, and the whole field is `undefined`. Of
 * several members of one name the last counts. An empty field is an empty dictionary.
 */
export function parseDictionary(text: string): ReadonlyMap<string, StructuredItem> | undefined {
  const cursor = new Cursor(text);
  const members = new Map<string, StructuredItem>();
  cursor.skip(" ");
  while (!cursor.isAtEnd) {
    const key = cursor.match(KEY)?.[1];
    if (key === undefined) return undefined;
    const member = cursor.take("=") ? readMember(cursor) : withParameters(cursor, { type: "boolean", value: true });
    if (member === undefined) return undefined;
    members.set(key, member);
    cursor.skip(" \t");
    if (cursor.isAtEnd) break;
    if (!cursor.take(",")) return undefined;
    cursor.skip(" \t");
    if (cursor.isAtEnd) return undefined;
  }
  return members;
}

function readMember(cursor: Cursor): StructuredItem | undefined {
  return cursor.take("(") ? readInnerList(cursor) : readItem(cursor);
}

function readInnerList(cursor: Cursor): StructuredItem | undefined {
  const items: StructuredItem[] = [];
  let isSeparated = true;
  for (;;) {
    isSeparated = cursor.skip(" ") || isSeparated;
    if (cursor.take(")")) return withParameters(cursor, { type: "inner-list", value: items });
    const item = isSeparated ? readItem(cursor) : undefined;
    if (item === undefined) return undefined;
    items.push(item);
    isSeparated = false;
  }
}

function readItem(cursor: Cursor): StructuredItem | undefined {
  const bare = readBareItem(cursor);
  return bare && withParameters(cursor, bare);
}

function withParameters<Bare extends BareItem | InnerList>(
  cursor: Cursor,
  bare: Bare,
): (Bare & { readonly parameters: Parameters }) | undefined {
  const parameters = new Map<string, BareItem>();
  while (cursor.take(";")) {
    cursor.skip(" ");
    const key = cursor.match(KEY)?.[1];
    if (key === undefined) return undefined;
    const value: BareItem | undefined = cursor.take("=") ? readBareItem(cursor) : { type: "boolean", value: true };
    if (value === undefined) return undefined;
    parameters.set(key, value);
  }
  return { ...bare, parameters };
}

function readBareItem(cursor: Cursor): BareItem | undefined {
  switch (cursor.next) {
    case '"': {
      const value = readQuoted(cursor, STRING_PIECE);
      return value === undefined ? undefined : { type: "string", value };
    }
    case ":":
      return readBytes(cursor.match(BYTES)?.[1]);
    case "?": {
      const digit = cursor.match(BOOLEAN)?.[1];
      return digit === undefined ? undefined : { type: "boolean", value: digit === "1" };
    }
    case "@": {
      const seconds = readInteger(cursor.match(DATE)?.[1]);
      return seconds === undefined ? undefined : { type: "date", value: seconds };
    }
    case "%":
      return readDisplayString(cursor);
    default: {
      const token = cursor.match(TOKEN)?.[1];
      return token === undefined ? readNumber(cursor.match(NUMBER)) : { type: "token", value: token };
    }
  }
}

function readNumber(match: RegExpExecArray | undefined): BareItem | undefined {
  const [text = "", whole, fraction] = match ?? [];
  if (fraction === undefined) {
    const value = readInteger(whole);
    return value === undefined ? undefined : { type: "integer", value };
  }
  const digits = fraction.length - 1;
  if (countDigits(whole ?? "") > WHOLE_DIGITS || digits < 1 || digits > FRACTION_DIGITS) return undefined;
  return { type: "decimal", value: Number(text) };
}

function readInteger(text: string | undefined): number | undefined {
  return text === undefined || countDigits(text) > INTEGER_DIGITS ? undefined : Number(text);
}

function countDigits(text: string): number {
  return text.startsWith("-") ? text.length - 1 : text.length;
}

function readBytes(base64: string | undefined): BareItem | undefined {
  if (base64 === undefined) return undefined;
  try {
    return { type: "bytes", value: Uint8Array.from(atob(base64), (char) => char.charCodeAt(0)) };
  } catch {
    return undefined;
  }
}

function readQuoted(cursor: Cursor, piece: RegExp): string | undefined {
  if (!cursor.take('"')) return undefined;
  let text = "";
  for (let match = cursor.match(piece); match !== undefined; match = cursor.match(piece)) text += match[1] ?? match[2];
  return cursor.take('"') ? text : undefined;
}

function readDisplayString(cursor: Cursor): BareItem | undefined {
  const encoded = cursor.take("%") ? readQuoted(cursor, DISPLAY_STRING_PIECE) : undefined;
  if (encoded === undefined) return undefined;
  try {
    return { type: "display-string", value: decodeURIComponent(encoded) };
  } catch {
    return undefined;
  }
}

/** Writes a string (RFC 9651 §4.1.6). Characters that no string can hold, those beyond printable ASCII, are left out. */
export function serializeString(text: string): string {
  return `"${text.replace(/[^\x20-\x7e]+/g, "").replace(/["\\]/g, "\\$&")}"`;
}

/** Writes a token (RFC 9651 §4.1.7), or a string where the text is no token. */
export function serializeToken(text: string): string {
  return WHOLE_TOKEN.test(text) ? text : serializeString(text);
}

/** Writes an integer (RFC 9651 §4.1.4): without its fraction, within ±999 999 999 999 999, and 0 for `NaN`. */
export function serializeInteger(value: number): string {
  const whole = Math.trunc(Math.min(Math.max(value, -MAX_INTEGER), MAX_INTEGER));
  return String(whole || 0);
}

/**
 * Writes an item with its parameters (RFC 9651 §4.1.3), such as one member of `Cache-Status` (RFC 9211 §2).
 *
 * @throws {RangeError} where the name of a parameter is no key
 */
export function serializeItem(item: SimpleItem, parameters: Iterable<readonly [string, SimpleItem]> = []): string {
  let text = serializeBareItem(item);
  for (const [name, value] of parameters) {
    if (!WHOLE_KEY.test(name)) {
      throw new RangeError(
        `Cannot write the parameter ${JSON.stringify(name)}: a name is of a-z, 0-9, "_", "-", "." and "*", and starts with a letter or "*": received ${JSON.stringify(name)}`,
      );
    }
    text += value.type === "boolean" && value.value ? `;${name}` : `;${name}=${serializeBareItem(value)}`;
  }
  return text;
}

function serializeBareItem(item: SimpleItem): string {
  switch (item.type) {
    case "integer":
      return serializeInteger(item.value);
    case "boolean":
      return item.value ? "?1" : "?0";
    case "string":
      return serializeString(item.value);
    case "token":
      return serializeToken(item.value);
  }
}
