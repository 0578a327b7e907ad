import type { Node } from "oxc-parser";
import { spotsOf } from "../spots.ts";
import { around, type Respelling } from "./respelling.ts";

const LISTS = new Set(["BlockStatement", "Program", "StaticBlock", "SwitchCase", "TSModuleBlock"]);

export const comments: Respelling = ({ node, parent }, { random }) => {
  const isText = node.type.startsWith("JSX") || node.type === "TemplateElement" || node.type === "TemplateLiteral";
  if (isText || parent === undefined || parent.type.startsWith("JSX") || node.type === "Program") return undefined;
  const comment = random.pick([" /* before */ ", " /** a { b } */\t", "  "]);
  return [{ start: node.start, end: node.start, text: comment }];
};

export const returnedInBraces: Respelling = ({ node, parent, field }, { code }) => {
  if (parent?.type !== "ArrowFunctionExpression" || field !== "body" || node.type === "BlockStatement")
    return undefined;
  // Not what stands in brackets.
  return /=>\s*$/.test(code.slice(0, node.start)) ? around(node, "{ return (", "); }") : undefined;
};

export const braces: Respelling = ({ node, parent, field }) => {
  const isBody =
    field === "body" || field === "consequent" || (field === "alternate" && parent?.type === "IfStatement");
  if (parent === undefined || !isBody || !/^(?:If|For|ForIn|ForOf|While|DoWhile)Statement$/.test(parent.type))
    return undefined;
  return node.type.endsWith("Statement") && node.type !== "BlockStatement" ? around(node, "{ ", " }") : undefined;
};

export const constAsLet: Respelling = ({ node, parent }) => {
  if (node.type !== "VariableDeclaration" || node.kind !== "const" || node.declare === true) return undefined;
  // A constant of a module is an item with a kind of its own, and one of `using` is no constant.
  return parent?.type === "TSModuleBlock" ? undefined : [{ start: node.start, end: node.start + 5, text: "let" }];
};

export const declarationsApart: Respelling = ({ node, parent, ancestors }) => {
  if (node.type !== "VariableDeclaration" || node.declarations.length < 2 || parent === undefined) return undefined;
  const isExport = parent.type === "ExportNamedDeclaration";
  const list = isExport ? ancestors.at(-2) : parent;
  if (list === undefined || !LISTS.has(list.type)) return undefined;
  return node.declarations.slice(1).map((declarator, index) => ({
    start: node.declarations[index]?.end ?? declarator.start,
    end: declarator.start,
    text: `; ${isExport ? "export " : ""}${node.kind} `,
  }));
};

export const emptyStatements: Respelling = ({ node, parent, index }, { code }) => {
  if (parent === undefined || index < 0) return undefined;
  if (parent.type === "ClassBody")
    return /^[\s\S]$/.test(code[node.end] ?? "") ? [{ start: node.end, end: node.end, text: ";" }] : undefined;
  return LISTS.has(parent.type) ? [{ start: node.end, end: node.end, text: ";;" }] : undefined;
};

export const useStrict: Respelling = ({ node, parent }) => {
  if (node.type !== "BlockStatement" || parent === undefined || !/^(?:Function|Arrow)/.test(parent.type))
    return undefined;
  const isSimple =
    "params" in parent &&
    Array.isArray(parent.params) &&
    parent.params.every((each: Node) => each.type === "Identifier");
  return isSimple ? [{ start: node.start + 1, end: node.start + 1, text: ' "use strict"; ' }] : undefined;
};

/** A name that nobody reads. */
export const namedFunctions: Respelling = ({ node, parent }, { code }) => {
  if (node.type !== "FunctionExpression" || node.id !== null) return undefined;
  if (parent?.type === "MethodDefinition" || (parent?.type === "Property" && (parent.method || parent.kind !== "init")))
    return undefined;
  const keyword = /^(?:async\s+)?function\s*\*?/.exec(code.slice(node.start, node.end))?.[0].length;
  return keyword === undefined
    ? undefined
    : [{ start: node.start + keyword, end: node.start + keyword, text: " $named" }];
};

export const labels: Respelling = ({ node, ancestors }, { random }) => {
  if (node.type !== "LabeledStatement") return undefined;
  const { name } = node.label;
  if (ancestors.some((each) => each.type === "LabeledStatement")) return undefined;
  const jumps = spotsOf(node.body).flatMap((spot) =>
    (spot.node.type === "BreakStatement" || spot.node.type === "ContinueStatement") && spot.node.label?.name === name
      ? [spot.node.label]
      : [],
  );
  const other = `label${random.integer(9)}`;
  return [node.label, ...jumps].map((label) => ({ start: label.start, end: label.end, text: other }));
};

export const privateNames: Respelling = ({ node }, { random }) => {
  if (node.type !== "ClassBody") return undefined;
  const spots = spotsOf(node);
  // A class inside may have a private name like it.
  if (spots.some((spot) => spot.node.type === "ClassBody" && spot.node !== node)) return undefined;
  const prefix = `p${random.integer(9)}_`;
  const names = spots.flatMap((spot) => (spot.node.type === "PrivateIdentifier" ? [spot.node] : []));
  const declared = new Set(
    node.body.flatMap((each) => ("key" in each && each.key.type === "PrivateIdentifier" ? [each.key.name] : [])),
  );
  return names
    .filter(({ name }) => declared.has(name))
    .map(({ start }) => ({ start: start + 1, end: start + 1, text: prefix }));
};
