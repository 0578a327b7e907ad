import { createdAt } from "./answers.ts";
import type { Asked, Ledger, Made } from "./ledger.ts";
import type { Setting } from "./setting.ts";

/** An entry that must be found: it was stored, and nothing has happened since that could have changed that. */
export interface Warm {
  readonly made: Made;
  readonly expiresAt: number;
}

/** What one isolate must find: without this, a cache that never answers would be right. */
export class Warmth {
  readonly #setting: Setting;
  readonly #ledger: Ledger;
  readonly #isolate: number;
  readonly #warm = new Map<number, Warm>();
  /** Up to when entries may have been made invalid by stamps. */
  #stampedAt = 0;

  constructor(setting: Setting, ledger: Ledger, isolate: number) {
    this.#setting = setting;
    this.#ledger = ledger;
    this.#isolate = isolate;
  }

  of(subject: number): Warm | undefined {
    return this.#warm.get(subject);
  }

  /** Something has happened to one subject, or to all. */
  lose(subject?: number): void {
    if (subject === undefined) this.#warm.clear();
    else this.#warm.delete(subject);
  }

  stamped(at: number): void {
    this.#stampedAt = at + this.#ledger.stamps;
    this.lose();
  }

  /** The cache has told that it has stored something, and for how long. */
  stored(subject: number, keptMs: number): void {
    const { stack } = this.#setting;
    const made = this.#ledger.stored.get(subject);
    if (stack.includes("eventual") || made === undefined || this.#ledger.isBusy(subject)) return;
    if (made.isError || made.isolate !== this.#isolate || made.begun.at <= this.#stampedAt) return;
    const expiresAt = createdAt(made) + keptMs - this.#graceMs;
    this.#warm.set(subject, { made, expiresAt });
  }

  /** Says what is wrong with how a call or a look was answered that had an entry to find. */
  problemOf(warm: Warm, { settled, isRejected }: Asked, verdict: string | undefined): string | undefined {
    const at = settled?.at ?? Infinity;
    if (at < warm.expiresAt) {
      return verdict === "hit" ? undefined : `number ${warm.made.serial} is fresh in the cache, and is not the answer`;
    }
    return isRejected && at < warm.expiresAt + this.#graceMs ? "a call fails though the entry may be stale" : undefined;
  }

  /** Says that a call that has an entry to find has waited for too long. */
  problemOfWait(warm: Warm, { begun }: Asked, now: number): string | undefined {
    const { swrMs, softTimeoutMs } = this.#setting;
    const readAt = begun.at + this.#readMs;
    if (now <= readAt || (begun.at < warm.expiresAt && now >= warm.expiresAt)) return undefined;
    if (now < warm.expiresAt + swrMs) return "a call waits though the entry may be stale";
    // Where there is no time left for it, a soft timeout is none.
    if (readAt + softTimeoutMs >= warm.expiresAt + this.#graceMs || now <= readAt + softTimeoutMs) return undefined;
    return now < warm.expiresAt + this.#graceMs ? "a call waits for longer than softTimeout" : undefined;
  }

  get #graceMs(): number {
    return Math.max(this.#setting.swrMs, this.#setting.staleIfErrorMs);
  }

  /** The longest that a read takes while all is well: of the entry, and of the stamps of its tags. */
  get #readMs(): number {
    const { stack, latencyMs, backendTimeoutMs, isBulk, isTagged } = this.#setting;
    if (stack === "memory") return 0;
    // A bulk read that takes half of the time there is gets a second one.
    const onceMs = isBulk && latencyMs >= backendTimeoutMs / 2 ? backendTimeoutMs : latencyMs;
    return onceMs * (isTagged ? 2 : 1);
  }
}
