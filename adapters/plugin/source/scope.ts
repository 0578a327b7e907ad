import type { Node } from "./ast.ts";
import type { Pragma } from "./pragmas.ts";
import type { FunctionLike } from "./syntax.ts";

export type LocalKind =
  | "import"
  | "const"
  | "let"
  | "var"
  | "using"
  | "function"
  | "class"
  | "enum"
  | "namespace"
  | "default"
  | "parameter"
  | "caught"
  /** The name of a function or class expression, which only its inside sees. */
  | "own-name"
  | "enum-member"
  /** A `#name` of a class. */
  | "private";

const NONE: readonly number[] = [];

/** A variable, with what the analysis has learnt of it. */
export class Binding {
  readonly name: string;
  readonly kind: LocalKind;
  readonly scope: Scope;
  /** The declarators, functions, classes and parameters that declare it. */
  readonly declarations: Node[] = [];
  /** Where its name stands in the code, the first time. */
  readonly offset: number;
  pragma: Pragma | undefined;
  /** Of an import: the attributes and the phase, which change what is imported. */
  manner: string | undefined;
  isReferenced = false;
  /** Of a module-level binding: its number, or -1. */
  id = -1;
  /** Of a module-level binding: whether a function assigns it or one of its members. */
  isMutable = false;
  /** Of a module-level binding: the items that declare it. */
  items: readonly number[] = NONE;

  #assigned: (Node | undefined)[] | undefined;
  // Most are touched by nothing, and need no set.
  #touchedBy: Set<number> | undefined;

  constructor(name: string, kind: LocalKind, scope: Scope, offset: number) {
    this.name = name;
    this.kind = kind;
    this.scope = scope;
    this.offset = offset;
  }

  get isReassigned(): boolean {
    return this.#assigned !== undefined;
  }

  /** What is assigned to it beside its declaration; `undefined` for what no expression gives. */
  get assigned(): readonly (Node | undefined)[] {
    return this.#assigned ?? [];
  }

  assign(value: Node | undefined): void {
    (this.#assigned ??= []).push(value);
  }

  /** Of a module-level binding: the items that assign it, and the statements that mention it. */
  get touchedBy(): readonly number[] {
    return this.#touchedBy === undefined ? NONE : [...this.#touchedBy];
  }

  touch(item: number): void {
    (this.#touchedBy ??= new Set()).add(item);
  }

  untouch(item: number): void {
    this.#touchedBy?.delete(item);
  }
}

/** A lexical scope. */
export class Scope {
  readonly parent: Scope | undefined;
  /** Of the scope of a function's parameters or body. */
  readonly owner: FunctionLike | undefined;
  /** The scope of the parameters, beside that of a body. */
  readonly parameters: Scope | undefined;
  // Most scopes declare nothing: a map is made for those that do.
  #names: Map<string, Binding> | undefined;

  constructor(parent: Scope | undefined, owner?: FunctionLike, parameters?: Scope) {
    this.parent = parent;
    this.owner = owner;
    this.parameters = parameters;
  }

  get bindings(): readonly Binding[] {
    return this.#names === undefined ? [] : [...this.#names.values()];
  }

  /** Finds what this scope itself declares by a name. */
  own(name: string): Binding | undefined {
    return this.#names?.get(name);
  }

  /** Finds the variable that a name means here; `undefined` for a global. */
  find(name: string): Binding | undefined {
    return this.#names?.get(name) ?? this.parent?.find(name);
  }

  declare(name: string, kind: LocalKind, declaration: Node, offset: number): Binding {
    let binding = this.#names?.get(name);
    if (binding === undefined) {
      binding = new Binding(name, kind, this, offset);
      (this.#names ??= new Map()).set(name, binding);
    }
    if (!binding.declarations.includes(declaration)) binding.declarations.push(declaration);
    return binding;
  }
}
