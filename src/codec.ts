import { isMap, isPlainObject, isSet, kindOf, kindOfTag, refusalOf } from "./key/kinds.ts";
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
  if (isPlainJson(value, 0)) return { form: "plain", text: JSON.stringify(value) };
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
  if (names.length === 1 && first !== undefined && /^\$(?!\$)/.test(first)) {
    return decodeTag(first, (json as Record<string, unknown>)[first]);
  }
  const record = {};
  for (const name of names)
    define(record, name.startsWith("$") ? name.slice(1) : name, (json as Record<string, unknown>)[name]);
  return record;
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
      return Array.isArray(value) ? isPlainArray(value, depth) : isPlainRecord(value, depth);
    default:
      return false;
  }
}

function isPlainArray(values: readonly unknown[], depth: number): boolean {
  if (Object.getPrototypeOf(values) !== Array.prototype) return false;
  for (let i = 0; i < values.length; i++) {
    if (!isPlainJson(values[i], depth + 1)) return false;
  }
  return true;
}

function isPlainRecord(record: object, depth: number): boolean {
  if (Object.getPrototypeOf(record) !== Object.prototype) return false;
  for (const name of Object.keys(record)) {
    if (!isPlainJson((record as Record<string, unknown>)[name], depth + 1)) return false;
  }
  return Object.getOwnPropertySymbols(record).length === 0;
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
  if (Array.isArray(value) && Object.getPrototypeOf(value) === Array.prototype) {
    const place = enter(value, step, parent);
    // Not `map`, which leaves holes: a hole has a tag too.
    return Array.from(value, (member, i) => (i in value ? tag(member, i, place, name) : { $hole: 1 }));
  }
  if (isMap(value)) {
    const place = enter(value, step, parent, ".entries()");
    return { $map: Array.from(value, (member, i) => tag(member, i, place, name)) };
  }
  if (isSet(value)) {
    const place = enter(value, step, parent, ".values()");
    return { $set: Array.from(value, (member, i) => tag(member, i, place, name)) };
  }
  const kind = kindOf(value);
  if (kind !== undefined) return { [kind.tag]: kind.pack(value) };
  if (!isPlainObject(value)) throw refusal(value, step, parent, name);
  const record = tagRecord(value, enter(value, step, parent), name);
  return Object.getPrototypeOf(value) === null ? { $null: record } : record;
}

function tagRecord(value: Readonly<Record<string, unknown>>, place: Place, name: string): object {
  const [symbol] = Object.getOwnPropertySymbols(value);
  if (symbol !== undefined)
    throw failure(place.step, place.parent, name, `its member ${String(symbol)} has a symbol for a name`);
  const record = {};
  for (const member of Object.keys(value)) {
    // One more `$`, so that no value can imitate a tag.
    set(record, member.startsWith("$") ? `$${member}` : member, tag(value[member], member, place, name));
  }
  return record;
}

function decodeArray(json: readonly unknown[]): unknown[] {
  const values: unknown[] = [];
  values.length = json.length;
  for (let i = 0; i < json.length; i++) {
    const member = json[i];
    const isHole = typeof member === "object" && member !== null && "$hole" in member;
    if (!isHole) values[i] = decodeTagged(member);
  }
  return values;
}

function decodeTag(tagName: string, packed: unknown): unknown {
  switch (tagName) {
    case "$undefined":
      return undefined;
    case "$number":
      return Number(packed);
    case "$bigint":
      return BigInt(packed as string);
    case "$map":
      return new Map((packed as unknown[]).map(decodeTagged) as [unknown, unknown][]);
    case "$set":
      return new Set((packed as unknown[]).map(decodeTagged));
    case "$null":
      return Object.assign(Object.create(null), decodeTagged(packed));
    default: {
      const kind = kindOfTag(tagName);
      if (kind === undefined) throw new TypeError(`Unknown tag: ${tagName}`);
      return kind.unpack(packed as never);
    }
  }
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

function refusal(value: unknown, step: Step, parent: Place | undefined, name: string): TypeError {
  return failure(step, parent, name, refusalOf(value, "return plain data instead"));
}

function failure(step: Step, parent: Place | undefined, name: string, reason: string): TypeError {
  return new TypeError(`Cannot store "${name}": ${pathTo(step, parent)} cannot come back as it is: ${reason}`);
}
