import { isAutocacheError } from "@autocache/edge";
import { Hono } from "hono";
import { secureHeaders } from "hono/secure-headers";
import { computationsSoFar, documentCache, documentTag, EVERY_RESPONSE, responseCache } from "./cache.ts";
import { PACKAGE_NAMES } from "./data.ts";
import { findDocument, listDocuments, renderDocument } from "./documents.ts";
import { packageFacts } from "./packages.ts";
import { NO_DOCUMENT, NO_PACKAGE, responses } from "./responses.ts";
import { headersOf, reportOf } from "./trace.ts";

export { Upstream } from "./upstream.ts";

const app: Hono = new Hono();

app.use(secureHeaders({ contentSecurityPolicy: { defaultSrc: ["'self'"] } }));

// Those that are cached as a whole.
app.route("/", responses);

app.get("/documents", async (c) => c.json(await listDocuments()));

app.delete("/documents/:path{.+}", async (c) => {
  const document = await findDocument(c.req.param("path"));
  if (document === undefined) return c.text(NO_DOCUMENT, 404);
  // What the function made of it, and every response that shows it.
  await Promise.all([renderDocument.invalidate(document), responseCache.invalidateTags([documentTag(document.path)])]);
  return c.body(null, 204);
});

app.get("/packages", async (c) => {
  const traces = await Promise.all(PACKAGE_NAMES.map((name) => packageFacts.trace(name)));
  return c.json(
    traces.map((trace) => ({ ...trace.value, call: reportOf(trace) })),
    200,
    { "cache-control": "no-store" },
  );
});

app.get("/packages/:name{.+}", async (c) => {
  const name = c.req.param("name");
  if (!PACKAGE_NAMES.includes(name)) return c.text(NO_PACKAGE, 404);
  const trace = await packageFacts.trace(name);
  return c.json(trace.value, 200, headersOf(trace));
});

app.delete("/packages/:name{.+}", async (c) => {
  const name = c.req.param("name");
  if (!PACKAGE_NAMES.includes(name)) return c.text(NO_PACKAGE, 404);
  await packageFacts.invalidate(name);
  return c.body(null, 204);
});

// Open to everybody, as an example may be; a Worker of your own asks who is there first.
app.delete("/cache", async (c) => {
  // The Cache API cannot list what it holds, so its entries are made invalid by a stamp.
  await Promise.all([documentCache.clear(), packageFacts.purge(), responseCache.invalidateTags([EVERY_RESPONSE])]);
  return c.body(null, 204);
});

app.get("/computations", (c) => c.json(computationsSoFar(), 200, { "cache-control": "no-store" }));

app.onError((error, c) => {
  console.error(error);
  // Only autocache's own messages are meant for whoever set the Worker up, a missing binding above all.
  return c.text(isAutocacheError(error) ? `${error.message}\n` : "Internal error\n", 500);
});

export default app;
