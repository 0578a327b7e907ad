import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { exportedFiles } from "../scripts/exported.ts";
import { ENTRIES, importsOf } from "../scripts/size/entries.ts";
import { measure } from "../scripts/size/measure.ts";
import { sizeTable, tableOf } from "../scripts/size/table.ts";

/** Subpaths that no program ships: tests, and what a build puts in its place. */
const NOT_SHIPPED = ["./testing", "./manifest"];

describe("the sizes in README.md", () => {
  it("are those of the built package, or `npm run size -- --write` makes them so", () => {
    expect(tableOf(readFileSync("README.md", "utf8"))).toBe(sizeTable(measure(ENTRIES)));
  });

  it("have a row for each entry point that a program ships", () => {
    const shipped = [...exportedFiles().keys()].filter((subpath) => !NOT_SHIPPED.includes(subpath));
    const measured = new Set(ENTRIES.flatMap(({ imports }) => Object.keys(imports)));
    expect([...measured].toSorted()).toEqual(shipped.toSorted());
  });
});

describe("importsOf()", () => {
  it("joins the names of one subpath", () => {
    const tiered = ENTRIES.find(({ name }) => name === "`tiered`");
    expect(tiered && importsOf(tiered)).toEqual({ ".": "{ createCache, memory, tiered }" });
  });
});
