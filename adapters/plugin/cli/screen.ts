import { styleText } from "node:util";

export type Format = Parameters<typeof styleText>[0];

/** What is used of a stream: standard output or error. */
export interface Stream {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string): unknown;
}

export type Environment = Readonly<Record<string, string | undefined>>;

/** One of the two streams, and what may be written to it. */
export class Screen {
  readonly isTerminal: boolean;
  /** How many characters a line has. A file or a pipe takes any number, so that no line is broken for `grep`. */
  readonly width: number;
  readonly #stream: Stream;
  readonly #isColoured: boolean;

  constructor(stream: Stream, env: Environment) {
    this.#stream = stream;
    this.isTerminal = stream.isTTY === true;
    this.width = this.isTerminal ? (stream.columns ?? 80) : widthFrom(env);
    this.#isColoured = isColoured(this.isTerminal, env);
  }

  paint(format: Format, text: string): string {
    return this.#isColoured && text !== "" ? styleText(format, text, { validateStream: false }) : text;
  }

  write(text: string): void {
    this.#stream.write(text);
  }

  lines(lines: readonly string[]): void {
    if (lines.length > 0) this.write(`${lines.join("\n")}\n`);
  }
}

/** Colours where a person reads: https://no-color.org, and the variable that CI systems set to ask for them. */
function isColoured(isTerminal: boolean, env: Environment): boolean {
  if (env["NO_COLOR"] !== undefined && env["NO_COLOR"] !== "") return false;
  const forced = env["FORCE_COLOR"];
  if (forced !== undefined) return forced !== "0" && forced !== "false";
  return isTerminal && env["TERM"] !== "dumb";
}

function widthFrom(env: Environment): number {
  const columns = Number(env["COLUMNS"]);
  return Number.isInteger(columns) && columns > 0 ? columns : Number.POSITIVE_INFINITY;
}
