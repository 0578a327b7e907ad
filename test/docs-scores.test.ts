import { describe, expect, it } from "vitest";
import { read, tableUnder } from "./support/documents.ts";

interface Scores {
  readonly scores: Readonly<Record<string, { readonly required: number; readonly optimal: number }>>;
}

const { scores } = JSON.parse(read("bench/http-conformance/scores.json")) as Scores;

/** "**159** · **154**" of the table as numbers. */
const numbers = (cell = ""): number[] => Array.from(cell.matchAll(/\d+/g), ([digits]) => Number(digits));

describe("the scores of the HTTP conformance suite", () => {
  it.each([
    ["Node", "on Node"],
    ["workerd", "on workerd"],
    ["wrangler dev", "under wrangler dev"],
  ])("in the guide are those measured on %s", (host, said) => {
    const row = tableUnder("docs/http.md", "How it compares").find(([name]) => name?.includes(said));
    const [all, defaults] = ["every option on", "defaults"].map((options) => scores[`${host}, ${options}`]);
    expect([numbers(row?.[1]), numbers(row?.[2])]).toEqual([
      [all?.required, defaults?.required],
      [all?.optimal, defaults?.optimal],
    ]);
  });

  it("in the runner's own document are those that were measured", () => {
    for (const [name = "", all, , defaults] of tableUnder("bench/http-conformance/README.md", "Scores")) {
      const of = (options: string): unknown[] => [
        scores[`${name}, ${options}`]?.required,
        scores[`${name}, ${options}`]?.optimal,
      ];
      expect([numbers(all), numbers(defaults)]).toEqual([of("every option on"), of("defaults")]);
    }
  });

  it("in the README are the lowest and the highest of them", () => {
    const row = tableUnder("README.md", "How it compares").find(([name]) => name?.startsWith("HTTP cache tests"));
    const required = Object.values(scores).map((score) => score.required);
    expect(numbers(row?.[1])).toEqual([Math.min(...required), Math.max(...required)]);
  });

  it("are the highest of all that are listed", () => {
    const rows = tableUnder("docs/http.md", "How it compares");
    const others = rows.filter(([name]) => !name?.includes("autocache")).flatMap((row) => numbers(row[1]));
    expect(Math.min(...Object.values(scores).map(({ required }) => required))).toBeGreaterThan(Math.max(...others));
  });
});
