import type { Node, TSEnumDeclaration } from "./ast.ts";
import { enumKey, stringText, unwrap } from "./syntax.ts";

/** The members of an enum whose value is a literal or counted from one. */
export function enumMembers(node: TSEnumDeclaration): Record<string, string | number> {
  const members = Object.create(null) as Record<string, string | number>;
  let next: number | undefined = 0;
  for (const { id, initializer } of node.body.members) {
    const value: string | number | undefined = initializer === null ? next : literalValue(initializer);
    if (value !== undefined) members[enumKey(id)] = value;
    next = typeof value === "number" ? value + 1 : undefined;
  }
  return members;
}

function literalValue(initializer: Node): string | number | undefined {
  const node = unwrap(initializer);
  if (node.type === "Literal" && typeof node.value === "number") return node.value;
  if (node.type === "UnaryExpression" && (node.operator === "-" || node.operator === "+")) {
    const value = literalValue(node.argument);
    if (typeof value !== "number") return undefined;
    return node.operator === "-" ? -value : value;
  }
  return stringText(node);
}
