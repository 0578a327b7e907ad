import type { Node, NodeOf } from "./ast.ts";
import { writeMember } from "./text-members.ts";
import { type FunctionLike, staticKey, unwrap } from "./syntax.ts";
import type { Writer, WriterTable } from "./writer.ts";

function literal(writer: Writer, node: NodeOf<"Literal">): void {
  if ("regex" in node) {
    const flags = [...node.regex.flags].sort().join("");
    writer.put(`/${JSON.stringify(node.regex.pattern)}${flags}`);
  } else if ("bigint" in node) {
    writer.put(`${BigInt(node.bigint)}n`);
  } else {
    writer.put(typeof node.value === "string" ? JSON.stringify(node.value) : String(node.value));
  }
}

function template(writer: Writer, node: NodeOf<"TemplateLiteral">): void {
  if (node.expressions.length === 0) {
    writer.put(JSON.stringify(node.quasis[0]?.value.cooked ?? ""));
    return;
  }
  writer.put("(Template");
  node.quasis.forEach(({ value }, index) => {
    writer.put(JSON.stringify(value.cooked));
    const expression = node.expressions[index];
    if (expression !== undefined) writer.node(expression);
  });
  writer.put(")");
}

function taggedTemplate(writer: Writer, node: NodeOf<"TaggedTemplateExpression">): void {
  writer.put("(Tagged");
  writer.node(node.tag);
  node.quasi.quasis.forEach(({ value }, index) => {
    writer.put(JSON.stringify([value.cooked, value.raw.replaceAll(/\r\n?/g, "\n")]));
    const expression = node.quasi.expressions[index];
    if (expression !== undefined) writer.node(expression);
  });
  writer.put(")");
}

function parameter(writer: Writer, node: Node): void {
  // The parameter `this` is a type.
  if (node.type === "Identifier" && node.name === "this") return;
  if ("decorators" in node) for (const each of node.decorators ?? []) writer.node(each);
  writer.node(node);
}

/** Writes a function: without its name, unless that is read. */
function writeFunction(writer: Writer, node: FunctionLike): void {
  const kind = node.type === "ArrowFunctionExpression" ? "(Arrow" : "(Function";
  writer.put(`${kind}${node.async ? " async" : ""}${node.generator ? " *" : ""}`);
  if (node.type === "FunctionExpression" && node.id !== null) writer.ownName(node.id.start);
  writer.put("[");
  for (const each of node.params) parameter(writer, each);
  writer.put("]");
  if (node.body?.type === "BlockStatement") {
    writer.statements(node.body.body);
  } else {
    writer.put("[ (ReturnStatement");
    writer.node(node.body);
    writer.put(") ]");
  }
  writer.put(")");
}

function functionDeclaration(writer: Writer, node: FunctionLike): void {
  writer.put("(Declare");
  if (node.id !== null) writer.declaredName(node.id);
  writeFunction(writer, node);
  writer.put(")");
}

function object(writer: Writer, node: NodeOf<"ObjectExpression" | "ObjectPattern">): void {
  const { pragmas } = writer.context.analysis;
  writer.put(node.type === "ObjectExpression" ? "(Object" : "(ObjectPattern");
  for (const each of node.properties) {
    if (pragmas.isIgnored(each.start) && node.type === "ObjectExpression") continue;
    if (each.type !== "Property") {
      writer.node(each);
      continue;
    }
    if (each.method || each.kind !== "init") writer.put(each.method ? "method" : each.kind);
    // `{ __proto__: x }` sets the prototype, and neither `{ __proto__ }` nor `{ ["__proto__"]: x }` does.
    else if (each.shorthand && staticKey(each.key, false) === "__proto__") writer.put("own");
    writer.key(each.key, each.computed);
    writer.node(each.value);
  }
  writer.put(")");
}

function binary(writer: Writer, node: NodeOf<"AssignmentExpression" | "BinaryExpression" | "LogicalExpression">): void {
  writer.put(`(${node.operator}`);
  writer.node(node.left);
  writer.node(node.right);
  writer.put(")");
}

function unary(writer: Writer, node: NodeOf<"UnaryExpression">): void {
  if (node.operator === "void" && unwrap(node.argument).type === "Literal") {
    writer.put("undefined");
    return;
  }
  const argument = unwrap(node.argument);
  if (node.operator === "!" && argument.type === "Literal" && typeof argument.value === "number") {
    writer.put(String(!argument.value));
    return;
  }
  writer.put(`(${node.operator}`);
  writer.node(node.argument);
  writer.put(")");
}

function update(writer: Writer, node: NodeOf<"UpdateExpression">): void {
  writer.put(node.prefix ? `(${node.operator}_` : `(_${node.operator}`);
  writer.node(node.argument);
  writer.put(")");
}

function identifier(writer: Writer, node: NodeOf<"Identifier">): void {
  writer.identifier(node.start, node.name);
}

function self(writer: Writer): void {
  if (writer.reach !== undefined) writer.reach.isWhole = true;
  writer.put("this");
}

function metaProperty(writer: Writer, node: NodeOf<"MetaProperty">): void {
  if (node.meta.name === "import") {
    writer.diagnose("import-meta", node.start, "import.meta differs between builds");
  }
  writer.put(`${node.meta.name}.${node.property.name}`);
}

function yieldExpression(writer: Writer, node: NodeOf<"YieldExpression">): void {
  writer.put(node.delegate ? "(Yield*" : "(Yield");
  writer.node(node.argument);
  writer.put(")");
}

function parameterProperty(writer: Writer, node: NodeOf<"TSParameterProperty">): void {
  writer.put("(ParameterProperty");
  writer.node(node.parameter);
  writer.put(")");
}

export const EXPRESSIONS: WriterTable = {
  ArrowFunctionExpression: writeFunction,
  AssignmentExpression: binary,
  BinaryExpression: binary,
  FunctionDeclaration: functionDeclaration,
  FunctionExpression: writeFunction,
  Identifier: identifier,
  Literal: literal,
  LogicalExpression: binary,
  MemberExpression: writeMember,
  MetaProperty: metaProperty,
  ObjectExpression: object,
  ObjectPattern: object,
  PrivateIdentifier(writer: Writer, node: NodeOf<"PrivateIdentifier">): void {
    writer.privateName(node);
  },
  Super(writer: Writer): void {
    writer.put("super");
  },
  TaggedTemplateExpression: taggedTemplate,
  TemplateLiteral: template,
  ThisExpression: self,
  TSParameterProperty: parameterProperty,
  UnaryExpression: unary,
  UpdateExpression: update,
  YieldExpression: yieldExpression,
};
