import type { MagicString } from "magic-string";
import { parseSync } from "oxc-parser";
import type { MethodPlace, Place } from "../source/summary.ts";
import { carrying } from "./record.ts";

/**
 * Tells whether a decorator can be written as a static block, which every engine knows: it is the method's only one, the
 * method has a name that can be written down, and what the decorator's expression says means the same in a static block.
 */
export function canBeLowered(code: string, place: Place): place is LowerablePlace {
  const { method } = place;
  if (method?.name === undefined || !method.isAlone) return false;
  return !reachesOut(code.slice(place.start, place.end));
}

/** Words that mean in a static block what they do not mean outside the class, or that may not stand there. */
const OUTER = /\b(?:this|super|arguments|await|yield|new\.target)\b/;

// Only where the words are there does it matter whether they are code, and whether a function of its own has them.
function reachesOut(expression: string): boolean {
  if (!OUTER.test(expression)) return false;
  const { program, errors } = parseSync("decorator.ts", `(${expression});`);
  return errors.length > 0 || namesOuter(program);
}

function namesOuter(node: unknown, isAsync = false): boolean {
  if (Array.isArray(node)) return node.some((child) => namesOuter(child, isAsync));
  if (typeof node !== "object" || node === null) return false;
  const { type, name, async } = node as { type?: unknown; name?: unknown; async?: unknown };
  if (type === "FunctionExpression") return false;
  if (type === "Identifier" && name === "arguments") return true;
  if (OUTER_NODES.has(type) || (type === "AwaitExpression" && !isAsync)) return true;
  // An arrow function may have an `await` of its own, but it has no `this`.
  const hasOwnAwait = isAsync || (type === "ArrowFunctionExpression" && async === true);
  return Object.values(node).some((child) => namesOuter(child, hasOwnAwait));
}

const OUTER_NODES: ReadonlySet<unknown> = new Set(["ThisExpression", "Super", "MetaProperty", "YieldExpression"]);

export interface LowerablePlace extends Place {
  readonly method: MethodPlace & { readonly name: string };
}

/**
 * Writes a decorator as a static block in its place. All methods of a class are there before the first of its static
 * blocks runs, so that none has to move; no line moves either. A `record` is put on the method.
 */
export function lowerDecorator(code: string, edit: MagicString, place: LowerablePlace, record?: string): void {
  const { decorator, isStatic, name } = place.method;
  const [start, end] = decorator;
  const home = isStatic ? "this" : "this.prototype";
  const key = JSON.stringify(name);
  const [carry, carried] = record === undefined ? ["", ""] : carrying(record);
  const context = `{ kind: "method", name: ${key}, static: ${isStatic} }`;
  const before = `static { Object.defineProperty(${home}, ${key}, { value: `;
  const after = `(${carry}${home}[${key}]${carried}, ${context}), writable: true, configurable: true }); }`;
  edit.update(start, place.start, linesOf(code, start, place.start) + before);
  if (place.end < end) edit.update(place.end, end, after + linesOf(code, place.end, end));
  else edit.appendLeft(place.end, after);
}

function linesOf(code: string, start: number, end: number): string {
  return "\n".repeat(code.slice(start, end).split("\n").length - 1);
}
