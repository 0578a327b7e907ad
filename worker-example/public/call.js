// What the two halves of the page share: asking the Worker, timing it from outside, and saying what happened.

import { readCacheStatus } from "./cache-status.js";

/** @typedef {{ verdict: string, backend?: string, age?: string, took: string, key: string, version: string, versionSource: string }} Call */

/**
 * Fetches and times to the end of the body: inside a Worker the clock stands still during CPU work.
 *
 * @param {string} path
 * @param {RequestInit} [init]
 */
export async function ask(path, init) {
  performance.clearResourceTimings();
  const started = performance.now();
  const response = await fetch(path, init);
  const text = await response.text();
  // What the network took, without what this page drew meanwhile; not every browser has it ready at once.
  const timeMs = performance.getEntriesByName(response.url).at(-1)?.duration ?? performance.now() - started;
  if (!response.ok) throw new Error(text.trim());
  return { text, timeMs, call: readCall(response.headers), cacheStatus: readCacheStatus(response.headers) };
}

/**
 * Reads `x-autocache: hit; backend=memory; age=1200ms; took=0ms` and its companions, of which
 * `x-autocache-version: a1_…; source=manifest` is written the same way.
 *
 * @param {Headers} headers
 * @returns {Call}
 */
function readCall(headers) {
  const [verdict, details] = readParts(headers.get("x-autocache"));
  const [version, { source }] = readParts(headers.get("x-autocache-version"));
  return {
    verdict,
    backend: details.backend,
    age: details.age,
    took: details.took ?? "",
    key: headers.get("x-autocache-key") ?? "",
    version,
    versionSource: source ?? "",
  };
}

/**
 * @param {string | null} header
 * @returns {[string, Record<string, string | undefined>]}
 */
function readParts(header) {
  const [first = "", ...parts] = (header ?? "").split("; ");
  return [first, Object.fromEntries(parts.map((part) => part.split("=")))];
}

/** @param {number} ms */
export function formatTime(ms) {
  return ms > 0 && ms < 10 ? `${ms.toFixed(1)} ms` : `${Math.round(ms)} ms`;
}

/** @param {number} ms */
export function formatAge(ms) {
  if (ms < 1000) return "just now";
  const seconds = Math.round(ms / 1000);
  if (seconds < 120) return `${seconds} s ago`;
  const minutes = Math.round(seconds / 60);
  return minutes < 120 ? `${minutes} min ago` : `${Math.round(minutes / 60)} h ago`;
}

/** Says what happened in one sentence, to everybody: the element is a live region. */
export function announce(/** @type {string} */ message, isError = false) {
  const status = element("status");
  status.textContent = message;
  status.classList.toggle("error", isError);
}

/** Shows how often each function ran: what was a hit is not counted there. */
export async function showComputations() {
  const counts = await (await fetch("/computations")).json();
  const parts = ["renderDocument", "packageFacts"].map((name) => `${name} ${counts[name] ?? 0}`);
  element("computations").textContent = parts.join(" · ");
}

/**
 * Runs what a button does: the button is busy meanwhile, an error is told, and the counts are shown anew.
 *
 * @param {HTMLElement | undefined} button
 * @param {() => Promise<void>} action
 */
export async function perform(button, action) {
  button?.setAttribute("aria-busy", "true");
  try {
    await action();
    await showComputations();
  } catch (error) {
    announce(error instanceof Error ? error.message : String(error), true);
  } finally {
    button?.removeAttribute("aria-busy");
  }
}

/** @param {string} id */
export function element(id) {
  const found = document.getElementById(id);
  if (found === null) throw new Error(`No element #${id}`);
  return found;
}
