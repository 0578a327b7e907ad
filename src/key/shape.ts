// Records that are used as maps have a shape each, and strangers make them up: neither may fill the memory.
const MAX_NAMES = 64;
const MAX_LENGTH = 1_024;
const MAX_FIRST_NAMES = 128;
const MAX_ALIKE = 8;

/**
 * What a name starts with where an object would not show it in its place: `__proto__`, and those that look like indexes.
 *
 * No name of a shape has a lone surrogate otherwise, so that it can be taken out of the text again.
 */
export const MARK = "\ud800";

/** How records are written that have the same names in the same order. */
export class Shape {
  /** As they are met. */
  readonly names: readonly string[];
  /** Where the first of the sorted names is among them, the second, and so on. */
  readonly order: readonly number[];
  /** The sorted names: an object on which they are set in this order shows them in this order. */
  readonly written: readonly string[];
  /** The one that was met after this one the last time. */
  next: Shape = this;

  constructor(names: readonly string[]) {
    this.names = names;
    const nameAt = (i: number): string => names[i] as string;
    this.order = [...names.keys()].sort((a, b) => (nameAt(a) < nameAt(b) ? -1 : 1));
    // One more `$`, so that no argument can imitate a tag.
    const sorted = this.order.map((i) => (nameAt(i).startsWith("$") ? `$${nameAt(i)}` : nameAt(i)));
    const shown: Record<string, number> = {};
    for (const name of sorted) shown[name] = 0;
    this.written = isSame(Object.keys(shown), sorted) ? sorted : sorted.map((name) => MARK + name);
  }
}

const byFirstName = new Map<string, readonly Shape[]>();
let last = new Shape([]);

/** The shape that the next record is likely to have: programs write the same records in the same order again and again. */
export function expectedShape(): Shape {
  return last.next;
}

/** The shape that a record is likely to have whose first name is this. */
export function likelyShape(first: string): Shape {
  return byFirstName.get(first)?.[0] ?? last;
}

/** Takes note of the shape that a record had. */
export function meetShape(shape: Shape): Shape {
  last.next = shape;
  last = shape;
  return shape;
}

/** Finds the shape of a record with these names, and takes note of it. */
export function shapeOf(names: readonly string[]): Shape {
  const [first = ""] = names;
  const alike = byFirstName.get(first) ?? [];
  const known = alike.find((shape) => isSame(shape.names, names));
  if (known !== undefined) return meetShape(known);
  const shape = new Shape(names);
  if (names.length > MAX_NAMES || names.join("").length > MAX_LENGTH) return shape;
  if (byFirstName.size === MAX_FIRST_NAMES) byFirstName.clear();
  byFirstName.set(first, [shape, ...alike].slice(0, MAX_ALIKE));
  return meetShape(shape);
}

function isSame(some: readonly string[], others: readonly string[]): boolean {
  if (some.length !== others.length) return false;
  for (let i = 0; i < some.length; i++) if (some[i] !== others[i]) return false;
  return true;
}
