/** Addresses within the site: relative, so that it may be served from any folder. */
import { posix } from "node:path";

/** The file of the page that shows a document. */
export function pageOf(path: string): string {
  return path.replace(/(?:(^|\/)README)?\.md$/i, (_, slash: string | undefined) =>
    slash === undefined ? ".html" : `${slash}index.html`,
  );
}

/** The file of the page that shows a source, or the files of a folder. */
export function sourcePageOf(path: string): string {
  return `source/${path}.html`;
}

/** Writes the address of a file as a page of the site has it. */
export function relativeUrl(fromPage: string, to: string): string {
  const url = posix.relative(posix.dirname(fromPage), to);
  return url === "" ? posix.basename(to) : url;
}

/** The way from a page up to the top of the site: empty, or with a slash at its end. */
export function rootOf(page: string): string {
  return "../".repeat(page.split("/").length - 1);
}
