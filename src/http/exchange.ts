import type { CallContext } from "../call-context.ts";
import { AutocacheError } from "../errors.ts";
import type { Job, Result, Times } from "../job.ts";
import type { FoundReading, Reading } from "../reading.ts";
import { waitFor } from "../wait.ts";
import { drain, recordBody } from "./body.ts";
import { isFailure, type OriginAnswer, OriginFailure, RunNotes } from "./origin.ts";
import { planOf, type ResponsePlan, standingFor } from "./plan.ts";
import { isConfirmedByHead, isValidatedBy, validatorsOf } from "./rfc/conditional.ts";
import { type Directives, parseCacheControl } from "./rfc/directives.ts";
import type { RunTimes } from "./rfc/response-times.ts";
import { lengthOf } from "./rfc/stored-headers.ts";
import { isReusable, verdictFor } from "./rfc/verdict.ts";
import { confirmed, type ExchangeSite, made, type RunOutcome } from "./run-outcome.ts";
import { selectVariant, type Variant, variantsOf } from "./variant.ts";

/** A response as it comes from the handler, while it is being stored or not. */
export interface LiveAnswer extends ResponsePlan {
  readonly response: Response;
  readonly body: ReadableStream<Uint8Array> | null;
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
  #stored: Variant | undefined;
  #deliver!: (answer: LiveAnswer) => void;
  #isAnswered = false;
  #failure: OriginFailure | undefined;

  constructor(site: ExchangeSite) {
    this.#site = site;
    const { headers } = site.request;
    // RFC 9111 §5.4: what a client without Cache-Control means.
    const text = headers.get("cache-control") ?? (headers.get("pragma")?.includes("no-cache") ? "no-cache" : null);
    this.directives = parseCacheControl(site.options.storing.obeysRequest ? text : null);
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
    const { origin, report, key, stamps, request, flightTimeoutMs, observe } = this.#site;
    return {
      name: origin.name,
      report,
      slot,
      refreshSlot,
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
      freshness: this.#site.options.freshness,
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
    return isReusable(standingFor(this.#site.options, headers, times, expiresAt), times.receivedAt);
  }

  #verdict(variant: Variant, expiresAt: number, now: number, random: number): ReturnType<typeof verdictFor> {
    const standing = standingFor(this.#site.options, variant.headers, variant, expiresAt);
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
    const { hardTimeoutMs } = options;
    const asked = origin.fetch(request, notes);
    if (hardTimeoutMs === Infinity || (await waitFor(asked, hardTimeoutMs))) return asked;
    // What comes after all is for nobody.
    void asked.then(
      ({ response }) => dismiss(response),
      () => {},
    );
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

  #confirmed(stored: Variant, { headers }: Response, times: RunTimes): RunOutcome {
    const outcome = confirmed(this.#site, stored, headers, this.notes, times);
    // Who waits for what each has to have confirmed waits in vain.
    if (!this.isReusable(outcome.variant)) this.#site.variants.hasSeen(false, this.#site.request);
    return outcome;
  }

  #isConfirmedByHead({ status, headers }: Response): boolean {
    const stored = this.#stored;
    return stored?.status === status && isConfirmedByHead(stored.headers, stored.body.byteLength, headers);
  }

  /** Hands the response on to the client, and records it where it may be stored. */
  async #record(answer: OriginAnswer, asked: Request, notes: RunNotes, times: RunTimes): Promise<RunOutcome> {
    const { options, request, origin, variants } = this.#site;
    const { response } = answer;
    const { status } = response;
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
    const variant = made(this.#site, response, body.bytes, plan, notes, times);
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
      return { refusal: refusal ?? "incomplete", isAskedAgain: this.notes?.isBackground === false };
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
