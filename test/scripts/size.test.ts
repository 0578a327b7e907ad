import { describe, expect, it } from "vitest";
import type { SizeEntry } from "../../scripts/size/entries.ts";
import { differences, excess } from "../../scripts/size/measure.ts";
import { sizeTable, tableOf, withTable } from "../../scripts/size/table.ts";

const core: SizeEntry = { name: "core", imports: { ".": "{ core }" }, limitBytes: 5000 };
const adapter: SizeEntry = { name: "adapter", imports: { "./a": "{ a }" }, besides: "core", limitBytes: 1200 };
const measured = [
  { name: "core", size: 4960 },
  { name: "adapter", size: 6161 },
];

describe("differences()", () => {
  it("counts what comes on top of another entry", () => {
    const sizes = differences([core, adapter], measured);
    expect(sizes.map(({ bytes }) => bytes)).toEqual([4960, 1201]);
  });

  it("refuses an entry that was not measured", () => {
    expect(() => differences([adapter], [])).toThrow('Cannot measure "adapter"');
  });
});

describe("excess()", () => {
  it("tells of what is larger than its limit, by one byte too", () => {
    expect(excess(differences([core, adapter], measured))).toEqual(["adapter has 1201 bytes, 1 more than its limit"]);
  });

  it("is content with what is as large as its limit", () => {
    expect(excess([{ ...core, bytes: 5000 }])).toEqual([]);
  });
});

describe("sizeTable()", () => {
  it("rounds to 0.1 KB of 1,000 bytes", () => {
    expect(
      sizeTable(differences([core, adapter], measured))
        .split("\n")
        .slice(2),
    ).toEqual(["| core | 5.0 | |", "| adapter | + 1.2 | core |"]);
  });
});

describe("withTable()", () => {
  const document = "# A\n\n| other |\n| --- |\n\n## Sizes\n\nText.\n\n| old |\n| --- |\n\n## B\n\n| last |\n";

  it("replaces the table below its heading, and no other", () => {
    const changed = withTable(document, "| new |\n| --- |\n| 1 |");
    expect(changed).toBe(document.replace("| old |\n| --- |", "| new |\n| --- |\n| 1 |"));
    expect(tableOf(changed)).toBe("| new |\n| --- |\n| 1 |");
  });

  it.for(["# A\n\n| other |\n", "# A\n\n## Sizes\n\nText.\n\n## B\n\n| last |\n"])(
    "refuses a document without one",
    (text) => {
      expect(() => withTable(text, "")).toThrow("Cannot find the table of sizes");
    },
  );
});
