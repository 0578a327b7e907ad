import type { Analysis } from "./analysis.ts";
import type { Node } from "./ast.ts";
import { staticKey, unwrap } from "./syntax.ts";

const NONE: ReadonlyMap<string, Node> = new Map();

/**
 * The options in an argument by name: an object literal, a constant that is one, or the spread of such a constant.
 * What cannot be seen is left out.
 */
export function optionsOf(argument: Node | undefined, analysis: Analysis): ReadonlyMap<string, Node> {
  if (argument === undefined) return NONE;
  const node = unwrap(argument);
  if (node.type === "Identifier") {
    const binding = analysis.resolved.get(node.start);
    const [declaration] = binding?.declarations ?? [];
    if (binding === undefined || binding.isReassigned || declaration?.type !== "VariableDeclarator") return NONE;
    if (declaration.id.type !== "Identifier" || declaration.init === null) return NONE;
    // Not an identifier again: `const a = b, b = a` has no end.
    const init = unwrap(declaration.init);
    return init.type === "ObjectExpression" ? optionsOf(init, analysis) : NONE;
  }
  if (node.type !== "ObjectExpression") return NONE;
  const options = new Map<string, Node>();
  for (const each of node.properties) {
    if (each.type !== "Property") {
      const spread = unwrap(each.argument);
      if (spread.type === "Identifier")
        for (const [name, value] of optionsOf(spread, analysis)) options.set(name, value);
      continue;
    }
    const name = staticKey(each.key, each.computed);
    if (name !== undefined) options.set(name, each.value);
  }
  return options;
}
