import { announce, ask, element, formatAge, formatTime, perform } from "./call.js";

const UPSTREAM_MS = 300;

export function startPackages() {
  element("load").addEventListener("click", () => perform(element("load"), load));
  for (const card of cards()) {
    const button = card.querySelector("button");
    button?.addEventListener("click", () => perform(button, () => invalidate(card)));
  }
}

function cards() {
  return /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll("[data-package]"));
}

async function load() {
  const { text, timeMs } = await ask("/packages");
  const packages = JSON.parse(text);
  for (const card of cards())
    fill(
      card,
      packages.find((/** @type {any} */ found) => found.name === card.dataset.package),
    );
  const hits = packages.filter((/** @type {any} */ found) => found.call.verdict === "hit").length;
  const summary = `${count(hits, "hit")}, ${count(packages.length - hits, "miss")} in ${formatTime(timeMs)}`;
  element("packages-version").textContent = packages[0]?.call.version ?? "";
  element("total").textContent = `${summary}. Upstream time saved: ${(hits * UPSTREAM_MS) / 1000} s`;
  announce(`packageFacts × ${packages.length}: ${summary}`);
  element("load").textContent = "Load it again";
}

function fill(
  /** @type {HTMLElement} */ card,
  /** @type {any} */ { version, license, description, dependencies, call },
) {
  const facts = `${version} · ${license} · ${dependencies} ${dependencies === 1 ? "dependency" : "dependencies"}`;
  part(card, ".facts").replaceChildren(line("b", facts), line("span", description));
  const detail =
    call.verdict === "hit" ? `${call.backend}, ${formatAge(call.ageMs)}` : `upstream, ${formatTime(call.durationMs)}`;
  showOutcome(card, call.verdict, detail);
}

async function invalidate(/** @type {HTMLElement} */ card) {
  const name = card.dataset.package ?? "";
  await ask(`/packages/${name}`, { method: "DELETE" });
  showOutcome(card, "invalidated", "asked again next time");
  announce(`packageFacts(${name}) is invalidated: the next call is a miss`);
}

function showOutcome(/** @type {HTMLElement} */ card, /** @type {string} */ verdict, /** @type {string} */ detail) {
  const pill = part(card, ".pill");
  pill.textContent = verdict;
  pill.dataset.verdict = verdict;
  part(card, ".detail").textContent = detail;
}

function count(/** @type {number} */ number, /** @type {string} */ what) {
  const plural = what === "miss" ? "misses" : `${what}s`;
  return `${number} ${number === 1 ? what : plural}`;
}

function line(/** @type {string} */ tag, /** @type {string} */ text) {
  const node = document.createElement(tag);
  node.textContent = text;
  return node;
}

function part(/** @type {HTMLElement} */ card, /** @type {string} */ selector) {
  const found = card.querySelector(selector);
  if (!(found instanceof HTMLElement)) throw new Error(`No ${selector} in the card of ${card.dataset.package}`);
  return found;
}
