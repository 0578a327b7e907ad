const UNITS = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 } as const;

type Unit = keyof typeof UNITS;

/** A length of time: milliseconds, a text such as `"30s"`, `"5m"`, `"1.5h"`, `"7d"`, or `"forever"` (the same as `Infinity`). */
export type Duration = number | `${number}${Unit}` | "forever";

const TEXT = /^(\d+(?:\.\d+)?)(ms|s|m|h|d|w)$/;

/**
 * Reads a duration as milliseconds.
 *
 * @param what what the duration is for, as the error names it: `ttl of "product"`
 * @throws {TypeError} where it is neither a number nor a text
 * @throws {RangeError} where it is negative, `NaN`, or a text that is no duration
 */
export function parseDuration(duration: Duration, what: string): number {
  if (typeof duration === "number") {
    if (duration >= 0) return duration;
    throw new RangeError(`Cannot use the ${what}: a duration is 0 or more: received ${duration}`);
  }
  if (typeof duration !== "string") {
    throw new TypeError(
      `Cannot use the ${what}: a duration is a number of milliseconds or a text such as "5m": received ${duration === null ? "null" : typeof duration}`,
    );
  }
  if (duration === "forever") return Infinity;
  const match = TEXT.exec(duration);
  if (match === null) {
    throw new RangeError(
      `Cannot use the ${what}: a duration is a number of milliseconds, or a text of a number and one of ${Object.keys(UNITS).join(", ")}, or "forever": received ${JSON.stringify(duration)}`,
    );
  }
  return Number(match[1]) * UNITS[match[2] as Unit];
}

/** How long something lasts, in milliseconds, where a function may say it for each case. */
export function durationOf(given: number | ((...of: never[]) => Duration), what: string, ...of: unknown[]): number {
  if (typeof given === "number") return given;
  const duration = given(...(of as never[]));
  // A token that has already expired says so with a negative time: not a mistake, only nothing to store.
  return typeof duration === "number" && duration < 0 ? 0 : parseDuration(duration, what);
}
