import { decodeTagged, encodeValue } from "./codec.ts";

const BUILT_IN: Readonly<Record<string, ErrorConstructor>> = {
  EvalError,
  RangeError,
  ReferenceError,
  SyntaxError,
  TypeError,
  URIError,
};

// A chain of causes that is longer, or goes round, is cut here.
const MAX_CAUSES = 8;

/** What is kept of an error; of anything else that was thrown, its value. */
interface StoredError {
  readonly name?: string;
  readonly message?: string;
  readonly stack?: string | undefined;
  readonly members?: readonly (readonly [name: string, value: string])[];
  readonly cause?: StoredError;
  readonly thrown?: string | undefined;
}

/**
 * Writes what a function threw as text.
 *
 * Of an error: name, message, cause and its own members, those that can be stored. Its class is not kept, so that it
 * comes back as the built-in error of its name, or as an `Error` of that name; its stack says where it was thrown first.
 */
export function encodeError(error: unknown): string {
  return JSON.stringify(store(error, MAX_CAUSES));
}

/**
 * Reads what `encodeError` wrote: what the function threw, or the nearest to it.
 *
 * @throws where the JSON was not written by it
 */
export function decodeError(json: unknown): unknown {
  const { thrown, name, message, stack, members = [], cause } = json as StoredError;
  if (name === undefined) return revive(thrown);
  const Kind = Object.hasOwn(BUILT_IN, name) ? (BUILT_IN[name] as ErrorConstructor) : Error;
  const error = new Kind(message, cause === undefined ? undefined : { cause: decodeError(cause) });
  if (error.name !== name) define(error, "name", name, false);
  if (stack !== undefined) define(error, "stack", stack, false);
  for (const [member, text] of members) define(error, member, revive(text), true);
  return error;
}

function store(error: unknown, causes: number): StoredError {
  if (!(error instanceof Error)) return { thrown: storable(error) };
  const { name, message, stack, cause } = error;
  const members = Object.entries(error).flatMap(([member, value]) => {
    const text = storable(value);
    return text === undefined ? [] : [[member, text] as const];
  });
  const kept = { name, message, stack, members };
  return cause === undefined || causes === 0 ? kept : { ...kept, cause: store(cause, causes - 1) };
}

function define(error: Error, name: string, value: unknown, enumerable: boolean): void {
  Object.defineProperty(error, name, { value, enumerable, writable: true, configurable: true });
}

/** A value as text, or nothing where it cannot be stored: an error is remembered without it. */
function storable(value: unknown): string | undefined {
  try {
    const { form, text } = encodeValue(value, "error");
    return form === "plain" ? text : `tagged:${text}`;
  } catch {
    return undefined;
  }
}

function revive(text: string | undefined): unknown {
  if (text === undefined) return undefined;
  return text.startsWith("tagged:") ? decodeTagged(JSON.parse(text.slice("tagged:".length))) : JSON.parse(text);
}
