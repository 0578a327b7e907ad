import type { LocatedDiagnostic } from "./diagnostics.ts";

/** What a node stands for. */
export type NodeKind =
  /** One call of `cached()`. */
  | "site"
  /** A declaration, or a statement with effects. */
  | "item"
  /** A module-level variable: its items, and what else changes it. */
  | "binding"
  /** All that a module exports. */
  | "namespace"
  /** All that happens when a module is loaded. */
  | "loading"
  /** Something that is not followed. */
  | "leaf"
  /** What the settings of the compiler decide. */
  | "setting"
  /** Several things that count together. */
  | "group";

/** That one node reaches another, and which member of it is read, if the node does not stand for the member itself. */
export interface Edge {
  readonly to: GraphNode;
  readonly member?: string | undefined;
}

const NONE: readonly never[] = [];

/**
 * A node of the graph: a text, and what it reaches, in the order of the text.
 *
 * Nodes are made empty and filled when their turn comes, since they reach each other in circles; then they stay.
 */
export class GraphNode {
  readonly kind: NodeKind;
  /** How it is called to a reader. It plays no part in any digest. */
  readonly label: string;
  /** The file that it stands in, or is. */
  readonly file: string | undefined;
  /** Files that it was read from, beside that one. */
  otherFiles: readonly string[] = NONE;
  /** What it is without what it reaches. */
  text = "";
  edges: readonly Edge[] = NONE;
  diagnostics: readonly LocatedDiagnostic[] = NONE;
  /** The digest of it and of all that it reaches, once it is computed. */
  digest: string | undefined;
  /** Whether nothing that it reaches has an error. */
  isSound = true;

  constructor(kind: NodeKind, label: string, file: string | undefined) {
    this.kind = kind;
    this.label = label;
    this.file = file;
  }
}

/** A node that stands for several. */
export function groupOf(members: readonly GraphNode[]): GraphNode {
  const node = new GraphNode("group", "several", undefined);
  node.text = `group ${members.length}`;
  node.edges = members.map((to) => ({ to }));
  return node;
}
