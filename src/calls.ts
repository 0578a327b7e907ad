import { tell } from "./asker.ts";
import { durationOf } from "./duration.ts";
import { type CallContext, runUnder } from "./call-context.ts";
import type { CacheEvent, Report } from "./events.ts";
import { type AnyFunctionOptions, type ResolvedFunctionOptions, resolveFunctionOptions } from "./function-options.ts";
import { Identity } from "./identity.ts";
import { KeyLimitError } from "./key/canonical.ts";
import { fingerprintOf } from "./key/fingerprint.ts";
import { argsOf, type Index, indexOf } from "./key/index-table.ts";
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
import type { Method } from "./subclass.ts";
import { reasonOf, type Trace } from "./trace.ts";
import { UsualTime } from "./usual-time.ts";

/** What stands behind a function. */
export interface CallsOptions {
  /** The method that decorates it, where it is one. */
  readonly method?: Method;
  /** The function whose name and text count, where it is not the one that is called. */
  readonly source?: Callable;
  /** What the build plugin has passed behind the options. */
  readonly fingerprint?: unknown;
}

/** What a call is made with: what stands for its arguments, and where its facts go. */
interface Given {
  readonly parts?: readonly unknown[];
  readonly report?: Report;
}

/** The calls of one function: options checked once, then one `Job` per call. */
export class Calls {
  readonly fn: Callable;
  /** The function that was given: `fn`, or the one that `fn` stands for. */
  readonly source: Callable;
  readonly name: string;
  readonly identity: Identity;
  readonly #store: SimpleStore;
  readonly #options: ResolvedFunctionOptions;
  readonly #slotPrefix: string;
  readonly #stamps: Stamping;
  readonly #shortcuts: Shortcuts;
  readonly #usualTime = new UsualTime();

  constructor(
    store: SimpleStore,
    fn: Callable,
    options: AnyFunctionOptions,
    { method, source = fn, fingerprint }: CallsOptions = {},
  ) {
    const resolved = resolveFunctionOptions(options, source.name, store.options);
    this.#options = resolved;
    this.fn = fn;
    this.source = source;
    const known = fingerprintOf(fingerprint, source);
    this.identity = new Identity(source, resolved, known, store, method);
    const { name } = this.identity;
    this.name = name;
    this.#store = store;
    this.#slotPrefix = store.nextSlotPrefix();
    this.#stamps = store.stampingOf(name, resolved.tags);
    const { share } = resolved;
    this.#shortcuts = new Shortcuts(store, { name, share, policy: resolved, isStamped: this.#stamps.isStamped });
  }

  call(self: unknown, args: readonly unknown[]): Promise<unknown> {
    try {
      if (this.#options.ttl === 0) return this.#answer(self, args, args);
      const parts = this.identity.isPlain ? args : this.identity.parts(self, args);
      return this.#shortcuts.answer(parts) ?? this.#answer(self, args, parts);
    } catch (error) {
      return Promise.reject(error);
    }
  }

  async #answer(self: unknown, args: readonly unknown[], parts: readonly unknown[]): Promise<unknown> {
    const index = indexOf(parts);
    const job = this.#tryJob(self, args, { parts: index === undefined ? this.#longWay(parts) : argsOf(index) });
    return job === undefined ? this.#run(self, args) : this.#answerOf(job, index);
  }

