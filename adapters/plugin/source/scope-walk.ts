import { childOf, type Class, type Node, type NodeOf } from "./ast.ts";
import type { FoundCall } from "./found-call.ts";
import { type HeadedStatement, Names, rootOf } from "./names.ts";
import { type ParsedModule, unknownSyntax } from "./parse.ts";
import { visitPattern } from "./patterns.ts";
import type { Pragmas } from "./pragmas.ts";
import { type Binding, Scope } from "./scope.ts";
import { Touches } from "./touches.ts";
import {
  type FunctionLike,
  isErased,
  rootVariable,
  runtimeFields,
  tagVariable,
  unwrap,
  unwrapChain,
} from "./syntax.ts";

/** Walks over a module once and finds out which variable each name means, types ignored. */
export class ScopeWalk {
  readonly module: Scope = new Scope(undefined);
  readonly names: Names;
  readonly calls: FoundCall[] = [];
  readonly #parsed: ParsedModule;
  readonly #touches: Touches;
  #parent: Node | undefined;
  #class: Class | undefined;

  constructor(parsed: ParsedModule, pragmas: Pragmas) {
    this.#parsed = parsed;
    this.#touches = new Touches(this.module);
    this.names = new Names(pragmas);
    this.names.declareBlock(parsed.program.body, this.module);
    this.names.hoistAll(parsed.program.body, this.module);
  }

  /** Walks over one of the units that the module is divided into. */
  item(node: Node, item: number, isEffect: boolean, isSetAside: boolean): void {
    this.#touches.begin(item, isEffect, isSetAside);
    this.#parent = undefined;
    this.#walk(node, this.module);
  }

