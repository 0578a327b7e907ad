import type { Backend } from "../backend.ts";
import { type Holding, holdingOf, nearestOf, relyOn } from "../holding.ts";
import type { FoundReading } from "../reading.ts";
import type { Outcome, Store } from "../store.ts";
import { answerFrom, type Draft, tell } from "./answer.ts";
import type { ResponseFacts } from "./cache-status.ts";
import type { ResolvedHttpOptions } from "./options.ts";
import type { Origin } from "./origin.ts";
import { askedBy } from "./request-key.ts";
import { currentAgeMs } from "./rfc/freshness.ts";
import { selectVariant, type Variant, variantsOf } from "./variant.ts";
import type { Answered } from "./visit.ts";

// Texts and headers of a megabyte or two, whatever is asked for.
const MAX_RECORDS = 2_000;
const MAX_TEXT = 500;

/** What the read path has found for a request, and for the same request again. */
interface ReadyRecord {
  readonly found: FoundReading;
  readonly key: string;
  readonly holding: Holding;
  /** Those of its variants that were an answer. */
  readonly answers: ReadyAnswer[];
}

interface ReadyAnswer {
  readonly variant: Variant;
  /** Epoch milliseconds: it is fresh, held, and its stamps are known until then. */
  readonly until: number;
  readonly expiresAt: number;
  /** How old it was when it came. */
  readonly agedMs: number;
  /** The answer of a second: `Age`, and the time that is left, are in whole ones. */
  told: { readonly ageSeconds: number; readonly leftSeconds: number; readonly draft: Draft } | undefined;
}

/**
 * Answers to requests that need not go the way of the read path, because it would come to what it has come to before:
 * without a key, without a flight, and with headers that are written already.
 *
 * Each lasts while a backend in this process holds the record, so that such a backend's bounds are its bounds.
 */
export class ReadyAnswers {
  readonly #store: Store;
  readonly #options: ResolvedHttpOptions;
  readonly #names: ReadonlySet<string>;
  readonly #nearest: Backend;
  readonly #records = new Map<string, ReadyRecord>();

  constructor(store: Store, options: ResolvedHttpOptions) {
    this.#store = store;
    this.#options = options;
    this.#names = new Set(["host", ...options.url.headers]);
    this.#nearest = nearestOf(store.backend);
  }

  /** Answers a request; `undefined` where it has to go the long way. */
  answer(request: Request, { name, version, subject }: Omit<Origin, "fetch">): Answered | undefined {
    if (this.#records.size === 0) return undefined;
    const text = askedBy(request, this.#names);
    const record = text === undefined ? undefined : this.#records.get(text);
    if (record === undefined) return undefined;
    const now = Date.now();
    const answer = this.#select(record, request, version(), now);
    if (answer === undefined || request.signal.aborted || this.#options.bypass(request, subject)) return undefined;
    const { key, found, holding } = record;
    holding.wasUsed = true;
    const ageMs = Math.max(0, now - answer.variant.receivedAt);
    this.#store.emit({ type: "hit", name, key, backend: found.backend, ageMs });
    return this.#answered(answer, request, key, ageMs, now);
  }

  /** Keeps what the read path has come to for a request, if the same may be answered again. */
  keep(request: Request, { found, key, expiresAt }: Outcome, variant: Variant): void {
    const holding = found && holdingOf(found.envelope, this.#nearest);
    const { freshness, key: makesKey, headers } = this.#options;
    if (holding === undefined || found?.backend !== this.#nearest.name || freshness.earlyRefresh > 0) return;
    if (makesKey !== undefined || headers.hasServerTiming) return;
    const text = askedBy(request, this.#names);
    if (text === undefined || text.length > MAX_TEXT) return;
    const until = Math.min(expiresAt, holding.expiresAt, found.stamped?.until ?? Infinity);
    const { answers } = this.#recordOf(text, found, key, holding);
    const known = answers.findIndex((answer) => answer.variant === variant);
    const agedMs = currentAgeMs(variant.headers, variant, variant.receivedAt);
    answers.splice(known === -1 ? answers.length : known, 1, { variant, until, expiresAt, agedMs, told: undefined });
  }

  #recordOf(text: string, found: FoundReading, key: string, holding: Holding): ReadyRecord {
    const known = this.#records.get(text);
    if (known?.holding === holding && known.found.stamped?.newest === found.stamped?.newest) return known;
    const [oldest] = this.#records.keys();
    if (this.#records.size >= MAX_RECORDS && oldest !== undefined) this.#records.delete(oldest);
    const record: ReadyRecord = { found, key, holding, answers: [] };
    this.#records.set(text, record);
    // Of the texts that ask for one record, the last has it ready.
    relyOn(holding, {
      release: () => {
        if (this.#records.get(text) === record) this.#records.delete(text);
      },
    });
    return record;
  }

  /** What may be different from when it was kept, while a record stays where it is. */
  #select(
    { found, answers }: ReadyRecord,
    { headers }: Request,
    version: string | Promise<string>,
    now: number,
  ): ReadyAnswer | undefined {
    if (typeof version !== "string") return undefined;
    const { stamped } = found;
    if (stamped !== undefined && stamped.newest !== this.#store.stamps.newest) return undefined;
    const variant = selectVariant(variantsOf(found) ?? [], version, headers, this.#options.normalizers);
    return answers.find((answer) => answer.variant === variant && now < answer.until);
  }

  #answered(answer: ReadyAnswer, request: Request, key: string, ageMs: number, now: number): Answered {
    const { variant, expiresAt } = answer;
    const facts: ResponseFacts = { ...HIT, key, ageMs, ttlMs: expiresAt - now };
    const ageSeconds = Math.floor((answer.agedMs + ageMs) / 1_000);
    const leftSeconds = Math.floor((expiresAt - now) / 1_000);
    if (answer.told?.ageSeconds !== ageSeconds || answer.told.leftSeconds !== leftSeconds) {
      const draft = answerFrom(variant, request, now);
      const of = { facts, isShared: true, tags: variant.tags ?? [], tookMs: 0, handlerMs: undefined };
      tell(draft.headers, { ...of, vary: this.#options.vary }, this.#options.headers);
      answer.told = { ageSeconds, leftSeconds, draft };
    }
    const { status, statusText, headers, body } = answer.told.draft;
    return { response: new Response(body, { status, statusText, headers }), facts };
  }
}

const HIT: ResponseFacts = {
  verdict: "hit",
  reason: undefined,
  forward: undefined,
  forwardStatus: undefined,
  isStored: false,
  isCollapsed: false,
  ttlMs: undefined,
  key: undefined,
  ageMs: undefined,
};
