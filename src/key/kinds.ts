import { fromBase64Url, toBase64Url } from "../bytes.ts";

/** What a tag holds: text, a list of texts, pairs of texts. */
export type Packed = string | null | readonly (string | readonly string[])[];

/**
 * A kind of value that JSON does not have and a tag keeps: `{"$date":"2026-11-22T…"}`.
 *
 * One table for keys and for values, so that what can be an argument can be a result.
 */
export interface TaggedKind {
  readonly tag: `$${string}`;
  pack(value: object): Packed;
  /** @throws where this was not packed by it */
  unpack(packed: unknown): unknown;
}

const DATE: TaggedKind = {
  tag: "$date",
  pack: (date: Date) => (Number.isNaN(date.getTime()) ? null : date.toISOString()),
  unpack: (packed) => {
    const date = new Date(packed === null ? Number.NaN : textOf(packed));
    if (Number.isNaN(date.getTime()) === (packed === null)) return date;
    throw new TypeError("Not a date");
  },
};

const BYTES: TaggedKind = {
  tag: "$bytes",
  pack: (value: ArrayBuffer | ArrayBufferView) => {
    const bytes = ArrayBuffer.isView(value)
      ? new Uint8Array(value.buffer, value.byteOffset, value.byteLength)
      : new Uint8Array(value);
    // The built-in name: a subclass (Node's Buffer) is the array it extends.
    return [Object.prototype.toString.call(value).slice(8, -1), toBase64Url(bytes)];
  },
  unpack: (packed) => {
    const [name, text] = textsOf(packed);
    const { buffer } = fromBase64Url(text);
    if (name === "ArrayBuffer") return buffer;
    const View = /^(Big)?(Int|Uint|Float)\d+(Clamped)?Array$|^DataView$/.test(name)
      ? (globalThis as unknown as Record<string, (new (buffer: ArrayBuffer) => unknown) | undefined>)[name]
      : undefined;
    if (View === undefined) throw new TypeError(`Unknown kind of bytes: ${name}`);
    return new View(buffer);
  },
};

// By exact prototype: a subclass may carry more than its base, so it is refused rather than cut down.
const BY_PROTOTYPE: ReadonlyMap<object, TaggedKind> = new Map<object, TaggedKind>([
  [Date.prototype, DATE],
  [ArrayBuffer.prototype, BYTES],
  [URL.prototype, { tag: "$url", pack: (url: URL) => url.href, unpack: (packed) => new URL(textOf(packed)) }],
  [
    URLSearchParams.prototype,
    {
      tag: "$params",
      pack: (params: URLSearchParams) => [...params],
      unpack: (packed) => new URLSearchParams(pairsOf(packed).map(textsOf)),
    },
  ],
  [
    Headers.prototype,
    {
      tag: "$headers",
      pack: (headers: Headers) => [...headers],
      unpack: (packed) => new Headers(pairsOf(packed).map(textsOf).flatMap(valuesOf)),
    },
  ],
  [
    RegExp.prototype,
    {
      tag: "$regexp",
      pack: (regexp: RegExp) => [regexp.source, regexp.flags],
      unpack: (packed) => new RegExp(...textsOf(packed)),
    },
  ],
]);

const BY_TAG: ReadonlyMap<string, TaggedKind> = new Map([...BY_PROTOTYPE.values()].map((kind) => [kind.tag, kind]));

/** Reads a text that was packed. @throws {TypeError} */
export function textOf(packed: unknown): string {
  if (typeof packed === "string") return packed;
  throw new TypeError("Not a text");
}

/** Reads pairs that were packed. @throws {TypeError} */
export function pairsOf(packed: unknown): [unknown, unknown][] {
  if (Array.isArray(packed)) return packed.map(pairOf);
  throw new TypeError("Not a list");
}

function pairOf(packed: unknown): [unknown, unknown] {
  if (Array.isArray(packed) && packed.length === 2) return [packed[0], packed[1]];
  throw new TypeError("Not a pair");
}

