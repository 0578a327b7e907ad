/** Pages of the reference, as Markdown. */
import GithubSlugger from "github-slugger";
import { commentText, isTelling, memberText } from "./comment-text.ts";
import { DocGraph, type Exported, type Place } from "./doc-graph.ts";
import { ENTRIES, type Entry, sourceOf, specifierOf } from "./entries.ts";
import { type Signature, Signatures } from "./signature.ts";
import { SourceFile } from "./source-file.ts";

const FOLDER = "docs/api";
const NOTICE = "<!-- Made of the doc comments by `npm run docs:api`: edit those. -->";
const MAX_LINE = 140;

/** What a name stands for on a page: one declaration, or the overloads of a function. */
interface Symbol {
  readonly name: string;
  readonly heading: string;
  readonly isType: boolean;
  readonly file: string;
  readonly places: readonly Place[];
}

interface Page {
  readonly entry: Entry;
  readonly symbols: readonly Symbol[];
}

/** Writes all pages: their texts by their paths. */
export function writePages(graph: DocGraph = DocGraph.read()): Map<string, string> {
  const pages = ENTRIES.map((entry) => ({ entry, symbols: symbolsOf(graph, entry) }));
  const writer = new Writer(graph, pages);
  return new Map(pages.map((page) => [`${FOLDER}/${page.entry.file}`, writer.page(page)]));
}

/** The public declarations without a doc comment, as a person looks for them. */
export function undocumented(graph: DocGraph = DocGraph.read()): string[] {
  return ENTRIES.flatMap((entry) =>
    symbolsOf(graph, entry).flatMap(({ name, places }) =>
      places.filter((place) => !isTelling(graph.comment(place))).map((place) => `${entry.title}: ${name} (${place})`),
    ),
  );
}

function symbolsOf(graph: DocGraph, { paths }: Entry): Symbol[] {
  const seen = new Set<Place>();
  return paths.flatMap((path) => {
    const exported = graph.exportsOf(sourceOf(path));
    const names = [...new Set(exported.map(({ name }) => name))].filter((name) => name !== "default");
    return names.flatMap((name) => {
      const declared = withoutBodies(exported.filter((each) => each.name === name)).filter(
        ({ place }) => !seen.has(place),
      );
      for (const { place } of declared) seen.add(place);
      const [first] = declared;
      if (first === undefined) return [];
      const { heading, isType } = headingOf(first);
      // Plugins have all the same name: the entry point tells them apart.
      const own = paths.length > 1 && !isType ? specifierOf(path) : heading;
      return [{ name, heading: own, isType, file: first.file, places: declared.map(({ place }) => place) }];
    });
  });
}

/** Leaves out the signature of an overloaded function that nobody can call: that of its body. */
function withoutBodies(declared: readonly Exported[]): readonly Exported[] {
  return declared.length > 1 ? declared.filter((each) => !hasBody(each)) : declared;
}

function hasBody({ file, place }: Exported): boolean {
  return SourceFile.of(file).declarationAt(place)?.type === "FunctionDeclaration";
}

function headingOf({ name, file, place }: Exported): { heading: string; isType: boolean } {
  switch (SourceFile.of(file).declarationAt(place)?.type) {
    case "TSInterfaceDeclaration":
      return { heading: `interface ${name}`, isType: true };
    case "TSTypeAliasDeclaration":
      return { heading: `type ${name}`, isType: true };
    case "ClassDeclaration":
      return { heading: `class ${name}`, isType: false };
    case "VariableDeclarator":
      return { heading: `const ${name}`, isType: false };
    default:
      return { heading: `${name}()`, isType: false };
  }
}

class Writer {
  readonly #graph: DocGraph;
  readonly #pages: readonly Page[];
  readonly #signatures: Signatures;
  /** Where each public declaration is described first. */
  readonly #homes = new Map<Place, { readonly file: string; readonly symbol: Symbol }>();

