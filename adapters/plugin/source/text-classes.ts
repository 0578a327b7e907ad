import type { Class, ClassElement, Decorator, NodeOf } from "./ast.ts";
import { isErased, staticKey, unwrap } from "./syntax.ts";
import type { ClassReach, Writer, WriterTable } from "./writer.ts";

/** Writes a class, whole. */
function classNode(writer: Writer, node: Class): void {
  writer.put("(Class");
  decorators(writer, node.decorators);
  if (node.id !== null) {
    if (node.type === "ClassExpression") writer.ownName(node.id.start);
    else writer.declaredName(node.id);
  }
  writer.node(node.superClass);
  // Inside, `this` is another.
  const { reach } = writer;
  writer.reach = undefined;
  writer.statements(node.body.body);
  writer.reach = reach;
  writer.put(")");
}

function field(writer: Writer, node: NodeOf<"AccessorProperty" | "MethodDefinition" | "PropertyDefinition">): void {
  if (node.type === "PropertyDefinition" && node.key.type !== "PrivateIdentifier") writer.setting("class-fields");
  const kind = node.type === "MethodDefinition" ? node.kind : node.type === "AccessorProperty" ? "accessor" : "field";
  writer.put(`(${kind}${node.static ? " static" : ""}`);
  decorators(writer, node.decorators);
  writer.key(node.key, node.computed);
  writer.node(node.value);
  writer.put(")");
}

function decorators(writer: Writer, nodes: readonly Decorator[]): void {
  for (const each of nodes) writer.node(each);
}

/** Our own decorators say how a method is cached, and not what it does. */
function decorator(writer: Writer, node: Decorator): void {
  if (writer.context.kinds.get(unwrap(node.expression)) === "function") return;
  writer.setting("decorators");
  writer.put("(Decorator");
  writer.node(node.expression);
  writer.put(")");
}

/**
 * Writes a cached method: it, what it reaches of its class by name, and what runs whenever an instance is made. Tells
 * whether all of the class had to be written, because `this` goes where its use cannot be seen.
 */
export function writeMethod(
  writer: Writer,
  owner: Class,
  method: ClassElement,
  binding: ClassReach["binding"],
): boolean {
  const reach: ClassReach = { binding, members: new Set(), isWhole: false };
  writer.reach = reach;
  const members = owner.body.body.filter((each) => !isErased(each));
  const left = new Set(members);
  left.delete(method);
  writer.put("(Method");
  writer.node(method);
  for (const each of members) {
    if (each === method || isReachedByName(each)) continue;
    left.delete(each);
    writer.statement(each);
  }
  writer.put(")");
  // In the order in which they are named, as the order of methods in a class has no meaning. The set grows on the way.
  for (const name of reach.members) writeReached(writer, left, (each) => nameOf(each) === name);
  if (reach.isWhole) writeReached(writer, left, () => true);
  writer.reach = undefined;
  writer.put("(Extends");
  decorators(writer, owner.decorators);
  writer.node(owner.superClass);
  writer.put(")");
  return reach.isWhole;
}

function writeReached(writer: Writer, left: Set<ClassElement>, isReached: (member: ClassElement) => boolean): void {
  for (const each of left) {
    if (!isReached(each)) continue;
    left.delete(each);
    writer.put("(Reached");
    writer.statement(each);
    writer.put(")");
  }
}

/** Whether a member has no influence unless it is named: a method, but not the constructor, nor one with a computed name. */
function isReachedByName(node: ClassElement): boolean {
  return node.type === "MethodDefinition" && node.kind !== "constructor" && nameOf(node) !== undefined;
}

function nameOf(node: ClassElement): string | undefined {
  return node.type === "MethodDefinition" ? staticKey(node.key, node.computed) : undefined;
}

export const CLASSES: WriterTable = {
  AccessorProperty: field,
  ClassDeclaration: classNode,
  ClassExpression: classNode,
  Decorator: decorator,
  MethodDefinition: field,
  PropertyDefinition: field,
  StaticBlock(writer: Writer, node: NodeOf<"StaticBlock">): void {
    writer.put("(StaticBlock");
    writer.statements(node.body);
    writer.put(")");
  },
};
