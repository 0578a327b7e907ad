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
  }

  /** Tells which code answers a call on an object. */
  version(self: unknown): Promise<string> {
    return this.#code.text(this.#subclassOf(self));
  }

  get versionSource(): VersionSource {
    return this.#code.source;
  }

  /**
   * Identifies a call.
   *
   * @throws {TypeError} where an argument or a captured value cannot be in a key, or the build has not seen the class
   * @throws {AutocacheError} `unversioned` where the cache refuses functions without a version
   */
  of(self: unknown, args: readonly unknown[]): CallIdentity {
    if (!this.#isWarned) this.#warn();
    const subclass = this.#subclassOf(self);
    const argsText = this.#argsText(self, args);
    const captured = this.#code.captured();
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

  #argsText(self: unknown, args: readonly unknown[]): string {
    if (this.#key !== undefined) return canonicalValue(this.#key.apply(self as never, args as never[]), "key()");
    const text = canonical(args);
    if (this.#receiver === "ignored") return text;
    return `[${canonicalValue(self, "this")}${text === "[]" ? "" : ","}${text.slice(1)}`;
  }

  #isCaptured(text: string | undefined): boolean {
    try {
      return this.#code.captured() === text;
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

const WARNINGS = {
  unversioned:
    "is versioned by its own text alone: a change in what it calls is not seen: use the build plugin, `version` or `deps`",
  "same-text":
    "has the text of another function of that name: what either captures is not seen, so that they share entries: name it in `deps`, or use the build plugin",
  bound: "is bound or built in: what it is bound to is not in its keys: pass that as an argument",
} as const;
