/** Pages for files that documents lead to and that are no documents: sources, and lists of folders. */
import { readdirSync, readFileSync } from "node:fs";
import { basename, extname } from "node:path";
import type { Code } from "./highlight.ts";
import { escapeHtml } from "./layout.ts";
import { relativeUrl, sourcePageOf } from "./urls.ts";

const LANGUAGES: Readonly<Record<string, string>> = {
  ".css": "css",
  ".html": "html",
  ".js": "javascript",
  ".json": "json",
  ".jsonc": "jsonc",
  ".md": "markdown",
  ".mjs": "javascript",
  ".sh": "shellscript",
  ".toml": "toml",
  ".ts": "typescript",
  ".tsx": "tsx",
  ".yml": "yaml",
};
/** What no list shows: what tools leave behind. */
const UNLISTED = /^\.|^node_modules$|^dist$|\.log$/;

export function sourceHtml(path: string, code: Code): string {
  const language = LANGUAGES[extname(path)] ?? "text";
  return `<h1><code>${escapeHtml(path)}</code></h1>
<figure class="code">${code.html(readFileSync(path, "utf8"), language, { hasLines: true })}</figure>`;
}

/** Lists a folder; tells its files and folders to `onListed`, for they need pages too. */
export function folderHtml(folder: string, onListed: (path: string) => void): string {
  const listed = readdirSync(folder, { withFileTypes: true })
    .filter(({ name }) => !UNLISTED.test(name))
    .toSorted((a, b) => Number(b.isDirectory()) - Number(a.isDirectory()) || (a.name < b.name ? -1 : 1));
  const items = listed.map((entry) => {
    const path = `${folder}/${entry.name}`;
    onListed(path);
    const url = relativeUrl(sourcePageOf(folder), sourcePageOf(path));
    return `<li><a href="${escapeHtml(url)}"><code>${escapeHtml(basename(path))}${entry.isDirectory() ? "/" : ""}</code></a></li>`;
  });
  return `<h1><code>${escapeHtml(folder)}/</code></h1>\n<ul>\n${items.join("\n")}\n</ul>`;
}
