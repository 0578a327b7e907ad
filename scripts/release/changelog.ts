/** The headings of Keep a Changelog, in the order of a version. */
const HEADINGS = ["Added", "Changed", "Deprecated", "Removed", "Fixed", "Security"] as const;
type Heading = (typeof HEADINGS)[number];

/** What is said below each heading: the text, as it was written. */
export type Notes = ReadonlyMap<Heading, string>;

const UNRELEASED = "## [Unreleased]";

/** Reads what a changeset says, below its front matter; throws if it does not say it in the form of the changelog. */
export function notesOfChangeset(text: string): Notes {
  const body = /^---\n[^]*?\n---\n([^]*)$/.exec(text)?.[1];
  if (body === undefined) throw refusal("it begins with a front matter", text);
  const { before, notes } = sectionsOf(body);
  if (before !== "") throw refusal(`its text is below "### " and one of ${HEADINGS.join(", ")}`, before);
  if (notes.size === 0) throw refusal("it says what has changed", "no text");
  return notes;
}

/**
 * Makes a version of what is unreleased and of what changesets say. The heading is the version alone, because that is
 * how the release on GitHub finds its text; the day is below it.
 */
export function withVersion(changelog: string, changesets: readonly Notes[], version: string, day: string): string {
  if (hasVersion(changelog, version)) throw refusal(`it has no version ${version} yet`, "one that has");
  const start = changelog.indexOf(`\n${UNRELEASED}\n`) + 1;
  if (start === 0) throw refusal(`it has a heading "${UNRELEASED}"`, "none");
  const rest = changelog.indexOf("\n## ", start);
  const end = rest === -1 ? changelog.length : rest + 1;
  const { before, notes } = sectionsOf(changelog.slice(start + UNRELEASED.length, end));
  const sections = joined([notes, ...changesets]);
  if (sections === "" && before === "") throw refusal("a version has something to tell", "nothing");
  const parts = [UNRELEASED, `## ${version}`, day, before, sections].filter((part) => part !== "");
  const after = changelog.slice(end);
  return `${changelog.slice(0, start)}${parts.join("\n\n")}\n${after === "" ? "" : `\n${after}`}`;
}

export function hasVersion(changelog: string, version: string): boolean {
  return changelog.split("\n").includes(`## ${version}`);
}

function joined(all: readonly Notes[]): string {
  return HEADINGS.flatMap((heading) => {
    const texts = all.map((notes) => notes.get(heading)).filter((text) => text !== undefined);
    return texts.length === 0 ? [] : [`### ${heading}\n\n${texts.join("\n")}`];
  }).join("\n\n");
}

/** Splits a text at its headings of the third level. */
function sectionsOf(text: string): { readonly before: string; readonly notes: Notes } {
  const [before = "", ...sections] = text.split(/^### /m);
  const notes = new Map<Heading, string>();
  for (const section of sections) {
    const [name = "", ...lines] = section.split("\n");
    const heading = HEADINGS.find((known) => known === name.trim());
    if (heading === undefined) throw refusal(`a heading is one of ${HEADINGS.join(", ")}`, `"${name}"`);
    if (notes.has(heading)) throw refusal("a heading comes once", `"${name}" twice`);
    notes.set(heading, lines.join("\n").trim());
  }
  return { before: before.trim(), notes };
}

function refusal(rule: string, received: string): Error {
  return new Error(`Cannot write the changelog: ${rule}: received ${received.trim().slice(0, 80)}`);
}
