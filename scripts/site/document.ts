/** Markdown documents: their headings with the anchors that GitHub gives them, and their links. */
import { readFileSync } from "node:fs";
import GithubSlugger from "github-slugger";
import MarkdownIt, { type Token } from "markdown-it";

export interface Heading {
  readonly level: number;
  readonly text: string;
  readonly slug: string;
}

export interface Document {
  /** From the top of the project, with slashes. */
  readonly path: string;
  readonly title: string;
  readonly headings: readonly Heading[];
  readonly tokens: readonly Token[];
  /** The anchors of headings, and those written as HTML. */
  readonly anchors: ReadonlySet<string>;
  /** What it links to and shows, as written. */
  readonly links: readonly string[];
}

// Documents may bring HTML, such as a picture for each colour scheme: they are the project's own.
export const markdown = new MarkdownIt({ html: true });

const LINK_ATTRIBUTES = /\b(href|src|srcset)=(["'])(.*?)\2/g;

/** Reads a document; each heading gets its anchor as `id`. */
export function readDocument(path: string): Document {
  const tokens = markdown.parse(readFileSync(path, "utf8"), {});
  const slugger = new GithubSlugger();
  const headings: Heading[] = [];
  for (const [index, token] of tokens.entries()) {
    if (token.type !== "heading_open") continue;
    const text = textOf(tokens[index + 1]);
    const slug = slugger.slug(text);
    token.attrSet("id", slug);
    headings.push({ level: Number(token.tag.slice(1)), text, slug });
  }
  const all = tokens.flatMap((token) => [token, ...(token.children ?? [])]);
  const html = all.filter(({ type }) => type.startsWith("html_")).map(({ content }) => content);
  const ids = html.flatMap((content) => Array.from(content.matchAll(/\b(?:id|name)="([^"]+)"/g), ([, id = ""]) => id));
  return {
    path,
    title: headings.find(({ level }) => level === 1)?.text ?? path,
    headings,
    tokens,
    anchors: new Set([...headings.map(({ slug }) => slug), ...ids]),
    links: [...all.flatMap((token) => linkOf(token) ?? []), ...html.flatMap(linksInHtml)],
  };
}

/** Documents, each read once. */
export class Documents {
  readonly #known = new Map<string, Document>();

  at(path: string): Document {
    const document = this.#known.get(path) ?? readDocument(path);
    this.#known.set(path, document);
    return document;
  }
}

/** Changes the links in a piece of HTML. */
export function mapLinksInHtml(html: string, change: (link: string) => string): string {
  return html.replaceAll(LINK_ATTRIBUTES, (_, name: string, quote: string, value: string) => {
    return `${name}=${quote}${change(value)}${quote}`;
  });
}

/** What a link or a picture leads to. */
export function linkOf(token: Token): string | undefined {
  const link =
    token.type === "link_open" ? token.attrGet("href") : token.type === "image" ? token.attrGet("src") : null;
  return link === null ? undefined : String(link);
}

/** The text of a line of Markdown, without its markup. */
export function textOf(inline: Token | undefined): string {
  const children = inline?.children ?? [];
  return children
    .map(({ type, content }) =>
      type === "softbreak" || type === "hardbreak" ? " " : type.startsWith("html_") ? "" : content,
    )
    .join("");
}

function linksInHtml(html: string): string[] {
  return Array.from(html.matchAll(LINK_ATTRIBUTES), ([, , , value = ""]) => value);
}
