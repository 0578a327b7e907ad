import type { Report } from "./events.ts";
import { AutocacheError } from "./errors.ts";
import type { AnyFunctionOptions } from "./function-options.ts";
import { canonical, canonicalValue } from "./key/canonical.ts";
import type { Fingerprint } from "./key/fingerprint.ts";
import { digestOf, frontOf } from "./key/key.ts";
import { type Callable, CodeVersion, isNative, type VersionSource } from "./key/version.ts";
import type { ResolvedCacheOptions } from "./options.ts";
import { subclassOf } from "./subclass.ts";
import { hasTwin, isFirst } from "./warnings.ts";

/** What `this` is to a call: nothing, as for a plain function or a static method, or the first argument. */
export type Receiver = "ignored" | "argument";

/** What one call is, whenever and wherever it is made. */
export interface CallIdentity {
  /** Equal for calls that are the same call: arguments, captured values, and the class whose method runs. */
  readonly text: string;
  readonly key: () => Promise<string>;
  /** Whether the captured values are still those of the key. */
  readonly isCurrent: () => boolean;
  /** The key that the code before this one has given the call; `undefined` where none is known. */
  readonly previousKey: () => Promise<string | undefined>;
}

/** What identifies the calls of one function: its name, its code, and how its arguments are read. */
export class Identity {
  readonly name: string;
  /** The decorated method, and what its class calls it, where the function is one. */
  method: { readonly fn: object; readonly key: string | symbol } | undefined;
  readonly #fn: Callable;
  readonly #code: CodeVersion;
  readonly #key: AnyFunctionOptions["key"];
  readonly #receiver: Receiver;
  readonly #cache: ResolvedCacheOptions;
  readonly #emit: Report;
  // Texts, not their promises, which on Workers may die with the request that made them.
  readonly #fronts = new Map<string, string>();
  #isWarned = false;

  readonly #isPlain: boolean;

  /** @throws {TypeError} where the function has no name, or its text says nothing and nothing else does */
  constructor(
    fn: Callable,
    options: AnyFunctionOptions,
    fingerprint: Fingerprint | undefined,
    receiver: Receiver,
    cache: ResolvedCacheOptions,
    emit: Report,
  ) {
    const name = options.name ?? fingerprint?.name ?? fn.name;
    if (name === "") {
      throw new TypeError(
        "Cannot cache a function: one without a name of its own needs the option `name`: received an anonymous function",
      );
    }
    this.name = name;
    this.#fn = fn;
    this.#code = new CodeVersion(fn, name, options, fingerprint);
    this.#key = options.key;
    this.#receiver = receiver;
    this.#cache = cache;
    this.#emit = emit;
    this.#isPlain = options.key === undefined && receiver === "ignored" && !this.#code.hasCaptured;
  }

  /** Tells which code answers a call on an object. */
  version(self: unknown): Promise<string> {
    return this.#code.text(this.#subclassOf(self));
  }

  /** Whether the arguments alone are the parts of a call. */
  get isPlain(): boolean {
    return this.#isPlain && this.method === undefined;
  }

  get versionSource(): VersionSource {
    return this.#code.source;
  }

