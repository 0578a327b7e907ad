/** Groups items by a text, in the order in which the groups appear. `Map.groupBy()` is not in Node 20. */
export function groupBy<Item>(items: Iterable<Item>, textOf: (item: Item) => string): Map<string, Item[]> {
  const groups = new Map<string, Item[]>();
  for (const item of items) {
    const text = textOf(item);
    const group = groups.get(text);
    if (group === undefined) groups.set(text, [item]);
    else group.push(item);
  }
  return groups;
}

/** Compares by code units: the same order on every machine. */
export function compareTexts(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}
