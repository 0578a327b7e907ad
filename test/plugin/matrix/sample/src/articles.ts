import { slugify } from "slugger";
import { cache } from "./cache.ts";
import catalogue from "./data/catalogue.json" with { type: "json" };
import { capitalise } from "./lib/text.ts";

export interface Article {
  readonly slug: string;
  readonly title: string;
  readonly section: string;
}

const sectionOf = (title: string): string =>
  catalogue.sections.find(({ words }) => words.some((word) => title.includes(word)))?.name ?? catalogue.fallback;

async function loadArticle(title: string): Promise<Article> {
  return { slug: slugify(title), title: capitalise(title), section: sectionOf(title) };
}

export const article = cache.cached(loadArticle, { name: "article", tags: ["articles"] });
