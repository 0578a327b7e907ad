import type { Edit } from "../edit.ts";
import { RELATED } from "./related.ts";
import { UNRELATED } from "./unrelated.ts";

export const EDITS: readonly Edit[] = [...UNRELATED, ...RELATED];

/** Finds edits by their ids. */
export function editsOf(ids: readonly string[]): readonly Edit[] {
  return ids.map((id) => {
    const edit = EDITS.find((each) => each.id === id);
    if (edit === undefined) throw new Error(`Cannot find the edit "${id}": it is U01 to U17 or R01 to R26`);
    return edit;
  });
}
