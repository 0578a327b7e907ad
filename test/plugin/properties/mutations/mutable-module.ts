import type { Node } from "oxc-parser";
import { parseModule } from "../../../../adapters/plugin/source/parse.ts";
import { areAlike } from "../alike.ts";
import type { SourceFile } from "../corpus.ts";
import type { Random } from "../random.ts";
import { nodeOf, scopesOf, visibleFrom } from "../scopes.ts";
import { isRuntime, spotsOf } from "../spots.ts";
import { topLevelOf } from "../top-level.ts";
import * as calls from "./calls.ts";
import * as classes from "./classes.ts";
import * as expressions from "./expressions.ts";
import * as functions from "./functions.ts";
import * as literals from "./literals.ts";
import { swapped, type Edit, type Operator, type Surroundings } from "./mutation.ts";
import * as statements from "./statements.ts";

export const OPERATORS: Readonly<Record<string, Operator>> = {
  ...calls,
  ...classes,
  ...expressions,
  ...functions,
  ...literals,
  ...statements,
};

/** One change of what one item means. */
export interface Mutation {
  readonly operator: string;
  /** The item's place among those of the module. */
  readonly item: number;
  readonly edits: readonly Edit[];
}

/** A module of the corpus, and all the changes that the operators find in it. */
export class MutableModule {
  readonly file: SourceFile;
  readonly #random: Random;
  readonly #names = new Map<Node, readonly string[]>();

  constructor(file: SourceFile, random: Random) {
    this.file = file;
    this.#random = random;
  }

  /** For each item, the mutations of each operator. */
  mutations(): Map<string, Mutation[]>[] {
    const { program } = parseModule(`/${this.file.path}`, this.file.code);
    for (const scope of scopesOf(program).scopes) {
      for (const reference of scope.references) {
        if (!reference.isRead() || reference.isWrite() || !reference.isValueReference) continue;
        const identifier = nodeOf(reference.identifier);
        const names = visibleFrom(scope, identifier.start).map(({ name }) => name);
        this.#names.set(
          identifier,
          names.filter((name) => name !== reference.identifier.name),
        );
      }
    }
    return topLevelOf(program).map(({ node }, item) => this.#mutationsIn(node, item));
  }

  #mutationsIn(root: Node, item: number): Map<string, Mutation[]> {
    const byOperator = new Map<string, Mutation[]>();
    const surroundings = this.#surroundings();
    for (const spot of spotsOf(root)) {
      for (const [operator, mutate] of Object.entries(OPERATORS)) {
        const edits = mutate(spot, surroundings);
        if (edits === undefined) continue;
        const found = byOperator.get(operator);
        if (found === undefined) byOperator.set(operator, [{ operator, item, edits }]);
        else found.push({ operator, item, edits });
      }
    }
    return byOperator;
  }

  #surroundings(): Surroundings {
    const textOf = (node: Node): string => this.file.code.slice(node.start, node.end);
    return {
      random: this.#random,
      textOf,
      namesBeside: (identifier) => this.#names.get(identifier) ?? [],
      swapTwo: (nodes) => {
        const real = nodes.filter((node) => node !== null && isRuntime(node)) as Node[];
        if (real.length < 2) return undefined;
        const first = this.#random.integer(real.length - 1);
        const [a, b] = [real[first], real[first + 1 + this.#random.integer(real.length - first - 1)]];
        return a === undefined || b === undefined || areAlike(a, b) ? undefined : swapped(a, b, textOf);
      },
    };
  }
}
