import { isPlainObject } from "./kinds.ts";

/**
 * Where a call carries an abort signal: as an argument, or as the member `signal` of one that is a plain object.
 *
 * It is a matter between the call and its caller and says nothing of the result, so it is left out of keys; anywhere else
 * it is refused, because nobody would see it abort.
 */
export function signalOf(args: readonly unknown[]): AbortSignal | undefined {
  for (const arg of args) {
    const signal = arg instanceof AbortSignal ? arg : memberOf(arg);
    if (signal !== undefined) return signal;
  }
  return undefined;
}

/** The arguments as if no signal were there: an object with nothing else in it is not there either. */
export function withoutSignals(args: readonly unknown[]): readonly unknown[] {
  if (signalOf(args) === undefined) return args;
  return args.map((arg) => {
    if (arg instanceof AbortSignal) return undefined;
    if (memberOf(arg) === undefined) return arg;
    const { signal: _, ...rest } = arg as { signal: unknown };
    return Object.keys(rest).length === 0 ? undefined : rest;
  });
}

function memberOf(arg: unknown): AbortSignal | undefined {
  if (typeof arg !== "object" || arg === null || !isPlainObject(arg) || !Object.hasOwn(arg, "signal")) return undefined;
  const { signal } = arg;
  return signal instanceof AbortSignal ? signal : undefined;
}
