/** A strongly connected component, its nodes as numbers. */
export interface Component {
  /** What tells the nodes apart before it counts what they reach of each other. */
  readonly labels: readonly string[];
  /** Of each node, the nodes of the component that it reaches, in order. */
  readonly successors: readonly (readonly number[])[];
}

/**
 * Puts those nodes into one class that nothing tells apart, however far one follows what they reach; gives the class of
 * each node.
 *
 * A node changes its class only when it is not in the largest part of it, so each edge is looked at about log n times.
 */
export function coarsestPartition({ labels, successors }: Component): readonly number[] {
  const partition = new Partition(labels);
  const predecessors = predecessorsOf(successors);
  let touched: Iterable<number> = labels.keys();
  for (;;) {
    const reached = new Set<number>();
    let hasMoved = false;
    for (const group of partition.byClass(touched)) {
      for (const moved of partition.split(group, successors)) {
        hasMoved = true;
        for (const predecessor of predecessors[moved] ?? []) reached.add(predecessor);
      }
    }
    if (!hasMoved) return partition.classes;
    touched = reached;
  }
}

class Partition {
  readonly classes: number[];
  readonly #members: Set<number>[] = [];

  constructor(labels: readonly string[]) {
    this.classes = labels.map(() => 0);
    for (const part of groupsOf(labels.keys(), (node) => labels[node])) this.#add(part);
  }

  byClass(nodes: Iterable<number>): readonly (readonly number[])[] {
    return groupsOf(nodes, (node) => this.classes[node]);
  }

  /**
   * Splits a class by what some of its members, the ones given, now reach. The others reach what they did before,
   * which is none of that: so they stay together. Gives those that are in a new class.
   */
  split(touched: readonly number[], successors: Component["successors"]): readonly number[] {
    const members = this.#members[this.classes[touched[0] ?? 0] ?? 0] ?? new Set();
    const parts = groupsOf(touched, (node) => successors[node]?.map((next) => this.classes[next]).join());
    const largest = parts.reduce((a, b) => (b.length > a.length ? b : a));
    const rest = members.size - touched.length;
    // The largest part keeps its class. The others may be most of the nodes: they are looked at only if they are few.
    const leaving = rest < largest.length ? parts.filter((part) => part !== largest) : [...parts];
    if (rest > 0 && rest < largest.length) {
      const seen = new Set(touched);
      leaving.push([...members].filter((node) => !seen.has(node)));
    }
    for (const part of leaving) {
      for (const node of part) members.delete(node);
      this.#add(part);
    }
    return leaving.flat();
  }

  #add(part: readonly number[]): void {
    for (const node of part) this.classes[node] = this.#members.length;
    this.#members.push(new Set(part));
  }
}

/** Puts those nodes together that have the same key. */
export function groupsOf(nodes: Iterable<number>, keyOf: (node: number) => unknown): readonly (readonly number[])[] {
  const groups = new Map<unknown, number[]>();
  for (const node of nodes) {
    const key = keyOf(node);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [node]);
    else group.push(node);
  }
  return [...groups.values()];
}

function predecessorsOf(successors: Component["successors"]): readonly (readonly number[])[] {
  const predecessors: number[][] = successors.map(() => []);
  successors.forEach((all, node) => {
    for (const next of all) predecessors[next]?.push(node);
  });
  return predecessors;
}
