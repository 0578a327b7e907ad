import type { Duration } from "./duration.ts";
import { parseDuration } from "./duration.ts";
import { type CallContext, runUnder } from "./call-context.ts";
import type { CacheEvent, Report } from "./events.ts";
import type { Share } from "./entry.ts";
import { type Freshness, resolveFreshness } from "./freshness.ts";
import { type AnyFunctionOptions, checkFunctionOptions, resolveRollover } from "./function-options.ts";
import { Identity, type Receiver } from "./identity.ts";
import { KeyLimitError } from "./key/canonical.ts";
import { fingerprintOf } from "./key/fingerprint.ts";
import { argsOf, indexOf } from "./key/index-table.ts";
import { signalOf, withoutSignals } from "./key/signals.ts";
import { slotText } from "./key/slot.ts";
import type { Callable } from "./key/version.ts";
import { type ValueJob, valueResult } from "./job.ts";
import { decide } from "./policy.ts";
import { ageOf, Call } from "./read-path.ts";
import { Shortcuts } from "./shortcuts.ts";
import { acceptValid, StoredEntry } from "./stored-entry.ts";
import type { Outcome, SimpleStore } from "./simple-store.ts";
import type { Stamping } from "./stamping.ts";
import { reasonOf, type Trace } from "./trace.ts";
import { UsualTime } from "./usual-time.ts";

/** What stands behind a function. */
export interface CallsOptions {
  /** @default "ignored" */
  readonly receiver?: Receiver;
  /** The function whose name and text count, where it is not the one that is called. */
  readonly source?: Callable;
  /** What the build plugin has passed behind the options. */
  readonly fingerprint?: unknown;
}

/** The calls of one function: options checked once, then one `Job` per call. */
export class Calls {
  readonly fn: Callable;
  /** The function that was given: `fn`, or the one that `fn` stands for. */
  readonly source: Callable;
  readonly name: string;
  readonly identity: Identity;
  readonly #store: SimpleStore;
  readonly #options: AnyFunctionOptions;
  /** Milliseconds, unless the result says. */
  readonly #ttl: number | ((value: never, ...args: never[]) => Duration);
  readonly #slotPrefix: string;
  readonly #freshness: Freshness;
  readonly #share: Share;
  readonly #rolloverMs: number;
  readonly #stamps: Stamping;
  readonly #shortcuts: Shortcuts;
  readonly #usualTime = new UsualTime();

  constructor(
    store: SimpleStore,
    fn: Callable,
    options: AnyFunctionOptions,
    { receiver = "ignored", source = fn, fingerprint }: CallsOptions = {},
  ) {
    checkFunctionOptions(options, source.name);
    this.fn = fn;
    this.source = source;
    const known = fingerprintOf(fingerprint, source);
    this.identity = new Identity(source, options, known, receiver, store.options, store.emit);
    const { name } = this.identity;
    this.name = name;
    this.#store = store;
    this.#options = options;
    this.#rolloverMs = resolveRollover(options, `cache "${name}"`);
    const { ttl = store.options.ttlMs } = options;
    this.#ttl = typeof ttl === "function" ? ttl : parseDuration(ttl, `ttl of "${name}"`);
    this.#freshness = resolveFreshness(options, store.options.freshness, `"${name}"`);
    this.#share = options.share ?? store.options.share;
    this.#slotPrefix = store.nextSlotPrefix();
    this.#stamps = store.stampingOf(name, options.tags);
    const { policy } = this.#freshness;
    this.#shortcuts = new Shortcuts(store, { name, share: this.#share, policy, isStamped: this.#stamps.isStamped });
  }

