import { cacheKey } from "./canonical.ts";

// What is larger is as quick by its digest, and would be kept once more beside the entry.
const MAX_LEAVES = 512;
const MAX_STRING = 1_024;
const MAX_DEPTH = 16;

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
  const budget = { leaves: MAX_LEAVES };
  const copies = values.map((value) => copy(value, MAX_DEPTH, budget));
  return copies.includes(REFUSED) ? REFUSED : copies;
}

function copy(value: unknown, depth: number, budget: { leaves: number }): unknown {
  if (depth === 0 || --budget.leaves < 0) return REFUSED;
  switch (typeof value) {
    case "string":
      return value.length <= MAX_STRING ? value : REFUSED;
    case "object":
      return value === null ? null : copyObject(value, (member) => copy(member, depth - 1, budget));
    case "function":
    case "symbol":
      return REFUSED;
    default:
      return value;
  }
}

function copyObject(value: object, inner: (member: unknown) => unknown): unknown {
  if (isPlainArray(value)) {
    const copies = isElementsOnly(value) ? value.map(inner) : [REFUSED];
    return copies.includes(REFUSED) ? REFUSED : copies;
  }
  const own = ownKeyOf(value);
  if (!isRecord(value)) {
    const told = own ? inner(own.call(value)) : REFUSED;
    return told === REFUSED ? REFUSED : new KeyCopy(told);
  }
  // One that is plain data and says what stands for it: looked up by its text.
  if (own !== undefined) return REFUSED;
  const members = Object.keys(value).map((name) => [name, value[name]] as const);
  const defined = members.filter(([, member]) => member !== undefined);
  const copies = defined.map(([, member]) => inner(member));
  return copies.includes(REFUSED)
    ? REFUSED
    : new RecordCopy(
        defined.map(([name]) => name),
        copies,
      );
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
  for (let i = 0; i < length; i++) if (!isCopyOf(made[i], values[i])) return false;
  return true;
}

/** Engines read members as fast as they can in such a loop, and records that are written alike have the same order. */
function isRecordCopy(made: RecordCopy, record: Readonly<Record<string, unknown>>): boolean {
  const { names, values } = made;
  if ((record as { [cacheKey]?: unknown })[cacheKey] !== undefined) return false;
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

/** Neither holes nor members beside the elements. */
function isElementsOnly(values: readonly unknown[]): boolean {
  return Object.keys(values).length === values.length;
}
