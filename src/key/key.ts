import { canonical, canonicalValue } from "./canonical.ts";
import { hmacSha256, sha256 } from "./digest.ts";

const FORMAT = 1;
const MAX_FRONT = 200;
const DIGEST_LENGTH = 43;
const SHORT_VERSION = 8;

/** What a key is made of. */
export interface KeyParts {
  /** Separates tenants and environments. */
  readonly namespace: string;
  /** The function's name. */
  readonly name: string;
  /** Which code computes the value; a number counts as its text. */
  readonly version: string | number;
  /** The arguments of the call. */
  readonly args: readonly unknown[];
  /** The values that the function captures, where the build plugin names them: they follow the arguments. */
  readonly captured?: readonly unknown[];
  /** Makes the digest an HMAC, so that the key does not reveal arguments that can be guessed. */
  readonly secret?: string;
}

/**
 * Builds the key under which a call is cached: `<namespace>:<name>@<version>:<digest>`, under 256 bytes (docs/keys.md §3).
 *
 * The same parts give the same key on every runtime, so that another program can read, delete or share an entry.
 *
 * @example
 * ```ts
 * import { keyFor } from "@autocache/edge/keys";
 *
 * await keyFor({ namespace: "shop", name: "product", version: 1, args: ["42"] });
 * ```
 * @throws {TypeError} where the arguments have no canonical text, or a part is not of its type
 * @throws {RangeError} where the arguments are too deep or too long, or the version is a number that is not finite
 */
export async function keyFor({ namespace, name, version, args, captured, secret }: KeyParts): Promise<string> {
  requireText(namespace, "namespace");
  requireText(name, "name");
  if (typeof version !== "number") requireText(version, "version");
  else if (!Number.isFinite(version)) {
    throw new RangeError(`Cannot build a cache key: a version is a finite number: received ${version}`);
  }
  if (secret !== undefined) requireText(secret, "secret");
  const text = canonical(args) + (captured === undefined ? "" : `,${canonicalValue(captured, "captured")}`);
  return `${await frontOf(namespace, name, String(version))}:${await digestOf(name, String(version), text, secret)}`;
}

/** The readable front of a key: one function, one version of it. */
export async function frontOf(namespace: string, name: string, version: string): Promise<string> {
  const short = (await sha256(version)).slice(0, SHORT_VERSION);
  return fitFront(`${escapeName(namespace)}:${escapeName(name)}@${short}`);
}

/** The digest that decides a key's identity; `text` is the canonical text of the arguments, and that of what is captured. */
export function digestOf(name: string, version: string, text: string, secret: string | undefined): Promise<string> {
  const head = canonical(["autocache", FORMAT, name, version]);
  const preimage = `${head.slice(0, -1)},${text}]`;
  return secret === undefined ? sha256(preimage) : hmacSha256(secret, preimage);
}

/** The key of a value that was stored by hand under a name: `<namespace>:=<name>`. No function's name can start with `=`. */
export function handKey(namespace: string, key: string): Promise<string> {
  return fitFront(`${escapeName(namespace)}:=${escapeName(key)}`);
}

/** What a stamp is of: a tag that was invalidated or marked expired, a function or the namespace that was purged. */
export type StampKind = "invalidated tag" | "expired tag" | "purged function" | "purged namespace";

// Outside what names are escaped to, so that no function's key and no key by hand can be a stamp's.
const STAMP_SIGNS: Readonly<Record<StampKind, string>> = {
  "invalidated tag": "#",
  "expired tag": "$",
  "purged function": "!",
  "purged namespace": "*",
};

/** The key of a stamp: `<namespace>:#<tag>` and the like. */
export function stampKey(namespace: string, kind: StampKind, name: string): Promise<string> {
  return fitFront(`${escapeName(namespace)}:${STAMP_SIGNS[kind]}${escapeName(name)}`);
}

/** Whether a key of this namespace is a stamp's. */
export function isStampKey(namespace: string, key: string): boolean {
  return Object.values(STAMP_SIGNS).includes(key.charAt(namespacePrefix(namespace).length));
}

/** What every key of a namespace starts with. */
export function namespacePrefix(namespace: string): string {
  return `${escapeName(namespace)}:`;
}

/** The longest prefix of a namespace, in bytes: it survives the cut of a long front. */
export const MAX_NAMESPACE_PREFIX = 128;

async function fitFront(front: string): Promise<string> {
  if (front.length <= MAX_FRONT) return front;
  return `${front.slice(0, MAX_FRONT - DIGEST_LENGTH - 1)}~${await sha256(front)}`;
}

function escapeName(name: string): string {
  // encodeURIComponent leaves these characters as they are, the specification does not.
  return encodeURIComponent(name).replace(/[!'()*~]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);
}

/**
 * Requires a part of a key to be a text: not empty, and well-formed, because a lone surrogate has no UTF-8.
 *
 * @throws {TypeError}
 */
export function requireText(value: unknown, what: string): asserts value is string {
  if (typeof value === "string" && value !== "" && value.isWellFormed()) return;
  const received = typeof value === "string" ? JSON.stringify(value) : typeof value;
  throw new TypeError(
    `Cannot build a cache key: the ${what} is a well-formed text that is not empty: received ${received}`,
  );
}
