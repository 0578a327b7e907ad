import { type OxcError, parseSync, type ParserOptions, rawTransferSupported } from "oxc-parser";
import type { Comment, Node, Program } from "./ast.ts";
import { isTooDeep, TOO_DEEP } from "./depth.ts";
import { Positions } from "./positions.ts";
import type { Diagnostic } from "./summary.ts";

/** A file's text and syntax tree. It is large: kept only until the file's shape and texts are made. */
export interface ParsedModule {
  readonly file: string;
  readonly code: string;
  readonly program: Program;
  readonly comments: readonly Comment[];
  /** What is wrong with the syntax: then nothing that is read from the tree is sound. */
  readonly errors: readonly Diagnostic[];
  /** Whether the settings of the TypeScript compiler apply, which change what fields and decorators mean. */
  readonly isTypeScript: boolean;
  readonly positions: Positions;
}

interface Options extends ParserOptions {
  readonly experimentalRawTransfer: boolean;
}

/** Parses the text of a module. Errors of syntax are in the result and not thrown. */
export function parseModule(file: string, code: string): ParsedModule {
  const path = file.replace(/[?#].*$/, "");
  const lang = languageOf(path);
  const positions = new Positions(code);
  const basis = { file, code, isTypeScript: lang !== "jsx", positions };
  const options: Options = { ...OPTIONS, lang, experimentalRawTransfer: (isRawTransferUsed ??= canTransferRaw()) };
  try {
    const { program, comments, errors } = parseSync(path, code, options);
    return { ...basis, program, comments, errors: diagnosticsOf(errors, positions) };
  } catch (error) {
    if (isTooDeep(error)) return withoutTree(basis);
    throw error;
  }
}

function diagnosticsOf(errors: readonly OxcError[], positions: Positions): Diagnostic[] {
  return errors
    .filter(({ severity }) => severity === "Error")
    .map(({ labels, message }) => positions.diagnostic("syntax", labels[0]?.start ?? 0, message));
}

/** A module of which nothing is known, because its code is nested too deeply. */
export function withoutTree(basis: Omit<ParsedModule, "program" | "comments" | "errors">): ParsedModule {
  const { program } = parseSync("empty.ts", "", OPTIONS);
  return { ...basis, program, comments: [], errors: [basis.positions.diagnostic("too-deep", 0, TOO_DEEP)] };
}

const OPTIONS: ParserOptions = { astType: "ts", preserveParens: false, sourceType: "module" };

/** Whether trees are read from the parser's memory, which takes half the time of a way through JSON. */
let isRawTransferUsed: boolean | undefined;

// Bun cannot do it, as the parser knows. Deno can, but not where it is first tried inside a module hook of Deno's: the
// parser loads a part of itself then, and the hook is in the way.
function canTransferRaw(): boolean {
  if (!rawTransferSupported()) return false;
  try {
    const options: Options = { ...OPTIONS, experimentalRawTransfer: true };
    return parseSync("probe.ts", "0", options).program.body.length === 1;
  } catch {
    return false;
  }
}

function languageOf(path: string): "jsx" | "ts" | "tsx" {
  if (/\.[cm]?ts$/.test(path)) return "ts";
  // Bundlers take JSX in plain .js files too, where it changes the meaning of nothing else.
  return /\.[cm]?jsx?$/.test(path) ? "jsx" : "tsx";
}

/** Says that the table of syntax has a hole: better no fingerprint than one that does not see a part of the code. */
export function unknownSyntax({ file, positions }: ParsedModule, node: Node): Error {
  const line = positions.lineOf(node.start);
  return new Error(`Cannot fingerprint "${file}", line ${line}: its syntax is known: received a ${node.type}`);
}
