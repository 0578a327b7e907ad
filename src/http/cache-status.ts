import type { CacheEvent, MissReason } from "../events.ts";
import { type SimpleItem, serializeItem, serializeString } from "./rfc/structured.ts";

/** What became of one request. */
export interface ResponseFacts {
  /**
   * `hit`: stored and fresh; `stale`: stored and expired; `validated`: stored, and confirmed by the handler; `miss`: from the
   * handler; `bypass`: from the handler, past the cache.
   */
  readonly verdict: "hit" | "stale" | "validated" | "miss" | "bypass";
  /** Why it was no plain hit, in a word. */
  readonly reason: string | undefined;
  /** Why it went on to the handler (RFC 9211 §2.2); `undefined` where it did not. */
  readonly forward: "bypass" | "method" | "uri-miss" | "vary-miss" | "miss" | "request" | "stale" | undefined;
  /** The status that the handler gave to it, where that is not the answer's. */
  readonly forwardStatus: number | undefined;
  /** Whether the response is being stored. */
  readonly isStored: boolean;
  /** Whether it shares another request's run of the handler. */
  readonly isCollapsed: boolean;
  /** How long the answer is still fresh, in milliseconds; negative where it is stale. */
  readonly ttlMs: number | undefined;
  readonly key: string | undefined;
  /** How old the stored response is, in milliseconds. */
  readonly ageMs: number | undefined;
}

const FORWARDS: Readonly<Partial<Record<MissReason, ResponseFacts["forward"]>>> = {
  absent: "uri-miss",
  variant: "vary-miss",
  expired: "stale",
};

/** Why a request went on, as its events tell it. */
export function forwardOf(events: readonly CacheEvent[], isForced: boolean): ResponseFacts["forward"] {
  const miss = events.find((event) => event.type === "miss");
  if (miss === undefined) return "miss";
  return isForced && miss.reason === "expired" ? "request" : (FORWARDS[miss.reason] ?? "miss");
}

/** Writes one member of `Cache-Status` (RFC 9211 §2). */
export function cacheStatusOf(name: string, facts: ResponseFacts): string {
  const { verdict, forward, forwardStatus, isStored, isCollapsed, ttlMs, key, reason } = facts;
  const parameters: [string, SimpleItem][] = [];
  const add = (parameter: string, item: SimpleItem | undefined): void => {
    if (item !== undefined) parameters.push([parameter, item]);
  };
  const isHit = verdict === "hit" || verdict === "stale";
  if (isHit) add("hit", YES);
  if (!isHit) add("fwd", forward && { type: "token", value: forward });
  if (!isHit) add("fwd-status", forwardStatus === undefined ? undefined : { type: "integer", value: forwardStatus });
  if (isStored) add("stored", YES);
  if (isCollapsed) add("collapsed", YES);
  add(
    "ttl",
    ttlMs === undefined || Math.abs(ttlMs) === Infinity
      ? undefined
      : { type: "integer", value: Math.floor(ttlMs / 1_000) },
  );
  add("key", key === undefined ? undefined : { type: "string", value: key });
  add("detail", reason === undefined ? undefined : { type: "token", value: reason });
  return serializeItem(
    /^[A-Za-z*]/.test(name) ? { type: "token", value: name } : { type: "string", value: name },
    parameters,
  );
}

/** Writes `Server-Timing` (https://www.w3.org/TR/server-timing/): what the cache did, and how long the handler took. */
export function serverTimingOf({ verdict }: ResponseFacts, tookMs: number, handlerMs: number | undefined): string {
  const metrics = [`cache;desc=${serializeString(verdict)};dur=${Math.round(tookMs)}`];
  if (handlerMs !== undefined) metrics.push(`handler;dur=${Math.round(handlerMs)}`);
  return metrics.join(", ");
}

const YES = { type: "boolean", value: true } as const;
