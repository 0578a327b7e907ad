/**
 * The specification once more, in as few lines as it takes: by JSON and Node's own tools, and nothing of src/. It does
 * not refuse anything.
 */
import canonicalize from "canonicalize";
import { createHash } from "node:crypto";

export function sha256(text: string): string {
  return createHash("sha256").update(text).digest("base64url");
}

/** The readable front of a key. */
export function frontOf(namespace: string, name: string, version: string): string {
  const front = `${escaped(namespace)}:${escaped(name)}@${sha256(version).slice(0, 8)}`;
  return front.length > 200 ? `${front.slice(0, 156)}~${sha256(front)}` : front;
}

function escaped(text: string): string {
  return Array.from(Buffer.from(text), (byte) => {
    const character = String.fromCharCode(byte);
    return /[\w.-]/.test(character) ? character : `%${byte.toString(16).padStart(2, "0").toUpperCase()}`;
  }).join("");
}

/** The JSON that an argument list encodes to. */
export function encode(args: readonly unknown[]): unknown {
  const last = args.findLastIndex((arg) => arg !== undefined);
  return args.slice(0, last + 1).map(encoded);
}

type Encoder = (value: never) => unknown;

const byText = (members: readonly unknown[]): unknown[] =>
  members.map(encoded).toSorted((a, b) => ((canonicalize(a) as string) < (canonicalize(b) as string) ? -1 : 1));

const ENCODERS: readonly (readonly [prototype: object, encode: Encoder])[] = [
  [Date.prototype, (date: Date) => ({ $date: Number.isNaN(Number(date)) ? null : date.toISOString() })],
  [URL.prototype, (url: URL) => ({ $url: url.href })],
  [URLSearchParams.prototype, (params: URLSearchParams) => ({ $params: [...params] })],
  [Headers.prototype, (headers: Headers) => ({ $headers: [...headers] })],
  [RegExp.prototype, (regexp: RegExp) => ({ $regexp: [encoded(regexp.source), regexp.flags] })],
  [Map.prototype, (map: Map<unknown, unknown>) => ({ $map: byText([...map]) })],
  [Set.prototype, (set: Set<unknown>) => ({ $set: byText([...set]) })],
  [ArrayBuffer.prototype, (buffer: ArrayBuffer) => ({ $bytes: ["ArrayBuffer", base64url(buffer)] })],
  [Number.prototype, (box: object) => encoded(box.valueOf())],
  [String.prototype, (box: object) => encoded(box.valueOf())],
  [Boolean.prototype, (box: object) => encoded(box.valueOf())],
  [BigInt.prototype, (box: object) => encoded(box.valueOf())],
];

function encoded(value: unknown): unknown {
  if (value === undefined) return { $undefined: 1 };
  if (typeof value === "number") return Number.isFinite(value) ? value : { $number: String(value) };
  if (typeof value === "bigint") return { $bigint: String(value) };
  if (typeof value === "string") return value.isWellFormed() ? value : { $utf16: base64url(utf16(value).buffer) };
  return typeof value === "object" && value !== null ? encodedObject(value) : value;
}

function encodedObject(value: object): unknown {
  const { [Symbol.for("autocache.key")]: key, toJSON } = value as Record<string | symbol, unknown>;
  if (typeof key === "function") return { $key: encoded(key.call(value)) };
  if (Array.isArray(value)) return Array.from(value, encoded);
  if (ArrayBuffer.isView(value)) {
    const bytes = value.buffer.slice(value.byteOffset, value.byteOffset + value.byteLength);
    return { $bytes: [value.constructor.name, base64url(bytes)] };
  }
  const [, encoder] = ENCODERS.find(([prototype]) => Object.getPrototypeOf(value) === prototype) ?? [];
  if (encoder !== undefined) return encoder(value as never);
  if (typeof toJSON === "function") return { $json: encoded(toJSON.call(value)) };
  const members = Object.entries(value).filter(([, member]) => member !== undefined);
  if (members.every(([name]) => name.isWellFormed())) {
    return Object.fromEntries(members.map(([name, member]) => [name.replace(/^\$/, "$$$$"), encoded(member)]));
  }
  const sorted = members.toSorted(([a], [b]) => (a < b ? -1 : 1));
  return { $pairs: sorted.map(([name, member]) => [encoded(name), encoded(member)]) };
}

function utf16(text: string): Uint8Array {
  return Uint8Array.from(Buffer.from(text, "utf16le").swap16());
}

function base64url(bytes: ArrayBufferLike): string {
  return Buffer.from(bytes).toString("base64url");
}
