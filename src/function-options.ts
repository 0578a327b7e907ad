import { kindName, requireFunction, requireKnown, requireOneOf, requireTags } from "./checks.ts";
import { type Duration, parseDuration } from "./duration.ts";
import type { Share } from "./entry.ts";
import { FRESHNESS_OPTIONS, type FreshnessOptions } from "./freshness.ts";
import { requireText } from "./key/key.ts";
import { requireSchema, type Schema } from "./schema.ts";

/** What a function is cached with. */
export interface FunctionOptions<
  Args extends readonly unknown[] = readonly unknown[],
  Value = unknown,
> extends FreshnessOptions {
  /** The function's name in its keys. @default the function's own name */
  readonly name?: string | undefined;
  /** Which code this is, in the author's word: nothing implicit is added. @default its fingerprint, or a digest of its own text */
  readonly version?: string | number | undefined;
  /** What else the result depends on: functions count by their code, other values by value. @default none */
  readonly deps?: readonly unknown[] | undefined;
  /** What stands for the arguments in the key: any value that can be in one. @default the arguments */
  readonly key?: ((...args: Args) => unknown) | undefined;
  /**
   * How long an entry is fresh, in milliseconds or as text, or as the result says. A result that says 0 or less is not
   * stored; a fixed 0 leaves the function uncached. @default the cache's
   */
  readonly ttl?: Duration | ((value: Value, ...args: Args) => Duration) | undefined;
  /**
   * What entries can be invalidated by, together: names, or what a result and its arguments make of them. An empty list
   * is enough to make `purge()` work. @default none
   */
  readonly tags?: readonly string[] | ((value: Value, ...args: Args) => readonly string[]) | undefined;
  /** Whether a result is stored. @default always */
  readonly shouldCache?: ((value: Value, ...args: Args) => boolean) | undefined;
  /** How callers share a value that is plain data: see `CacheOptions`. @default the cache's */
  readonly share?: Share | undefined;
  /**
   * A Standard Schema (https://standardschema.dev) that what was stored must fit: what does not is a miss, and what the
   * schema makes of it is the answer. @default none
   */
  readonly validate?: Schema<Value> | undefined;
  /**
   * Answers with what the code before this one had stored for the call, while this one computes in the background: if it
   * is still fresh or within `swr`, not older than `maxAge`, and passes `validate`, without which the option is refused.
   * Needs the build plugin and its lock file, which know the code before. @default none
   */
  readonly rollover?: RolloverOptions | undefined;
}

/** The options of any function, whatever its types. */
export type AnyFunctionOptions = Omit<FunctionOptions<never[], never>, "validate"> & {
  readonly validate?: Schema | undefined;
};

/** How a change of code is bridged. */
export interface RolloverOptions {
  /** How old a value of the code before may be. */
  readonly maxAge: Duration;
}

/** The names of these options. */
export const FUNCTION_OPTIONS: readonly (keyof FunctionOptions)[] = [
  "name",
  "version",
  "deps",
  "key",
  "ttl",
  "tags",
  "shouldCache",
  "share",
  "validate",
  "rollover",
  ...FRESHNESS_OPTIONS,
];

/** How callers may share a value. */
export const SHARES: readonly Share[] = ["frozen", "copy", "unfrozen"];

/**
 * Checks the options of one function.
 *
 * @throws {TypeError} where an option is unknown or of the wrong type
 * @throws {RangeError} where the `ttl` is out of range
 */
export function checkFunctionOptions(
  options: AnyFunctionOptions,
  fnName: string,
  others: readonly string[] = [],
): void {
  const action = fnName === "" ? "cache a function" : `cache "${fnName}"`;
  requireKnown(options, [...FUNCTION_OPTIONS, ...others], action);
  const { name, version, deps, key, ttl, tags, shouldCache, validate } = options;
  if (name !== undefined) requireText(name, "name");
  if (typeof version === "number") {
    if (!Number.isFinite(version))
      throw new RangeError(`Cannot ${action}: a version is a finite number: received ${version}`);
  } else if (version !== undefined) requireText(version, "version");
  if (deps !== undefined && !Array.isArray(deps)) {
    throw new TypeError(`Cannot ${action}: deps is an array: received ${kindName(deps)}`);
  }
  requireOneOf(options.share, SHARES, "share", action);
  requireFunction(key, "key", action);
  requireFunction(shouldCache, "shouldCache", action);
  if (tags !== undefined && typeof tags !== "function") requireTags(tags, action);
  if (validate !== undefined) requireSchema(validate, action);
  if (ttl !== undefined && typeof ttl !== "function") parseDuration(ttl, `ttl of "${name ?? fnName}"`);
  resolveRollover(options, action);
}

/**
 * Reads how old a value of the code before may be, in milliseconds: 0 for none.
 *
 * @throws {TypeError} where there is no schema that such a value must pass
 */
export function resolveRollover({ rollover, validate }: AnyFunctionOptions, action: string): number {
  if (rollover === undefined) return 0;
  requireKnown(rollover, ["maxAge"], `${action}: the rollover`);
  if (validate === undefined) {
    throw new TypeError(
      `Cannot ${action}: rollover needs \`validate\`, which tells whether a value of the code before is still one: received none`,
    );
  }
  return parseDuration(rollover.maxAge, `rollover.maxAge of ${action}`);
}
