import type { Analysis } from "./analysis.ts";
import type { CallExpression, Class, Node, VariableDeclarator } from "./ast.ts";
import type { Binding } from "./scope.ts";
import {
  type FunctionLike,
  isClass,
  isFunction,
  memberKey,
  staticKey,
  stringText,
  unwrap,
  unwrapChain,
} from "./syntax.ts";
import type { Origin } from "./summary.ts";

/**
 * Follows values back to module-level bindings without running anything: through variables that are assigned once,
 * destructuring, the fields of object literals and of `this`, and functions that return one value.
 */
export class Origins {
  readonly #analysis: Analysis;
  /** What is known, or is being found out: that is nothing as yet, so that `const a = b, b = a` comes to an end. */
  readonly #known = new Map<Binding | Node, Origin | undefined>();

  constructor(analysis: Analysis) {
    this.#analysis = analysis;
  }

  /** Where the value of an expression comes from. `owner` is the class that `this` is of. */
  of(expression: Node, owner?: Class): Origin | undefined {
    return this.#follow(unwrapChain(expression), owner);
  }

  /** Where a module-level binding's value comes from. */
  ofBinding(binding: Binding): Origin | undefined {
    return this.#once(binding, () => this.#findOrigin(binding));
  }

  #once(key: Binding | Node, find: () => Origin | undefined): Origin | undefined {
    if (this.#known.has(key)) return this.#known.get(key);
    this.#known.set(key, undefined);
    const origin = find();
    this.#known.set(key, origin);
    return origin;
  }

  #findOrigin(binding: Binding): Origin | undefined {
    const [declaration] = binding.declarations;
    if (declaration === undefined || binding.declarations.length !== 1) return undefined;
    if (declaration.type === "VariableDeclarator") return this.#ofVariable(declaration, binding);
    return binding.kind === "default" ? this.of(declaration) : undefined;
  }

  /** Where the value comes from that a binding's function returns. */
  returnsOf(binding: Binding): Origin | undefined {
    const fn = functionOf(binding);
    return fn === undefined ? undefined : this.#returned(fn);
  }

  /** Whether a call gives options and no function: the first argument is an object literal, or there is none. */
  isOptionsCall(node: CallExpression): boolean {
    const [first] = node.arguments;
    if (first === undefined) return true;
    const argument = unwrapChain(first);
    if (argument.type === "ObjectExpression") return true;
    const value = argument.type === "Identifier" ? this.#initializerOf(argument) : undefined;
    return value?.type === "ObjectExpression";
  }

  #follow(node: Node, owner: Class | undefined): Origin | undefined {
    switch (node.type) {
      case "Identifier": {
        const binding = this.#analysis.resolved.get(node.start);
        if (binding === undefined) return undefined;
        return binding.id >= 0 ? { binding: binding.id, steps: [] } : this.ofBinding(binding);
      }
      case "MemberExpression": {
        const key = memberKey(node);
        if (key === undefined) return undefined;
        const field = this.#field(unwrapChain(node.object), key, owner);
        if (field !== undefined) return this.#once(field, () => this.of(field, owner));
        return step(this.of(node.object, owner), key);
      }
      case "CallExpression": {
        const local = this.#localFunction(node.callee);
        if (local !== undefined) return this.#returned(local);
        return step(this.of(node.callee, owner), this.isOptionsCall(node) ? "({})" : "()");
      }
      case "AwaitExpression":
        return this.of(node.argument, owner);
      case "SequenceExpression": {
        const last = node.expressions.at(-1);
        return last === undefined ? undefined : this.of(last, owner);
      }
      case "AssignmentExpression":
        // `cache ??= createCache()`: made at the first use.
        return /^(?:=|\?\?=|\|\|=)$/.test(node.operator) ? this.of(node.right, owner) : undefined;
      case "LogicalExpression":
        return node.operator !== "&&" && unwrapChain(node.right).type === "AssignmentExpression"
          ? this.of(node.right, owner)
          : undefined;
      default:
        return undefined;
    }
  }

  /** The value of a field of an object literal in a variable, or of a class. */
  #field(object: Node, key: string, owner: Class | undefined): Node | undefined {
    if (object.type === "ThisExpression") return owner === undefined ? undefined : fieldOf(owner, key);
    if (object.type !== "Identifier") return undefined;
    const [declaration] = this.#analysis.resolved.get(object.start)?.declarations ?? [];
    if (declaration !== undefined && isClass(declaration)) return fieldOf(declaration, key);
    const value = this.#initializerOf(object);
    if (value?.type !== "ObjectExpression") return undefined;
    for (const property of value.properties) {
      if (property.type === "Property" && staticKey(property.key, property.computed) === key) return property.value;
    }
    return undefined;
  }

  #initializerOf(identifier: Node): Node | undefined {
    const binding = this.#analysis.resolved.get(identifier.start);
    const declaration =
      binding?.declarations.length === 1 && !binding.isReassigned ? binding.declarations[0] : undefined;
    if (declaration?.type !== "VariableDeclarator" || declaration.id.type !== "Identifier") return undefined;
    return declaration.init === null ? undefined : unwrapChain(declaration.init);
  }

  #localFunction(callee: Node): FunctionLike | undefined {
    const node = unwrapChain(callee);
    const binding = node.type === "Identifier" ? this.#analysis.resolved.get(node.start) : undefined;
    return binding === undefined || binding.id >= 0 ? undefined : functionOf(binding);
  }

  /** A variable may be filled later, as `let cache` is by `cache ??= createCache()`: but always with the same. */
  #ofVariable({ id, init }: VariableDeclarator, binding: Binding): Origin | undefined {
    const first = init === null || isNothing(init) ? [] : [this.#ofPattern(id, init, binding)];
    const later = binding.assigned.map((value) => (value === undefined ? undefined : this.of(value)));
    return theSame([...first, ...later]);
  }

  #ofPattern(pattern: Node, init: Node, binding: Binding): Origin | undefined {
    const path = pathTo(pattern, binding);
    if (path === undefined) return undefined;
    return path.reduce<Origin | undefined>(step, this.of(init));
  }

  #returned(fn: FunctionLike): Origin | undefined {
    const { body } = fn;
    if (fn.generator || body === null) return undefined;
    const values = body.type === "BlockStatement" ? returnedBy(body) : [body];
    return this.#once(fn, () => theSame(values.map((value) => this.of(value))));
  }
}

