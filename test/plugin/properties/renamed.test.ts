import { describe, expect, it } from "vitest";
import { asCached, siteTextsOf } from "./cached-code.ts";
import { allFiles, EFFORT, sample, type SourceFile } from "./corpus.ts";
import { differencesBetween, type Difference } from "./differences.ts";
import type { Naming } from "./modules.ts";
import { Random } from "./random.ts";
import { rareSyntax } from "./rare-syntax.ts";
import { Renaming } from "./renaming.ts";

const files = [...rareSyntax, ...sample(allFiles(), 800_000, 5)];

const differencesAfter = (change: (file: SourceFile) => string, naming: Naming): Difference[] =>
  files.flatMap((file) => differencesBetween(file, change(file), naming));

describe("a canonical text is the same", { timeout: 60_000 * EFFORT }, () => {
  it.for([1, 2, 3])("when the variables of functions have other names, some of them those of others (%i)", (seed) => {
    expect(differencesAfter((file) => new Renaming(file, Random.of(file.path, seed)).text("locals"), "names")).toEqual(
      [],
    );
  });

  it("when the variables of the module have other names", () => {
    expect(differencesAfter((file) => new Renaming(file, Random.of(file.path, 4)).text("module"), "places")).toEqual(
      [],
    );
  });

  it.for(["literals", "captured", "methods"] as const)(
    "when it is that of a cached function whose variables have other names: %s",
    (manner) => {
      let compared = 0;
      const differences = files.flatMap((file) => {
        const cached = asCached(file, manner);
        if (cached === undefined) return [];
        const code = new Renaming(cached, Random.of(file.path, 9)).text("locals");
        const [before, after] = [cached, { path: file.path, code }].map(siteTextsOf);
        compared += before?.length ?? 0;
        return before?.flatMap((text, place) => (text === after?.[place] ? [] : [`${file.path}, site ${place}`])) ?? [];
      });
      expect(differences).toEqual([]);
      expect(compared).toBeGreaterThan(50);
    },
  );
});