  async #answerOf(job: ValueJob, index?: Index): Promise<unknown> {
    const answer = new Call(this.#store, job).answer();
    if (index !== undefined) this.#shortcuts.keep(index, answer);
    return (await answer).read(this.#options.share);
  }

  async trace(self: unknown, args: readonly unknown[]): Promise<Trace<unknown>> {
    const events: CacheEvent[] = [];
    const report: Report = (event) => {
      events.push(event);
      this.#store.emit(event);
    };
    const startedAt = performance.now();
    const job = this.#tryJob(self, args, { report });
    const outcome: Partial<Outcome> & Pick<Outcome, "read"> =
      job === undefined ? bypassed(await this.#run(self, args)) : await new Call(this.#store, job).answer();
    const { backend, createdAt } = outcome;
    return {
      value: outcome.read(this.#options.share),
      verdict: outcome.verdict ?? "bypass",
      reason: reasonOf(events),
      joined: events.some(({ type }) => type === "joined"),
      key: outcome.key,
      version: await this.identity.version(self),
      versionSource: this.identity.versionSource,
      backend,
      ageMs: backend === undefined || createdAt === undefined ? undefined : ageOf(createdAt),
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
  settled(self: unknown, argsList: readonly (readonly unknown[])[]): Promise<PromiseSettledResult<unknown>[]> {
    const calls = argsList.map((args) => this.#prepare(self, args));
    // All keys first: digests end in different turns, and reads are made one of those of a turn.
    const prepared = Promise.allSettled(calls);
    return Promise.allSettled(calls.map((call) => prepared.then(() => call).then((answer) => answer())));
  }

  /** Does what comes before a call's read, and gives what does the rest. */
  async #prepare(self: unknown, args: readonly unknown[]): Promise<() => unknown> {
    const near = this.#shortcuts.answer(this.identity.parts(self, args));
    if (near !== undefined) return () => near;
    const job = this.#tryJob(self, args);
    if (job === undefined) return () => this.#run(self, args);
    await job.key();
    return () => this.#answerOf(job);
  }

  async refresh(self: unknown, args: readonly unknown[]): Promise<unknown> {
    this.#shortcuts.outdate();
    const job = this.#tryJob(self, args);
    if (job === undefined) return this.#run(self, args);
    return (await new Call(this.#store, job).refresh()).read(this.#options.share);
  }

  async peek(self: unknown, args: readonly unknown[]): Promise<unknown> {
    return (await this.#at(self, args).peek())?.read(this.#options.share);
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
    return this.#usualTime.flightTimeoutMs(this.#options.flightTimeoutMs);
  }

  #at(self: unknown, args: readonly unknown[]): StoredEntry {
    return new StoredEntry(this.#store, this.#job(self, args));
  }

  #run(self: unknown, args: readonly unknown[], context?: CallContext): unknown {
    const run = (): unknown => this.fn.apply(self as never, args as never);
    return context === undefined ? run() : runUnder(context, run);
  }

  /** `undefined` where the call goes by the cache: nothing would be stored, or a stranger's arguments are past the limits of a key. */
  #tryJob(self: unknown, args: readonly unknown[], given: Given = {}): ValueJob | undefined {
    const asker = { name: this.name, report: given.report ?? this.#store.emit };
    if (this.#options.ttl === 0) {
      tell(asker, "bypass", { reason: "ttl" });
      return undefined;
    }
    try {
      return this.#job(self, args, given);
    } catch (error) {
      if (!(error instanceof KeyLimitError)) throw error;
      tell(asker, "bypass", { reason: "key-too-large", error });
      return undefined;
    }
  }

  #job(
    self: unknown,
    args: readonly unknown[],
    { parts = this.#longWay(this.identity.parts(self, args)), report = this.#store.emit }: Given = {},
  ): ValueJob {
    const { text, key, previousKey, isCurrent } = this.identity.of(parts);
    const options = this.#options;
    const { validate, shouldCache, rolloverMs } = options;
    const slot = this.#slotPrefix + slotText(text);
    const job: ValueJob = {
      name: this.name,
      report,
      slot,
      refreshSlot: slot,
      key,
      isCurrent,
      rollover: rolloverMs > 0 ? { maxAgeMs: rolloverMs, key: previousKey } : undefined,
      compute: (context) => this.#run(self, args, context),
      freshness: options,
      accept: validate && ((reading) => acceptValid(validate, reading)),
      decide: (entry, now, random) => decide(entry, options, now, random),
      isWanted: (value) => shouldCache?.(value as never, ...(args as never[])) ?? true,
      ttlMs: (value) => durationOf(options.ttl, `ttl of "${this.name}"`, value, ...args),
      tags: (value) => this.#stamps.tagsOf(value, ...args),
      resultOf: (value, times) => valueResult(job, value, times),
      flightTimeoutMs: () => this.flightTimeoutMs(),
      observe: (tookMs) => this.#usualTime.observe(tookMs),
      signal: signalOf(args),
      isStamped: this.#stamps.isStamped,
      stamps: () => this.#stamps.keys(),
    };
    return job;
  }
}

function bypassed(value: unknown): Pick<Outcome, "read"> {
  return { read: () => value };
}
