import type { Node } from "oxc-parser";
import type { Edit } from "../mutations/mutation.ts";
import type { Spot } from "../spots.ts";
import { around, type Respelling } from "./respelling.ts";

/** Where an expression can stand in brackets, or in a template instead of quotes, and nothing around it is read otherwise. */
const WHOLE_EXPRESSIONS: Readonly<Record<string, readonly string[]>> = {
  ArrayExpression: ["elements"],
  AssignmentExpression: ["right"],
  AssignmentPattern: ["right"],
  BinaryExpression: ["left", "right"],
  CallExpression: ["arguments"],
  ConditionalExpression: ["test", "consequent", "alternate"],
  IfStatement: ["test"],
  LogicalExpression: ["left", "right"],
  NewExpression: ["arguments"],
  ReturnStatement: ["argument"],
  ThrowStatement: ["argument"],
  VariableDeclarator: ["init"],
  WhileStatement: ["test"],
};

function isWhole({ node, parent, field }: Spot): boolean {
  if (parent === undefined || WHOLE_EXPRESSIONS[parent.type]?.includes(field) !== true) return false;
  return node.type !== "SpreadElement" && node.type !== "PrivateIdentifier";
}

export const brackets: Respelling = (spot, { startsStatement }) =>
  isWhole(spot) && !startsStatement(spot.node) ? around(spot.node, "(", ")") : undefined;

export const assertions: Respelling = (spot, { isTypeScript, random, startsStatement }) =>
  isTypeScript && isWhole(spot) && !startsStatement(spot.node)
    ? around(spot.node, "((", random.pick([") as any)", ")!)", ") satisfies unknown)"]))
    : undefined;

export const memberInBrackets: Respelling = ({ node, ancestors }, { code }) => {
  if (node.type !== "MemberExpression" || node.computed || node.property.type !== "Identifier") return undefined;
  // In brackets, these have another meaning where properties are declared, and so are kept apart everywhere.
  if (["__proto__", "constructor", "prototype"].includes(node.property.name)) return undefined;
  // The name of a decorator has none.
  if (ancestors.some(({ type }) => type === "Decorator")) return undefined;
  const dot = code.lastIndexOf(".", node.property.start);
  const isOptional = code[dot - 1] === "?";
  if (dot < node.object.end || code.slice(dot + 1, node.property.start).trim() !== "") return undefined;
  const start = isOptional ? dot + 1 : dot;
  return [{ start, end: node.property.end, text: `["${node.property.name}"]` }];
};

export const numbers: Respelling = ({ node }, { code }) => {
  if (node.type !== "Literal" || typeof node.value !== "number" || !Number.isSafeInteger(node.value)) return undefined;
  // `1 .toFixed()`: only a decimal number would take the dot for its own.
  return /^\s*\./.test(code.slice(node.end)) ? undefined : [edit(node, `0x${node.value.toString(16)}`)];
};

export const undefinedAsVoid: Respelling = (spot, { isGlobal }) => {
  const { node } = spot;
  if (node.type !== "Identifier" || node.name !== "undefined" || !isGlobal(node) || !isWhole(spot)) return undefined;
  return [edit(node, "(void 0)")];
};

export const quotes: Respelling = ({ node, parent, field }, { random, startsStatement }) => {
  if (node.type !== "Literal" || typeof node.value !== "string" || !/^[\w .,/-]*$/.test(node.value)) return undefined;
  const text = node.value;
  if (parent === undefined || parent.type.startsWith("JSX")) return undefined;
  const first = text.charAt(0);
  const escaped = /[a-z]/.test(first) ? `\\x${first.charCodeAt(0).toString(16)}${text.slice(1)}` : text;
  const spellings = [`'${text}'`, `"${escaped}"`, `"\\\n${text}"`];
  const isExpression = isWhole({ node, parent, field, index: -1, ancestors: [] });
  return [edit(node, random.pick(isExpression && !startsStatement(node) ? [...spellings, `\`${text}\``] : spellings))];
};

export const shorthandWrittenOut: Respelling = ({ node }) => {
  if (node.type !== "Property" || !node.shorthand || node.key.type !== "Identifier") return undefined;
  // `{ __proto__: a }` sets the prototype, and `{ __proto__ }` does not.
  return node.key.name === "__proto__" ? undefined : [insert(node.start, `${node.key.name}: `)];
};

export const quotedKeys: Respelling = ({ node, parent, field }) => {
  if (node.type !== "Identifier" || field !== "key" || parent === undefined || node.name === "constructor")
    return undefined;
  const hasKey =
    parent.type === "Property" || parent.type === "MethodDefinition" || parent.type === "PropertyDefinition";
  if (!hasKey || parent.computed || (parent.type === "Property" && parent.shorthand)) return undefined;
  return [{ start: node.start, end: node.start + node.name.length, text: `"${node.name}"` }];
};

const edit = (node: Node, text: string): Edit => ({ start: node.start, end: node.end, text });
const insert = (offset: number, text: string): Edit => ({ start: offset, end: offset, text });
