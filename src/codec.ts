import { formOf, formOfObject, type Manner, refuse } from "./key/form.ts";
import { failToRead, isBuiltInView, isPlainArray, isPlainObject, namedMember, unpack } from "./key/kinds.ts";
import { passing, Refusal, stepTo } from "./key/refusal.ts";

/** A value as JSON text: `plain` where JSON is enough, `tagged` where it needs the tags of docs/keys.md §1. */
export interface EncodedValue {
  readonly form: "plain" | "tagged";
  readonly text: string;
}

const MAX_DEPTH = 500;
// The longest text that an engine of today can hold is half of it.
const MAX_LENGTH = 2 ** 30;

/**
 * Writes a value as text, so that every type comes back as it went in; plain JSON pays for one walk and no more.
 *
 * @throws {TypeError} where the value cannot come back as it is (a function, a symbol, a class instance, a cycle),
 *   naming its path
 */
export function encodeValue(value: unknown, name: string): EncodedValue {
  if (isPlainJson(value, 0)) {
    const text = JSON.stringify(value);
    if (!text.includes("\\") || !ESCAPED_NAME.test(text)) return { form: "plain", text };
  }
  const walk = { manner: VALUES, maxDepth: MAX_DEPTH, maxLength: MAX_LENGTH, room: MAX_LENGTH };
  try {
    return { form: "tagged", text: JSON.stringify(formOf(walk, value, 0)) };
  } catch (error) {
    throw explained(error, name);
  }
}

function explained(error: unknown, name: string): unknown {
  if (!(error instanceof Refusal)) return error;
  const { limit, reason } = error;
  const why = error.endsInCycle() ? "it contains itself" : `${limit === "depth" ? "it is " : ""}${reason}`;
  return new TypeError(`Cannot store "${name}": value${error.path()} cannot come back as it is: ${why}`);
}

/** Tells whether `JSON.parse` gives back the very value that `JSON.stringify` was given. */
function isPlainJson(value: unknown, depth: number): boolean {
  switch (typeof value) {
    case "string":
    case "boolean":
      return true;
    case "number":
      return value - value === 0 && (value !== 0 || 1 / value > 0);
    case "object":
      if (value === null) return true;
      // A cycle ends here too; the tagged walk, which knows where it has been, then says so.
      if (depth === MAX_DEPTH) return false;
      return Array.isArray(value) ? isPlainJsonArray(value, depth) : isPlainJsonRecord(value, depth);
    default:
      return false;
  }
}

function isPlainJsonArray(values: readonly unknown[], depth: number): boolean {
  if (!isPlainArray(values) || namedMember(values) !== undefined) return false;
  for (let i = 0; i < values.length; i++) {
    const value = values[i];
    if (typeof value !== "string" && !isPlainJson(value, depth + 1)) return false;
  }
  return true;
}

function isPlainJsonRecord(record: object, depth: number): boolean {
  if (Object.getPrototypeOf(record) !== Object.prototype) return false;
  // No other way to read members is as fast.
  for (const name in record) {
    const value = (record as Record<string, unknown>)[name];
    if (typeof value !== "string" && !isPlainJson(value, depth + 1)) return false;
  }
  return Object.getOwnPropertySymbols(record).length === 0;
}

// V8 may read an escaped name as one that it read before (https://github.com/nodejs/node/issues/63785), so that such a
// name is never written as one. In JSON text, only a name has a colon behind it.
const ESCAPED_NAME = /[{,]"[^"\\]*(?:\\.[^"\\]*)+":/;

const VALUES: Manner = {
  hole: { $hole: 1 },
  negativeZero: { $number: "-0" },
  remedy: "return plain data instead",
  object: (walk, value, depth) => (isBuiltInView(value) ? formOfObject(walk, value, depth) : refuse(walk, value)),
  other(walk, value, depth) {
    if (!isPlainObject(value)) return undefined;
    const [symbol] = Object.getOwnPropertySymbols(value);
    if (symbol !== undefined) throw new Refusal(`its member ${String(symbol)} has a symbol for a name`);
    const members = Object.keys(value).map((name) => {
      try {
        return [name, formOf(walk, value[name], depth + 1)] as const;
      } catch (error) {
        throw passing(error, value, stepTo(name));
      }
    });
    const record = members.some(([name]) => JSON.stringify(name).includes("\\"))
      ? { $pairs: members }
      : // One more `$`, so that no value can imitate a tag.
        Object.fromEntries(members.map(([name, form]) => [name.startsWith("$") ? `$${name}` : name, form]));
    return Object.getPrototypeOf(value) === null ? { $null: record } : record;
  },
  ordered: (forms) => forms,
};

/**
 * Reads a parsed `tagged` text: a new value at each call, sharing nothing with the last.
 *
 * @throws where the text was not written by `encodeValue`
 */
export function decodeTagged(json: unknown): unknown {
  if (typeof json !== "object" || json === null) return json;
  if (Array.isArray(json)) return decodeArray(json);
  const members = Object.entries(json);
  const [first] = members;
  if (first !== undefined && members.length === 1 && isTag(first[0])) return decodeTag(...first);
  return Object.fromEntries(
    members.map(([name, member]) => {
      if (isTag(name)) return failToRead(name);
      return [name.startsWith("$") ? name.slice(1) : name, decodeTagged(member)];
    }),
  );
}

function isTag(name: string): boolean {
  return /^\$(?!\$)/.test(name);
}

function decodeArray(json: readonly unknown[]): unknown[] {
  const values: unknown[] = [];
  values.length = json.length;
  for (let i = 0; i < json.length; i++) {
    if (!isHole(json[i])) values[i] = decodeTagged(json[i]);
  }
  return values;
}

function isHole(member: unknown): boolean {
  return typeof member === "object" && member !== null && Object.keys(member).join() === "$hole";
}

function decodeTag(tag: string, packed: unknown): unknown {
  switch (tag) {
    case "$undefined":
      return packed === 1 ? undefined : failToRead(tag);
    case "$number":
      return ["NaN", "Infinity", "-Infinity", "-0"].includes(packed as string) ? Number(packed) : failToRead(tag);
    case "$bigint": {
      const number = BigInt(packed as string);
      return String(number) === packed ? number : failToRead(tag);
    }
    case "$map":
      return new Map(pairsOf(packed).map(([key, member]) => [decodeTagged(key), decodeTagged(member)]));
    case "$set":
      return new Set(Array.isArray(packed) ? decodeArray(packed) : failToRead(tag));
    case "$pairs":
      return Object.fromEntries(
        pairsOf(packed).map(([name, member]) => [
          typeof name === "string" ? name : failToRead(tag),
          decodeTagged(member),
        ]),
      );
    case "$null": {
      const record = decodeTagged(packed);
      return isRecord(record) ? Object.assign(Object.create(null), record) : failToRead(tag);
    }
    default:
      return unpack(tag, packed);
  }
}

function pairsOf(packed: unknown): [unknown, unknown][] {
  const isPairs = Array.isArray(packed) && packed.every((pair) => Array.isArray(pair) && pair.length === 2);
  return isPairs ? (packed as [unknown, unknown][]) : failToRead("$pairs");
}

function isRecord(value: unknown): value is object {
  return typeof value === "object" && value !== null && Object.getPrototypeOf(value) === Object.prototype;
}
