import { canonicalValue } from "./canonical.ts";
import { sha256 } from "./digest.ts";

export type Callable = (...args: never[]) => unknown;

/** What says which code computed a value (docs/keys.md §2). */
export interface VersionSource {
  /** The author's word. Nothing implicit is added to it. */
  readonly version?: string | number | undefined;
  /** What else the result depends on: functions count by their text, anything else by its value. */
  readonly deps?: readonly unknown[] | undefined;
}

/**
 * Prepares the version of a function: the author's word, or a digest of the function's text and of `deps`, made at the
 * first call of what is returned and once.
 *
 * @throws {TypeError} where the text says nothing about the code (a bound or built-in function) and no version is given,
 *   or where a member of `deps` is neither a function nor a value that can be in a key
 */
export function versionOf(fn: Callable, name: string, { version, deps = [] }: VersionSource): () => Promise<string> {
  if (version !== undefined) {
    const given = Promise.resolve(String(version));
    return () => given;
  }
  refuseNative(fn, name);
  const rest = deps.map((dep, i) => {
    if (typeof dep !== "function") return canonicalValue(dep, `deps[${i}]`);
    refuseNative(dep as Callable, name);
    return canonicalValue(textOf(dep as Callable), `deps[${i}]`);
  });
  let digest: string | undefined;
  // The digest is kept, not its promise: on Workers that may die with the request that made it.
  return async () => (digest ??= await sha256(`[${[canonicalValue(textOf(fn), name), ...rest].join(",")}]`));
}

function textOf(fn: Callable): string {
  return Function.prototype.toString.call(fn);
}

function refuseNative(fn: Callable, name: string): void {
  if (!/\{\s*\[native code\]\s*\}$/.test(textOf(fn).slice(-40))) return;
  const what = fn.name === "" ? "a function" : `"${fn.name}"`;
  throw new TypeError(
    `Cannot derive a version of "${name}" from its code: ${what} is bound or built in, so that its text says nothing: pass \`version\`, or wrap it in an arrow function`,
  );
}
