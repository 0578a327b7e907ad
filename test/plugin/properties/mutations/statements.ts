import type { Node } from "oxc-parser";
import { areAlike } from "../alike.ts";
import { isRuntime } from "../spots.ts";
import type { Operator } from "./mutation.ts";
import { inserted, replaced } from "./mutation.ts";

const LIST_FIELDS = new Set(["BlockStatement", "StaticBlock", "SwitchCase"]);

const isRemovable = (node: Node): boolean =>
  // Without a declaration, the names mean something else or nothing: that is another operator's change.
  // A directive such as "use strict" says nothing in a module.
  node.type.endsWith("Statement") && node.type !== "EmptyStatement" && !("directive" in node && node.directive != null);

export const statementRemoved: Operator = ({ node, parent, field }) => {
  if (parent === undefined || !LIST_FIELDS.has(parent.type) || field === "test" || !isRemovable(node)) return undefined;
  return isNothing(node) ? undefined : replaced(node, ";");
};

/** A block with nothing in it, or with types alone. */
function isNothing(node: Node): boolean {
  return (
    node.type === "BlockStatement" && node.body.every((each) => !isRuntime(each) || each.type === "EmptyStatement")
  );
}

export const statementsSwapped: Operator = ({ node }, surroundings) => {
  if (node.type !== "BlockStatement") return undefined;
  return surroundings.swapTwo(node.body.filter(isRemovable));
};

export const statementAdded: Operator = ({ node }) =>
  node.type === "BlockStatement" && node.body.length > 0 ? inserted(node.end - 1, "\n;$added();") : undefined;

export const elseDropped: Operator = ({ node }) =>
  node.type === "IfStatement" && node.alternate !== null && !isNothing(node.alternate)
    ? [{ start: node.consequent.end, end: node.end, text: node.consequent.type === "BlockStatement" ? "" : ";" }]
    : undefined;

export const branchesOfIfSwapped: Operator = ({ node }, { textOf }) =>
  node.type === "IfStatement" && node.alternate !== null && !areAlike(node.consequent, node.alternate)
    ? [
        ...replaced(node.consequent, `{ ${textOf(node.alternate)} }`),
        ...replaced(node.alternate, `{ ${textOf(node.consequent)} }`),
      ]
    : undefined;

export const loopKindChanged: Operator = ({ node }, { textOf }) => {
  switch (node.type) {
    case "ForOfStatement":
    case "ForInStatement": {
      const word = node.type === "ForOfStatement" ? "in" : "of";
      const wait = node.type === "ForOfStatement" && node.await ? " await" : "";
      if (wait !== "") return undefined;
      return replaced(node, `for (${textOf(node.left)} ${word} ${textOf(node.right)}) ${textOf(node.body)}`);
    }
    case "WhileStatement":
      return replaced(node, `do { ${textOf(node.body)} } while (${textOf(node.test)});`);
    case "DoWhileStatement":
      return replaced(node, `while (${textOf(node.test)}) { ${textOf(node.body)} }`);
    default:
      return undefined;
  }
};

/** Where `for await` may not stand, the text is no JavaScript, and dropped. */
export const forAwaitToggled: Operator = ({ node }, { textOf }) =>
  node.type === "ForOfStatement"
    ? replaced(
        node,
        `for${node.await ? "" : " await"} (${textOf(node.left)} of ${textOf(node.right)}) ${textOf(node.body)}`,
      )
    : undefined;

export const jumpChanged: Operator = ({ node }, { textOf }) => {
  if (node.type !== "BreakStatement" && node.type !== "ContinueStatement") return undefined;
  const label = node.label === null ? "" : ` ${textOf(node.label)}`;
  return replaced(node, `${node.type === "BreakStatement" ? "continue" : "break"}${label};`);
};

export const throwReturned: Operator = ({ node }, { textOf }) =>
  node.type === "ThrowStatement" ? replaced(node, `return ${textOf(node.argument)};`) : undefined;

export const catchDropped: Operator = ({ node }, { textOf }) =>
  node.type === "TryStatement" && node.handler !== null
    ? replaced(node, `try ${textOf(node.block)} finally ${node.finalizer === null ? "{}" : textOf(node.finalizer)}`)
    : undefined;

export const finallyDropped: Operator = ({ node }, { textOf }) =>
  node.type === "TryStatement" && node.handler !== null && node.finalizer !== null
    ? replaced(node, `try ${textOf(node.block)} ${textOf(node.handler)}`)
    : undefined;

/** `catch (error)` without its variable: what read it reads a global. Unless nothing does: then the two are one. */
export const catchVariableDropped: Operator = ({ node }, { textOf }) => {
  if (node.type !== "CatchClause" || node.param?.type !== "Identifier") return undefined;
  const isRead = new RegExp(`(?<![\\w$.])${node.param.name.replaceAll("$", "\\$")}(?![\\w$])`).test(textOf(node.body));
  return isRead ? replaced(node, `catch ${textOf(node.body)}`) : undefined;
};

export const caseFallsThrough: Operator = ({ node }, { textOf }) => {
  if (node.type !== "SwitchCase") return undefined;
  const last = node.consequent.at(-1);
  // `break` may be a label's, and the last of all says nothing: as code it counts all the same.
  return last?.type === "BreakStatement" ? replaced(last, textOf(last).replace(/^break\b.*$/s, "")) : undefined;
};

export const caseMadeDefault: Operator = ({ node, parent }, { textOf }) => {
  if (node.type !== "SwitchCase" || node.test === null || parent?.type !== "SwitchStatement") return undefined;
  if (parent.cases.some(({ test }) => test === null)) return undefined;
  return replaced(node, `default: ${node.consequent.map(textOf).join("\n")}`);
};

/** A `let` of a block that functions may keep is another for each round of a loop; a `var` is one for all. */
export const letMadeVar: Operator = ({ node, parent }, { textOf }) =>
  node.type === "VariableDeclaration" &&
  (node.kind === "let" || node.kind === "const") &&
  parent?.type !== "Program" &&
  parent?.type !== "ExportNamedDeclaration" &&
  parent?.type !== "TSModuleBlock"
    ? replaced(node, textOf(node).replace(/^(?:let|const)/, "var"))
    : undefined;

export const initialiserDropped: Operator = ({ node, parent }, { textOf }) =>
  node.type === "VariableDeclarator" &&
  node.init !== null &&
  node.id.type === "Identifier" &&
  parent?.type === "VariableDeclaration" &&
  parent.kind !== "const" &&
  !isUndefinedText(textOf(node.init))
    ? [{ start: node.id.end, end: node.end, text: "" }]
    : undefined;

// `let a = undefined` and `let a` are one, except in a loop; and `void 0` is how tools write it.
const isUndefinedText = (text: string): boolean => text === "undefined" || text.startsWith("void");
