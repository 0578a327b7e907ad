import {
  isBuiltInView,
  isMap,
  isPlainArray,
  isPlainObject,
  isSet,
  kindOf,
  kindOfTag,
  namedMember,
  pairsOf,
  refusalOf,
  textOf,
} from "./key/kinds.ts";
import { enter, isInside, pathTo, type Place, type Step } from "./key/path.ts";

/** A value as JSON text: `plain` where JSON is enough, `tagged` where it needs the tags of docs/keys.md §1. */
export interface EncodedValue {
  readonly form: "plain" | "tagged";
  readonly text: string;
}

const MAX_DEPTH = 500;

/**
 * Writes a value as text, so that every type comes back as it went in; plain JSON pays for one walk and no more.
 *
 * @throws {TypeError} where the value cannot come back as it is (a function, a symbol, a class instance, a cycle),
 *   naming its path
 */
export function encodeValue(value: unknown, name: string): EncodedValue {
  if (isPlainJson(value, 0)) {
    const text = JSON.stringify(value);
    if (!text.includes("\\") || !hasEscapedName(value)) return { form: "plain", text };
  }
  return { form: "tagged", text: JSON.stringify(tag(value, "value", undefined, name)) };
}

/**
 * Reads a parsed `tagged` text: a new value at each call, sharing nothing with the last.
 *
 * @throws where the text was not written by `encodeValue`
 */
export function decodeTagged(json: unknown): unknown {
  if (typeof json !== "object" || json === null) return json;
  if (Array.isArray(json)) return decodeArray(json);
  const names = Object.keys(json);
  const first = names[0];
  if (names.length === 1 && first !== undefined && isTag(first)) {
    return decodeTag(first, (json as Record<string, unknown>)[first]);
  }
  const record = {};
  for (const name of names) {
    if (isTag(name)) throw malformed(name);
    define(record, name.startsWith("$") ? name.slice(1) : name, (json as Record<string, unknown>)[name]);
  }
  return record;
}

function isTag(name: string): boolean {
  return /^\$(?!\$)/.test(name);
}

/** Tells whether `JSON.parse` gives back the very value that `JSON.stringify` was given. */
function isPlainJson(value: unknown, depth: number): boolean {
  switch (typeof value) {
    case "string":
    case "boolean":
      return true;
    case "number":
      return Number.isFinite(value) && !Object.is(value, -0);
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
    if (!isPlainJson(values[i], depth + 1)) return false;
  }
  return true;
}

function isPlainJsonRecord(record: object, depth: number): boolean {
  if (Object.getPrototypeOf(record) !== Object.prototype) return false;
  for (const name of Object.keys(record)) {
    if (!isPlainJson((record as Record<string, unknown>)[name], depth + 1)) return false;
  }
  return Object.getOwnPropertySymbols(record).length === 0;
}

