import type { Class, Node, NodeOf } from "./ast.ts";
import { declaredNames } from "./patterns.ts";
import type { Pragmas } from "./pragmas.ts";
import type { Binding, LocalKind, Scope } from "./scope.ts";
import { enumKey, isErased } from "./syntax.ts";

/** A statement that declares names in its head, which its body sees. */
export type HeadedStatement = NodeOf<
  "SwitchStatement" | "CatchClause" | "ForStatement" | "ForInStatement" | "ForOfStatement"
>;

/**
 * Declares the names of scopes, and keeps which variable each name in the code means.
 *
 * The variables are kept by the offset of the name, for nothing else begins there: a map of numbers is quicker than one
 * of nodes, and nothing has to be written into the tree.
 */
export class Names {
  readonly resolved: Map<number, Binding> = new Map<number, Binding>();
  readonly #pragmas: Pragmas;

  constructor(pragmas: Pragmas) {
    this.#pragmas = pragmas;
  }

  /** Declares what a pattern declares. A comment before any of the nodes around it is about all of it. */
  declarePattern(
    pattern: Node,
    scope: Scope,
    kind: LocalKind,
    declaration: Node,
    around: readonly (Node | undefined)[] = [],
  ): void {
    if (pattern.type === "Identifier" && this.#pragmas.isEmpty) {
      if (pattern.name !== "this") this.declare(pattern, scope, kind, declaration);
      return;
    }
    const starts = around.map((node) => node?.start ?? -1);
    for (const declared of declaredNames(pattern)) {
      const binding = this.declare(declared.identifier, scope, kind, declaration);
      binding.pragma ??= this.#pragmas.atAny(starts) ?? this.#pragmas.atAny(declared.starts);
    }
  }

  declare(identifier: NodeOf<"Identifier">, scope: Scope, kind: LocalKind, declaration: Node): Binding {
    const binding = scope.declare(identifier.name, kind, declaration, identifier.start);
    this.resolved.set(identifier.start, binding);
    return binding;
  }

  /** Declares what is visible in all of a block: everything but `var`. */
  declareBlock(statements: readonly Node[], scope: Scope): void {
    for (const statement of statements) if (!isErased(statement)) this.#declareStatement(statement, scope);
  }