  constructor(graph: DocGraph, pages: readonly Page[]) {
    this.#graph = graph;
    this.#pages = pages;
    for (const { entry, symbols } of pages) {
      for (const symbol of symbols) {
        for (const place of symbol.places) {
          if (!this.#homes.has(place)) this.#homes.set(place, { file: entry.file, symbol });
        }
      }
    }
    this.#signatures = new Signatures(graph, (place) => this.#homes.has(place));
  }

  page({ entry, symbols }: Page): string {
    const values = symbols.filter(({ isType }) => !isType);
    const types = symbols.filter(({ isType }) => isType);
    const parts = [
      NOTICE,
      `# ${entry.title}`,
      entry.about,
      entry.paths.includes(".") ? this.#otherPages() : "",
      ...this.#index("Exports:", values),
      ...this.#index("Types:", types),
      ...values.flatMap((symbol) => this.#symbol(symbol, entry)),
      ...this.#loneModules(entry),
      ...types.flatMap((symbol) => this.#symbol(symbol, entry)),
    ];
    return `${parts.filter((part) => part !== "").join("\n\n")}\n`;
  }

  #otherPages(): string {
    const links = this.#pages.slice(1).map(({ entry }) => `[${entry.title}](${entry.file})`);
    return wrapped("Other entry points:", links);
  }

  #index(title: string, symbols: readonly Symbol[]): string[] {
    if (symbols.length === 0) return [];
    return [
      wrapped(
        title,
        symbols.map((symbol) => `[${labelOf(symbol)}](#${slugOf(symbol)})`),
      ),
    ];
  }

  /** Entry points that export nothing: they are imported for what they do. */
  #loneModules({ paths }: Entry): string[] {
    return paths.flatMap((path) => {
      const source = sourceOf(path);
      if (this.#graph.exportsOf(source).length > 0) return [];
      return [`## ${specifierOf(path)}`, commentText(this.#graph.moduleComment(source))];
    });
  }

  #symbol(symbol: Symbol, entry: Entry): string[] {
    const elsewhere = this.#homes.get(symbol.places[0] ?? "");
    const overloads = symbol.places.flatMap((place) => this.#declaration(symbol, place, entry));
    const same = elsewhere !== undefined && elsewhere.file !== entry.file;
    const link = same ? [`The same as in [${titleOf(elsewhere.file)}](${elsewhere.file}#${slugOf(symbol)}).`] : [];
    return [`## ${symbol.heading}`, ...overloads, ...link];
  }

  #declaration(symbol: Symbol, place: Place, entry: Entry): string[] {
    const signature = this.#signatures.of(symbol.file, place);
    const members = signature.members
      .map(({ name, isMethod, place: at }) =>
        memberText(isMethod && name !== "()" ? `${name}()` : name, this.#graph.comment(at)),
      )
      .filter((text) => text !== "");
    return [
      signature.text.replaceAll(/^(?=.)/gm, "    "),
      commentText(this.#graph.comment(place)),
      members.join("\n"),
      this.#uses(signature, symbol, entry),
    ];
  }

  #uses({ uses }: Signature, symbol: Symbol, entry: Entry): string {
    const links = uses
      .filter((place) => !symbol.places.includes(place))
      .map((place) => {
        const own = this.#pages
          .find((page) => page.entry === entry)
          ?.symbols.find(({ places }) => places.includes(place));
        const home = this.#homes.get(place);
        if (own !== undefined) return `[${own.name}](#${slugOf(own)})`;
        return home === undefined ? "" : `[${home.symbol.name}](${home.file}#${slugOf(home.symbol)})`;
      });
    return links.length === 0 ? "" : wrapped("See also:", links.toSorted());
  }
}

function titleOf(file: string): string {
  return ENTRIES.find((entry) => entry.file === file)?.title ?? file;
}

function labelOf({ heading, name, isType }: Symbol): string {
  return isType ? name : heading.replace(/^(?:const|class) /, "");
}

// Headings of a page differ even in lower case: those of types begin with what they are.
function slugOf({ heading }: Symbol): string {
  return new GithubSlugger().slug(heading);
}

/** Joins texts by commas, in lines that are not too long. */
function wrapped(title: string, texts: readonly string[]): string {
  const lines: string[] = [];
  let line = title;
  for (const [index, text] of texts.entries()) {
    const word = index === texts.length - 1 ? text : `${text},`;
    if (line.length + 1 + word.length > MAX_LINE) {
      lines.push(line);
      line = word;
    } else line += ` ${word}`;
  }
  return [...lines, line].join("\n");
}
