import type { Node, NodeOf } from "./ast.ts";
import { unwrap } from "./syntax.ts";

/** A name that a pattern declares. */
export interface DeclaredName {
  readonly identifier: NodeOf<"Identifier">;
  /** Where a comment that is about this name alone may stand: before the property, the parameter or the name. */
  readonly starts: readonly number[];
}

/** The names that a pattern declares, in their order. */
export function declaredNames(pattern: Node): DeclaredName[] {
  const names: DeclaredName[] = [];
  collect(pattern, [], names);
  return names;
}

/** Visits the expressions in a pattern, such as defaults, and what it declares or assigns, in their order. */
export function visitPattern(pattern: Node, onExpression: (node: Node) => void, onTarget?: (node: Node) => void): void {
  const node = unwrap(pattern);
  if ("decorators" in node) node.decorators?.forEach(onExpression);
  switch (node.type) {
    case "ObjectPattern":
      for (const each of node.properties) {
        if (each.type === "RestElement") {
          visitPattern(each, onExpression, onTarget);
        } else {
          if (each.computed) onExpression(each.key);
          visitPattern(each.value, onExpression, onTarget);
        }
      }
      return;
    case "ArrayPattern":
      for (const each of node.elements) if (each !== null) visitPattern(each, onExpression, onTarget);
      return;
    case "AssignmentPattern":
      visitPattern(node.left, onExpression, onTarget);
      onExpression(node.right);
      return;
    case "RestElement":
      visitPattern(node.argument, onExpression, onTarget);
      return;
    case "TSParameterProperty":
      visitPattern(node.parameter, onExpression, onTarget);
      return;
    default:
      onTarget?.(node);
  }
}

function collect(pattern: Node, around: readonly number[], names: DeclaredName[]): void {
  const node = unwrap(pattern);
  const starts = around.at(-1) === node.start ? around : [...around, node.start];
  switch (node.type) {
    case "Identifier":
      // The parameter `this` is a type.
      if (node.name !== "this") names.push({ identifier: node, starts });
      return;
    case "ObjectPattern":
      for (const property of node.properties) {
        if (property.type === "RestElement") collect(property, [], names);
        else collect(property.value, [property.start], names);
      }
      return;
    case "ArrayPattern":
      for (const element of node.elements) if (element !== null) collect(element, [], names);
      return;
    case "AssignmentPattern":
      collect(node.left, starts, names);
      return;
    case "RestElement":
      collect(node.argument, starts, names);
      return;
    case "TSParameterProperty":
      collect(node.parameter, starts, names);
      return;
    default:
  }
}
