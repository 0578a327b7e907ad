import { digestOf } from "../source/digest.ts";
import { eachOnce, type LocatedDiagnostic } from "./diagnostics.ts";
import { computeDigest } from "./merkle.ts";
import type { GraphNode, NodeKind } from "./nodes.ts";

/** All that a node reaches, itself first, in the order of the texts. */
export function reachedFrom(root: GraphNode): ReadonlySet<GraphNode> {
  const seen = new Set<GraphNode>();
  const waiting = [root];
  for (let node = waiting.pop(); node !== undefined; node = waiting.pop()) {
    if (seen.has(node)) continue;
    seen.add(node);
    for (let index = node.edges.length - 1; index >= 0; index--) {
      const to = node.edges[index]?.to;
      if (to !== undefined && !seen.has(to)) waiting.push(to);
    }
  }
  return seen;
}

/** The files that nodes stand in or were read from. */
export function filesOf(nodes: Iterable<GraphNode>): Set<string> {
  const files = new Set<string>();
  for (const { file, otherFiles } of nodes) {
    if (file !== undefined) files.add(file);
    for (const other of otherFiles) files.add(other);
  }
  return files;
}

/** What is told of nodes, each thing once. */
export function diagnosticsOf(nodes: Iterable<GraphNode>): readonly LocatedDiagnostic[] {
  return eachOnce([...nodes].flatMap(({ diagnostics }) => diagnostics));
}

/** The label of what stands in the call itself, such as a function literal. It names no line, because those move. */
const OWN_CODE = "its own code";

const LABELLED: ReadonlySet<NodeKind> = new Set(["binding", "leaf", "loading", "namespace", "setting", "site"]);

/**
 * The declarations among nodes, and the digest of what each is by itself: without what it refers to, so that of two
 * states the one that was edited can be told from those that only reach it.
 */
export function declarationsAmong(nodes: Iterable<GraphNode>): ReadonlyMap<string, string> {
  const texts = new Map<string, string[]>();
  for (const node of nodes) {
    if (!LABELLED.has(node.kind)) continue;
    const label = node.kind === "site" ? OWN_CODE : node.label;
    const known = texts.get(label);
    if (known === undefined) texts.set(label, [ownText(node)]);
    else known.push(ownText(node));
  }
  const entries = [...texts].map(([label, own]) => [label, digestOf(own.sort().join("\n")).slice(0, 10)] as const);
  return new Map(entries.sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** The text of a node and of the items that are its parts. */
function ownText({ text, edges }: GraphNode): string {
  return [text, ...edges.filter(({ to }) => to.kind === "item").map(({ to }) => to.text)].join("\n");
}

/** Below it, a tree is no longer read. */
const MAX_DEPTH = 8;

/** Writes what a node reaches as an indented tree; what was already there is not told again. */
export function treeOf(root: GraphNode): string {
  const lines: string[] = [];
  const seen = new Set<GraphNode>();
  const waiting: (readonly [node: GraphNode, depth: number])[] = [[root, 0]];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const [node, depth] = next;
    // Items are parts of what they declare: they are told by its name.
    const isPart = node.kind === "item" || node.kind === "group";
    const wasSeen = seen.has(node);
    seen.add(node);
    if (!isPart)
      lines.push(`${"  ".repeat(depth)}${node.label}  ${computeDigest(node).slice(0, 8)}${wasSeen ? " (above)" : ""}`);
    if (wasSeen || depth > MAX_DEPTH) continue;
    for (const { to } of node.edges.toReversed()) waiting.push([to, isPart ? depth : depth + 1]);
  }
  return lines.join("\n");
}
