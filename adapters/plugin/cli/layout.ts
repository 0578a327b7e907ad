import type { Screen } from "./screen.ts";

/** How a piece of a line looks: its plain text counts for alignment, the painted one is printed. */
export type Paint = (text: string) => string;

export interface Column {
  readonly paint?: Paint;
}

const GAP = "  ";

/** Which share of the rows has to fit. */
const FEW_LONG = 3 / 4;

/**
 * Aligns rows in columns. A first cell that is too long for the screen has a line of its own above the rest of its row, so
 * that nothing is cut off: names and paths are there to be copied. If that were so for many, it is for all.
 */
export function table(
  rows: readonly (readonly string[])[],
  columns: readonly Column[],
  screen: Pick<Screen, "width">,
  indent = "",
): string[] {
  const widths = columns.map((_, column) => widest(rows.map((row) => row[column] ?? "")));
  const [, ...restWidths] = widths;
  const restWidth = sum(restWidths.filter((width) => width > 0).map((width) => GAP.length + width));
  const room = screen.width - indent.length - restWidth;
  const fitting = rows.map(([first = ""]) => first).filter((first) => length(first) <= room);
  const isStacked = fitting.length < rows.length * FEW_LONG;
  const firstWidth = widest(fitting);
  const restIndent = isStacked ? GAP : " ".repeat(firstWidth) + GAP;
  return rows.flatMap((row) => {
    const [first = "", ...rest] = row;
    if (!isStacked && length(first) <= room) return [indent + aligned(row, columns, [firstWidth, ...restWidths])];
    const line = aligned(rest, columns.slice(1), restWidths);
    return [indent + painted(first, columns[0]), ...(line === "" ? [] : [indent + restIndent + line])];
  });
}

/** How long the lines of a table are, if each row has one. */
export function tableWidth(rows: readonly (readonly string[])[]): number {
  const columns = Math.max(0, ...rows.map((row) => row.length));
  const widths = Array.from({ length: columns }, (_, column) => widest(rows.map((row) => row[column] ?? "")));
  return sum(widths.filter((width) => width > 0).map((width) => width + GAP.length)) - GAP.length;
}

function aligned(row: readonly string[], columns: readonly Column[], widths: readonly number[]): string {
  const last = row.findLastIndex((cell) => cell !== "");
  return columns
    .slice(0, last + 1)
    .flatMap((column, index) => {
      const [cell, width] = [row[index] ?? "", widths[index] ?? 0];
      if (width === 0) return [];
      return [painted(cell, column) + (index === last ? "" : blanks(width - length(cell)))];
    })
    .join(GAP);
}

/** Fills lines with words in columns, as `ls` does; words of more than half a line have lines of their own. */
export function packed(
  words: readonly string[],
  paint: Paint,
  screen: Pick<Screen, "width">,
  indent: string,
): string[] {
  const room = Math.min(screen.width, MAX_PACKED_WIDTH) - indent.length + GAP.length;
  const isShort = (word: string): boolean => (length(word) + GAP.length) * 2 <= room;
  const short = words.filter(isShort);
  const cell = widest(short) + GAP.length;
  const height = Math.ceil(short.length / Math.max(1, Math.floor(room / cell)));
  const lines = Array.from({ length: height }, (_, line) => {
    const row = short.filter((_word, index) => index % height === line);
    return row
      .map((word, index) => paint(word) + (index === row.length - 1 ? "" : blanks(cell - length(word))))
      .join("");
  });
  return [...lines, ...words.filter((word) => !isShort(word)).map((word) => paint(word))].map((line) => indent + line);
}

const MAX_PACKED_WIDTH = 100;

/** Breaks words into lines that fit. */
export function wrapped(words: readonly string[], screen: Pick<Screen, "width">, indent = ""): string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of words) {
    const longer = line === "" ? indent + word : `${line} ${word}`;
    if (line !== "" && length(longer) > screen.width) {
      lines.push(line);
      line = indent + word;
    } else {
      line = longer;
    }
  }
  return line === "" ? lines : [...lines, line];
}

/** Counts things: "1 function", "1,034 functions". */
export function count(amount: number, one: string, many = `${one}s`): string {
  return `${amount.toLocaleString("en-US")} ${amount === 1 ? one : many}`;
}

function painted(text: string, column: Column | undefined): string {
  return column?.paint === undefined ? text : column.paint(text);
}

function widest(texts: readonly string[]): number {
  return Math.max(0, ...texts.map(length));
}

function blanks(amount: number): string {
  return " ".repeat(Math.max(0, amount));
}

function length(text: string): number {
  return [...text].length;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
