import type { ArrowFunctionExpression, Class, FunctionNode, MemberExpression, Node, NodeOf } from "./ast.ts";

/**
 * Which fields of which node hold code that is there at run time, in the order in which it counts. What is not named
 * here is erased, such as types, or is a name or a flag that the canonical text spells by itself. The table is written
 * by hand, so that a new version of the parser cannot change a fingerprint silently, and syntax that is not in it is an
 * error and not a hole.
 */
const RUNTIME_FIELDS: Readonly<Partial<Record<Node["type"], readonly string[]>>> = {
  AccessorProperty: ["decorators", "key", "value"],
  ArrayExpression: ["elements"],
  ArrayPattern: ["elements"],
  ArrowFunctionExpression: ["params", "body"],
  AssignmentExpression: ["left", "right"],
  AssignmentPattern: ["left", "right"],
  AwaitExpression: ["argument"],
  BinaryExpression: ["left", "right"],
  BlockStatement: ["body"],
  BreakStatement: [],
  CallExpression: ["callee", "arguments"],
  CatchClause: ["param", "body"],
  ChainExpression: ["expression"],
  ClassBody: ["body"],
  ClassDeclaration: ["decorators", "superClass", "body"],
  ClassExpression: ["decorators", "superClass", "body"],
  ConditionalExpression: ["test", "consequent", "alternate"],
  ContinueStatement: [],
  DebuggerStatement: [],
  Decorator: ["expression"],
  DoWhileStatement: ["test", "body"],
  EmptyStatement: [],
  ExportAllDeclaration: [],
  ExportDefaultDeclaration: ["declaration"],
  ExportNamedDeclaration: ["declaration"],
  ExpressionStatement: ["expression"],
  ForInStatement: ["left", "right", "body"],
  ForOfStatement: ["left", "right", "body"],
  ForStatement: ["init", "test", "update", "body"],
  FunctionDeclaration: ["params", "body"],
  FunctionExpression: ["params", "body"],
  Identifier: ["decorators"],
  IfStatement: ["test", "consequent", "alternate"],
  ImportDeclaration: [],
  ImportExpression: ["source", "options"],
  JSXAttribute: ["value"],
  JSXElement: ["openingElement", "children"],
  JSXEmptyExpression: [],
  JSXExpressionContainer: ["expression"],
  JSXFragment: ["children"],
  JSXIdentifier: [],
  JSXMemberExpression: [],
  JSXNamespacedName: [],
  JSXOpeningElement: ["name", "attributes"],
  JSXSpreadAttribute: ["argument"],
  JSXSpreadChild: ["expression"],
  JSXText: [],
  LabeledStatement: ["body"],
  Literal: [],
  LogicalExpression: ["left", "right"],
  MemberExpression: ["object", "property"],
  MetaProperty: [],
  MethodDefinition: ["decorators", "key", "value"],
  NewExpression: ["callee", "arguments"],
  ObjectExpression: ["properties"],
  ObjectPattern: ["properties"],
  PrivateIdentifier: [],
  Program: ["body"],
  Property: ["key", "value"],
  PropertyDefinition: ["decorators", "key", "value"],
  RestElement: ["argument"],
  ReturnStatement: ["argument"],
  SequenceExpression: ["expressions"],
  SpreadElement: ["argument"],
  StaticBlock: ["body"],
  Super: [],
  SwitchCase: ["test", "consequent"],
  SwitchStatement: ["discriminant", "cases"],
  TaggedTemplateExpression: ["tag", "quasi"],
  TemplateElement: [],
  TemplateLiteral: ["quasis", "expressions"],
  ThisExpression: [],
  ThrowStatement: ["argument"],
  TryStatement: ["block", "handler", "finalizer"],
  TSEnumBody: ["members"],
  TSEnumDeclaration: ["body"],
  TSEnumMember: ["initializer"],
  TSExportAssignment: ["expression"],
  TSExternalModuleReference: [],
  TSImportEqualsDeclaration: ["moduleReference"],
  TSModuleBlock: ["body"],
  TSModuleDeclaration: ["body"],
  TSParameterProperty: ["decorators", "parameter"],
  TSQualifiedName: [],
  UnaryExpression: ["argument"],
  UpdateExpression: ["argument"],
  VariableDeclaration: ["declarations"],
  VariableDeclarator: ["id", "init"],
  WhileStatement: ["test", "body"],
  WithStatement: ["object", "body"],
  YieldExpression: ["argument"],
};

const FIELDS: ReadonlyMap<string, readonly string[]> = new Map(Object.entries(RUNTIME_FIELDS));

/** The fields of a node type that count; `undefined` for syntax that is not known. */
export function runtimeFields(type: string): readonly string[] | undefined {
  return FIELDS.get(type);
}

