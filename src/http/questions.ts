import { seal } from "../entry.ts";
import type { Report } from "../events.ts";
import type { Store } from "../store.ts";
import type { UrlStates } from "./url-states.ts";

/**
 * The answers to what is asked of a URL by a body (`QUERY`, `POST`): each is a record of its own, so that what changes the URL
 * reaches them by a tag. A mark tells that there are some, so that a URL without any costs no stamp.
 */
export class Questions {
  readonly #store: Store;
  readonly #states: UrlStates;

  constructor(store: Store, states: UrlStates) {
    this.#store = store;
    this.#states = states;
  }

  /** The tag of all answers of a URL. */
  tagOf(urlKey: string): string {
    return `questions of ${urlKey}`;
  }

  /** Leaves the mark, for longer than an answer is kept: one write in all that time, as far as this isolate knows. */
  async mark(urlKey: string, name: string, keepMs: number, report: Report): Promise<void> {
    const state = this.#states.of(urlKey);
    const now = Date.now();
    if (state.markedUntil >= now + keepMs) return;
    const markMs = keepMs * 2;
    state.markedUntil = now + markMs;
    const mark = seal(true, { createdAt: now, expiresAt: now + markMs, tookMs: 0 }, name);
    if (!(await this.#store.write(markOf(urlKey), { name, report }, mark, markMs))) state.markedUntil = 0;
  }

  /** Makes the answers of a URL invalid, if there are any. */
  async invalidate(urlKey: string, name: string, report: Report): Promise<void> {
    const { stamps, backend } = this.#store;
    if (!(await this.#isMarked(urlKey, name, report))) return;
    const { invalidating } = await stamps.keysOf([this.tagOf(urlKey)]);
    try {
      await this.#store.stamp(invalidating, name);
    } catch (error) {
      report({ type: "backend-failed", name, key: urlKey, operation: "setMany", backend: backend.name, error });
    }
  }

  async #isMarked(urlKey: string, name: string, report: Report): Promise<boolean> {
    if (this.#states.of(urlKey).markedUntil > Date.now()) return true;
    return (await this.#store.read(markOf(urlKey), { name, report })).entry !== undefined;
  }
}

/** No record's key ends so. */
function markOf(urlKey: string): string {
  return `${urlKey}?`;
}
