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
  /** Until when the mark of `Questions` stands, in epoch milliseconds, as far as this isolate knows. */
  markedUntil: number;
  /**
   * Until when requests with and without `Authorization` do not wait for others, in epoch milliseconds: the last response to
   * one was not to be shared.
   */
  readonly passUntil: { authorized: number; anonymous: number };
}

// Longer than any run of a handler lasts, so that one that began before an invalidation still finds its trace.
const MAX_AGE_MS = 600_000;

// Keys whose digest need not be made again: a megabyte or two, whatever is asked for.
const MAX_KEYS = 2_000;
const MAX_KEY_TEXT = 500;

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
  readonly #keys = new Map<string, string>();
  #generations = 0;

  /** How often anything was invalidated by its URL. */
  get generations(): number {
    return this.#generations;
  }

  /** The key that is made of a text: made once, as long as it is remembered. */
  async keyOf(text: string, make: () => Promise<string>): Promise<string> {
    const known = this.#keys.get(text);
    if (known !== undefined) return known;
    const key = await make();
    if (text.length > MAX_KEY_TEXT) return key;
    if (this.#keys.size >= MAX_KEYS) this.#keys.clear();
    this.#keys.set(text, key);
    return key;
  }

  of(key: string): UrlState {
    const known = this.#states.get(key);
    if (known !== undefined) return known;
    const made = { generation: 0, writes: 0, vary: [], markedUntil: 0, passUntil: { authorized: 0, anonymous: 0 } };
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
