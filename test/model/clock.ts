import { AsyncLocalStorage } from "node:async_hooks";
import type { CacheEvent } from "../../src/index.ts";

/** What one operation runs in: on Workers, its promises and timers end with it. */
export interface Request {
  readonly id: number;
  isDead: boolean;
  /** Whether it has told that it joined another's computation. */
  hasJoined: boolean;
  /** What it has told. */
  readonly events: CacheEvent[];
  /** Those that live and die with it, itself included: calls that one request makes in one turn. */
  readonly group: Request[];
}

interface Timer {
  readonly at: number;
  readonly request: Request | undefined;
  readonly run: () => void;
}

const requests = new AsyncLocalStorage<Request>();
const START = 1_000_000;

/** The request that the code that asks runs in. */
export function currentRequest(): Request | undefined {
  return requests.getStore();
}

/** Runs an operation in a request of its own. */
export function within<Result>(request: Request, run: () => Result): Result {
  return requests.run(request, run);
}

/**
 * Time and timers of one world. Between two timers everything that can go on without time does go on, so that virtual
 * time never runs ahead of the work. A timer dies with the request that made it.
 */
export class Clock {
  now = START;
  #timers: Timer[] = [];

  /** Puts itself in the place of the host's clock and timers; returns what puts those back. */
  install(): () => void {
    const { setTimeout, clearTimeout } = globalThis;
    const { now } = Date;
    const fake = { setTimeout: this.#set, clearTimeout: this.#clear } as unknown as typeof globalThis;
    Object.assign(globalThis, fake);
    Date.now = () => this.now;
    return () => {
      Object.assign(globalThis, { setTimeout, clearTimeout });
      Date.now = now;
    };
  }

  readonly #set = (run: () => void, ms = 0): Timer => {
    const timer = { at: this.now + Math.max(0, ms), request: currentRequest(), run };
    this.#timers.push(timer);
    return timer;
  };

  readonly #clear = (timer: Timer): void => {
    const index = this.#timers.indexOf(timer);
    if (index >= 0) this.#timers.splice(index, 1);
  };

  /** How many timers of living requests wait. */
  get pending(): number {
    return this.#timers.filter(({ request }) => request?.isDead !== true).length;
  }

  /** Lets time pass, timer by timer; `look` looks at the world before and after each. */
  async advance(ms: number, look: () => void): Promise<void> {
    const until = this.now + ms;
    await turn();
    look();
    for (let timer = this.#next(until); timer !== undefined; timer = this.#next(until)) {
      this.now = Math.max(this.now, timer.at);
      this.#clear(timer);
      look();
      if (timer.request === undefined) timer.run();
      else requests.run(timer.request, timer.run);
      await turn();
      look();
    }
    this.now = Math.max(this.now, until);
  }

  /** When the next timer of a living request is due. */
  nextAt(): number | undefined {
    return this.#next(Infinity)?.at;
  }

  #next(until: number): Timer | undefined {
    let first: Timer | undefined;
    for (const timer of this.#timers) {
      if (timer.at <= until && timer.request?.isDead !== true && (first === undefined || timer.at < first.at)) {
        first = timer;
      }
    }
    return first;
  }
}

const { setImmediate } = globalThis;

/** One turn of the real event loop: all promises that can go on have gone on. */
function turn(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}

export function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => {
    if (ms <= 0) resolve();
    else setTimeout(resolve, ms);
  });
}

/** Chance that is the same each time a story is played. */
export function chance(seed: number): () => number {
  let state = seed | 0;
  return () => {
    // mulberry32
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}
