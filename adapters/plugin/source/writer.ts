import type { Analysis } from "./analysis.ts";
import { type CallExpression, childOf, type Node, type NodeOf } from "./ast.ts";
import { digestOf } from "./digest.ts";
import { unknownSyntax } from "./parse.ts";
import type { Binding, Scope } from "./scope.ts";
import { type Setting, settingReferences } from "./settings.ts";
import { isErased, runtimeFields, staticKey, unwrap } from "./syntax.ts";
import type { CalleeKind, CanonicalText, Diagnostic, Reference } from "./summary.ts";

/** What a text depends on beside the tree. */
export interface TextContext {
  readonly analysis: Analysis;
  /** Globals and dotted paths that the build replaces. */
  readonly defines: ReadonlySet<string>;
  /** What a call or a decorator's expression is, if it is one of ours. */
  readonly kinds: ReadonlyMap<Node, CalleeKind>;
  /** The options in the argument of a call of ours, by name. */
  readonly optionsOf: (argument: Node | undefined) => ReadonlyMap<string, Node>;
  /** Whether a call of ours gives options only, and makes a wrapper or a decorator. */
  readonly isOptionsCall: (node: CallExpression) => boolean;
  readonly writers: NodeWriters;
}

/** How nodes are written, by their type. */
export type WriterTable = { readonly [Type in Node["type"]]?: (writer: Writer, node: NodeOf<Type>) => void };

export type NodeWriters = ReadonlyMap<string, (writer: Writer, node: never) => void>;

/** What a cached method needs of its class, gathered while it is written. */
export interface ClassReach {
  readonly binding: Binding | undefined;
  /** The members that are named through `this`, `super` or the class. */
  readonly members: Set<string>;
  /** Whether `this` goes where its use cannot be seen. */
  isWhole: boolean;
}

/** Writes the canonical text of one piece of code. canonical.ts describes the text. */
export class Writer {
  readonly context: TextContext;
  readonly diagnostics: Diagnostic[] = [];
  readonly labels: string[] = [];
  /** The variables of enclosing functions that are values, with where they are first named. */
  readonly captured: Map<Binding, number> = new Map<Binding, number>();
  /** Those that are code: written behind the rest. */
  readonly capturedCode: Binding[] = [];
  reach: ClassReach | undefined;
  /** The bindings of the item that is written, in whose pattern they stand by place. */
  declared: readonly Binding[] | undefined;
  #text = "";
  readonly #references: Reference[] = [];
  readonly #slots = new Map<Binding | string, number>();
  readonly #locals = new Map<Binding, number>();
  #privates: Map<Binding, number> | undefined;
  #settings: Set<Setting> | undefined;
  readonly #scope: Scope | undefined;
  readonly #isCode: (binding: Binding) => boolean;

  /** `scope` is the one that the code stands in: what is declared there and around it is captured. */
  constructor(context: TextContext, scope?: Scope, isCode: (binding: Binding) => boolean = () => false) {
    this.context = context;
    this.#scope = scope;
    this.#isCode = isCode;
  }

  /** Writes a token, or several with spaces between. */
  put(token: string): void {
    this.#text += `${token} `;
  }

  node(wrapped: Node | null | undefined): void {
    if (wrapped === null || wrapped === undefined) {
      this.#text += "_ ";
      return;
    }
    const node = unwrap(wrapped);
    const write = this.context.writers.get(node.type);
    if (write === undefined) this.#fields(node);
    else write(this, node as never);
  }

  list(nodes: readonly (Node | null)[]): void {
    this.#text += "[ ";
    for (const node of nodes) this.node(node);
    this.#text += "] ";
  }

  statements(nodes: readonly Node[]): void {
    this.#text += "[ ";
    for (const node of nodes) this.statement(node);
    this.#text += "] ";
  }

  /** A statement or a member of a class. */
  statement(node: Node): void {
    if (isErased(node)) return;
    const pragma = this.context.analysis.pragmas.atAny([node.start]);
    if (pragma === undefined) this.node(node);
    else if (pragma !== "ignore") this.#pin(pragma);
  }

  /** The branch of an `if` or the body of a loop: with braces or without. */
  body(node: Node): void {
    if (node.type === "BlockStatement") this.statements(node.body);
    else this.statements([node]);
  }

  /** The name of a property or a member. */
  key(key: Node, isComputed: boolean): void {
    if (key.type === "PrivateIdentifier") {
      this.privateName(key);
      return;
    }
    const name = staticKey(key, isComputed);
    if (name === undefined) {
      this.put("[key");
      this.node(key);
      this.put("]");
    } else {
      this.put(`.${JSON.stringify(name)}`);
    }
  }

  /** The name that something is declared by, unless it is the module's. */
  declaredName(node: Node): void {
    const binding = this.context.analysis.resolved.get(node.start);
    if (binding !== undefined && binding.id < 0) this.local(binding, node.start);
  }

  /** The name of a function or class expression, which does not count unless it is read. */
  ownName(offset: number): void {
    const binding = this.context.analysis.resolved.get(offset);
    if (binding?.isReferenced === true) this.local(binding, offset);
  }

