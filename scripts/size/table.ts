import type { Size } from "./measure.ts";

const HEADING = "## Sizes";
/** As in the tables of other packages: 1 KB is 1,000 bytes. */
const BYTES_PER_KB = 1000;

/** The table of README.md: each entry to 0.1 KB. */
export function sizeTable(sizes: readonly Size[]): string {
  const rows = sizes.map(({ name, besides, bytes }) => {
    const size = (bytes / BYTES_PER_KB).toFixed(1);
    return `| ${name} | ${besides === undefined ? size : `+ ${size}`} | ${besides ?? ""} |`.replace(/ {2}\|$/, " |");
  });
  return ["| import | KB | on top of |", "| --- | --- | --- |", ...rows].join("\n");
}

/** The table as the document has it; throws if it has none, so that it cannot go unnoticed. */
export function tableOf(document: string): string {
  const { start, end } = boundsOf(document);
  return document.slice(start, end);
}

/** The document with this table in the place of the one that it has. */
export function withTable(document: string, table: string): string {
  const { start, end } = boundsOf(document);
  return document.slice(0, start) + table + document.slice(end);
}

function boundsOf(document: string): { readonly start: number; readonly end: number } {
  const heading = document.indexOf(`\n${HEADING}\n`);
  const start = document.indexOf("\n| ", heading) + 1;
  const next = document.indexOf("\n## ", heading + 1);
  if (heading === -1 || start === 0 || (next !== -1 && start > next)) {
    throw new Error(
      `Cannot find the table of sizes: it is the first one below "${HEADING}": received a document without it`,
    );
  }
  const end = document.indexOf("\n\n", start);
  return { start, end: end === -1 ? document.trimEnd().length : end };
}
