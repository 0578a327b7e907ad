import { announce, ask, element, formatAge, formatTime, perform } from "./call.js";

const NARROW = "(max-width: 899px)";
const HISTORY_LENGTH = 8;
// Bars of hits alone stay short.
const SHORTEST_SCALE_MS = 100;

/** What a version is, by what said so. @type {Record<string, string>} */
const KINDS = {
  fingerprint: "Fingerprint of the function and all it calls",
  manifest: "Fingerprint of the function and all it calls",
  source: "Digest of the function's own text",
  option: "Given by hand",
};

/** @type {Record<string, string>} */
const CHANGES = { "new code": "New since the call before", "earlier code": "Back to what ran earlier" };

/** @type {{ path: string, verdict: string, timeMs: number, version: string }[]} */
let history = [];
/** @type {string | undefined} */
let current;

export function startDocuments() {
  for (const link of document.querySelectorAll("a[data-document]")) link.addEventListener("click", choose);
  // A link inside a document leads to another document: it opens here as well.
  element("viewer").addEventListener("click", followLink);
  element("again").addEventListener("click", () => perform(element("again"), () => show(current ?? "")));
  element("invalidate").addEventListener("click", () => perform(element("invalidate"), invalidate));
  if (matchMedia(NARROW).matches) element("files").removeAttribute("open");
}

/** A click that asks for a new tab or window is left to the browser. */
function isPlain(/** @type {Event} */ event) {
  return !(event instanceof MouseEvent && (event.ctrlKey || event.metaKey || event.shiftKey));
}

function choose(/** @type {Event} */ event) {
  if (!isPlain(event)) return;
  event.preventDefault();
  const link = /** @type {HTMLAnchorElement} */ (event.currentTarget);
  if (matchMedia(NARROW).matches) element("files").removeAttribute("open");
  void perform(link, () => show(link.dataset.document ?? ""));
}

function followLink(/** @type {Event} */ event) {
  const link = event.target instanceof Element ? event.target.closest("a") : null;
  if (link === null || link.origin !== location.origin || !isPlain(event)) return;
  const target = document.querySelector(`a[data-document][href="${CSS.escape(link.pathname)}"]`);
  if (!(target instanceof HTMLAnchorElement)) return;
  event.preventDefault();
  void perform(target, async () => {
    await show(target.dataset.document ?? "");
    if (link.hash) document.getElementById(decodeURIComponent(link.hash.slice(1)))?.scrollIntoView();
  });
}

async function show(/** @type {string} */ path) {
  const { text, timeMs, call, cacheStatus } = await ask(`/documents/${path}`);
  const article = new DOMParser().parseFromString(text, "text/html").querySelector("article");
  const viewer = element("viewer");
  viewer.replaceChildren(article ?? text);
  if (path !== current) viewer.scrollTop = 0;
  current = path;
  mark(path);
  element("viewer-title").textContent = path;
  for (const id of ["again", "invalidate"]) element(id).removeAttribute("disabled");
  history = [...history, { path, verdict: call.verdict, timeMs, version: call.version }].slice(-HISTORY_LENGTH);
  showCall(call, path, timeMs);
  showVersion(call);
  element("cache-status").textContent = cacheStatus.text;
  element("cache-status-meaning").textContent = cacheStatus.meaning;
  const from = call.backend ? ` from ${call.backend}` : "";
  announce(`renderDocument(${path}): ${call.verdict}${from} in ${formatTime(timeMs)}`);
}

function mark(/** @type {string} */ path) {
  for (const link of document.querySelectorAll("a[data-document]")) {
    if (link instanceof HTMLAnchorElement && link.dataset.document === path) link.setAttribute("aria-current", "true");
    else link.removeAttribute("aria-current");
  }
}

function showCall(
  /** @type {import("./call.js").Call} */ call,
  /** @type {string} */ path,
  /** @type {number} */ timeMs,
) {
  showVerdict(call.verdict);
  element("answered").textContent =
    call.verdict === "hit" ? `from ${call.backend}, ${formatAge(parseFloat(call.age ?? "0"))}` : "computed and stored";
  element("time").textContent = formatTime(timeMs);
  element("took").textContent = formatTime(parseFloat(call.took));
  element("key").textContent = call.key;
  const miss = history.findLast((entry) => entry.path === path && entry.verdict === "miss");
  const ratio = miss && call.verdict === "hit" ? Math.round(miss.timeMs / timeMs) : 0;
  element("ratio").textContent = ratio > 1 ? `${ratio}× faster than its last miss` : "";
  showHistory();
}

function showVersion(/** @type {import("./call.js").Call} */ call) {
  const change = codeChange(history.length - 1);
  element("version").textContent = call.version;
  element("version-kind").textContent = CHANGES[change] ?? KINDS[call.versionSource] ?? "";
  element("version-kind").classList.toggle("changed", change !== "");
}

/** Tells whether a call ran other code than the call before it. */
function codeChange(/** @type {number} */ index) {
  const version = history[index]?.version;
  const before = history.slice(0, index);
  if (before.length === 0 || before.at(-1)?.version === version) return "";
  return before.some((entry) => entry.version === version) ? "earlier code" : "new code";
}

function showVerdict(/** @type {string} */ verdict) {
  element("verdict").textContent = verdict;
  element("verdict").dataset.verdict = verdict;
}

function showHistory() {
  const longest = Math.max(SHORTEST_SCALE_MS, ...history.map((entry) => entry.timeMs));
  const rows = history.map(({ path, verdict, timeMs, version }, index) => {
    const row = document.createElement("li");
    row.dataset.verdict = verdict;
    row.style.setProperty("--share", String(timeMs / longest));
    row.append(
      span("name", path.slice(path.lastIndexOf("/") + 1)),
      span("bar-time", `${verdict} ${formatTime(timeMs)}`),
    );
    const change = codeChange(index);
    if (change) row.append(span("code-change", `${change} ${version.slice(0, 10)}…`));
    return row;
  });
  element("history").replaceChildren(...rows.toReversed());
}

function span(/** @type {string} */ className, /** @type {string} */ text) {
  const node = document.createElement("span");
  node.className = className;
  node.textContent = text;
  return node;
}

async function invalidate() {
  if (current === undefined) return;
  await ask(`/documents/${current}`, { method: "DELETE" });
  showVerdict("invalidated");
  element("answered").textContent = "the next call is a miss";
  announce(`renderDocument(${current}) is invalidated: the next call is a miss`);
}
