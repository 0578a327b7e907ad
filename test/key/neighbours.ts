/**
 * Values that lie near a value: the same members in another order, the text or the tag of a thing in place of the
 * thing, another kind with the same content. What a writer that is not careful gives the same text.
 */
import { canonical } from "../../src/keys.ts";
import { Asked, Keyed, viewsOf } from "./values.ts";

export type Random = () => number;

/** A small generator with a seed (mulberry32), so that a failing example can be run again. */
export function randomFrom(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

const pick = <Value>(values: readonly Value[], random: Random): Value =>
  values[Math.floor(random() * values.length)] as Value;

/** One change somewhere in the value; now and then one that changes nothing by the specification. */
export function neighbour(value: unknown, random: Random): unknown {
  const inner = random() < 0.6 ? changedInside(value, random) : undefined;
  return inner ?? pick([...imitations(value), ...others(value)], random);
}

function changedInside(value: unknown, random: Random): unknown {
  if (Array.isArray(value) && value.length > 0) return withOneChanged(value, random);
  if (value instanceof Map && value.size > 0) {
    const pairs = [...value];
    const [key, held] = pairs.splice(Math.floor(random() * pairs.length), 1)[0] as [unknown, unknown];
    return new Map([...pairs, random() < 0.5 ? [neighbour(key, random), held] : [key, neighbour(held, random)]]);
  }
  if (value instanceof Set && value.size > 0) return new Set(withOneChanged([...value], random));
  if (value instanceof Keyed) return new Keyed(neighbour(value.toJSON(), random));
  if (value instanceof Asked) return new Asked(neighbour(value.toJSON(), random));
  if (!isRecord(value) || Object.keys(value).length === 0) return undefined;
  const at = Math.floor(random() * Object.keys(value).length);
  return Object.fromEntries(
    Object.entries(value).map(([name, held], i) => {
      if (i !== at) return [name, held];
      return random() < 0.7
        ? [name, neighbour(held, random)]
        : [pick([`$${name}`, name.slice(1), `${name}0`], random), held];
    }),
  );
}

function withOneChanged(values: readonly unknown[], random: Random): unknown[] {
  const at = Math.floor(random() * values.length);
  return values.map((member, i) => (i === at ? neighbour(member, random) : member));
}

/** What a reader of the text, of the tag, or of the JSON could take for the value. */
function imitations(value: unknown): unknown[] {
  const text = canonical([[value]]).slice(2, -2);
  return [
    JSON.parse(text),
    text,
    { $json: value },
    { $key: value },
    new Asked(value),
    new Keyed(value),
    [value],
    new Set([value]),
    { $set: [value] },
    { "": value },
    { a: value },
    { toJSON: value === undefined ? null : 1, a: value },
    asJson(value),
  ];
}

/** What is left of the value in JSON, where a date is a text and a map is empty. */
function asJson(value: unknown): unknown {
  const plain = (_: string, held: unknown): unknown => (isBigInt(held) ? String(held) : held);
  return JSON.parse(JSON.stringify([value], plain))[0];
}

const isBigInt = (value: unknown): boolean => Object.prototype.toString.call(value) === "[object BigInt]";

function others(value: unknown): unknown[] {
  if (typeof value !== "object" || value === null) return ofPrimitive(value);
  if (Array.isArray(value)) return ofArray(value);
  if (ArrayBuffer.isView(value) || value instanceof ArrayBuffer) return ofBytes(value);
  return isRecord(value) ? ofRecord(value) : [...ofCollection(value), ...ofBuiltIn(value)];
}

function ofPrimitive(value: unknown): unknown[] {
  switch (typeof value) {
    case "number":
      return [-value, value + 1, Object(value), { $number: String(value) }, new Date(value), ...ofWhole(value)];
    case "bigint":
      return [Number(value), String(value), -value, { $bigint: String(value) }, `${value}n`, BigInt.asIntN(8, value)];
    case "string":
      return ofText(value);
    case "boolean":
      return [!value, String(value), Number(value), Object(value)];
    default:
      return [null, undefined, "undefined", { $undefined: 1 }, 0, false, "", {}, [], Number.NaN];
  }
}

function ofWhole(value: number): unknown[] {
  return Number.isInteger(value) ? [BigInt(value), `${value}n`, String(value)] : [String(value)];
}

function ofText(text: string): unknown[] {
  const near = [`${text} `, text.slice(1), text.normalize("NFD"), JSON.stringify(text)];
  const ill = [`\ud800${text}`, `\ud900${text.slice(1)}`];
  return [...near, ...ill, [...text], Object(text), Number(text), { $utf16: text }, { $url: text }];
}

function ofCollection(value: object): unknown[] {
  if (value instanceof Set) {
    const members: unknown[] = [...value];
    const pairs = members.map((member) => [member, member] as const);
    const sets = [members.toReversed(), [...members, {}], [...members, undefined]].map((list) => new Set(list));
    return [...sets, members, { $set: members }, new Map(pairs)];
  }
  if (value instanceof Map) {
    const pairs: [unknown, unknown][] = [...value];
    const swapped = pairs.map(([key, held]) => [held, key] as const);
    const maps = [pairs.toReversed(), swapped, [...pairs, [undefined, undefined] as const]].map(
      (list) => new Map(list),
    );
    return [...maps, pairs, { $map: pairs }, new Set(pairs)];
  }
  return [];
}

function ofBuiltIn(value: object): unknown[] {
  if (value instanceof Date) return [asJson(value), value.getTime(), new Date(value), new Date(value.getTime() + 1)];
  if (value instanceof URL) return [value.href, new URL(value), new URL("#x", value), value.searchParams];
  if (value instanceof RegExp) return [String(value), new RegExp(value), new RegExp(value.source, "i")];
  if (value instanceof Headers) return [[...value], new Headers([...value, ["a", "2"]]), new Map(value)];
  if (!(value instanceof URLSearchParams)) return [];
  return [
    [...value],
    String(value),
    new URLSearchParams([...value].toReversed()),
    new Map(value),
    { $params: [...value] },
  ];
}

function ofArray(values: readonly unknown[]): unknown[] {
  const pairs = values.filter((member): member is [unknown, unknown] => Array.isArray(member) && member.length === 2);
  return [
    values.flat(),
    values.slice(1),
    values.toReversed(),
    [...values, undefined],
    [...values, null],
    values.concat(Array(1)),
    [values.slice(0, 1), ...values.slice(1)],
    { ...values },
    { ...values, length: values.length },
    new Set(values),
    new Map(pairs),
    new Map(values.entries()),
  ];
}

function ofBytes(value: ArrayBuffer | ArrayBufferView): unknown[] {
  const bytes = ArrayBuffer.isView(value)
    ? Buffer.from(value.buffer, value.byteOffset, value.byteLength)
    : Buffer.from(value);
  const shifted = Uint8Array.of(1, ...bytes, 1).subarray(1, -1);
  return [
    ...viewsOf(bytes),
    bytes,
    bytes.map((byte) => byte ^ 4),
    shifted,
    [...bytes],
    bytes.toString("base64url"),
    new Uint8Array(bytes.length + 1),
  ];
}

function ofRecord(record: Readonly<Record<string, unknown>>): unknown[] {
  const pairs = Object.entries(record);
  return [
    pairs,
    new Map(pairs),
    Object.fromEntries(pairs.toReversed()),
    Object.fromEntries(pairs.slice(1)),
    Object.fromEntries(pairs.map(([name, held]) => [`$${name}`, held])),
    Object.fromEntries(pairs.map(([name], i) => [name, pairs.at(i - 1)?.[1]])),
    { ...record, b: undefined },
    { ...record, b: null },
    { ...record, "\ud800": undefined },
    { ...record, "\ud800": null },
    { $pairs: pairs },
    Object.assign(Object.create(null), record),
    Object.values(record),
    new Asked(record),
  ];
}

function isRecord(value: unknown): value is Record<string, unknown> {
  if (typeof value !== "object" || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

/** The same value with every order changed that does not matter. */
export function shuffled(value: unknown, random: Random): unknown {
  if (Array.isArray(value)) return Array.from(value, (member: unknown) => shuffled(member, random));
  if (value instanceof Map)
    return new Map(mixed([...value], random).map(([key, held]) => [shuffled(key, random), shuffled(held, random)]));
  if (value instanceof Set) return new Set(mixed([...value], random).map((member) => shuffled(member, random)));
  if (value instanceof Keyed) return new Keyed(shuffled(value.toJSON(), random));
  if (value instanceof Asked) return new Asked(shuffled(value.toJSON(), random));
  if (!isRecord(value)) return value;
  return Object.fromEntries(mixed(Object.entries(value), random).map(([name, held]) => [name, shuffled(held, random)]));
}

function mixed<Value>(values: readonly Value[], random: Random): Value[] {
  return values
    .map((value) => ({ value, place: random() }))
    .toSorted((a, b) => a.place - b.place)
    .map(({ value }) => value);
}