  #declareStatement(statement: Node, scope: Scope): void {
    const node = declarationOf(statement);
    const around = [statement, node];
    switch (node.type) {
      case "VariableDeclaration":
        if (node.kind === "var") return;
        for (const each of node.declarations) {
          this.declarePattern(each.id, scope, kindOf(node.kind), each, [statement, node, each]);
        }
        return;
      case "FunctionDeclaration":
        if (node.id === null) return;
        this.declarePattern(node.id, ownerOf(node.id.name, scope), "function", node, around);
        return;
      case "ClassDeclaration":
        if (node.id === null) return;
        this.declarePattern(node.id, scope, "class", node, [statement, node, node.decorators[0]]);
        return;
      case "TSEnumDeclaration":
        this.declarePattern(node.id, scope, "enum", node, around);
        return;
      case "TSModuleDeclaration": {
        const root = rootOf(node.id);
        if (root !== undefined) this.declarePattern(root, scope, "namespace", node, around);
        return;
      }
      case "TSImportEqualsDeclaration": {
        const kind = node.moduleReference.type === "TSExternalModuleReference" ? "import" : "const";
        this.declarePattern(node.id, scope, kind, node, around);
        return;
      }
      case "ImportDeclaration":
        for (const each of node.specifiers) {
          if (each.type === "ImportSpecifier" && each.importKind === "type") continue;
          this.declarePattern(each.local, scope, "import", each, [statement, each]);
          if (node.attributes.length > 0 || node.phase !== null) this.#setManner(each.local, node);
        }
        return;
      default:
    }
  }

  #setManner({ start }: Node, { attributes, phase }: NodeOf<"ImportDeclaration">): void {
    const binding = this.resolved.get(start);
    const texts = attributes.map(
      ({ key, value }) => `${key.type === "Identifier" ? key.name : key.value}=${value.value}`,
    );
    if (binding !== undefined) binding.manner = [phase ?? "", ...texts.sort()].join(" ");
  }

  /** Declares what the head of a statement declares for its body. */
  declareHead(node: HeadedStatement, scope: Scope): void {
    if (node.type === "SwitchStatement") {
      for (const each of node.cases) this.declareBlock(each.consequent, scope);
    } else if (node.type === "CatchClause") {
      if (node.param !== null) this.declarePattern(node.param, scope, "caught", node);
    } else {
      const head = node.type === "ForStatement" ? node.init : node.left;
      if (head !== null) this.declareBlock([head], scope);
    }
  }

  declareMembers({ body }: NodeOf<"TSEnumDeclaration">, scope: Scope): void {
    for (const { id } of body.members) {
      this.resolved.set(id.start, scope.declare(enumKey(id), "enum-member", id, id.start));
    }
  }

  /** Declares the private names of a class. */
  declarePrivates({ body }: Class, scope: Scope): void {
    for (const each of body.body) {
      if (!("key" in each) || each.key.type !== "PrivateIdentifier") continue;
      const { name, start } = each.key;
      this.resolved.set(start, scope.declare(`#${name}`, "private", each, start));
    }
  }

  /** Declares the `var`s of a function's body, those in its blocks included. */
  hoistAll(statements: readonly (Node | null)[], scope: Scope): void {
    for (const statement of statements) if (statement !== null) this.#hoist(statement, scope);
  }

  #hoist(node: Node | null, scope: Scope): void {
    if (node === null) return;
    switch (node.type) {
      case "VariableDeclaration":
        if (node.kind === "var" && node.declare !== true) this.#hoistVar(node, scope);
        return;
      case "BlockStatement":
        this.hoistAll(node.body, scope);
        return;
      case "IfStatement":
        this.#hoist(node.consequent, scope);
        this.#hoist(node.alternate, scope);
        return;
      case "ForStatement":
        this.#hoist(node.init, scope);
        this.#hoist(node.body, scope);
        return;
      case "ForInStatement":
      case "ForOfStatement":
        this.#hoist(node.left, scope);
        this.#hoist(node.body, scope);
        return;
      case "DoWhileStatement":
      case "LabeledStatement":
      case "WhileStatement":
      case "WithStatement":
        this.#hoist(node.body, scope);
        return;
      case "TryStatement":
        this.hoistAll([node.block, node.handler?.body ?? null, node.finalizer], scope);
        return;
      case "SwitchStatement":
        for (const each of node.cases) this.hoistAll(each.consequent, scope);
        return;
      case "ExportNamedDeclaration":
        this.#hoist(node.declaration, scope);
        return;
      default:
    }
  }

  #hoistVar(node: NodeOf<"VariableDeclaration">, scope: Scope): void {
    for (const each of node.declarations) {
      for (const { identifier } of declaredNames(each.id)) {
        this.declarePattern(identifier, ownerOf(identifier.name, scope), "var", each, [node, each]);
      }
    }
  }
}

/** The declaration in an export, or the statement itself. */
export function declarationOf(statement: Node): Node {
  if (statement.type === "ExportNamedDeclaration") return statement.declaration ?? statement;
  return statement.type === "ExportDefaultDeclaration" ? statement.declaration : statement;
}

/** The first name of `a`, `a.b` or `a.b.c`. */
export function rootOf(node: Node): NodeOf<"Identifier"> | undefined {
  let root = node;
  while (root.type === "TSQualifiedName") root = root.left;
  return root.type === "Identifier" ? root : undefined;
}

// A `var` or a function that repeats the name of a parameter is the parameter.
function ownerOf(name: string, scope: Scope): Scope {
  const { parameters } = scope;
  return parameters?.own(name) !== undefined && scope.own(name) === undefined ? parameters : scope;
}

function kindOf(kind: "let" | "const" | "using" | "await using"): LocalKind {
  return kind === "const" || kind === "let" ? kind : "using";
}
