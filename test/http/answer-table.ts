import { createCache } from "../../src/cache.ts";
import type { Backend } from "../../src/backend.ts";
import { cachedHandler, type Handler } from "../../src/http/handler.ts";

/** One answer as its client saw it, but for what is different each time: how old it is, and for how long it is fresh. */
export interface Seen {
  readonly status: number;
  readonly statusText: string;
  /** In order; several of one name stay apart where the runtime keeps them so. */
  readonly headers: readonly (readonly [name: string, value: string])[];
  /** Each byte as one character. */
  readonly body: string;
  /** What `Cache-Status` says without its numbers: `hit`, `fwd=uri-miss`. */
  readonly cache: string;
}

/** One request, and what its answer must be. */
export interface Ask {
  readonly method?: "GET" | "HEAD";
  readonly headers?: Readonly<Record<string, string>>;
  readonly cache: string;
  readonly expected: Omit<Seen, "cache" | "body"> & { readonly body: Uint8Array };
}

/** One resource, and the requests for it, each through a cache of its own on the one backend: as isolates share it. */
export interface Case {
  readonly title: string;
  readonly respond: Handler;
  readonly asks: readonly Ask[];
  /** How often the handler is asked. */
  readonly runs: number;
}

const FRESH = ["cache-control", "max-age=600"] as const;
const MISS = "fwd=uri-miss;stored";
const MIB = 1024 * 1024;

type Pairs = readonly (readonly [string, string])[];

/** A response that is stored, and answered with as it is: to the first request without a length where it has none. */
function plain(
  title: string,
  body: Uint8Array | null,
  { status = 200, statusText = "", headers = [] as Pairs } = {},
): Case {
  const own = ordered([FRESH, ...headers]);
  const expected = { status, statusText, headers: own, body: body ?? new Uint8Array() };
  const told = status === 204 ? own : ordered([...own, ["content-length", String(expected.body.length)]]);
  return {
    title,
    runs: 1,
    respond: () =>
      new Response(streamOf(body), { status, statusText, headers: own.map(([name, value]) => [name, value]) }),
    asks: [
      { cache: MISS, expected },
      { cache: "hit", expected: { ...expected, headers: told } },
      { cache: "hit", method: "HEAD", expected: { ...expected, headers: told, body: new Uint8Array() } },
      { cache: "hit", expected: { ...expected, headers: told } },
    ],
  };
}

const everyByte = Uint8Array.from({ length: 256 }, (_, byte) => byte);
// Not from the global generator: each runtime is to see the same.
const random = (length: number): Uint8Array =>
  Uint8Array.from({ length }, (_, i) => Math.imul(i, 2_654_435_761) >>> 24);
const utf8 = bytesOf("Grüße, 世界 👋🏽 \u0000 \uFEFF \u2028");
const letters: Uint8Array<ArrayBuffer> = bytesOf("abcdefghijklmnopqrstuvwxyz");

const ETAG = ["etag", '"letters"'] as const;
const MODIFIED = ["last-modified", "Sun, 06 Nov 1994 08:49:37 GMT"] as const;
const letterHeaders = ordered([FRESH, ETAG, MODIFIED, ["content-type", "text/plain"]]);
const letterLength = ["content-length", "26"] as const;
// Said, since workerd says it where nobody does.
const OK = { status: 200, statusText: "OK" };
const whole = { ...OK, headers: ordered([...letterHeaders, letterLength]), body: letters };

function part(range: string, start: number, end: number): Ask {
  const headers = ordered([
    ...letterHeaders,
    ["content-length", String(end - start)],
    ["content-range", `bytes ${start}-${end - 1}/26`],
  ]);
  return {
    headers: { range },
    cache: "hit",
    expected: { status: 206, statusText: "", headers, body: letters.subarray(start, end) },
  };
}

function notModified(headers: Readonly<Record<string, string>>): Ask {
  const kept = letterHeaders.filter(([name]) => name !== "content-type");
  return { headers, cache: "hit", expected: { status: 304, statusText: "", headers: kept, body: new Uint8Array() } };
}