  identifier(offset: number, name: string): void {
    const binding = this.context.analysis.resolved.get(offset);
    if (binding === undefined) {
      this.#global(offset, name);
    } else if (this.reach !== undefined && this.reach.binding === binding) {
      this.reach.isWhole = true;
      this.put("class");
    } else if (binding.id >= 0) {
      this.#module(binding);
    } else {
      this.local(binding, offset);
    }
  }

  /** A member of a module-level binding, which may be that of a namespace or an enum: the graph tells. */
  moduleMember(binding: Binding, member: string): void {
    if (binding.kind === "import" && typeof binding.pragma === "object") {
      this.#pin(binding.pragma);
      this.put(`.${JSON.stringify(member)}`);
      return;
    }
    this.slot({ binding: binding.id, member }, `${binding.id}.${member}`);
    if (binding.manner !== undefined) this.put(`(With ${JSON.stringify(binding.manner)} )`);
  }

  slot(reference: Reference, key: Binding | string): void {
    let slot = this.#slots.get(key);
    if (slot === undefined) {
      slot = this.#references.length;
      this.#references.push(reference);
      this.#slots.set(key, slot);
    }
    this.#text += `@${slot} `;
  }

  local(binding: Binding, offset: number): void {
    let number = this.#locals.get(binding);
    if (number === undefined) {
      number = this.#locals.size;
      this.#locals.set(binding, number);
      if (binding.pragma !== "ignore" && this.#isOuter(binding.scope)) this.#capture(binding, offset);
    }
    this.#text += `#${number} `;
  }

  privateName(node: NodeOf<"PrivateIdentifier">): void {
    const binding = this.context.analysis.resolved.get(node.start);
    if (binding === undefined) {
      this.put(`%${node.name}`);
      return;
    }
    const privates = (this.#privates ??= new Map());
    let number = privates.get(binding);
    if (number === undefined) {
      number = privates.size;
      privates.set(binding, number);
    }
    this.#text += `%${number} `;
  }

  setting(setting: Setting): void {
    if (setting === "jsx" || this.context.analysis.parsed.isTypeScript) {
      (this.#settings ??= new Set()).add(setting);
    }
  }

  diagnose(code: string, offset: number, message: string): void {
    this.diagnostics.push(this.context.analysis.parsed.positions.diagnostic(code, offset, message));
  }

  /** Writes the captured code, and ends the text. */
  finish(): CanonicalText {
    // More may be captured by what is written here.
    for (let index = 0; index < this.capturedCode.length; index++) {
      const binding = this.capturedCode[index];
      if (binding !== undefined) this.#writeCaptured(binding);
    }
    const references = [
      ...this.#references,
      ...[...(this.#settings ?? [])].sort().flatMap((each) => settingReferences(each, this.context.analysis)),
    ];
    return { digest: digestOf(this.#text), references, diagnostics: this.diagnostics };
  }

  /** The text as far as it is written. */
  get text(): string {
    return this.#text;
  }

  #fields(node: Node): void {
    const fields = runtimeFields(node.type);
    if (fields === undefined) throw unknownSyntax(this.context.analysis.parsed, node);
    this.put(`(${node.type}`);
    for (const field of fields) {
      const child = childOf(node, field);
      if (Array.isArray(child)) this.list(child as readonly (Node | null)[]);
      else this.node(child as Node | null | undefined);
    }
    this.put(")");
  }

  #pin({ pin }: { readonly pin: string }): void {
    this.put(`(Pin ${JSON.stringify(pin)} )`);
  }

  #global(offset: number, name: string): void {
    if (this.context.defines.has(name)) {
      this.slot({ define: name }, `define ${name}`);
      return;
    }
    if (name === "undefined") {
      this.put("undefined");
      return;
    }
    if (name === "eval") this.diagnose("eval", offset, "What eval() reads cannot be seen");
    if (name === "require") this.diagnose("require", offset, "require() is not followed: use import");
    this.put(`$${name}`);
  }

  #module(binding: Binding): void {
    const place = this.declared?.indexOf(binding) ?? -1;
    if (place >= 0) {
      this.put(`=${place}`);
      return;
    }
    if (binding.kind === "import" && typeof binding.pragma === "object") {
      this.#pin(binding.pragma);
      return;
    }
    this.slot({ binding: binding.id }, binding);
    if (binding.manner !== undefined) this.put(`(With ${JSON.stringify(binding.manner)} )`);
  }

  #isOuter(scope: Scope): boolean {
    for (let outer = this.#scope; outer !== undefined; outer = outer.parent) if (outer === scope) return true;
    return false;
  }

  #capture(binding: Binding, offset: number): void {
    // What a pin says stands for a value, too.
    if (this.#isCode(binding) || binding.pragma !== undefined) this.capturedCode.push(binding);
    else this.captured.set(binding, offset);
  }

  #writeCaptured(binding: Binding): void {
    this.put(`(Captured #${this.#locals.get(binding)}`);
    const { pragma } = binding;
    if (typeof pragma === "object") {
      this.#pin(pragma);
    } else {
      for (const declaration of binding.declarations) {
        this.node(declaration.type === "VariableDeclarator" ? declaration.init : declaration);
      }
    }
    this.put(")");
  }
}
