import MarkdownIt from "markdown-it";
import { highlight } from "./highlight.ts";

/** Keeps what a document names apart from what the page around it names. */
const ANCHOR_PREFIX = "section-";

/** Renders Markdown, its code blocks highlighted. Links to other documents lead to where those are served. */
export function renderMarkdown(source: string, path: string): string {
  // Without `html`, a document cannot bring markup of its own into the page.
  const markdown = new MarkdownIt({ highlight: (code, info) => highlight(code, info.split(/\s/)[0] ?? "text") });
  const base = new URL(path, "https://example.invalid/documents/");
  markdown.core.ruler.push("links-and-anchors", ({ tokens }) => {
    tokens.forEach((token, i) => {
      if (token.type === "heading_open") token.attrSet("id", anchorOf(tokens[i + 1]?.content ?? ""));
    });
    for (const token of tokens.flatMap(({ children }) => children ?? [])) {
      if (token.type === "link_open") token.attrSet("href", resolveLink(base, String(token.attrGet("href"))));
    }
  });
  return markdown.render(source);
}

/** The anchor of a heading, as code hosts make it of the heading's text. */
function anchorOf(heading: string): string {
  const words = heading.toLowerCase().replaceAll(/[^\p{L}\p{N}\s_-]/gu, "");
  return ANCHOR_PREFIX + words.trim().replaceAll(/\s/g, "-");
}

function resolveLink(base: URL, href: string): string {
  if (href.startsWith("#")) return `#${ANCHOR_PREFIX}${href.slice(1)}`;
  const url = URL.parse(href, base);
  if (url === null) return href;
  if (url.origin !== base.origin) return url.href;
  return url.pathname + url.hash.replace("#", `#${ANCHOR_PREFIX}`);
}
