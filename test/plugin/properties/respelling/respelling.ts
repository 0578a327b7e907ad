import type { Node } from "oxc-parser";
import type { Edit } from "../mutations/mutation.ts";
import type { Random } from "../random.ts";
import type { Spot } from "../spots.ts";

/** What a respelling may know of the module that it changes. */
export interface Spelling {
  readonly code: string;
  readonly isTypeScript: boolean;
  readonly random: Random;
  /** Whether a statement begins there, where a bracket could belong to the line before. */
  startsStatement(node: Node): boolean;
  isGlobal(identifier: Node): boolean;
}

/** Writes the same in other words, at a place where that is possible. */
export type Respelling = (spot: Spot, spelling: Spelling) => readonly Edit[] | undefined;

export const around = (node: Node, before: string, after: string): readonly Edit[] => [
  { start: node.start, end: node.start, text: before },
  { start: node.end, end: node.end, text: after },
];
