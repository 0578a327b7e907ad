import type { CallContext } from "../call-context.ts";
import { AutocacheError } from "../errors.ts";
import type { CacheEvent, NotStoredReason } from "../events.ts";
import type { Freshness } from "../freshness.ts";
import type { Job, Result, Times } from "../job.ts";
import type { FoundReading, Reading } from "../reader.ts";
import type { Store } from "../store.ts";
import type { StampKeys } from "../tags.ts";
import { waitFor } from "../wait.ts";
import { drain, recordBody } from "./body.ts";
import { freshenedHeaders, isConfirmedByHead, isValidatedBy, validatorsOf } from "./conditional.ts";
import { type Directives, parseCacheControl } from "./directives.ts";
import type { ResolvedHttpOptions } from "./options.ts";
import { isFailure, type Origin, type OriginAnswer, OriginFailure, RunNotes } from "./origin.ts";
import { planOf, type ResponsePlan } from "./plan.ts";
import type { VariantStore } from "./variant-store.ts";
import type { RunTimes } from "./response-times.ts";
import { lengthOf, storableHeaders } from "./stored-headers.ts";
import { selectVariant, type Variant, variantsOf } from "./variant.ts";
import { selectingOf } from "./vary.ts";
import { isReusable, standingOf, verdictFor } from "./verdict.ts";

/** What a run of the handler has come to, for all who wait for it. */
export interface RunOutcome {
  readonly status: number;
  /** What is stored, and an answer to every request that it fits. */
  readonly variant?: Variant;
  /** Why the response is for the one request alone; without a variant, its client gets it live. */
  readonly refusal?: NotStoredReason;
}

/** A response as it comes from the handler, while it is being stored or not. */
export interface LiveAnswer extends ResponsePlan {
  readonly response: Response;
  readonly body: ReadableStream<Uint8Array> | null;
}

/** What an exchange works with. */
export interface ExchangeSite {
  readonly store: Store;
  readonly options: ResolvedHttpOptions;
  readonly origin: Origin;
  readonly question?: { readonly tag: string } | undefined;
  readonly version: string;
  readonly key: string;
  /** The request as the cache reads it: its URL and headers are those that count. */
  readonly request: Request;
  /** Makes the request that a handler gets. */
  readonly forward: (isBackground: boolean) => Request;
  readonly variants: VariantStore;
  readonly stamps: () => Promise<StampKeys | undefined>;
  readonly report: (event: CacheEvent) => void;
  readonly flightTimeoutMs: () => number;
  readonly observe: (tookMs: number) => void;
}

/** One request on its way through the cache: what the read path asks of it, and the live response where it leads. */
export class Exchange {
  /** The request's own. */
  readonly directives: Directives;
  /** The response where this request's run makes one. */
  readonly live: Promise<LiveAnswer>;
  /** What the handler said of the response, where it was asked. */
  notes: RunNotes | undefined;
  /** How long the handler took to begin its response, in milliseconds, and with what status. */
  handlerMs: number | undefined;
  forwardStatus: number | undefined;
  readonly #site: ExchangeSite;
  readonly #freshness: { -readonly [Name in keyof Freshness]: Freshness[Name] };
  #stored: Variant | undefined;
  #deliver!: (answer: LiveAnswer) => void;
  #isAnswered = false;
  #failure: OriginFailure | undefined;

  constructor(site: ExchangeSite) {
    this.#site = site;
    // The time of a handler is counted to the head of its response, and not to the end of its body.
    this.#freshness = { ...site.options.freshness, hardTimeoutMs: Infinity };
    const { headers } = site.request;
    // RFC 9111 §5.4: what a client without Cache-Control means.
    const text = headers.get("cache-control") ?? (headers.get("pragma")?.includes("no-cache") ? "no-cache" : null);
    this.directives = parseCacheControl(site.options.obeysRequest ? text : null);
    this.live = new Promise((resolve) => {
      this.#deliver = resolve;
    });
  }

