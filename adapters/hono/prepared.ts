import type { Context } from "hono";

// Several may each have their part of these: none takes the other's away.
const JOINED: ReadonlySet<string> = new Set(["link", "server-timing", "set-cookie", "vary"]);
// Hono's own rule: what a body is, who made it knows.
const OF_THE_BODY: ReadonlySet<string> = new Set(["content-encoding", "content-length", "content-type"]);
// Hono lets `cors()` win over what a proxied response says, and a stored one may speak of another visitor.
const OF_THE_VISITOR = /^access-control-/;
const CONTROL = "cache-control";

/**
 * The headers that the middlewares before have prepared for any answer, for now: a host may give out its own list of
 * them. Unlike `c.res`, this makes no response: with one, Hono would treat the handlers behind in another way.
 */
export function preparedHeaders(c: Context): Headers {
  return c.newResponse(null).headers;
}

/**
 * Lets a prepared `Cache-Control` count for a response that has none, as it would without the cache: what the middlewares
 * before call private is not stored. No other prepared header is: each answer gets those anew.
 */
export function withControl(response: Response, prepared: Headers): Response {
  const control = prepared.get(CONTROL);
  if (control === null || response.headers.has(CONTROL) || response.status < 200) return response;
  // Its headers may be immutable.
  const { status, statusText, body } = response;
  const headers = new Headers(response.headers);
  headers.set(CONTROL, control);
  return new Response(body, { status, statusText, headers });
}

/** Makes a response the answer, with the headers that were prepared: the response's own word counts, where it has one. */
export function answerWith(c: Context, response: Response, prepared: Headers | undefined): void {
  // A protocol switch is the host's object, and has no headers that could be written to.
  if (prepared !== undefined && response.status >= 200) merge(response, prepared);
  // Otherwise the setter would copy the response, and merge by other rules.
  c.res = undefined;
  c.res = response;
}

function merge({ headers }: Response, prepared: Headers): void {
  for (const name of new Set(prepared.keys())) {
    if (JOINED.has(name)) join(headers, prepared, name);
    else if (OF_THE_VISITOR.test(name) || !(headers.has(name) || OF_THE_BODY.has(name))) {
      headers.set(name, prepared.get(name) ?? "");
    }
  }
}

function join(headers: Headers, prepared: Headers, name: string): void {
  const own = valuesOf(headers, name);
  headers.delete(name);
  const values = [...valuesOf(prepared, name), ...own];
  const distinct = name === "vary" ? new Map(values.map((value) => [value.toLowerCase(), value])).values() : values;
  for (const value of distinct) headers.append(name, value);
}

/** Of `Vary` each name, of cookies each line, and of any other the whole. */
function valuesOf(headers: Headers, name: string): readonly string[] {
  if (name === "set-cookie") return headers.getSetCookie();
  const value = headers.get(name);
  if (value === null) return [];
  return name === "vary" ? value.split(",").map((member) => member.trim()) : [value];
}
