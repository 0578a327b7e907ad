import { analyze, type Scope, type ScopeManager, type Variable } from "@typescript-eslint/scope-manager";
import type { Node, Program } from "oxc-parser";
import { isNode } from "./spots.ts";

type TypescriptProgram = Parameters<typeof analyze>[0];

/** Analyses the scopes of a syntax tree with a program that has nothing in common with the plugin. */
export function scopesOf(program: Program): ScopeManager {
  addRanges(program);
  // The two describe the same tree (TS-ESTree), in types that do not know of each other.
  return analyze(program as unknown as TypescriptProgram, { sourceType: "module", jsxPragma: null, lib: [] });
}

function addRanges(node: Node | Program): void {
  Object.assign(node, { range: [node.start, node.end] });
  for (const value of Object.values(node)) {
    for (const child of Array.isArray(value) ? value : [value]) if (isNode(child)) addRanges(child);
  }
}

/** A node of that program's types as one of the parser's. */
export const nodeOf = (node: object): Node => node as Node;

export const isValue = (variable: Variable): boolean => variable.isValueVariable && variable.defs.length > 0;

/** The values whose names can be read in a scope, at an offset. */
export function visibleFrom(scope: Scope, offset: number): Variable[] {
  const names = new Set<string>();
  const variables: Variable[] = [];
  for (let each: Scope | null = scope; each !== null; each = each.upper) {
    for (const variable of each.variables) {
      if (names.has(variable.name)) continue;
      names.add(variable.name);
      if (isValue(variable) && !isHiddenFromParameters(each, variable, offset)) variables.push(variable);
    }
  }
  return variables;
}

/** What a body declares does not exist yet where the defaults of the parameters are computed. */
function isHiddenFromParameters(scope: Scope, variable: Variable, offset: number): boolean {
  const block = nodeOf(scope.block);
  if (!("body" in block) || !isNode(block.body) || scope.type !== "function") return false;
  return offset < block.body.start && variable.defs.some(({ type }) => type !== "Parameter");
}
