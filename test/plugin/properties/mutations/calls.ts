import type { Operator } from "./mutation.ts";
import { replaced } from "./mutation.ts";

export const argumentsSwapped: Operator = ({ node }, surroundings) =>
  node.type === "CallExpression" || node.type === "NewExpression" ? surroundings.swapTwo(node.arguments) : undefined;

export const argumentDropped: Operator = ({ node }, { random, textOf }) => {
  if (node.type !== "CallExpression" && node.type !== "NewExpression") return undefined;
  const dropped = node.arguments[random.integer(node.arguments.length)];
  if (dropped === undefined) return undefined;
  const rest = node.arguments.filter((each) => each !== dropped).map(textOf);
  return replaced(node, `${callText(node, textOf)}(${rest.join(", ")})`);
};

export const argumentAdded: Operator = ({ node }, { textOf }) => {
  if (node.type !== "CallExpression" && node.type !== "NewExpression") return undefined;
  return replaced(node, `${callText(node, textOf)}(${[...node.arguments.map(textOf), '"¤"'].join(", ")})`);
};

function callText(
  node: Extract<Parameters<Operator>[0]["node"], { readonly type: "CallExpression" | "NewExpression" }>,
  textOf: Parameters<Operator>[1]["textOf"],
): string {
  if (node.type === "NewExpression") return `new (${textOf(node.callee)})`;
  return `${isPlain(node.callee.type) ? textOf(node.callee) : `(${textOf(node.callee)})`}${node.optional ? "?." : ""}`;
}

// In brackets, the callee would end an optional chain, and `super` and `import` are no values.
const isPlain = (type: string): boolean =>
  ["Identifier", "MemberExpression", "CallExpression", "Super", "TSNonNullExpression"].includes(type);

export const newDropped: Operator = ({ node }, { textOf }) =>
  node.type === "NewExpression"
    ? replaced(node, `(${textOf(node.callee)})(${node.arguments.map(textOf).join(", ")})`)
    : undefined;

export const spreadDropped: Operator = ({ node, parent }, { textOf }) => {
  if (node.type !== "SpreadElement") return undefined;
  // Of an object, only a name can stand in its place.
  if (parent?.type === "ObjectExpression" && node.argument.type !== "Identifier") return undefined;
  return replaced(node, textOf(node.argument));
};

/** Another of the variables that are visible there. */
export const otherReference: Operator = ({ node, parent }, { namesBeside, random }) => {
  if (node.type !== "Identifier") return undefined;
  const names = namesBeside(node);
  if (names.length === 0) return undefined;
  const name = random.pick(names);
  return replaced(node, parent?.type === "Property" && parent.shorthand ? `${node.name}: ${name}` : name);
};

/** A global, which no variable has the name of. */
export const unknownReference: Operator = ({ node, parent }, { namesBeside }) => {
  if (node.type !== "Identifier" || namesBeside(node).length === 0) return undefined;
  return replaced(node, parent?.type === "Property" && parent.shorthand ? `${node.name}: $another` : "$another");
};

export const thisReplaced: Operator = ({ node }) =>
  node.type === "ThisExpression" ? replaced(node, "globalThis") : undefined;
