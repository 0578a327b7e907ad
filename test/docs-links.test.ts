import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { deadLinks } from "../scripts/site/dead-links.ts";
import { readDocument } from "../scripts/site/document.ts";
import { documentPaths } from "../scripts/site/navigation.ts";

describe("the links of the documents", () => {
  it("are looked for in all of them", () => {
    const paths = documentPaths();
    expect(paths).toEqual(expect.arrayContaining(["README.md", "docs/api/index.md", "docs/design/codec.md"]));
    const links = paths.flatMap((path) => readDocument(path).links);
    expect(links.length).toBeGreaterThan(100);
  });

  it("lead to files, headings and lines that are there", () => {
    expect(deadLinks(documentPaths())).toEqual([]);
  });
});

describe("deadLinks()", () => {
  let folder = "";
  beforeAll(() => {
    // Within the project: what is outside of it cannot be linked.
    mkdirSync("node_modules/.cache", { recursive: true });
    folder = relative(".", mkdtempSync("node_modules/.cache/links-"));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  function complaints(text: string): string[] {
    const path = join(folder, "a.md");
    writeFileSync(path, text);
    return deadLinks([path]).map((complaint) => complaint.slice(path.length + 2));
  }

  it("accepts files, folders, headings, lines, and what is elsewhere", () => {
    writeFileSync(join(folder, "b.ts"), "1;\n2;\n");
    const links = ["#a-b", "b.ts", "b.ts#L2", "b.ts#L1-L2", "../", "https://example.com/#x", "mailto:a@example.com"];
    expect(complaints(`# A & \`B\`\n\n## A & B\n\n${links.map((link) => `[x](${link})`).join("\n")}\n`)).toEqual([
      "#a-b: no such heading",
    ]);
    expect(complaints("# A\n\n[x](#a) <a href='b.ts'>y</a> ![z](b.ts)\n")).toEqual([]);
  });

  it("tells files that are not there, or not in the project", () => {
    expect(complaints("[x](c.md) ![y](d.svg) [z](/README.md) [w](../../../../x)")).toEqual([
      "c.md: no such file",
      "d.svg: no such file",
      "/README.md: no such file",
      "../../../../x: no such file",
    ]);
  });

  it("tells headings and lines that are not there", () => {
    expect(complaints("# A\n\n[x](#b) [y](b.ts#L9) [z](b.ts#foo) [w](#)")).toEqual([
      "#b: no such heading",
      "b.ts#L9: no such line",
      "b.ts#foo: an anchor in what has none but lines",
      "#: an empty anchor",
    ]);
  });

  it("sees links of pictures, references and HTML, and none in code", () => {
    expect(complaints("[x][r] `[n](n.md)`\n\n    [n](n.md)\n\n[r]: r.md\n")).toEqual(["r.md: no such file"]);
    const picture = `<picture><source srcset="dark.svg"><img src="light.svg" alt=""></picture>\n\n<a href="#gone">x</a>\n`;
    expect(complaints(picture)).toEqual([
      "dark.svg: no such file",
      "light.svg: no such file",
      "#gone: no such heading",
    ]);
  });

  it("numbers headings of the same text", () => {
    expect(complaints("# A\n\n## A\n\n[x](#a-1) [y](#a-2)\n")).toEqual(["#a-2: no such heading"]);
  });
});
