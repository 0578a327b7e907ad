import type { Node, NodeOf, VariableDeclarator } from "./ast.ts";
import { declarationOf } from "./names.ts";
import { declaredNames } from "./patterns.ts";
import { writeNamedMember } from "./text-members.ts";
import { enumKey, isErased, staticKey, unwrap } from "./syntax.ts";
import type { Writer, WriterTable } from "./writer.ts";

function declaration(writer: Writer, node: NodeOf<"VariableDeclaration">): void {
  const kind = node.kind === "const" ? "let" : node.kind;
  for (const each of node.declarations) {
    if (writer.context.analysis.pragmas.isIgnored(each.start)) continue;
    writer.put(`(${kind}`);
    writer.node(each.id);
    if (!readsOfThis(writer, each)) writer.node(each.init);
    writer.put(")");
  }
}

/** `const { a, b } = this` names the members that it needs of the class. */
function readsOfThis(writer: Writer, { id, init }: VariableDeclarator): boolean {
  if (writer.reach === undefined || id.type !== "ObjectPattern" || init === null) return false;
  if (unwrap(init).type !== "ThisExpression") return false;
  const names = id.properties.map((each) =>
    each.type === "Property" ? staticKey(each.key, each.computed) : undefined,
  );
  for (const name of names) {
    if (name === undefined) return false;
    writer.reach.members.add(name);
  }
  writer.put("this");
  return true;
}

function expressionStatement(writer: Writer, node: NodeOf<"ExpressionStatement">): void {
  if (typeof node.directive === "string") {
    // Modules are strict anyway.
    if (node.directive !== "use strict") writer.put(`(Directive ${JSON.stringify(node.directive)} )`);
    return;
  }
  writer.put("(Do");
  writer.node(node.expression);
  writer.put(")");
}

function ifStatement(writer: Writer, node: NodeOf<"IfStatement">): void {
  writer.put("(If");
  writer.node(node.test);
  writer.body(node.consequent);
  if (node.alternate === null) writer.put("_");
  else writer.body(node.alternate);
  writer.put(")");
}

function whileStatement(writer: Writer, node: NodeOf<"WhileStatement" | "DoWhileStatement">): void {
  writer.put(node.type === "WhileStatement" ? "(While" : "(DoWhile");
  writer.node(node.test);
  writer.body(node.body);
  writer.put(")");
}

function forStatement(writer: Writer, node: NodeOf<"ForStatement">): void {
  writer.put("(For [");
  if (node.init !== null) writer.node(node.init);
  writer.put("]");
  writer.node(node.test);
  writer.node(node.update);
  writer.body(node.body);
  writer.put(")");
}

function forEachStatement(writer: Writer, node: NodeOf<"ForInStatement" | "ForOfStatement">): void {
  writer.put(node.type === "ForInStatement" ? "(ForIn" : node.await ? "(ForAwait" : "(ForOf");
  writer.node(node.left);
  writer.node(node.right);
  writer.body(node.body);
  writer.put(")");
}

function switchCase(writer: Writer, node: NodeOf<"SwitchCase">): void {
  writer.put("(Case");
  writer.node(node.test);
  writer.statements(node.consequent);
  writer.put(")");
}

function labeled(writer: Writer, node: NodeOf<"LabeledStatement">): void {
  writer.labels.push(node.label.name);
  writer.put("(Label");
  writer.body(node.body);
  writer.put(")");
  writer.labels.pop();
}

function jump(writer: Writer, node: NodeOf<"BreakStatement" | "ContinueStatement">): void {
  // How many labels out, so that their names do not count.
  const depth = node.label === null ? "_" : writer.labels.length - 1 - writer.labels.lastIndexOf(node.label.name);
  writer.put(`(${node.type === "BreakStatement" ? "Break" : "Continue"} ${depth} )`);
}

function enumDeclaration(writer: Writer, node: NodeOf<"TSEnumDeclaration">): void {
  writer.put("(Enum");
  writer.declaredName(node.id);
  for (const member of node.body.members) {
    writer.identifier(member.id.start, "");
    writer.put(JSON.stringify(enumKey(member.id)));
    writer.node(member.initializer);
  }
  writer.put(")");
}

function namespaceDeclaration(writer: Writer, node: NodeOf<"TSModuleDeclaration">): void {
  writer.put("(Namespace");
  let path: Node = node.id;
  while (path.type === "TSQualifiedName") {
    writer.put(JSON.stringify(path.right.name));
    path = path.left;
  }
  writer.declaredName(path);
  writer.statements(node.body?.body ?? []);
  writer.put(")");
}

/** An export of a namespace: its name is that of a property. */
function namespaceExport(writer: Writer, node: NodeOf<"ExportNamedDeclaration">): void {
  const inner = declarationOf(node);
  if (inner === node || isErased(inner)) return;
  writer.put("(Export");
  for (const name of exportedNames(inner)) writer.put(JSON.stringify(name));
  writer.node(inner);
  writer.put(")");
}

function exportedNames(node: Node): string[] {
  const patterns =
    node.type === "VariableDeclaration" ? node.declarations.map(({ id }) => id) : "id" in node ? [node.id as Node] : [];
  return patterns.flatMap((pattern) => declaredNames(pattern).map(({ identifier }) => identifier.name));
}

function importEquals(writer: Writer, node: NodeOf<"TSImportEqualsDeclaration">): void {
  writer.put("(Alias");
  writer.declaredName(node.id);
  writer.node(node.moduleReference);
  writer.put(")");
}

function qualifiedName(writer: Writer, node: NodeOf<"TSQualifiedName">): void {
  writeNamedMember(writer, node.left, node.right.name, false);
}

export const STATEMENTS: WriterTable = {
  BlockStatement(writer: Writer, node: NodeOf<"BlockStatement">): void {
    writer.put("(Block");
    writer.statements(node.body);
    writer.put(")");
  },
  BreakStatement: jump,
  ContinueStatement: jump,
  DoWhileStatement: whileStatement,
  ExportNamedDeclaration: namespaceExport,
  ExpressionStatement: expressionStatement,
  ForInStatement: forEachStatement,
  ForOfStatement: forEachStatement,
  ForStatement: forStatement,
  IfStatement: ifStatement,
  LabeledStatement: labeled,
  SwitchCase: switchCase,
  TSEnumDeclaration: enumDeclaration,
  TSExternalModuleReference(writer: Writer, node: NodeOf<"TSExternalModuleReference">): void {
    writer.slot({ module: node.expression.value }, `module ${node.expression.value}`);
  },
  TSImportEqualsDeclaration: importEquals,
  TSModuleDeclaration: namespaceDeclaration,
  TSQualifiedName: qualifiedName,
  VariableDeclaration: declaration,
  WhileStatement: whileStatement,
};
