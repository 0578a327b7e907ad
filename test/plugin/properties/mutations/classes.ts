import type { Node } from "oxc-parser";
import type { NodeOf } from "../../../../adapters/plugin/source/ast.ts";
import type { Operator } from "./mutation.ts";
import { inserted, replaced } from "./mutation.ts";

const isMember = (node: Node): node is NodeOf<"MethodDefinition" | "PropertyDefinition"> =>
  node.type === "MethodDefinition" || node.type === "PropertyDefinition";

const WORDS = /^(?:(?:public|private|protected|declare|override|readonly)\s+)*/;

export const staticToggled: Operator = ({ node }, { textOf }) => {
  if (!isMember(node) || node.decorators.length > 0) return undefined;
  if (node.type === "MethodDefinition" && node.kind === "constructor") return undefined;
  const text = textOf(node);
  if (node.static) return replaced(node, text.replace(/\bstatic\s+/, ""));
  const modifiers = WORDS.exec(text)?.[0] ?? "";
  return /override|readonly/.test(modifiers) ? undefined : inserted(node.start + modifiers.length, "static ");
};

export const memberKindChanged: Operator = ({ node }, { textOf }) => {
  if (node.type !== "MethodDefinition" || (node.kind !== "get" && node.kind !== "set")) return undefined;
  return replaced(node, textOf(node).replace(/\b[gs]et\b\s*/, ""));
};

export const methodMadeGetter: Operator = ({ node }, { textOf }) => {
  if (node.type !== "MethodDefinition" || node.kind !== "method" || node.value.params.length > 0) return undefined;
  if (node.value.async || node.value.generator || node.decorators.length > 0) return undefined;
  const modifiers = /^(?:(?:public|private|protected|static|override)\s+)*/.exec(textOf(node))?.[0] ?? "";
  return inserted(node.start + modifiers.length, "get ");
};

export const classMemberRenamed: Operator = ({ node }) =>
  isMember(node) && !node.computed && node.key.type === "Identifier" && node.key.name !== "constructor"
    ? inserted(node.key.end, "_")
    : undefined;

export const classMemberRemoved: Operator = ({ node, parent, index }, { textOf }) => {
  if (parent?.type !== "ClassBody" || node.type === "TSIndexSignature" || index < 0) return undefined;
  return isMember(node) && (node.key.type === "PrivateIdentifier" || /^\s*;?$/.test(textOf(node)))
    ? undefined
    : replaced(node, ";");
};

export const classMembersSwapped: Operator = ({ node }, surroundings) =>
  // The order of fields and static blocks is the order in which they run; that of the methods is what a loop over them sees.
  node.type === "ClassBody" ? surroundings.swapTwo(node.body) : undefined;

export const fieldValueDropped: Operator = ({ node }, { textOf }) =>
  node.type === "PropertyDefinition" && node.value !== null && textOf(node.value) !== "undefined"
    ? [{ start: node.key.end, end: node.value.end, text: node.computed ? "]" : "" }]
    : undefined;

export const superclassDropped: Operator = ({ node }) => {
  if ((node.type !== "ClassDeclaration" && node.type !== "ClassExpression") || node.superClass === null)
    return undefined;
  // With `super` inside, the text is no JavaScript, and dropped. `null` as a superclass is not the same as none.
  return replaced(node.superClass, "Object");
};

/** Another of the class's private names. Their names do not count, but which of them is meant. */
export const otherPrivateName: Operator = ({ node, parent, ancestors }, { random }) => {
  if (node.type !== "PrivateIdentifier" || parent?.type !== "MemberExpression") return undefined;
  const body = ancestors.findLast((each) => each.type === "ClassBody");
  if (body?.type !== "ClassBody") return undefined;
  const names = body.body.flatMap((member) =>
    isMember(member) && member.key.type === "PrivateIdentifier" && member.key.name !== node.name
      ? [member.key.name]
      : [],
  );
  return names.length === 0 ? undefined : replaced(node, `#${random.pick(names)}`);
};

/** `constructor(private a)` makes a field of the parameter. */
export const parameterPropertyDropped: Operator = ({ node }, { textOf }) =>
  node.type === "TSParameterProperty" ? replaced(node, textOf(node.parameter)) : undefined;

export const decoratorRemoved: Operator = ({ node }) => (node.type === "Decorator" ? replaced(node, "") : undefined);

export const enumMemberRenamed: Operator = ({ node }) =>
  node.type === "TSEnumMember" && node.id.type === "Identifier" ? inserted(node.id.end, "_") : undefined;