  /** Tells that the client has its answer: a response that comes now is for the store alone. */
  conclude(): void {
    this.#isAnswered = true;
    if (this.#failure !== undefined) dismiss(this.#failure.answer.response);
  }

  /** The response of a run that failed, where it was this request's own and nothing stored takes its place. */
  failed(error: unknown): LiveAnswer | undefined {
    if (error !== this.#failure || this.#failure === undefined) return undefined;
    const { response } = this.#failure.answer;
    this.#failure = undefined;
    return { response, body: response.body, refusal: "failed", expiresAt: 0, tags: [], vary: [] };
  }

  /** What the read path asks for. */
  job({ slot, refreshSlot }: Pick<Job, "slot" | "refreshSlot">): Job {
    const { origin, key, stamps, request, flightTimeoutMs, observe } = this.#site;
    return {
      name: origin.name,
      slot,
      ...(refreshSlot !== undefined && { refreshSlot }),
      key: () => Promise.resolve(key),
      isBinary: true,
      accept: (reading) => this.#accept(reading),
      decide: (entry, now, random) => {
        const { variant } = entry.read("unfrozen") as RunOutcome;
        return variant === undefined ? "expired" : this.#verdict(variant, entry.expiresAt, now, random);
      },
      compute: (context) => this.#compute(context),
      isCurrent: () => true,
      resultOf: (value, times) => this.#resultOf(value as RunOutcome, times),
      isStamped: true,
      stamps,
      freshness: this.#freshness,
      flightTimeoutMs,
      signal: request.signal,
      // Deno aborts it once the response is sent, and other hosts when the client has gone.
      outlivesCaller: true,
      observe,
    };
  }

  #accept(reading: FoundReading): Reading {
    const { version, request, options, variants } = this.#site;
    const { envelope } = reading;
    const found = variantsOf(reading);
    if (found === undefined) return { reason: "unreadable", envelope };
    variants.hasRead(found, reading.entry);
    const variant = selectVariant(found, version, request.headers, options.normalizers);
    if (typeof variant === "string") return { reason: variant, envelope };
    this.#stored = variant;
    const { begunAt, receivedAt, tags } = variant;
    const value: RunOutcome = { variant, status: variant.status };
    const head = {
      createdAt: receivedAt,
      tookMs: receivedAt - begunAt,
      expiresAt: Math.min(variant.expiresAt, reading.entry.expiresAt),
    };
    return { ...reading, entry: { ...head, ...(tags && { tags }), read: () => value } };
  }

  /** Whether who has waited for another's run may have the response. */
  isReusable(variant: Variant): boolean {
    return this.#isReusable(variant.headers, variant, variant.expiresAt);
  }

  #isReusable(headers: Headers, times: RunTimes, expiresAt: number): boolean {
    const { freshness, storing } = this.#site.options;
    return isReusable(standingOf(headers, times, expiresAt, freshness.policy, storing), times.receivedAt);
  }

