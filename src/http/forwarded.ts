import { keyedUrl, type UrlRules } from "./request-key.ts";
import type { Normalizers } from "./rfc/vary.ts";

// The cache answers these itself: with them, the handler's response would be for this client alone.
const CONDITIONS = ["if-match", "if-modified-since", "if-none-match", "if-unmodified-since"];

/** A request as the cache reads it: what is no part of the key, or counts as something else, is not seen by the handler. */
export class ForwardedRequest {
  /** As it counts: with all its headers, for the client's own conditions are answered from what comes back. */
  readonly request: Request;
  readonly body: Uint8Array<ArrayBuffer> | undefined;
  readonly #normalizers: Normalizers;

  /** @param body the body's bytes, of a method that has one: the request's own is read already */
  constructor(request: Request, body: Uint8Array<ArrayBuffer> | undefined, rules: UrlRules, normalizers: Normalizers) {
    const url = keyedUrl(request.url, rules);
    this.body = body;
    this.#normalizers = normalizers;
    // Without `keepalive`, which the host does not let a copied body have.
    const init = { method: request.method, body: body ?? null, keepalive: false };
    const counted = body === undefined ? withoutBody(request) : new Request(request, init);
    this.request = url === request.url ? counted : new Request(url, counted);
  }

  /**
   * Makes a request for one run of the handler.
   *
   * @param isBackground whether the run outlives the client, and is for all who come later
   */
  make(isBackground: boolean): Request {
    const { request } = this;
    const headers = new Headers(request.headers);
    for (const name of CONDITIONS) headers.delete(name);
    if (isBackground) {
      headers.delete("range");
      headers.delete("if-range");
    }
    for (const [name, normalize] of Object.entries(this.#normalizers)) {
      const value = normalize?.(headers.get(name)) ?? null;
      if (value === null) headers.delete(name);
      else headers.set(name, value);
    }
    // What is refreshed for all is the whole, which the answer to a HEAD is not.
    const method = isBackground && request.method === "HEAD" ? "GET" : request.method;
    const init: RequestInit = { method, headers, signal: isBackground ? null : request.signal };
    return new Request(request, this.body === undefined ? init : { ...init, body: this.body });
  }
}

/**
 * Takes off the body that some hosts let a GET have: it is not in the key (a "fat GET"), and no request can be made anew
 * with it.
 */
function withoutBody(request: Request): Request {
  if (request.body === null || (request.method !== "GET" && request.method !== "HEAD")) return request;
  const headers = new Headers(request.headers);
  for (const name of ["content-length", "transfer-encoding"]) headers.delete(name);
  const { method, redirect, signal, cf } = request as Request & { readonly cf?: unknown };
  return new Request(request.url, {
    method,
    headers,
    redirect,
    signal,
    ...(cf !== undefined && { cf }),
  } as RequestInit);
}
