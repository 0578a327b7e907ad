import { fetchDecodes } from "#runtime";

const REDIRECTS: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);
// https://fetch.spec.whatwg.org/#http-redirect-fetch
const MAX_REDIRECTS = 20;
// What is meant for the one server that was asked.
const OF_ONE_ORIGIN = ["authorization", "cookie", "host", "proxy-authorization"];
const DECODED: ReadonlySet<string> = new Set(["br", "deflate", "gzip", "x-gzip"]);

/** Whether redirects of a request are followed here, one by one: a body could not be sent again, nor a hash be checked. */
export function isFollowed({ method, redirect, integrity }: Request): boolean {
  return (method === "GET" || method === "HEAD") && redirect !== "manual" && (integrity ?? "") === "";
}

/**
 * Makes the request that a redirect leads to; `undefined` where the response is the answer.
 *
 * @param first the request as the caller made it: it tells whether redirects are an error
 * @throws {TypeError} where they are, where there are more than 20, or where one leads to what is no URL of HTTP
 */
export function nextRequest(
  first: Request,
  asked: Request,
  { status, headers }: Response,
  hops: number,
): Request | undefined {
  const location = REDIRECTS.has(status) ? headers.get("location") : null;
  if (location === null) return undefined;
  const action = `Cannot fetch "${first.url}"`;
  if (first.redirect === "error") throw new TypeError(`${action}: redirect is "error": received a redirect`);
  if (hops === MAX_REDIRECTS) {
    throw new TypeError(`${action}: redirects are at most ${MAX_REDIRECTS}: received more`);
  }
  const url = URL.canParse(location, asked.url) ? new URL(location, asked.url) : undefined;
  if (url?.protocol !== "http:" && url?.protocol !== "https:") {
    throw new TypeError(`${action}: a redirect leads to a URL of HTTP: received ${JSON.stringify(location)}`);
  }
  const next = new Request(url, asked);
  if (url.origin !== new URL(asked.url).origin) for (const name of OF_ONE_ORIGIN) next.headers.delete(name);
  return next;
}

/** Tells where a response is from, as `fetch` does: one that is made anew says nothing of it. */
export function locate(response: Response, url: string, isRedirected: boolean): Response {
  Object.defineProperties(response, {
    url: { value: url, configurable: true },
    redirected: { value: isRedirected, configurable: true },
  });
  return response;
}

/**
 * Takes from a response the headers of a coding that `fetch` has decoded: its bytes are told as what they are. Workers
 * encode again what has the header, and do not decode every coding.
 */
export function withoutCoding(response: Response): Response {
  if (!fetchDecodes) return response;
  const codings = (response.headers.get("content-encoding") ?? "").split(",").map((coding) => coding.trim());
  if (!codings.every((coding) => DECODED.has(coding.toLowerCase()))) return response;
  const { status, statusText, body } = response;
  const headers = new Headers(response.headers);
  for (const name of ["content-encoding", "content-length"]) headers.delete(name);
  return new Response(body, { status, statusText, headers });
}
