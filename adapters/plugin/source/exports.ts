import type { Analysis } from "./analysis.ts";
import type { Node, NodeOf } from "./ast.ts";
import { declarationOf, rootOf } from "./names.ts";
import { declaredNames } from "./patterns.ts";
import type { Binding } from "./scope.ts";
import { isErased } from "./syntax.ts";
import type { ExportShape, ImportShape } from "./summary.ts";

export interface ModuleLinks {
  readonly exports: Readonly<Record<string, ExportShape>>;
  readonly stars: readonly string[];
  readonly bareImports: readonly string[];
  readonly imports: ReadonlyMap<Binding, ImportShape>;
}

/** Reads what a module imports and exports. */
export function linksOf(analysis: Analysis): ModuleLinks {
  // Without a prototype, because an export may be called "constructor" or "__proto__".
  const exports = Object.create(null) as Record<string, ExportShape>;
  const stars: string[] = [];
  const bareImports: string[] = [];
  const imports = new Map<Binding, ImportShape>();
  for (const statement of analysis.parsed.program.body) {
    if (isErased(statement)) continue;
    if (statement.type === "ImportDeclaration") {
      const isIgnored = analysis.pragmas.isIgnored(statement.start);
      if (statement.specifiers.length === 0 && !isIgnored) bareImports.push(statement.source.value);
      addImports(statement);
    } else if (statement.type === "ExportAllDeclaration") {
      const { exported, source } = statement;
      if (exported === null) stars.push(source.value);
      else exports[exportedName(exported)] = { source: source.value, name: "*" };
    } else if (statement.type === "ExportNamedDeclaration") {
      addExports(statement);
    }
    const node = declarationOf(statement);
    if (node.type === "TSImportEqualsDeclaration" && node.moduleReference.type === "TSExternalModuleReference") {
      addImport(node.id, node.moduleReference.expression.value, "*");
    }
  }
  if (analysis.defaultExport !== undefined) exports["default"] = { binding: analysis.defaultExport.id };
  return { exports, stars, bareImports, imports };

  function addImports({ source, specifiers }: NodeOf<"ImportDeclaration">): void {
    for (const each of specifiers) {
      if (each.type === "ImportNamespaceSpecifier") addImport(each.local, source.value, "*");
      else if (each.type === "ImportDefaultSpecifier") addImport(each.local, source.value, "default");
      else if (each.importKind !== "type") addImport(each.local, source.value, exportedName(each.imported));
    }
  }

  function addImport(local: Node, source: string, name: string): void {
    const binding = analysis.resolved.get(local.start);
    if (binding === undefined) return;
    imports.set(binding, { source, name, ...(binding.pragma === "ignore" && { isIgnored: true }) });
  }

  function addExports({ declaration, source, specifiers }: NodeOf<"ExportNamedDeclaration">): void {
    if (declaration !== null) {
      for (const { identifier } of namesOf(declaration)) addBinding(identifier.name, identifier.name);
    }
    for (const each of specifiers) {
      if (each.exportKind === "type") continue;
      const exported = exportedName(each.exported);
      const local = exportedName(each.local);
      if (source === null) addBinding(exported, local);
      else exports[exported] = { source: source.value, name: local };
    }
  }

  // A name that is not found is that of a type.
  function addBinding(exported: string, local: string): void {
    const binding = analysis.module.own(local);
    if (binding !== undefined) exports[exported] = { binding: binding.id };
  }
}

function namesOf(declaration: Node): ReturnType<typeof declaredNames> {
  if (declaration.type === "VariableDeclaration")
    return declaration.declarations.flatMap(({ id }) => declaredNames(id));
  if (declaration.type === "TSModuleDeclaration") return declaredNames(rootOf(declaration.id) ?? declaration.id);
  return "id" in declaration && declaration.id !== null ? declaredNames(declaration.id as Node) : [];
}

function exportedName(name: Node): string {
  if (name.type === "Literal") return String(name.value);
  return name.type === "Identifier" ? name.name : "";
}
