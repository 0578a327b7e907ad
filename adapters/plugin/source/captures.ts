import type { Analysis } from "./analysis.ts";
import type { Node } from "./ast.ts";
import type { Binding } from "./scope.ts";
import { isClass, isErased, isFunction, unwrap } from "./syntax.ts";
import type { CalleeKind } from "./summary.ts";

/**
 * Whether a variable of an enclosing function is code, or a constant that stands in the code: it then joins the text.
 * All else is a value, which is known only when the program runs.
 */
export function isCapturedCode(binding: Binding, analysis: Analysis, kinds: ReadonlyMap<Node, CalleeKind>): boolean {
  if (binding.isReassigned) return false;
  const { declarations } = binding;
  const [only] = declarations;
  if (only?.type === "VariableDeclarator") {
    if (declarations.length !== 1 || only.id.type !== "Identifier" || only.init === null) return false;
    const init = withoutName(unwrap(only.init));
    return isFunction(init) || isClass(init) || kinds.get(init) === "function" || isConstant(init, analysis);
  }
  return declarations.every((each) => !isErased(each) && (isFunction(each) || isClass(each) || CODE.has(each.type)));
}

// To keep names, esbuild, and so tsx, writes `__name(function, "name")` around functions: they are code all the same.
function withoutName(node: Node): Node {
  if (node.type !== "CallExpression" || node.callee.type !== "Identifier" || node.callee.name !== "__name") return node;
  const [named] = node.arguments;
  return named === undefined ? node : unwrap(named);
}

const CODE: ReadonlySet<Node["type"]> = new Set(["TSEnumDeclaration", "TSModuleDeclaration"]);

/** Whether an expression is made of primitive literals, and so always gives the same. */
function isConstant(wrapped: Node, analysis: Analysis): boolean {
  const node = unwrap(wrapped);
  const isSame = (each: Node): boolean => isConstant(each, analysis);
  switch (node.type) {
    case "Literal":
      return true;
    case "TemplateLiteral":
      return node.expressions.every(isSame);
    case "UnaryExpression":
      return node.operator !== "delete" && isSame(node.argument);
    case "BinaryExpression":
    case "LogicalExpression":
      return isSame(node.left) && isSame(node.right);
    case "ConditionalExpression":
      return isSame(node.test) && isSame(node.consequent) && isSame(node.alternate);
    case "Identifier": {
      const binding = analysis.resolved.get(node.start);
      if (binding === undefined) return /^(?:undefined|NaN|Infinity)$/.test(node.name);
      const [declaration] = binding.declarations;
      const isOnce = binding.id < 0 && !binding.isReassigned && binding.declarations.length === 1;
      if (!isOnce || declaration?.type !== "VariableDeclarator" || declaration.id.type !== "Identifier") return false;
      return binding.offset < node.start && declaration.init !== null && isSame(declaration.init);
    }
    default:
      return false;
  }
}
