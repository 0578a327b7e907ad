import type { Comment } from "./ast.ts";
import type { ParsedModule } from "./parse.ts";
import type { Diagnostic } from "./summary.ts";

/** What a comment says of the code behind it: it has no influence, or it counts as a word that is changed by hand. */
export type Pragma = "ignore" | { readonly pin: string };

/** What the comments of a file say about its JSX. */
export interface JsxPragmas {
  readonly importSource?: string;
  /** The first name of `@jsx h` or `@jsx Preact.h`, and of `@jsxFrag`. */
  readonly factories: readonly string[];
  readonly isClassic: boolean;
}

/** `@autocache-ignore` and `@autocache-pin` of a file, by the offset of the code that they stand before. */
export class Pragmas {
  readonly diagnostics: readonly Diagnostic[];
  readonly #byOffset = new Map<number, Pragma>();

  constructor(parsed: ParsedModule) {
    const diagnostics: Diagnostic[] = [];
    this.diagnostics = diagnostics;
    if (!parsed.code.includes("@autocache-")) return;
    parsed.comments.forEach((comment, index) => {
      const match = /@autocache-([\w-]+)(?:[ \t]+([\w.-]+))?/.exec(comment.value);
      if (match === null) return;
      const pragma = pragmaOf(match[1], match[2]);
      const refusal = pragma === undefined ? REFUSAL_OF_WORDS : refusalOfPlace(parsed.code, comment);
      if (pragma === undefined || refusal !== undefined) {
        diagnostics.push(parsed.positions.diagnostic("pragma", comment.start, refusal ?? ""));
        return;
      }
      this.#byOffset.set(codeBehind(parsed, index), pragma);
    });
  }

  get isEmpty(): boolean {
    return this.#byOffset.size === 0;
  }

  at(offset: number): Pragma | undefined {
    return this.#byOffset.get(offset);
  }

  /** What is said at the first of the places where something is said. */
  atAny(offsets: readonly number[]): Pragma | undefined {
    if (this.isEmpty) return undefined;
    for (const offset of offsets) {
      const pragma = this.#byOffset.get(offset);
      if (pragma !== undefined) return pragma;
    }
    return undefined;
  }

  isIgnored(offset: number): boolean {
    return this.#byOffset.size > 0 && this.#byOffset.get(offset) === "ignore";
  }
}

const REFUSAL_OF_WORDS =
  "Cannot read the comment: it is @autocache-ignore, or @autocache-pin and a word: received something else";

function pragmaOf(word: string | undefined, argument: string | undefined): Pragma | undefined {
  if (word === "ignore") return "ignore";
  return word === "pin" && argument !== undefined ? { pin: argument } : undefined;
}

// A comment at the end of a line is meant for that line, but would count for the next: silently the wrong one.
function refusalOfPlace(code: string, comment: Comment): string | undefined {
  const lineStart = Math.max(code.lastIndexOf("\n", comment.start - 1), code.lastIndexOf("\r", comment.start - 1)) + 1;
  const before = code.slice(lineStart, comment.start).replaceAll(/\/\*.*?\*\//g, "");
  // A comment behind an opening bracket or a comma is about what is inside: `make( // @autocache-ignore`.
  if (/(?:^|[{(,[])\s*$/.test(before) || !/^[ \t]*(?:[\r\n]|$)/.test(code.slice(comment.end))) return undefined;
  return "Cannot tell what the comment is about: it stands before it: received one at the end of a line";
}

/** The offset of the first code behind a comment and those that follow it. */
function codeBehind({ code, comments }: ParsedModule, index: number): number {
  let next = index;
  let offset = comments[index]?.end ?? 0;
  for (;;) {
    while (offset < code.length && /\s/.test(code.charAt(offset))) offset++;
    const comment = comments[next + 1];
    if (comment?.start !== offset) return offset;
    offset = comment.end;
    next++;
  }
}

/** Reads `@jsxImportSource`, `@jsx`, `@jsxFrag` and `@jsxRuntime`. */
export function jsxPragmas(parsed: ParsedModule): JsxPragmas {
  const found = new Map<string, string>();
  if (parsed.code.includes("@jsx")) {
    for (const { type, value } of parsed.comments) {
      if (type !== "Block") continue;
      for (const [, name = "", argument = ""] of value.matchAll(/@(jsx\w*)[ \t]+([^\s*]+)/g)) found.set(name, argument);
    }
  }
  const importSource = found.get("jsxImportSource");
  const factories = [found.get("jsx"), found.get("jsxFrag")].flatMap((path) => path?.split(".")[0] ?? []);
  const isClassic = found.get("jsxRuntime") === "classic" || found.has("jsx");
  return { ...(importSource !== undefined && { importSource }), factories, isClassic };
}
