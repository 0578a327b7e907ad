import type { Class, MethodDefinition, Node } from "./ast.ts";
import { functionOf } from "./origin.ts";
import { isErased, isFunction, rootVariable, unwrap, unwrapChain } from "./syntax.ts";
import { readsThis } from "./this-use.ts";
import type { Binding } from "./scope.ts";
import type { Writer } from "./writer.ts";

const CAPTURED_THIS =
  'Cannot follow "this" of an arrow function: what it reads is an argument: received one that captures it';
const UNSEEN_THIS = 'What the function reads through "this" cannot be seen: name it in "deps"';

/** Says what cannot be seen of a function that is cached. */
export function checkFunction(writer: Writer, argument: Node): void {
  if (argument.type === "SpreadElement") {
    const message = "Cannot tell which function is cached: it is the first argument: received a spread";
    writer.diagnose("spread", argument.start, message);
    return;
  }
  checkHandler(writer, argument);
  const fn = unwrapChain(argument);
  if (isFunction(fn) || bindingOf(writer, fn) !== undefined) return;
  const message = "The expression that makes the function counts, and not what it makes";
  writer.diagnose("not-a-function-literal", fn.start, message);
}

/** Says what cannot be seen of a handler. One that a call makes is nothing unusual, nor is a list of them. */
export function checkHandler(writer: Writer, argument: Node): void {
  const fn = unwrap(argument.type === "SpreadElement" ? argument.argument : argument);
  if (!isFunction(fn)) {
    checkReference(writer, fn);
  } else if (readsThis(fn)) {
    if (fn.type === "ArrowFunctionExpression") writer.diagnose("captures-this", fn.start, CAPTURED_THIS);
    else writer.diagnose("dynamic-this", fn.start, UNSEEN_THIS);
  }
}

function checkReference(writer: Writer, fn: Node): void {
  const binding = bindingOf(writer, fn);
  if (binding === undefined) return;
  if (writer.captured.has(binding)) {
    writer.captured.delete(binding);
    const message = `Cannot tell which function arrives in "${binding.name}": name this wrapper in the option "wrappers", so that the calls of it are versioned`;
    writer.diagnose("wrapper", fn.start, message);
    return;
  }
  const found = fn.type === "Identifier" ? functionOf(binding) : undefined;
  if (found !== undefined && found.type !== "ArrowFunctionExpression" && readsThis(found)) {
    writer.diagnose("dynamic-this", fn.start, UNSEEN_THIS);
  }
}

/** The variable that an expression is, or a member of. */
function bindingOf(writer: Writer, fn: Node): Binding | undefined {
  return writer.context.analysis.resolved.get(rootVariable(fn)?.start ?? -1);
}

interface CheckedMethod {
  readonly method: MethodDefinition;
  readonly owner: Class;
  readonly isWhole: boolean;
  readonly hasKey: boolean;
}

/** Says what a cached method depends on beside its arguments. */
export function checkMethod(writer: Writer, { method, owner, isWhole, hasKey }: CheckedMethod): void {
  if (isWhole) {
    writer.diagnose(
      "whole-class",
      method.start,
      'All of the class counts, because "this" goes where its use cannot be seen',
    );
  }
  if (method.static || hasKey || !hasInstanceState(owner) || hasCacheKey(owner)) return;
  const message =
    'The state of the instance is not in the key: give the class a [cacheKey]() method, or the option "key"';
  writer.diagnose("instance-state", method.start, message);
}

function hasInstanceState({ body }: Class): boolean {
  return body.body.some((each) => {
    if (isErased(each)) return false;
    if (each.type === "PropertyDefinition" || each.type === "AccessorProperty") return !each.static;
    if (each.type !== "MethodDefinition" || each.kind !== "constructor") return false;
    return (
      each.value.params.some(({ type }) => type === "TSParameterProperty") || assignsThis(each.value.body?.body ?? [])
    );
  });
}

/** Whether a constructor's statements begin with `this.x = …`. */
function assignsThis(statements: readonly Node[]): boolean {
  return statements.some((each) => {
    if (each.type !== "ExpressionStatement") return false;
    const expression = unwrap(each.expression);
    if (expression.type !== "AssignmentExpression") return false;
    const target = unwrap(expression.left);
    return target.type === "MemberExpression" && unwrap(target.object).type === "ThisExpression";
  });
}

function hasCacheKey({ body }: Class): boolean {
  return body.body.some((each) => {
    if (each.type !== "MethodDefinition" || !each.computed) return false;
    const key = unwrap(each.key);
    return (
      (key.type === "Identifier" && key.name === "cacheKey") ||
      (key.type === "MemberExpression" && !key.computed && key.property.name === "cacheKey")
    );
  });
}
