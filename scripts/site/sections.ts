/** What the search looks through: the text of each section, by its heading. */
import { type Document, textOf } from "./document.ts";
import { pageOf } from "./urls.ts";

export interface Section {
  readonly url: string;
  readonly page: string;
  readonly heading: string;
  readonly text: string;
}

const TEXTS = new Set(["inline", "fence", "code_block"]);

export function sectionsOf({ path, title, headings, tokens }: Document): Section[] {
  const sections: { url: string; page: string; heading: string; texts: string[] }[] = [];
  let next = 0;
  for (const [index, token] of tokens.entries()) {
    if (token.type === "heading_open") {
      const heading = headings[next++];
      const anchor = heading === undefined || heading.level === 1 ? "" : `#${heading.slug}`;
      sections.push({ url: pageOf(path) + anchor, page: title, heading: heading?.text ?? title, texts: [] });
    } else if (TEXTS.has(token.type) && tokens[index - 1]?.type !== "heading_open") {
      sections.at(-1)?.texts.push(token.type === "inline" ? textOf(token) : token.content);
    }
  }
  return sections.map(({ texts, ...section }) => ({
    ...section,
    text: texts.join(" ").replaceAll(/\s+/g, " ").trim(),
  }));
}
