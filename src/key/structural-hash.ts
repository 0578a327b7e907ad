import { MAX_LEAVES, MAX_STRING, ownKeyOf } from "./copy.ts";

/**
 * How much of the arguments counts: members of lists and records so deep, elements so far, and of texts all characters or
 * some. The rest is told apart by comparing it. Never by how many were seen so far: a hash must not depend on the order
 * of members.
 */
export interface Thoroughness {
  readonly depth: number;
  readonly elements: number;
  readonly wholeTexts: boolean;
}

export const QUICK: Thoroughness = { depth: 2, elements: 8, wholeTexts: false };
export const THOROUGH: Thoroughness = { depth: 16, elements: 512, wholeTexts: true };

// Past it nothing has a copy: what contains itself, or one thing in many places, would be walked without end.
let left = 0;

// Not made at module scope, where Workers have no random numbers.
let seed = 0;

/**
 * Tells a number that is the same for all lists of arguments with the same canonical text, and seldom for others: not
 * the same in another isolate, so that nobody can prepare a list of those which meet.
 *
 * What has no copy has a number all the same, which says nothing.
 */
export function structuralHash(args: readonly unknown[], length: number, how: Thoroughness): number {
  seed ||= (Math.random() * 2 ** 32) | 1;
  let hash = seed ^ length;
  left = MAX_LEAVES;
  for (let i = 0; i < length; i++) hash = mixed(hash ^ hashOf(args[i], how.depth, how));
  return hash;
}

function hashOf(value: unknown, depth: number, how: Thoroughness): number {
  if (--left < 0) return 0;
  if (typeof value === "string") return how.wholeTexts ? hashOfWholeText(value) : hashOfText(value);
  if (typeof value === "number") return hashOfNumber(value);
  if (typeof value === "object" && value !== null) return depth === 0 ? 13 : hashOfObject(value, depth - 1, how);
  if (typeof value === "bigint") return Number(BigInt.asIntN(32, value));
  return value === true ? 3 : value === false ? 5 : value === null ? 11 : 7;
}

function hashOfObject(value: object, depth: number, how: Thoroughness): number {
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype === Object.prototype || prototype === null) return hashOfRecord(value, depth, how);
  if (prototype === Array.prototype) return hashOfArray(value as readonly unknown[], depth, how);
  const own = ownKeyOf(value);
  return own === undefined ? 17 : hashOf(own?.call(value), depth, how) ^ 19;
}

function hashOfArray(values: readonly unknown[], depth: number, how: Thoroughness): number {
  const length = Math.min(values.length, how.elements);
  let hash = values.length;
  for (let i = 0; i < length && left >= 0; i++) hash = Math.imul(hash, 31) + hashOf(values[i], depth, how);
  return mixed(hash);
}

/** A sum, the same whatever the order of members; one that is undefined is not there. */
function hashOfRecord(record: object, depth: number, how: Thoroughness): number {
  let sum = 19;
  for (const name in record) {
    const value = (record as Readonly<Record<string, unknown>>)[name];
    if (value === undefined) continue;
    if (left < 0) break;
    const hash = how.wholeTexts ? hashOfWholeText(name) : name.length;
    sum = (sum + mixed(hashOf(value, depth, how) ^ hash)) | 0;
  }
  return sum;
}

/** Of a long text, its ends and some characters between. */
function hashOfText(text: string): number {
  const { length } = text;
  if (length === 0) return 1;
  let hash = Math.imul(length, 31) + text.charCodeAt(0);
  hash = Math.imul(hash, 31) + text.charCodeAt(length >> 1);
  if (length > 2) hash = Math.imul(hash, 31) + text.charCodeAt(length - 2);
  return Math.imul(hash, 31) + text.charCodeAt(length - 1);
}

function hashOfWholeText(text: string): number {
  let hash = text.length;
  if (hash > MAX_STRING) return hash;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash, 31) + text.charCodeAt(i);
  return hash;
}

const float = new Float64Array(1);
const words = new Uint32Array(float.buffer);

function hashOfNumber(number: number): number {
  if ((number | 0) === number) return number | 0;
  // Its bits are not always the same.
  if (number !== number) return 23;
  float[0] = number;
  return (words[0] as number) ^ Math.imul(words[1] as number, 31);
}

function mixed(hash: number): number {
  const product = Math.imul(hash, 0x9e3779b1);
  return product ^ (product >>> 15);
}
