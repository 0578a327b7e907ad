/** One line of the index of documents, written when the example is built. */
export interface DocumentEntry {
  readonly path: string;
  readonly language: string;
  readonly lines: number;
  /** Of the document's text: a changed document is another call, so no cached rendering of it can be stale. */
  readonly digest: string;
}

/** What the slow upstream knows about one package. */
export interface PackageFacts {
  readonly name: string;
  readonly version: string;
  readonly license: string;
  readonly description: string;
  readonly dependencies: number;
}

/** The packages of the dashboard. */
export const PACKAGE_NAMES: readonly string[] = [
  "hono",
  "wrangler",
  "vitest",
  "typescript",
  "shiki",
  "markdown-it",
  "@cloudflare/workers-types",
  "@upstash/redis",
  "fast-check",
  "playwright-core",
  "tsdown",
  "oxlint",
];