  call(self: unknown, args: readonly unknown[]): Promise<unknown> {
    try {
      if (this.#ttl === 0) return this.#answer(self, args, args);
      const parts = this.identity.isPlain ? args : this.identity.parts(self, args);
      return this.#shortcuts.answer(parts) ?? this.#answer(self, args, parts);
    } catch (error) {
      return Promise.reject(error);
    }
  }

  async #answer(self: unknown, args: readonly unknown[], parts: readonly unknown[]): Promise<unknown> {
    const index = indexOf(parts);
    const job = this.#tryJob(self, args, this.#store.emit, index === undefined ? this.#longWay(parts) : argsOf(index));
    if (job === undefined) return this.#run(self, args);
    const answer = new Call(this.#store, job).answer();
    if (index !== undefined) this.#shortcuts.keep(index, answer);
    return (await answer).read(this.#share);
  }

  async trace(self: unknown, args: readonly unknown[]): Promise<Trace<unknown>> {
    const events: CacheEvent[] = [];
    const report: Report = (event) => {
      events.push(event);
      this.#store.emit(event);
    };
    const startedAt = performance.now();
    const job = this.#tryJob(self, args, report);
    const outcome: Partial<Outcome> & Pick<Outcome, "read"> =
      job === undefined ? bypassed(await this.#run(self, args)) : await new Call(this.#store, job, report).answer();
    return {
      value: outcome.read(this.#share),
      verdict: outcome.verdict ?? "bypass",
      reason: reasonOf(events),
      joined: events.some(({ type }) => type === "joined"),
      key: outcome.key,
      version: await this.identity.version(self),
      versionSource: this.identity.versionSource,
      backend: outcome.backend,
      ageMs: outcome.backend !== undefined && outcome.createdAt !== undefined ? ageOf(outcome.createdAt) : undefined,
      durationMs: performance.now() - startedAt,
      events,
    };
  }

  /** A call that goes the long way may come to something newer than what its shortcut leads to. */
  #longWay(parts: readonly unknown[]): readonly unknown[] {
    this.#shortcuts.drop(withoutSignals(parts));
    return parts;
  }

  /** Several calls: what is stored is read in as few operations as the backend can, the rest is computed side by side. */
  async many(self: unknown, argsList: readonly (readonly unknown[])[]): Promise<unknown[]> {
    const results = await this.settled(self, argsList);
    return results.map((result) => {
      if (result.status === "rejected") throw result.reason;
      return result.value;
    });
  }

  /** The same, with each call's error in its place. */
  async settled(self: unknown, argsList: readonly (readonly unknown[])[]): Promise<PromiseSettledResult<unknown>[]> {
    // All keys first: digests end in different turns, and reads are made one of those of a turn.
    const jobs = await Promise.allSettled(
      argsList.map(async (args) => {
        const near = this.#shortcuts.answer(this.identity.parts(self, args));
        if (near !== undefined) return { near: await near };
        const job = this.#tryJob(self, args, this.#store.emit);
        await job?.key();
        return { job };
      }),
    );
    return Promise.allSettled(
      jobs.map(async (made, i) => {
        if (made.status === "rejected") throw made.reason;
        const { near, job } = made.value;
        if (job !== undefined) return (await new Call(this.#store, job).answer()).read(this.#share);
        return "near" in made.value ? near : this.#run(self, argsList[i] ?? []);
      }),
    );
  }

  async refresh(self: unknown, args: readonly unknown[]): Promise<unknown> {
    this.#shortcuts.outdate();
    const job = this.#tryJob(self, args, this.#store.emit);
    if (job === undefined) return this.#run(self, args);
    return (await new Call(this.#store, job).refresh()).read(this.#share);
  }

  async peek(self: unknown, args: readonly unknown[]): Promise<unknown> {
    return (await this.#at(self, args).peek())?.read(this.#share);
  }

  async set(self: unknown, args: readonly unknown[], value: unknown): Promise<void> {
    await this.#at(self, args).set(value);
  }

  async invalidate(self: unknown, args: readonly unknown[]): Promise<void> {
    await this.#at(self, args).invalidate();
  }

  async expire(self: unknown, args: readonly unknown[]): Promise<void> {
    await this.#at(self, args).expire();
  }

  /** Makes every entry of the function invalid, of every version. */
  purge(): Promise<void> {
    return this.#stamps.purge();
  }

  async keyOf(self: unknown, args: readonly unknown[]): Promise<string> {
    return this.#job(self, args).key();
  }

  /** How long a call waits for another's computation: some times what the function usually takes. */
  flightTimeoutMs(): number {
    return this.#usualTime.flightTimeoutMs(this.#freshness.flightTimeoutMs);
  }

  #at(self: unknown, args: readonly unknown[]): StoredEntry<ValueJob> {
    return new StoredEntry(this.#store, this.#job(self, args));
  }

  #run(self: unknown, args: readonly unknown[], context?: CallContext): unknown {
    const run = (): unknown => this.fn.apply(self as never, args as never);
    return context === undefined ? run() : runUnder(context, run);
  }

  /** `undefined` where the call goes by the cache: nothing would be stored, or a stranger's arguments are past the limits of a key. */
  #tryJob(self: unknown, args: readonly unknown[], report: Report, parts?: readonly unknown[]): ValueJob | undefined {
    if (this.#ttl === 0) {
      report({ type: "bypass", name: this.name, reason: "ttl" });
      return undefined;
    }
    try {
      return this.#job(self, args, parts);
    } catch (error) {
      if (!(error instanceof KeyLimitError)) throw error;
      report({ type: "bypass", name: this.name, reason: "key-too-large", error });
      return undefined;
    }
  }

  #job(
    self: unknown,
    args: readonly unknown[],
    parts: readonly unknown[] = this.#longWay(this.identity.parts(self, args)),
  ): ValueJob {
    const { text, key, previousKey, isCurrent } = this.identity.of(parts);
    const { validate, shouldCache } = this.#options;
    const { policy } = this.#freshness;
    const job: Omit<ValueJob, "resultOf"> = {
      name: this.name,
      slot: this.#slotPrefix + slotText(text),
      key,
      isCurrent,
      rollover: this.#rolloverMs > 0 ? { maxAgeMs: this.#rolloverMs, key: previousKey } : undefined,
      compute: (context) => this.#run(self, args, context),
      freshness: this.#freshness,
      accept: (reading) => (validate === undefined ? reading : acceptValid(validate, reading)),
      decide: (entry, now, random) => decide(entry, policy, now, random),
      ttlMs: (value) => this.#ttlMs(value, args),
      flightTimeoutMs: () => this.flightTimeoutMs(),
      observe: (tookMs) => {
        this.#usualTime.observe(tookMs);
      },
      signal: signalOf(args),
      tags: (value) => this.#tagsOf(value, args),
      isStamped: this.#stamps.isStamped,
      stamps: () => this.#stamps.keys(),
    };
    const isWanted = (value: unknown): boolean => shouldCache?.(value as never, ...(args as never[])) ?? true;
    return { ...job, resultOf: (value, times) => valueResult(job, isWanted, value, times) };
  }

  #tagsOf(value: unknown, args: readonly unknown[]): readonly string[] | undefined {
    const { tags } = this.#options;
    const of = typeof tags === "function" ? tags(value as never, ...(args as never[])) : tags;
    return of?.length === 0 ? undefined : of;
  }

  #ttlMs(value: unknown, args: readonly unknown[]): number {
    if (typeof this.#ttl === "number") return this.#ttl;
    const duration = this.#ttl(value as never, ...(args as never[]));
    // A token that has already expired says so with a negative time: not a mistake, only nothing to store.
    return typeof duration === "number" && duration < 0 ? 0 : parseDuration(duration, `ttl of "${this.name}"`);
  }
}

function bypassed(value: unknown): Pick<Outcome, "read"> {
  return { read: () => value };
}
