// What caching saves in the example Worker, by HTTP on this machine: medians in milliseconds, and ratios to a hit in
// memory. Run after `npm run build`: `node bench/example.mjs [rounds]`.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startWranglerDev } from "../scripts/wrangler-dev.ts";

const ROUNDS = Number(process.argv[2] ?? 5);
const REPEATS = 20;
const DOCUMENT = "/documents/src/tiers.ts";
const DASHBOARD = "/packages";

/** @type {Map<string, number[]>} */
const samples = new Map();

/** @param {string} what @param {number} ms */
function note(what, ms) {
  samples.set(what, [...(samples.get(what) ?? []), ms]);
}

/** @param {readonly number[]} values */
function median(values) {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? Number.NaN;
}

/** @param {string} url @param {RequestInit} [init] */
async function time(url, init) {
  const startedAt = performance.now();
  const response = await fetch(url, init);
  await response.arrayBuffer();
  if (!response.ok) throw new Error(`${init?.method ?? "GET"} ${url}: received status ${response.status}`);
  const { headers } = response;
  const ms = performance.now() - startedAt;
  return { ms, said: headers.get("x-autocache") ?? "", cacheStatus: headers.get("cache-status") ?? "" };
}

/**
 * Times a document, and insists on what kind of call it was.
 *
 * @param {string} what @param {string} url @param {string} expected
 */
async function timeDocument(what, url, expected) {
  const { ms, said } = await time(url);
  if (!said.startsWith(expected)) throw new Error(`${what}: expected "${expected}": received "${said}"`);
  note(what, ms);
}

/**
 * Times a document as browsers ask for it, whose response is cached as a whole, and insists on what its cache says.
 *
 * @param {string} what @param {string} url @param {RegExp} expected
 */
async function timePage(what, url, expected) {
  const { ms, cacheStatus } = await time(url, { headers: { accept: "text/html" } });
  if (!expected.test(cacheStatus)) throw new Error(`${what}: expected ${expected}: received "${cacheStatus}"`);
  note(what, ms);
}

/** @param {string} url */
async function measure(url) {
  // The server and its assets are warm; what is cold is the highlighter.
  await time(`${url}/documents`);
  await timeDocument("document, first miss of an isolate", url + DOCUMENT, "miss");
  note("dashboard, 12 misses", (await time(url + DASHBOARD)).ms);
  for (let i = 0; i < REPEATS; i++) {
    await timeDocument("document, hit in memory", url + DOCUMENT, "hit; backend=memory");
    note("dashboard, 12 hits", (await time(url + DASHBOARD)).ms);
    note("nothing: GET /computations", (await time(`${url}/computations`)).ms);
  }
  for (let i = 0; i < REPEATS; i++) {
    await time(url + DOCUMENT, { method: "DELETE" });
    await timeDocument("document, later miss", url + DOCUMENT, "miss");
    await timePage("page, miss of the response, hit of the function", url + DOCUMENT, /^autocache;fwd=/);
    await timePage("page, hit of the response", url + DOCUMENT, /^autocache;hit/);
  }
}

for (let round = 0; round < ROUNDS; round++) {
  const persistTo = mkdtempSync(join(tmpdir(), "autocache-bench-"));
  const first = await startWranglerDev({ persistTo });
  await measure(first.url).finally(first.stop);
  const second = await startWranglerDev({ persistTo });
  await time(`${second.url}/documents`);
  await timeDocument(
    "document, first hit after a restart, in KV",
    second.url + DOCUMENT,
    "hit; backend=workers-kv",
  ).finally(second.stop);
  rmSync(persistTo, { recursive: true, force: true });
}

const HITS = new Map([
  ["document", "document, hit in memory"],
  ["dashboard", "dashboard, 12 hits"],
  ["page", "page, hit of the response"],
]);

for (const [what, values] of samples) {
  const kind = what.split(",")[0];
  const hit = samples.get(HITS.get(kind ?? "") ?? "");
  const ratio = hit && kind !== what ? `${(median(values) / median(hit)).toFixed(1)}×` : "";
  console.log(
    `${what.padEnd(48)} ${median(values).toFixed(1).padStart(8)} ms ${ratio.padStart(8)}  (n=${values.length})`,
  );
}
