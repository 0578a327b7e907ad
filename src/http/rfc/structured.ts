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

const WHOLE_TOKEN = new RegExp(`^${TOKEN_PATTERN}$`);
const WHOLE_KEY = new RegExp(`^${KEY_PATTERN}$`);
const KEY = new RegExp(`(${KEY_PATTERN})`, "y");
const PARAMETER = new RegExp(`; *(${KEY_PATTERN})`, "y");

// Texts are read piece by piece: one pattern for the whole would overflow the stack of the engine where a text is hostile.
const STRING_PIECE = /([\x20\x21\x23-\x5b\x5d-\x7e]+)|\\(["\\])/y;
const DISPLAY_STRING_PIECE = /([\x20\x21\x23\x24\x26-\x7e]+)|(%[\da-f]{2})/y;

const YES = { type: "boolean", value: true } as const;

/** The largest integer, of 15 digits (RFC 9651 §3.3.1). */
const MAX_INTEGER = 999_999_999_999_999;

/** What begins neither with a quote nor with a bracket: a number of too many digits is none (RFC 9651 §3.3.1, §3.3.2). */
const BARE_ITEMS: readonly (readonly [BareItem["type"], RegExp, (text: string) => BareItem["value"]])[] = [
  ["token", new RegExp(`(${TOKEN_PATTERN})`, "y"), String],
  ["decimal", /(-?\d{1,12}\.\d{1,3})(?!\d)/y, Number],
  ["integer", /(-?\d{1,15})(?![\d.])/y, Number],
  ["boolean", /\?([01])/y, (digit) => digit === "1"],
  ["date", /@(-?\d{1,15})(?!\d)/y, Number],
  ["bytes", /:([A-Za-z\d+/=]*):/y, (text) => Uint8Array.from(atob(text), (char) => char.charCodeAt(0))],
];

/**
 * Reads a dictionary as strictly as RFC 9651 §4.2.2 wants it: one error anywhere, and the whole field is `undefined`. Of
 * several members of one name the last counts. An empty field is an empty dictionary.
 */
export function parseDictionary(text: string): ReadonlyMap<string, StructuredItem> | undefined {
  try {
    return new Reader(text).dictionary();
  } catch {
    return undefined;
  }
}

/** Walks over a field value; throws at the first error. */
class Reader {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  dictionary(): ReadonlyMap<string, StructuredItem> {
    const members = new Map<string, StructuredItem>();
    this.#take(/( *)/y);
    while (this.#at < this.#text.length) {
      const key = this.#need(KEY);
      members.set(key, this.#take(/(=)/y) === undefined ? this.#withParameters(YES) : this.#member());
      // A comma at the end has nothing to part.
      this.#need(/([ \t]*(?:$|,[ \t]*(?!$)))/y);
    }
    return members;
  }

  #member(): StructuredItem {
    if (this.#take(/(\( *)/y) === undefined) return this.#item();
    const value: StructuredItem[] = [];
    while (this.#take(/(\))/y) === undefined) {
      value.push(this.#item());
      this.#need(/( +|(?=\)))/y);
    }
    return this.#withParameters({ type: "inner-list", value });
  }

  #item(): StructuredItem {
    return this.#withParameters(this.#bareItem());
  }

  #withParameters<Bare extends BareItem | InnerList>(bare: Bare): Bare & { readonly parameters: Parameters } {
    const parameters = new Map<string, BareItem>();
    for (let key = this.#take(PARAMETER); key !== undefined; key = this.#take(PARAMETER)) {
      parameters.set(key, this.#take(/(=)/y) === undefined ? YES : this.#bareItem());
    }
    return { ...bare, parameters };
  }

  #bareItem(): BareItem {
    if (this.#take(/(")/y) !== undefined) return { type: "string", value: this.#quoted(STRING_PIECE) };
    if (this.#take(/(%")/y) !== undefined) {
      return { type: "display-string", value: decodeURIComponent(this.#quoted(DISPLAY_STRING_PIECE)) };
    }
    for (const [type, pattern, read] of BARE_ITEMS) {
      const text = this.#take(pattern);
      if (text !== undefined) return { type, value: read(text) } as BareItem;
    }
    throw new SyntaxError();
  }

  #quoted(piece: RegExp): string {
    let text = "";
    for (let next = this.#take(piece); next !== undefined; next = this.#take(piece)) text += next;
    this.#need(/(")/y);
    return text;
  }

  /** Takes what a sticky pattern has in brackets, if it matches here. */
  #take(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#at;
    const match = pattern.exec(this.#text);
    if (match === null) return undefined;
    this.#at = pattern.lastIndex;
    return match[1] ?? match[2];
  }

  #need(pattern: RegExp): string {
    const taken = this.#take(pattern);
    if (taken === undefined) throw new SyntaxError();
    return taken;
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
      throw new RangeError(`Cannot write a parameter: its name is a key of RFC 9651: received ${JSON.stringify(name)}`);
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