// Further away from a binding nothing of ours is, and chains of calls may be very long.
const MAX_STEPS = 8;

function step(origin: Origin | undefined, name: string): Origin | undefined {
  if (origin === undefined || origin.steps.length === MAX_STEPS) return undefined;
  return { binding: origin.binding, steps: [...origin.steps, name] };
}

function isNothing(node: Node): boolean {
  const value = unwrapChain(node);
  return (
    (value.type === "Literal" && value.value === null) || (value.type === "Identifier" && value.name === "undefined")
  );
}

function theSame(origins: readonly (Origin | undefined)[]): Origin | undefined {
  const [first] = origins;
  return first !== undefined && origins.every((each) => isSame(each, first)) ? first : undefined;
}

function isSame(one: Origin | undefined, other: Origin): boolean {
  return one?.binding === other.binding && one.steps.join("\n") === other.steps.join("\n");
}

/** The properties that lead to a name in a pattern. */
function pathTo(pattern: Node, binding: Binding): string[] | undefined {
  switch (pattern.type) {
    case "Identifier":
      return pattern.start === binding.offset ? [] : undefined;
    case "AssignmentPattern":
      return pathTo(pattern.left, binding);
    case "ObjectPattern":
      for (const property of pattern.properties) {
        if (property.type === "RestElement") continue;
        const rest = pathTo(property.value, binding);
        const key = staticKey(property.key, property.computed);
        if (rest !== undefined) return key === undefined ? undefined : [key, ...rest];
      }
      return undefined;
    default:
      return undefined;
  }
}

/** The function that a variable has for its value and keeps. */
export function functionOf(binding: Binding): FunctionLike | undefined {
  if (binding.isReassigned || binding.declarations.length !== 1) return undefined;
  const [declaration] = binding.declarations;
  if (declaration === undefined) return undefined;
  if (declaration.type !== "VariableDeclarator") return isFunction(declaration) ? declaration : undefined;
  if (declaration.id.type !== "Identifier" || declaration.init === null) return undefined;
  const init = unwrapChain(declaration.init);
  return isFunction(init) ? init : undefined;
}

function fieldOf(owner: Class, key: string): Node | undefined {
  for (const member of owner.body.body) {
    if (member.type !== "PropertyDefinition" || member.value === null) continue;
    if (staticKey(member.key, member.computed) === key) return member.value;
  }
  return undefined;
}

/** The expressions that the `return`s of a block give, those of inner functions apart. */
function returnedBy(node: Node): Node[] {
  switch (node.type) {
    case "ReturnStatement":
      return node.argument === null ? [] : [node.argument];
    case "BlockStatement":
      return node.body.flatMap(returnedBy);
    case "IfStatement":
      return [node.consequent, node.alternate].flatMap((each) => (each === null ? [] : returnedBy(each)));
    case "TryStatement":
      return [node.block, node.handler?.body, node.finalizer].flatMap((each) => (each ? returnedBy(each) : []));
    case "SwitchStatement":
      return node.cases.flatMap((each) => each.consequent.flatMap(returnedBy));
    case "DoWhileStatement":
    case "ForInStatement":
    case "ForOfStatement":
    case "ForStatement":
    case "LabeledStatement":
    case "WhileStatement":
      return returnedBy(node.body);
    default:
      return [];
  }
}

/** Tells whether a variable is one text, number or the like from first to last, which nothing that mentions it can change. */
export function isPrimitive({ declarations, isReassigned, kind }: Binding): boolean {
  const [declaration] = declarations;
  if (isReassigned || (kind !== "const" && kind !== "let") || declaration?.type !== "VariableDeclarator") return false;
  if (declaration.id.type !== "Identifier" || declaration.init === null) return false;
  const value = unwrap(declaration.init);
  return value.type === "Literal" ? !("regex" in value) : stringText(value) !== undefined;
}
