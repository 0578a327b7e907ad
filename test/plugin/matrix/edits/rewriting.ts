import { format } from "oxfmt";
import { type Files, textOf } from "../files.ts";

/** Puts comments before statements and behind them, indents by tabs, and ends lines as Windows does. */
export function commentEverywhere(files: Files): Files {
  return mapSources(files, (text, path) => {
    if (path.endsWith(".json")) return JSON.stringify(JSON.parse(text), null, 8).replaceAll("\n", "\r\n");
    const lines = text
      .split("\n")
      .map((line) => line.replace(/^(?: {2})+/, (indent) => "\t".repeat(indent.length / 2)));
    const commented = lines.map((line) =>
      line.replace(/;$/, "; // reviewed").replace(/^(\t*)return /, "$1/* the answer */\n$1return "),
    );
    return `/* Checked in spring. */\r\n\r\n${commented.join("\r\n")}`;
  });
}

/** Formats everything in the style of others, and puts single statements in braces. */
export async function reformat(files: Files): Promise<Files> {
  const formatted = new Map(files);
  for (const [path, text] of files) {
    if (!path.startsWith("src/")) continue;
    const braced = text.replaceAll(/^(\s*)(if|for)( \(.*\)) ([^\n]*;)$/gm, "$1$2$3 { $4 }");
    const { code, errors } = await format(path, braced, {
      arrowParens: "avoid",
      bracketSpacing: false,
      objectWrap: "collapse",
      printWidth: 60,
      quoteProps: "consistent",
      semi: false,
      singleQuote: true,
      tabWidth: 4,
      trailingComma: "none",
    });
    if (errors.length > 0) throw new Error(`Cannot format "${path}": ${JSON.stringify(errors)}`);
    formatted.set(path, code);
  }
  return formatted;
}

function mapSources(files: Files, change: (text: string, path: string) => string): Files {
  return new Map([...files].map(([path, text]) => [path, path.startsWith("src/") ? change(text, path) : text]));
}

/** Reverses the imports of a file. */
export function reverseImports(path: string): (files: Files) => Files {
  return (files) => {
    const lines = textOf(files, path).split("\n");
    const isImport = (line: string): boolean => line.startsWith("import ");
    const imports = lines.filter(isImport).toReversed();
    return new Map(files).set(path, [...imports, ...lines.filter((line) => !isImport(line))].join("\n"));
  };
}

/** Reverses the parts of a file that empty lines separate; imports stay in front. */
export function reverseBlocks(path: string): (files: Files) => Files {
  return (files) => {
    const blocks = textOf(files, path).trimEnd().split("\n\n");
    const head = blocks.filter((block) => block.startsWith("import "));
    const rest = blocks.filter((block) => !block.startsWith("import ")).toReversed();
    return new Map(files).set(path, `${[...head, ...rest].join("\n\n")}\n`);
  };
}

/** Cuts the part that begins so out of a file. */
function cut(files: Files, path: string, beginning: string): { readonly block: string; readonly rest: string } {
  const blocks = textOf(files, path).trimEnd().split("\n\n");
  const block = blocks.find((text) => text.startsWith(beginning));
  if (block === undefined)
    throw new Error(`Cannot move "${beginning}": it begins a part of the file: received "${path}"`);
  return { block, rest: `${blocks.filter((text) => text !== block).join("\n\n")}\n` };
}

/** Moves the part of a file that begins so into a new one, behind a head. */
export function move(from: string, to: string, beginning: string, head: string): (files: Files) => Files {
  return (files) => {
    const { block, rest } = cut(files, from, beginning);
    return new Map(files).set(from, rest).set(to, `${head}${block}\n`);
  };
}

/** Moves the part of a file that begins so to its end. */
export function moveToEnd(path: string, beginning: string): (files: Files) => Files {
  return (files) => {
    const { block, rest } = cut(files, path, beginning);
    return new Map(files).set(path, `${rest}\n${block}\n`);
  };
}