const conditional: Case = {
  title: "parts of it, and the word that it is not modified",
  runs: 1,
  respond: () => new Response(letters, { ...OK, headers: pairs(letterHeaders) }),
  asks: [
    { cache: MISS, expected: { ...whole, headers: letterHeaders } },
    part("bytes=0-4", 0, 5),
    part("bytes=5-", 5, 26),
    part("bytes=-3", 23, 26),
    {
      headers: { range: "bytes=26-" },
      cache: "hit",
      expected: {
        status: 416,
        statusText: "",
        headers: ordered([...letterHeaders, ["content-length", "0"], ["content-range", "bytes */26"]]),
        body: new Uint8Array(),
      },
    },
    { headers: { range: "bytes=0-1,3-4" }, cache: "hit", expected: whole },
    notModified({ "if-none-match": '"letters"' }),
    notModified({ "if-none-match": 'W/"letters", "other"' }),
    notModified({ "if-modified-since": MODIFIED[1] }),
    { headers: { "if-none-match": '"other"' }, cache: "hit", expected: whole },
    { ...part("bytes=0-4", 0, 5), headers: { range: "bytes=0-4", "if-range": '"letters"' } },
    { headers: { range: "bytes=0-4", "if-range": '"other"' }, cache: "hit", expected: whole },
  ],
};

function variant(language: string | undefined, cache: string): Ask {
  const body = bytesOf(`in ${language ?? "none"}`);
  const headers = [FRESH, ["vary", "Accept-Language, X-Shape"] as const];
  const told = cache === "hit" ? [...headers, ["content-length", String(body.length)] as const] : headers;
  return {
    ...(language !== undefined && { headers: { "accept-language": language } }),
    cache,
    expected: { ...OK, headers: ordered(told), body },
  };
}

const variants: Case = {
  title: "a variant for each value of what Vary names",
  runs: 4,
  respond: ({ headers }) =>
    new Response(streamOf(bytesOf(`in ${headers.get("accept-language") ?? "none"}`)), {
      ...OK,
      headers: { "cache-control": FRESH[1], vary: "Accept-Language, X-Shape" },
    }),
  asks: [
    variant("de", MISS),
    variant("ja", "fwd=vary-miss;stored"),
    variant(undefined, "fwd=vary-miss;stored"),
    variant("pt-BR", "fwd=vary-miss;stored"),
    ...["de", "ja", undefined, "pt-BR"].map((language) => variant(language, "hit")),
  ],
};

/** What every backend answers with, byte for byte. */
export const CASES: readonly Case[] = [
  plain("every value of a byte", everyByte, { headers: [["content-type", "application/octet-stream"]] }),
  plain("no byte at all", new Uint8Array()),
  plain("no body", null),
  plain("half a mebibyte", random(MIB / 2)),
  plain("UTF-8", utf8, { headers: [["content-type", "text/plain; charset=utf-8"]] }),
  plain("bytes that are no UTF-8", new Uint8Array([0xff, 0xfe, 0xc0, 0x80, 0xed, 0xa0, 0x80])),
  plain("what looks like the cache's own JSON", bytesOf('8:[{"status":200}]\n')),
  plain("204", null, { status: 204 }),
  plain("301", null, { status: 301, headers: [["location", "https://elsewhere.test/path?query"]] }),
  plain("404", bytesOf("not here"), { status: 404, statusText: "Not Here" }),
  plain("599", bytesOf("?"), { status: 599 }),
  plain("a text of its own for the status", bytesOf("a"), { statusText: "Fine Indeed" }),
  plain("several headers of one name", bytesOf("a"), {
    headers: [
      ["link", "</a>; rel=preload"],
      ["link", "</b>; rel=preload"],
      ["set-cookie", "one=1; Path=/; Expires=Wed, 21 Oct 2026 07:28:00 GMT"],
      ["set-cookie", "two=2"],
      ["x-empty", ""],
    ],
  }),
  conditional,
  variants,
];

