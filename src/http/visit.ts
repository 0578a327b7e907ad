import type { CacheEvent, Report } from "../events.ts";
import { ageOf } from "../read-path.ts";
import type { Outcome } from "../store.ts";
import { type Draft, send, type Telling } from "./answer.ts";
import { forwardOf, type ResponseFacts } from "./cache-status.ts";
import type { Exchange, LiveAnswer } from "./exchange.ts";
import type { ResolvedHttpOptions } from "./options.ts";
import type { Origin } from "./origin.ts";
import { forcesValidation } from "./rfc/verdict.ts";
import type { RunOutcome } from "./run-outcome.ts";
import type { Variant } from "./variant.ts";

/** An answer, and how it was come by. */
export interface Answered {
  readonly response: Response;
  readonly facts: ResponseFacts;
}

const BYPASSED: ResponseFacts = {
  verdict: "bypass",
  reason: undefined,
  forward: "bypass",
  forwardStatus: undefined,
  isStored: false,
  isCollapsed: false,
  ttlMs: undefined,
  key: undefined,
  ageMs: undefined,
};

const NOT_SHARED = { tags: [], isShared: false, handlerMs: undefined };

/** One client's request from its arrival to its answer: what happened to it, and the answer that tells of it. */
export class Visit {
  readonly request: Request;
  readonly origin: Origin;
  readonly events: CacheEvent[] = [];
  readonly report: Report;
  readonly #options: ResolvedHttpOptions;
  readonly #startedAt = performance.now();

  constructor(request: Request, origin: Origin, options: ResolvedHttpOptions, emit: Report) {
    this.request = request;
    this.origin = origin;
    this.#options = options;
    this.report = (event) => {
      this.events.push(event);
      emit(event);
    };
  }

  /** Answers with a response that goes by the cache. */
  passed(response: Response, forward: ResponseFacts["forward"], reason: string | undefined): Answered {
    const facts: ResponseFacts = { ...BYPASSED, forward, reason };
    // A response that a runtime gives its own meaning to, such as an accepted WebSocket, cannot be made anew.
    if (response.status < 200) return { response, facts };
    const { status, statusText, body } = response;
    return this.#send({ status, statusText, headers: new Headers(response.headers), body }, facts, NOT_SHARED);
  }

  /** Answers with what the handler has just given to this request. */
  live(draft: Draft, answer: LiveAnswer, exchange: Exchange, key: string): Answered {
    const { status } = answer.response;
    const isForwarded = exchange.notes !== undefined;
    const facts: ResponseFacts = {
      ...BYPASSED,
      verdict: "miss",
      reason: isForwarded ? answer.refusal : "only-if-cached",
      forward: isForwarded ? forwardOf(this.events, forcesValidation(exchange.directives)) : undefined,
      forwardStatus: status === draft.status ? undefined : status,
      isStored: answer.refusal === undefined,
      ttlMs: answer.refusal === undefined ? answer.expiresAt - Date.now() : undefined,
      key,
    };
    if (status < 200) return { response: answer.response, facts };
    return this.#send(draft, facts, { tags: answer.tags, isShared: facts.isStored, handlerMs: exchange.handlerMs });
  }

  /** Answers with what is stored, or was made for another request. */
  stored(draft: Draft, variant: Variant, outcome: Outcome, exchange: Exchange): Answered {
    const { refusal } = outcome.read("unfrozen") as RunOutcome;
    const { verdict, key, expiresAt } = outcome;
    const isCollapsed = this.events.some(({ type }) => type === "joined");
    const stale = this.events.findLast((event) => event.type === "stale");
    const isValidated = verdict === "miss" && exchange.forwardStatus === 304;
    const facts: ResponseFacts = {
      verdict: isValidated ? "validated" : verdict,
      reason: verdict === "stale" ? stale?.reason : refusal,
      forward: verdict === "miss" ? forwardOf(this.events, forcesValidation(exchange.directives)) : undefined,
      forwardStatus: isValidated ? 304 : undefined,
      isStored: isValidated && refusal === undefined,
      isCollapsed: isCollapsed && verdict === "miss",
      ttlMs: expiresAt - Date.now(),
      key,
      ageMs: ageOf(variant.receivedAt),
    };
    const handlerMs = isValidated ? exchange.handlerMs : undefined;
    return this.#send(draft, facts, { tags: variant.tags ?? [], isShared: refusal === undefined, handlerMs });
  }

  #send(draft: Draft, facts: ResponseFacts, of: Pick<Telling, "tags" | "isShared" | "handlerMs">): Answered {
    const { headers, vary } = this.#options;
    const tookMs = performance.now() - this.#startedAt;
    const told = { ...of, facts, vary: facts.verdict === "bypass" ? [] : vary, tookMs };
    return { response: send(draft, told, headers), facts };
  }
}
