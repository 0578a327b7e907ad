import { type Holding, holdingOf } from "./holding.ts";
import { argsOf, type Index, IndexTable } from "./key/index-table.ts";
import { decide, type Policy } from "./policy.ts";
import type { FoundReading } from "./reading.ts";
import type { Outcome, SimpleStore } from "./simple-store.ts";
import type { Share } from "./entry.ts";

// A turn of the event loop in which one function is called. One that was stopped in the middle has never ended.
const MAX_TURN_MS = 50;

/** What one function has its answers given by. */
export interface ShortcutRules {
  readonly name: string;
  readonly share: Share;
  readonly policy: Policy;
  /** Whether entries can be invalidated by tags or purged. */
  readonly isStamped: boolean;
}

/** What the read path has come to for some arguments. */
class Shortcut {
  readonly index: Index;
  /** Epoch milliseconds. */
  readonly madeAt = Date.now();
  /** What the second who asks in one turn of the event loop is answered with, and with it all who come after. */
  coming: Promise<Outcome> | undefined;
  /** A fresh entry that a backend in this process holds. */
  found: Kept | undefined;

  constructor(index: Index) {
    this.index = index;
  }
}

interface Kept extends FoundReading {
  readonly key: string;
  readonly holding: Holding;
  /** Epoch milliseconds: the entry is fresh, held, and its stamps are known until then. */
  readonly until: number;
  /** The answer itself, where all callers get the same. */
  readonly shared: Promise<unknown> | undefined;
}

/**
 * The calls of one function that need not go the way of the read path, because it would come to what it has come to
 * before: no text of the arguments is built for them, and nothing is awaited.
 *
 * A shortcut lasts while a backend in this process holds the entry, so that such a backend's bounds are its bounds.
 */
export class Shortcuts {
  readonly #store: SimpleStore;
  readonly #rules: ShortcutRules;
  readonly #table = new IndexTable<Shortcut>();
  readonly #isHeard: boolean;
  /** Whether an entry that stays where it is may not be the answer any more. */
  readonly #mayChange: boolean;
  #generation = 0;

  constructor(store: SimpleStore, rules: ShortcutRules) {
    this.#store = store;
    this.#rules = rules;
    this.#isHeard = store.isHeard;
    this.#mayChange = rules.isStamped || rules.policy.earlyRefresh > 0;
  }

  /** Answers a call; `undefined` where it has to go the long way. */
  answer(args: readonly unknown[]): Promise<unknown> | undefined {
    const shortcut = this.#table.find(args);
    if (shortcut === undefined) return undefined;
    const { found } = shortcut;
    const now = Date.now();
    if (found === undefined) return this.#join(shortcut, now);
    if (!found.holding.isHeld || now >= found.until || (this.#mayChange && !this.#isStill(found, now))) {
      this.#table.remove(shortcut);
      return undefined;
    }
    found.holding.wasUsed = true;
    if (this.#isHeard) this.#tell(found, now);
    return found.shared ?? Promise.resolve(found.entry.read(this.#rules.share));
  }

  /**
   * Keeps what a call that went the long way is answered with: for all who ask in the same turn, and for longer if the
   * same may be answered again.
   */
  keep(index: Index, answer: Promise<Outcome>): void {
    const first = this.#table.find(argsOf(index));
    if (first !== undefined && first.found === undefined) {
      // The first leads a flight, which may be waited for no longer than its deadline: the second sees to that for all.
      first.coming = answer;
      return;
    }
    const shortcut = new Shortcut(index);
    if (!this.#table.add(shortcut)) return;
    const generation = this.#generation;
    // Later calls may be of another request: what they depend on has to be their own.
    queueMicrotask(() => {
      if (shortcut.found === undefined) this.#table.remove(shortcut);
    });
    answer.then(
      ({ found, key }) => {
        // An error that is remembered is thrown by the long way.
        if (found === undefined || found.entry.isError === true || generation !== this.#generation) return;
        this.#fill(shortcut, found, key);
      },
      () => {},
    );
  }

  /** Makes the next call with these arguments go the long way. */
  drop(args: readonly unknown[]): void {
    const shortcut = this.#table.find(args);
    if (shortcut !== undefined) this.#table.remove(shortcut);
  }

  /** Keeps nothing that is on its way now: something newer will come. */
  outdate(): void {
    this.#generation += 1;
  }

  #fill(shortcut: Shortcut, found: FoundReading, key: string): void {
    const holding = holdingOf(found.envelope);
    if (holding?.backend !== found.backend || !this.#table.add(shortcut)) return;
    const { expiresAt } = found.entry;
    const until = Math.min(expiresAt, holding.expiresAt, found.stamped?.until ?? Infinity);
    const value = found.entry.read(this.#rules.share);
    const isShared = value === found.entry.read(this.#rules.share);
    shortcut.found = { ...found, key, holding, until, shared: isShared ? Promise.resolve(value) : undefined };
    // Of two functions that share an entry, one has the shortcut.
    holding.release?.();
    holding.release = () => this.#table.remove(shortcut);
  }

  #isStill({ entry, stamped }: Kept, now: number): boolean {
    const { policy, isStamped } = this.#rules;
    if (isStamped && stamped?.newest !== this.#store.newestStamp) return false;
    return policy.earlyRefresh === 0 || decide(entry, policy, now, Math.random()) === "fresh";
  }

  #tell({ key, backend, entry }: Kept, now: number): void {
    this.#store.emit({ type: "hit", name: this.#rules.name, key, backend, ageMs: Math.max(0, now - entry.createdAt) });
  }

  #join({ coming, madeAt }: Shortcut, now: number): Promise<unknown> | undefined {
    if (coming === undefined || now - madeAt > MAX_TURN_MS) return undefined;
    if (this.#isHeard) this.#store.emit({ type: "joined", name: this.#rules.name });
    return coming.then(({ read }) => read(this.#rules.share));
  }
}