  #all(nodes: readonly (Node | null)[], scope: Scope): void {
    for (const node of nodes) if (node !== null) this.#walk(node, scope);
  }

  #optional(node: Node | null | undefined, scope: Scope): void {
    if (node !== null && node !== undefined) this.#walk(node, scope);
  }

  #walk(wrapped: Node, scope: Scope): void {
    const node = unwrap(wrapped);
    if (node.type === "Identifier") {
      this.#reference(node.start, node.name, scope);
      return;
    }
    if (node.type === "Literal" || isErased(node)) return;
    const parent = this.#parent;
    this.#parent = node;
    this.#enter(node, scope, parent);
    this.#parent = parent;
  }

  #enter(node: Node, scope: Scope, parent: Node | undefined): void {
    switch (node.type) {
      case "CallExpression":
        this.calls.push({ node, callee: node.callee, scope, item: this.#touches.item, parent, owner: this.#class });
        break;
      case "MemberExpression":
        this.#walk(node.object, scope);
        if (node.computed || node.property.type === "PrivateIdentifier") this.#walk(node.property, scope);
        return;
      case "Property":
        if (node.computed) this.#walk(node.key, scope);
        this.#walk(node.value, scope);
        return;
      case "PrivateIdentifier":
        this.#reference(node.start, `#${node.name}`, scope);
        return;
      case "ArrowFunctionExpression":
      case "FunctionDeclaration":
      case "FunctionExpression":
        this.#function(node, scope);
        return;
      case "AssignmentExpression":
        this.#target(
          node.left,
          scope,
          /^(?:=|\?\?=|\|\|=)$/.test(node.operator) ? node.right : undefined,
          node.operator === "??=",
        );
        this.#walk(node.right, scope);
        return;
      case "UpdateExpression":
        this.#target(node.argument, scope);
        return;
      case "UnaryExpression":
        if (node.operator === "delete") this.#target(node.argument, scope);
        else this.#walk(node.argument, scope);
        return;
      case "ClassDeclaration":
      case "ClassExpression":
        this.#classNode(node, scope);
        return;
      case "AccessorProperty":
      case "MethodDefinition":
      case "PropertyDefinition":
        this.#member(node, scope);
        return;
      case "VariableDeclarator":
        this.#pattern(node.id, scope);
        this.#optional(node.init, scope);
        this.#touches.declared(node.id, this.names.resolved);
        return;
      case "BlockStatement":
        this.#block(node.body, new Scope(scope));
        return;
      case "StaticBlock":
      case "TSModuleBlock": {
        const inner = new Scope(scope);
        this.names.hoistAll(node.body, inner);
        this.#block(node.body, inner);
        return;
      }
      case "SwitchStatement":
      case "CatchClause":
      case "ForStatement":
      case "ForInStatement":
      case "ForOfStatement":
        this.#scopedStatement(node, new Scope(scope), scope);
        return;
      case "JSXOpeningElement": {
        const variable = tagVariable(node.name);
        if (variable !== undefined) this.#reference(variable.start, variable.name, scope);
        this.#all(node.attributes, scope);
        return;
      }
      case "TSEnumDeclaration": {
        const inner = new Scope(scope);
        this.names.declareMembers(node, inner);
        this.#fields(node, inner);
        return;
      }
      case "TSImportEqualsDeclaration": {
        const root = rootOf(node.moduleReference);
        if (root !== undefined) this.#reference(root.start, root.name, scope);
        return;
      }
      default:
    }
    this.#fields(node, scope);
  }

  #fields(node: Node, scope: Scope): void {
    const fields = runtimeFields(node.type);
    if (fields === undefined) throw unknownSyntax(this.#parsed, node);
    for (const field of fields) {
      const child = childOf(node, field);
      if (Array.isArray(child)) this.#all(child as readonly (Node | null)[], scope);
      else this.#optional(child as Node | null | undefined, scope);
    }
  }

  #reference(offset: number, name: string, scope: Scope): Binding | undefined {
    const binding = scope.find(name);
    if (binding === undefined) return undefined;
    this.names.resolved.set(offset, binding);
    binding.isReferenced = true;
    this.#touches.mentioned(binding);
    return binding;
  }

  #block(statements: readonly Node[], scope: Scope): void {
    this.names.declareBlock(statements, scope);
    this.#all(statements, scope);
  }

  #scopedStatement(node: HeadedStatement, inner: Scope, outer: Scope): void {
    this.names.declareHead(node, inner);
    switch (node.type) {
      case "SwitchStatement":
        this.#walk(node.discriminant, outer);
        this.#all(node.cases, inner);
        return;
      case "CatchClause":
        if (node.param !== null) this.#pattern(node.param, inner);
        this.#walk(node.body, inner);
        return;
      case "ForStatement":
        this.#fields(node, inner);
        return;
      default:
        if (node.left.type === "VariableDeclaration") this.#walk(node.left, inner);
        else this.#target(node.left, inner);
        this.#walk(node.right, inner);
        this.#walk(node.body, inner);
    }
  }

  #function(node: FunctionLike, outer: Scope): void {
    let around = outer;
    if (node.type === "FunctionExpression" && node.id !== null) {
      around = new Scope(outer);
      this.names.declare(node.id, around, "own-name", node);
    }
    const parameters = new Scope(around, node);
    for (const each of node.params) this.names.declarePattern(each, parameters, "parameter", each);
    this.#touches.functionDepth++;
    for (const each of node.params) this.#pattern(each, parameters);
    if (node.body?.type === "BlockStatement") {
      const isSimple = node.params.every(({ type }) => type === "Identifier");
      const body = isSimple ? parameters : new Scope(parameters, node, parameters);
      this.names.declareBlock(node.body.body, body);
      this.names.hoistAll(node.body.body, body);
      this.#all(node.body.body, body);
    } else {
      this.#optional(node.body, parameters);
    }
    this.#touches.functionDepth--;
  }

  #classNode(node: Class, scope: Scope): void {
    this.#all(node.decorators, scope);
    const inner = new Scope(scope);
    if (node.type === "ClassExpression" && node.id !== null) this.names.declare(node.id, inner, "own-name", node);
    this.names.declarePrivates(node, inner);
    this.#optional(node.superClass, inner);
    const outer = this.#class;
    this.#class = node;
    this.#all(node.body.body, inner);
    this.#class = outer;
  }

  #member(node: NodeOf<"AccessorProperty" | "MethodDefinition" | "PropertyDefinition">, scope: Scope): void {
    for (const decorator of node.decorators) {
      const expression = unwrap(decorator.expression);
      const isCall = expression.type === "CallExpression";
      if (node.type !== "MethodDefinition" || node.kind !== "method") {
        this.#walk(expression, scope);
        continue;
      }
      const callee = isCall ? expression.callee : expression;
      const decorated = { decorator, method: node };
      this.calls.push({
        node: expression,
        callee,
        scope,
        item: this.#touches.item,
        parent: node,
        owner: this.#class,
        decorated,
      });
      this.#all(isCall ? [callee, ...expression.arguments] : [callee], scope);
    }
    if (node.computed) this.#walk(node.key, scope);
    if (node.value === null) return;
    // What an instance's field says runs when one is made; a static one's runs once, like the module.
    const depth = this.#touches.functionDepth;
    if (!node.static) this.#touches.functionDepth++;
    this.#walk(node.value, scope);
    this.#touches.functionDepth = depth;
  }

  /** A pattern that declares: its names are known, its defaults and computed keys are expressions. */
  #pattern(node: Node, scope: Scope): void {
    visitPattern(node, (each) => this.#walk(each, scope));
  }

  /** What is assigned, updated or deleted. `value` is what a variable gets that stands alone, perhaps only once. */
  #target(pattern: Node, scope: Scope, value?: Node, isOnce = false): void {
    const whole = unwrapChain(pattern);
    visitPattern(
      whole,
      (each) => this.#walk(each, scope),
      (each) => this.#write(unwrapChain(each), scope, each === whole ? value : undefined, isOnce),
    );
  }

  #write(node: Node, scope: Scope, value: Node | undefined, isOnce: boolean): void {
    if (node.type === "Identifier") {
      const binding = this.#reference(node.start, node.name, scope);
      binding?.assign(value);
      this.#touches.written(binding, isOnce);
    } else {
      this.#walk(node, scope);
      this.#touches.written(this.names.resolved.get(rootVariable(node)?.start ?? -1));
    }
  }
}
