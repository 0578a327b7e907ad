import { isAutocacheError } from "../errors.ts";
import type { BypassReason, Report } from "../events.ts";
import { canonical, KeyLimitError } from "../key/canonical.ts";
import { digestOf, frontOf } from "../key/key.ts";
import type { Stamping } from "../stamping.ts";
import { Call } from "../read-path.ts";
import type { Outcome, Store } from "../store.ts";
import type { StampKeys } from "../stamping.ts";
import { UsualTime } from "../usual-time.ts";
import { answerFrom, answerLive } from "./answer.ts";
import { drain, readWhole } from "./body.ts";
import { Exchange, type LiveAnswer } from "./exchange.ts";
import { ForwardedRequest } from "./forwarded.ts";
import { driveHostCache } from "./host-cache.ts";
import type { ResolvedHttpOptions } from "./options.ts";
import { type Origin, type OriginAnswer, RunNotes } from "./origin.ts";
import { Questions } from "./questions.ts";
import { ReadyAnswers } from "./ready.ts";
import { keyedHeaders } from "./request-key.ts";
import { parseCacheControl } from "./rfc/directives.ts";
import { invalidatedUrls } from "./rfc/invalidation.ts";
import { isStorableAsGet } from "./rfc/storable.ts";
import { isSelected } from "./rfc/vary.ts";
import type { RunOutcome } from "./run-outcome.ts";
import { Slots } from "./slots.ts";
import { type UrlStates, urlStatesOf } from "./url-states.ts";
import { type RecordSite, VariantStore } from "./variant-store.ts";
import { type Answered, Visit } from "./visit.ts";

// Which code made a response is told by its variant: one record per URL, whatever the code.
const RECORD_VERSION = "http 1";
// The body of a request is in the key by its digest: more than this is no question but an upload.
const MAX_REQUEST_BODY_BYTES = 1024 * 1024;

// What the bytes of a body are read by: part of the question, as they are.
const CONTENT_FIELDS = ["content-type", "content-encoding", "content-language"];

/** A shared or private HTTP cache (RFC 9111) before an origin, on the backend of a cache. */
export class HttpCache {
  readonly #store: Store;
  readonly #name: string;
  readonly #options: ResolvedHttpOptions;
  readonly #states: UrlStates;
  readonly #stamps: Stamping;
  readonly #questions: Questions;
  readonly #slots: Slots;
  readonly #ready: ReadyAnswers;
  // A text, not its promise, which on Workers may die with the request that made it.
  #front: string | undefined;
  readonly #usualTime = new UsualTime();

  /** @param name what the responses are called in keys */
  constructor(store: Store, name: string, tags: unknown, options: ResolvedHttpOptions) {
    this.#store = store;
    this.#name = name;
    this.#options = options;
    this.#states = urlStatesOf(store);
    this.#stamps = store.stampingOf(name, tags);
    this.#questions = new Questions(store, this.#states);
    this.#slots = new Slots(store.nextSlotPrefix());
    this.#ready = new ReadyAnswers(store, options);
    const { headers, hostCache } = options;
    if (headers.sendsTags) driveHostCache(store, hostCache);
  }

  /** Answers a request at once, where another like it was answered; `undefined` where it is to be handled. */
  again(request: Request, origin: Omit<Origin, "fetch">): Answered | undefined {
    return this.#ready.answer(request, origin);
  }

