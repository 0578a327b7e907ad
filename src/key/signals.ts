import { isPlainObject } from "./kinds.ts";

/**
 * Where a call carries an abort signal: as an argument, or as the member `signal` of one that is a plain object.
 *
 * It is a matter between the call and its caller and says nothing of the result, so it is left out of keys; anywhere else
 * it is refused, because nobody would see it abort.
 */
export function signalOf(args: readonly unknown[]): AbortSignal | undefined {
  for (let i = 0; i < args.length; i++) {
    const arg = args[i];
    if (typeof arg !== "object" || arg === null) continue;
    const signal = signalIn(arg);
    if (signal !== undefined) return signal;
  }
  return undefined;
}

/** The arguments as if no signal were there: an object with nothing else in it is not there either. */
export function withoutSignals(args: readonly unknown[]): readonly unknown[] {
  if (signalOf(args) === undefined) return args;
  return args.map((arg) => {
    if (typeof arg !== "object" || arg === null) return arg;
    const signal = signalIn(arg);
    if (signal === undefined) return arg;
    const { signal: _, ...rest } = arg as { signal: unknown };
    return signal === arg || Object.keys(rest).length === 0 ? undefined : rest;
  });
}

function signalIn(arg: object): AbortSignal | undefined {
  const signal = Object.hasOwn(arg, "signal") && isPlainObject(arg) ? arg["signal"] : arg;
  return signal instanceof AbortSignal ? signal : undefined;
}
