// RFC 9110 §9.2.1, and the safe method with a body, QUERY. A method that is not known may change anything.
const SAFE_METHODS: ReadonlySet<string> = new Set(["GET", "HEAD", "OPTIONS", "QUERY", "TRACE"]);

/** Tells whether a request may change what the origin holds: all methods that are not known to be safe. */
export function isUnsafe(method: string): boolean {
  return !SAFE_METHODS.has(method);
}

/**
 * Lists the URLs whose stored responses a response makes invalid: distinct, without fragment, the request's own first. RFC 9111 §4.4.
 *
 * Empty unless the method is unsafe and the status 2xx or 3xx. Location and Content-Location count within the request's own origin.
 */
export function invalidatedUrls(request: Request, status: number, headers: Headers): readonly string[] {
  if (!isUnsafe(request.method) || status < 200 || status > 399) return [];
  const target = new URL(request.url);
  const urls = new Set<string>([bare(target)]);
  for (const name of ["location", "content-location"]) {
    const url = resolved(headers.get(name), target);
    // Else one origin's answer could empty the cache of another.
    if (url?.origin === target.origin) urls.add(bare(url));
  }
  return [...urls];
}

function resolved(reference: string | null, base: URL): URL | undefined {
  return reference !== null && URL.canParse(reference, base) ? new URL(reference, base) : undefined;
}

/** As a request for it has it: without fragment and credentials. */
function bare(url: URL): string {
  const plain = new URL(url);
  plain.hash = "";
  plain.username = "";
  plain.password = "";
  return plain.href;
}
