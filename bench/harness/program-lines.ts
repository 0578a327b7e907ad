import type { Row } from "./question.ts";

/** What the program of a run is told: its one argument. */
export interface ProgramOrder {
  readonly question: string;
  readonly case: string;
  readonly isQuick: boolean;
  /** Compare only candidates that have one of these in their name, and those that always are: ours, and by hand. */
  readonly only: readonly string[];
  /** Tell before each slice what it is, since one of the candidates has ended the process before. */
  readonly isCautious: boolean;
  /** The candidates to leave out, by name or file: they have ended the process before. */
  readonly without: readonly string[];
}

/** What it tells, line by line. */
export type ProgramLine =
  | { readonly at: { readonly candidate: string; readonly label: string } }
  | { readonly entries: number }
  | { readonly version: string; readonly rows: readonly Row[] };
