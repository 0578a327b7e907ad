import { describe, expect, it } from "vitest";
import { asCached, type Manner, type Part, partsOf, siteTextsOf } from "./cached-code.ts";
import { allFiles, EFFORT, sample, type SourceFile } from "./corpus.ts";
import { itemsOf } from "./modules.ts";
import { OPERATORS, type Mutation } from "./mutations/mutable-module.ts";
import { allSurvivorsOf, survivorsOf, type Outcome, type Subject } from "./mutations/survivors.ts";
import { rareSyntax } from "./rare-syntax.ts";

const LEAST = 15_000;
const SEED = 22;
/** Bundles of many modules are left out on every push: all their texts are made anew for each change. */
const LARGEST = EFFORT > 1 ? Infinity : 60_000;

const modules = (): SourceFile[] => allFiles().filter(({ code }) => code.length < LARGEST);

/** The text of the item that a mutation stands in. */
const items: Subject = {
  textsOf: ({ path, code }) =>
    itemsOf(path, code).map(({ digest, references }) => JSON.stringify([digest, references])),
  changedBy: () => (mutation) => [mutation.item],
};

/** The texts of the sites of cached code that a mutation stands in. */
function sites(manner: Manner): Subject {
  return {
    textsOf: siteTextsOf,
    changedBy: (file) => {
      const parts = partsOf(file, manner);
      const isIn = ({ edits }: Mutation, [start, end]: Part): boolean =>
        edits.every((edit) => start <= edit.start && edit.end <= end);
      return (mutation) =>
        [...parts.keys()].filter((site) => parts[site]?.some((part) => isIn(mutation, part)) === true);
    },
  };
}

const total = ({ counts }: Outcome): number => [...counts.values()].reduce((sum, count) => sum + count, 0);

function print(what: string, outcome: Outcome): void {
  const counts = [...outcome.counts].toSorted(([, a], [, b]) => b - a);
  console.log(
    `${what}: ${total(outcome)} mutations, and ${outcome.dropped} texts that were no JavaScript. Of each operator: ` +
      counts.map(([operator, count]) => `${operator} ${count}`).join(", "),
  );
}

describe("a canonical text", { timeout: 120_000 * EFFORT }, () => {
  it("differs after each of 15,000 changes of meaning at random places of published code", () => {
    const outcome = survivorsOf(items, sample(modules(), 1_200_000, SEED), 40, SEED);
    print("Corpus", outcome);
    expect(outcome.survivors).toEqual([]);
    expect(total(outcome)).toBeGreaterThan(LEAST);
  });

  it("differs after every change of meaning of rare syntax", () => {
    const outcome = allSurvivorsOf(items, rareSyntax, SEED);
    print("Rare syntax", outcome);
    expect(outcome.survivors).toEqual([]);
    expect(Object.keys(OPERATORS).filter((operator) => !outcome.counts.has(operator))).toEqual([]);
  });
});

describe("the text of a site", { timeout: 120_000 * EFFORT }, () => {
  it.for(["literals", "captured", "methods"] as const)(
    "differs after each change of meaning of what is cached: %s",
    (manner) => {
      const chosen = [...rareSyntax, ...sample(modules(), 1_000_000, SEED)];
      const files = chosen.flatMap((file) => asCached(file, manner) ?? []);
      const outcome = survivorsOf(sites(manner), files, manner === "methods" ? 80 : 12, SEED);
      print(`Cached ${manner} of ${files.length} files`, outcome);
      expect(outcome.survivors).toEqual([]);
      expect(total(outcome)).toBeGreaterThan(1_000);
    },
  );
});
