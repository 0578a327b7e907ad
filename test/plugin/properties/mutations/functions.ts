import type { Node } from "oxc-parser";
import type { ArrowFunctionExpression, FunctionNode } from "../../../../adapters/plugin/source/ast.ts";
import { spotsOf } from "../spots.ts";
import type { Operator } from "./mutation.ts";
import { inserted, replaced, swapped } from "./mutation.ts";

/** Of methods and accessors, the word stands with the member. */
const isOfMember = (parent: Node | undefined): boolean =>
  parent?.type === "MethodDefinition" || (parent?.type === "Property" && (parent.method || parent.kind !== "init"));

const isFunction = (node: Node): node is FunctionNode | ArrowFunctionExpression =>
  node.type === "FunctionDeclaration" || node.type === "FunctionExpression" || node.type === "ArrowFunctionExpression";

/** With `await` inside, the text without `async` is no JavaScript, and dropped. */
export const asyncToggled: Operator = ({ node, parent }, { textOf }) => {
  if (!isFunction(node) || isOfMember(parent)) return undefined;
  return node.async ? replaced(node, textOf(node).replace(/^async\b\s*/, "")) : inserted(node.start, "async ");
};

export const generatorToggled: Operator = ({ node, parent }, { textOf }) => {
  if ((node.type !== "FunctionDeclaration" && node.type !== "FunctionExpression") || isOfMember(parent))
    return undefined;
  const text = textOf(node);
  return replaced(node, node.generator ? text.replace("*", "") : text.replace(/^(async\s+)?function\b/, "$&*"));
};

/** Members that can be asynchronous: neither constructors nor accessors. */
export const methodAsyncToggled: Operator = ({ node }, { textOf }) => {
  if (node.type !== "MethodDefinition" && node.type !== "Property") return undefined;
  if (node.value.type !== "FunctionExpression") return undefined;
  if (node.type === "Property" ? !node.method : node.kind !== "method" || node.decorators.length > 0) return undefined;
  const text = textOf(node);
  if (node.value.async) return replaced(node, text.replace(/\basync\b\s*/, ""));
  const words = /^(?:(?:public|private|protected|static|override)\s+)*/.exec(text)?.[0].length ?? 0;
  return inserted(node.start + words, "async ");
};

/**
 * At least one of the two must be read, for the names of parameters do not count: `(a, b) => 1` is `(b, a) => 1`. Only
 * names are swapped: patterns and defaults could refer to one another.
 */
export const parametersSwapped: Operator = ({ node }, surroundings) => {
  if (!isFunction(node) || node.body === null) return undefined;
  const [first, second]: readonly Node[] = node.params;
  if (first?.type !== "Identifier" || second?.type !== "Identifier" || first.name === "this") return undefined;
  const read = spotsOf(node.body).some(
    (spot) => surroundings.namesBeside(spot.node).length > 0 && isNamed(spot.node, [first.name, second.name]),
  );
  return read ? swapped(first, second, surroundings.textOf) : undefined;
};

const isNamed = (node: Node, names: readonly string[]): boolean =>
  node.type === "Identifier" && names.includes(node.name);

export const parameterAdded: Operator = ({ node }) => {
  if (!isFunction(node)) return undefined;
  const [first]: readonly Node[] = node.params;
  // In front of the first: behind it are types and brackets. `length` and what the arguments mean change.
  return first?.type === "Identifier" && first.name !== "this" ? inserted(first.start, "$added, ") : undefined;
};

export const defaultChanged: Operator = ({ node }, { random }) =>
  node.type === "AssignmentPattern" ? replaced(node.right, random.pick(['"¤"', '["¤"]', "($another)"])) : undefined;

export const defaultDropped: Operator = ({ node }, { textOf }) =>
  node.type === "AssignmentPattern" ? replaced(node, textOf(node.left)) : undefined;

export const restToggled: Operator = ({ node, parent }, { textOf }) =>
  node.type === "RestElement" && parent?.type !== "ObjectPattern" ? replaced(node, textOf(node.argument)) : undefined;

export const patternShifted: Operator = ({ node }) =>
  node.type === "ArrayPattern" && node.elements.length > 0 ? inserted(node.start + 1, ",") : undefined;

export const returnDropped: Operator = ({ node }) =>
  // What is returned without a value is `undefined`, however it is written.
  node.type === "ReturnStatement" && node.argument !== null && !isUndefined(node.argument)
    ? replaced(node, "return;")
    : undefined;

const isUndefined = (node: Node): boolean =>
  (node.type === "Identifier" && node.name === "undefined") ||
  (node.type === "UnaryExpression" && node.operator === "void");