/** Whether nothing of the node is left at run time. */
export function isErased(node: Node): boolean {
  switch (node.type) {
    case "EmptyStatement":
    case "TSAbstractAccessorProperty":
    case "TSAbstractMethodDefinition":
    case "TSAbstractPropertyDefinition":
    case "TSDeclareFunction":
    case "TSIndexSignature":
    case "TSInterfaceDeclaration":
    case "TSNamespaceExportDeclaration":
    case "TSTypeAliasDeclaration":
      return true;
    case "ClassDeclaration":
    case "FunctionDeclaration":
    case "PropertyDefinition":
    case "TSEnumDeclaration":
    case "VariableDeclaration":
      return node.declare === true;
    case "MethodDefinition":
      return node.value.body === null;
    case "TSModuleDeclaration":
      return node.declare || node.global || node.body === null || !node.body.body.some((each) => !isErased(each));
    case "ExportNamedDeclaration":
      return node.exportKind === "type" || (node.declaration !== null && isErased(node.declaration));
    case "ExportDefaultDeclaration":
      return isErased(node.declaration);
    case "ExportAllDeclaration":
      return node.exportKind === "type";
    case "ImportDeclaration":
    case "TSImportEqualsDeclaration":
      return node.importKind === "type";
    default:
      return false;
  }
}

/** Removes what stands around an expression for the types' sake only. */
export function unwrap(node: Node): Node {
  let inner = node;
  for (;;) {
    switch (inner.type) {
      case "ParenthesizedExpression":
      case "TSAsExpression":
      case "TSInstantiationExpression":
      case "TSNonNullExpression":
      case "TSSatisfiesExpression":
      case "TSTypeAssertion":
        inner = inner.expression;
        break;
      default:
        return inner;
    }
  }
}

/** Removes, beside types, the marks of an optional chain's end. */
export function unwrapChain(node: Node): Node {
  const inner = unwrap(node);
  return inner.type === "ChainExpression" ? unwrap(inner.expression) : inner;
}

/** The variable that an expression is, or is a member of. */
export function rootVariable(node: Node): NodeOf<"Identifier"> | undefined {
  let root = unwrapChain(node);
  while (root.type === "MemberExpression") root = unwrapChain(root.object);
  return root.type === "Identifier" ? root : undefined;
}

export type FunctionLike = FunctionNode | ArrowFunctionExpression;

export function isFunction(node: Node): node is FunctionLike {
  return (
    node.type === "ArrowFunctionExpression" ||
    node.type === "FunctionExpression" ||
    (node.type === "FunctionDeclaration" && node.body !== null)
  );
}

export function isClass(node: Node): node is Class {
  return node.type === "ClassDeclaration" || node.type === "ClassExpression";
}

/**
 * The name of a property, if it is written in the code. A private name has its "#". Computed keys that have a meaning of
 * their own when they are not computed have none.
 */
export function staticKey(key: Node, isComputed: boolean): string | undefined {
  if (!isComputed) {
    if (key.type === "Identifier" || key.type === "JSXIdentifier") return key.name;
    if (key.type === "PrivateIdentifier") return `#${key.name}`;
    return key.type === "Literal" ? literalKey(key) : undefined;
  }
  const text = staticText(key);
  return text === "__proto__" || text === "constructor" || text === "prototype" ? undefined : text;
}

/** The text of a string literal, of a number as a key, or of a template without expressions. */
function staticText(node: Node): string | undefined {
  const inner = unwrap(node);
  if (inner.type === "Literal" && (typeof inner.value === "string" || typeof inner.value === "number")) {
    return String(inner.value);
  }
  if (inner.type === "TemplateLiteral" && inner.expressions.length === 0) {
    return inner.quasis[0]?.value.cooked ?? undefined;
  }
  return undefined;
}

/** The text of a string literal or of a template without expressions. */
export function stringText(node: Node): string | undefined {
  const inner = unwrap(node);
  return inner.type === "Literal" && typeof inner.value !== "string" ? undefined : staticText(inner);
}

/** The name of a member that is read; `undefined` if it is computed at run time. */
export function memberKey(node: MemberExpression): string | undefined {
  return staticKey(node.property, node.computed);
}

function literalKey(key: NodeOf<"Literal">): string {
  return "bigint" in key ? key.bigint : String(key.value);
}

/** The name of a member of an enum. */
export function enumKey(id: NodeOf<"TSEnumMember">["id"]): string {
  if (id.type === "Identifier") return id.name;
  return id.type === "Literal" ? String(id.value) : (id.quasis[0]?.value.cooked ?? "");
}

/** The variable that a JSX tag begins with; `undefined` for an element of the platform, as `div` or `my-element`. */
export function tagVariable(name: Node): NodeOf<"JSXIdentifier"> | undefined {
  let root = name;
  while (root.type === "JSXMemberExpression") root = root.object;
  if (root.type !== "JSXIdentifier" || root.name === "this" || root.name.includes("-")) return undefined;
  return root !== name || /^[^a-z]/.test(root.name) ? root : undefined;
}
