/** `npm run bench:docs`: makes docs/benchmarks.md and its pictures of the results that are committed. */
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { readResults } from "./harness/results.ts";
import { renderReport } from "./report/document.ts";

const DOCS = join(import.meta.dirname, "../docs");

const { document, pictures } = renderReport(readResults());
rmSync(join(DOCS, "benchmarks"), { recursive: true, force: true });
mkdirSync(join(DOCS, "benchmarks"));
writeFileSync(join(DOCS, "benchmarks.md"), document);
for (const [file, picture] of Object.entries(pictures)) writeFileSync(join(DOCS, file), picture);
console.log(`docs/benchmarks.md, with ${Object.keys(pictures).length} pictures`);
