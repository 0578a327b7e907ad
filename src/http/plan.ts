import { areTags } from "../checks.ts";
import { parseDuration } from "../duration.ts";
import type { NotStoredReason } from "../events.ts";
import type { ResolvedHttpOptions } from "./options.ts";
import type { OriginAnswer, RunNotes } from "./origin.ts";
import { hasExplicitLifetime } from "./rfc/freshness.ts";
import type { ResponseTimes } from "./rfc/response-times.ts";
import { refusalToStore } from "./rfc/storable.ts";
import { lengthOf } from "./rfc/stored-headers.ts";
import { varyNames } from "./rfc/vary.ts";
import { expiryOf, type Standing, standingOf } from "./rfc/verdict.ts";

/** What becomes of a response, as its head tells it: why it is not stored, or how it is. */
export interface ResponsePlan {
  readonly refusal: NotStoredReason | undefined;
  /** Until when it is fresh, in epoch milliseconds. */
  readonly expiresAt: number;
  readonly tags: readonly string[];
  /** The request headers that select it, in lower case and in order. */
  readonly vary: readonly string[];
}

/** Decides what becomes of a response. An option's function that throws costs the storing, and not the response. */
export function planOf(
  answer: OriginAnswer,
  request: Request,
  run: { readonly notes: RunNotes | undefined; readonly subject: unknown },
  times: ResponseTimes,
  options: ResolvedHttpOptions,
): ResponsePlan {
  try {
    return plan(answer, request, run, times, options);
  } catch {
    return { refusal: "failed", expiresAt: times.receivedAt, tags: [], vary: [] };
  }
}

function plan(
  { response, error }: OriginAnswer,
  request: Request,
  { notes, subject }: { readonly notes: RunNotes | undefined; readonly subject: unknown },
  times: ResponseTimes,
  options: ResolvedHttpOptions,
): ResponsePlan {
  const { status, headers } = response;
  const ttl = ttlOf(response, request, subject, options);
  const tags = tagsOf(response, request, subject, notes, options);
  const names = varyNames(headers);
  const rules = { ...options.storing, hasTtl: ttl !== undefined, isTtlForced: ttl?.isForced === true };
  const refusal: NotStoredReason | undefined =
    notes?.isSkipped === true
      ? "should-cache"
      : error !== undefined
        ? "failed"
        : (refusalToStore(request, status, headers, times, rules) ??
          (ttl !== undefined && ttl.ms <= 0 ? "ttl" : undefined) ??
          (areTags(tags) ? undefined : "tags") ??
          ((lengthOf(headers) ?? 0) > options.maxBodyBytes ? "too-large" : undefined));
  return {
    refusal,
    expiresAt: expiryOf(status, headers, times, ttl?.ms, options.storing),
    tags: areTags(tags) ? tags : [],
    vary: names === "*" ? [] : [...new Set([...options.vary, ...names])].sort(),
  };
}

/** What a response is worth, by its own directives and by what the options say where it has none. */
export function standingFor(
  { freshness, storing }: ResolvedHttpOptions,
  headers: Headers,
  times: ResponseTimes,
  expiresAt: number,
): Standing {
  return standingOf(headers, times, expiresAt, freshness, storing);
}

/** How long the options say that a response is fresh: over its own word, or where it has none. */
function ttlOf(
  response: Response,
  request: Request,
  subject: unknown,
  { ttl, storing }: ResolvedHttpOptions,
): { readonly ms: number; readonly isForced: boolean } | undefined {
  if (typeof ttl === "function") {
    const said = ttl(response, request, subject);
    if (said === undefined) return undefined;
    // What has expired already says so with a negative time.
    const ms = typeof said === "number" && said < 0 ? 0 : parseDuration(said, "ttl of responses");
    return { ms, isForced: true };
  }
  if (ttl === undefined || hasExplicitLifetime(response.headers, storing)) return undefined;
  return { ms: ttl, isForced: false };
}

function tagsOf(
  response: Response,
  request: Request,
  subject: unknown,
  notes: RunNotes | undefined,
  { tags }: ResolvedHttpOptions,
): readonly string[] {
  const own = typeof tags === "function" ? tags(response, request, subject) : tags;
  if (!areTags(own)) return own;
  const told = (response.headers.get("cache-tag") ?? "").split(",");
  return [...new Set([...own, ...(notes?.tags ?? []), ...told.map((tag) => tag.trim()).filter((tag) => tag !== "")])];
}
