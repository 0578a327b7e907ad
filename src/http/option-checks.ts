import { kindName, requireFunction, requireKnown } from "../checks.ts";
import type { QueryOptions, UrlRules } from "./request-key.ts";
import { isFieldName } from "./rfc/field-name.ts";
import type { Normalizers } from "./rfc/vary.ts";

/** Fills in what is not said. Not `??`: `null` is no option, and no way to say nothing. */
export function withDefault<Value>(value: Value | undefined, otherwise: Value): Value {
  return value === undefined ? otherwise : value;
}

/** Reads the methods, beside GET and HEAD, whose responses are cached. */
export function readMethods(methods: readonly ("QUERY" | "POST")[] | undefined, action: string): string[] {
  const list: unknown = withDefault<unknown>(methods, ["QUERY"]);
  if (Array.isArray(list) && list.every((method) => method === "QUERY" || method === "POST")) return [...list];
  const received = Array.isArray(list) ? JSON.stringify(list) : kindName(list);
  throw new TypeError(`Cannot ${action}: methods is a list of QUERY and POST: received ${received}`);
}

/** Reads the headers that select a variant, and what makes their values equal. */
export function readVary(vary: readonly string[] | Normalizers | undefined, action: string): [string[], Normalizers] {
  if (vary === undefined) return [[], {}];
  if (Array.isArray(vary) || typeof vary !== "object" || vary === null)
    return [readNames(vary as string[], "vary", action), {}];
  const names = readNames(Object.keys(vary), "vary", action);
  const functions = Object.values(vary as Normalizers).map((normalize) => requireFunction(normalize, "vary", action));
  return [names, Object.fromEntries(names.map((name, i) => [name, careful(functions[i])]))];
}

/** A value that a function cannot normalise counts as it is. */
function careful(normalize: Normalizers[string]): Normalizers[string] {
  return (value) => {
    try {
      return normalize?.(value) ?? null;
    } catch {
      return value;
    }
  };
}

/** Reads a list of header names, as lower case. */
export function readNames(names: readonly string[], what: string, action: string): string[] {
  if (!Array.isArray(names)) {
    throw new TypeError(`Cannot ${action}: ${what} is a list of header names: received ${kindName(names)}`);
  }
  return names.map((name: unknown) => {
    // RFC 9110 §5.6.2: a field's name is a token.
    if (typeof name === "string" && isFieldName(name)) return name.toLowerCase();
    throw new TypeError(`Cannot ${action}: ${what} is a list of header names: received ${JSON.stringify(name)}`);
  });
}

/** Reads which parameters of a query count. */
export function readQuery(query: QueryOptions | undefined, action: string): Omit<UrlRules, "headers"> {
  const given = withDefault(query, {});
  requireKnown(given, ["include", "exclude", "sort"], `${action}: the query`);
  const { include, exclude = [], sort } = given;
  for (const [what, names] of Object.entries({ include: withDefault(include, []), exclude })) {
    if (Array.isArray(names) && names.every((name) => typeof name === "string")) continue;
    const received = Array.isArray(names) ? JSON.stringify(names) : kindName(names);
    throw new TypeError(`Cannot ${action}: query.${what} is a list of names: received ${received}`);
  }
  return { include, exclude, sort: readFlag(sort, "query.sort", false, action) };
}

/**
 * Reads a whole number, or `Infinity`.
 *
 * @throws {RangeError} where it is another
 */
export function readCount(value: number, name: string, action: string, least: number): number {
  if (value === Infinity || (Number.isSafeInteger(value) && value >= least)) return value;
  throw new RangeError(`Cannot ${action}: ${name} is a whole number from ${least}: received ${String(value)}`);
}

/**
 * Reads an option that is on or off.
 *
 * @throws {TypeError} where it is neither `true` nor `false`: a text such as "false" would count as on
 */
export function readFlag(value: unknown, name: string, otherwise: boolean, action: string): boolean {
  if (value === undefined) return otherwise;
  if (typeof value === "boolean") return value;
  throw new TypeError(`Cannot ${action}: ${name} is true or false: received ${kindName(value)}`);
}
