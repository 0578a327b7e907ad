import type { Envelope } from "../backend.ts";
import { type EntryHead, seal } from "../entry.ts";
import type { FoundReading } from "../reading.ts";
import { isSelected, isSelectedByLanguage, type Normalizers, type Selecting } from "./rfc/vary.ts";

/** One stored response of a URL: for one code version, and one choice of the request headers that `Vary` names. */
export interface Variant {
  readonly status: number;
  readonly statusText: string;
  /** As they were stored: never changed. */
  readonly headers: Headers;
  readonly body: Uint8Array<ArrayBuffer>;
  /** When the handler was asked, and when it began to answer: epoch milliseconds, what ages are counted from. */
  readonly requestedAt: number;
  readonly receivedAt: number;
  /** What the response saw is as old as this, in epoch milliseconds and after every stamp of its isolate. */
  readonly begunAt: number;
  /** Until when it is fresh, in epoch milliseconds. */
  readonly expiresAt: number;
  readonly selecting: Selecting;
  /** The version of the code that made it. */
  readonly version: string;
  readonly tags: readonly string[] | undefined;
  /** Those of the tags that the handler named while it made the response. */
  readonly said: readonly string[] | undefined;
}

/** The parts of a variant that are text: what is in the envelope's. */
interface StoredVariant {
  readonly status: number;
  readonly text: string;
  readonly headers: [string, string][];
  readonly length: number;
  readonly requested: number;
  readonly received: number;
  readonly begun: number;
  readonly expires: number | null;
  readonly selecting: Selecting;
  readonly version: string;
  readonly tags?: readonly string[];
  readonly said?: readonly string[];
}

// What was read once stays with its envelope, for as long as a backend in this process keeps that.
const known = new WeakMap<Envelope, readonly Variant[] | undefined>();

/** Reads the variants of a URL, the newest first; `undefined` where the entry is no such record. */
export function variantsOf({ entry, envelope }: FoundReading): readonly Variant[] | undefined {
  if (known.has(envelope)) return known.get(envelope);
  const variants = decode(entry.read("unfrozen"), envelope.bytes ?? new Uint8Array());
  known.set(envelope, variants);
  return variants;
}

/** The variant that fits a request, or why there is none: no code of this version, or no fitting headers. */
export function selectVariant(
  variants: readonly Variant[],
  version: string,
  headers: Headers,
  normalizers: Normalizers,
): Variant | "version" | "variant" {
  const own = variants.filter((variant) => variant.version === version);
  if (own.length === 0) return "version";
  return (
    own.find(({ selecting }) => isSelected(selecting, headers, normalizers)) ??
    own.find((variant) => isSelectedByLanguage(variant.selecting, variant.headers, headers, normalizers)) ??
    "variant"
  );
}

/** What bounds a record. */
export interface RecordLimits {
  readonly maxVariants: number;
  readonly maxBytes: number;
}

/**
 * Puts a variant into a record, in the place of those that would have answered its request. Of other code versions the
 * last is kept, for a roll-back and for a deploy that goes step by step.
 */
export function withVariant(
  variants: readonly Variant[],
  added: Variant,
  request: Headers,
  normalizers: Normalizers,
  { maxVariants, maxBytes }: RecordLimits,
): Variant[] {
  const others = variants.filter((variant) => !isReplaced(variant, added, request, normalizers));
  const previous = others.find(({ version }) => version !== added.version)?.version;
  const all = [added, ...others.filter(({ version }) => version === added.version || version === previous)];
  const kept: Variant[] = [];
  let bytes = 0;
  for (const variant of all.slice(0, maxVariants)) {
    bytes += variant.body.byteLength;
    if (kept.length > 0 && bytes > maxBytes) break;
    kept.push(variant);
  }
  return kept;
}

