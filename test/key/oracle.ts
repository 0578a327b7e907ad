/**
 * What the specification calls the same argument list, decided without any text: the judge of texts that collide, and
 * of texts that differ for no reason.
 */
import { cacheKey } from "../../src/keys.ts";

export function sameArguments(a: readonly unknown[], b: readonly unknown[]): boolean {
  return sameList(trimmed(a), trimmed(b));
}

function trimmed(args: readonly unknown[]): unknown[] {
  const list = [...args];
  while (list.length > 0 && list.at(-1) === undefined) list.pop();
  return list;
}

function same(one: unknown, other: unknown): boolean {
  const a = unboxed(one);
  const b = unboxed(other);
  if (typeof a === "number" && typeof b === "number") return a === b || (Number.isNaN(a) && Number.isNaN(b));
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) return a === b;
  const kind = kindOf(a);
  return kind === kindOf(b) && SAME[kind](a as never, b as never);
}

const SAME = {
  key: (a: Asked, b: Asked) => same(a[cacheKey]?.(), b[cacheKey]?.()),
  json: (a: Asked, b: Asked) => same(a.toJSON?.(), b.toJSON?.()),
  array: sameList,
  map: (a: Map<unknown, unknown>, b: Map<unknown, unknown>) => sameBag([...a], [...b]),
  set: (a: Set<unknown>, b: Set<unknown>) => sameBag([...a], [...b]),
  date: (a: Date, b: Date) => Object.is(a.getTime(), b.getTime()),
  url: (a: URL, b: URL) => a.href === b.href,
  params: (a: URLSearchParams, b: URLSearchParams) => sameList([...a], [...b]),
  headers: (a: Headers, b: Headers) => sameList([...a], [...b]),
  regexp: (a: RegExp, b: RegExp) => a.source === b.source && a.flags === b.flags,
  bytes: (a: Bytes, b: Bytes) => builtInName(a) === builtInName(b) && sameList([...viewed(a)], [...viewed(b)]),
  record: sameRecord,
};

interface Asked {
  [cacheKey]?(): unknown;
  toJSON?(): unknown;
}

type Bytes = ArrayBuffer | ArrayBufferView;

const BY_PROTOTYPE = new Map<object, keyof typeof SAME>([
  [Map.prototype, "map"],
  [Set.prototype, "set"],
  [Date.prototype, "date"],
  [URL.prototype, "url"],
  [URLSearchParams.prototype, "params"],
  [Headers.prototype, "headers"],
  [RegExp.prototype, "regexp"],
  [ArrayBuffer.prototype, "bytes"],
]);

function kindOf(value: Asked): keyof typeof SAME {
  if (value[cacheKey] !== undefined) return "key";
  if (Array.isArray(value)) return "array";
  if (ArrayBuffer.isView(value)) return "bytes";
  const known = BY_PROTOTYPE.get(Object.getPrototypeOf(value));
  if (known !== undefined) return known;
  return typeof value.toJSON === "function" ? "json" : "record";
}

const BOXES: readonly object[] = [Number.prototype, String.prototype, Boolean.prototype, BigInt.prototype];

function unboxed(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  return BOXES.includes(Object.getPrototypeOf(value)) ? value.valueOf() : value;
}

function builtInName(bytes: Bytes): string {
  return bytes instanceof Buffer ? "Uint8Array" : bytes.constructor.name;
}

function viewed(bytes: Bytes): Uint8Array {
  return ArrayBuffer.isView(bytes)
    ? new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    : new Uint8Array(bytes);
}

function sameList(a: readonly unknown[], b: readonly unknown[]): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) {
    if (!same(a[i], b[i])) return false;
  }
  return true;
}

function sameBag(a: readonly unknown[], b: readonly unknown[]): boolean {
  if (a.length !== b.length) return false;
  const rest = [...b];
  return a.every((member) => {
    const at = rest.findIndex((other) => same(member, other));
    if (at !== -1) rest.splice(at, 1);
    return at !== -1;
  });
}

function sameRecord(a: Record<string, unknown>, b: Record<string, unknown>): boolean {
  const names = (record: Record<string, unknown>): string[] =>
    Object.keys(record).filter((name) => record[name] !== undefined);
  const namesOfA = names(a);
  return (
    namesOfA.length === names(b).length && namesOfA.every((name) => Object.hasOwn(b, name) && same(a[name], b[name]))
  );
}
