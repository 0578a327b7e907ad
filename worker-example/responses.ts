import { routeCache } from "@autocache/edge/hono";
import type { Context } from "hono";
import { Hono } from "hono";
import { etag } from "hono/etag";
import { badge } from "./badge.ts";
import { documentTag, EVERY_RESPONSE, responseCache } from "./cache.ts";
import { PACKAGE_NAMES } from "./data.ts";
import { findDocument, listDocuments, renderDocument } from "./documents.ts";
import { overviewOf, preferredLanguage } from "./overview.ts";
import { documentPage, homePage } from "./page.tsx";
import { askUpstream } from "./packages.ts";
import { headersOf } from "./trace.ts";

export const NO_DOCUMENT = "No such document: GET /documents lists them\n";
export const NO_PACKAGE = "No such package: GET /packages lists them\n";

// A browser that answers from its own cache would hide what happens here: it asks each time.
const FOR_BROWSERS = { cacheControl: "no-cache" };

/** The routes whose responses are cached as a whole: each says itself how long, in `Cache-Control`, or its cache does. */
export const responses: Hono = new Hono();

responses.get(
  "/",
  routeCache({ cache: responseCache, name: "homePage", tags: [EVERY_RESPONSE], send: FOR_BROWSERS }),
  // Whoever has the page already gets a 304, of what is stored too.
  etag(),
  async (c) =>
    c.html(homePage(await listDocuments(), PACKAGE_NAMES), 200, {
      "cache-control": "max-age=60",
    }),
);

responses.get(
  "/documents/:path{.+}",
  routeCache({
    cache: responseCache,
    name: "documentPage",
    // Who asks about the function is answered by the function.
    bypass: (c) => !wantsPage(c),
    // What browsers send differs, and says the same.
    vary: { accept: () => "text/html" },
    tags: (_, c) => [EVERY_RESPONSE, documentTag(c.req.param("path") ?? "")],
    send: FOR_BROWSERS,
  }),
  async (c) => {
    const document = await findDocument(c.req.param("path"));
    if (document === undefined) return c.text(NO_DOCUMENT, 404);
    const trace = await renderDocument.trace(document);
    const headers = wantsPage(c) ? { "cache-control": "max-age=60" } : headersOf(trace);
    return c.html(documentPage(document, trace.value), 200, { ...headers, vary: "accept" });
  },
);

responses.get(
  "/badges/:name{.+}",
  routeCache({ cache: responseCache, name: "badge", tags: [EVERY_RESPONSE], send: FOR_BROWSERS }),
  async (c) => {
    const name = c.req.param("name");
    if (!PACKAGE_NAMES.includes(name)) return c.text(NO_PACKAGE, 404);
    return c.body(badge(await askUpstream(name), new Date()), 200, {
      "cache-control": "max-age=10, stale-while-revalidate=60",
      "content-type": "image/svg+xml",
    });
  },
);

responses.get(
  "/overview",
  routeCache({
    cache: responseCache,
    name: "overview",
    vary: { "accept-language": preferredLanguage },
    tags: [EVERY_RESPONSE],
    send: FOR_BROWSERS,
  }),
  async (c) => {
    const language = preferredLanguage(c.req.header("accept-language"));
    return c.text(overviewOf(await listDocuments(), language), 200, {
      "cache-control": "max-age=60",
      "content-language": language,
      vary: "accept-language",
    });
  },
);

responses.get(
  "/packages.ndjson",
  // Its response says nothing of caching, so the option does.
  routeCache({ cache: responseCache, name: "packageLines", ttl: "1m", tags: [EVERY_RESPONSE], send: FOR_BROWSERS }),
  (c) => c.body(packageLines(), 200, { "content-type": "application/x-ndjson" }),
);

/** One line after the other, as the upstream tells them: the first is sent long before the last is known. */
function packageLines(): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  const names = PACKAGE_NAMES.values();
  return new ReadableStream({
    async pull(controller) {
      const { value: name } = names.next();
      if (name === undefined) controller.close();
      else controller.enqueue(encoder.encode(`${JSON.stringify(await askUpstream(name))}\n`));
    },
  });
}

/** Browsers that open a document say that they take HTML; `curl` and the script of the page at `/` do not. */
function wantsPage(c: Context): boolean {
  return c.req.header("accept")?.includes("text/html") ?? false;
}