  #verdict(variant: Variant, expiresAt: number, now: number, random: number): ReturnType<typeof verdictFor> {
    const { options } = this.#site;
    const standing = standingOf(variant.headers, variant, expiresAt, options.freshness.policy, options.storing);
    const verdict = verdictFor(standing, this.directives, now, random);
    // One error is no better than another; and who wants nothing else than what is stored will see no error.
    const isNoFallback = variant.status >= 500 || this.directives.has("only-if-cached");
    return verdict === "fallback" && isNoFallback ? "expired" : verdict;
  }

  async #compute(context: CallContext): Promise<RunOutcome> {
    const { isBackground, reason, key } = context;
    const { forward, store } = this.#site;
    // RFC 9111 §5.2.1.7: the client wants what is stored, or this.
    if (this.directives.has("only-if-cached") && !isBackground)
      throw (this.#failure = new OriginFailure({ response: new Response(null, { status: 504 }) }));
    const stored = reason === "refresh" ? undefined : this.#stored;
    const notes = new RunNotes(isBackground, reason, key);
    this.notes = notes;
    const begunAt = store.stamps.now();
    const requestedAt = Date.now();
    const asked = forward(isBackground);
    const validators = stored === undefined ? [] : validatorsOf(stored.headers);
    for (const { name, value } of validators) asked.headers.set(name, value);
    let answer = await this.#ask(asked, notes);
    const isConfirmed =
      validators.length > 0 &&
      answer.response.status === 304 &&
      stored !== undefined &&
      isValidatedBy(stored.headers, answer.response.headers);
    // A 304 that nobody asked for, or about another response than the one that is stored.
    if (!isConfirmed && answer.response.status === 304 && validators.length > 0)
      answer = await this.#ask(forward(isBackground), notes);
    const times = { begunAt, requestedAt, receivedAt: Date.now() };
    this.handlerMs = times.receivedAt - requestedAt;
    this.forwardStatus = answer.response.status;
    if (isConfirmed) return this.#confirmed(stored, answer.response, times);
    if (isFailure(answer) && this.#hasFallback(isBackground)) {
      if (this.#isAnswered) dismiss(answer.response);
      throw (this.#failure = new OriginFailure(answer));
    }
    if (asked.method === "HEAD" && this.#isConfirmedByHead(answer.response)) {
      dismiss(answer.response);
      return this.#confirmed(this.#stored as Variant, answer.response, times);
    }
    return this.#record(answer, asked, notes, times);
  }

  /** Asks the handler, no longer than the hard timeout. */
  async #ask(request: Request, notes: RunNotes): Promise<OriginAnswer> {
    const { origin, options } = this.#site;
    const { hardTimeoutMs } = options.freshness;
    const asked = origin.fetch(request, notes);
    if (hardTimeoutMs === Infinity || (await waitFor(asked, hardTimeoutMs))) return asked;
    // What comes after all is for nobody.
    void asked.then(({ response }) => dismiss(response), () => {});
    throw new AutocacheError(
      "timeout",
      `Cannot wait for "${origin.name}": its hardTimeout is ${hardTimeoutMs} ms: received nothing until then`,
    );
  }

  /** Whether something stored is the answer, or stays one, where the handler fails. */
  #hasFallback(isBackground: boolean): boolean {
    if (isBackground || this.#stored === undefined) return isBackground;
    return this.#verdict(this.#stored, this.#stored.expiresAt, Date.now(), 0) === "fallback";
  }

  /** Takes over what the handler said when it confirmed what is stored: it may be that it is not to be stored any more. */
  #confirmed(stored: Variant, { headers: update }: Response, times: RunTimes): RunOutcome {
    const { options, request, origin } = this.#site;
    const { status } = stored;
    const headers = freshenedHeaders(stored.headers, update, options.storing);
    const plan = planOf(
      { response: new Response(null, { status, headers }) },
      // What HEAD confirms is the response to GET.
      request.method === "HEAD" ? new Request(request, { method: "GET" }) : request,
      { notes: this.notes, subject: origin.subject },
      times,
      options,
    );
    const selecting = selectingOf(plan.vary, request.headers, options.normalizers);
    const tags = [...(stored.tags ?? []), ...plan.tags];
    const variant = { ...stored, ...times, headers, selecting, expiresAt: plan.expiresAt, tags: this.#tagsOf(tags) };
    // Who waits for what each has to have confirmed waits in vain.
    if (!this.isReusable(variant)) this.#site.variants.hasSeen(false, request);
    return plan.refusal === undefined ? { status, variant } : { status, variant, refusal: plan.refusal };
  }

  #tagsOf(tags: readonly string[]): readonly string[] | undefined {
    const { question } = this.#site;
    const all = new Set(question === undefined ? tags : [...tags, question.tag]);
    return all.size === 0 ? undefined : [...all];
  }

  #isConfirmedByHead({ status, headers }: Response): boolean {
    const stored = this.#stored;
    return stored?.status === status && isConfirmedByHead(stored.headers, stored.body.byteLength, headers);
  }

  /** Hands the response on to the client, and records it where it may be stored. */
  async #record(answer: OriginAnswer, asked: Request, notes: RunNotes, times: RunTimes): Promise<RunOutcome> {
    const { options, request, origin, version, variants } = this.#site;
    const { response } = answer;
    const { status, statusText } = response;
    const plan = planOf(answer, asked, { notes, subject: origin.subject }, times, options);
    // Of a handler that fails, the next answer may be for all again.
    const isForAll = plan.refusal === undefined && this.#isReusable(response.headers, times, plan.expiresAt);
    const isTold = this.#stored === undefined || (plan.refusal === undefined && !isForAll);
    if (asked.method !== "HEAD" && isTold && !isFailure(answer)) variants.hasSeen(isForAll, request);
    if (plan.refusal !== undefined) {
      this.#hand({ response, body: response.body, ...plan });
      return { status, refusal: plan.refusal };
    }
    const { stream = null, recorded = { bytes: new Uint8Array() } } =
      response.body === null
        ? {}
        : recordBody(response.body, { maxBytes: options.maxBodyBytes }, lengthOf(response.headers));
    this.#hand({ response, body: stream, ...plan });
    const body = await recorded;
    if ("refusal" in body) {
      const refusal = body.refusal === "too-large" ? body.refusal : "incomplete";
      // Who waits for what is too large waits for all of it, and in vain.
      if (refusal === "too-large") variants.hasSeen(false, request);
      return { status, refusal };
    }
    const variant: Variant = {
      status,
      statusText,
      headers: storableHeaders(response.headers, options.storing),
      body: body.bytes,
      ...times,
      expiresAt: plan.expiresAt,
      selecting: selectingOf(plan.vary, request.headers, options.normalizers),
      version,
      tags: this.#tagsOf(plan.tags),
    };
    return { status, variant };
  }

  /** Gives the response to the client, or reads it to its end where nobody waits any more. */
  #hand(answer: LiveAnswer): void {
    // A refresh may have its response before the client has the stale one.
    if (!this.#isAnswered && this.notes?.isBackground === false) this.#deliver(answer);
    else if (answer.refusal === undefined) this.#site.store.defer(drain(answer.body));
    else dismiss(answer);
  }

  #resultOf(value: RunOutcome, { createdAt, tookMs }: Times): Result {
    const { variant, refusal } = value;
    if (variant === undefined || refusal !== undefined) {
      // A handler that answers is asked each time: `stale-if-error` is for one that fails (RFC 5861 §4).
      if (this.notes?.isBackground === false) this.#freshness.retryAfterMs = 0;
      return { refusal: refusal ?? "incomplete" };
    }
    const { variants, report, request } = this.#site;
    if (variants.isOutdated) return { refusal: "superseded" };
    const { expiresAt, tags } = variant;
    return {
      head: { createdAt, tookMs, expiresAt, ...(tags && { tags }) },
      read: () => value,
      write: (put) => variants.add(variant, request.headers, put, report),
    };
  }
}

/** Tells whoever makes a body that nobody reads it. */
function dismiss({ body }: Pick<LiveAnswer, "body">): void {
  body?.cancel().catch(() => {});
}
