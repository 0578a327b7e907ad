import type { Node, Program } from "oxc-parser";
import { isNode, isRuntime } from "./spots.ts";

/** A top-level declarator, function, class or statement, as the plugin should see it. */
export interface TopLevel {
  readonly names: readonly string[];
  readonly node: Node;
}

/** Splits a module into the units that the plugin calls items, in their order: found without the plugin. */
export function topLevelOf(program: Program): TopLevel[] {
  return program.body.flatMap((statement): TopLevel[] => {
    // A directive says something to tools.
    if (!isRuntime(statement) || ("directive" in statement && typeof statement.directive === "string")) return [];
    switch (statement.type) {
      case "ImportDeclaration":
      case "ExportAllDeclaration":
      case "EmptyStatement":
      case "TSImportEqualsDeclaration":
        return [];
      case "TSExportAssignment":
        return withoutTypes(statement.expression).type === "Identifier"
          ? []
          : [{ names: ["default"], node: statement }];
      case "ExportNamedDeclaration":
        return statement.declaration === null ? [] : unitsOf(statement.declaration);
      case "ExportDefaultDeclaration":
        // Another name for what is declared elsewhere.
        if (withoutTypes(statement.declaration).type === "Identifier") return [];
        return unitsOf(statement.declaration).map((unit) =>
          unit.names.length > 0 ? unit : { ...unit, names: ["default"] },
        );
      default:
        return unitsOf(statement);
    }
  });
}

function withoutTypes(node: Node): Node {
  return node.type.startsWith("TS") && "expression" in node && isNode(node.expression)
    ? withoutTypes(node.expression)
    : node;
}

function unitsOf(node: Node): TopLevel[] {
  if (!isRuntime(node)) return [];
  switch (node.type) {
    case "VariableDeclaration":
      return node.declarations.map((declarator) => ({ names: namesOf(declarator.id), node: declarator }));
    case "FunctionDeclaration":
    case "ClassDeclaration":
    case "TSEnumDeclaration":
      return [{ names: node.id === null ? [] : [node.id.name], node }];
    case "TSModuleDeclaration":
      return hasRuntimePart(node) ? [{ names: namesOf(node.id), node }] : [];
    default:
      return [{ names: [], node }];
  }
}

/** A namespace of types alone is a type. */
function hasRuntimePart(node: Node): boolean {
  if (node.type !== "TSModuleDeclaration") return isRuntime(node) && node.type !== "EmptyStatement";
  return node.body !== null && node.body.body.some((each) => hasRuntimePart(declarationOf(each)));
}

const declarationOf = (node: Node): Node =>
  node.type === "ExportNamedDeclaration" && node.declaration !== null ? node.declaration : node;

/** The names that a pattern declares. */
export function namesOf(pattern: Node): string[] {
  switch (pattern.type) {
    case "Identifier":
      return [pattern.name];
    case "AssignmentPattern":
      return namesOf(pattern.left);
    case "RestElement":
      return namesOf(pattern.argument);
    case "ArrayPattern":
      return pattern.elements.flatMap((each) => (each === null ? [] : namesOf(each)));
    case "ObjectPattern":
      return pattern.properties.flatMap((each) => namesOf(each.type === "RestElement" ? each : each.value));
    default:
      return [];
  }
}
