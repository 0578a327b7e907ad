import { HandlerCode, type Store } from "../../src/http/driver.ts";
import { inManifest } from "../../src/key/fingerprint.ts";
import type { HandlerBehind } from "./downstream.ts";

/** What says which code the handlers are, in the place of their own texts. */
export interface CodeOptions {
  readonly version?: string | number | undefined;
  readonly deps?: readonly unknown[] | undefined;
}

/** The code of the routes behind: of the build's fingerprint, which knows them all, or of each chain's own texts. */
export class Codes {
  readonly #store: Store;
  readonly #options: CodeOptions;
  readonly #fingerprint: unknown;
  readonly #codes = new Map<string, HandlerCode | undefined>();
  // A function's number, for the lists of functions that are behind.
  readonly #numbers = new WeakMap<HandlerBehind, number>();
  #count = 0;

  constructor(store: Store, { version, deps }: CodeOptions, fingerprint: unknown) {
    this.#store = store;
    this.#options = { version, deps };
    // As with functions, whatever else is passed behind the options, as by `map(routeCache)`, is nothing to us.
    this.#fingerprint = isFingerprint(fingerprint) ? fingerprint : undefined;
  }

  /**
   * Tells the code of what is behind; `undefined` where the text of a function says nothing, as of a bound one, and nothing
   * else does: then it cannot be cached, of which a `warning` tells once.
   */
  of(handlers: readonly HandlerBehind[], name: string): HandlerCode | undefined {
    const { version } = this.#options;
    // A manifest may be registered after the middleware was made.
    const isKnown = version !== undefined || this.#fingerprint !== undefined || inManifest(name) !== undefined;
    const id = isKnown ? name : handlers.map((handler) => this.#numberOf(handler)).join();
    if (!this.#codes.has(id)) this.#codes.set(id, this.#make(isKnown ? [] : handlers, name));
    return this.#codes.get(id);
  }

  #make(handlers: readonly HandlerBehind[], name: string): HandlerCode | undefined {
    const { version, deps = [] } = this.#options;
    const last = (handlers.at(-1) ?? nothing) as () => unknown;
    const options = { name, version, deps: [...deps, ...handlers.slice(0, -1)] };
    try {
      return new HandlerCode(this.#store, last, options, this.#fingerprint);
    } catch (error) {
      const message = `"${name}" is not cached: ${error instanceof Error ? error.message : String(error)}`;
      this.#store.emit({ type: "warning", name, code: "bound", message });
      return undefined;
    }
  }

  #numberOf(handler: HandlerBehind): number {
    const known = this.#numbers.get(handler);
    if (known !== undefined) return known;
    this.#numbers.set(handler, (this.#count += 1));
    return this.#count;
  }
}

/** Stands for the application's own answer where nothing is behind, and for all handlers where others speak for them. */
function nothing(): void {}

function isFingerprint(value: unknown): boolean {
  return typeof value === "object" && value !== null && typeof (value as { fp?: unknown }).fp === "string";
}
