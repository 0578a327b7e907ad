import { canonicalValue } from "./canonical.ts";
import { sha256 } from "./digest.ts";
import { type Fingerprint, inManifest } from "./fingerprint.ts";

export type Callable = (...args: never[]) => unknown;

/** What says which code computed a value (docs/keys.md §2). */
export interface VersionOptions {
  /** The author's word. Nothing implicit is added to it. */
  readonly version?: string | number | undefined;
  /** What else the result depends on: functions count by their text, anything else by its value. */
  readonly deps?: readonly unknown[] | undefined;
}

/**
 * Who says it: `option`, the author; `fingerprint`, the build plugin; `manifest`, what `autocache fingerprint` wrote;
 * `source`, the function's own text and nothing that it calls.
 */
export type VersionSource = "option" | "fingerprint" | "manifest" | "source";

/** The version of a function: the first of its sources that is there. */
export class CodeVersion {
  readonly #fn: Callable;
  readonly #name: string;
  readonly #isGiven: boolean;
  /** What was said when the function was cached. */
  readonly #said: Fingerprint | undefined;
  readonly #deps: readonly { readonly text: string; readonly isCode: boolean }[];
  // Texts, not their promises: on Workers those may die with the request that made them.
  readonly #digests = new Map<string, string>();

  /**
   * @throws {TypeError} where the text says nothing about the code (a bound or built-in function) and nothing else does,
   *   or where a member of `deps` is neither a function nor a value that can be in a key
   */
  constructor(
    fn: Callable,
    name: string,
    { version, deps = [] }: VersionOptions,
    fingerprint: Fingerprint | undefined,
  ) {
    this.#fn = fn;
    this.#name = name;
    this.#isGiven = version !== undefined;
    this.#said = version === undefined ? fingerprint : { fp: String(version) };
    if (this.#said === undefined) refuseNative(fn, name);
    this.#deps = this.#isGiven ? [] : deps.map((dep, i) => readDep(dep, `deps[${i}]`, name, this.#said !== undefined));
  }

  /** Asked at a call, not before: a manifest may be registered after the function was cached. */
  get source(): VersionSource {
    if (this.#said !== undefined) return this.#isGiven ? "option" : "fingerprint";
    return inManifest(this.#name) === undefined ? "source" : "manifest";
  }

  /**
   * Tells the version.
   *
   * @param subclass the fingerprint of the class whose method runs, where it extends the one that was analysed
   */
  async text(subclass?: string): Promise<string> {
    const fp = this.#known()?.fp;
    if (fp === undefined) return this.#digest(textOf(this.#fn), true);
    return this.#withDeps(subclass === undefined ? fp : `${fp}+${subclass}`);
  }

  /** Tells the version of the generation before, as far as the build knows of one. */
  async previous(): Promise<string | undefined> {
    const previous = this.#known()?.previous;
    return previous === undefined ? undefined : this.#withDeps(previous);
  }

  /** Tells the values that the function captures, by name; `undefined` where none count. */
  get captured(): Fingerprint["captured"] {
    return this.#said?.captured;
  }

  #known(): Fingerprint | undefined {
    return this.#said ?? inManifest(this.#name);
  }

  /** What the build has seen needs no text: the fingerprint covers the functions among the deps. */
  #withDeps(fp: string): string | Promise<string> {
    return this.#deps.every(({ isCode }) => isCode) ? fp : this.#digest(fp, false);
  }

  async #digest(source: string, withCode: boolean): Promise<string> {
    const known = this.#digests.get(source);
    if (known !== undefined) return known;
    const deps = this.#deps.filter(({ isCode }) => withCode || !isCode).map(({ text }) => text);
    const digest = await sha256(`[${[canonicalValue(source, this.#name), ...deps].join(",")}]`);
    this.#digests.set(source, digest);
    return digest;
  }
}

/** Whether a function's text says nothing about its code: it is bound, or built in. */
export function isNative(fn: Callable): boolean {
  return /\{\s*\[native code\]\s*\}$/.test(textOf(fn).slice(-40));
}

function readDep(dep: unknown, path: string, name: string, isCovered: boolean): { text: string; isCode: boolean } {
  if (typeof dep !== "function") return { text: canonicalValue(dep, path), isCode: false };
  if (!isCovered) refuseNative(dep as Callable, name);
  return { text: canonicalValue(textOf(dep as Callable), path), isCode: true };
}

function textOf(fn: Callable): string {
  return Function.prototype.toString.call(fn);
}

function refuseNative(fn: Callable, name: string): void {
  if (!isNative(fn)) return;
  const what = fn.name === "" ? "a function" : `"${fn.name}"`;
  throw new TypeError(
    `Cannot derive a version of "${name}" from its code: ${what} is bound or built in, so that its text says nothing: pass \`version\`, or wrap it in an arrow function`,
  );
}
