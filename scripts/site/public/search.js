// The search: an index made in the browser, of the sections of all pages.
import MiniSearch from "./minisearch.js";

const ROOT = new URL("../", import.meta.url);
const MAX_RESULTS = 20;
const BEFORE_MATCH = 40;
const EXCERPT = 150;

let dialog;
let ready;

/** Opens the search, which makes itself at the first time. */
export function open() {
  dialog ??= makeDialog();
  ready ??= loadIndex();
  if (!dialog.open) dialog.showModal();
  dialog.querySelector("input").select();
}

async function loadIndex() {
  const response = await fetch(new URL("assets/sections.json", ROOT));
  const sections = await response.json();
  const index = new MiniSearch({
    idField: "url",
    fields: ["heading", "page", "text"],
    storeFields: ["url", "heading", "page", "text"],
    searchOptions: {
      boost: { heading: 4, page: 2 },
      prefix: true,
      fuzzy: (term) => (term.length > 4 ? 0.2 : false),
      combineWith: "AND",
    },
  });
  index.addAll(sections);
  return index;
}

function makeDialog() {
  const made = document.createElement("dialog");
  made.className = "search";
  made.setAttribute("aria-label", "Search");
  made.innerHTML = `<search><form method="dialog">
    <input type="search" aria-label="Search the documentation" placeholder="Search the documentation" autocomplete="off" spellcheck="false" aria-controls="results">
    <button type="submit">Close</button>
  </form></search><p role="status"></p><ol id="results"></ol>`;
  const input = made.querySelector("input");
  input.addEventListener("input", () => void show(made, input.value));
  made.addEventListener("keydown", (event) => move(made, event));
  // The backdrop is the dialog itself, as a target.
  made.addEventListener("click", (event) => {
    if (event.target === made || event.target.closest("a") !== null) made.close();
  });
  document.body.append(made);
  return made;
}

async function show(made, query) {
  const index = await ready;
  const input = made.querySelector("input");
  // Another letter has come meanwhile.
  if (input.value !== query) return;
  const found = query.trim() === "" ? [] : index.search(query);
  const shown = found.slice(0, MAX_RESULTS);
  made.querySelector("[role=status]").textContent = statusOf(query, found.length);
  made.querySelector("ol").replaceChildren(...shown.map((result) => resultItem(result)));
}

function statusOf(query, count) {
  if (query.trim() === "") return "";
  if (count === 0) return "Nothing found";
  return count > MAX_RESULTS
    ? `The best ${MAX_RESULTS} of ${count} sections`
    : count === 1
      ? "1 section"
      : `${count} sections`;
}

function resultItem({ url, page, heading, text, terms }) {
  const item = document.createElement("li");
  const link = document.createElement("a");
  link.href = new URL(url, ROOT).href;
  const title = document.createElement("strong");
  title.textContent = heading;
  const place = document.createElement("span");
  place.className = "place";
  place.textContent = page === heading ? "" : page;
  const excerpt = document.createElement("span");
  excerpt.className = "excerpt";
  excerpt.append(...marked(excerptOf(text, terms), terms));
  link.append(title, place, excerpt);
  item.append(link);
  return item;
}

function excerptOf(text, terms) {
  const places = terms.map((term) => text.toLowerCase().indexOf(term)).filter((place) => place >= 0);
  const start = Math.max(0, Math.min(...(places.length === 0 ? [0] : places)) - BEFORE_MATCH);
  const end = start + EXCERPT;
  return (start > 0 ? "… " : "") + text.slice(start, end).trim() + (end < text.length ? " …" : "");
}

function* marked(text, terms) {
  const escaped = terms.map((term) => term.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&"));
  const parts = escaped.length === 0 ? [text] : text.split(new RegExp(`(${escaped.join("|")})`, "gi"));
  for (const [i, part] of parts.entries()) {
    if (i % 2 === 0) yield part;
    else {
      const mark = document.createElement("mark");
      mark.textContent = part;
      yield mark;
    }
  }
}

/** The arrows go through the results, Enter in the field takes the first. */
function move(made, event) {
  const input = made.querySelector("input");
  const links = [...made.querySelectorAll("ol a")];
  const at = links.indexOf(document.activeElement);
  // In a field of this kind, the key would empty it first.
  if (event.key === "Escape") made.close();
  if (event.key === "Enter" && event.target === input) {
    event.preventDefault();
    links[0]?.click();
  }
  if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
  event.preventDefault();
  const next = event.key === "ArrowDown" ? Math.min(at + 1, links.length - 1) : at - 1;
  (links[next] ?? input).focus();
}
