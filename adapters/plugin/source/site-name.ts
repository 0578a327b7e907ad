import type { Analysis } from "./analysis.ts";
import type { Node } from "./ast.ts";
import type { FoundCall } from "./found-call.ts";
import { functionOf } from "./origin.ts";
import { isFunction, memberKey, staticKey, unwrap } from "./syntax.ts";

export interface SiteName {
  readonly name?: string;
  readonly isNamed: boolean;
}

/** What a function is called: its own name, or that of what the cached function is given to. */
export function siteName(call: FoundCall, fn: Node | undefined, analysis: Analysis): SiteName {
  const own = fn === undefined ? undefined : ownName(unwrap(fn), analysis);
  if (own?.name !== undefined && own.isNamed) return own;
  const given = own?.name ?? nameGivenBy(call.parent, call.node);
  return given === undefined ? { isNamed: false } : { name: given, isNamed: false };
}

function ownName(fn: Node, analysis: Analysis): SiteName | undefined {
  if (isFunction(fn)) return fn.id === null ? undefined : { name: fn.id.name, isNamed: true };
  if (fn.type === "MemberExpression") {
    const name = memberKey(fn);
    return name === undefined || name.startsWith("#") ? undefined : { name, isNamed: false };
  }
  if (fn.type !== "Identifier") return undefined;
  const binding = analysis.resolved.get(fn.start);
  const [declaration] = binding?.declarations ?? [];
  if (declaration?.type === "ImportSpecifier") {
    const { imported } = declaration;
    if (imported.type !== "Identifier" || imported.name === "default") return { name: fn.name, isNamed: false };
    return { name: imported.name, isNamed: true };
  }
  const found = binding === undefined ? undefined : functionOf(binding);
  // A function expression takes the name of the variable it is given to, unless it has one.
  return found === undefined ? { name: fn.name, isNamed: false } : { name: found.id?.name ?? fn.name, isNamed: true };
}

function nameGivenBy(parent: Node | undefined, node: Node): string | undefined {
  switch (parent?.type) {
    case "VariableDeclarator":
      return parent.id.type === "Identifier" ? parent.id.name : undefined;
    case "Property":
    case "PropertyDefinition":
      return staticKey(parent.key, parent.computed);
    case "AssignmentPattern":
      return parent.left.type === "Identifier" ? parent.left.name : undefined;
    case "AssignmentExpression": {
      const left = unwrap(parent.left);
      if (left.type === "Identifier") return left.name;
      return left.type === "MemberExpression" && unwrap(parent.right) === node ? memberKey(left) : undefined;
    }
    default:
      return undefined;
  }
}
