import { toBase64Url } from "../bytes.ts";
import { isMap, isPlainArray, isPlainObject, isSet, kindOf, namedMember, type Packed, refusalOf } from "./kinds.ts";
import { withoutSignals } from "./signals.ts";
import { enter, isInside, pathTo, type Place, type Step } from "./path.ts";

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
    throw new TypeError(
      `Cannot build a cache key from args: an argument list is an array: received ${args === null ? "null" : typeof args}`,
    );
  }
  return new CanonicalWriter(limits).list(args);
}

/** Writes any one value as canonical text; `name` is what a refusal calls it. */
export function canonicalValue(value: unknown, name: string): string {
  return new CanonicalWriter().value(value, name, undefined);
}

class CanonicalWriter {
  readonly #maxDepth: number;
  readonly #maxLength: number;
  #length = 0;

  constructor(limits: CanonicalLimits = {}) {
    this.#maxDepth = limits.maxDepth ?? MAX_DEPTH;
    this.#maxLength = limits.maxLength ?? MAX_LENGTH;
  }

  value(value: unknown, step: Step, parent: Place | undefined): string {
    switch (typeof value) {
      case "string":
        return this.#string(value);
      case "number":
        return this.#counted(Number.isFinite(value) ? String(value) : `{"$number":"${value}"}`);
      case "boolean":
        return this.#counted(String(value));
      case "undefined":
        return this.#counted('{"$undefined":1}');
      case "bigint":
        return this.#bigint(value);
      case "object":
        if (value === null) return this.#counted("null");
        return this.#object(value, step, parent);
      default:
        throw refusal(value, step, parent);
    }
  }

  list(all: readonly unknown[]): string {
    this.#require(all.length);
    const args = withoutSignals(all);
    let { length } = args;
    while (length > 0 && args[length - 1] === undefined) length--;
    return this.#elements(args, length, enter(all, "args", undefined));
  }

