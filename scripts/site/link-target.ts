/** Where a link of a document leads. */
import { existsSync, statSync } from "node:fs";
import { posix } from "node:path";

export type LinkTarget =
  | { readonly kind: "external" }
  | { readonly kind: "missing"; readonly path: string }
  | {
      readonly kind: "document" | "picture" | "source" | "folder";
      /** From the top of the project, with slashes. */
      readonly path: string;
      readonly anchor: string | undefined;
    };

const PICTURES = /\.(?:svg|png|jpe?g|gif|webp|avif)$/i;

export function resolveLink(from: string, link: string): LinkTarget {
  if (/^[a-z][a-z\d+.-]*:|^\/\//i.test(link)) return { kind: "external" };
  const [written = "", fragment] = link.split("#", 2);
  const anchor = fragment === undefined ? undefined : decodeURIComponent(fragment);
  const path = written === "" ? from : posix.join(posix.dirname(from), decodeURIComponent(written));
  // Code hosts do not lead out of the project.
  if (path.startsWith("..") || written.startsWith("/") || !existsSync(path)) return { kind: "missing", path };
  if (statSync(path).isDirectory()) return { kind: "folder", path: path.replace(/\/$/, ""), anchor };
  if (path.endsWith(".md")) return { kind: "document", path, anchor };
  return { kind: PICTURES.test(path) ? "picture" : "source", path, anchor };
}
