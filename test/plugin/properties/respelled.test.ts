import { format, type FormatConfig } from "oxfmt";
import { describe, expect, it } from "vitest";
import { parseModule } from "../../../adapters/plugin/source/parse.ts";
import { allFiles, EFFORT, sample, type SourceFile } from "./corpus.ts";
import { differencesBetween, type Difference } from "./differences.ts";
import { Random } from "./random.ts";
import { rareSyntax } from "./rare-syntax.ts";
import { RESPELLINGS, respelled } from "./respelling/respelled.ts";
import { reordered } from "./reordering.ts";
import { isLowered, isRewrittenByEsbuild, loweredNames, transpileWithEsbuild } from "./transpilers.ts";
import { topLevelOf } from "./top-level.ts";

const files = [...rareSyntax, ...sample(allFiles(), 800_000, 6)];
const few = [...rareSyntax, ...sample(allFiles(), 200_000, 9)];

const differencesAfter = (change: (file: SourceFile) => string): Difference[] =>
  files.flatMap((file) => differencesBetween(file, change(file), "names"));

describe("a canonical text is the same", { timeout: 60_000 * EFFORT }, () => {
  function countRespelled(sources: readonly SourceFile[], names: readonly string[], share: number): number {
    let total = 0;
    const differences = sources.flatMap((file) => {
      const { code, count } = respelled(file, Random.of(file.path, 7), share, names);
      total += count;
      return differencesBetween(file, code, "names");
    });
    expect(differences).toEqual([]);
    return total;
  }

  it("when the code says the same in other words, each in all its places", () => {
    const names = Object.keys(RESPELLINGS);
    const counts = names.map((name) => [name, countRespelled(few, [name], 1)] as const);
    console.log("Respelled:", counts.map(([name, count]) => `${name} ${count}`).join(", "));
    expect(counts.filter(([, count]) => count === 0)).toEqual([]);
  });

  it("when the code says the same in other words, mixed at random", () => {
    expect(countRespelled(files, Object.keys(RESPELLINGS), 0.3)).toBeGreaterThan(5_000);
  });

  it("when the lines end as on Windows, and the file begins with a byte order mark", () => {
    // A mark in front of `#!` would make it no JavaScript.
    const mark = (code: string): string => (code.startsWith("#!") ? code : `\uFEFF${code}`);
    expect(differencesAfter(({ code }) => mark(code.replaceAll(/\r?\n/g, "\r\n")))).toEqual([]);
  });

  it("when the declarations stand in another order", () => {
    expect(differencesAfter((file) => reordered(file, Random.of(file.path, 8)))).toEqual([]);
  });

  it("when a formatter has been at work, with other settings than the author's", async () => {
    const settings: FormatConfig = {
      arrowParens: "avoid",
      bracketSpacing: false,
      // The text of html`…` is the page, and not its layout alone.
      embeddedLanguageFormatting: "off",
      printWidth: 40,
      quoteProps: "consistent",
      singleQuote: true,
      trailingComma: "none",
      useTabs: true,
    };
    const differences: Difference[] = [];
    // In JSX, a space at the end of a line becomes `{" "}`: a child of its own, which code can tell from the text.
    for (const file of files.filter(({ path }) => !path.endsWith("x"))) {
      const { code, errors } = await format(file.path.replaceAll("/", "-"), file.code, settings);
      expect(errors).toEqual([]);
      differences.push(...differencesBetween(file, code, "names"));
    }
    expect(differences).toEqual([]);
  });

  it("when esbuild has written it anew, with short names and no spaces", () => {
    const minify = transpileWithEsbuild({ minifyIdentifiers: true, minifyWhitespace: true });
    let [compared, rewritten] = [0, 0];
    const differences = files.flatMap((file) => {
      const { program } = parseModule(`/${file.path}`, file.code);
      const items = topLevelOf(program);
      // Enums and namespaces become more than one statement, and so the places of all others change.
      const names = loweredNames(program);
      if (items.some((item) => isLowered(item, names))) return [];
      const exempt = new Set(items.flatMap((item, index) => (isRewrittenByEsbuild(item) ? [index] : [])));
      compared += items.length - exempt.size;
      rewritten += exempt.size;
      return differencesBetween(file, minify(file) ?? "", "places").filter(({ index }) => !exempt.has(index));
    });
    console.log(`esbuild: ${compared} items equal but ${differences.length}; ${rewritten} rewritten by rule`);
    expect(differences).toEqual([]);
    expect(rewritten).toBeLessThan(compared / 20);
  });
});