/** What Upstash does not take: its requests are at most 1 MB there, and a byte takes more than one. */
export const MEBIBYTE: Case = plain("a mebibyte", random(MIB));

let plays = 0;

/** Plays a case against a backend: what each request saw, and how often the handler was asked. */
export async function play(
  backend: Backend,
  { respond, asks }: Case,
): Promise<{ readonly seen: readonly Seen[]; readonly runs: number }> {
  let runs = 0;
  // Nothing of a play before is stored: a real storage outlives the test.
  const namespace = `answers-${(plays += 1)}-${crypto.randomUUID()}`;
  const seen: Seen[] = [];
  for (const { method = "GET", headers = {} } of asks) {
    const cache = createCache({ backend, namespace, backendTimeout: "30s" });
    const handler = cachedHandler(
      (request) => {
        runs += 1;
        return respond(request);
      },
      { cache, name: "answers", version: 1, setCookie: true },
    );
    seen.push(await seenOf(await handler(new Request("https://answers.test/resource", { method, headers }))));
    await cache.settled();
  }
  return { seen, runs };
}

/** What a play of the case must come to. */
export function expectedOf({ asks, runs }: Case): { readonly seen: readonly Seen[]; readonly runs: number } {
  const seen = asks.map(({ cache, expected }) => ({
    ...expected,
    headers: joined(expected.headers),
    body: textOf(expected.body),
    cache,
  }));
  return { seen, runs };
}

/** The same where the backend does not take it: every GET gets what the first one gets. */
export function expectedOfUnstored({ asks, ...rest }: Case): { readonly seen: readonly Seen[]; readonly runs: number } {
  const [first] = asks;
  const gets = asks.filter(({ method }) => method !== "HEAD");
  return expectedOf({ ...rest, runs: gets.length, asks: first === undefined ? [] : gets.map(() => first) });
}

async function seenOf(response: Response): Promise<Seen> {
  const { status, statusText, headers } = response;
  const told = [...headers].filter(([name]) => name !== "age" && name !== "cache-status");
  return {
    status,
    statusText,
    headers: joined(ordered(told)),
    body: textOf(new Uint8Array(await response.arrayBuffer())),
    cache: (headers.get("cache-status") ?? "").replace(/^autocache;/, "").replaceAll(/;(ttl|key)=[^;]*/g, ""),
  };
}

/** Headers of one name are one with a comma, but for cookies (https://fetch.spec.whatwg.org/#concept-header-list-sort-and-combine). */
function joined(headers: Pairs): Pairs {
  const cookies = headers.filter(([name]) => name === "set-cookie");
  const others = new Map<string, string>();
  for (const [name, value] of headers) {
    const before = others.get(name);
    if (name !== "set-cookie") others.set(name, before === undefined ? value : `${before}, ${value}`);
  }
  return ordered([...others, ...cookies]);
}

function ordered(headers: Pairs): Pairs {
  // Stable: those of one name stay in their order.
  return [...headers].sort(([one], [other]) => (one < other ? -1 : one > other ? 1 : 0));
}

function pairs(headers: Pairs): [string, string][] {
  return headers.map(([name, value]) => [name, value]);
}

/** A body of unknown length, in pieces, as from an origin that streams. */
function streamOf(bytes: Uint8Array | null): ReadableStream<Uint8Array<ArrayBuffer>> | null {
  if (bytes === null) return null;
  let offset = 0;
  return new ReadableStream({
    pull(controller) {
      if (offset === bytes.length) return controller.close();
      controller.enqueue(bytes.slice(offset, (offset += Math.min(60_000, bytes.length - offset))));
    },
  });
}

/** As a text, which is compared and shown faster than an array of a million numbers. */
function textOf(bytes: Uint8Array): string {
  let text = "";
  for (let i = 0; i < bytes.length; i += 8_192) text += String.fromCharCode(...bytes.subarray(i, i + 8_192));
  return text;
}

function bytesOf(text: string): Uint8Array<ArrayBuffer> {
  return new Uint8Array(new TextEncoder().encode(text));
}
