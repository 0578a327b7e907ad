import type { Node } from "oxc-parser";

const IGNORED = new Set([
  "start",
  "end",
  "range",
  "parent",
  "raw",
  "typeAnnotation",
  "returnType",
  "typeParameters",
  "typeArguments",
]);
const TYPE_WRAPPERS =
  /^(?:TS(?:As|Satisfies|NonNull|Instantiation)Expression|TSTypeAssertion|ParenthesizedExpression)$/;
const BINDS = /Function|Class/;

/**
 * Whether two pieces of code may mean the same: to swap them would be no mutation. It says so too often rather than too
 * rarely, as it takes all names for the same where functions or classes are involved, which bring names of their own.
 */
export function areAlike(a: Node, b: Node): boolean {
  const hasNames = !binds(a) && !binds(b);
  return outline(a, hasNames) === outline(b, hasNames);
}

function binds(node: Node): boolean {
  return BINDS.test(outline(node, false));
}

function outline(node: unknown, hasNames: boolean): string {
  if (Array.isArray(node)) return `[${node.map((each) => outline(each, hasNames)).join(",")}]`;
  if (typeof node === "bigint") return `${node}n`;
  if (typeof node !== "object" || node === null) return JSON.stringify(node) ?? "";
  if ("type" in node && TYPE_WRAPPERS.test(String(node.type)) && "expression" in node) {
    return outline(node.expression, hasNames);
  }
  if (!hasNames && "type" in node && node.type === "Identifier") return "name";
  const fields = Object.entries(node).filter(([field]) => !IGNORED.has(field));
  return `{${fields.map(([field, value]) => `${field}:${outline(value, hasNames)}`).join(",")}}`;
}
