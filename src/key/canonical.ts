import { toBase64Url } from "../bytes.ts";
import { count, formOf, formOfObject, formsOf, genuine, type Manner, refuse, tooLong, type Walk } from "./form.ts";
import { isPlainObject } from "./kinds.ts";
import { passing, Refusal, stepTo } from "./refusal.ts";
import { expectedShape, likelyShape, MARK, meetShape, type Shape, shapeOf } from "./shape.ts";
import { withoutSignals } from "./signals.ts";

/**
 * The method by which an object says what stands for it in a cache key.
 *
 * @example An entity that is known by its id
 * ```ts
 * import { cacheKey } from "@autocache/edge/keys";
 *
 * class User {
 *   constructor(readonly id: string) {}
 *   [cacheKey]() {
 *     return ["User", this.id];
 *   }
 * }
 * ```
 */
export const cacheKey: unique symbol = Symbol.for("autocache.key") as never;

/** How large a key's text may grow, because its size is often in a stranger's hand. */
export interface CanonicalLimits {
  /** @default 64 */
  readonly maxDepth?: number;
  /** In UTF-16 code units. @default 1_048_576 */
  readonly maxLength?: number;
}

/** Tells the limits of a key from what a `toJSON()` or a `[cacheKey]()` throws. */
export class KeyLimitError extends RangeError {}

const MAX_DEPTH = 64;
const MAX_LENGTH = 1_048_576;
/** No text of so few characters is past the limit, however many of them are escaped. */
const SHORT = 10_000;

/**
 * Writes an argument list as canonical text: equal lists have equal texts, different lists have different ones.
 *
 * For values that JSON can hold it is the text of RFC 8785; what JSON cannot hold is tagged (docs/keys.md §1). It does
 * not tell classes apart whose `toJSON()` is equal.
 *
 * @example
 * ```ts
 * import { canonical } from "@autocache/edge/keys";
 *
 * canonical([{ b: 1, a: new Date(0) }]); // [{"a":{"$date":"1970-01-01T00:00:00.000Z"},"b":1}]
 * ```
 * @throws {TypeError} where a value has no canonical text (a function, a promise, a class instance, a cycle), naming its path
 * @throws {RangeError} where the list is deeper or longer than the limits
 */
export function canonical(args: readonly unknown[], limits?: CanonicalLimits): string {
  if (!Array.isArray(args)) {
    const received = args === null ? "null" : typeof args;
    throw new TypeError(`Cannot build a cache key from args: an argument list is an array: received ${received}`);
  }
  if (args.length === 1 && limits === undefined) {
    const [only] = args;
    // Most keys are of one identifier.
    if (typeof only === "number" && Number.isFinite(only)) return `[${only}]`;
    if (typeof only === "string" && only.length < SHORT && only.isWellFormed()) return `[${JSON.stringify(only)}]`;
  }
  try {
    const walk = begin(limits);
    // Before holes without end are looked at.
    if (args.length > walk.maxLength) throw tooLong(walk);
    const kept = withoutSignals(args);
    let { length } = kept;
    while (length > 0 && kept[length - 1] === undefined) length--;
    count(walk, 2 * length);
    return textWithin(walk, formsOf(walk, kept, length, 1));
  } catch (error) {
    throw explained(error, "args");
  }
}

/** Writes any one value as canonical text; `name` is what a refusal calls it. */
export function canonicalValue(value: unknown, name: string): string {
  try {
    const walk = begin();
    return textWithin(walk, formOf(walk, value, 0));
  } catch (error) {
    throw explained(error, name);
  }
}

function begin({ maxDepth = MAX_DEPTH, maxLength = MAX_LENGTH }: CanonicalLimits = {}): Walk {
  return { manner: KEYS, maxDepth, maxLength, room: maxLength };
}

function explained(error: unknown, name: string): unknown {
  if (!(error instanceof Refusal)) return error;
  const isCycle = error.endsInCycle();
  const Kind = isCycle || error.limit === undefined ? TypeError : KeyLimitError;
  const place = isCycle || error.limit !== "length" ? ` from ${name}${error.path()}` : "";
  return new Kind(`Cannot build a cache key${place}: ${isCycle ? "the value contains itself" : error.reason}`);
}

type Method = (this: unknown) => unknown;

interface Askable {
  readonly [cacheKey]?: unknown;
  readonly toJSON?: unknown;
}

const KEYS: Manner = {
  hole: { $undefined: 1 },
  negativeZero: 0,
  remedy: "give it a [cacheKey]() or a toJSON() method",
  object(walk, value, depth) {
    const { [cacheKey]: own } = value as Askable;
    if (typeof own === "function") return { $key: ask(walk, value, cacheKey, own as Method, depth) };
    if (Object.getPrototypeOf(value) === Object.prototype) return KEYS.other(walk, value, depth);
    return formOfObject(walk, value, depth);
  },
  other(walk, value, depth) {
    const { toJSON } = value as Askable;
    if (typeof toJSON === "function") return { $json: ask(walk, value, "toJSON", toJSON as Method, depth) };
    if (isPlainObject(value)) return formOfRecord(walk, value, depth + 1);
    const box = [Number, String, Boolean, BigInt].find(({ prototype }) => Object.getPrototypeOf(value) === prototype);
    return (
      box &&
      formOf(
        walk,
        genuine(walk, value, () => (box.prototype.valueOf as Method).call(value)),
        depth,
      )
    );
  },
  ordered(forms) {
    return forms
      .map((form) => ({ form, text: textOf(form) }))
      .sort((a, b) => (a.text < b.text ? -1 : 1))
      .map(({ form }) => form);
  },
};

