import { globSync, readFileSync } from "node:fs";

/** One code block: of a document, or of an `@example` in a doc comment. */
export interface Block {
  readonly file: string;
  /** The line of the opening fence, from 1. */
  readonly line: number;
  /** The heading it stands under; empty in a doc comment. */
  readonly heading: string;
  readonly language: string;
  /** What the fence says after the language: `run=node` is `{ run: "node" }`, a bare word has an empty text. */
  readonly marks: Readonly<Record<string, string>>;
  readonly code: string;
}

/** Every document that a person reads. */
export const DOCUMENTS: readonly string[] = globSync(["*.md", "docs/**/*.md"])
  .map((path) => path.replaceAll("\\", "/"))
  .toSorted();

/** Every source whose doc comments are published. */
export const PUBLISHED_SOURCES: readonly string[] = globSync([
  "src/**/*.ts",
  "adapters/**/*.ts",
  "test/conformance/**/*.ts",
])
  .map((path) => path.replaceAll("\\", "/"))
  .toSorted();

export function read(file: string): string {
  return readFileSync(file, "utf8");
}

/** Where a block is, as a terminal makes a link of it. */
export function placeOf({ file, line }: Block): string {
  return `${file}:${line}`;
}

/** The fenced blocks of a document. */
export function blocksOf(file: string): Block[] {
  return fences(file, read(file).split("\n"), 0);
}

/** The fenced blocks of the doc comments of a source. */
export function examplesOf(file: string): Block[] {
  const text = read(file);
  return [...text.matchAll(/\/\*\*.*?\*\//gs)].flatMap((comment) => {
    const before = text.slice(0, comment.index).split("\n").length - 1;
    const lines = comment[0].split("\n").map((line) => line.replace(/^\s*(?:\/\*\*|\*\/|\*) ?/, ""));
    return fences(file, lines, before);
  });
}

function fences(file: string, lines: readonly string[], linesBefore: number): Block[] {
  const blocks: Block[] = [];
  let heading = "";
  let open: { fence: string; info: string; line: number; code: string[] } | undefined;
  for (const [index, line] of lines.entries()) {
    const [, fence = "", info = ""] = /^\s*(`{3,}|~{3,})(.*)$/.exec(line) ?? [];
    if (open === undefined) {
      heading = /^#+ (.*)$/.exec(line)?.[1] ?? heading;
      if (fence !== "") open = { fence, info: info.trim(), line: linesBefore + index + 1, code: [] };
    } else if (fence === open.fence && info.trim() === "") {
      const { code, line: start } = open;
      blocks.push({ file, line: start, heading, ...readInfo(open.info), code: `${code.join("\n")}\n` });
      open = undefined;
    } else open.code.push(line);
  }
  if (open !== undefined) throw new Error(`Cannot read ${file}: the block of line ${open.line} has no end`);
  return blocks;
}

function readInfo(info: string): Pick<Block, "language" | "marks"> {
  const [language = "", ...words] = info.match(/(?:[^\s"]|"[^"]*")+/g) ?? [];
  const marks = words.map((word) => {
    const [name = "", value = ""] = word.split("=", 2);
    return [name, value.replaceAll('"', "")] as const;
  });
  return { language, marks: Object.fromEntries(marks) };
}

/** The rows of a table under a heading, the first unless told, each cell without its backticks; the table's head is left out. */
export function tableUnder(file: string, heading: string, index = 0): string[][] {
  const lines = read(file).split("\n");
  const start = lines.findIndex((line) => /^#+ /.test(line) && line.replace(/^#+ /, "") === heading);
  if (start === -1) throw new Error(`Cannot find the heading "${heading}" in ${file}`);
  const after = lines.slice(start + 1);
  const end = after.findIndex((line) => /^#+ /.test(line));
  const section = after.slice(0, end === -1 ? undefined : end).join("\n");
  const table = section.split(/\n(?!\|)/).flatMap((part) => part.match(/^\|.*/ms) ?? [])[index];
  if (table === undefined) throw new Error(`Cannot find table ${index} under "${heading}" in ${file}`);
  return table
    .trim()
    .split("\n")
    .slice(2)
    .map((line) => cellsOf(line).map((cell) => cell.replaceAll("`", "").trim()));
}

function cellsOf(row: string): string[] {
  return row
    .trim()
    .replace(/^\||\|$/g, "")
    .split(/(?<!\\)\|/)
    .map((cell) => cell.replaceAll("\\|", "|"));
}

/** The `@default` of each member of an interface, by its name, as the doc comments have it. */
export function defaultsOf(file: string, type: string): Record<string, string> {
  const body = new RegExp(`^export interface ${type}\\b.*?^}`, "ms").exec(read(file))?.[0] ?? "";
  const members = body.matchAll(/\/\*\*(.*?)\*\/\s*readonly (\w+)/gs);
  return Object.fromEntries(
    Array.from(members, ([, comment = "", name = ""]) => {
      const text = comment.replaceAll(/\n\s*\*/g, " ").replaceAll(/\s+/g, " ");
      return [name, (/@default (.*)/.exec(text)?.[1] ?? "").replaceAll("`", "").trim()];
    }),
  );
}
