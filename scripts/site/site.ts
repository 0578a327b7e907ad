/** Builds the documentation site: static pages, one for each document and for each source that one leads to. */
import { copyFileSync, cpSync, globSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { transform } from "esbuild";
import { articleHtml, type Needed } from "./article.ts";
import { type Document, Documents, textOf } from "./document.ts";
import { Code } from "./highlight.ts";
import { type NavLink, pageHtml, type PageParts } from "./layout.ts";
import { type Group, groupsOf } from "./navigation.ts";
import { sectionsOf } from "./sections.ts";
import { folderHtml, sourceHtml } from "./source-pages.ts";
import { pageOf, relativeUrl, rootOf, sourcePageOf } from "./urls.ts";

export interface SiteOptions {
  /** The folder to write, which is emptied first. */
  readonly out: string;
  /** Where the site will be served, with slashes around: only the page for what is not found has to know. */
  readonly base: string;
}

const PUBLIC = fileURLToPath(new URL("public", import.meta.url));
const MINISEARCH = fileURLToPath(import.meta.resolve("minisearch"));
const MAX_DESCRIPTION = 160;

/** Builds the site; tells the pages that it has. */
export async function buildSite({ out, base }: SiteOptions): Promise<readonly string[]> {
  const site = new Site(out, await Code.load());
  rmSync(out, { recursive: true, force: true });
  cpSync(PUBLIC, join(out, "assets"), { recursive: true });
  await writeMinisearch(join(out, "assets"));
  site.writeDocuments();
  site.writeSources();
  site.writePictures();
  site.writeNotFound(base);
  return site.pages;
}

/** Writes the library of the search, small, and its licence with it. */
async function writeMinisearch(folder: string): Promise<void> {
  const { code } = await transform(readFileSync(MINISEARCH, "utf8"), {
    minify: true,
    format: "esm",
    legalComments: "inline",
  });
  const [licence] = globSync(join(MINISEARCH, "../../../LICENSE*"));
  if (licence === undefined) throw new Error("Cannot copy MiniSearch: its licence goes with it: found none");
  writeFileSync(join(folder, "minisearch.js"), code);
  copyFileSync(licence, join(folder, "minisearch-license.txt"));
}

class Site {
  readonly pages: string[] = [];
  readonly #out: string;
  readonly #code: Code;
  readonly #documents = new Documents();
  readonly #groups: readonly Group[];
  readonly #order: readonly string[];
  readonly #needed: Needed;

  constructor(out: string, code: Code) {
    this.#out = out;
    this.#code = code;
    this.#groups = groupsOf(this.#documents);
    this.#order = this.#groups.flatMap(({ paths }) => paths);
    this.#needed = { documents: new Set(this.#order), pictures: new Set(), sources: new Set() };
  }

  writeDocuments(): void {
    const sections = this.#order.flatMap((path) => sectionsOf(this.#documents.at(path)));
    this.#write("assets/sections.json", JSON.stringify(sections));
    // A document adds those that it leads to, some of them in other folders, while the loop runs.
    for (const path of this.#needed.documents) this.#writeDocument(this.#documents.at(path));
  }

  #writeDocument(document: Document): void {
    const { path, title, headings } = document;
    const page = pageOf(path);
    const at = this.#order.indexOf(path);
    this.#writePage(page, {
      title,
      description: descriptionOf(document),
      article: articleHtml(document, this.#code, this.#needed),
      headings,
      nav: this.#nav(page, path),
      previous: at === -1 ? undefined : this.#link(page, this.#order[at - 1]),
      next: at === -1 ? undefined : this.#link(page, this.#order[at + 1]),
      source: path,
    });
  }

  writeSources(): void {
    const { sources } = this.#needed;
    // A folder adds what it lists while the loop runs.
    for (const path of sources) {
      const page = sourcePageOf(path);
      const article = statSync(path).isDirectory()
        ? folderHtml(path, (listed) => sources.add(listed))
        : sourceHtml(path, this.#code);
      this.#writePage(page, {
        title: path,
        description: path,
        article,
        headings: [],
        nav: this.#nav(page),
        source: path,
      });
    }
  }

  writePictures(): void {
    for (const path of this.#needed.pictures) {
      mkdirSync(dirname(join(this.#out, path)), { recursive: true });
      copyFileSync(path, join(this.#out, path));
    }
  }

  /** The only page with absolute links: it answers for addresses of any depth. */
  writeNotFound(base: string): void {
    const nav = this.#nav("404.html").map(({ title, links }) => ({
      title,
      links: links.map((link) => ({ ...link, url: base + link.url })),
    }));
    const article =
      "<h1>Not found</h1>\n<p>There is no page at this address. Perhaps the search or the list of pages finds it.</p>";
    this.#writePage("404.html", {
      title: "Not found",
      description: "Not found",
      article,
      headings: [],
      nav,
      root: base,
    });
  }

  #nav(page: string, current?: string): PageParts["nav"] {
    return this.#groups.map(({ title, paths }) => ({
      title,
      links: paths.flatMap((path) => this.#link(page, path, path === current) ?? []),
    }));
  }

  #link(page: string, path: string | undefined, isCurrent = false): NavLink | undefined {
    if (path === undefined) return undefined;
    const title = path === "README.md" ? "Overview" : this.#documents.at(path).title;
    return { title, url: relativeUrl(page, pageOf(path)), isCurrent };
  }

  #writePage(page: string, parts: Omit<PageParts, "root"> & { readonly root?: string }): void {
    this.pages.push(page);
    this.#write(page, pageHtml({ root: rootOf(page), ...parts }));
  }

  #write(file: string, text: string): void {
    mkdirSync(dirname(join(this.#out, file)), { recursive: true });
    writeFileSync(join(this.#out, file), text);
  }
}

/** The first paragraph, cut at a word. */
function descriptionOf({ tokens, title }: Document): string {
  const first = tokens.findIndex(({ type }) => type === "paragraph_open");
  const text = first === -1 ? title : textOf(tokens[first + 1]);
  return text.length <= MAX_DESCRIPTION ? text : `${text.slice(0, MAX_DESCRIPTION).replace(/\s+\S*$/, "")} …`;
}
