import type { Backend } from "./backend.ts";
import { type Duration, parseDuration } from "./duration.ts";

/**
 * Requires options to be an object with no other members than these.
 *
 * @throws {TypeError}
 */
export function requireKnown(options: object, known: readonly string[], action: string): void {
  const kind = kindName(options);
  if (kind !== "an object") throw new TypeError(`Cannot ${action}: options are an object: received ${kind}`);
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
  const { name, capabilities } = backend ?? {};
  const hasMethods = (["get", "set", "delete"] as const).every((method) => typeof backend?.[method] === "function");
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
 * Checks an option that is given, and says what it is resolved to; where it says nothing, the value is kept as it is.
 *
 * @param action what cannot be done with a wrong one, and `owner` whose it is, as the error names them
 * @throws {TypeError} where the value is of the wrong type
 * @throws {RangeError} where it is out of range
 */
export type Reader<Value> = (value: Value, name: string, action: string, owner: string) => object | void;

/** The options that there are, in the order in which an error names them. */
export type Readers<Options> = { readonly [Name in keyof Options]-?: Reader<Exclude<Options[Name], undefined>> };

/**
 * Checks options, and resolves them over what holds where nothing is said.
 *
 * @throws {TypeError} where one is unknown or of the wrong type
 * @throws {RangeError} where one is out of range
 */
export function resolveOptions<Options extends object, Resolved extends object>(
  options: Options,
  readers: Readers<Options>,
  action: string,
  owner: string,
  defaults: Resolved,
): Resolved {
  requireKnown(options, Object.keys(readers), action);
  const resolved = { ...defaults };
  for (const [name, value] of Object.entries(options)) {
    if (value === undefined) continue;
    const read = readers[name as keyof Options] as Reader<unknown>;
    Object.assign(resolved, read(value, name, action, owner) ?? { [name]: value });
  }
  return resolved;
}

/** Reads an option that may be anything. */
export const anything: Reader<unknown> = () => {};

/** Reads an option that is a function. */
export const aFunction: Reader<unknown> = (value, name, action) => {
  requireFunction(value, name, action);
};

/** Reads an option that is one of some words. */
export function oneOf(...words: readonly unknown[]): Reader<unknown> {
  return (value, name, action) => {
    if (words.includes(value)) return;
    throw new TypeError(`Cannot ${action}: ${name} is one of ${words.join(", ")}: received ${JSON.stringify(value)}`);
  };
}

/** Reads a duration, which is then called by its unit: `swr` becomes `swrMs`. */
export function milliseconds(leastMs = 0): Reader<Duration> {
  return (duration, name, _action, owner) => {
    const ms = parseDuration(duration, `${name} of ${owner}`);
    if (ms < leastMs) throw outOfRange(name, owner, `at least ${leastMs} ms`, duration);
    return { [`${name}Ms`]: ms };
  };
}

/** Reads a duration that may also be a function, which says it for each case. */
export const durationOrFunction: Reader<unknown> = (value, name, _action, owner) =>
  typeof value === "function" ? undefined : { [name]: parseDuration(value as Duration, `${name} of ${owner}`) };

/** What is said of a number that is out of range. */
export function outOfRange(name: string, owner: string, rule: string, received: unknown): RangeError {
  return new RangeError(`Cannot use the ${name} of ${owner}: it is ${rule}: received ${String(received)}`);
}
