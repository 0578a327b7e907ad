import type { Backend } from "./backend.ts";
import type { Entry, Share } from "./entry.ts";
import { type Holder, type Holding, holdingOf, nearestOf, relyOn } from "./holding.ts";
import { registrations } from "./key/fingerprint.ts";
import { argsOf, bytesOf, type Index, IndexTable } from "./key/index-table.ts";
import type { Policy } from "./policy.ts";
import type { FoundReading } from "./reading.ts";
import type { Outcome, SimpleStore } from "./simple-store.ts";

// Math.random() is at most 1 - 2^-53, so that XFetch is never earlier than so many times what the function took.
const MOST_EARLY = 53 * Math.LN2;

/** What one function has its answers given by. */
export interface ShortcutRules {
  readonly name: string;
  readonly share: Share;
  readonly policy: Policy;
  /** Whether entries can be invalidated by tags or purged. */
  readonly isStamped: boolean;
}

/** What the read path has come to for some arguments. */
interface Shortcut {
  readonly index: Index;
}

/** An answer that is on its way. */
class Coming implements Shortcut {
  readonly index: Index;
  /** Epoch milliseconds. */
  readonly madeAt: number = Date.now();
  /** What the second who asks in one turn of the event loop is answered with, and with it all who come after. */
  answer: Promise<Outcome> | undefined;

  constructor(index: Index) {
    this.index = index;
  }

  /**
   * Whether it may be of the turn that runs: a turn that was stopped in the middle (`ctx.abort()`, a limit) has not ended
   * it, and its promises never settle. A long turn has several.
   */
  isOfTurn(now: number): boolean {
    return now === this.madeAt;
  }
}

/** A fresh entry that a backend in this process holds. */
class Kept implements Shortcut, Holder {
  readonly index: Index;
  readonly key: string;
  readonly entry: Entry;
  readonly holding: Holding;
  /** Epoch milliseconds: the entry is fresh, held, not due for a refresh, and its stamps are known until then. */
  readonly until: number;
  /** The newest stamp that its own were judged by. */
  readonly newestStamp: number | undefined;
  /** The answer itself, where all callers get the same. */
  readonly shared: Promise<unknown> | undefined;
  readonly #table: IndexTable<Shortcut>;

  constructor(
    table: IndexTable<Shortcut>,
    index: Index,
    key: string,
    { entry, stamped }: FoundReading,
    holding: Holding,
    { share, policy }: ShortcutRules,
  ) {
    this.#table = table;
    this.index = index;
    this.key = key;
    this.entry = entry;
    this.holding = holding;
    // Before that the read path would draw lots in vain: whether a refresh is due is for it to decide.
    const dueAt = entry.expiresAt - entry.tookMs * policy.earlyRefresh * MOST_EARLY;
    this.until = Math.min(dueAt, holding.expiresAt, stamped?.until ?? Infinity);
    this.newestStamp = stamped?.newest;
    const value = entry.read(share);
    this.shared = value === entry.read(share) ? Promise.resolve(value) : undefined;
  }

  release(): void {
    this.#table.remove(this);
  }
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
  readonly #isHeard: boolean;
  /** A tier below it is asked only where it has nothing; one above it may get something newer. */
  readonly #nearest: Backend;
  #table = new IndexTable<Shortcut>();
  #generation = 0;
  #registrations = registrations();

  constructor(store: SimpleStore, rules: ShortcutRules) {
    this.#store = store;
    this.#rules = rules;
    this.#isHeard = store.isHeard;
    this.#nearest = nearestOf(store.backend);
  }

  /** Answers a call; `undefined` where it has to go the long way. */
  answer(args: readonly unknown[]): Promise<unknown> | undefined {
    if (this.#registrations !== registrations()) this.#forget();
    const found = this.#table.find(args);
    if (found === undefined) return undefined;
    const now = Date.now();
    if (!(found instanceof Kept)) return this.#join(found as Coming, now);
    if (!found.holding.isHeld || now >= found.until || this.#isOutdated(found)) {
      this.#table.remove(found);
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
    if (first instanceof Coming && first.isOfTurn(Date.now())) {
      // The first leads a flight, which may be waited for no longer than its deadline: the second sees to that for all.
      first.answer = answer;
      return;
    }
    const coming = new Coming(index);
    if (!this.#table.add(coming)) return;
    const generation = this.#generation;
    // Later calls may be of another request: what they depend on has to be their own.
    queueMicrotask(() => this.#table.remove(coming));
    answer.then(
      (outcome) => {
        if (generation === this.#generation) this.#fill(index, outcome);
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

  #fill(index: Index, { found, key }: Outcome): void {
    // An error that is remembered is thrown by the long way.
    if (found === undefined || found.entry.isError === true) return;
    const holding = holdingOf(found.envelope, this.#nearest);
    if (holding === undefined || !holding.keeper.charge(holding, bytesOf(index))) return;
    const kept = new Kept(this.#table, index, key, found, holding, this.#rules);
    // Of two functions that share an entry, one has the shortcut.
    if (this.#table.add(kept)) relyOn(holding, kept);
  }

  /** Whether something was invalidated in this isolate, which may be an entry with stamps. */
  #isOutdated({ newestStamp }: Kept): boolean {
    return newestStamp !== undefined && newestStamp !== this.#store.newestStamp;
  }

  /** The code that answers may be another now. */
  #forget(): void {
    this.#registrations = registrations();
    this.#table = new IndexTable();
    this.outdate();
  }

  #tell({ key, holding, entry }: Kept, now: number): void {
    // What was read further down has been copied there: the read path would find the copy.
    const backend = holding.keeper.name;
    this.#store.emit({ type: "hit", name: this.#rules.name, key, backend, ageMs: Math.max(0, now - entry.createdAt) });
  }

  #join(coming: Coming, now: number): Promise<unknown> | undefined {
    const { answer } = coming;
    if (answer === undefined || !coming.isOfTurn(now)) return undefined;
    if (this.#isHeard) this.#store.emit({ type: "joined", name: this.#rules.name });
    return answer.then(({ read }) => read(this.#rules.share));
  }
}
