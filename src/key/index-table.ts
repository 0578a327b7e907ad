import { bytesOfCopy, copyOf, isCopyOf, plainOf, REFUSED } from "./copy.ts";
import { QUICK, structuralHash, THOROUGH } from "./structural-hash.ts";

/**
 * What a table finds a list of arguments by: a copy of them, which nobody can change, and a hash.
 *
 * Lists have equal indexes where they have equal canonical texts, and only there; no text is built.
 */
export type Index = readonly unknown[];

// A stranger who chooses arguments can make hashes meet: past so many, others are looked up by their text.
const MAX_BUCKET = 8;

type Hash = (args: readonly unknown[], length: number) => unknown;

const byQuickHash: Hash = (args, length) => structuralHash(args, length, QUICK);
const byThoroughHash: Hash = (args, length) => structuralHash(args, length, THOROUGH);
/** A first text or number often tells enough, and the engine knows its hash. */
const byFirst: Hash = (args, length) => (isSimple(args[0]) ? args[0] : byQuickHash(args, length));

/**
 * Finds what was kept for a list of arguments, by their structure.
 *
 * As little of it is hashed as will do: more, once too many meet.
 */
export class IndexTable<Member extends { readonly index: Index }> {
  // A lone text or number, which needs no hash of ours; no argument is one that is undefined.
  readonly #ones = new Map<unknown, Member>();
  readonly #buckets = new Map<unknown, Member[]>();
  #hash: Hash = byFirst;

  /** What was kept for equal arguments; also `undefined` for arguments that have no index. */
  find(args: readonly unknown[]): Member | undefined {
    const length = lengthOf(args);
    if (isOne(args, length)) return this.#ones.get(args[0]);
    const bucket = this.#buckets.get(this.#hash(args, length));
    if (bucket === undefined) return undefined;
    for (let i = 0; i < bucket.length; i++) {
      const member = bucket[i] as Member;
      if (isSame(member.index, args, length)) return member;
    }
    return undefined;
  }

  /** Keeps something for its index, in the place of what is there; tells whether there was room. Others may lose theirs. */
  add(member: Member): boolean {
    const { index } = member;
    if (isOne(index, index.length)) {
      this.#ones.set(index[0], member);
      return true;
    }
    const before = this.find(argsOf(index));
    if (before !== undefined) this.remove(before);
    if (this.#put(member)) return true;
    if (this.#hash === byThoroughHash) return false;
    this.#hash = this.#hash === byFirst ? byQuickHash : byThoroughHash;
    const all = [...this.#buckets.values()].flat();
    this.#buckets.clear();
    for (const each of all) this.#put(each);
    return this.add(member);
  }

  /** Removes just this, if it is there. */
  remove(member: Member): void {
    const { index } = member;
    if (isOne(index, index.length)) {
      if (this.#ones.get(index[0]) === member) this.#ones.delete(index[0]);
      return;
    }
    const hash = this.#hashOf(index);
    const bucket = this.#buckets.get(hash)?.filter((each) => each !== member);
    if (bucket?.length === 0) this.#buckets.delete(hash);
    else if (bucket !== undefined) this.#buckets.set(hash, bucket);
  }

  #put(member: Member): boolean {
    const hash = this.#hashOf(member.index);
    const bucket = this.#buckets.get(hash);
    if (bucket === undefined) this.#buckets.set(hash, [member]);
    else if (bucket.length < MAX_BUCKET) bucket.push(member);
    else return false;
    return true;
  }

  #hashOf(index: Index): unknown {
    return this.#hash(argsOf(index), index.length);
  }
}

/**
 * Makes the index of a list of arguments; `undefined` where it has none: what is neither a primitive nor plain data, an
 * array with members beside its elements, or too much of it.
 */
export function indexOf(args: readonly unknown[]): Index | undefined {
  const copy = copyOf(args.slice(0, lengthOf(args)));
  return copy === REFUSED ? undefined : copy;
}

/** An estimate of what an index takes in memory. */
export function bytesOf(index: Index): number {
  return bytesOfCopy(index);
}

/** Makes arguments of an index: what they were when it was made, whatever they are now. */
export function argsOf(index: Index): unknown[] {
  return index.map(plainOf);
}

function lengthOf(args: readonly unknown[]): number {
  let { length } = args;
  while (length > 0 && args[length - 1] === undefined) length--;
  return length;
}

function isOne(args: readonly unknown[], length: number): boolean {
  return length === 0 || (length === 1 && isSimple(args[0]));
}

function isSimple(value: unknown): boolean {
  return typeof value === "string" || typeof value === "number";
}

function isSame(copies: readonly unknown[], args: readonly unknown[], length: number): boolean {
  if (copies.length !== length) return false;
  for (let i = 0; i < length; i++) if (!isCopyOf(copies[i], args[i])) return false;
  return true;
}