// V8 may read an escaped name as one that it read before (https://github.com/nodejs/node/issues/63785), so that such a
// name is never written as one.
const ESCAPED_NAME = /["\\\p{Cc}\p{Surrogate}]/u;

function hasEscapedName(json: unknown): boolean {
  if (typeof json !== "object" || json === null) return false;
  if (Array.isArray(json)) return json.some(hasEscapedName);
  return Object.entries(json).some(([name, member]) => ESCAPED_NAME.test(name) || hasEscapedName(member));
}

function tag(value: unknown, step: Step, parent: Place | undefined, name: string): unknown {
  switch (typeof value) {
    case "string":
    case "boolean":
      return value;
    case "number":
      if (Object.is(value, -0)) return { $number: "-0" };
      return Number.isFinite(value) ? value : { $number: String(value) };
    case "undefined":
      return { $undefined: 1 };
    case "bigint":
      return { $bigint: String(value) };
    case "object":
      return value === null ? null : tagObject(value, step, parent, name);
    default:
      throw refusal(value, step, parent, name);
  }
}

function tagObject(value: object, step: Step, parent: Place | undefined, name: string): unknown {
  if (isInside(value, parent)) throw failure(step, parent, name, "it contains itself");
  if (parent !== undefined && parent.depth >= MAX_DEPTH)
    throw failure(step, parent, name, `it is nested deeper than ${MAX_DEPTH}`);
  if (isPlainArray(value)) return tagArray(value, enter(value, step, parent), name);
  const refuse = (): never => {
    throw refusal(value, step, parent, name);
  };
  if (isMap(value)) {
    const place = enter(value, step, parent, ".entries()");
    return { $map: genuine(() => [...value], refuse).map((member, i) => tag(member, i, place, name)) };
  }
  if (isSet(value)) {
    const place = enter(value, step, parent, ".values()");
    return { $set: genuine(() => [...value], refuse).map((member, i) => tag(member, i, place, name)) };
  }
  const kind = kindOf(value);
  if (kind !== undefined && isBuiltInView(value)) return { [kind.tag]: genuine(() => kind.pack(value), refuse) };
  if (!isPlainObject(value)) return refuse();
  const record = tagRecord(value, enter(value, step, parent), name);
  return Object.getPrototypeOf(value) === null ? { $null: record } : record;
}

function tagArray(values: readonly unknown[], place: Place, name: string): unknown[] {
  const extra = namedMember(values);
  if (extra !== undefined) {
    throw failure(extra, place, name, "an array is its elements, and this is not one of them");
  }
  // Not `map`, which leaves holes: a hole has a tag too.
  return Array.from(values, (member, i) => (i in values ? tag(member, i, place, name) : { $hole: 1 }));
}

function tagRecord(value: Readonly<Record<string, unknown>>, place: Place, name: string): object {
  const [symbol] = Object.getOwnPropertySymbols(value);
  if (symbol !== undefined)
    throw failure(place.step, place.parent, name, `its member ${String(symbol)} has a symbol for a name`);
  const members = Object.keys(value).map((member) => [member, tag(value[member], member, place, name)] as const);
  if (members.some(([member]) => ESCAPED_NAME.test(member))) return { $pairs: members };
  const record = {};
  // One more `$`, so that no value can imitate a tag.
  for (const [member, tagged] of members) set(record, member.startsWith("$") ? `$${member}` : member, tagged);
  return record;
}

function decodeArray(json: readonly unknown[]): unknown[] {
  const values: unknown[] = [];
  values.length = json.length;
  for (let i = 0; i < json.length; i++) {
    const member = json[i];
    if (!isHole(member)) values[i] = decodeTagged(member);
  }
  return values;
}

function isHole(member: unknown): boolean {
  return typeof member === "object" && member !== null && Object.keys(member).join() === "$hole";
}

const NUMBERS: ReadonlyMap<unknown, number> = new Map(
  [Number.NaN, Infinity, -Infinity].map((number) => [String(number), number] as const),
).set("-0", -0);

function decodeTag(name: string, packed: unknown): unknown {
  switch (name) {
    case "$undefined":
      return packed === 1 ? undefined : fail(name);
    case "$number":
      return NUMBERS.get(packed) ?? fail(name);
    case "$bigint":
      return BigInt(/^-?\d+$/.test(textOf(packed)) ? textOf(packed) : fail(name));
    case "$map":
      return new Map(pairsOf(packed).map(([key, member]) => [decodeTagged(key), decodeTagged(member)]));
    case "$set":
      return new Set(Array.isArray(packed) ? decodeArray(packed) : fail(name));
    case "$pairs": {
      const record = {};
      for (const [member, json] of pairsOf(packed)) define(record, textOf(member), json);
      return record;
    }
    case "$null": {
      const record = decodeTagged(packed);
      return isRecord(record) ? Object.assign(Object.create(null), record) : fail(name);
    }
    default:
      return (kindOfTag(name) ?? fail(name)).unpack(packed);
  }
}

function isRecord(value: unknown): value is object {
  return typeof value === "object" && value !== null && Object.getPrototypeOf(value) === Object.prototype;
}

function malformed(name: string): TypeError {
  return new TypeError(`Cannot read a value: the tag "${name}" is unknown, or holds something else`);
}

function fail(name: string): never {
  throw malformed(name);
}

function define(record: object, name: string, json: unknown): void {
  set(record, name, decodeTagged(json));
}

function set(record: object, name: string, value: unknown): void {
  // By assignment, a member named `__proto__` would become the prototype.
  if (name === "__proto__")
    Object.defineProperty(record, name, { value, writable: true, enumerable: true, configurable: true });
  else (record as Record<string, unknown>)[name] = value;
}

/** Reads a built-in object, and refuses what only looks like one: a proxy, or what was made of its prototype alone. */
function genuine<Result>(read: () => Result, refuse: () => never): Result {
  try {
    return read();
  } catch {
    return refuse();
  }
}

function refusal(value: unknown, step: Step, parent: Place | undefined, name: string): TypeError {
  return failure(step, parent, name, refusalOf(value, "return plain data instead"));
}

function failure(step: Step, parent: Place | undefined, name: string, reason: string): TypeError {
  return new TypeError(`Cannot store "${name}": ${pathTo(step, parent)} cannot come back as it is: ${reason}`);
}
