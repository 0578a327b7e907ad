import { describe, expect, it } from "vitest";
import { count, packed, table, wrapped } from "../../../adapters/plugin/cli/layout.ts";

const plain = (text: string): string => text;

describe("table()", () => {
  it("aligns columns, and leaves no blanks at the ends of lines", () => {
    const rows = [
      ["a", "one", ""],
      ["long", "three", "x"],
    ];
    expect(table(rows, [{}, {}, {}], { width: 80 }, "  ")).toEqual(["  a     one", "  long  three  x"]);
  });

  it("leaves out a column that is empty", () => {
    const rows = [
      ["a", "", "x"],
      ["b", "", "y"],
    ];
    expect(table(rows, [{}, {}, {}], { width: 80 })).toEqual(["a  x", "b  y"]);
  });

  it("gives a first cell that is too long a line of its own, and the others theirs", () => {
    const rows = [
      ["short-name", "src/a.ts:1"],
      ["a-name-of-thirty-letters-or-so", "src/b.ts:1"],
      ["one", "src/c.ts:1"],
      ["two", "src/d.ts:1"],
    ];
    expect(table(rows, [{}, {}], { width: 30 }, "  ")).toEqual([
      "  short-name  src/a.ts:1",
      "  a-name-of-thirty-letters-or-so",
      "              src/b.ts:1",
      "  one         src/c.ts:1",
      "  two         src/d.ts:1",
    ]);
  });

  it("puts all rows on two lines where many do not fit", () => {
    const rows = [["a-name-of-thirty-letters-or-so", "src/routes/customers.ts:1"]];
    expect(table(rows, [{}, {}], { width: 30 })).toEqual([
      "a-name-of-thirty-letters-or-so",
      "  src/routes/customers.ts:1",
    ]);
  });

  it("counts what is seen, not the codes of colours", () => {
    const red = (text: string): string => `\u001B[31m${text}\u001B[39m`;
    expect(
      table(
        [
          ["a", "b"],
          ["ccc", "d"],
        ],
        [{ paint: red }, {}],
        { width: 8 },
      ),
    ).toEqual(["\u001B[31ma\u001B[39m    b", "\u001B[31mccc\u001B[39m  d"]);
  });
});

describe("packed()", () => {
  it("fills columns from top to bottom", () => {
    expect(packed(["a", "b", "c", "d", "e"], plain, { width: 8 }, "  ")).toEqual(["  a  d", "  b  e", "  c"]);
  });

  it("gives long words lines of their own, behind the others", () => {
    expect(packed(["a", "bbbbbbbbbbbb", "c"], plain, { width: 10 }, "  ")).toEqual(["  a  c", "  bbbbbbbbbbbb"]);
    expect(packed(["bbbbbbbbbbbb"], plain, { width: 10 }, "")).toEqual(["bbbbbbbbbbbb"]);
  });
});

describe("wrapped()", () => {
  it("breaks between words", () => {
    expect(wrapped(["one", "two", "three"], { width: 8 })).toEqual(["one two", "three"]);
    expect(wrapped(["one"], { width: Number.POSITIVE_INFINITY })).toEqual(["one"]);
  });
});

describe("count()", () => {
  it("has a singular and thousands", () => {
    expect([count(1, "function"), count(0, "function"), count(1034, "module")]).toEqual([
      "1 function",
      "0 functions",
      "1,034 modules",
    ]);
  });
});
