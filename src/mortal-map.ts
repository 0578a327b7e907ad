// More at once than an isolate can work on: past it the oldest are dead, or can do without.
const MAX_SIZE = 50_000;

/**
 * A map of things that take themselves out when they are done, but may die first with the request that made them: then
 * nobody does. So whatever is past its age, or too much, goes when something new comes in.
 */
export class MortalMap<Key, Value> {
  readonly #members = new Map<Key, { readonly value: Value; readonly since: number }>();
  readonly #maxAgeMs: number;
  readonly #bury: (value: Value) => void;

  /** @param bury is told of each that is past its age */
  constructor(maxAgeMs: number, bury: (value: Value) => void = () => {}) {
    this.#maxAgeMs = maxAgeMs;
    this.#bury = bury;
  }

  /** In order of insertion. */
  keys(): Key[] {
    return [...this.#members.keys()];
  }

  get(key: Key): Value | undefined {
    return this.#members.get(key)?.value;
  }

  set(key: Key, value: Value): void {
    const since = Date.now();
    for (const [oldest, dead] of this.#members) {
      const isDead = since - dead.since >= this.#maxAgeMs;
      if (!isDead && this.#members.size < MAX_SIZE) break;
      this.#members.delete(oldest);
      if (isDead) this.#bury(dead.value);
    }
    this.#members.delete(key);
    this.#members.set(key, { value, since });
  }

  delete(key: Key): void {
    this.#members.delete(key);
  }
}
