import { parseModule } from "../../../../adapters/plugin/source/parse.ts";
import type { SourceFile } from "../corpus.ts";
import { applied, type Edit } from "../mutations/mutation.ts";
import type { Random } from "../random.ts";
import { nodeOf, scopesOf } from "../scopes.ts";
import { spotsOf } from "../spots.ts";
import * as expressions from "./expressions.ts";
import type { Respelling, Spelling } from "./respelling.ts";
import * as statements from "./statements.ts";

export const RESPELLINGS: Readonly<Record<string, Respelling>> = { ...expressions, ...statements };

export interface Respelled {
  readonly code: string;
  /** At how many places. */
  readonly count: number;
}

/** Writes a module in other words, at a share of the places where the changes leave one another room. */
export function respelled(file: SourceFile, random: Random, share: number, names: readonly string[]): Respelled {
  const { program } = parseModule(`/${file.path}`, file.code);
  const spots = spotsOf(program);
  const starts = new Set(
    spots.filter(({ node }) => /Statement$|Declaration$/.test(node.type)).map(({ node }) => node.start),
  );
  const resolved = new Set<object>(
    scopesOf(program).scopes.flatMap(({ references }) =>
      references.filter((each) => each.resolved !== null).map(({ identifier }) => nodeOf(identifier)),
    ),
  );
  const spelling: Spelling = {
    code: file.code,
    isTypeScript: /\.[cm]?tsx?$/.test(file.path),
    random,
    startsStatement: ({ start }) => starts.has(start),
    isGlobal: (identifier) => !resolved.has(identifier),
  };
  const edits: Edit[] = [];
  const taken = new Taken();
  let count = 0;
  for (const spot of random.shuffled(spots)) {
    for (const name of random.shuffled(names)) {
      if (!random.chance(share)) continue;
      const found = RESPELLINGS[name]?.(spot, spelling);
      if (found === undefined || !taken.take(found)) continue;
      count++;
      edits.push(...found);
    }
  }
  return { code: applied(file.code, edits), count };
}

/** The parts of the text that have been changed: no two changes touch each other. */
class Taken {
  readonly #offsets = new Set<number>();

  take(edits: readonly Edit[]): boolean {
    const offsets = edits.flatMap(({ start, end }) =>
      Array.from({ length: end - start + 1 }, (_, index) => start + index),
    );
    if (new Set(offsets).size < offsets.length || offsets.some((offset) => this.#offsets.has(offset))) return false;
    for (const offset of offsets) this.#offsets.add(offset);
    return true;
  }
}
