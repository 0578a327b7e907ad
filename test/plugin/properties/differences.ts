import type { SourceFile } from "./corpus.ts";
import { itemsOf, type Item, type Naming } from "./modules.ts";

/** An item that is not the same in two texts of a module. */
export interface Difference {
  readonly file: string;
  readonly index: number;
  readonly before: Item | undefined;
  readonly after: Item | undefined;
}

/** Compares a module with another text of it: items by their names, or else by their places. */
export function differencesBetween(file: SourceFile, code: string, naming: Naming): Difference[] {
  const before = itemsOf(file.path, file.code, naming);
  const after = itemsOf(file.path, code, naming);
  const byLabel = new Map(after.map((item) => [item.label, item]));
  return before
    .map((item, index) => ({ file: file.path, index, before: item, after: byLabel.get(item.label) }))
    .filter((each) => JSON.stringify(each.before) !== JSON.stringify(each.after));
}
