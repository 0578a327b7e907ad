import type { Node, Program } from "oxc-parser";

/** A node of a syntax tree, and where it stands. */
export interface Spot {
  readonly node: Node;
  readonly parent: Node | undefined;
  /** The field of the parent, and the place in it if that is a list. */
  readonly field: string;
  readonly index: number;
  /** From the outermost inward; the last is the parent. */
  readonly ancestors: readonly Node[];
}

// Written anew and not taken from the plugin, whose table of fields is what is tested here.
const TYPE_FIELDS = new Set([
  "hashbang",
  "typeAnnotation",
  "returnType",
  "typeParameters",
  "typeArguments",
  "superTypeArguments",
  "implements",
  "parent",
]);

const VALUE_TYPES =
  /^TS(?:As|Satisfies|NonNull|Instantiation)Expression$|^TSTypeAssertion$|^TSEnum|^TSModule(?:Declaration|Block)$|^TSParameterProperty$|^TSImportEqualsDeclaration$|^TSExportAssignment$/;

/** Whether anything of the node is there at run time. */
export function isRuntime(node: Node): boolean {
  if (node.type.startsWith("TS") && !VALUE_TYPES.test(node.type)) return false;
  if ("declare" in node && node.declare === true) return false;
  if ("exportKind" in node && node.exportKind === "type") return false;
  if ("importKind" in node && node.importKind === "type") return false;
  return !(node.type === "MethodDefinition" && node.value.body === null);
}

/** Every node of the tree that is there at run time, outer ones first. */
export function spotsOf(root: Program | Node): Spot[] {
  const spots: Spot[] = [];
  visit({ node: root, parent: undefined, field: "", index: -1, ancestors: [] }, spots);
  return spots;
}

function visit(spot: Spot, spots: Spot[]): void {
  const { node } = spot;
  if (!isRuntime(node)) return;
  spots.push(spot);
  const ancestors = [...spot.ancestors, node];
  for (const [field, value] of Object.entries(node)) {
    if (TYPE_FIELDS.has(field)) continue;
    const children: readonly unknown[] = Array.isArray(value) ? value : [value];
    children.forEach((child, place) => {
      if (isNode(child)) {
        visit({ node: child, parent: node, field, index: Array.isArray(value) ? place : -1, ancestors }, spots);
      }
    });
  }
}

export function isNode(value: unknown): value is Node {
  return typeof value === "object" && value !== null && "type" in value && "start" in value;
}
