import type { Node } from "./ast.ts";
import { declaredNames } from "./patterns.ts";
import { functionOf } from "./origin.ts";
import type { Binding, Scope } from "./scope.ts";

/** Notes which items decide what the variables of a module are, beside those that declare them. */
export class Touches {
  /** How many functions are around the code that is walked over: none runs when the module is loaded. */
  functionDepth = 0;
  readonly #module: Scope;
  #item = -1;
  #isEffect = false;
  #isSetAside = false;

  constructor(module: Scope) {
    this.#module = module;
  }

  get item(): number {
    return this.#item;
  }

  /** Begins with another item. One is set aside if a comment says what it counts as: then it does not matter what it does. */
  begin(item: number, isEffect: boolean, isSetAside: boolean): void {
    this.#item = item;
    this.#isEffect = isEffect && !isSetAside;
    this.#isSetAside = isSetAside;
  }

  /**
   * A statement that mentions a variable may change what it refers to. What its callbacks mention is most often only
   * used, and later: there, functions and what other modules have made are taken to stay as they are. Else an edit of one
   * route of an app would count for all functions that any of its routes calls.
   */
  mentioned(binding: Binding): void {
    if (!this.#isEffect || binding.scope !== this.#module) return;
    if (this.functionDepth > 0 && (binding.kind === "import" || isCode(binding))) return;
    binding.touch(this.#item);
  }

  /** A `var` of the module in a block or the head of a loop has its value from that statement. */
  declared(pattern: Node, resolved: ReadonlyMap<number, Binding>): void {
    if (!this.#isEffect) return;
    for (const { identifier } of declaredNames(pattern)) {
      const binding = resolved.get(identifier.start);
      if (binding?.scope === this.#module) binding.touch(this.#item);
    }
  }

  /** A variable is assigned, or one of its members. With `??=` it is only made at its first use, and does not change. */
  written(binding: Binding | undefined, isOnce = false): void {
    if (binding === undefined) return;
    if (binding.scope !== this.#module || this.#isSetAside) return;
    binding.touch(this.#item);
    if (this.functionDepth > 0 && !isOnce) binding.isMutable = true;
  }
}

function isCode(binding: Binding): boolean {
  return binding.kind === "class" || functionOf(binding) !== undefined;
}