  /**
   * Answers a request: from what is stored, or by the origin.
   *
   * @throws what the origin throws, where nothing stored may be the answer
   */
  async handle(request: Request, origin: Origin): Promise<Answered> {
    const visit = new Visit(request, origin, this.#options, this.#store.emit);
    const bypass = this.#bypassOf(request, origin.subject);
    if (bypass !== undefined) return this.#pass(visit, bypass);
    const body = await this.#bodyOf(request);
    if (body === "too-large") return this.#pass(visit, "key-too-large");
    const answered = await this.#lookUp(visit, this.#forwardedOf(request, body));
    const { verdict, isStored, isCollapsed } = answered.facts;
    // A POST that is answered from the cache, or for it, has changed nothing; any other may have (RFC 9111 §4.4).
    if (verdict === "miss" && !isStored && !isCollapsed) await this.#invalidateAfter(visit, answered.response);
    return answered;
  }

  /** Removes what is stored for a URL: every variant, of every version. */
  async invalidate(request: Request): Promise<void> {
    await this.#invalidate(request.url, request, { name: this.#name }, this.#store.emit);
  }

  /**
   * Makes everything under the name invalid, by one write.
   *
   * @throws {AutocacheError} `unsupported` where the entries have no stamps
   */
  purge(): Promise<void> {
    return this.#stamps.purge();
  }

  #bypassOf(request: Request, subject: unknown): BypassReason | undefined {
    const { method, headers } = request;
    if (method !== "GET" && method !== "HEAD" && !this.#options.storing.methods.includes(method)) return "method";
    // The last two are for the origin alone (RFC 9110 §13.1.1, §13.1.4).
    const isDirect = ["upgrade", "if-match", "if-unmodified-since"].some((name) => headers.has(name));
    if (isDirect || this.#options.bypass(request, subject)) return "request";
    // What nobody can read any more is no question that could be compared.
    if (request.bodyUsed && this.#options.storing.methods.includes(method)) return "request";
    return this.#options.storing.obeysRequest && parseCacheControl(headers.get("cache-control")).has("no-store")
      ? "request"
      : undefined;
  }

  /** Asks the origin past the cache, and removes what the answer makes invalid. */
  async #pass(visit: Visit, reason: BypassReason): Promise<Answered> {
    const { request, origin, report } = visit;
    report({ type: "bypass", name: origin.name, reason });
    const { stamps } = this.#store;
    const begunAt = stamps.now();
    const generations = this.#states.generations;
    const answer = await origin.fetch(request, new RunNotes(false, "bypass", undefined));
    const { response } = answer;
    // What was invalidated meanwhile may be what it saw.
    const isOutdated = generations !== this.#states.generations || stamps.isOutdated(begunAt);
    await this.#invalidateAfter(visit, response);
    const { storesContentLocation, storing } = this.#options;
    if (storesContentLocation && !isOutdated && isStorableAsGet(request, response.status, response.headers, storing))
      return this.#storeAsGet(visit, answer);
    return visit.passed(response, reason === "method" ? "method" : "bypass", reason);
  }

  async #invalidateAfter({ request, origin, report }: Visit, { status, headers }: Response): Promise<void> {
    const urls = invalidatedUrls(request, status, headers);
    await Promise.all(urls.map((url) => this.#invalidate(url, request, origin, report)));
  }

  /** Stores the response to a POST as that of the GET that it says it is. */
  #storeAsGet({ request, origin }: Visit, answer: OriginAnswer): Promise<Answered> {
    const given: Origin = { ...origin, fetch: async () => answer };
    const get = new Request(request.url, { headers: request.headers, signal: request.signal });
    const visit = new Visit(get, given, this.#options, this.#store.emit);
    return this.#lookUp(visit, this.#forwardedOf(get, undefined), { isRefresh: true });
  }

  async #lookUp(
    visit: Visit,
    forwarded: ForwardedRequest,
    { isRefresh = false, tries = 0 }: { readonly isRefresh?: boolean; readonly tries?: number } = {},
  ): Promise<Answered> {
    const { request } = forwarded;
    const key = await this.#keyOf(forwarded, visit.origin.subject);
    if (key === undefined) return this.#pass(visit, "key-too-large");
    const version = await visit.origin.version();
    const record = await this.#questionSite(this.#recordSite(key, visit.origin.name), forwarded, visit);
    const site = { ...record, variants: new VariantStore(record) };
    const exchange = new Exchange({
      ...site,
      origin: visit.origin,
      version,
      request,
      forward: (isBackground) => forwarded.make(isBackground),
      report: visit.report,
      flightTimeoutMs: () => this.#usualTime.flightTimeoutMs(this.#options.freshness.flightTimeoutMs),
      observe: (tookMs) => {
        this.#usualTime.observe(tookMs);
      },
    });
    const slots = this.#slots.of(record, version, request, exchange.directives, tries > 1);
    const earlier = visit.events.length;
    const call = new Call(this.#store, exchange.job(slots));
    const hasJoined = (): boolean => visit.events.slice(earlier).some(({ type }) => type === "joined");
    const answer = await this.#race(isRefresh ? call.refresh() : call.answer(), exchange).catch((error: unknown) => {
      if (!hasJoined() || tries > 0 || isAutocacheError(error) || request.signal.aborted) throw error;
    });
    // What the handler threw at another request may be for what only that one has: a header that it does not take. Once
    // more, then, and together: it may also be down.
    if (answer === undefined) return this.#lookUp(visit, forwarded, { tries: 1 });
    const now = Date.now();
    if ("live" in answer) {
      const { live } = answer;
      const draft = answerLive(live.response, live.body, visit.request, now);
      if (draft.status !== live.response.status) this.#store.defer(drain(live.body));
      return visit.live(draft, live, exchange, key);
    }
    const { outcome } = answer;
    const { variant, refusal } = outcome.read("unfrozen") as RunOutcome;
    const isOwn = outcome.backend !== "flight" && !hasJoined();
    const isFit = (): boolean =>
      refusal === undefined &&
      variant !== undefined &&
      exchange.isReusable(variant) &&
      isSelected(variant.selecting, request.headers, this.#options.normalizers);
    // A mark that nobody reads is the first that a full backend drops.
    if (record.question !== undefined) this.#store.defer(record.question.mark(this.#options.keepMs));
    if (variant !== undefined && (isOwn || isFit())) {
      this.#ready.keep(visit.request, outcome, variant);
      return visit.stored(answerFrom(variant, visit.request, now), variant, outcome, exchange);
    }
    // What it waited for is not for it: a variant for other headers, or a response for one client alone.
    // One of those who waited for a client that has left leads the others.
    const isLost = refusal === "incomplete" && tries <= 1;
    if (!isLost && (variant === undefined || tries > 1)) return this.#pass(visit, "shared");
    if (variant !== undefined) site.variants.hasLearned(variant);
    return this.#lookUp(visit, forwarded, { tries: tries + 1 });
  }

  /** The response of this request's own run as soon as it begins, or else what the read path comes to. */
  async #race(
    call: Promise<Outcome>,
    exchange: Exchange,
  ): Promise<{ readonly live: LiveAnswer } | { readonly outcome: Outcome }> {
    const answered = call.then(
      (outcome) => ({ outcome }),
      (error: unknown) => ({ error }),
    );
    const first = await Promise.race([exchange.live.then((live) => ({ live })), answered]);
    const live = "error" in first ? exchange.failed(first.error) : undefined;
    exchange.conclude();
    if (live !== undefined) return { live };
    if ("error" in first) throw first.error;
    return first;
  }

  #forwardedOf(request: Request, body: Uint8Array<ArrayBuffer> | undefined): ForwardedRequest {
    return new ForwardedRequest(request, body, this.#options.url, this.#options.normalizers);
  }

  /** The key of a URL's record; `undefined` where what it is made of is past the limits of a key. */
  async #keyOf(
    { request, body }: Pick<ForwardedRequest, "request"> & Partial<ForwardedRequest>,
    subject: unknown,
  ): Promise<string | undefined> {
    const { key, url } = this.#options;
    const { namespace, secret } = this.#store.options;
    const question =
      body === undefined ? [] : [request.method, ...CONTENT_FIELDS.map((name) => request.headers.get(name)), body];
    const resource = key === undefined ? request.url : key(request, subject);
    let text: string;
    try {
      text = canonical([resource, keyedHeaders(request.headers, url.headers, request.url), ...question]);
    } catch (error) {
      if (error instanceof KeyLimitError) return undefined;
      throw error;
    }
    return this.#states.keyOf(`${this.#name} ${text}`, async () => {
      this.#front ??= await frontOf(namespace, this.#name, RECORD_VERSION);
      return `${this.#front}:${await digestOf(this.#name, RECORD_VERSION, text, secret)}`;
    });
  }

  async #invalidate(
    url: string,
    { headers }: Request,
    { name, subject }: Pick<Origin, "name" | "subject">,
    report: Report,
  ): Promise<void> {
    const key = await this.#keyOf(this.#forwardedOf(new Request(url, { headers }), undefined), subject);
    if (key !== undefined) {
      await new VariantStore(this.#recordSite(key, name)).remove(report);
      if (this.#options.storing.methods.length > 0) await this.#questions.invalidate(key, name, report);
    }
    await this.#store.lead({ url, isSoft: false });
  }

  /** The same, of a record that answers a question. */
  async #questionSite(site: RecordSite, { request, body }: ForwardedRequest, visit: Visit): Promise<RecordSite> {
    const urlKey = body === undefined ? undefined : await this.#keyOf({ request }, visit.origin.subject);
    if (urlKey === undefined) return site;
    const mark = (keepMs: number): Promise<void> => this.#questions.mark(urlKey, site.name, keepMs, visit.report);
    return { ...site, question: { tag: this.#questions.tagOf(urlKey), urlKey, mark } };
  }

  #recordSite(key: string, name: string): RecordSite {
    const stamps = (): Promise<StampKeys | undefined> => this.#stamps.keys();
    return { store: this.#store, states: this.#states, options: this.#options, key, name, stamps };
  }

  /** The body of a request whose method has one, in bytes. */
  async #bodyOf(request: Request): Promise<Uint8Array<ArrayBuffer> | "too-large" | undefined> {
    if (!this.#options.storing.methods.includes(request.method)) return undefined;
    // Of a clone, for a request that goes by the cache takes its body with it.
    return (await readWhole(request.clone().body, MAX_REQUEST_BODY_BYTES)) ?? "too-large";
  }
}
