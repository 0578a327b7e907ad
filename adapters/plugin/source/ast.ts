import type { Node } from "oxc-parser";

export type {
  CallExpression,
  Class,
  ClassElement,
  Comment,
  Decorator,
  Function as FunctionNode,
  ArrowFunctionExpression,
  MemberExpression,
  MethodDefinition,
  Node,
  ObjectExpression,
  Program,
  TSEnumDeclaration,
  VariableDeclarator,
} from "oxc-parser";

/** The node of a type. Some nodes have several types, such as the two kinds of classes, which `Extract` would lose. */
export type NodeOf<Type extends Node["type"]> = Node extends infer Each
  ? Each extends { readonly type: infer Types }
    ? Type extends Types
      ? Each
      : never
    : never
  : never;

/** What stands in a field of a node that has run-time meaning. */
type Child = Node | null | undefined | readonly (Node | null)[];

/** Reads a field that the table of run-time fields names. */
export function childOf(node: Node, field: string): Child {
  return (node as unknown as Readonly<Record<string, Child>>)[field];
}
