import type { Diagnostic } from "./summary.ts";

/** Turns offsets of a text into lines and columns, both from 1. */
export class Positions {
  readonly #code: string;
  #starts: number[] | undefined;

  constructor(code: string) {
    this.#code = code;
  }

  lineOf(offset: number): number {
    const starts = (this.#starts ??= lineStarts(this.#code));
    let low = 0;
    let high = starts.length;
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if ((starts[middle] ?? 0) <= offset) low = middle;
      else high = middle;
    }
    return low + 1;
  }

  columnOf(offset: number): number {
    const start = (this.#starts ??= lineStarts(this.#code))[this.lineOf(offset) - 1] ?? 0;
    // Editors do not count a byte order mark.
    const hidden = start === 0 && this.#code.startsWith("\uFEFF") ? 1 : 0;
    return Math.max(1, offset - start - hidden + 1);
  }

  diagnostic(code: string, offset: number, message: string): Diagnostic {
    return { code, message, line: this.lineOf(offset), column: this.columnOf(offset) };
  }
}

function lineStarts(code: string): number[] {
  const starts = [0];
  if (code.includes("\r")) {
    for (const { index, 0: lineBreak } of code.matchAll(/\r\n?|\n/g)) starts.push(index + lineBreak.length);
    return starts;
  }
  for (let index = code.indexOf("\n"); index !== -1; index = code.indexOf("\n", index + 1)) starts.push(index + 1);
  return starts;
}