/** Whether a variant gives way to one that is added: it would have answered its request. */
export function isReplaced(
  { version, selecting }: Variant,
  added: Variant,
  request: Headers,
  normalizers: Normalizers,
): boolean {
  return (
    version === added.version && (isSelected(selecting, request, normalizers) || isEqual(selecting, added.selecting))
  );
}

/** Writes a record: a head that is as new as its newest part and begun with its oldest, and the bodies as bytes. */
export function sealVariants(variants: readonly Variant[], name: string): Envelope {
  const begunAt = Math.min(...variants.map((variant) => variant.begunAt));
  // Of two copies, a stack of backends takes the newer; a stamp invalidates what began before it.
  const createdAt = Math.max(...variants.map((variant) => Math.max(variant.begunAt, variant.receivedAt)));
  const tags = new Set(variants.flatMap((variant) => variant.tags ?? []));
  const head: EntryHead = {
    createdAt,
    tookMs: createdAt - begunAt,
    // For a stack of backends, which asks the next tier for what is not fresh any more.
    expiresAt: Math.max(...variants.map(({ expiresAt }) => expiresAt)),
    ...(tags.size > 0 && { tags: [...tags] }),
  };
  const bytes = joined(variants.map(({ body }) => body));
  return seal(variants.map(toStored), head, name, bytes);
}

function joined(bodies: readonly Uint8Array<ArrayBuffer>[]): Uint8Array {
  const [only] = bodies;
  if (only !== undefined && bodies.length === 1) return only;
  const bytes = new Uint8Array(bodies.reduce((sum, { byteLength }) => sum + byteLength, 0));
  let offset = 0;
  for (const body of bodies) {
    bytes.set(body, offset);
    offset += body.byteLength;
  }
  return bytes;
}

function toStored(variant: Variant): StoredVariant {
  const { status, statusText, headers, body, requestedAt, receivedAt, begunAt, expiresAt, tags, said } = variant;
  return {
    status,
    text: statusText,
    headers: [...headers],
    length: body.byteLength,
    requested: requestedAt,
    received: receivedAt,
    begun: begunAt,
    expires: expiresAt === Infinity ? null : expiresAt,
    selecting: variant.selecting,
    version: variant.version,
    ...(tags && { tags }),
    ...(said && { said }),
  };
}

function decode(value: unknown, bytes: Uint8Array): readonly Variant[] | undefined {
  if (!Array.isArray(value) || !value.every(isStored)) return undefined;
  const length = value.reduce((sum, variant) => sum + variant.length, 0);
  if (length !== bytes.byteLength) return undefined;
  let offset = 0;
  try {
    return value.map((stored) => {
      // Throws where no response has such a status.
      const { status } = new Response(null, { status: stored.status, statusText: stored.text });
      const body = bytes.subarray(offset, (offset += stored.length)) as Uint8Array<ArrayBuffer>;
      return {
        status,
        statusText: stored.text,
        headers: new Headers(stored.headers),
        body,
        requestedAt: stored.requested,
        receivedAt: stored.received,
        begunAt: stored.begun,
        expiresAt: stored.expires ?? Infinity,
        selecting: stored.selecting,
        version: stored.version,
        tags: stored.tags,
        said: stored.said,
      };
    });
  } catch {
    // A header or a status that this runtime does not take.
    return undefined;
  }
}

function isStored(value: unknown): value is StoredVariant {
  if (typeof value !== "object" || value === null) return false;
  const { status, text, headers, length, requested, received, begun, expires, selecting, version } =
    value as Partial<StoredVariant>;
  const numbers = [status, length, requested, received, begun, expires ?? 0];
  return (
    numbers.every((number) => typeof number === "number") &&
    typeof text === "string" &&
    typeof version === "string" &&
    isPairs(headers) &&
    isPairs(selecting)
  );
}

function isPairs(value: unknown): boolean {
  return Array.isArray(value) && value.every((pair) => Array.isArray(pair) && pair.length === 2);
}

function isEqual(one: Selecting, other: Selecting): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}
