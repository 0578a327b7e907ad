import type { Class, MethodDefinition, Node, NodeOf } from "./ast.ts";
import type { Scope } from "./scope.ts";

/** A call or a decorator that may turn out to cache something. */
export interface FoundCall {
  /** The call, or the decorator's expression. */
  readonly node: Node;
  readonly callee: Node;
  readonly scope: Scope;
  readonly item: number;
  /** What it stands in, types apart. */
  readonly parent: Node | undefined;
  /** The class around it. */
  readonly owner: Class | undefined;
  /** Of a decorator: it, and the method. */
  readonly decorated?: { readonly decorator: NodeOf<"Decorator">; readonly method: MethodDefinition };
}
