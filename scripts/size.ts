/**
 * `npm run size`: what a program ships for each entry point of the built package, measured by size-limit, against the limits of
 * scripts/size/entries.ts. `--write` refreshes the table of README.md; `--modules <name>` shows which sources an entry brings.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { ENTRIES, importsOf } from "./size/entries.ts";
import { excess, measure } from "./size/measure.ts";
import { bundleWithEsbuild } from "./size/modules.ts";
import { sizeTable, withTable } from "./size/table.ts";

const { values } = parseArgs({ options: { write: { type: "boolean" }, modules: { type: "string" } } });

/** Prints the share of each source file in the minified bundle of an entry, the largest first. */
async function printModules(name: string): Promise<void> {
  const entry = ENTRIES.find((known) => known.name.replaceAll("`", "") === name);
  if (entry === undefined) {
    const known = ENTRIES.map((each) => each.name.replaceAll("`", "")).join(" | ");
    throw new RangeError(`Cannot show the modules of "${name}": an entry is one of ${known}: received another`);
  }
  const shares = [...(await bundleWithEsbuild(importsOf(entry), true))].toSorted(([, a], [, b]) => b - a);
  for (const [source, characters] of shares) console.log(`${String(characters).padStart(7)}  ${source}`);
}

function printSizes(isWriting: boolean): void {
  const sizes = measure(ENTRIES);
  const table = sizeTable(sizes);
  for (const { name, besides, bytes, limitBytes } of sizes) {
    const size = `${besides === undefined ? "" : "+"}${bytes}`.padStart(7);
    console.log(`${name.replaceAll("`", "").padEnd(22)}${size} of ${limitBytes} bytes, min and gzip`);
  }
  if (isWriting) writeFileSync("README.md", withTable(readFileSync("README.md", "utf8"), table));
  const problems = excess(sizes);
  for (const problem of problems) console.error(problem);
  if (problems.length > 0) process.exitCode = 1;
}

if (values.modules === undefined) printSizes(values.write === true);
else await printModules(values.modules);
