import { isAutocacheError } from "@autocache/edge";
import { Hono } from "hono";
import { secureHeaders } from "hono/secure-headers";
import { computationsSoFar, documentCache } from "./cache.ts";
import { PACKAGE_NAMES } from "./data.ts";
import type { DocumentEntry } from "./data.ts";
import { listDocuments, renderDocument } from "./documents.ts";
import { documentPage, homePage } from "./page.tsx";
import { packageFacts } from "./packages.ts";
import { headersOf, reportOf } from "./trace.ts";

export { Upstream } from "./upstream.ts";

const NO_DOCUMENT = "No such document: GET /documents lists them\n";
const NO_PACKAGE = "No such package: GET /packages lists them\n";

const app: Hono = new Hono();

app.use(secureHeaders({ contentSecurityPolicy: { defaultSrc: ["'self'"] } }));

app.get("/", async (c) => c.html(homePage(await listDocuments(), PACKAGE_NAMES)));

app.get("/documents", async (c) => c.json(await listDocuments()));

app.get("/documents/:path{.+}", async (c) => {
  const document = await findDocument(c.req.param("path"));
  if (document === undefined) return c.text(NO_DOCUMENT, 404);
  const trace = await renderDocument.trace(document);
  return c.html(documentPage(document, trace.value), 200, headersOf(trace));
});

app.delete("/documents/:path{.+}", async (c) => {
  const document = await findDocument(c.req.param("path"));
  if (document === undefined) return c.text(NO_DOCUMENT, 404);
  await renderDocument.invalidate(document);
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
  await Promise.all([documentCache.clear(), packageFacts.purge()]);
  return c.body(null, 204);
});

app.get("/computations", (c) => c.json(computationsSoFar(), 200, { "cache-control": "no-store" }));

app.onError((error, c) => {
  console.error(error);
  // Only autocache's own messages are meant for whoever set the Worker up, a missing binding above all.
  return c.text(isAutocacheError(error) ? `${error.message}\n` : "Internal error\n", 500);
});

async function findDocument(path: string): Promise<DocumentEntry | undefined> {
  return (await listDocuments()).find((document) => document.path === path);
}

export default app;
