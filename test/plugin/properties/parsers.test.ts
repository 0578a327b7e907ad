import { describe, expect, it } from "vitest";
import { EFFORT, packageFiles, typescriptFiles, type SourceFile } from "./corpus.ts";
import { itemsOf, itemsOfTree, type Item } from "./modules.ts";
import { parseWithAcorn, parseWithYuku, type OtherParser } from "./parsers.ts";
import { rareSyntax } from "./rare-syntax.ts";

const files = [...rareSyntax, ...packageFiles(), ...typescriptFiles()];

function compare(name: string, sources: readonly SourceFile[], parse: OtherParser): void {
  const differences: { readonly file: string; readonly item: Item; readonly other: Item | undefined }[] = [];
  const refused: string[] = [];
  let compared = 0;
  for (const file of sources) {
    const other = parse(file);
    if (other === undefined) {
      refused.push(file.path);
      continue;
    }
    const items = itemsOf(file.path, file.code);
    const others = itemsOfTree(other);
    compared += items.length;
    items.forEach((item, index) => {
      if (JSON.stringify(item) !== JSON.stringify(others[index]))
        differences.push({ file: file.path, item, other: others[index] });
    });
  }
  console.log(
    `${name}: ${compared} items of ${sources.length} files equal but ${differences.length}; ${refused.length} files refused`,
  );
  expect(differences).toEqual([]);
  expect(refused.length, refused.join(", ")).toBeLessThan(sources.length / 20);
}

describe("the canonical texts of Oxc's trees are those of", { timeout: 60_000 * EFFORT }, () => {
  it("Acorn's", () => compare("Acorn", files, parseWithAcorn));
  it("Yuku's", () => compare("Yuku", files, parseWithYuku));
});
