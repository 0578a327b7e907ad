import type { SourceFile } from "../corpus.ts";
import { Random } from "../random.ts";
import { MutableModule, type Mutation } from "./mutable-module.ts";
import { applied } from "./mutation.ts";

export interface Survivor extends Mutation {
  readonly file: string;
  readonly before: string;
  readonly after: string;
}

export interface Outcome {
  /** How many mutations of each operator were made. */
  readonly counts: ReadonlyMap<string, number>;
  /** Those that left a text as it was. */
  readonly survivors: readonly Survivor[];
  /** How many texts were no JavaScript. */
  readonly dropped: number;
}

/** What is mutated, and which of its texts must change then. */
export interface Subject {
  /** The texts of a module, in an order that mutations do not change. Throws a SyntaxError if it is no JavaScript. */
  textsOf(file: SourceFile): readonly string[];
  /** The places of the texts that a mutation must change. None if it is outside of what they are made of. */
  changedBy(file: SourceFile): (mutation: Mutation) => readonly number[];
}

const PLACES_PER_ROUND = 6;

/**
 * Mutates modules at random places, each item so often as its size demands and no place twice; all items of a module at
 * once, for the text of one does not depend on that of another.
 */
export function survivorsOf(subject: Subject, files: readonly SourceFile[], rounds: number, seed: number): Outcome {
  const trial = new Trial(subject);
  for (const file of files) {
    const random = Random.of(file.path, seed);
    const tried = new Map<string, number>();
    const judge = trial.judgeOf(file);
    const perItem = new MutableModule(file, random).mutations();
    const sizes = perItem.map((found) => [...found.values()].flat().length);
    for (let round = 0; round < rounds; round++) {
      judge(
        perItem.flatMap((found, item) =>
          (sizes[item] ?? 0) > round * PLACES_PER_ROUND ? take(found, tried, random) : [],
        ),
      );
    }
  }
  return trial;
}

/** Makes every mutation that the operators find, one at a time. */
export function allSurvivorsOf(subject: Subject, files: readonly SourceFile[], seed: number): Outcome {
  const trial = new Trial(subject);
  for (const file of files) {
    const judge = trial.judgeOf(file);
    for (const found of new MutableModule(file, Random.of(file.path, seed)).mutations()) {
      for (const mutation of [...found.values()].flat()) judge([mutation]);
    }
  }
  return trial;
}

class Trial implements Outcome {
  readonly counts = new Map<string, number>();
  readonly survivors: Survivor[] = [];
  dropped = 0;
  readonly #subject: Subject;

  constructor(subject: Subject) {
    this.#subject = subject;
  }

  judgeOf(file: SourceFile): (mutations: readonly Mutation[]) => void {
    const before = this.#subject.textsOf(file);
    const changedBy = this.#subject.changedBy(file);
    const judge = (mutations: readonly Mutation[]): void => {
      if (mutations.length === 0) return;
      const edits = mutations.flatMap((mutation) => mutation.edits);
      const after = this.#textsUnlessBroken({ path: file.path, code: applied(file.code, edits) });
      if (after?.length !== before.length) {
        // One of them broke the syntax: the others are tried without it.
        if (mutations.length === 1) this.dropped++;
        else {
          judge(mutations.slice(0, mutations.length >> 1));
          judge(mutations.slice(mutations.length >> 1));
        }
        return;
      }
      for (const mutation of mutations) {
        this.counts.set(mutation.operator, (this.counts.get(mutation.operator) ?? 0) + 1);
        if (changedBy(mutation).some((text) => before[text] === after[text])) {
          this.survivors.push(described(file, mutation));
        }
      }
    };
    return (mutations) => judge(mutations.filter((mutation) => changedBy(mutation).length > 0));
  }

  #textsUnlessBroken(file: SourceFile): readonly string[] | undefined {
    try {
      return this.#subject.textsOf(file);
    } catch (error) {
      if (error instanceof SyntaxError) return undefined;
      throw error;
    }
  }
}

/** Takes a mutation of the operator that was tried least so far: common ones would otherwise leave no room for rare ones. */
function take(found: Map<string, Mutation[]>, tried: Map<string, number>, random: Random): Mutation[] {
  const [operator] = random.shuffled([...found.keys()]).toSorted((a, b) => (tried.get(a) ?? 0) - (tried.get(b) ?? 0));
  const mutations = found.get(operator ?? "");
  if (operator === undefined || mutations === undefined) return [];
  tried.set(operator, (tried.get(operator) ?? 0) + 1);
  if (mutations.length === 1) found.delete(operator);
  return mutations.splice(random.integer(mutations.length), 1);
}

function described({ path, code }: SourceFile, mutation: Mutation): Survivor {
  const start = Math.min(...mutation.edits.map((edit) => edit.start));
  const end = Math.max(...mutation.edits.map((edit) => edit.end));
  const local = mutation.edits.map((edit) => ({ ...edit, start: edit.start - start, end: edit.end - start }));
  const before = code.slice(start, end);
  const line = code.slice(0, start).split("\n").length;
  return { ...mutation, file: `${path}:${line}`, before, after: applied(before, local) };
}
