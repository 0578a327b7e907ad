/** Which parameters of a query count. */
export interface QueryOptions {
  /** Only these. @default all */
  readonly include?: readonly string[] | undefined;
  /** Not these, such as `utm_source`. @default none */
  readonly exclude?: readonly string[] | undefined;
  /** Whether `?a=1&b=2` and `?b=2&a=1` are one. @default false */
  readonly sort?: boolean | undefined;
}

/** What of a URL and of the headers counts in a key. */
export interface UrlRules {
  /** Only these parameters of the query; `undefined` for all. */
  readonly include: readonly string[] | undefined;
  readonly exclude: readonly string[];
  readonly sort: boolean;
  /** Names in lower case. */
  readonly headers: readonly string[];
}

/** The URL as it counts, which is the one that the handler sees: what is no part of the key has no part in the answer. */
export function keyedUrl(url: string, { include, exclude, sort }: UrlRules): string {
  const parsed = new URL(url);
  parsed.hash = "";
  if (parsed.search !== "" && (include !== undefined || exclude.length > 0 || sort)) {
    const isWanted = (pair: string): boolean => {
      const name = nameOf(pair);
      return (include === undefined || include.includes(name)) && !exclude.includes(name);
    };
    // Cut by hand: URLSearchParams would write each pair anew, and another URL is another resource.
    const pairs = parsed.search.slice(1).split("&").filter(isWanted);
    // By name alone: the order among values of one name may mean something.
    if (sort) pairs.sort((one, other) => compare(nameOf(one), nameOf(other)));
    parsed.search = pairs.join("&");
  }
  return parsed.href;
}

/**
 * The headers that are part of the key, as far as the request has them and they say anything else than its URL: a proxy
 * that adds `X-Forwarded-Proto: https` to every request makes no other resource of each.
 *
 * @param url the request's; `undefined` counts every value
 */
export function keyedHeaders(headers: Headers, names: readonly string[], url?: string): [string, string][] {
  const parsed = url === undefined ? undefined : new URL(url);
  // A client of HTTP/1.1 can name one host in its target and another in this field (RFC 9112 §3.2.2).
  const all = parsed === undefined || names.includes("host") ? names : ["host", ...names];
  return all.flatMap((name): [string, string][] => {
    const value = headers.get(name);
    if (value === null) return [];
    const counted = name === "forwarded" ? withoutAddresses(value) : value;
    return counted === "" || (parsed !== undefined && repeats(parsed, name, counted)) ? [] : [[name, counted]];
  });
}

// What makes more of a GET than the wish for what is stored, if it is fresh.
const WISHES: ReadonlySet<string> = new Set([
  "cache-control",
  "if-match",
  "if-modified-since",
  "if-none-match",
  "if-range",
  "if-unmodified-since",
  "pragma",
  "range",
  "upgrade",
]);

/**
 * Tells what a plain GET asks for: equal texts have equal keys. One pass over the headers, which some hosts give out slowly.
 *
 * @param names those of the headers that may be part of the key
 * @returns `undefined` where the method or a header says more than that
 */
export function askedBy({ method, url, headers }: Request, names: ReadonlySet<string>): string | undefined {
  if (method !== "GET") return undefined;
  let text = url;
  for (const name of headers.keys()) {
    if (WISHES.has(name)) return undefined;
    if (names.has(name)) text += `\n${name}: ${headers.get(name)}`;
  }
  return text;
}

/** Whether a header says of the URL what the URL says itself. */
function repeats({ protocol, host, hostname, port }: URL, name: string, value: string): boolean {
  const text = value.toLowerCase();
  const scheme = protocol.slice(0, -1);
  const usualPort = scheme === "https" ? "443" : "80";
  const isHost = (said: string): boolean => said === host || (port === "" && said === `${hostname}:${usualPort}`);
  switch (name) {
    case "host":
    case "x-forwarded-host":
      return isHost(text);
    case "x-forwarded-proto":
    case "x-forwarded-scheme":
      return text === scheme;
    case "x-forwarded-port":
      return text === (port === "" ? usualPort : port);
    case "x-forwarded-ssl":
      return text === (scheme === "https" ? "on" : "off");
    default:
      return (
        name === "forwarded" && text.split(";").every((pair) => pair === `proto=${scheme}` || isHostPair(pair, isHost))
      );
  }
}

function isHostPair(pair: string, isHost: (said: string) => boolean): boolean {
  const [, quoted, plain] = /^host=(?:"([^"]*)"|(.*))$/.exec(pair) ?? [];
  return isHost(quoted ?? plain ?? "");
}

function nameOf(pair: string): string {
  const [name = ""] = pair.split("=", 1);
  try {
    return decodeURIComponent(name.replaceAll("+", " "));
  } catch {
    return name;
  }
}

function compare(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0;
}

/** `Forwarded` (RFC 7239 §4) names the client too, which would give each its own answer. */
function withoutAddresses(value: string): string {
  return value
    .split(/[;,]/)
    .map((pair) => pair.trim())
    .filter((pair) => !/^(for|by)=/i.test(pair))
    .join(";");
}