  #elements(values: readonly unknown[], length: number, place: Place): string {
    this.#countBrackets(length);
    let text = "[";
    for (let i = 0; i < length; i++) text += (i === 0 ? "" : ",") + this.value(values[i], i, place);
    return `${text}]`;
  }

  #object(value: object, step: Step, parent: Place | undefined): string {
    if (isInside(value, parent)) {
      throw new TypeError(`Cannot build a cache key from ${pathTo(step, parent)}: the value contains itself`);
    }
    if (parent !== undefined && parent.depth >= this.#maxDepth) {
      throw new KeyLimitError(
        `Cannot build a cache key from ${pathTo(step, parent)}: nested deeper than ${this.#maxDepth}`,
      );
    }
    const own = methodOf(value, cacheKey, step, parent);
    if (own !== undefined) {
      const place = enter(value, step, parent, "[cacheKey]()");
      return this.#tagged("$key", this.value(own.call(value), null, place));
    }
    if (isPlainArray(value)) return this.#array(value, enter(value, step, parent));
    if (isMap(value)) return this.#sorted("$map", value, enter(value, step, parent, ".entries()"));
    if (isSet(value)) return this.#sorted("$set", value, enter(value, step, parent, ".values()"));
    const kind = kindOf(value);
    if (kind !== undefined) {
      const packed = genuine(value, step, parent, () => {
        if (kind.tag === "$bytes") this.#require((value as ArrayBuffer).byteLength);
        return kind.pack(value);
      });
      return this.#tagged(kind.tag, this.#packed(packed));
    }
    const toJSON = methodOf(value, "toJSON", step, parent);
    if (toJSON !== undefined) {
      const place = enter(value, step, parent, ".toJSON()");
      return this.#tagged("$json", this.value(toJSON.call(value), null, place));
    }
    if (isPlainObject(value)) return this.#record(value, enter(value, step, parent));
    const unboxed = genuine(value, step, parent, () => BOXES.get(Object.getPrototypeOf(value))?.call(value));
    if (unboxed !== undefined) return this.value(unboxed, step, parent);
    throw refusal(value, step, parent);
  }

  #array(values: readonly unknown[], place: Place): string {
    this.#require(values.length);
    const name = namedMember(values);
    if (name === undefined) return this.#elements(values, values.length, place);
    throw new TypeError(
      `Cannot build a cache key from ${pathTo(name, place)}: an array is its elements, and this is not one of them`,
    );
  }

  #record(record: Readonly<Record<string, unknown>>, place: Place): string {
    const members = Object.keys(record)
      .map((name) => [name, record[name]] as const)
      .filter(([, value]) => value !== undefined);
    this.#require(4 * members.length);
    members.sort(([a], [b]) => (a < b ? -1 : 1));
    // A name with a lone surrogate has no JSON text of its own: such an object becomes a list of pairs.
    if (!members.every(([name]) => name.isWellFormed())) return this.#pairs(members, place);
    this.#countBrackets(members.length);
    this.#count(members.length);
    let text = "{";
    for (const [name, value] of members) {
      // One more `$`, so that no argument can imitate a tag.
      const member = this.#string(name.startsWith("$") ? `$${name}` : name);
      text += `${text === "{" ? "" : ","}${member}:${this.value(value, name, place)}`;
    }
    return `${text}}`;
  }

  #pairs(members: readonly (readonly [name: string, value: unknown])[], place: Place): string {
    this.#countBrackets(members.length);
    const pairs = members.map(([name, value]) => {
      this.#countBrackets(2);
      return `[${this.#string(name)},${this.value(value, name, place)}]`;
    });
    return this.#tagged("$pairs", `[${pairs.join(",")}]`);
  }

  #sorted(tag: string, members: Iterable<unknown> & { readonly size: number }, place: Place): string {
    const { value, step, parent } = place;
    this.#countBrackets(genuine(value, step, parent, () => members.size));
    const texts: string[] = [];
    for (const member of members) texts.push(this.value(member, texts.length, place));
    return this.#tagged(tag, `[${texts.sort().join(",")}]`);
  }

  #packed(packed: Packed): string {
    if (packed === null) return this.#counted("null");
    if (typeof packed === "string") return this.#string(packed);
    this.#countBrackets(packed.length);
    return `[${packed.map((member) => this.#packed(member)).join(",")}]`;
  }

  #bigint(value: bigint): string {
    // Decimal digits take more than linear time to make, and are never fewer than hexadecimal ones.
    if (BigInt.asIntN(64, value) !== value) this.#require(value.toString(16).length - 1);
    return this.#counted(`{"$bigint":"${value}"}`);
  }

  #string(text: string): string {
    this.#require(text.length);
    if (text.isWellFormed()) return this.#counted(JSON.stringify(text));
    const units = new Uint8Array(text.length * 2);
    for (let i = 0; i < text.length; i++) {
      units[2 * i] = text.charCodeAt(i) >> 8;
      units[2 * i + 1] = text.charCodeAt(i) & 0xff;
    }
    return this.#tagged("$utf16", this.#counted(`"${toBase64Url(units)}"`));
  }

  #tagged(tag: string, text: string): string {
    this.#count(tag.length + 5);
    return `{"${tag}":${text}}`;
  }

  #counted(text: string): string {
    this.#count(text.length);
    return text;
  }

  /** Counts the brackets and commas of a list. */
  #countBrackets(members: number): void {
    this.#count(members === 0 ? 2 : members + 1);
  }

  #count(length: number): void {
    this.#require(length);
    this.#length += length;
  }

  /** Refuses, before it is made, a text that cannot be shorter than this. */
  #require(length: number): void {
    if (this.#length + length > this.#maxLength) {
      throw new KeyLimitError(`Cannot build a cache key: its text is longer than ${this.#maxLength} characters`);
    }
  }
}

type Method = (this: unknown) => unknown;

/** The method of that name; an object that has one of every name (a service binding: each is a call to another Worker) is refused. */
function methodOf(
  value: object,
  name: "toJSON" | typeof cacheKey,
  step: Step,
  parent: Place | undefined,
): Method | undefined {
  const method = (value as Partial<Record<typeof name, unknown>>)[name];
  if (typeof method !== "function") return undefined;
  const prototype: object | null = Object.getPrototypeOf(value);
  if (Object.hasOwn(value, name) || (prototype !== null && name in prototype)) return method as Method;
  throw refusal(value, step, parent);
}

const BOXES: ReadonlyMap<unknown, Method> = new Map(
  [Number.prototype, String.prototype, Boolean.prototype, BigInt.prototype].map((box) => [box, box.valueOf]),
);

/** Reads a built-in object, and refuses what only looks like one: a proxy, or what was made of its prototype alone. */
function genuine<Result>(value: object, step: Step, parent: Place | undefined, read: () => Result): Result {
  try {
    return read();
  } catch (error) {
    throw error instanceof KeyLimitError ? error : refusal(value, step, parent);
  }
}

function refusal(value: unknown, step: Step, parent: Place | undefined): TypeError {
  const reason = refusalOf(value, "give it a [cacheKey]() or a toJSON() method");
  return new TypeError(`Cannot build a cache key from ${pathTo(step, parent)}: ${reason}`);
}
