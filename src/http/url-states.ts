import { MortalMap } from "../mortal-map.ts";
import type { Store } from "../store.ts";

/** What this isolate remembers of one URL. */
export interface UrlState {
  /** Changes when the URL is invalidated: what began before is neither joined nor stored. */
  generation: number;
  /** Changes when its record is written here: what was read before must be read again to be added to. */
  writes: number;
  /** The headers that its responses were last selected by, so that requests for different variants do not wait for each other. */
  vary: readonly string[];
  /**
   * Until when requests with and without `Authorization` do not wait for others, in epoch milliseconds: the last response to
   * one was not to be shared.
   */
  readonly passUntil: { authorized: number; anonymous: number };
}

// Longer than any run of a handler lasts, so that one that began before an invalidation still finds its trace.
const MAX_AGE_MS = 600_000;

const byStore = new WeakMap<Store, UrlStates>();

/** What this isolate remembers of the URLs of a cache, whichever handlers and middlewares use it. */
export function urlStatesOf(store: Store): UrlStates {
  const known = byStore.get(store) ?? new UrlStates();
  byStore.set(store, known);
  return known;
}

/** What this isolate remembers of URLs, by key. */
export class UrlStates {
  readonly #states = new MortalMap<string, UrlState>(MAX_AGE_MS);
  #generations = 0;

  of(key: string): UrlState {
    const known = this.#states.get(key);
    if (known !== undefined) return known;
    const made = { generation: 0, writes: 0, vary: [], passUntil: { authorized: 0, anonymous: 0 } };
    this.#states.set(key, made);
    return made;
  }

  /** Makes what runs for the URL outdated. */
  outdate(key: string): void {
    const state = { ...this.of(key), generation: (this.#generations += 1) };
    // Anew, so that it lives as long as what it is about.
    this.#states.set(key, state);
  }
}
