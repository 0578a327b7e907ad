import { cacheKey } from "./canonical.ts";

// What is larger is as quick by its digest, and would be kept once more beside the entry.
export const MAX_LEAVES = 512;
export const MAX_STRING = 1_024;
const MAX_TEXT = 8_192;
const MAX_DEPTH = 16;
// An engine may keep a part of a text as a view of the whole (V8 from 13 code units on), a body of megabytes for an id.
const MIN_VIEW = 13;
const BYTES_PER_VALUE = 16;
const BYTES_PER_CODE_UNIT = 2;

/** What `copyOf` gives for values that have no copy. */
export const REFUSED: unique symbol = Symbol("refused") as never;

type Method = (this: unknown) => unknown;

/** The members of a record that are not undefined, in the order in which they were met. */
class RecordCopy {
  readonly names: readonly string[];
  readonly values: readonly unknown[];
  #places: ReadonlyMap<string, number> | undefined;

  constructor(names: readonly string[], values: readonly unknown[]) {
    this.names = names;
    this.values = values;
  }

  /** The value of a member; `REFUSED` where there is none of that name. */
  valueOf(name: string): unknown {
    this.#places ??= new Map(this.names.map((each, i) => [each, i]));
    const place = this.#places.get(name);
    return place === undefined ? REFUSED : this.values[place];
  }
}

/** What the `[cacheKey]()` of an object has told; an object that tells the same. */
class KeyCopy {
  readonly value: unknown;

  constructor(value: unknown) {
    this.value = value;
  }

  [cacheKey](): unknown {
    return plainOf(this.value);
  }
}

/**
 * Copies values that are primitives or plain data, so that they can be compared with others later.
 *
 * Two are equal where their canonical texts are, and only there; what cannot be copied is looked up by its text.
 */
export function copyOf(values: readonly unknown[]): readonly unknown[] | typeof REFUSED {
  const budget: Budget = { leaves: MAX_LEAVES, text: MAX_TEXT };
  const copies = values.map((value) => copy(value, MAX_DEPTH, budget));
  return copies.includes(REFUSED) ? REFUSED : copies;
}

/** What may still be copied. */
interface Budget {
  leaves: number;
  text: number;
}

function copy(value: unknown, depth: number, budget: Budget): unknown {
  if (depth === 0 || --budget.leaves < 0) return REFUSED;
  switch (typeof value) {
    case "string":
      return copyText(value, budget);
    case "object":
      return value === null ? null : copyObject(value, depth - 1, budget);
    case "function":
    case "symbol":
      return REFUSED;
    default:
      return value;
  }
}

function copyText(text: string, budget: Budget): string | typeof REFUSED {
  if (text.length > MAX_STRING || (budget.text -= text.length) < 0) return REFUSED;
  return text.length < MIN_VIEW ? text : ` ${text}`.slice(1);
}

function copyObject(value: object, depth: number, budget: Budget): unknown {
  const own = ownKeyOf(value);
  const isList = isPlainArray(value);
  if (!isList && !isRecord(value)) {
    const told = own ? copy(own.call(value), depth, budget) : REFUSED;
    return told === REFUSED ? REFUSED : new KeyCopy(told);
  }
  // One that is plain data and says what stands for it: looked up by its text.
  if (own !== undefined) return REFUSED;
  if (!isList) return copyRecord(value, depth, budget);
  const copies = isElementsOnly(value) ? value.map((member) => copy(member, depth, budget)) : [REFUSED];
  return copies.includes(REFUSED) ? REFUSED : copies;
}

function copyRecord(record: Readonly<Record<string, unknown>>, depth: number, budget: Budget): unknown {
  if (!standsForItself(record) || ArrayBuffer.isView(record)) return REFUSED;
  const members = Object.keys(record).map((name) => [name, record[name]] as const);
  const defined = members.filter(([, member]) => member !== undefined);
  const names = defined.map(([name]) => name);
  for (const name of names) budget.text -= name.length;
  const copies = budget.text < 0 ? [REFUSED] : defined.map(([, member]) => copy(member, depth, budget));
  return copies.includes(REFUSED) ? REFUSED : new RecordCopy(names, copies);
}

