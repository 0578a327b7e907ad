import { env } from "cloudflare:workers";
import { cached } from "@autocache/edge";
import type { CachedFunction } from "@autocache/edge";
import { documentCache } from "./cache.ts";
import type { DocumentEntry } from "./data.ts";
import { highlight } from "./highlight.ts";
import { renderMarkdown } from "./markdown.ts";

/** The documents there are. In the memory of this isolate alone: another build of the example is another isolate. */
export const listDocuments: CachedFunction<[], readonly DocumentEntry[]> = cached(
  async (): Promise<readonly DocumentEntry[]> => (await readAsset("documents.json")).json(),
  { name: "listDocuments", ttl: "forever" },
);

/** Finds a document by its path. */
export async function findDocument(path: string): Promise<DocumentEntry | undefined> {
  return (await listDocuments()).find((document) => document.path === path);
}

/** Renders a document as HTML: the CPU-bound function of this example. */
export const renderDocument: CachedFunction<[document: DocumentEntry], string> = documentCache.cached(
  async (document: DocumentEntry): Promise<string> => {
    const source = await (await readAsset(`sources/${document.path}.txt`)).text();
    return document.language === "markdown"
      ? renderMarkdown(source, document.path)
      : highlight(source, document.language);
  },
  {
    name: "renderDocument",
    // Only what decides the result: the digest stands for the text, so the text need not be read for a hit.
    key: (document) => [document.path, document.digest],
  },
);

async function readAsset(path: string): Promise<Response> {
  const response = await env.ASSETS.fetch(`https://assets.invalid/data/${path}`);
  if (!response.ok) throw new Error(`Cannot read the asset "${path}": received status ${response.status}`);
  return response;
}
