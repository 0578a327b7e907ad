/** The page around an article. */
import type { Heading } from "./document.ts";

export interface NavLink {
  readonly title: string;
  readonly url: string;
  readonly isCurrent: boolean;
}

export interface PageParts {
  readonly title: string;
  readonly description: string;
  /** The way to the top of the site, with a slash at its end; empty at the top. */
  readonly root: string;
  readonly article: string;
  readonly nav: readonly { readonly title: string; readonly links: readonly NavLink[] }[];
  readonly headings: readonly Heading[];
  readonly previous?: NavLink | undefined;
  readonly next?: NavLink | undefined;
  /** What the page was made of. */
  readonly source?: string | undefined;
}

const SITE = "autocache";
const SHOWN_LEVELS = [2, 3];
// Where a page has more sections than this, those of the third level are left out of its contents.
const MAX_CONTENTS = 40;

export function pageHtml(parts: PageParts): string {
  const { title, description, root, article } = parts;
  const contents = contentsHtml(parts.headings);
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="description" content="${escapeHtml(description)}">
<title>${escapeHtml(title === SITE ? SITE : `${title} · ${SITE}`)}</title>
<link rel="icon" href="${root}assets/mark.svg" type="image/svg+xml">
<link rel="stylesheet" href="${root}assets/site.css">
<script type="module" src="${root}assets/site.js"></script>
</head>
<body>
<a class="skip" href="#content">Skip to the content</a>
<header class="top">
<button class="menu" type="button" popovertarget="navigation">Menu</button>
<a class="brand" href="${root}index.html"><img src="${root}assets/mark.svg" alt="" width="24" height="24">${SITE}</a>
<button class="find" type="button" aria-keyshortcuts="/" hidden>Search <kbd>/</kbd></button>
</header>
<div class="columns">
<nav class="pages" id="navigation" aria-label="Pages" popover>
${parts.nav.map(groupHtml).join("\n")}
</nav>
<main id="content" tabindex="-1">
${contents}<article>
${article}
</article>
${wayHtml(parts)}</main>
</div>
<footer>${parts.source === undefined ? "" : `Made of <code>${escapeHtml(parts.source)}</code>`}</footer>
</body>
</html>
`;
}

export function escapeHtml(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");
}

function groupHtml({ title, links }: PageParts["nav"][number]): string {
  return `<p class="group">${escapeHtml(title)}</p>\n<ul>\n${links.map((link) => `<li>${linkHtml(link)}</li>`).join("\n")}\n</ul>`;
}

function linkHtml({ title, url, isCurrent }: NavLink): string {
  return `<a href="${escapeHtml(url)}"${isCurrent ? ' aria-current="page"' : ""}>${escapeHtml(title).replaceAll("/", "/<wbr>")}</a>`;
}

function contentsHtml(headings: readonly Heading[]): string {
  const sections = headings.filter(({ level }) => SHOWN_LEVELS.includes(level));
  const shown = sections.length > MAX_CONTENTS ? sections.filter(({ level }) => level === 2) : sections;
  if (shown.length < 2) return "";
  const items = shown.map(
    ({ level, slug, text }) => `<li class="level-${level}"><a href="#${slug}">${escapeHtml(text)}</a></li>`,
  );
  return `<nav class="contents" aria-label="On this page">
<details>
<summary>On this page</summary>
<ul>
${items.join("\n")}
</ul>
</details>
</nav>
`;
}

function wayHtml({ previous, next }: PageParts): string {
  if (previous === undefined && next === undefined) return "";
  return `<nav class="way" aria-label="Previous and next page">
${wayLink(previous, "prev", "Previous")}
${wayLink(next, "next", "Next")}
</nav>
`;
}

function wayLink(way: NavLink | undefined, rel: string, label: string): string {
  return way === undefined
    ? ""
    : `<a rel="${rel}" href="${escapeHtml(way.url)}"><span>${label}</span> ${escapeHtml(way.title)}</a>`;
}
