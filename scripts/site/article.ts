/** The HTML of one document, its links as the site has them. */
import { type Document, linkOf, mapLinksInHtml, markdown, textOf } from "./document.ts";
import type { Code } from "./highlight.ts";
import { resolveLink } from "./link-target.ts";
import { escapeHtml } from "./layout.ts";
import { pageOf, relativeUrl, sourcePageOf } from "./urls.ts";
import type { Token } from "markdown-it";

/** What the documents need besides each other. */
export interface Needed {
  readonly documents: Set<string>;
  readonly pictures: Set<string>;
  readonly sources: Set<string>;
}

export function articleHtml(document: Document, code: Code, needed: Needed): string {
  const url = (link: string): string => urlOf(document.path, link, needed);
  const html = document.tokens.map((token, index) => tokenHtml(document, token, index, code, url));
  return html.join("");
}

function tokenHtml(
  { tokens, path }: Document,
  token: Token,
  index: number,
  code: Code,
  url: (link: string) => string,
): string {
  const render = (): string => markdown.renderer.render([token], markdown.options, {});
  switch (token.type) {
    case "inline":
      for (const child of token.children ?? []) rewrite(child, url);
      return isPicture(token.children ?? []) ? pictureHtml("span", render()) : render();
    case "html_block": {
      const html = mapLinksInHtml(token.content, url);
      return html.includes("<img") ? pictureHtml("div", html) : html;
    }
    case "fence":
      return codeHtml(token, code);
    case "code_block":
      // In the reference, what is indented is a signature.
      return frameHtml(code.html(token.content, path.startsWith("docs/api/") ? "typescript" : "text"));
    case "table_open":
      return `<div class="table" role="group" aria-label="Table" tabindex="0"><table>`;
    case "table_close":
      return "</table></div>";
    case "heading_open":
      return token.tag === "h1" ? render() : `<div class="heading">${render()}`;
    case "heading_close":
      // Beside the heading and not in it, where it would be part of its name.
      return token.tag === "h1"
        ? render()
        : `</${token.tag}>${anchorHtml(tokens[index - 2], tokens[index - 1])}</div>\n`;
    case "th_open":
      // A head that says nothing is none, to those who hear the table.
      return tokens[index + 1]?.content === "" ? "<td>" : render();
    case "th_close":
      return tokens[index - 1]?.content === "" ? "</td>\n" : render();
    default:
      return render();
  }
}

function rewrite(token: Token, url: (link: string) => string): void {
  const link = linkOf(token);
  if (link !== undefined) token.attrSet(token.type === "image" ? "src" : "href", url(link));
  if (token.type === "image") token.attrSet("loading", "lazy");
  if (token.type === "html_inline") token.content = mapLinksInHtml(token.content, url);
}

function urlOf(from: string, link: string, { documents, pictures, sources }: Needed): string {
  const target = resolveLink(from, link);
  if (target.kind === "external") return link;
  if (target.kind === "missing") throw new Error(`Cannot link "${link}" of ${from}: it leads to a file: there is none`);
  const { kind, path, anchor } = target;
  const end = anchor === undefined ? "" : `#${anchor}`;
  const page = pageOf(from);
  if (kind === "document") {
    documents.add(path);
    return (path === from && end) || relativeUrl(page, pageOf(path)) + end;
  }
  if (kind === "picture") {
    pictures.add(path);
    return relativeUrl(page, path);
  }
  sources.add(path);
  return relativeUrl(page, sourcePageOf(path)) + end.replace(/-L\d+$/, "");
}

function codeHtml({ info, content }: Token, code: Code): string {
  const [language = "text", ...marks] = info.split(/\s+/);
  const title = marks
    .find((mark) => mark.startsWith("title="))
    ?.slice("title=".length)
    .replaceAll('"', "");
  return frameHtml(code.html(content, language === "" ? "text" : language), title);
}

function frameHtml(pre: string, title?: string): string {
  const caption = title === undefined ? "" : `<figcaption>${escapeHtml(title)}</figcaption>`;
  return `<figure class="code">${caption}${pre}</figure>\n`;
}

function anchorHtml(heading: Token | undefined, text: Token | undefined): string {
  const id = String(heading?.attrGet("id") ?? "");
  return `<a class="anchor" href="#${id}" aria-label="Link to ${escapeHtml(textOf(text))}">#</a>`;
}

/** Says whether a paragraph is one picture and nothing else. */
function isPicture(children: readonly Token[]): boolean {
  const shown = children.filter(({ content, type }) => type !== "text" || content.trim() !== "");
  return shown.length === 1 && shown[0]?.type === "image";
}

// On a phone, a diagram keeps the size at which it can be read, and scrolls.
function pictureHtml(tag: "div" | "span", html: string): string {
  return `<${tag} class="picture" role="group" aria-label="Picture" tabindex="0">${html}</${tag}>`;
}
