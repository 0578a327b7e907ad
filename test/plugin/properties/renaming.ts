import type { Reference, Scope, ScopeManager, Variable } from "@typescript-eslint/scope-manager";
import type { Node } from "oxc-parser";
import { parseModule } from "../../../adapters/plugin/source/parse.ts";
import type { SourceFile } from "./corpus.ts";
import { applied, type Edit } from "./mutations/mutation.ts";
import type { Random } from "./random.ts";
import { isValue, nodeOf, scopesOf } from "./scopes.ts";
import { spotsOf } from "./spots.ts";

/** What is renamed: the variables of functions and blocks, or those of the module, imports included. */
export type Renamed = "locals" | "module";

interface Named {
  readonly name: string;
  readonly start: number;
}

/**
 * Renames all variables of a module at random. A name is new, or one that the module has elsewhere, wherever the rules of
 * scopes allow it: other variables are then hidden that were not before.
 */
export class Renaming {
  readonly #file: SourceFile;
  readonly #random: Random;
  readonly #program: Parameters<typeof scopesOf>[0];
  readonly #manager: ScopeManager;
  readonly #names = new Map<object, string>();
  /** The names in use, from which new ones are taken. */
  readonly #stock: readonly string[];
  #count = 0;

  constructor(file: SourceFile, random: Random) {
    this.#file = file;
    this.#random = random;
    this.#program = parseModule(`/${file.path}`, file.code).program;
    this.#manager = scopesOf(this.#program);
    const names = this.#manager.scopes.flatMap(({ variables }) => variables.filter(isValue).map(({ name }) => name));
    this.#stock = [...new Set(names)].filter((name) => !RESERVED.has(name));
  }

  text(renamed: Renamed): string {
    const spots = spotsOf(this.#program);
    const fixed = new Set<object>(spots.flatMap(({ node }) => fixedIdentifier(node)));
    const atRunTime = new Set<object>(spots.map(({ node }) => node));
    for (const scope of this.#manager.scopes) {
      const isModule = scope.type === "module";
      if (scope.type === "tsModule" || scope.type === "tsEnum" || scope.type === "global") continue;
      for (const variable of scope.variables) {
        const identifiers = variable.identifiers as readonly object[];
        const known = identifiers.map((each) => this.#names.get(each)).find((name) => name !== undefined);
        // The parameter `this` is a type. The name of a class stands for two variables: the one around it and the one inside.
        const keeps =
          variable.name === "this" ||
          (renamed === "module") !== isModule ||
          identifiers.some((each) => fixed.has(each)) ||
          !identifiers.some((each) => atRunTime.has(each));
        if (identifiers.length === 0) continue;
        const name = known ?? (keeps ? variable.name : this.#newName(variable, scope));
        for (const each of [...identifiers, ...variable.references.map(({ identifier }) => identifier)]) {
          this.#names.set(each, name);
        }
      }
    }
    return applied(this.#file.code, this.#edits(spots));
  }

  #newName(variable: Variable, scope: Scope): string {
    const isCapital = /^[A-Z]/.test(variable.name);
    // Of a module, what is exported may be in the way; and what is inside a large scope takes too long to look at.
    const inner = scopesIn(scope, MOST_SCOPES);
    for (let attempt = 0; attempt < 3 && scope.type !== "module" && inner.length < MOST_SCOPES; attempt++) {
      const name = this.#random.pick(this.#stock);
      if (/^[A-Z]/.test(name) === isCapital && this.#isFree(name, variable, inner)) return name;
    }
    for (;;) {
      const name = `${isCapital ? "V" : "v"}$${this.#count++}`;
      if (!this.#file.code.includes(name)) return name;
    }
  }

  /** Whether each name would still mean what it means, if a variable had that name. */
  #isFree(name: string, variable: Variable, inner: readonly Scope[]): boolean {
    const { scope } = variable;
    const isTaken = (each: Scope): boolean =>
      each.variables.some((other) => other !== variable && this.#nameOf(other) === name);
    if (isTaken(scope)) return false;
    // Where it is read or written, it must not be hidden by another.
    for (const { from } of variable.references) {
      for (let each: Scope | null = from; each !== null && each !== scope; each = each.upper)
        if (isTaken(each)) return false;
    }
    // A `var` or a function may not stand in a block that has the name for something else.
    if (inner.some((each) => each !== scope && isTaken(each) && holds(each, variable))) return false;
    // What comes from outside by that name must not be hidden by it.
    return !inner.some((each) => each.references.some((reference) => this.#isFromOutside(reference, inner, name)));
  }

  #isFromOutside({ resolved, identifier }: Reference, inner: readonly Scope[], name: string): boolean {
    if (resolved === null) return identifier.name === name;
    return this.#nameOf(resolved) === name && !inner.includes(resolved.scope);
  }

  #nameOf(variable: Variable): string {
    const [identifier] = variable.identifiers;
    return (identifier === undefined ? undefined : this.#names.get(identifier)) ?? variable.name;
  }

  #edits(spots: ReturnType<typeof spotsOf>): Edit[] {
    const shorthands = shorthandsOf(spots);
    return [...this.#names].flatMap(([identifier, name]): Edit[] => {
      const node = nodeOf(identifier) as Node & Named;
      if (node.name === name) return [];
      const end = node.start + node.name.length;
      if (this.#file.code.slice(node.start, end) !== node.name) {
        throw new Error(
          `Cannot rename "${node.name}" in "${this.#file.path}": its name stands there: received other text`,
        );
      }
      const prefix = shorthands.get(node.start);
      return [{ start: node.start, end, text: prefix === undefined ? name : prefix(node.name, name) }];
    });
  }
}

const MOST_SCOPES = 200;

const RESERVED = new Set([
  "arguments",
  "async",
  "await",
  "eval",
  "let",
  "of",
  "static",
  "undefined",
  "this",
  "yield",
  "using",
]);

/** The parameter of a parameter property gives the property its name. */
function fixedIdentifier(node: Node): Node[] {
  if (node.type !== "TSParameterProperty") return [];
  return [node.parameter.type === "AssignmentPattern" ? node.parameter.left : node.parameter];
}

/** Where one name stands for two: of `{ a }`, `import { a }` and `export { a }`, only one may change. */
function shorthandsOf(spots: ReturnType<typeof spotsOf>): Map<number, (before: string, after: string) => string> {
  const shorthands = new Map<number, (before: string, after: string) => string>();
  for (const { node } of spots) {
    if (node.type === "Property" && node.shorthand)
      shorthands.set(node.start, (before, after) => `${before}: ${after}`);
    if (node.type === "ImportSpecifier" && node.imported.start === node.local.start) {
      shorthands.set(node.local.start, (before, after) => `${before} as ${after}`);
    }
    if (node.type === "ExportSpecifier" && node.exported.start === node.local.start) {
      shorthands.set(node.local.start, (before, after) => `${after} as ${before}`);
    }
  }
  return shorthands;
}

/** A scope and those inside, up to a number of them. */
function scopesIn(scope: Scope, most: number): Scope[] {
  const scopes = [scope];
  for (let index = 0; index < scopes.length && scopes.length < most; index++) {
    scopes.push(...(scopes[index]?.childScopes ?? []));
  }
  return scopes;
}

function holds(scope: Scope, variable: Variable): boolean {
  const block = nodeOf(scope.block);
  return variable.identifiers.some((each) => {
    const { start } = nodeOf(each);
    return start >= block.start && start < block.end;
  });
}
