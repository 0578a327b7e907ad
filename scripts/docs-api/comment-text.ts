/** Doc comments as Markdown. */
import type { DocComment, DocTag } from "./doc-graph.ts";

interface Parts {
  readonly text: string;
  readonly defaultText: string | undefined;
  readonly tags: readonly DocTag[];
}

const INDENT = "  ";
const LITERAL = /^(?:[\d_.]+|true|false|"[^"]*"|\[.*\]|\{.*\})$/;

/** Writes a comment of a declaration: its text, parameters, result, errors and examples. */
export function commentText(comment: DocComment | undefined): string {
  const { text, defaultText, tags } = partsOf(comment);
  const of = (kind: string): DocTag[] => tags.filter((tag) => tag.kind === kind);
  const params = of("param").map(({ name = "", doc = "" }) => `- \`${name}\`: ${indented(doc)}`);
  const returns = of("return").map(({ doc = "" }) => `Returns ${doc}`);
  const paragraphs = [
    text,
    defaultText === undefined ? "" : `Default: ${defaultText}.`,
    params.length === 0 ? "" : `Parameters:\n\n${params.join("\n")}`,
    ...returns.map(asSentence),
    of("throws").length === 0
      ? ""
      : `Throws:\n\n${of("throws")
          .map((tag) => `- ${indented(thrown(tag))}`)
          .join("\n")}`,
    ...of("example").map(exampleText),
  ];
  return paragraphs.filter((paragraph) => paragraph !== "").join("\n\n");
}

/** Writes the comment of a member as an item of a list; an empty text where there is nothing to say. */
export function memberText(name: string, comment: DocComment | undefined): string {
  const { text, defaultText, tags } = partsOf(comment);
  const of = (kind: string): DocTag[] => tags.filter((tag) => tag.kind === kind);
  const sentences = [
    text,
    defaultText === undefined ? "" : `Default: ${defaultText}`,
    ...of("param").map((tag) => `\`${tag.name}\` is ${tag.doc}`),
    ...of("return").map((tag) => `Returns ${tag.doc}`),
    ...of("throws").map((tag) => `Throws ${thrown(tag)}`),
  ].filter((sentence) => sentence !== "");
  if (sentences.length === 0) return "";
  const examples = of("example").map((tag) => INDENT + indented(exampleText(tag)));
  return [`- \`${name}\`: ${indented(sentences.map(asSentence).join("\n"))}`, ...examples].join("\n\n");
}

/** Says whether a comment tells anything. */
export function isTelling(comment: DocComment | undefined): boolean {
  return partsOf(comment).text !== "";
}

function partsOf({ doc = "", tags = [] }: DocComment = {}): Parts {
  // A default at the end of a line of text is not seen as a tag, and one that is a tag is not known as one.
  const [text = "", inline] = doc.split(/(?:^|\s)@default\s/);
  const known = tags.flatMap(({ kind, value }) =>
    kind === "unsupported" ? (value?.split(/^@default\s/)[1] ?? []) : [],
  );
  const [defaultText] = [...(inline === undefined ? [] : [inline]), ...known].map((value) =>
    LITERAL.test(value.trim()) ? `\`${value.trim()}\`` : value.trim(),
  );
  return { text: text.trim(), defaultText, tags };
}

function thrown({ tsType, doc = "" }: DocTag): string {
  return tsType?.repr === undefined ? doc : `\`${tsType.repr}\` ${doc}`.trim();
}

/** An example: its title as a paragraph, and its code. */
function exampleText({ doc = "" }: DocTag): string {
  const [, title = "", code = doc] = /^([^`\n]+)\n(.*)$/s.exec(doc) ?? [];
  return title === "" ? `Example:\n\n${code}` : `Example: ${title.trim()}\n\n${code}`;
}

function asSentence(text: string): string {
  return /[.:!?]$/.test(text.trim()) ? text.trim() : `${text.trim()}.`;
}

function indented(text: string): string {
  return text.replaceAll(/\n(?!\n|$)/g, `\n${INDENT}`);
}
