import { parseHttpDate } from "./dates.ts";
import { type Directives, deltaSeconds, effectiveDirectives, parseDeltaSeconds } from "./directives.ts";
import type { ResponseTimes } from "./response-times.ts";

/** Whose directives a cache follows. */
export interface DirectiveRules {
  readonly isShared: boolean;
  /** Targeted fields (RFC 9213), the one that counts most first; a private cache follows none. */
  readonly targets: readonly string[];
}

/** How a cache reads freshness. */
export interface FreshnessRules extends DirectiveRules {
  /** The share (0 to 1) of the time since `Last-Modified`, and at most how long; `undefined`: no heuristic freshness. */
  readonly heuristic: { readonly share: number; readonly maxMs: number } | undefined;
}

/** How long a response is fresh, and what says so. */
export interface Lifetime {
  readonly ms: number;
  readonly source: "s-maxage" | "max-age" | "expires" | "heuristic";
}

type EffectiveDirectives = ReturnType<typeof effectiveDirectives>;

/** RFC 9110 §15.1, without 206: partial responses are not stored here. */
const HEURISTIC_STATUSES: ReadonlySet<number> = new Set([200, 203, 204, 300, 301, 308, 404, 405, 410, 414, 501]);

/** A list may start with empty members (RFC 9110 §5.6.1.2); what follows the first value is discarded (RFC 9111 §5.1). */
const FIRST_AGE = /^[\s,]*(\d+)\s*(?:,|$)/;

/** Fields without which a stored response would be selected, aged or read wrongly. */
const ESSENTIAL_FIELDS: ReadonlySet<string> = new Set([
  "age",
  "cache-control",
  "content-encoding",
  "content-type",
  "date",
  "expires",
  "vary",
]);

/** Reads the directives that count for this cache (RFC 9213 §2.2). */
export function directivesOf(headers: Headers, rules: DirectiveRules): EffectiveDirectives {
  return effectiveDirectives(headers, rules.isShared ? rules.targets : []);
}

/**
 * Computes how long a response is fresh (RFC 9111 §4.2.1, §4.2.2). A directive or an `Expires` that is no valid time is one
 * that is over: 0 ms. Does not say whether the response may be used: see `isAlwaysValidated()`.
 *
 * @returns `undefined` where nothing explicit is said and no heuristic applies
 */
export function lifetimeOf(
  status: number,
  headers: Headers,
  times: ResponseTimes,
  rules: FreshnessRules,
): Lifetime | undefined {
  return explicitLifetime(headers, times, rules) ?? heuristicLifetime(status, headers, times, rules);
}

/** Tells whether a response says itself how long it is fresh, validly or not. */
export function hasExplicitLifetime(headers: Headers, rules: DirectiveRules): boolean {
  return explicitSource(headers, directivesOf(headers, rules), rules) !== undefined;
}

/** Tells whether a response without explicit freshness may be given some by the cache (RFC 9111 §3, §4.2.2). */
export function mayBeHeuristic(status: number, headers: Headers, rules: DirectiveRules): boolean {
  return HEURISTIC_STATUSES.has(status) || directivesOf(headers, rules).directives.has("public");
}

/**
 * Computes how old a response is, in ms (RFC 9111 §4.2.3). Of a list in `Age` the first value counts; one that is no
 * number of seconds is ignored.
 */
export function currentAgeMs(headers: Headers, times: ResponseTimes, now: number): number {
  const { requestedAt, receivedAt } = times;
  const apparentMs = Math.max(0, receivedAt - dateOf(headers, times));
  const correctedMs = ageFieldMs(headers) + Math.max(0, receivedAt - requestedAt);
  return Math.max(apparentMs, correctedMs) + Math.max(0, now - receivedAt);
}

/** Tells whether a response is used only once the origin has validated it, fresh or not: `no-cache` (RFC 9111 §5.2.2.4). */
export function isAlwaysValidated(headers: Headers, rules: DirectiveRules): boolean {
  return fieldsOf("no-cache", directivesOf(headers, rules).directives, rules) === "all";
}

/**
 * Reads which fields a `private` or a `no-cache` is about, in lower case. It is about the whole response, `"all"`, also
 * where it names a field that a stored response cannot lack: RFC 9111 §5.2.2.4 and §5.2.2.7 leave that to the cache.
 *
 * @returns `undefined` without the directive
 */
export function fieldsOf(
  directive: "private" | "no-cache",
  directives: Directives,
  rules: DirectiveRules,
): readonly string[] | "all" | undefined {
  const value = directives.get(directive);
  if (value === undefined) return undefined;
  if (value === true) return "all";
  const names = listedNames(value);
  return names.some((name) => isEssential(name, rules)) ? "all" : names;
}

/** Reads a list of field names, in lower case, without its empty members. */
export function listedNames(text: string): readonly string[] {
  const names = text.split(",").map((name) => name.trim().toLowerCase());
  return names.filter((name) => name !== "");
}

/** Tells whether a stored response cannot lack a field (lower case): the cache reads it, or the body is misread without it. */
export function isEssential(name: string, rules: DirectiveRules): boolean {
  return ESSENTIAL_FIELDS.has(name) || rules.targets.some((target) => target.toLowerCase() === name);
}

function explicitSource(
  headers: Headers,
  { directives, isTargeted }: EffectiveDirectives,
  rules: DirectiveRules,
): Exclude<Lifetime["source"], "heuristic"> | undefined {
  if (rules.isShared && directives.has("s-maxage")) return "s-maxage";
  if (directives.has("max-age")) return "max-age";
  // RFC 9213 §2.2: where a targeted field counts, Expires does not.
  return !isTargeted && headers.has("expires") ? "expires" : undefined;
}

function explicitLifetime(headers: Headers, times: ResponseTimes, rules: DirectiveRules): Lifetime | undefined {
  const effective = directivesOf(headers, rules);
  const source = explicitSource(headers, effective, rules);
  if (source === undefined) return undefined;
  if (source !== "expires") return { ms: (deltaSeconds(effective.directives, source) ?? 0) * 1_000, source };
  const expiresAt = parseHttpDate(headers.get("expires"), times.receivedAt);
  return { ms: expiresAt === undefined ? 0 : Math.max(0, expiresAt - dateOf(headers, times)), source };
}

function heuristicLifetime(
  status: number,
  headers: Headers,
  times: ResponseTimes,
  rules: FreshnessRules,
): Lifetime | undefined {
  const { heuristic } = rules;
  const modifiedAt = parseHttpDate(headers.get("last-modified"), times.receivedAt);
  if (heuristic === undefined || modifiedAt === undefined || !mayBeHeuristic(status, headers, rules)) return undefined;
  const unmodifiedMs = Math.max(0, dateOf(headers, times) - modifiedAt);
  return { ms: Math.min(heuristic.maxMs, Math.floor(unmodifiedMs * heuristic.share)), source: "heuristic" };
}

/** RFC 9110 §6.6.1: without a valid `Date`, the response is of the time it came. */
function dateOf(headers: Headers, times: ResponseTimes): number {
  return parseHttpDate(headers.get("date"), times.receivedAt) ?? times.receivedAt;
}

function ageFieldMs(headers: Headers): number {
  const seconds = FIRST_AGE.exec(headers.get("age") ?? "")?.[1];
  return (parseDeltaSeconds(seconds ?? "") ?? 0) * 1_000;
}
