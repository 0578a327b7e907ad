import type { Envelope } from "./backend.ts";
import { decodeTagged, encodeValue } from "./codec.ts";
import { decodeError, encodeError } from "./error-codec.ts";
import { NotedEnvelope } from "./holding.ts";

/** When an entry was made, and how long it is fresh: the clock is in the entry, not in the backend's expiry. */
export interface EntryHead {
  /** Epoch milliseconds. */
  readonly createdAt: number;
  /** Epoch milliseconds; `Infinity` for an entry that never expires. */
  readonly expiresAt: number;
  /** How long the function took, in milliseconds: what it saw is as old as its start. */
  readonly tookMs: number;
  /** What the entry can be invalidated by; absent for none. */
  readonly tags?: readonly string[];
}

/**
 * How callers share a value that is plain data: one for all, deeply frozen; a copy for each; or one for all as it is, so
 * that what one caller changes, the others see. Any other value (a `Map`, a `Date`) is made anew for each in any case.
 */
export type Share = "frozen" | "copy" | "unfrozen";

/** The stored record of one value, or of one error. */
export interface Entry extends EntryHead {
  /** The value; an error is thrown. */
  read(share: Share): unknown;
  /** Whether `read()` throws a remembered error. */
  readonly isError?: boolean;
}

/** The first member of every envelope: the format. An envelope of another format is unreadable, so a miss. */
const FORMAT = 1;

/**
 * Writes an entry as an envelope: JSON that a person can read in the backend's own tools.
 *
 * @param bytes what goes with the value as it is; nobody may change them from now on
 * @throws {TypeError} where the value cannot come back as it is, naming its path
 */
export function seal(value: unknown, times: EntryHead, name: string, bytes?: Uint8Array): Envelope {
  const { form, text } = encodeValue(value, name);
  const envelope = wrap(times, form, text, bytes);
  // Nobody can change a primitive: it need not be read back to be shared.
  if (typeof value !== "object") note(envelope, { ...times, read: () => value });
  return envelope;
}

/** Writes what a function threw as an envelope: an error with what can be stored of it, anything else as a value. */
export function sealError(error: unknown, times: EntryHead): Envelope {
  return wrap(times, "error", encodeError(error));
}

/** Writes the same value and bytes with other times. */
export function reseal(envelope: Envelope, times: Partial<EntryHead>): Envelope | undefined {
  const parsed = parse(envelope);
  if (parsed === undefined) return undefined;
  return wrap({ ...headOf(parsed), ...times }, parsed.form, JSON.stringify(parsed.value), envelope.bytes);
}

/** Reads an envelope; `undefined` where it is not one of ours, never a guess. */
export function open(envelope: Envelope): Entry | undefined {
  const known = NotedEnvelope.notesOf(envelope).entry;
  return known === undefined ? note(envelope, decode(envelope)) : (known as Entry);
}

/** What was decoded once stays with its envelope, for as long as a backend in this process keeps that. */
function note(envelope: Envelope, entry: Entry | undefined): Entry | undefined {
  NotedEnvelope.notesOf(envelope).entry = entry;
  return entry;
}

interface Parsed {
  readonly autocache: typeof FORMAT;
  readonly created: number;
  readonly expires: number | null;
  readonly took: number;
  readonly tags?: readonly string[];
  readonly form: "plain" | "tagged" | "error";
  readonly value: unknown;
}

function wrap(
  { createdAt, expiresAt, tookMs, tags }: EntryHead,
  form: string,
  value: string,
  bytes?: Uint8Array,
): Envelope {
  const expires = expiresAt === Infinity ? "null" : String(expiresAt);
  const tagged = tags === undefined ? "" : `"tags":${JSON.stringify(tags)},`;
  return new NotedEnvelope(
    `{"autocache":${FORMAT},"created":${createdAt},"expires":${expires},"took":${tookMs},${tagged}"form":"${form}","value":${value}}`,
    bytes,
  );
}

function decode(envelope: Envelope): Entry | undefined {
  const parsed = parse(envelope);
  if (parsed === undefined) return undefined;
  try {
    return { ...headOf(parsed), ...readerOf(parsed) };
  } catch {
    // A tag that this version does not know, or deeper than a walk can go.
    return undefined;
  }
}

function readerOf({ form, value }: Pick<Parsed, "form" | "value">): Pick<Entry, "read" | "isError"> {
  if (form === "plain") return { read: readerOfPlain(value) };
  if (form === "error") {
    decodeError(value);
    const read = (): never => {
      throw decodeError(value);
    };
    return { read, isError: true };
  }
  // Decoded at once, to see that it can be: the first reader gets this one, each later one a value of its own.
  let spare: { value: unknown } | undefined = { value: decodeTagged(value) };
  const read = (): unknown => {
    const made = spare ?? { value: decodeTagged(value) };
    spare = undefined;
    return made.value;
  };
  return { read };
}

/**
 * Reads a value that a schema has made as callers share any other: what the schema keeps for itself is neither frozen nor
 * shared. What cannot be stored can only be one for all.
 */
export function readerOfValue(value: unknown): Entry["read"] {
  try {
    const { form, text } = encodeValue(value, "value");
    return readerOf({ form, value: JSON.parse(text) }).read;
  } catch {
    return () => value;
  }
}

/** Reads plain data as its callers share it. */
function readerOfPlain(value: unknown): Entry["read"] {
  freeze(value);
  let unfrozen: { readonly value: unknown } | undefined;
  return (share) => {
    if (share === "frozen") return value;
    if (share === "copy") return structuredClone(value);
    unfrozen ??= { value: structuredClone(value) };
    return unfrozen.value;
  };
}

function parse({ text }: Envelope): Parsed | undefined {
  try {
    const parsed: unknown = JSON.parse(text);
    return isParsed(parsed) ? parsed : undefined;
  } catch {
    return undefined;
  }
}

function isParsed(parsed: unknown): parsed is Parsed {
  if (typeof parsed !== "object" || parsed === null) return false;
  const { autocache, created, expires, took, tags, form } = parsed as Partial<Parsed>;
  return (
    autocache === FORMAT &&
    typeof created === "number" &&
    (typeof expires === "number" || expires === null) &&
    typeof took === "number" &&
    (tags === undefined || (Array.isArray(tags) && tags.every((tag) => typeof tag === "string"))) &&
    (form === "plain" || form === "tagged" || form === "error") &&
    Object.hasOwn(parsed, "value")
  );
}

function headOf({ created, expires, took, tags }: Parsed): EntryHead {
  return { createdAt: created, expiresAt: expires ?? Infinity, tookMs: took, ...(tags && { tags }) };
}

/** Freezes what `JSON.parse` made: a tree, so that no part of it is met twice. */
function freeze(value: unknown): void {
  if (typeof value !== "object" || value === null) return;
  for (const member of Array.isArray(value) ? value : Object.values(value)) {
    if (typeof member === "object") freeze(member);
  }
  Object.freeze(value);
}
