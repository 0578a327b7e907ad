import { around } from "./around.ts";
import type { Backend, Care, Operation } from "./backend.ts";
import { AutocacheError, isAutocacheError } from "./errors.ts";
import { waitFor, WRITE_FACTOR } from "./wait.ts";

const READS: ReadonlySet<Operation> = new Set<Operation>(["get", "getMany"]);
// Somebody waits to hear that an entry is gone: worth a try on a backend that has failed so far.
const ALWAYS_TRIED: ReadonlySet<Operation> = new Set<Operation>(["delete", "deleteMany"]);

/** Puts a time limit on each operation of a backend, and a breaker before it that stops asking while it keeps failing. */
export function guard(backend: Backend, options: Care): Backend {
  const breaker = new Breaker(backend.name, options);
  return around(backend, (operation, work) =>
    breaker.run(operation, () => withinTime(backend.name, operation, work, options.timeoutMs)),
  );
}

async function withinTime<Result>(
  name: string,
  operation: Operation,
  work: () => Promise<Result>,
  timeoutMs: number,
): Promise<Result> {
  const limitMs = READS.has(operation) ? timeoutMs : timeoutMs * WRITE_FACTOR;
  const running = work();
  if (limitMs === Infinity || (await waitFor(running, limitMs))) return running;
  throw new AutocacheError(
    "timeout",
    `Cannot ${operation} in ${name}: an operation takes at most ${limitMs} ms: received nothing until then`,
  );
}

/** Closed: all pass. Open: none pass, but for one that tries each time the wait is over; its success closes. */
class Breaker {
  readonly #name: string;
  readonly #options: Care;
  #failures = 0;
  #nextTryAt = 0;

  constructor(name: string, options: Care) {
    this.#name = name;
    this.#options = options;
  }

  async run<Result>(operation: Operation, work: () => Promise<Result>): Promise<Result> {
    if (!ALWAYS_TRIED.has(operation)) this.#admit(operation);
    try {
      const result = await work();
      this.#succeeded();
      return result;
    } catch (error) {
      if (!isAutocacheError(error, "missing-binding") && !isAutocacheError(error, "too-large")) this.#failed();
      throw error;
    }
  }

  get #isOpen(): boolean {
    return this.#failures >= this.#options.failures;
  }

  #admit(operation: Operation): void {
    if (!this.#isOpen) return;
    const now = Date.now();
    if (now < this.#nextTryAt) {
      throw new AutocacheError(
        "breaker-open",
        `Cannot ${operation} in ${this.#name}: it failed ${this.#options.failures} times in a row and is left alone: received a call ${this.#nextTryAt - now} ms before the next try`,
      );
    }
    // By the clock and not by a flag: the request that tries may die, and then another has to.
    this.#nextTryAt = now + this.#options.retryAfterMs;
  }

  #succeeded(): void {
    const wasOpen = this.#isOpen;
    this.#failures = 0;
    if (wasOpen) this.#options.emit({ type: "breaker", backend: this.#name, state: "closed" });
  }

  #failed(): void {
    const wasOpen = this.#isOpen;
    this.#failures += 1;
    if (!this.#isOpen) return;
    this.#nextTryAt = Date.now() + this.#options.retryAfterMs;
    if (!wasOpen) this.#options.emit({ type: "breaker", backend: this.#name, state: "open" });
  }
}
