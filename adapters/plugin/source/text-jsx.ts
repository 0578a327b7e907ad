import type { Node, NodeOf } from "./ast.ts";
import { writeNamedMember } from "./text-members.ts";
import type { Writer, WriterTable } from "./writer.ts";

function element(writer: Writer, node: NodeOf<"JSXElement">): void {
  writer.setting("jsx");
  writer.put("(Element");
  tag(writer, node.openingElement.name);
  for (const each of node.openingElement.attributes) writer.node(each);
  writer.list(node.children);
  writer.put(")");
}

function tag(writer: Writer, name: Node): void {
  if (name.type === "JSXNamespacedName") writer.put(JSON.stringify(`${name.namespace.name}:${name.name.name}`));
  else if (name.type !== "JSXIdentifier") writer.node(name);
  else if (name.name === "this" || writer.context.analysis.resolved.has(name.start)) variable(writer, name);
  else writer.put(JSON.stringify(name.name));
}

function variable(writer: Writer, node: NodeOf<"JSXIdentifier">): void {
  if (node.name !== "this") {
    writer.identifier(node.start, node.name);
    return;
  }
  if (writer.reach !== undefined) writer.reach.isWhole = true;
  writer.put("this");
}

function attribute(writer: Writer, { name, value }: NodeOf<"JSXAttribute">): void {
  const key = name.type === "JSXIdentifier" ? name.name : `${name.namespace.name}:${name.name.name}`;
  writer.put(`.${JSON.stringify(key)}`);
  if (value === null) writer.put("true");
  else if (value.type === "Literal") writer.put(`(Text ${JSON.stringify(value.value.replaceAll(/\r\n?/g, "\n"))} )`);
  else writer.node(value);
}

/** The text between tags as React and its like see it: lines are trimmed and joined by spaces, empty ones dropped. */
function text(writer: Writer, node: NodeOf<"JSXText">): void {
  const lines = node.value.split(/\r\n|\n|\r/);
  const kept = lines
    .map((line, index) => {
      const start = index === 0 ? line : line.replace(/^[ \t]+/, "");
      return index === lines.length - 1 ? start : start.replace(/[ \t]+$/, "");
    })
    .filter((line) => line !== "");
  if (kept.length > 0) writer.put(`(Text ${JSON.stringify(kept.join(" "))} )`);
}

export const JSX: WriterTable = {
  JSXAttribute: attribute,
  JSXElement: element,
  JSXEmptyExpression(): void {},
  JSXExpressionContainer(writer: Writer, node: NodeOf<"JSXExpressionContainer">): void {
    writer.node(node.expression);
  },
  JSXFragment(writer: Writer, node: NodeOf<"JSXFragment">): void {
    writer.setting("jsx");
    writer.put("(Fragment");
    writer.list(node.children);
    writer.put(")");
  },
  JSXIdentifier: variable,
  JSXMemberExpression(writer: Writer, node: NodeOf<"JSXMemberExpression">): void {
    writeNamedMember(writer, node.object, node.property.name, false);
  },
  JSXText: text,
};
