import { kindName, requireFunction, requireKnown } from "../checks.ts";
import type { QueryOptions, UrlRules } from "./request-key.ts";
import { isFieldName } from "./rfc/field-name.ts";
import type { Normalizers } from "./rfc/vary.ts";

/** What all these options are for, as errors name it. */
export const ACTION = "cache responses";

/** The error for an option that is of the wrong type. */
export function mistake(name: string, rule: string, received: string): TypeError {
  return new TypeError(`Cannot ${ACTION}: ${name} is ${rule}: received ${received}`);
}

/** Fills in what is not said. Not `??`: `null` is no option, and no way to say nothing. */
export function withDefault<Value>(value: Value | undefined, otherwise: Value): Value {
  return value === undefined ? otherwise : value;
}

/** Reads the methods, beside GET and HEAD, whose responses are cached. */
export function readMethods(methods: readonly ("QUERY" | "POST")[] | undefined): string[] {
  return [...readList(withDefault(methods, ["QUERY"]), "methods", "QUERY and POST", isMethod)];
}

function isMethod(method: unknown): boolean {
  return method === "QUERY" || method === "POST";
}

function readList<Member>(
  list: readonly Member[],
  name: string,
  members: string,
  isOne: (member: unknown) => boolean,
): readonly Member[] {
  const isList = Array.isArray(list);
  if (isList && list.every(isOne)) return list;
  throw mistake(name, `a list of ${members}`, isList ? JSON.stringify(list) : kindName(list));
}

/** Reads the headers that select a variant, and what makes their values equal. */
export function readVary(vary: readonly string[] | Normalizers | undefined): [string[], Normalizers] {
  if (vary === undefined) return [[], {}];
  if (Array.isArray(vary) || typeof vary !== "object" || vary === null) {
    return [readNames(vary as string[], "vary"), {}];
  }
  const names = readNames(Object.keys(vary), "vary");
  const functions = Object.values(vary as Normalizers).map((normalize) => requireFunction(normalize, "vary", ACTION));
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
export function readNames(names: readonly string[], what: string): string[] {
  const rule = "a list of header names";
  if (!Array.isArray(names)) throw mistake(what, rule, kindName(names));
  return names.map((name: unknown) => {
    // RFC 9110 §5.6.2: a field's name is a token.
    if (typeof name === "string" && isFieldName(name)) return name.toLowerCase();
    throw mistake(what, rule, JSON.stringify(name));
  });
}

/** Reads which parameters of a query count. */
export function readQuery(query: QueryOptions | undefined): Omit<UrlRules, "headers"> {
  const given = withDefault(query, {});
  requireKnown(given, ["include", "exclude", "sort"], `${ACTION}: the query`);
  const { include, exclude, sort } = given;
  return {
    include: include === undefined ? undefined : readParameters(include, "include"),
    exclude: readParameters(withDefault(exclude, []), "exclude"),
    sort: readFlag(sort, "query.sort", false),
  };
}

function readParameters(names: readonly string[], option: string): readonly string[] {
  return readList(names, `query.${option}`, "names", (name) => typeof name === "string");
}

/**
 * Reads a whole number, or `Infinity`.
 *
 * @throws {RangeError} where it is another
 */
export function readCount(value: number, name: string, least: number): number {
  if (value === Infinity || (Number.isSafeInteger(value) && value >= least)) return value;
  throw new RangeError(mistake(name, `a whole number from ${least}`, String(value)).message);
}

/**
 * Reads an option that is on or off.
 *
 * @throws {TypeError} where it is neither `true` nor `false`: a text such as "false" would count as on
 */
export function readFlag(value: unknown, name: string, otherwise: boolean): boolean {
  if (value === undefined) return otherwise;
  if (typeof value === "boolean") return value;
  throw mistake(name, "true or false", kindName(value));
}
