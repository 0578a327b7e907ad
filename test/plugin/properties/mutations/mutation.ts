import type { Node } from "oxc-parser";
import type { Random } from "../random.ts";
import type { Spot } from "../spots.ts";

/** A change of a text, in offsets of the text before any change. */
export interface Edit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** What an operator may know of the module that it changes. */
export interface Surroundings {
  readonly random: Random;
  textOf(node: Node): string;
  /** The names of the other variables that an identifier could mean where it stands; empty unless it reads a variable. */
  namesBeside(identifier: Node): readonly string[];
  /** Two of a list change places whose order has a meaning: not if they may mean the same. */
  swapTwo(nodes: readonly (Node | null)[]): readonly Edit[] | undefined;
}

/**
 * Makes one change of meaning at a place, or none if the place is not of its kind. The text may turn out not to be
 * JavaScript: then the caller drops it.
 */
export type Operator = (spot: Spot, surroundings: Surroundings) => readonly Edit[] | undefined;

export const replaced = (node: Node, text: string): readonly Edit[] => [{ start: node.start, end: node.end, text }];

export const inserted = (offset: number, text: string): readonly Edit[] => [{ start: offset, end: offset, text }];

/** Two nodes that do not overlap change places. */
export function swapped(a: Node, b: Node, textOf: (node: Node) => string): readonly Edit[] {
  return [...replaced(a, textOf(b)), ...replaced(b, textOf(a))];
}

/** Makes changes of a text that do not overlap. */
export function applied(code: string, edits: readonly Edit[]): string {
  let text = "";
  let offset = 0;
  for (const edit of edits.toSorted((a, b) => a.start - b.start)) {
    text += code.slice(offset, edit.start) + edit.text;
    offset = edit.end;
  }
  return text + code.slice(offset);
}
