import { kindName, requireKnown } from "../checks.ts";
import { ACTION, mistake, readFlag } from "./option-checks.ts";

/** What answers tell about the cache. */
export interface HeaderOptions {
  /** The cache's name in `Cache-Status` (RFC 9211), or `false` for no such header. @default "autocache" */
  readonly cacheStatus?: string | false | undefined;
  /** Whether answers carry `Server-Timing`, which a browser's tools show. @default false */
  readonly serverTiming?: boolean | undefined;
  /** What caches further down, the browser among them, are told: chosen apart from what is stored. @default what the response says */
  readonly send?: SendOptions | undefined;
}

/** Headers of answers: a text is sent as it is, `false` not at all, `true` as the response has it. */
export interface SendOptions {
  /** @default true */
  readonly cacheControl?: string | boolean | undefined;
  /** For any CDN (RFC 9213). @default true */
  readonly cdnCacheControl?: string | boolean | undefined;
  /** For Cloudflare's own, Workers Cache included. @default true */
  readonly cloudflareCdnCacheControl?: string | boolean | undefined;
  /**
   * `true`: the response's own and the tags of the entry, by which Cloudflare's cache can be purged too; `false`: only the
   * response's own. @default false
   */
  readonly cacheTag?: boolean | undefined;
}

/** The same, resolved. */
export interface ResolvedHeaderOptions {
  readonly cacheStatus: string | undefined;
  readonly hasServerTiming: boolean;
  /** By header: a text to send, or `undefined` to send none. Headers that are not here are sent as they are. */
  readonly replaced: ReadonlyMap<string, string | undefined>;
  readonly sendsTags: boolean;
}

const SENT = {
  cacheControl: "cache-control",
  cdnCacheControl: "cdn-cache-control",
  cloudflareCdnCacheControl: "cloudflare-cdn-cache-control",
} as const;

/**
 * Checks these options and fills in the defaults.
 *
 * @throws {TypeError} where one is unknown or of the wrong type
 */
export function resolveHeaderOptions(options: HeaderOptions): ResolvedHeaderOptions {
  const { cacheStatus = "autocache", serverTiming, send = {} } = options;
  requireKnown(send, [...Object.keys(SENT), "cacheTag"], `${ACTION}: what to send`);
  if (cacheStatus !== false && (typeof cacheStatus !== "string" || !/^[\x20-\x7e]+$/.test(cacheStatus))) {
    throw mistake("cacheStatus", "a name of printable ASCII, or false", JSON.stringify(cacheStatus));
  }
  const replaced = new Map<string, string | undefined>();
  for (const [option, header] of Object.entries(SENT)) {
    const value: string | boolean | undefined = send[option as keyof typeof SENT];
    if (value === undefined || value === true) continue;
    if (value !== false && !isFieldValue(value)) {
      const received = typeof value === "string" ? JSON.stringify(value) : kindName(value);
      throw mistake(`send.${option}`, "a text for a header, true or false", received);
    }
    replaced.set(header, value === false ? undefined : value);
  }
  return {
    cacheStatus: cacheStatus === false ? undefined : cacheStatus,
    hasServerTiming: readFlag(serverTiming, "serverTiming", false),
    replaced,
    sendsTags: readFlag(send.cacheTag, "send.cacheTag", false),
  };
}

/** RFC 9110 §5.5: neither a line break, which would split the answer, nor what `Headers` refuses at each request. */
function isFieldValue(value: unknown): boolean {
  return typeof value === "string" && /^[\t\x20-\x7e\x80-\xff]*$/.test(value);
}