/** Asks an object what stands for it; not one that has a method of every name (a service binding: each calls another Worker). */
function ask(walk: Walk, value: object, name: keyof Askable, method: Method, depth: number): unknown {
  const prototype: object | null = Object.getPrototypeOf(value);
  if (!Object.hasOwn(value, name) && (prototype === null || !(name in prototype))) return refuse(walk, value);
  // What it throws itself is no refusal of ours.
  const told = method.call(value);
  try {
    return formOf(walk, told, depth + 1);
  } catch (error) {
    throw passing(error, value, name === "toJSON" ? ".toJSON()" : "[cacheKey]()");
  }
}

type PlainRecord = Readonly<Record<string, unknown>>;

const NOTHING = {};

function formOfRecord(walk: Walk, given: PlainRecord, depth: number): object {
  let record = given;
  // Members that a program has put on the prototype of all objects are met in such a loop, and are not the record's.
  for (const _ in NOTHING) record = Object.assign(Object.create(null), given);
  let shape = expectedShape();
  let expected = shape.names;
  // oxlint-disable-next-line unicorn/no-new-array -- One that grows takes twice as long.
  const values: unknown[] = new Array(expected.length);
  let names: string[] | undefined;
  let met = 0;
  // No other way to read members is as fast.
  for (const name in record) {
    if (met === 0 && name !== expected[0]) {
      shape = likelyShape(name);
      expected = shape.names;
    }
    if (names === undefined && name !== expected[met]) names = expected.slice(0, met);
    if (names !== undefined) names.push(name);
    values[met++] = record[name];
  }
  if (names === undefined && met !== expected.length) names = expected.slice(0, met);
  return names === undefined
    ? formOfMembers(walk, meetShape(shape), values, given, depth)
    : formOfNewMembers(walk, names, values, given, depth);
}

function formOfMembers(walk: Walk, shape: Shape, values: readonly unknown[], record: object, depth: number): object {
  const { order, written } = shape;
  const form: Record<string, unknown> = {};
  let i = 0;
  try {
    for (; i < order.length; i++) {
      const name = written[i] as string;
      const value = values[order[i] as number];
      if (value === undefined) continue;
      count(walk, name.length + 4);
      if (typeof value === "string") {
        count(walk, value.length);
        form[name] = value;
      } else form[name] = formOf(walk, value, depth);
    }
  } catch (error) {
    throw passing(error, record, stepTo(shape.names[order[i] as number] as string));
  }
  return form;
}

function formOfNewMembers(
  walk: Walk,
  names: readonly string[],
  values: readonly unknown[],
  record: object,
  depth: number,
): object {
  const isThere = (_: unknown, i: number): boolean => values[i] !== undefined;
  const present = names.filter(isThere);
  // Before they are sorted.
  if (present.join("....").length > walk.room) throw tooLong(walk);
  if (names.every((name) => name.isWellFormed())) {
    return formOfMembers(walk, shapeOf(names), values, record, depth);
  }
  if (present.length < names.length) {
    return formOfNewMembers(walk, present, values.filter(isThere), record, depth);
  }
  // A name with a lone surrogate has no JSON text of its own: such an object becomes a list of pairs.
  const pairs = names.map((name, i) => [name, values[i]] as const).sort(([a], [b]) => (a < b ? -1 : 1));
  const $pairs = pairs.map(([name, value]) => {
    try {
      return [formOf(walk, name, depth), formOf(walk, value, depth)];
    } catch (error) {
      throw passing(error, record, stepTo(name));
    }
  });
  return { $pairs };
}

function textWithin(walk: Walk, form: unknown): string {
  const text = textOf(form);
  if (text.length > walk.maxLength) throw tooLong(walk);
  return text;
}

/** The text of a form; of one that has lone surrogates, once they are tagged, and the marks of names taken out. */
function textOf(form: unknown): string {
  const text = JSON.stringify(form);
  if (!text.includes("\\ud")) return text;
  return JSON.stringify(wellFormed(form)).replaceAll(JSON.stringify(MARK).slice(0, -1), '"');
}

function wellFormed(form: unknown): unknown {
  if (typeof form === "string") return form.isWellFormed() ? form : { $utf16: toBase64Url(utf16(form)) };
  if (typeof form !== "object" || form === null) return form;
  if (Array.isArray(form)) return form.map(wellFormed);
  return Object.fromEntries(Object.entries(form).map(([name, value]) => [name, wellFormed(value)]));
}

function utf16(text: string): Uint8Array {
  const bytes = new Uint8Array(text.length * 2);
  for (let i = 0; i < text.length; i++) {
    bytes[2 * i] = text.charCodeAt(i) >> 8;
    bytes[2 * i + 1] = text.charCodeAt(i);
  }
  return bytes;
}
