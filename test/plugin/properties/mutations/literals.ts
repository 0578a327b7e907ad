import type { Operator } from "./mutation.ts";
import { inserted, replaced } from "./mutation.ts";

// A directive is no value, and what a module is called where it is imported is tested with the graph.
const NO_VALUE = new Set([
  "ImportDeclaration",
  "ExportAllDeclaration",
  "ExportNamedDeclaration",
  "ImportAttribute",
  "ImportSpecifier",
]);

export const stringChanged: Operator = ({ node, parent, field }) => {
  if (node.type !== "Literal" || typeof node.value !== "string" || parent === undefined) return undefined;
  if (NO_VALUE.has(parent.type) || field === "key" || field === "property") return undefined;
  if (parent.type === "ExpressionStatement") return undefined;
  return inserted(node.end - 1, "¤");
};

export const numberChanged: Operator = ({ node, parent, field }) => {
  if (node.type !== "Literal" || typeof node.value !== "number" || field === "key") return undefined;
  // `void 0` and `void 1` are one, and `!1` and `!2`.
  if (
    parent?.type === "UnaryExpression" &&
    (parent.operator === "void" || (parent.operator === "!" && node.value !== 0))
  ) {
    return undefined;
  }
  return replaced(node, String(node.value + 1 === node.value ? 1 : node.value + 1));
};

export const booleanFlipped: Operator = ({ node }) =>
  node.type === "Literal" && typeof node.value === "boolean" ? replaced(node, String(!node.value)) : undefined;

export const nullReplaced: Operator = ({ node }) =>
  node.type === "Literal" && node.value === null && node.raw === "null" ? replaced(node, "(void 0)") : undefined;

export const bigintChanged: Operator = ({ node }) =>
  node.type === "Literal" && typeof node.value === "bigint" ? replaced(node, `${node.value + 1n}n`) : undefined;

export const regexpPatternChanged: Operator = ({ node }) =>
  node.type === "Literal" && "regex" in node ? inserted(node.start + 1, "¤?") : undefined;

export const regexpFlagToggled: Operator = ({ node }, { random }) => {
  if (node.type !== "Literal" || !("regex" in node)) return undefined;
  const { pattern, flags } = node.regex;
  const flag = random.pick(["g", "i", "m", "s", "y", "d"]);
  const changed = flags.includes(flag) ? flags.replace(flag, "") : flags + flag;
  return replaced(node, `/${pattern}/${changed}`);
};

// The text in front of an expression or of the end; an escape that is begun there does not come apart.
export const templateTextChanged: Operator = ({ node }) =>
  node.type === "TemplateLiteral" ? inserted(node.start + 1, "¤") : undefined;

/** `tag` and `${a}` in front of the text. */
export const templateTagRemoved: Operator = ({ node }, { textOf }) =>
  node.type === "TaggedTemplateExpression" ? replaced(node, textOf(node.quasi)) : undefined;

export const arrayElementsSwapped: Operator = ({ node }, surroundings) => {
  if (node.type !== "ArrayExpression") return undefined;
  return surroundings.swapTwo(node.elements);
};

export const arrayElementRemoved: Operator = ({ node }, { random, textOf }) => {
  if (node.type !== "ArrayExpression" || node.elements.length === 0) return undefined;
  const removed = random.integer(node.elements.length);
  const rest = node.elements.map((element) => (element === null ? "" : textOf(element)));
  // A hole at the end needs a comma more to be one.
  const isHole = node.elements.at(-1) === null;
  return replaced(node, `[${rest.filter((_, index) => index !== removed).join(", ")}${isHole ? "," : ""}]`);
};

export const propertiesSwapped: Operator = ({ node }, surroundings) =>
  node.type === "ObjectExpression" ? surroundings.swapTwo(node.properties) : undefined;

export const propertyRemoved: Operator = ({ node }, { random, textOf }) => {
  if (node.type !== "ObjectExpression" || node.properties.length === 0) return undefined;
  const removed = random.integer(node.properties.length);
  return replaced(
    node,
    `{${node.properties
      .map(textOf)
      .filter((_, index) => index !== removed)
      .join(", ")}}`,
  );
};

export const propertyRenamed: Operator = ({ node }) => {
  if (node.type !== "Property" || node.computed) return undefined;
  // `{ a }` becomes `{ a_: a }`, in patterns as well.
  if (node.shorthand) return inserted(node.start, `${keyText(node.key)}_: `);
  return replaced(node.key, JSON.stringify(`${keyText(node.key)}_`));
};

function keyText(key: { readonly type: string; readonly name?: unknown; readonly value?: unknown }): string {
  return String(key.type === "Identifier" ? key.name : key.value);
}

export const propertyKindChanged: Operator = ({ node }, { textOf }) => {
  if (node.type !== "Property") return undefined;
  if (node.kind !== "init") return replaced(node, textOf(node).replace(/^[gs]et\s*/, ""));
  return node.method &&
    /^\w+$/.test(textOf(node.key)) &&
    node.value.type === "FunctionExpression" &&
    node.value.params.length === 0
    ? replaced(node, `get ${textOf(node)}`)
    : undefined;
};

export const elementTextChanged: Operator = ({ node }) =>
  node.type === "JSXText" && node.value.trim() !== "" ? inserted(node.end, "¤") : undefined;

export const attributeRenamed: Operator = ({ node }) =>
  node.type === "JSXAttribute" ? inserted(node.name.end, "x") : undefined;
