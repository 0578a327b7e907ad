import { decide, type Policy, type Verdict } from "../../policy.ts";
import { type Directives, deltaSeconds } from "./directives.ts";
import { currentAgeMs, directivesOf, type FreshnessRules, isAlwaysValidated, lifetimeOf } from "./freshness.ts";
import type { ResponseTimes } from "./response-times.ts";

/** What a stored response is worth, apart from the request: all in milliseconds. */
export interface Standing {
  /** When it was made, in epoch milliseconds, by its own age. */
  readonly createdAt: number;
  /** Until when it is fresh. */
  readonly expiresAt: number;
  readonly tookMs: number;
  /** Whether it is no answer before the handler has confirmed it (`no-cache`). */
  readonly mustValidate: boolean;
  /** Whether a stale one is no answer, whatever a client would take (`must-revalidate`). */
  readonly mustNotBeStale: boolean;
  readonly policy: Policy;
}

/** When a response ceases to be fresh, in epoch milliseconds: at once where nothing says how long it is. */
export function expiryOf(
  status: number,
  headers: Headers,
  times: ResponseTimes,
  ttlMs: number | undefined,
  rules: FreshnessRules,
): number {
  const lifetimeMs = ttlMs ?? lifetimeOf(status, headers, times, rules)?.ms ?? 0;
  return times.receivedAt + lifetimeMs - currentAgeMs(headers, times, times.receivedAt);
}

/** What a stored response's own directives allow (RFC 9111 §4.2.4, §5.2.2; RFC 5861), with defaults where it has none. */
export function standingOf(
  headers: Headers,
  times: ResponseTimes,
  expiresAt: number,
  defaults: Policy,
  rules: FreshnessRules,
): Standing {
  const { directives } = directivesOf(headers, rules);
  const mustNotBeStale = directives.has("must-revalidate") || (rules.isShared && directives.has("proxy-revalidate"));
  // `s-maxage` asks for the same (§5.2.2.10), but not against the response's own word on stale answers.
  const isStrict = mustNotBeStale || (rules.isShared && directives.has("s-maxage"));
  const window = (name: string, otherwise: number): number => {
    const seconds = deltaSeconds(directives, name);
    if (mustNotBeStale) return 0;
    return seconds === undefined ? (isStrict ? 0 : otherwise) : seconds * 1_000;
  };
  return {
    createdAt: times.receivedAt - currentAgeMs(headers, times, times.receivedAt),
    expiresAt,
    tookMs: Math.max(0, times.receivedAt - times.requestedAt),
    mustValidate: isAlwaysValidated(headers, rules),
    mustNotBeStale,
    policy: {
      swrMs: window("stale-while-revalidate", defaults.swrMs),
      staleIfErrorMs: window("stale-if-error", defaults.staleIfErrorMs),
      earlyRefresh: defaults.earlyRefresh,
    },
  };
}

/** Decides what a stored response is worth to a request (RFC 9111 §4, §5.2.1): pure, clock and chance are arguments. */
export function verdictFor(standing: Standing, request: Directives, now: number, random: number): Verdict {
  if (standing.mustValidate || forcesValidation(request)) return "expired";
  const { createdAt, expiresAt } = standing;
  const seconds = (name: string): number | undefined => {
    const value = deltaSeconds(request, name);
    return value === undefined ? undefined : value * 1_000;
  };
  const maxAgeMs = seconds("max-age");
  if (maxAgeMs !== undefined && now - createdAt > maxAgeMs) return "expired";
  const minFreshMs = seconds("min-fresh");
  if (minFreshMs !== undefined && expiresAt - now < minFreshMs) return "expired";
  const verdict = decide(standing, standing.policy, now, random);
  if (verdict !== "fallback" && verdict !== "expired") return verdict;
  const maxStaleMs = request.get("max-stale") === true ? Infinity : seconds("max-stale");
  const isAllowed = maxStaleMs !== undefined && !standing.mustNotBeStale && now - expiresAt <= maxStaleMs;
  return isAllowed ? "stale" : verdict;
}

/**
 * Whether those who waited for another's response may have it (RFC 9111 §4: "provided that it is allowed to reuse that
 * response for the requests in question"): not where each has to have it confirmed, fresh as it may be on its way.
 */
export function isReusable({ expiresAt, mustValidate, tookMs, policy }: Standing, receivedAt: number): boolean {
  const verdict = decide({ createdAt: receivedAt, expiresAt, tookMs }, policy, receivedAt, 0);
  return !mustValidate && (verdict === "fresh" || verdict === "stale");
}

/** Whether a request takes no stored response that was not confirmed for it. */
export function forcesValidation(request: Directives): boolean {
  return request.has("no-cache") || deltaSeconds(request, "max-age") === 0;
}
