import type { Backend } from "./backend.ts";

/**
 * Requires options to be an object with no other members than these.
 *
 * @throws {TypeError}
 */
export function requireKnown(options: object, known: readonly string[], action: string): void {
  if (typeof options !== "object" || options === null || Array.isArray(options)) {
    throw new TypeError(`Cannot ${action}: options are an object: received ${kindName(options)}`);
  }
  if (typeof (options as { addInitializer?: unknown }).addInitializer === "function") {
    throw new TypeError(`Cannot ${action}: a decorator is made by a call, as in @cached(): received @cached`);
  }
  for (const name of Object.keys(options)) {
    if (known.includes(name)) continue;
    throw new TypeError(`Cannot ${action}: its options are ${known.join(", ")}: received "${name}"`);
  }
}

/**
 * Requires something to be a backend.
 *
 * @throws {TypeError}
 */
export function requireBackend(backend: Partial<Backend>, action: string): void {
  const { get, set, delete: remove, name, capabilities } = backend ?? {};
  const hasMethods = [get, set, remove].every((method) => typeof method === "function");
  if (hasMethods && typeof name === "string" && typeof capabilities === "object") return;
  throw new TypeError(
    `Cannot ${action}: a backend has a name, capabilities, and the methods get, set and delete: received ${kindName(backend)} without them`,
  );
}

/**
 * Requires an option to be a function, if it is there.
 *
 * @throws {TypeError}
 */
export function requireFunction<Fn>(value: Fn, name: string, action: string): Fn {
  if (value === undefined || typeof value === "function") return value;
  throw new TypeError(`Cannot ${action}: ${name} is a function: received ${kindName(value)}`);
}

/**
 * Requires tags to be a list of texts that can be in a key.
 *
 * @throws {TypeError}
 */
export function requireTags(tags: unknown, action: string): asserts tags is readonly string[] {
  if (tags !== undefined && areTags(tags)) return;
  const wrong = Array.isArray(tags) ? JSON.stringify(tags.find((tag) => !isTag(tag))) : kindName(tags);
  throw new TypeError(`Cannot ${action}: tags are a list of well-formed texts that are not empty: received ${wrong}`);
}

/** Tells a list of tags, or none, from anything else. */
export function areTags(tags: unknown): boolean {
  return tags === undefined || (Array.isArray(tags) && tags.every(isTag));
}

function isTag(tag: unknown): boolean {
  return typeof tag === "string" && tag !== "" && tag.isWellFormed();
}

/** Names what was received, for an error. */
export function kindName(value: unknown): string {
  if (value === null) return "null";
  return Array.isArray(value) ? "an array" : typeof value === "object" ? "an object" : typeof value;
}

/**
 * Requires an option that is one of some words.
 *
 * @throws {TypeError}
 */
export function requireOneOf<Word extends string>(
  value: Word | undefined,
  words: readonly Word[],
  what: string,
  action: string,
): Word | undefined {
  if (value === undefined || words.includes(value)) return value;
  throw new TypeError(`Cannot ${action}: ${what} is one of ${words.join(", ")}: received ${JSON.stringify(value)}`);
}