function textsOf(packed: unknown): [string, string] {
  const [first, second] = pairOf(packed);
  return [textOf(first), textOf(second)];
}

/** The values of one header: an empty one at the end of a list would be trimmed away with its blank. */
function valuesOf([name, value]: [string, string]): [string, string][] {
  return value.endsWith(", ") ? [...valuesOf([name, value.slice(0, -2)]), [name, ""]] : [[name, value]];
}

/** The kind that a tag keeps for this object, if it is of one. */
export function kindOf(value: object): TaggedKind | undefined {
  if (ArrayBuffer.isView(value)) return BYTES;
  const prototype: object | null = Object.getPrototypeOf(value);
  // Fake timers put a Date of their own in the global's place.
  return prototype === Date.prototype ? DATE : prototype === null ? undefined : BY_PROTOTYPE.get(prototype);
}

/**
 * Tells a view of bytes from its subclasses, and lets all else pass. Node's `Buffer` may, which is known to come back as
 * a `Uint8Array`.
 */
export function isBuiltInView(value: object): boolean {
  if (!ArrayBuffer.isView(value)) return true;
  const prototype: object = Object.getPrototypeOf(value);
  const own = ["BYTES_PER_ELEMENT", "getInt8"];
  return own.some((name) => Object.hasOwn(prototype, name)) || prototype.constructor.name === "Buffer";
}

/** The kind behind a tag read back. */
export function kindOfTag(tag: string): TaggedKind | undefined {
  return BY_TAG.get(tag);
}

/** Tells a `Map` from its subclasses. */
export function isMap(value: object): value is Map<unknown, unknown> {
  return Object.getPrototypeOf(value) === Map.prototype;
}

/** Tells a `Set` from its subclasses. */
export function isSet(value: object): value is Set<unknown> {
  return Object.getPrototypeOf(value) === Set.prototype;
}

/** Tells an array, of this realm or another, from its subclasses: `Array.prototype` is an array itself. */
export function isPlainArray(value: object): value is readonly unknown[] {
  return Array.isArray(value) && Array.isArray(Object.getPrototypeOf(value));
}

/** The first member of an array that is no element, as the `index` of a match: it would be lost. */
export function namedMember(values: readonly unknown[]): string | undefined {
  const names = Object.keys(values);
  // Elements come first, so that most arrays are known by their last name.
  const last = names.at(-1);
  return last === undefined || isElement(last) ? undefined : names.find((name) => !isElement(name));
}

function isElement(name: string): boolean {
  return String(Number(name) >>> 0) === name;
}

/** Tells an object that was written as a literal, or made without a prototype. */
export function isPlainObject(value: object): value is Record<string, unknown> {
  const prototype = Object.getPrototypeOf(value);
  // The last test lets in the literals of another realm: their prototype is that realm's Object.prototype.
  return (
    prototype === Object.prototype ||
    prototype === null ||
    (Object.getPrototypeOf(prototype) === null && Object.hasOwn(prototype, "isPrototypeOf"))
  );
}

const ADVICE: ReadonlyMap<string, string> = new Map([
  ["Promise", "a promise is not its value, await it first"],
  ["Request", "a Request is a stream with an identity of its own, pass its URL and what else matters"],
  ["Response", "a Response can be read only once, pass what was read from it"],
  ["ReadableStream", "a stream can be read only once, pass what was read from it"],
]);

/** Says in a clause why a value can be neither key nor stored: `functions have no stable identity`. */
export function refusalOf(value: unknown, remedy: string): string {
  if (typeof value === "function") return "functions have no stable identity";
  if (typeof value === "symbol") return "symbols have no stable identity";
  const name = (value as object).constructor?.name || "an unnamed class";
  return ADVICE.get(name) ?? `an instance of ${name} has no plain form, ${remedy}`;
}
