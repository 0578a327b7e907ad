import { decodeTagged, encodeValue } from "./codec.ts";

const BUILT_IN: Readonly<Record<string, ErrorConstructor>> = {
  EvalError,
  RangeError,
  ReferenceError,
  SyntaxError,
  TypeError,
  URIError,
};

/**
 * Writes what a function threw as text.
 *
 * Of an error: name, message, cause and its own members, those that can be stored. Its class is not kept, so that it
 * comes back as the built-in error of its name, or as an `Error` of that name; its stack says where it was thrown first.
 */
export function encodeError(error: unknown): string {
  if (!(error instanceof Error)) return JSON.stringify({ thrown: storable(error) });
  const { name, message, stack, cause } = error;
  const members = Object.entries(error)
    .map(([member, value]) => [member, storable(value)] as const)
    .filter(([, text]) => text !== undefined);
  return JSON.stringify({
    name,
    message,
    stack,
    members,
    ...(cause === undefined ? {} : { cause: encodeError(cause) }),
  });
}

/** Reads what `encodeError` wrote: what the function threw, or the nearest to it. */
export function decodeError(json: unknown): unknown {
  const { thrown, name, message, stack, members, cause } = (json ?? {}) as Partial<{
    thrown: string;
    name: string;
    message: string;
    stack: string;
    members: [string, string][];
    cause: string;
  }>;
  if (name === undefined) return revive(thrown);
  const Kind = Object.hasOwn(BUILT_IN, name) ? (BUILT_IN[name] as ErrorConstructor) : Error;
  const error = new Kind(message, cause === undefined ? undefined : { cause: decodeError(JSON.parse(cause)) });
  if (error.name !== name) hide(error, "name", name);
  if (stack !== undefined) hide(error, "stack", stack);
  for (const [member, text] of members ?? []) {
    Object.defineProperty(error, member, { ...VISIBLE, value: revive(text) });
  }
  return error;
}

const VISIBLE = { writable: true, enumerable: true, configurable: true } as const;

function hide(error: Error, name: string, value: string): void {
  Object.defineProperty(error, name, { ...VISIBLE, enumerable: false, value });
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
