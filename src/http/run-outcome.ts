import type { CacheEvent, NotStoredReason } from "../events.ts";
import type { Store } from "../store.ts";
import type { StampKeys } from "../stamping.ts";
import type { ResolvedHttpOptions } from "./options.ts";
import type { Origin, RunNotes } from "./origin.ts";
import { planOf, type ResponsePlan } from "./plan.ts";
import { freshenedHeaders } from "./rfc/conditional.ts";
import type { RunTimes } from "./rfc/response-times.ts";
import { storableHeaders } from "./rfc/stored-headers.ts";
import { selectingOf } from "./rfc/vary.ts";
import type { VariantStore } from "./variant-store.ts";
import type { Variant } from "./variant.ts";

/** What a run of the handler has come to, for all who wait for it. */
export interface RunOutcome {
  readonly status: number;
  /** What is stored, and an answer to every request that it fits. */
  readonly variant?: Variant;
  /** Why the response is for the one request alone; without a variant, its client gets it live. */
  readonly refusal?: NotStoredReason;
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

/** The variant that a response is stored as. */
export function made(
  { options, request, question, version }: ExchangeSite,
  { status, statusText, headers }: Response,
  body: Uint8Array<ArrayBuffer>,
  plan: ResponsePlan,
  { tags: said }: RunNotes,
  times: RunTimes,
): Variant {
  return {
    status,
    statusText,
    headers: storableHeaders(headers, options.storing),
    body,
    ...times,
    expiresAt: plan.expiresAt,
    selecting: selectingOf(plan.vary, request.headers, options.normalizers),
    version,
    tags: tagsOf(plan, question),
    said: listOrNone(said),
  };
}

/** Takes over what the handler said when it confirmed what is stored: it may be that it is not to be stored any more. */
export function confirmed(
  { options, request, origin, question }: ExchangeSite,
  stored: Variant,
  update: Headers,
  notes: RunNotes | undefined,
  times: RunTimes,
): RunOutcome & { readonly variant: Variant } {
  const { status } = stored;
  const headers = freshenedHeaders(stored.headers, update, options.storing);
  const plan = planOf(
    { response: new Response(null, { status, headers }) },
    // What HEAD confirms is the response to GET.
    request.method === "HEAD" ? new Request(request, { method: "GET" }) : request,
    { notes, subject: origin.subject },
    times,
    options,
  );
  const selecting = selectingOf(plan.vary, request.headers, options.normalizers);
  // What the handler said when it made the response holds until it says something else.
  const said = listOrNone(notes?.tags ?? []) ?? stored.said;
  const tags = tagsOf(plan, question, said);
  const variant = { ...stored, ...times, headers, selecting, expiresAt: plan.expiresAt, tags, said };
  return plan.refusal === undefined ? { status, variant } : { status, variant, refusal: plan.refusal };
}

function tagsOf(
  { tags }: ResponsePlan,
  question: ExchangeSite["question"],
  said: readonly string[] = [],
): readonly string[] | undefined {
  return listOrNone([...tags, ...said, ...(question === undefined ? [] : [question.tag])]);
}

function listOrNone(tags: readonly string[]): readonly string[] | undefined {
  return tags.length === 0 ? undefined : [...new Set(tags)];
}
