/** Finds links of documents that lead nowhere. */
import { readFileSync } from "node:fs";
import { Documents } from "./document.ts";
import { resolveLink } from "./link-target.ts";

/** Tells each dead link of the documents, with the reason. */
export function deadLinks(paths: readonly string[]): string[] {
  const documents = new Documents();
  return paths.flatMap((path) =>
    documents.at(path).links.flatMap((link) => {
      const reason = complaint(documents, path, link);
      return reason === undefined ? [] : [`${path}: ${link}: ${reason}`];
    }),
  );
}

function complaint(documents: Documents, from: string, link: string): string | undefined {
  const target = resolveLink(from, link);
  if (target.kind === "external") return undefined;
  if (target.kind === "missing") return "no such file";
  const { kind, path, anchor } = target;
  if (anchor === undefined || anchor === "") return anchor === undefined ? undefined : "an empty anchor";
  if (kind === "document") return documents.at(path).anchors.has(anchor) ? undefined : "no such heading";
  if (kind !== "source") return "an anchor in what has none";
  const [, last] = /^L\d+(?:-L\d+)?$/.test(anchor) ? (/(\d+)$/.exec(anchor) ?? []) : [];
  if (last === undefined) return "an anchor in what has none but lines";
  return Number(last) <= readFileSync(path, "utf8").split("\n").length ? undefined : "no such line";
}
