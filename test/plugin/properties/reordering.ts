import type { Node } from "oxc-parser";
import { parseModule } from "../../../adapters/plugin/source/parse.ts";
import type { SourceFile } from "./corpus.ts";
import type { Random } from "./random.ts";
import { isNode } from "./spots.ts";

/** Puts the declarations, imports and exports of a module in another order; its statements keep theirs. */
export function reordered({ path, code }: SourceFile, random: Random): string {
  const { program } = parseModule(`/${path}`, code);
  const statements = program.body.map((node) => ({ node, text: code.slice(startOf(node), node.end) }));
  const directives = statements.filter(({ node }) => "directive" in node && typeof node.directive === "string");
  const movable = statements.filter((each) => !directives.includes(each));
  const rest = movable.filter(({ node }) => !isDeclaration(node.type));
  const shuffled = random.shuffled(movable).map((each) => (isDeclaration(each.node.type) ? each : rest.shift()));
  return [...directives, ...shuffled].map((each) => `${each?.text ?? ""};\n`).join("");
}

/** The decorators of a class may stand in front of its `export`. */
function startOf(node: Node): number {
  if ("declaration" in node && isNode(node.declaration)) return Math.min(node.start, startOf(node.declaration));
  return "decorators" in node ? Math.min(node.start, ...node.decorators.map(({ start }) => start)) : node.start;
}

const isDeclaration = (type: string): boolean => type.endsWith("Declaration") || type === "TSDeclareFunction";
