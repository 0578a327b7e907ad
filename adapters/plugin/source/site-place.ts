import type { Node } from "./ast.ts";
import type { FoundCall } from "./found-call.ts";
import type { ParsedModule } from "./parse.ts";
import { isFunction, unwrap } from "./syntax.ts";
import type { MethodPlace, Place } from "./summary.ts";

/** Where a call stands, for those who write something into it. */
export function callPlace({ node }: FoundCall, parsed: ParsedModule): Place {
  const ranges = node.type === "CallExpression" ? argumentRanges(node.arguments, node.end - 1, parsed) : undefined;
  return { start: node.start, end: node.end, ...(ranges !== undefined && { arguments: ranges }) };
}

export function wrapperPlace(call: FoundCall, fn: Node, index: number, parsed: ParsedModule): Place {
  return { ...callPlace(call, parsed), functionArgument: index, isLiteral: isFunction(unwrap(fn)) };
}

export function methodPlace(call: FoundCall, parsed: ParsedModule): Place {
  if (call.decorated === undefined) return callPlace(call, parsed);
  const { decorator, method } = call.decorated;
  const name = !method.computed && method.key.type === "Identifier" ? method.key.name : undefined;
  const place: MethodPlace = {
    decorator: [decorator.start, decorator.end],
    end: method.end,
    ...(name !== undefined && { name }),
    isStatic: method.static,
    isAlone: method.decorators.length === 1,
  };
  return { ...callPlace(call, parsed), method: place };
}

/** The extents of arguments with the parentheses around them, which are not in the tree. */
function argumentRanges(nodes: readonly Node[], close: number, parsed: ParsedModule): [number, number][] {
  return nodes.map(({ start, end }) => {
    let first = start;
    let last = end;
    for (;;) {
      const after = skipForward(parsed, last);
      if (after >= close || parsed.code[after] !== ")") return [first, last];
      last = after + 1;
      first = skipBackward(parsed, first) - 1;
    }
  });
}

/** The offset of the next character that is neither space nor comment. */
function skipForward({ code, comments }: ParsedModule, from: number): number {
  let offset = from;
  for (;;) {
    while (/\s/.test(code.charAt(offset))) offset++;
    const comment = comments.find(({ start }) => start === offset);
    if (comment === undefined) return offset;
    offset = comment.end;
  }
}

/** The offset behind the last character that is neither space nor comment. */
function skipBackward({ code, comments }: ParsedModule, from: number): number {
  let offset = from;
  for (;;) {
    while (offset > 0 && /\s/.test(code.charAt(offset - 1))) offset--;
    const comment = comments.find(({ end }) => end === offset);
    if (comment === undefined) return offset;
    offset = comment.start;
  }
}
