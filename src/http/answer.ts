import { cacheStatusOf, type ResponseFacts, serverTimingOf } from "./cache-status.ts";
import type { ResolvedHeaderOptions } from "./header-options.ts";
import { isNotModified } from "./rfc/conditional.ts";
import { currentAgeMs } from "./rfc/freshness.ts";
import { answerRange } from "./rfc/range.ts";
import { forwardableHeaders } from "./rfc/stored-headers.ts";
import type { Variant } from "./variant.ts";

/** Statuses that have no body: `Response` refuses one. */
const EMPTY_STATUSES: ReadonlySet<number> = new Set([101, 204, 205, 304]);
// RFC 9110 §15.4.5: what a 304 says of the response, apart from what a client that has it knows already.
const OF_A_BODY: readonly string[] = [
  "content-encoding",
  "content-language",
  "content-length",
  "content-range",
  "content-type",
];
// A header that a list of tags makes too long is cut: https://developers.cloudflare.com/workers/cache/purge/
const MAX_TAGS = 1_000;

/** A response that is made but not sent: its headers may still be written to. */
export interface Draft {
  readonly status: number;
  readonly statusText: string;
  readonly headers: Headers;
  readonly body: BodyInit | null;
}

/** Answers from what is stored: whole, in part, or with the word that the client has it already. */
export function answerFrom(variant: Variant, request: Request, now: number): Draft {
  const { status, statusText, body } = variant;
  const headers = new Headers(variant.headers);
  const ageMs = currentAgeMs(variant.headers, variant, now);
  headers.set("age", String(Math.floor(ageMs / 1_000)));
  if (isNotModified(request, status, variant.headers, variant.receivedAt, now)) return notModified(headers);
  const range = answerRange(request, status, variant.headers, body.byteLength);
  if (range !== undefined) {
    headers.set("content-range", range.contentRange);
    const part = range.status === 206 ? body.subarray(range.start, range.end) : new Uint8Array();
    headers.set("content-length", String(part.byteLength));
    return { status: range.status, statusText: "", headers, body: part };
  }
  // A runtime that encodes again what it has decoded would tell of another length.
  if (headers.has("content-encoding")) headers.delete("content-length");
  else if (!EMPTY_STATUSES.has(status)) headers.set("content-length", String(body.byteLength));
  const isEmpty = request.method === "HEAD" || EMPTY_STATUSES.has(status);
  return { status, statusText, headers, body: isEmpty ? null : body };
}

/** Answers with what the handler has just given, unless the client has that already: then without the body. */
export function answerLive(
  response: Response,
  body: ReadableStream<Uint8Array> | null,
  request: Request,
  now: number,
): Draft {
  const headers = forwardableHeaders(response.headers);
  const { status, statusText } = response;
  if (isNotModified(request, status, headers, now, now)) return notModified(headers);
  return { status, statusText, headers, body: EMPTY_STATUSES.has(status) ? null : body };
}

function notModified(headers: Headers): Draft {
  for (const name of OF_A_BODY) headers.delete(name);
  return { status: 304, statusText: "", headers, body: null };
}

/** What the headers of an answer are made of. */
export interface Telling {
  readonly facts: ResponseFacts;
  /** Whether it is for everybody: what is not, as a `private` one, goes on with its own word on caches. */
  readonly isShared: boolean;
  readonly tags: readonly string[];
  /** Headers by which the cache itself selects, beside those that the response names. */
  readonly vary: readonly string[];
  readonly tookMs: number;
  readonly handlerMs: number | undefined;
}

/** Makes the answer, with headers that tell of it. */
export function send(draft: Draft, told: Telling, options: ResolvedHeaderOptions): Response {
  tell(draft.headers, told, options);
  const { status, statusText, headers, body } = draft;
  return new Response(body, { status, statusText, headers });
}

/** Tells what the cache did, and tells caches further down what they are to be told. */
export function tell(headers: Headers, told: Telling, options: ResolvedHeaderOptions): void {
  for (const name of told.vary) addToVary(headers, name);
  // Whoever cannot read it must not be given it by another cache either.
  if (headers.has("content-encoding") && told.facts.verdict !== "bypass") addToVary(headers, "accept-encoding");
  for (const [name, value] of told.isShared ? options.replaced : []) {
    if (value === undefined) headers.delete(name);
    else headers.set(name, value);
  }
  if (options.sendsTags && told.isShared) tellTags(headers, told.tags);
  if (options.cacheStatus !== undefined) headers.append("cache-status", cacheStatusOf(options.cacheStatus, told.facts));
  if (options.hasServerTiming) headers.append("server-timing", serverTimingOf(told.facts, told.tookMs, told.handlerMs));
}

function addToVary(headers: Headers, name: string): void {
  const names = (headers.get("vary") ?? "").split(",").map((each) => each.trim().toLowerCase());
  if (!names.includes(name) && !names.includes("*")) headers.append("vary", name);
}

/** Of tags, those that `Cache-Tag` can hold: printable ASCII without space. */
function tellTags(headers: Headers, tags: readonly string[]): void {
  const own = (headers.get("cache-tag") ?? "").split(",").map((tag) => tag.trim());
  const told = new Set([...own, ...tags].filter((tag) => /^[\x21-\x2b\x2d-\x7e]+$/.test(tag)));
  if (told.size > 0) headers.set("cache-tag", [...told].slice(0, MAX_TAGS).join(","));
}
