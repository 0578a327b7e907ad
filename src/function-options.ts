import {
  aFunction,
  anything,
  durationOrFunction,
  kindName,
  oneOf,
  type Reader,
  type Readers,
  requireKnown,
  resolveOptions,
} from "./checks.ts";
import { type Duration, parseDuration } from "./duration.ts";
import type { Share } from "./entry.ts";
import { type Freshness, FRESHNESS_OPTIONS, type FreshnessOptions } from "./freshness.ts";
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

/** The same, resolved over those of the cache. */
export interface ResolvedFunctionOptions
  extends
    Freshness,
    Pick<AnyFunctionOptions, "name" | "version" | "deps" | "key" | "tags" | "shouldCache" | "validate"> {
  /** Milliseconds, unless the result says. */
  readonly ttl: number | ((value: never, ...args: never[]) => Duration);
  readonly share: Share;
  /** How old a value of the code before may be; 0 for none. */
  readonly rolloverMs: number;
}

/** How callers may share a value. */
export const sharing: Reader<Share> = oneOf("frozen", "copy", "unfrozen");

/** How these options are read. */
export const FUNCTION_OPTIONS: Readers<AnyFunctionOptions> = {
  name: requireText,
  version: (version, name, action) => {
    if (typeof version !== "number") requireText(version, name);
    else if (!Number.isFinite(version)) {
      throw new RangeError(`Cannot ${action}: a version is a finite number: received ${version}`);
    }
  },
  deps: (deps, _name, action) => {
    if (!Array.isArray(deps)) throw new TypeError(`Cannot ${action}: deps is an array: received ${kindName(deps)}`);
  },
  key: aFunction,
  ttl: durationOrFunction,
  // Read by what keeps them.
  tags: anything,
  shouldCache: aFunction,
  share: sharing,
  validate: (schema, _name, action) => requireSchema(schema, action),
  rollover: (rollover, _name, action) => {
    requireKnown(rollover, ["maxAge"], `${action}: the rollover`);
    return { rolloverMs: parseDuration(rollover.maxAge, `rollover.maxAge of ${action}`) };
  },
  ...FRESHNESS_OPTIONS,
};

/**
 * Checks the options of one function, and resolves them over those of its cache.
 *
 * @throws {TypeError} where an option is unknown or of the wrong type
 * @throws {RangeError} where a duration is out of range
 */
export function resolveFunctionOptions(
  options: AnyFunctionOptions,
  fnName: string,
  cache: Freshness & { readonly ttlMs: number; readonly share: Share },
): ResolvedFunctionOptions {
  const action = actionOf(fnName);
  const resolved = resolveOptions<AnyFunctionOptions, ResolvedFunctionOptions>(
    options,
    FUNCTION_OPTIONS,
    action,
    `"${options?.name ?? fnName}"`,
    { ...cache, ttl: cache.ttlMs, rolloverMs: 0 },
  );
  if (options.rollover === undefined || options.validate !== undefined) return resolved;
  throw new TypeError(
    `Cannot ${action}: rollover needs \`validate\`, which tells whether a value of the code before is still one: received none`,
  );
}

/** What cannot be done where an option is wrong. */
export function actionOf(fnName: string): string {
  return fnName === "" ? "cache a function" : `cache "${fnName}"`;
}
