import { tell } from "./asker.ts";
import type { CallContext } from "./call-context.ts";
import { durationOf } from "./duration.ts";
import { sealError } from "./entry.ts";
import { AutocacheError } from "./errors.ts";
import type { Flight } from "./flight.ts";
import { headFrom, type Job, type Result, type Storable } from "./job.ts";
import type { Run } from "./runs.ts";
import type { Outcome, SimpleStore } from "./simple-store.ts";
import { waitFor } from "./wait.ts";

const CAPTURED: Result = { refusal: "captured" };

/** One run of a function for a flight, and what becomes of it. */
export class Computation {
  readonly #store: SimpleStore;
  readonly #job: Job;
  readonly #flight: Flight<Outcome>;
  readonly #context: CallContext;
  readonly #hasFallback: boolean;
  readonly #run: Run;
  readonly #startedAt: number;
  readonly #isCurrent: boolean;
  /** Whether the caller has been told that it took too long. */
  #isLate = false;

  /** @param hasFallback whether an expired entry is there that may still be an answer */
  constructor(store: SimpleStore, job: Job, flight: Flight<Outcome>, context: CallContext, hasFallback: boolean) {
    this.#store = store;
    this.#job = job;
    this.#flight = flight;
    this.#context = context;
    this.#hasFallback = hasFallback;
    this.#run = store.runs.begin(job.slot);
    this.#startedAt = store.now();
    this.#isCurrent = job.isCurrent();
  }

  /** Runs the function, and stores what comes of it under `waitUntil`. */
  async outcome(): Promise<Outcome> {
    const { name, freshness } = this.#job;
    const { hardTimeoutMs } = freshness;
    // Not awaited at once: a hard timeout goes on without it.
    const concluded = this.#conclude();
    if (hardTimeoutMs === Infinity || (await waitFor(concluded, hardTimeoutMs))) return concluded;
    // A value that comes too late for the caller is not too late for the next.
    this.#isLate = true;
    this.#store.defer(concluded);
    throw new AutocacheError(
      "timeout",
      `Cannot wait for "${name}": its hardTimeout is ${hardTimeoutMs} ms: received nothing until then`,
    );
  }

  async #conclude(): Promise<Outcome> {
    try {
      return this.#finish(await this.#compute());
    } finally {
      this.#store.runs.end(this.#run);
    }
  }

  async #compute(): Promise<unknown> {
    try {
      return await this.#job.compute(this.#context);
    } catch (error) {
      try {
        this.#rememberError(error);
      } catch {
        // What the option throws, or a getter of the error: the function's own error is what the caller is told.
      }
      throw error;
    }
  }

  #finish(value: unknown): Outcome {
    const job = this.#job;
    const { key, reason } = this.#context;
    const times = this.#times();
    job.observe(times.tookMs);
    tell(job, "computed", { key, durationMs: times.tookMs });

    const result = this.#isCurrent && job.isCurrent() ? job.resultOf(value, times) : CAPTURED;
    if (result.refusal === undefined) {
      const supersede = (): void => tell(job, "not-stored", { key, reason: "superseded" });
      this.#record(() => this.#write(result), supersede);
      return { ...result.head, verdict: "miss", key, read: result.read };
    }
    tell(job, "not-stored", { key, reason: result.refusal });
    if (this.#replaces) this.#record(() => this.#store.discard(key, job));
    if (this.#replaces || reason === "rollover") this.#store.defer(this.#discardPrevious());
    const isRefused = result.isAskedAgain !== true;
    return { ...times, expiresAt: times.createdAt, verdict: "miss", key, read: () => value, isRefused };
  }

  /** Writes, if the run still may when its turn comes, and holds its flight until that is done. */
  #record(write: () => Promise<unknown>, supersede: () => void = () => {}, error?: Outcome): void {
    const writing = this.#store.runs.store(this.#run, write);
    if (writing === undefined) return supersede();
    const written = writing.then((isWritten) => isWritten || supersede());
    if (this.#isLate) this.#store.defer(written);
    else this.#flight.holdFor(written, error);
  }

  /** Where this code stores nothing for a call, what the code before has stored is no answer either. */
  async #discardPrevious(): Promise<void> {
    const previous = await this.#job.rollover?.key();
    if (previous !== undefined) await this.#store.discard(previous, this.#job);
  }

  async #write(result: Storable): Promise<void> {
    const { key } = this.#context;
    if (await result.write((envelope, keepMs) => this.#store.write(key, this.#job, envelope, keepMs))) return;
    this.#store.retryLater(this.#job);
    // The entry that a refresh could not replace is known to be out of date.
    if (this.#replaces) await this.#store.discard(key, this.#job);
  }

  #rememberError(error: unknown): void {
    const { name, signal, freshness } = this.#job;
    const { key } = this.#context;
    const { errorTtl } = freshness;
    // An expired entry that may still be an answer is worth more than the error that would take its place.
    if (errorTtl === 0 || this.#hasFallback || signal?.aborted || this.#replaces) return;
    const ttlMs = durationOf(errorTtl, `errorTtl of "${name}"`, error);
    if (ttlMs === 0) return;
    const { createdAt, tookMs } = this.#times();
    const head = headFrom(createdAt, ttlMs, tookMs);
    const read = (): never => {
      throw error;
    };
    const answer = { ...head, verdict: "miss", key, read, isError: true } as const;
    this.#record(() => this.#store.write(key, this.#job, sealError(error, head), ttlMs), undefined, answer);
  }

  #times(): { readonly createdAt: number; readonly tookMs: number } {
    const createdAt = Math.max(Date.now(), this.#startedAt);
    return { createdAt, tookMs: createdAt - this.#startedAt };
  }

  get #replaces(): boolean {
    return this.#context.reason === "refresh";
  }
}
