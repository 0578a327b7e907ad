import { digestOf } from "../source/digest.ts";
import type { Edge, GraphNode } from "./nodes.ts";
import { type Component, coarsestPartition, groupsOf } from "./partition.ts";

/** A node that is being visited: when it was found, the earliest one it leads back to, and its next edge. */
interface Visit {
  readonly node: GraphNode;
  readonly order: number;
  low: number;
  next: number;
  isOpen: boolean;
}

/**
 * Computes the digest of a node and of all that it reaches, and whether they are sound.
 *
 * It depends on texts, and on what reaches what, alone: not on names, nor on the order in which nodes were made. Nodes
 * that reach each other are digested together. Nothing recurs: a graph may be deeper than the stack.
 */
export function computeDigest(root: GraphNode): string {
  const visits = new Map<GraphNode, Visit>();
  const path: Visit[] = [];
  const open: Visit[] = [];
  const enter = (node: GraphNode): void => {
    const visit = { node, order: visits.size, low: visits.size, next: 0, isOpen: true };
    visits.set(node, visit);
    path.push(visit);
    open.push(visit);
  };
  if (root.digest === undefined) enter(root);
  for (let visit = path.at(-1); visit !== undefined; visit = path.at(-1)) {
    const edge = visit.node.edges[visit.next++];
    if (edge === undefined) {
      path.pop();
      leave(visit, path.at(-1), open);
      continue;
    }
    if (edge.to.digest !== undefined) continue;
    const known = visits.get(edge.to);
    if (known === undefined) enter(edge.to);
    else if (known.isOpen) visit.low = Math.min(visit.low, known.order);
  }
  return root.digest ?? "";
}

function leave(visit: Visit, parent: Visit | undefined, open: Visit[]): void {
  if (parent !== undefined) parent.low = Math.min(parent.low, visit.low);
  if (visit.low !== visit.order) return;
  const members: GraphNode[] = [];
  for (let last = open.pop(); last !== undefined; last = open.pop()) {
    last.isOpen = false;
    members.push(last.node);
    if (last === visit) break;
  }
  close(members);
}

/** Computes the digests of nodes that reach each other, when all else that they reach has one. */
function close(members: readonly GraphNode[]): void {
  const isSound = members.every(
    ({ diagnostics, edges }) =>
      diagnostics.every(({ severity }) => severity !== "error") && edges.every(({ to }) => to.isSound),
  );
  for (const node of members) node.isSound = isSound;
  const numbers = new Map(members.map((node, number) => [node, number]));
  const successors = members.map(({ edges }) => edges.flatMap(({ to }) => numbers.get(to) ?? []));
  const [only] = members;
  if (only !== undefined && members.length === 1 && successors[0]?.length === 0) {
    only.digest = digestOf(textOf(only));
    return;
  }
  const labels = members.map((node) => digestOf(textOf(node)));
  const digests = componentDigests({ labels, successors });
  members.forEach((node, number) => (node.digest = digests[number]));
}

/** What a node is: its text, and the digests of what it reaches. An edge that has none yet leads into a circle. */
function textOf({ text, edges }: GraphNode): string {
  let result = text;
  for (const { to, member } of edges) result += `\n${to.digest ?? "o"}${memberText(member)}`;
  return result;
}

function memberText(member: Edge["member"]): string {
  return member === undefined ? "" : `.${JSON.stringify(member)}`;
}

/**
 * The digest of each node of a component: what the whole of it is, and where in it the node stands.
 *
 * What nothing tells apart is made one. From any of what is left, all can be numbered in the order in which it reaches
 * them; the numbering that gives the least digest is the one that counts, and needs no names.
 */
export function componentDigests(component: Component): readonly string[] {
  const classes = coarsestPartition(component);
  const quotient = quotientOf(component, classes);
  const best = leastNumbering(quotient);
  return classes.map((number) => digestOf(`circle ${best.numbers[number]} ${best.digest}`));
}

function quotientOf({ labels, successors }: Component, classes: readonly number[]): Component {
  const quotientLabels: string[] = [];
  const quotientSuccessors: (readonly number[])[] = [];
  classes.forEach((number, node) => {
    quotientLabels[number] = labels[node] ?? "";
    quotientSuccessors[number] = successors[node]?.map((next) => classes[next] ?? 0) ?? [];
  });
  return { labels: quotientLabels, successors: quotientSuccessors };
}

interface Numbering {
  readonly digest: string;
  readonly numbers: readonly number[];
}

function leastNumbering(component: Component): Numbering {
  let best: Numbering | undefined;
  for (const start of rarest(component.labels)) {
    const numbering = numberingFrom(start, component);
    if (best === undefined || numbering.digest < best.digest) best = numbering;
  }
  return best ?? { digest: "", numbers: [] };
}

/** The nodes with the label that the fewest have: mostly there is one that a single node has. */
function rarest(labels: readonly string[]): readonly number[] {
  let best: readonly number[] = [];
  for (const group of groupsOf(labels.keys(), (node) => labels[node])) {
    const difference = group.length - best.length;
    const isLess = (labels[group[0] ?? 0] ?? "") < (labels[best[0] ?? 0] ?? "");
    if (best.length === 0 || difference < 0 || (difference === 0 && isLess)) best = group;
  }
  return best;
}

function numberingFrom(start: number, { labels, successors }: Component): Numbering {
  const order = [start];
  const numbers: number[] = [];
  numbers[start] = 0;
  const lines: string[] = [];
  // The list grows while it is walked.
  for (const node of order) {
    const next = successors[node] ?? [];
    for (const each of next) if (numbers[each] === undefined) numbers[each] = order.push(each) - 1;
    lines.push(`${labels[node]} ${next.map((each) => numbers[each]).join()}`);
  }
  return { digest: digestOf(lines.join("\n")), numbers };
}
