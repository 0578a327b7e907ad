import type { CacheEvent, StaleEvent } from "../../src/index.ts";
import type { Clock } from "./clock.ts";
import { changes, isStamp } from "./commands.ts";
import type { Ledger, Made } from "./ledger.ts";
import { LEAST_FLIGHT_TIMEOUT_MS, type Setting } from "./setting.ts";

/** When the functions of one isolate may run, and when their failure or slowness makes a stale answer a right one. */
export class Runs {
  readonly #setting: Setting;
  readonly #clock: Clock;
  readonly #ledger: Ledger;
  readonly #isolate: number;
  readonly #retryAt = new Map<number, number>();
  readonly #staleAt = new Map<number, number>();
  readonly #unstoredAt = new Map<number, number>();
  /** Until when the breaker has kept writes from being tried. */
  #brokenUntil = -Infinity;

  constructor(setting: Setting, clock: Clock, ledger: Ledger, isolate: number) {
    this.#setting = setting;
    this.#clock = clock;
    this.#ledger = ledger;
    this.#isolate = isolate;
  }

  /** One computation at a time, unless the other's flight was vacated or has taken too long; and no refresh too soon after one that failed. */
  begun(run: Made): string | undefined {
    const retryAt = this.#retryAt.get(run.subject) ?? 0;
    if ((run.reason === "stale" || run.reason === "early") && this.#clock.now < retryAt) {
      return `a refresh runs before ${retryAt}, until when it is to wait after the last has failed`;
    }
    const other = this.#ledger
      .running(run.subject, this.#isolate)
      .find((candidate) => candidate !== run && !this.#mayRunBeside(candidate, run));
    return other && `a second run begins while number ${other.serial} is running`;
  }

  #mayRunBeside(other: Made, run: Made): boolean {
    const { now } = this.#clock;
    const { flightTimeoutMs = LEAST_FLIGHT_TIMEOUT_MS, hardTimeoutMs } = this.#setting;
    if (other.request?.isDead === true || now - other.begun.at >= hardTimeoutMs) return true;
    if (now - Math.min(this.#flewAt(other), this.#flewAt(run)) >= flightTimeoutMs) return true;
    const since = Math.min(
      ...[other, run].map(({ request, begun }) => this.#ledger.askedBy(request)?.begun.tick ?? begun.tick),
    );
    return this.#ledger.asked.some(({ op, settled, died }) => {
      if (op.isolate !== this.#isolate || !(changes(op, run.subject) || isStamp(op))) return false;
      // A change vacates the slot when it begins, and when it is done.
      return ((settled ?? died)?.tick ?? Infinity) >= since;
    });
  }

  /** When the flight of a run began: a refresh runs at once, other flights read first. */
  #flewAt({ reason, request, begun }: Made): number {
    if (reason === "stale" || reason === "early") return begun.at;
    return this.#ledger.askedBy(request)?.ledAt ?? begun.at;
  }

  ended({ subject, isError, reason }: Made): void {
    if (!isError && (reason === "stale" || reason === "early")) this.#retryAt.delete(subject);
  }

  /** An entry was changed by hand: its refresh need not wait any more. */
  reset(subject: number): void {
    this.#retryAt.delete(subject);
  }

  /** Checks what the cache tells of stale answers. */
  told(event: CacheEvent, subject: number): string | undefined {
    if (event.type === "breaker") this.#brokenUntil = event.state === "open" ? Infinity : this.#clock.now;
    const isUnwanted = event.type === "not-stored" || (event.type === "backend-failed" && event.operation === "set");
    if (isUnwanted) this.#unstoredAt.set(subject, this.#clock.now);
    if (event.type === "refresh-failed") this.#retryAt.set(subject, this.#clock.now + this.#setting.retryAfterMs);
    if (event.type !== "stale") return undefined;
    this.#staleAt.set(subject, this.#clock.now);
    return this.#problemOfStale(event, subject);
  }

  /** Whether a stale answer is told of at this instant. */
  isStale(subject: number): boolean {
    return this.#staleAt.get(subject) === this.#clock.now;
  }

  #problemOfStale({ reason, ageMs }: StaleEvent, subject: number): string | undefined {
    const { ttlMs, swrMs, staleIfErrorMs, retryAfterMs, softTimeoutMs, hardTimeoutMs } = this.#setting;
    const graceMs = reason === "refreshing" ? swrMs : Math.max(swrMs, staleIfErrorMs);
    if (ageMs >= ttlMs + graceMs) return `a stale answer, ${reason}, of ${ageMs} ms`;
    if (reason === "refreshing") return undefined;
    const { now } = this.#clock;
    // What could not be stored would be computed again for each call.
    const unstoredAt = Math.max(this.#unstoredAt.get(subject) ?? -Infinity, this.#brokenUntil);
    if (reason === "retry-later" && now < unstoredAt + retryAfterMs) return undefined;
    const isTrue = this.#ledger.runs(subject, this.#isolate).some(({ begun, ended, isError }) => {
      if (reason === "slow") return now - begun.at >= softTimeoutMs;
      const timedOutAt = now - begun.at >= hardTimeoutMs ? begun.at + hardTimeoutMs : -Infinity;
      const failedAt = isError ? (ended?.at ?? -Infinity) : -Infinity;
      return [failedAt, timedOutAt].some((at) => (reason === "error" ? at === now : now < at + retryAfterMs));
    });
    return isTrue ? undefined : `a stale answer says ${reason}, which is not so`;
  }
}
