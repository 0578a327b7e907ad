// What a response cache says of each answer (RFC 9211), in words.

/**
 * @typedef {object} CacheStatus
 * @property {string} text As it was sent.
 * @property {"hit" | "stale" | "validated" | "miss" | "bypass" | ""} verdict
 * @property {string} meaning The same as sentences.
 */

/** Why a request went on to the handler. @type {Record<string, string>} */
const FORWARDS = {
  bypass: "The response cache stood aside for this request: the handler ran.",
  "uri-miss": "Nothing was stored for this URL: the handler ran.",
  "vary-miss": "What is stored for this URL is for other request headers: the handler ran.",
  miss: "What is stored for this URL was invalidated, or is from other code: the handler ran.",
  stale: "What was stored is too old: the handler ran.",
  request: "The request wanted a fresh answer: the handler ran.",
};

/**
 * Reads `autocache; fwd=uri-miss; stored; ttl=10; key="…"`, the first cache's word where there are several.
 *
 * @param {Headers} headers
 * @returns {CacheStatus}
 */
export function readCacheStatus(headers) {
  const text = headers.get("cache-status") ?? "";
  const [, ...parameters] = text.split(/; ?/);
  const told = new Map(parameters.map((each) => /** @type {[string, string]} */ (each.split(/=(.*)/s))));
  const ttl = told.has("ttl") ? Number(told.get("ttl")) : undefined;
  const verdict = verdictOf(told, ttl);
  return { text, verdict, meaning: meaningOf(verdict, told, ttl) };
}

/**
 * @param {Map<string, string>} told
 * @param {number | undefined} ttl
 * @returns {CacheStatus["verdict"]}
 */
function verdictOf(told, ttl) {
  if (told.has("hit")) return (ttl ?? 0) < 0 ? "stale" : "hit";
  if (told.get("fwd-status") === "304") return "validated";
  if (told.get("fwd") === "bypass" || told.get("fwd") === "method") return "bypass";
  return told.has("fwd") ? "miss" : "";
}

/**
 * @param {CacheStatus["verdict"]} verdict
 * @param {Map<string, string>} told
 * @param {number | undefined} ttl
 */
function meaningOf(verdict, told, ttl) {
  if (verdict === "") return "";
  if (verdict === "hit") return `The stored response: no handler ran. Fresh for ${ttl} s more.`;
  if (verdict === "stale") {
    return `The stored response, ${-(ttl ?? 0)} s past its time: sent at once, while one refresh runs behind it.`;
  }
  const reason = FORWARDS[told.get("fwd") ?? ""] ?? "The handler ran.";
  const sharing = told.has("collapsed") ? " It shared the run of another request." : "";
  if (verdict === "bypass") return reason;
  return `${reason}${sharing} ${told.has("stored") ? `Stored, fresh for ${ttl} s.` : "Not stored."}`;
}