  /**
   * Tells what a call is identified by, before any text is made of it: what stands for its arguments, the values that the
   * function captures, and which class has the method.
   *
   * @throws what the option `key` throws; {TypeError} where the build has not seen the class
   */
  parts(self: unknown, args: readonly unknown[]): readonly unknown[] {
    const captured = this.#code.captured();
    const own =
      this.#key === undefined ? this.#withThis(self, args) : [this.#key.apply(self as never, args as never[])];
    if (captured === undefined && this.method === undefined) return own;
    return [this.#subclassOf(self), captured, ...own];
  }

  /**
   * Identifies a call by its parts.
   *
   * @throws {TypeError} where an argument or a captured value cannot be in a key
   * @throws {AutocacheError} `unversioned` where the cache refuses functions without a version
   */
  of(parts: readonly unknown[]): CallIdentity {
    if (!this.#isWarned) this.#warn();
    const names = this.#code.captured();
    const hasMore = names !== undefined || this.method !== undefined;
    const [subclass, values] = (hasMore ? parts : []) as [string?, Readonly<Record<string, unknown>>?];
    const argsText = this.#argsText(hasMore ? parts.slice(2) : parts);
    const captured = names && capturedText(Object.keys(names), values);
    const text = captured === undefined ? argsText : `${argsText},${captured}`;
    let key: Promise<string> | undefined;
    return {
      text: subclass === undefined ? text : `${subclass}${text}`,
      key: () => (key ??= this.#code.text(subclass).then((version) => this.#keyOf(version, text))),
      isCurrent: () => this.#isCaptured(captured),
      previousKey: async () => {
        const previous = subclass === undefined ? await this.#code.previous() : undefined;
        return previous === undefined ? undefined : this.#keyOf(previous, text);
      },
    };
  }

  async #keyOf(version: string, text: string): Promise<string> {
    const { namespace, secret, backend } = this.#cache;
    let front = this.#fronts.get(version);
    if (front === undefined) {
      front = await frontOf(namespace, this.name, version);
      this.#fronts.set(version, front);
      if (this.versionSource === "source" && hasTwin(backend, front, this.#fn)) this.#warnOf("same-text");
    }
    return `${front}:${await digestOf(this.name, version, text, secret)}`;
  }

  #withThis(self: unknown, args: readonly unknown[]): readonly unknown[] {
    return this.#receiver === "ignored" ? args : [self, ...args];
  }

  #argsText(own: readonly unknown[]): string {
    if (this.#key !== undefined) return canonicalValue(own[0], "key()");
    if (this.#receiver === "ignored") return canonical(own);
    const text = canonical(own.slice(1));
    return `[${canonicalValue(own[0], "this")}${text === "[]" ? "" : ","}${text.slice(1)}`;
  }

  #isCaptured(text: string | undefined): boolean {
    try {
      const values = this.#code.captured();
      return (values && capturedText(Object.keys(values), values)) === text;
    } catch {
      // What it has become cannot be in a key.
      return false;
    }
  }

  #subclassOf(self: unknown): string | undefined {
    const isSeen = this.versionSource === "fingerprint" || this.versionSource === "manifest";
    return this.method === undefined || !isSeen ? undefined : subclassOf(self, this.method.fn, this.method.key);
  }

  #warn(): void {
    const { unversioned } = this.#cache;
    if (this.versionSource === "source" && unversioned === "error") {
      throw new AutocacheError(
        "unversioned",
        `Cannot cache "${this.name}": its cache takes functions with a version only: received neither \`version\` nor a fingerprint of the build plugin`,
      );
    }
    this.#isWarned = true;
    if (this.versionSource === "source" && unversioned === "warn") this.#warnOf("unversioned");
    if (this.versionSource === "fingerprint" && isNative(this.#fn)) this.#warnOf("bound");
  }

  #warnOf(code: keyof typeof WARNINGS): void {
    const { name } = this;
    if (!isFirst(this.#cache.backend, `${code} ${this.#cache.namespace}:${name}`)) return;
    this.#emit({ type: "warning", name, code, message: `"${name}" ${WARNINGS[code]}` });
  }
}

/** What a function captures, as one text: in the order in which the build plugin names it. */
function capturedText(names: readonly string[], values: Readonly<Record<string, unknown>> = {}): string {
  return `[${names.map((name) => canonicalValue(values[name], `captured.${name}`)).join(",")}]`;
}

const WARNINGS = {
  unversioned:
    "is versioned by its own text alone: a change in what it calls is not seen: use the build plugin, `version` or `deps`",
  "same-text":
    "has the text of another function of that name: what either captures is not seen, so that they share entries: name it in `deps`, or use the build plugin",
  bound: "is bound or built in: what it is bound to is not in its keys: pass that as an argument",
} as const;
