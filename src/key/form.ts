import { isPlainArray, kindOf, namedMember, refusalOf } from "./kinds.ts";
import { passing, Refusal, stepTo } from "./refusal.ts";

/** One walk over a value, for a key or for an entry. */
export interface Walk {
  readonly manner: Manner;
  readonly maxDepth: number;
  readonly maxLength: number;
  /** How many characters may still come. */
  room: number;
}

/** What differs between the JSON of a key and that of a value. */
export interface Manner {
  /** What stands for an element that is not there. */
  readonly hole: object;
  /** What stands for -0. */
  readonly negativeZero: unknown;
  /** What can be done about a value that is refused. */
  readonly remedy: string;
  /** Makes the JSON of any object. */
  object(walk: Walk, value: object, depth: number): unknown;
  /** Makes the JSON of an object that is neither a list nor of a kind with a tag; `undefined` where there is none. */
  other(walk: Walk, value: object, depth: number): unknown;
  /** The members of a `Map` or a `Set` as they are written. */
  ordered(forms: unknown[]): unknown[];
}

/**
 * Makes the JSON which stands for a value: arrays and objects of its own, with tags for what JSON lacks (docs/keys.md §1).
 *
 * @throws {Refusal}
 */
export function formOf(walk: Walk, value: unknown, depth: number): unknown {
  switch (typeof value) {
    case "object":
      if (value === null) return null;
      if (depth > walk.maxDepth) throw new Refusal(`nested deeper than ${walk.maxDepth}`, "depth");
      return walk.manner.object(walk, value, depth);
    case "string":
      count(walk, value.length);
      return value;
    case "boolean":
      return value;
    case "number":
      if (Object.is(value, -0)) return walk.manner.negativeZero;
      return Number.isFinite(value) ? value : { $number: String(value) };
    case "undefined":
      return { $undefined: 1 };
    case "bigint":
      // Decimal digits take more than linear time to make, and are never fewer than hexadecimal ones.
      if (BigInt.asIntN(64, value) !== value) count(walk, value.toString(16).length - 1);
      return { $bigint: String(value) };
    default:
      return refuse(walk, value);
  }
}

/** Makes the JSON of an object that does not say what stands for it. */
export function formOfObject(walk: Walk, value: object, depth: number): unknown {
  if (isPlainArray(value)) {
    count(walk, 2 * value.length);
    const name = namedMember(value);
    if (name === undefined) return formsOf(walk, value, value.length, depth + 1);
    throw new Refusal("an array is its elements, and this is not one of them").pass(value, stepTo(name));
  }
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype === Map.prototype) return { $map: formsOfMembers(walk, value as never, ".entries()", depth + 1) };
  if (prototype === Set.prototype) return { $set: formsOfMembers(walk, value as never, ".values()", depth + 1) };
  const kind = kindOf(value);
  if (kind === undefined) return walk.manner.other(walk, value, depth) ?? refuse(walk, value);
  if (kind.tag === "$bytes") count(walk, (value as ArrayBuffer).byteLength);
  const packed = genuine(walk, value, () => kind.pack(value));
  count(walk, String(packed).length);
  return { [kind.tag]: packed };
}

/** Makes the JSON of the first elements of a list. */
export function formsOf(walk: Walk, values: readonly unknown[], length: number, depth: number): unknown[] {
  // oxlint-disable-next-line unicorn/no-new-array -- One that grows takes twice as long.
  const forms: unknown[] = new Array(length);
  let i = 0;
  try {
    for (; i < length; i++) {
      const value = values[i];
      if (typeof value === "string") {
        count(walk, value.length);
        forms[i] = value;
      } else forms[i] = value === undefined && !(i in values) ? walk.manner.hole : formOf(walk, value, depth);
    }
  } catch (error) {
    throw passing(error, values, stepTo(i));
  }
  return forms;
}

type Members = Iterable<unknown> & { readonly size: number };

function formsOfMembers(walk: Walk, value: Members, via: string, depth: number): unknown[] {
  count(walk, 2 * genuine(walk, value, () => value.size));
  const forms: unknown[] = [];
  try {
    for (const member of value) forms.push(formOf(walk, member, depth));
  } catch (error) {
    throw passing(error, value, via + stepTo(forms.length));
  }
  return walk.manner.ordered(forms);
}

/** Takes note of so much text, at least. */
export function count(walk: Walk, length: number): void {
  walk.room -= length;
  if (walk.room < 0) throw tooLong(walk);
}

export function tooLong({ maxLength }: Walk): Refusal {
  return new Refusal(`its text is longer than ${maxLength} characters`, "length");
}

/** Reads a built-in object, and refuses what only looks like one: a proxy, or what was made of its prototype alone. */
export function genuine<Result>(walk: Walk, value: object, read: () => Result): Result {
  try {
    return read();
  } catch {
    return refuse(walk, value);
  }
}

export function refuse(walk: Walk, value: unknown): never {
  throw new Refusal(refusalOf(value, walk.manner.remedy));
}
