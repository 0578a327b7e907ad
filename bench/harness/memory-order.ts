/** What is asked of memory: bytes an entry takes, and bytes that a call allocates. */
export const MEMORY_CASES = [
  "an entry, number",
  "an entry, small",
  "allocated by a hit, small",
  "allocated by a miss, small",
] as const;

/** What the program that measures memory is told: its one argument. */
export interface MemoryOrder {
  /** The candidate's file, without its ending. */
  readonly file: string;
  /** The entry's label. */
  readonly label: string;
  readonly case: (typeof MEMORY_CASES)[number];
  readonly isQuick: boolean;
}
