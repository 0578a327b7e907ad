import type { Reference, Variable } from "@typescript-eslint/scope-manager";
import type { Node, Program } from "oxc-parser";
import { parseWithYuku } from "./parsers.ts";
import { nodeOf, scopesOf } from "./scopes.ts";
import { spotsOf, type Spot } from "./spots.ts";
import { namesOf, type TopLevel, topLevelOf } from "./top-level.ts";

/** A use of something that stands outside of an item. */
export type Use = { readonly variable: string; readonly member: string | undefined } | { readonly module: string };

export type ExportLink = { readonly variable: string } | { readonly source: string; readonly name: string };

/** What one module says, found without any part of the plugin: with Yuku and scope-manager. */
export class OracleModule {
  readonly items: readonly TopLevel[];
  readonly imports = new Map<string, { readonly source: string; readonly name: string }>();
  readonly exports = new Map<string, ExportLink>();
  readonly stars: string[] = [];
  readonly bareImports: string[] = [];
  /** What each item uses. */
  readonly uses: readonly Use[][];
  readonly #program: Program;
  readonly #touching = new Map<string, Set<number>>();

  constructor(path: string, code: string) {
    // As TypeScript, so that the tree has what scope-manager looks for.
    const parsed = parseWithYuku({ path: path.replace(/js$/, "ts"), code });
    if (parsed === undefined) throw new SyntaxError(`Cannot parse "${path}"`);
    this.#program = parsed.program;
    this.items = topLevelOf(this.#program);
    this.uses = this.items.map(() => []);
    this.#readLinks();
    const parents = new Map(spotsOf(this.#program).map((spot) => [spot.node, spot]));
    for (const scope of scopesOf(this.#program).scopes) {
      for (const reference of scope.references) this.#readReference(reference, parents);
    }
    for (const { node } of parents.values()) {
      if (node.type !== "ImportExpression" || node.source.type !== "Literal") continue;
      this.uses[this.#itemAt(node)]?.push({ module: String(node.source.value) });
    }
  }

  /** The items that declare a variable. */
  declaring(variable: string): number[] {
    return [...this.items.keys()].filter((item) => this.items[item]?.names.includes(variable));
  }

  /** The items that may change what a variable is: they assign it or a member of it, or are statements that mention it. */
  touching(variable: string): number[] {
    return [...(this.#touching.get(variable) ?? [])];
  }

  /** The statements that are no declarations. */
  effects(): number[] {
    return [...this.items.keys()].filter((item) => this.items[item]?.names.length === 0);
  }

  #readReference(reference: Reference, parents: ReadonlyMap<Node, Spot>): void {
    const identifier = nodeOf(reference.identifier);
    const item = this.#itemAt(identifier);
    const { resolved } = reference;
    if (item < 0 || resolved === null || !this.#isOfModule(resolved)) return;
    const { name } = resolved;
    const spot = parents.get(identifier);
    this.uses[item]?.push({ variable: name, member: memberOf(identifier, spot?.parent) });
    const isInitialiser = reference.init === true;
    const changes = (reference.isWrite() && !isInitialiser) || changesMember(identifier, parents);
    if (!changes && this.items[item]?.names.length !== 0) return;
    const touching = this.#touching.get(name) ?? new Set();
    this.#touching.set(name, touching.add(item));
  }

  /** The name of a class is a variable inside the class as well. */
  #isOfModule(variable: Variable): boolean {
    if (variable.scope.type === "module") return true;
    const [identifier] = variable.identifiers;
    return (
      variable.scope.type === "class" &&
      identifier !== undefined &&
      this.items.some(({ node }) => "id" in node && node.id === nodeOf(identifier))
    );
  }

  #itemAt({ start }: Node): number {
    return this.items.findIndex(({ node }) => node.start <= start && start < node.end);
  }

  #readLinks(): void {
    for (const node of this.#program.body) {
      if (node.type === "ImportDeclaration") {
        if (node.specifiers.length === 0) this.bareImports.push(node.source.value);
        for (const each of node.specifiers) {
          const name =
            each.type === "ImportSpecifier"
              ? textOf(each.imported)
              : each.type === "ImportDefaultSpecifier"
                ? "default"
                : "*";
          this.imports.set(each.local.name, { source: node.source.value, name });
        }
      } else if (node.type === "ExportAllDeclaration") {
        if (node.exported === null) this.stars.push(node.source.value);
        else this.exports.set(textOf(node.exported), { source: node.source.value, name: "*" });
      } else if (node.type === "ExportNamedDeclaration") {
        for (const { exported, local } of node.specifiers) {
          const link =
            node.source === null ? { variable: textOf(local) } : { source: node.source.value, name: textOf(local) };
          this.exports.set(textOf(exported), link);
        }
        for (const name of declaredIn(node.declaration)) this.exports.set(name, { variable: name });
      } else if (node.type === "ExportDefaultDeclaration") {
        const { declaration } = node;
        const own = declaration.type === "Identifier" ? declaration.name : declaredIn(declaration)[0];
        this.exports.set("default", { variable: own ?? "default" });
      }
    }
  }
}

function declaredIn(declaration: Node | null): string[] {
  if (declaration?.type === "VariableDeclaration") return declaration.declarations.flatMap(({ id }) => namesOf(id));
  if (declaration === null || !("id" in declaration) || declaration.id === null) return [];
  return namesOf(declaration.id as Node);
}

const textOf = (name: Node): string =>
  name.type === "Identifier" ? name.name : name.type === "Literal" ? String(name.value) : "";

function memberOf(identifier: Node, parent: Node | undefined): string | undefined {
  if (parent?.type !== "MemberExpression" || parent.object !== identifier || parent.optional) return undefined;
  if (!parent.computed) return parent.property.type === "Identifier" ? parent.property.name : undefined;
  return parent.property.type === "Literal" && typeof parent.property.value === "string"
    ? parent.property.value
    : undefined;
}

/** Whether the identifier begins a member that is assigned, counted or deleted: `a.b.c = 1`. */
function changesMember(identifier: Node, spots: ReadonlyMap<Node, Spot>): boolean {
  let spot = spots.get(identifier);
  let isMember = false;
  while (spot?.parent?.type === "MemberExpression" && spot.field === "object") {
    isMember = true;
    spot = spots.get(spot.parent);
  }
  if (!isMember || spot === undefined) return false;
  const { node, parent, field } = spot;
  switch (parent?.type) {
    case "AssignmentExpression":
    case "AssignmentPattern":
    case "ForInStatement":
    case "ForOfStatement":
      return field === "left";
    case "UpdateExpression":
    case "RestElement":
    case "ArrayPattern":
      return true;
    case "UnaryExpression":
      return parent.operator === "delete";
    case "Property":
      return field === "value" && spot.ancestors.at(-2)?.type === "ObjectPattern" && node.type === "MemberExpression";
    default:
      return false;
  }
}
