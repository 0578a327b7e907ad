import { readCacheStatus } from "./cache-status.js";
import { announce, ask, formatTime, perform } from "./call.js";

const PREVIEW_LENGTH = 120;

export function startResponses() {
  for (const card of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll("[data-route]"))) {
    for (const button of card.querySelectorAll("button")) {
      const { delete: target, headers = "{}" } = button.dataset;
      const action = target === undefined ? () => show(card, JSON.parse(headers)) : () => invalidate(card, target);
      button.addEventListener("click", () => perform(button, action));
    }
  }
}

/** Asks with headers, and shows the body as it comes and what the cache has said of it. */
async function show(/** @type {HTMLElement} */ card, /** @type {Record<string, string>} */ headers) {
  const path = card.dataset.route ?? "";
  const started = performance.now();
  const response = await fetch(path, { headers });
  const status = readCacheStatus(response.headers);
  const type = response.headers.get("content-type") ?? "";
  setPill(card, status.verdict);
  part(card, ".meaning").textContent = status.meaning;
  part(card, ".header code").textContent = status.text;
  let text = "";
  let firstMs = 0;
  for await (const chunk of textsOf(response)) {
    if (text === "") firstMs = performance.now() - started;
    text += chunk;
    preview(card, text, type);
    part(card, ".times").textContent = `First bytes after ${formatTime(firstMs)}`;
  }
  if (!response.ok) throw new Error(text.trim());
  const allMs = performance.now() - started;
  part(card, ".times").textContent = `First bytes after ${formatTime(firstMs)}, all after ${formatTime(allMs)}`;
  announce(`GET ${path}: ${status.verdict} in ${formatTime(allMs)}`);
}

/** The text of a response, in the pieces in which it comes. */
async function* textsOf(/** @type {Response} */ response) {
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  for (let next = await reader?.read(); next !== undefined && !next.done; next = await reader?.read()) yield next.value;
}

function preview(/** @type {HTMLElement} */ card, /** @type {string} */ text, /** @type {string} */ type) {
  const place = part(card, ".preview");
  place.hidden = false;
  if (type.startsWith("image/svg")) {
    place.replaceChildren(new DOMParser().parseFromString(text, "image/svg+xml").documentElement);
  } else if (type.startsWith("application/x-ndjson")) {
    const lines = text.trim().split("\n");
    place.textContent = `${lines.length} ${lines.length === 1 ? "line" : "lines"}, the last of ${nameIn(lines.at(-1))}`;
  } else if (type.startsWith("text/html")) {
    const title = new DOMParser().parseFromString(text, "text/html").title;
    place.textContent = `“${title}”, ${Math.ceil(text.length / 1024)} KB of HTML`;
  } else {
    place.textContent = text.slice(0, PREVIEW_LENGTH);
  }
}

function nameIn(/** @type {string | undefined} */ line) {
  return /"name":"([^"]*)"/.exec(line ?? "")?.[1] ?? "…";
}

async function invalidate(/** @type {HTMLElement} */ card, /** @type {string} */ path) {
  await ask(path, { method: "DELETE" });
  setPill(card, "invalidated");
  part(card, ".meaning").textContent = "The next request is a miss.";
  part(card, ".header code").textContent = "–";
  announce(`DELETE ${path}: what was stored is invalid, response and rendering: the next request is a miss`);
}

function setPill(/** @type {HTMLElement} */ card, /** @type {string} */ verdict) {
  const pill = part(card, ".pill");
  pill.textContent = verdict;
  pill.dataset.verdict = verdict;
}

function part(/** @type {HTMLElement} */ card, /** @type {string} */ selector) {
  const found = card.querySelector(selector);
  if (!(found instanceof HTMLElement)) throw new Error(`No ${selector} in the card of ${card.dataset.route}`);
  return found;
}
