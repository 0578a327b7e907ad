import type { Node } from "./ast.ts";
import type { FoundCall } from "./found-call.ts";
import { declarationOf, rootOf } from "./names.ts";
import { isTooDeep } from "./depth.ts";
import { isPrimitive } from "./origin.ts";
import { type ParsedModule, withoutTree } from "./parse.ts";
import { declaredNames } from "./patterns.ts";
import { type JsxPragmas, jsxPragmas, type Pragma, Pragmas } from "./pragmas.ts";
import { Binding, type Scope } from "./scope.ts";
import { ScopeWalk } from "./scope-walk.ts";
import { isErased, unwrap } from "./syntax.ts";

/** One of the units that a module is divided into: a declarator, a function, a class, or a statement with effects. */
export interface Item {
  readonly node: Node;
  readonly declares: readonly Binding[];
  readonly isEffect: boolean;
  readonly pragma: Pragma | undefined;
}

/** What is found out of a syntax tree before its text is made. */
export interface Analysis {
  readonly parsed: ParsedModule;
  readonly module: Scope;
  /** Which variable a name means, by the offset of the name. Globals are not in it. */
  readonly resolved: ReadonlyMap<number, Binding>;
  readonly bindings: readonly Binding[];
  readonly items: readonly Item[];
  readonly calls: readonly FoundCall[];
  readonly pragmas: Pragmas;
  readonly jsx: JsxPragmas;
  /** What `export default` gives. */
  readonly defaultExport: Binding | undefined;
}

const analyses = new WeakMap<ParsedModule, Analysis>();

/** Analyses a module, once: the shape and the texts are made of the same analysis. */
export function analysisOf(parsed: ParsedModule): Analysis {
  let analysis = analyses.get(parsed);
  if (analysis === undefined) {
    analysis = analyse(parsed);
    analyses.set(parsed, analysis);
  }
  return analysis;
}

function analyse(parsed: ParsedModule): Analysis {
  try {
    return new ModuleAnalysis(parsed).run();
  } catch (error) {
    if (isTooDeep(error)) return new ModuleAnalysis(withoutTree(parsed)).run();
    throw error;
  }
}

class ModuleAnalysis {
  readonly #parsed: ParsedModule;
  readonly #pragmas: Pragmas;
  readonly #walk: ScopeWalk;
  readonly #items: Item[] = [];
  #default: Binding | undefined;

  constructor(parsed: ParsedModule) {
    this.#parsed = parsed;
    this.#pragmas = new Pragmas(parsed);
    this.#walk = new ScopeWalk(parsed, this.#pragmas);
  }

  run(): Analysis {
    const { module, names, calls } = this.#walk;
    for (const statement of this.#parsed.program.body) if (!isErased(statement)) this.#statement(statement);
    const bindings = [...module.bindings];
    if (this.#default !== undefined && !bindings.includes(this.#default)) bindings.push(this.#default);
    bindings.forEach((binding, id) => {
      binding.id = id;
      // An item that is part of the binding anyway does not count twice, and a text stays what it is.
      for (const item of isPrimitive(binding) ? binding.touchedBy : binding.items) binding.untouch(item);
    });
    return {
      parsed: this.#parsed,
      module,
      resolved: names.resolved,
      bindings,
      items: this.#items,
      calls,
      pragmas: this.#pragmas,
      jsx: jsxPragmas(this.#parsed),
      defaultExport: this.#default,
    };
  }

  #statement(statement: Node): void {
    const node = declarationOf(statement);
    const starts = [statement.start, node.start];
    switch (node.type) {
      case "ImportDeclaration":
      case "ExportAllDeclaration":
      case "ExportNamedDeclaration":
        return;
      case "VariableDeclaration":
        for (const each of node.declarations) this.#item(each, this.#declaredBy(each.id), [...starts, each.start]);
        return;
      case "FunctionDeclaration":
      case "TSEnumDeclaration":
        if (node.id !== null) this.#item(node, this.#declaredBy(node.id), starts);
        break;
      case "ClassDeclaration":
        starts.push(node.decorators[0]?.start ?? -1);
        if (node.id !== null) this.#item(node, this.#declaredBy(node.id), starts);
        break;
      case "TSModuleDeclaration": {
        const root = rootOf(node.id);
        this.#item(node, root === undefined ? [] : this.#declaredBy(root), starts);
        return;
      }
      case "TSImportEqualsDeclaration":
        if (node.moduleReference.type !== "TSExternalModuleReference") {
          this.#item(node, this.#declaredBy(node.id), starts);
        }
        return;
      case "TSExportAssignment":
        this.#defaultExport(node.expression, starts);
        return;
      default:
        if (statement.type !== "ExportDefaultDeclaration") this.#effect(node, starts);
    }
    if (statement.type === "ExportDefaultDeclaration") this.#defaultExport(node, starts);
  }

  #declaredBy(pattern: Node): Binding[] {
    return declaredNames(pattern).flatMap(({ identifier }) => this.#walk.names.resolved.get(identifier.start) ?? []);
  }

  #defaultExport(node: Node, starts: readonly number[]): void {
    const inner = unwrap(node);
    if ((inner.type === "FunctionDeclaration" || inner.type === "ClassDeclaration") && inner.id !== null) {
      this.#default = this.#walk.names.resolved.get(inner.id.start);
      return;
    }
    if (inner.type === "Identifier") {
      this.#default = this.#walk.module.find(inner.name);
      if (this.#default !== undefined) return;
    }
    this.#default = new Binding("default", "default", this.#walk.module, node.start);
    this.#default.declarations.push(node);
    this.#item(node, [this.#default], starts);
  }

  #effect(node: Node, starts: readonly number[]): void {
    // A directive such as "use client" is no code.
    if (node.type === "ExpressionStatement" && typeof node.directive === "string") return;
    this.#item(node, [], starts);
  }

  #item(node: Node, declares: readonly Binding[], starts: readonly number[]): void {
    const index = this.#items.length;
    const pragma = this.#pragmas.atAny(starts);
    const isEffect = declares.length === 0;
    this.#items.push({ node, declares, isEffect, pragma });
    for (const binding of declares) {
      if (!binding.items.includes(index)) binding.items = [...binding.items, index];
    }
    this.#walk.item(node, index, isEffect, pragma !== undefined);
  }
}
