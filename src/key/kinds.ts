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
  /** What was packed; anything may come of what was not. */
  unpack(packed: never): object;
}

const BYTES: TaggedKind = {
  tag: "$bytes",
  pack: (value: ArrayBuffer | ArrayBufferView) => {
    const bytes = ArrayBuffer.isView(value)
      ? new Uint8Array(value.buffer, value.byteOffset, value.byteLength)
      : new Uint8Array(value);
    // The built-in name: a subclass (Node's Buffer) is the array it extends.
    return [Object.prototype.toString.call(value).slice(8, -1), toBase64Url(bytes)];
  },
  unpack: ([name, text]: readonly [string, string]) => {
    const { buffer } = fromBase64Url(text);
    if (name === "ArrayBuffer") return buffer;
    if (typeof name !== "string" || !/^(Big)?(Int|Uint|Float)\d+(Clamped)?Array$|^DataView$/.test(name))
      throw new TypeError(name);
    return new (builtIn(name) as new (buffer: ArrayBuffer) => object)(buffer);
  },
};

/** By the name of the global: it is looked up when it is needed, because fake timers put a `Date` of their own there. */
const KINDS: Readonly<Record<string, TaggedKind>> = {
  Date: {
    tag: "$date",
    pack: (date: Date) => Date.prototype.toJSON.call(date),
    unpack: (packed: string | null) => new Date(packed ?? Number.NaN),
  },
  URL: { tag: "$url", pack: (url: URL) => url.href, unpack: (packed: string) => new URL(packed) },
  URLSearchParams: {
    tag: "$params",
    pack: (params: URLSearchParams) => [...params],
    unpack: (packed: [string, string][]) => new URLSearchParams(packed),
  },
  Headers: {
    tag: "$headers",
    pack: (headers: Headers) => [...headers],
    unpack: (packed: [string, string][]) => new Headers(packed.flatMap(valuesOf)),
  },
  RegExp: {
    tag: "$regexp",
    pack: ({ source, flags }: RegExp) => [source, flags],
    unpack: ([source, flags]: readonly [string, string]) => new RegExp(source, flags),
  },
  ArrayBuffer: BYTES,
};

function builtIn(name: string): unknown {
  return (globalThis as Readonly<Record<string, unknown>>)[name];
}

/** The values of one header: an empty one at the end of a list would be trimmed away with its blank. */
function valuesOf([name, value]: [string, string]): [string, string][] {
  return value.endsWith(", ") ? [...valuesOf([name, value.slice(0, -2)]), [name, ""]] : [[name, value]];
}

/** The kind that a tag keeps for this object, if it is of one. */
export function kindOf(value: object): TaggedKind | undefined {
  if (ArrayBuffer.isView(value)) return BYTES;
  const prototype: unknown = Object.getPrototypeOf(value);
  // By exact prototype: a subclass may carry more than its base, so it is refused rather than cut down.
  for (const name in KINDS) if ((builtIn(name) as { prototype: unknown }).prototype === prototype) return KINDS[name];
  return undefined;
}

/**
 * Makes again what a tag holds.
 *
 * @throws where the tag is unknown, or holds what was not packed for it
 */
export function unpack(tag: string, packed: unknown): object {
  const kind = Object.values(KINDS).find((each) => each.tag === tag);
  const value = kind?.unpack(packed as never);
  const isPacked = kind === BYTES || (kind && JSON.stringify(kind.pack(value as object)) === JSON.stringify(packed));
  if (value !== undefined && isPacked) return value;
  return failToRead(tag);
}

export function failToRead(tag: string): never {
  throw new TypeError(`Cannot read a value: the tag "${tag}" is unknown, or holds something else`);
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

/** Tells an array, of this realm or another, from its subclasses: `Array.prototype` is an array itself. */
export function isPlainArray(value: object): value is readonly unknown[] {
  return Array.isArray(value) && Array.isArray(Object.getPrototypeOf(value));
}

/** The first member of an array that is no element, as the `index` of a match: it would be lost. */
export function namedMember(values: readonly unknown[]): string | undefined {
  const names = Object.keys(values);
  const last = names.length - 1;
  // Elements come first, so that an array that does not end in a hole is known by its last name.
  if (last === -1 || (values.length > 0 && names[last] === String(values.length - 1))) return undefined;
  return names.find((name) => String(Number(name) >>> 0) !== name);
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

const ADVICE: readonly (readonly [name: string, advice: string])[] = [
  ["Promise", "a promise is not its value, await it first"],
  ["Request", "a Request is a stream with an identity of its own, pass its URL and what else matters"],
  ["Response", "a Response can be read only once, pass what was read from it"],
  ["ReadableStream", "a stream can be read only once, pass what was read from it"],
];

/** Says in a clause why a value can be neither key nor stored: `functions have no stable identity`. */
export function refusalOf(value: unknown, remedy: string): string {
  if (typeof value !== "object") return `${typeof value}s have no stable identity`;
  const name = (value as object).constructor?.name || "an unnamed class";
  const [, advice] = ADVICE.find(([known]) => known === name) ?? [];
  return advice ?? `an instance of ${name} has no plain form, ${remedy}`;
}
