import MarkdownIt from "markdown-it";
import { highlight } from "./highlight.ts";

/** Renders Markdown, its code blocks highlighted. Links to other documents lead to where those are served. */
export function renderMarkdown(source: string, path: string): string {
  // Without `html`, a document cannot bring markup of its own into the page.
  const markdown = new MarkdownIt({ highlight: (code, info) => highlight(code, info.split(/\s/)[0] ?? "text") });
  const base = new URL(path, "https://example.invalid/documents/");
  markdown.core.ruler.push("links", (state) => {
    for (const token of state.tokens.flatMap((block) => block.children ?? [])) {
      if (token.type === "link_open") token.attrSet("href", resolveLink(base, String(token.attrGet("href"))));
    }
  });
  return markdown.render(source);
}

function resolveLink(base: URL, href: string): string {
  const url = href.startsWith("#") ? null : URL.parse(href, base);
  if (url === null) return href;
  return url.origin === base.origin ? url.pathname + url.hash : url.href;
}
