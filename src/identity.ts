import { AutocacheError } from "./errors.ts";
import type { AnyFunctionOptions } from "./function-options.ts";
import { canonical, canonicalValue } from "./key/canonical.ts";
import type { Fingerprint } from "./key/fingerprint.ts";
import { digestOf, frontOf } from "./key/key.ts";
import { type Callable, CodeVersion, isNative, type VersionSource } from "./key/version.ts";
import type { SimpleStore } from "./simple-store.ts";
import { type Method, subclassOf } from "./subclass.ts";
import { hasTwin, isFirst } from "./warnings.ts";

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
  /** Whether the arguments alone are the parts of a call. */
  readonly isPlain: boolean;
  readonly #fn: Callable;
  readonly #code: CodeVersion;
  readonly #key: AnyFunctionOptions["key"];
  readonly #method: Method | undefined;
  /** Whether the parts of a call begin with the subclass and what is captured. */
  readonly #hasMore: boolean;
  readonly #cache: Pick<SimpleStore, "options" | "emit">;
  // Texts, not their promises, which on Workers may die with the request that made them.
  readonly #fronts = new Map<string, string>();
  #isWarned = false;

  /** @throws {TypeError} where the function has no name, or its text says nothing and nothing else does */
  constructor(
    fn: Callable,
    options: Pick<AnyFunctionOptions, "name" | "version" | "deps" | "key">,
    fingerprint: Fingerprint | undefined,
    cache: Pick<SimpleStore, "options" | "emit">,
    method?: Method,
  ) {
    this.name = options.name ?? fingerprint?.name ?? fn.name;
    if (this.name === "") {
      throw new TypeError(
        "Cannot cache a function: one without a name of its own needs the option `name`: received an anonymous function",
      );
    }
    this.#fn = fn;
    this.#code = new CodeVersion(fn, this.name, options, fingerprint);
    this.#key = options.key;
    this.#method = method;
    this.#hasMore = method !== undefined || this.#code.captured !== undefined;
    this.isPlain = !this.#hasMore && this.#key === undefined;
    this.#cache = cache;
  }

  /** Tells which code answers a call on an object. */
  version(self: unknown): Promise<string> {
    return this.#code.text(this.#subclassOf(self));
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
    const own =
      this.#key === undefined ? this.#withThis(self, args) : [this.#key.apply(self as never, args as never[])];
    return this.#hasMore ? [this.#subclassOf(self), this.#code.captured?.(), ...own] : own;
  }

  /**
   * Identifies a call by its parts.
   *
   * @throws {TypeError} where an argument or a captured value cannot be in a key
   * @throws {AutocacheError} `unversioned` where the cache refuses functions without a version
   */
  of(parts: readonly unknown[]): CallIdentity {
    if (!this.#isWarned) this.#warn();
    const [subclass, values] = (this.#hasMore ? parts : []) as [string?, Readonly<Record<string, unknown>>?];
    const argsText = this.#argsText(this.#hasMore ? parts.slice(2) : parts);
    const captured = this.#capturedText(values);
    const text = captured === undefined ? argsText : `${argsText},${captured}`;
    let key: Promise<string> | undefined;
    return {
      text: subclass === undefined ? text : subclass + text,
      key: () => (key ??= this.#code.text(subclass).then((version) => this.#keyOf(version, text))),
      isCurrent: () => {
        try {
          return this.#capturedText() === captured;
        } catch {
          // What it has become cannot be in a key.
          return false;
        }
      },
      previousKey: async () => {
        const previous = subclass === undefined ? await this.#code.previous() : undefined;
        return previous === undefined ? undefined : this.#keyOf(previous, text);
      },
    };
  }

  async #keyOf(version: string, text: string): Promise<string> {
    const { namespace, secret, backend } = this.#cache.options;
    let front = this.#fronts.get(version);
    if (front === undefined) {
      front = await frontOf(namespace, this.name, version);
      this.#fronts.set(version, front);
      if (this.versionSource === "source" && hasTwin(backend, front, this.#fn)) this.#warnOf("same-text");
    }
    return `${front}:${await digestOf(this.name, version, text, secret)}`;
  }

  #withThis(self: unknown, args: readonly unknown[]): readonly unknown[] {
    return takesThis(this.#method) ? [self, ...args] : args;
  }

  #argsText(own: readonly unknown[]): string {
    if (this.#key !== undefined) return canonicalValue(own[0], "key()");
    if (!takesThis(this.#method)) return canonical(own);
    const text = canonical(own.slice(1));
    return `[${canonicalValue(own[0], "this")}${text === "[]" ? "" : ","}${text.slice(1)}`;
  }

  /** What the function captures, as one text: in the order in which the build plugin names it. */
  #capturedText(values?: Readonly<Record<string, unknown>>): string | undefined {
    const current = this.#code.captured?.();
    const of = values ?? current;
    return (
      current &&
      `[${Object.keys(current)
        .map((name) => canonicalValue(of?.[name], `captured.${name}`))
        .join()}]`
    );
  }

  #subclassOf(self: unknown): string | undefined {
    const isSeen = this.versionSource === "fingerprint" || this.versionSource === "manifest";
    return this.#method !== undefined && isSeen ? subclassOf(self, this.#method) : undefined;
  }

  #warn(): void {
    const { unversioned } = this.#cache.options;
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
    const { backend, namespace } = this.#cache.options;
    if (!isFirst(backend, `${code} ${namespace}:${name}`)) return;
    this.#cache.emit({ type: "warning", name, code, message: `"${name}" ${WARNINGS[code]}` });
  }
}

/** Whether `this` is a call's first argument. */
function takesThis(method: Method | undefined): boolean {
  return method?.isStatic === false;
}

const WARNINGS = {
  unversioned:
    "is versioned by its own text alone: a change in what it calls is not seen: use the build plugin, `version` or `deps`",
  "same-text":
    "has the text of another function of that name: what either captures is not seen, so that they share entries: name it in `deps`, or use the build plugin",
  bound: "is bound or built in: what it is bound to is not in its keys: pass that as an argument",
} as const;
