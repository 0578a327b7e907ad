/** The order of pages: that of docs/README.md, and after it what that does not name. */
import { existsSync, globSync } from "node:fs";
import { dirname } from "node:path";
import type { Token } from "markdown-it";
import { type Document, type Documents, linkOf, textOf } from "./document.ts";
import { resolveLink } from "./link-target.ts";

export interface Group {
  readonly title: string;
  readonly paths: readonly string[];
}

const INDEX = "docs/README.md";
const REFERENCE = "docs/api/index.md";
const REFERENCE_TITLE = "API reference";

/** Every document that becomes a page. */
export function documentPaths(): string[] {
  return globSync(["*.md", "docs/**/*.md"])
    .map((path) => path.replaceAll("\\", "/"))
    .toSorted();
}

export function groupsOf(documents: Documents): Group[] {
  const all = documentPaths();
  const named = groupsIn(documents.at(INDEX));
  const taken = new Set<string>();
  const take = (title: string, paths: readonly string[]): Group => {
    const own = [...new Set(paths)].filter((path) => all.includes(path) && !taken.has(path));
    for (const path of own) taken.add(path);
    return { title, paths: own };
  };
  const left = (pattern: RegExp): string[] => all.filter((path) => pattern.test(path));
  const reference = [REFERENCE, ...linkedFrom(documents.at(REFERENCE)), ...left(/^docs\/api\//)].filter(isReference);
  const groups = [
    take("Start", ["README.md", INDEX]),
    // The pages of the reference stand together, where the index leads to one of them.
    ...named.flatMap(({ title, paths }) => [
      take(
        title,
        paths.filter((path) => !isReference(path)),
      ),
      ...(paths.some(isReference) ? [take(REFERENCE_TITLE, reference)] : []),
    ]),
    take("More", left(/^docs\/[^/]+\.md$/)),
    take(REFERENCE_TITLE, reference),
    take("Design", left(/^docs\/design\//)),
    take("More", left(/^docs\//)),
    take("Project", ["CHANGELOG.md", "CONTRIBUTING.md", ...left(/./)]),
  ];
  return merged(groups.filter(({ paths }) => paths.length > 0));
}

/** The headings of the index of documents, each with the pages that are linked under it. */
function groupsIn({ path, tokens }: Document): Group[] {
  const groups: { title: string; paths: string[] }[] = [{ title: "Guides", paths: [] }];
  for (const [index, token] of tokens.entries()) {
    if (token.type === "heading_open" && token.tag !== "h1")
      groups.push({ title: textOf(tokens[index + 1]), paths: [] });
    groups.at(-1)?.paths.push(...linkedIn(path, token.children ?? []));
  }
  return groups;
}

/** The documents that tokens lead to; a link to the folder of the reference stands for its first page. */
function linkedIn(from: string, tokens: readonly Token[]): string[] {
  return tokens.flatMap((token) => {
    const link = linkOf(token);
    const target = link === undefined ? undefined : resolveLink(from, link);
    if (target?.kind === "document") return [target.path];
    return target?.kind === "folder" && existsSync(`${target.path}/index.md`) ? [`${target.path}/index.md`] : [];
  });
}

function linkedFrom({ path, tokens }: Document): string[] {
  return tokens.flatMap(({ children }) => linkedIn(path, children ?? []));
}

function isReference(path: string): boolean {
  return path.startsWith(dirname(REFERENCE));
}

/** Joins groups of the same title, where the first of them stands. */
function merged(groups: readonly Group[]): Group[] {
  const byTitle = Map.groupBy(groups, ({ title }) => title);
  return [...byTitle].map(([title, same]) => ({ title, paths: same.flatMap(({ paths }) => paths) }));
}
