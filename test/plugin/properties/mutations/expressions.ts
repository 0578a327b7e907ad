import type { Operator } from "./mutation.ts";
import { areAlike as isAlike } from "../alike.ts";
import { inserted, replaced } from "./mutation.ts";

const OTHER_OPERATOR: Readonly<Record<string, readonly string[]>> = {
  "+": ["-"],
  "-": ["+"],
  "*": ["/"],
  "/": ["*", "%"],
  "%": ["*"],
  "**": ["*"],
  "<": ["<=", ">"],
  "<=": ["<", ">="],
  ">": [">=", "<"],
  ">=": [">", "<="],
  "==": ["!=", "==="],
  "!=": ["==", "!=="],
  "===": ["!==", "=="],
  "!==": ["===", "!="],
  "&": ["|"],
  "|": ["&", "^"],
  "^": ["&"],
  "<<": [">>"],
  ">>": [">>>"],
  ">>>": [">>"],
  "&&": ["||", "??"],
  "||": ["&&", "??"],
  "??": ["||", "&&"],
  "+=": ["-=", "="],
  "-=": ["+="],
  "*=": ["/="],
  "|=": ["&="],
  "&=": ["|="],
  "<<=": [">>="],
  "||=": ["??=", "="],
  "&&=": ["||="],
  "??=": ["||=", "="],
  "++": ["--"],
  "--": ["++"],
  typeof: ["void"],
  "~": ["-"],
};

const other = (operator: string): readonly string[] => OTHER_OPERATOR[operator] ?? [];

export const binaryOperator: Operator = ({ node }, { random, textOf }) => {
  if (node.type !== "BinaryExpression" || other(node.operator).length === 0) return undefined;
  // In brackets, so that no operand is torn apart by precedence: one change, and not two.
  const [left, right] = [`(${textOf(node.left)})`, `(${textOf(node.right)})`];
  return replaced(node, `(${left} ${random.pick(other(node.operator))} ${right})`);
};

export const logicalOperator: Operator = ({ node }, { random, textOf }) =>
  node.type === "LogicalExpression"
    ? replaced(node, `((${textOf(node.left)}) ${random.pick(other(node.operator))} (${textOf(node.right)}))`)
    : undefined;

export const assignmentOperator: Operator = ({ node }, { random, textOf }) => {
  if (node.type !== "AssignmentExpression") return undefined;
  const to = node.operator === "=" && !node.left.type.endsWith("Pattern") ? ["+=", "??="] : other(node.operator);
  if (to.length === 0) return undefined;
  return replaced(node, `(${textOf(node.left)} ${random.pick(to)} ${textOf(node.right)})`);
};

export const updateOperator: Operator = ({ node }, { random, textOf }) => {
  if (node.type !== "UpdateExpression") return undefined;
  const to = random.pick(other(node.operator));
  return replaced(node, node.prefix ? `${to}${textOf(node.argument)}` : `${textOf(node.argument)}${to}`);
};

export const unaryOperator: Operator = ({ node }, { random, textOf }) => {
  if (node.type !== "UnaryExpression" || node.operator === "!" || other(node.operator).length === 0) return undefined;
  return replaced(node, `(${random.pick(other(node.operator))} (${textOf(node.argument)}))`);
};

/** The `!` is taken away; that of `!0` and `!1` too, which is how minifiers write booleans. */
export const negationRemoved: Operator = ({ node }, { textOf }) =>
  node.type === "UnaryExpression" && node.operator === "!" ? replaced(node, `(${textOf(node.argument)})`) : undefined;

export const conditionNegated: Operator = ({ node }, { textOf }) => {
  switch (node.type) {
    case "IfStatement":
    case "ConditionalExpression":
    case "WhileStatement":
    case "DoWhileStatement":
      return replaced(node.test, `!(${textOf(node.test)})`);
    case "ForStatement":
      return node.test === null ? undefined : replaced(node.test, `!(${textOf(node.test)})`);
    default:
      return undefined;
  }
};

export const awaitDropped: Operator = ({ node }, { textOf }) =>
  node.type === "AwaitExpression" ? replaced(node, `(${textOf(node.argument)})`) : undefined;

export const yieldDelegated: Operator = ({ node }, { textOf }) =>
  node.type === "YieldExpression" && node.argument !== null
    ? replaced(node, `(yield${node.delegate ? "" : "*"} ${textOf(node.argument)})`)
    : undefined;

/** `a.b` and `a?.b`, `f()` and `f?.()`. Where a chain may not stand, the text is no JavaScript, and dropped. */
export const optionalToggled: Operator = ({ node, parent, field }, { textOf }) => {
  const cannotBeOptional =
    (parent?.type === "AssignmentExpression" && field === "left") ||
    (parent?.type === "NewExpression" && field === "callee") ||
    parent?.type === "TaggedTemplateExpression" ||
    parent?.type === "UpdateExpression";
  if (cannotBeOptional) return undefined;
  if (node.type === "MemberExpression" && node.object.type !== "Super") {
    const property = node.computed ? `[${textOf(node.property)}]` : textOf(node.property);
    const dot = node.optional ? (node.computed ? "" : ".") : "?.";
    return replaced(node, `(${textOf(node.object)})${dot}${property}`);
  }
  if (node.type === "CallExpression" && node.callee.type !== "Super") {
    const list = node.arguments.map(textOf).join(", ");
    return replaced(node, `${textOf(node.callee)}${node.optional ? "" : "?."}(${list})`);
  }
  return undefined;
};

export const memberComputed: Operator = ({ node, parent }, { textOf }) => {
  if (node.type !== "MemberExpression" || node.optional || parent === undefined) return undefined;
  const isName = node.property.type === "Identifier" && node.computed;
  // `a[b]` reads another member than `a.b`, which `a["b"]` does not.
  return isName ? [{ start: node.object.end, end: node.end, text: `.${textOf(node.property)}` }] : undefined;
};

export const memberRenamed: Operator = ({ node }) =>
  node.type === "MemberExpression" && !node.computed && node.property.type === "Identifier"
    ? inserted(node.property.end, "_")
    : undefined;

export const branchesSwapped: Operator = ({ node }, surroundings) =>
  node.type === "ConditionalExpression" && !isAlike(node.consequent, node.alternate)
    ? [
        ...replaced(node.consequent, `(${surroundings.textOf(node.alternate)})`),
        ...replaced(node.alternate, `(${surroundings.textOf(node.consequent)})`),
      ]
    : undefined;

export const sequenceShortened: Operator = ({ node }, { textOf }) =>
  node.type === "SequenceExpression" && node.expressions.length > 1
    ? replaced(node, `(${node.expressions.slice(1).map(textOf).join(", ")})`)
    : undefined;