/** Tells whether a value is equal to what was copied. */
export function isCopyOf(made: unknown, value: unknown): boolean {
  // Zeros are equal whatever their sign, as in canonical text.
  if (typeof value !== "object" || value === null) return made === value || (made !== made && value !== value);
  if (made instanceof RecordCopy) return isRecord(value) && isRecordCopy(made, value);
  if (Array.isArray(made)) return isPlainArray(value) && isArrayCopy(made, value);
  if (!(made instanceof KeyCopy) || isRecord(value)) return false;
  const own = ownKeyOf(value);
  return own ? isCopyOf(made.value, own.call(value)) : false;
}

function isArrayCopy(made: readonly unknown[], values: readonly unknown[]): boolean {
  const { length } = made;
  if (values.length !== length || !isElementsOnly(values)) return false;
  if ((values as { [cacheKey]?: unknown })[cacheKey] !== undefined) return false;
  for (let i = 0; i < length; i++) if (!isCopyOf(made[i], values[i])) return false;
  return true;
}

/** Engines read members as fast as they can in such a loop, and records that are written alike have the same order. */
function isRecordCopy(made: RecordCopy, record: Readonly<Record<string, unknown>>): boolean {
  const { names, values } = made;
  if (!standsForItself(record)) return false;
  let met = 0;
  for (const name in record) {
    const value = record[name];
    if (names[met] !== name) return isReorderedCopy(made, record);
    const copied = values[met++];
    if (copied !== value && !isCopyOf(copied, value)) return false;
  }
  return met === names.length;
}

function isReorderedCopy(made: RecordCopy, record: Readonly<Record<string, unknown>>): boolean {
  let met = 0;
  for (const name of Object.keys(record)) {
    const value = record[name];
    if (value === undefined) continue;
    met++;
    if (!isCopyOf(made.valueOf(name), value)) return false;
  }
  return met === made.names.length;
}

/** Makes of a copy what it is a copy of. */
export function plainOf(made: unknown): unknown {
  if (Array.isArray(made)) return made.map(plainOf);
  if (!(made instanceof RecordCopy)) return made;
  return Object.fromEntries(made.names.map((name, i) => [name, plainOf(made.values[i])]));
}

/** The method by which an object says what stands for it; `null` where it has one of every name, and is not to be asked. */
export function ownKeyOf(value: object): Method | null | undefined {
  const own = (value as { [cacheKey]?: unknown })[cacheKey];
  if (own === undefined) return undefined;
  const isOwn = Object.hasOwn(value, cacheKey) || cacheKey in (Object.getPrototypeOf(value) ?? {});
  return typeof own === "function" && isOwn ? (own as Method) : null;
}

function isRecord(value: object): value is Record<string, unknown> {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

function isPlainArray(value: object): value is readonly unknown[] {
  return Object.getPrototypeOf(value) === Array.prototype && Array.isArray(value);
}

/** Whether no method tells something else in its place; `toJSON` may be one that is not among its members. */
function standsForItself(record: object): boolean {
  const { [cacheKey]: own, toJSON } = record as { [cacheKey]?: unknown; toJSON?: unknown };
  return own === undefined && typeof toJSON !== "function";
}

/** Neither holes nor members beside the elements, which are the first of an array's names. */
function isElementsOnly(values: readonly unknown[]): boolean {
  const { length } = values;
  const names = Object.keys(values);
  return names.length === length && (length === 0 || names[length - 1] === String(length - 1));
}

/** An estimate of what a copy takes. */
export function bytesOfCopy(made: unknown): number {
  if (typeof made === "string") return BYTES_PER_VALUE + made.length * BYTES_PER_CODE_UNIT;
  if (made instanceof KeyCopy) return BYTES_PER_VALUE + bytesOfCopy(made.value);
  if (made instanceof RecordCopy) return bytesOfCopy(made.names) + bytesOfCopy(made.values);
  if (!Array.isArray(made)) return BYTES_PER_VALUE;
  return made.reduce((sum: number, each) => sum + bytesOfCopy(each), BYTES_PER_VALUE);
}
