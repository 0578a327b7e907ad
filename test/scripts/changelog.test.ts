import { globSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { hasVersion, notesOfChangeset, withVersion } from "../../scripts/release/changelog.ts";

const changeset = (body: string): string => `---\n"@autocache/edge": minor\n---\n\n${body}\n`;
const head = "# Changelog\n\nOf all that is notable.\n\n";

describe("notesOfChangeset()", () => {
  it("keeps what is said below each heading as it is", () => {
    const text = changeset("### Added\n\n- `a()`\n  does a.\n- `b()`.\n\n### Fixed\n\n- c.");
    expect([...notesOfChangeset(text)]).toEqual([
      ["Added", "- `a()`\n  does a.\n- `b()`."],
      ["Fixed", "- c."],
    ]);
  });

  it.for([
    ["- `a()`.", 'its text is below "### "'],
    ["### Improved\n\n- a.", 'received "Improved"'],
    ["### Added\n\n- a.\n\n### Added\n\n- b.", '"Added" twice'],
    ["", "it says what has changed"],
  ] as const)("refuses %j", ([body, reason]) => {
    expect(() => notesOfChangeset(changeset(body))).toThrow(reason);
  });

  it("refuses a text without a front matter", () => {
    expect(() => notesOfChangeset("### Added\n\n- a.\n")).toThrow("front matter");
  });
});

describe("withVersion()", () => {
  const unreleased = `${head}## [Unreleased]\n\n### Added\n\n- one.\n\n## 0.1.0\n\n2026-12-01\n\n### Added\n\n- all.\n`;

  it("makes a version of what is unreleased and of changesets, heading by heading", () => {
    const notes = ["### Fixed\n\n- two.", "### Added\n\n- three."].map((body) => notesOfChangeset(changeset(body)));
    expect(withVersion(unreleased, notes, "0.2.0", "2026-12-24")).toBe(
      `${head}## [Unreleased]\n\n## 0.2.0\n\n2026-12-24\n\n### Added\n\n- one.\n- three.\n\n### Fixed\n\n- two.\n\n` +
        "## 0.1.0\n\n2026-12-01\n\n### Added\n\n- all.\n",
    );
  });

  it("makes the first version, with what was said of it", () => {
    const first = `${head}## [Unreleased]\n\nThe first.\n\n### Added\n\n- one.\n`;
    const made = withVersion(first, [], "0.1.0", "2026-12-01");
    expect(made).toBe(`${head}## [Unreleased]\n\n## 0.1.0\n\n2026-12-01\n\nThe first.\n\n### Added\n\n- one.\n`);
    expect([hasVersion(first, "0.1.0"), hasVersion(made, "0.1.0")]).toEqual([false, true]);
  });

  it("refuses a version that is there already, and one that says nothing", () => {
    expect(() => withVersion(unreleased, [], "0.1.0", "2026-12-24")).toThrow("it has no version 0.1.0 yet");
    expect(() => withVersion(`${head}## [Unreleased]\n`, [], "0.1.0", "2026-12-24")).toThrow("received nothing");
    expect(() => withVersion(head, [], "0.1.0", "2026-12-24")).toThrow('it has a heading "## [Unreleased]"');
  });
});

describe("the changes that wait for a version", () => {
  it("have the form that is shown", () => {
    const [, example = ""] = /```md\n([^]*?)```/.exec(readFileSync(".changeset/README.md", "utf8")) ?? [];
    expect([...notesOfChangeset(example).keys()]).toEqual(["Added"]);
  });

  it("can be written to the changelog as they are", () => {
    const waiting = globSync(".changeset/*.md").filter((path) => !path.endsWith("README.md"));
    const texts = [changeset("### Added\n\n- one."), ...waiting.map((path) => readFileSync(path, "utf8"))];
    const notes = texts.map(notesOfChangeset);
    expect(withVersion(readFileSync("CHANGELOG.md", "utf8"), notes, "999.0.0", "2026-12-24")).toContain("## 999.0.0");
  });
});
