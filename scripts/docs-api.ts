/** `npm run docs:api`: writes the reference in docs/api, of the doc comments of what the package exports. */
import { globSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { DocGraph } from "./docs-api/doc-graph.ts";
import { undocumented, writePages } from "./docs-api/pages.ts";

const graph = DocGraph.read();
const pages = writePages(graph);
mkdirSync("docs/api", { recursive: true });
for (const file of globSync("docs/api/*.md")) if (!pages.has(file.replaceAll("\\", "/"))) rmSync(file);
for (const [path, text] of pages) writeFileSync(path, text);
console.log(`${pages.size} pages in docs/api`);
const missing = undocumented(graph);
if (missing.length > 0) {
  console.error(`Without a doc comment:\n${missing.join("\n")}`);
  process.exitCode = 1;
}
