import type { CallExpression, Node, NodeOf, ObjectExpression } from "./ast.ts";
import { staticKey, stringText, unwrap, unwrapChain } from "./syntax.ts";
import type { Writer, WriterTable } from "./writer.ts";

function call(writer: Writer, node: CallExpression): void {
  const kind = writer.context.kinds.get(node);
  if (kind === "function" && isSpreadless(node)) {
    writer.put("(Cached");
    if (!writer.context.isOptionsCall(node)) writer.node(node.arguments[0]);
    writeOptions(writer, node.arguments[writer.context.isOptionsCall(node) ? 0 : 1]);
    writer.put(")");
    return;
  }
  if (kind === "handlers") {
    writer.put("(Cached )");
    return;
  }
  if (kind === "wrapper") {
    writeWrapped(writer, node);
    return;
  }
  if (isGlobImport(node)) {
    glob(writer, node);
    return;
  }
  diagnoseFunction(writer, node);
  writer.put(node.optional ? "(Call?" : "(Call");
  writer.node(node.callee);
  writer.list(node.arguments);
  writer.put(")");
}

function isSpreadless(node: CallExpression): boolean {
  return node.arguments[0]?.type !== "SpreadElement";
}

/** Writes the options that say what is cached under which key. The others, such as `ttl`, do not change a value. */
export function writeOptions(writer: Writer, argument: Node | undefined): void {
  const options = writer.context.optionsOf(argument);
  for (const name of ["deps", "key"]) {
    const value = options.get(name);
    if (value === undefined) continue;
    writer.put(`(Option ${name}`);
    writer.node(value);
    writer.put(")");
  }
}

/**
 * Writes the call of a user's own function around `cached()`. What it does with its arguments is not known, so that all
 * options count but those that are named as ours are, and say how long, and under which name.
 */
export function writeWrapped(writer: Writer, node: CallExpression): void {
  writer.put("(Wrapper");
  writer.node(node.callee);
  for (const each of node.arguments) {
    const argument = unwrap(each);
    if (argument.type === "ObjectExpression") writeOtherOptions(writer, argument);
    else writer.node(argument);
  }
  writer.put(")");
}

function writeOtherOptions(writer: Writer, { properties }: ObjectExpression): void {
  writer.put("(Options");
  for (const each of properties) {
    const name = each.type === "Property" ? staticKey(each.key, each.computed) : undefined;
    if (name !== undefined && POLICIES.has(name)) continue;
    if (each.type === "Property") {
      writer.key(each.key, each.computed);
      writer.node(each.value);
    } else {
      writer.node(each);
    }
  }
  writer.put(")");
}

const POLICIES: ReadonlySet<string> = new Set([
  "earlyRefresh",
  "errorTtl",
  "flightTimeout",
  "hardTimeout",
  "jitter",
  "name",
  "retryAfter",
  "softTimeout",
  "staleIfError",
  "swr",
  "tags",
  "ttl",
]);

function newExpression(writer: Writer, node: NodeOf<"NewExpression">): void {
  diagnoseFunction(writer, node);
  writer.put("(New");
  writer.node(node.callee);
  writer.list(node.arguments);
  writer.put(")");
}

/** `new Function(text)` is an `eval` with another name. */
function diagnoseFunction(writer: Writer, { callee }: CallExpression | NodeOf<"NewExpression">): void {
  if (callee.type !== "Identifier" || callee.name !== "Function") return;
  if (writer.context.analysis.resolved.has(callee.start)) return;
  writer.diagnose("eval", callee.start, "What a function made by Function() reads cannot be seen");
}

function importExpression(writer: Writer, node: NodeOf<"ImportExpression">): void {
  const source = stringText(node.source);
  const pattern = source === undefined ? globOfTemplate(node.source) : undefined;
  writer.put(`(Import${node.phase === null ? "" : ` ${node.phase}`}`);
  if (source !== undefined) {
    writer.slot({ module: source }, `module ${source}`);
  } else {
    if (pattern === undefined) {
      writer.diagnose("dynamic-import", node.start, "import() of a computed specifier cannot be followed");
    } else {
      writer.slot({ glob: [pattern] }, `glob ${pattern}`);
    }
    writer.node(node.source);
  }
  if (node.options !== null) writer.node(node.options);
  writer.put(")");
}

/**
 * The files that `import("./locales/" + name + ".ts")` can mean, as Vite and Rollup see it: relative, with an extension,
 * and not any file beside this one. What is computed is a part of one name.
 */
function globOfTemplate(source: Node): string | undefined {
  const pattern = patternOf(source)?.replaceAll(/\*+/g, "*");
  const isGlob = pattern !== undefined && /^\.\.?\/.*\.\w+$/.test(pattern) && !/^\.\/\*\.\w+$/.test(pattern);
  return isGlob ? pattern : undefined;
}

function patternOf(wrapped: Node): string | undefined {
  const node = unwrap(wrapped);
  if (node.type === "TemplateLiteral") {
    if (node.quasis.some(({ value }) => value.cooked === null || value.cooked.includes("*"))) return undefined;
    return node.quasis.map(({ value }) => value.cooked).join("*");
  }
  if (node.type === "BinaryExpression" && node.operator === "+") {
    const left = patternOf(node.left);
    return left === undefined ? undefined : `${left}${patternOf(node.right) ?? "*"}`;
  }
  const text = stringText(node);
  return text?.includes("*") === true ? undefined : (text ?? "*");
}

function isGlobImport(node: CallExpression): boolean {
  const callee = unwrapChain(node.callee);
  if (callee.type !== "MemberExpression" || callee.computed || callee.object.type !== "MetaProperty") return false;
  return callee.property.name === "glob" || callee.property.name === "globEager";
}

function glob(writer: Writer, node: CallExpression): void {
  const patterns = patternsOf(node.arguments[0]);
  writer.put("(Glob");
  if (patterns === undefined) {
    writer.diagnose("dynamic-import", node.start, "import.meta.glob() of a computed pattern cannot be followed");
  } else {
    const query = queryOf(node.arguments[1]);
    writer.slot({ glob: patterns, ...(query !== undefined && { query }) }, `glob ${[...patterns, query].join("\n")}`);
  }
  writer.list(node.arguments);
  writer.put(")");
}

function patternsOf(argument: Node | undefined): string[] | undefined {
  if (argument === undefined) return undefined;
  const node = unwrap(argument);
  const elements = node.type === "ArrayExpression" ? node.elements : [node];
  const patterns = elements.map((each) => (each === null ? undefined : stringText(each)));
  return patterns.every((each) => each !== undefined) ? patterns : undefined;
}

/** The option `query` of a glob import, or `as`, which it was called before. */
function queryOf(argument: Node | undefined): string | undefined {
  const options = argument === undefined ? undefined : unwrap(argument);
  if (options?.type !== "ObjectExpression") return undefined;
  for (const each of options.properties) {
    if (each.type !== "Property" || each.key.type !== "Identifier" || each.computed) continue;
    const text = stringText(each.value);
    if (text === undefined) continue;
    if (each.key.name === "query") return text.startsWith("?") ? text : `?${text}`;
    if (each.key.name === "as") return `?${text}`;
  }
  return undefined;
}

export const CALLS: WriterTable = {
  CallExpression: call,
  ImportExpression: importExpression,
  NewExpression: newExpression,
};
