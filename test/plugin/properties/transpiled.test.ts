import { describe, expect, it } from "vitest";
import { parseModule } from "../../../adapters/plugin/source/parse.ts";
import { EFFORT, typescriptFiles, type SourceFile } from "./corpus.ts";
import { itemsOf, type Item } from "./modules.ts";
import { rareSyntax } from "./rare-syntax.ts";
import { topLevelOf, type TopLevel } from "./top-level.ts";
import {
  isRewrittenByEsbuild,
  compileWithTsc,
  isLowered,
  loweredNames,
  stripWithNode,
  transpileWithEsbuild,
  transpileWithOxc,
  type Transpiler,
} from "./transpilers.ts";

const files = [...rareSyntax, ...typescriptFiles()];

/** Compares the items of the sources with those of the output, apart from those that the tool may rewrite. */
function compare(tool: string, transpile: Transpiler, mayRewrite: (item: TopLevel) => boolean = () => false): void {
  const differences: {
    readonly file: string;
    readonly item: string;
    readonly source: Item;
    readonly output: Item | undefined;
  }[] = [];
  let [compared, rewritten, refused] = [0, 0, 0];
  for (const file of files) {
    const output = transpile(file);
    if (output === undefined) {
      refused++;
      continue;
    }
    const outputs = new Map(itemsOf(file.path, output).map((item) => [item.label, item]));
    for (const [item, isExempt] of itemsWithExemptions(file, mayRewrite)) {
      if (isExempt) rewritten++;
      else compared++;
      const other = outputs.get(item.label);
      if (!isExempt && JSON.stringify(item) !== JSON.stringify(other)) {
        differences.push({ file: file.path, item: item.label, source: item, output: other });
      }
    }
  }
  console.log(
    `${tool}: ${compared} items equal but ${differences.length}; ${rewritten} rewritten by rule; ${refused} files refused`,
  );
  expect(differences).toEqual([]);
  expect(rewritten).toBeLessThan(compared / 20);
  expect(refused).toBeLessThan(files.length / 10);
}

function itemsWithExemptions(file: SourceFile, mayRewrite: (item: TopLevel) => boolean): [Item, boolean][] {
  const { program } = parseModule(`/${file.path}`, file.code);
  const names = loweredNames(program);
  const nodes = topLevelOf(program);
  return itemsOf(file.path, file.code).map((item, index) => {
    const node = nodes[index];
    if (node === undefined) throw new Error(`Cannot find item ${index} of "${file.path}": received none`);
    // Statements are called by their number, and the output of an enum is one more.
    const isMoved = names.size > 0 && node.names.length === 0;
    return [item, isMoved || isLowered(node, names) || mayRewrite(node)];
  });
}

describe("the canonical texts of TypeScript are those of", { timeout: 60_000 * EFFORT }, () => {
  it("what Node makes of it", () => compare("Node", stripWithNode));
  it("what Oxc makes of it", () => compare("Oxc", transpileWithOxc));
  it("what esbuild makes of it", () => compare("esbuild", transpileWithEsbuild(), isRewrittenByEsbuild));
  it("what the TypeScript compiler makes of it", () => compare("tsc", compileWithTsc(files)));
});
