import { childOf, type Node } from "./ast.ts";
import { type FunctionLike, isClass, isErased, runtimeFields, unwrap } from "./syntax.ts";

/** Whether a function reads `this`, `super` or, as an arrow function, what else it has from around it. */
export function readsThis(fn: FunctionLike): boolean {
  const isArrow = fn.type === "ArrowFunctionExpression";
  return [...fn.params, ...(fn.body === null ? [] : [fn.body])].some((node) => reads(node, isArrow));
}

function reads(wrapped: Node, isArrow: boolean): boolean {
  const node = unwrap(wrapped);
  switch (node.type) {
    case "Super":
    case "ThisExpression":
      return true;
    case "Identifier":
      return isArrow && node.name === "arguments";
    case "MetaProperty":
      return isArrow && node.meta.name === "new";
    case "MemberExpression":
      return reads(node.object, isArrow) || (node.computed && reads(node.property, isArrow));
    case "Property":
      return (node.computed && reads(node.key, isArrow)) || reads(node.value, isArrow);
    case "FunctionDeclaration":
    case "FunctionExpression":
      return false;
    default:
  }
  // A class has a `this` of its own, but what it extends stands outside.
  if (isClass(node)) return node.superClass !== null && reads(node.superClass, isArrow);
  return (
    !isErased(node) &&
    (runtimeFields(node.type) ?? []).some((field) => {
      const child = childOf(node, field);
      const children = Array.isArray(child) ? (child as readonly (Node | null)[]) : [child as Node | null | undefined];
      return children.some((each) => each !== null && each !== undefined && reads(each, isArrow));
    })
  );
}
