import type { Candidate } from "./callees.ts";
import { isCapturedCode } from "./captures.ts";
import type { CallExpression, Class, MethodDefinition, Node } from "./ast.ts";
import type { FoundCall } from "./found-call.ts";
import { checkFunction, checkHandler, checkMethod } from "./site-checks.ts";
import { siteName, type SiteName } from "./site-name.ts";
import { callPlace, methodPlace, wrapperPlace } from "./site-place.ts";
import type { Binding, Scope } from "./scope.ts";
import { isFunction, stringText, unwrap, unwrapChain } from "./syntax.ts";
import { writeOptions, writeWrapped } from "./text-calls.ts";
import { writeMethod } from "./text-classes.ts";
import { type TextContext, Writer } from "./writer.ts";
import type { Place, SiteText } from "./summary.ts";

/** Writes the text of what a call caches; `undefined` if it caches nothing by itself, as `cached({ ttl: "5m" })`. */
export function siteText({ call, callee }: Candidate, context: TextContext): SiteText | undefined {
  const kind = context.kinds.get(call.node);
  const { decorated, node, owner } = call;
  if (decorated !== undefined) {
    const isOurs = kind === "function" && owner !== undefined;
    return isOurs ? methodSite(call, decorated.method, owner, callee, context) : undefined;
  }
  if (node.type !== "CallExpression") return undefined;
  if (kind === "handlers") return handlersSite(call, callee, context);
  if (kind === "wrapper" && node.arguments.length > 0) return wrapperSite(call, node, callee, context);
  return kind === "function" && !context.isOptionsCall(node) ? callSite(call, node, callee, context) : undefined;
}

function callSite(call: FoundCall, node: CallExpression, callee: number, context: TextContext): SiteText {
  const writer = writerFor(call.scope, context);
  const [fn] = node.arguments;
  const options = context.optionsOf(node.arguments[1]);
  writer.put("(Site");
  writer.node(fn);
  writeOptions(writer, node.arguments[1]);
  // `cached({ key })(fn)`, and what it is called by in this file.
  writeOptions(writer, makerOptions(node.callee, context));
  writer.put(")");
  checkFunction(writer, fn ?? node);
  const name = siteName(call, fn, context.analysis);
  return finish(writer, call, { kind: "call", callee, name, options, place: callPlace(call, context.analysis.parsed) });
}

function methodSite(
  call: FoundCall,
  method: MethodDefinition,
  owner: Class,
  callee: number,
  context: TextContext,
): SiteText {
  const { analysis } = context;
  const writer = writerFor(call.scope, context);
  const argument = call.node.type === "CallExpression" ? call.node.arguments[0] : undefined;
  const options = context.optionsOf(argument);
  const binding = owner.id === null ? undefined : analysis.resolved.get(owner.id.start);
  const isWhole = writeMethod(writer, owner, method, binding);
  writeOptions(writer, argument);
  checkMethod(writer, { method, owner, isWhole, hasKey: options.has("key") });
  const name = method.key.type === "Identifier" && !method.computed ? method.key.name : undefined;
  return finish(writer, call, {
    kind: "method",
    callee,
    name: name === undefined ? { isNamed: false } : { name, isNamed: true },
    options,
    place: methodPlace(call, analysis.parsed),
  });
}

function wrapperSite(call: FoundCall, node: CallExpression, callee: number, context: TextContext): SiteText {
  const writer = writerFor(call.scope, context);
  const literal = node.arguments.findIndex((each) => isFunction(unwrap(each)));
  const likely = node.arguments.findIndex((each) => !/^(?:Literal|ObjectExpression|TemplateLiteral)$/.test(each.type));
  const index = Math.max(0, literal === -1 ? likely : literal);
  const fn = node.arguments[index];
  const named = node.arguments.map((each) => context.optionsOf(each)).find((each) => each.has("name"));
  const options = named ?? new Map<string, Node>();
  writeWrapped(writer, node);
  checkFunction(writer, fn ?? node);
  const name = siteName(call, fn, context.analysis);
  const place = wrapperPlace(call, fn ?? node, index, context.analysis.parsed);
  return finish(writer, call, { kind: "wrapper", callee, name, options, place });
}

function handlersSite(call: FoundCall, callee: number, context: TextContext): SiteText {
  const { analysis } = context;
  const { node, parent } = call;
  const argument = node.type === "CallExpression" ? node.arguments[0] : undefined;
  const place = callPlace(call, analysis.parsed);
  const given = { kind: "handlers", callee, options: context.optionsOf(argument), place } as const;
  const index = parent?.type === "CallExpression" ? parent.arguments.findIndex((each) => unwrap(each) === node) : -1;
  if (parent?.type !== "CallExpression" || index === -1) {
    const writer = writerFor(call.scope, context);
    writer.diagnose(
      "no-handlers",
      node.start,
      "Which handlers are cached cannot be seen: write the call where they are",
    );
    return finish(writer, call, { ...given, name: { isNamed: false } });
  }
  const handlers = parent.arguments.slice(index + 1);
  const unit = handlers.length === 0 ? receiverUnit(call, parent, context) : undefined;
  const writer = writerFor(unit === undefined ? call.scope : unit.scope, context);
  writer.put("(Handlers");
  for (const each of handlers) {
    writer.node(each);
    checkHandler(writer, each);
  }
  unit?.write(writer);
  writeOptions(writer, argument);
  writer.put(")");
  const name = siteName({ ...call, parent: undefined }, handlers.at(-1), analysis);
  return finish(writer, call, { ...given, name: { ...name, isNamed: false } });
}

/**
 * What counts where a middleware is given to an app, and the routes are added elsewhere: the app, if it is the module's;
 * else the function that makes it; else the statement, for the routes of a chain stand behind the call.
 */
function receiverUnit(
  call: FoundCall,
  parent: CallExpression,
  { analysis }: TextContext,
): { readonly scope: Scope | undefined; readonly write: (writer: Writer) => void } {
  let receiver = unwrapChain(parent.callee);
  while (receiver.type === "MemberExpression" || receiver.type === "CallExpression") {
    receiver = unwrapChain(receiver.type === "MemberExpression" ? receiver.object : receiver.callee);
  }
  const binding = receiver.type === "Identifier" ? analysis.resolved.get(receiver.start) : undefined;
  if (binding !== undefined && binding.id >= 0) {
    return { scope: call.scope, write: (writer) => writer.node(receiver) };
  }
  const fn = enclosingFunction(binding?.scope ?? call.scope);
  if (fn?.owner !== undefined) return { scope: fn.parent, write: (writer) => writer.node(fn.owner) };
  const item = analysis.items[call.item];
  return {
    scope: undefined,
    write: (writer) => {
      writer.node(item?.node);
      for (const each of item?.declares ?? []) writer.slot({ binding: each.id }, each);
    },
  };
}

function enclosingFunction(from: Scope): Scope | undefined {
  let scope: Scope | undefined = from;
  while (scope !== undefined && scope.owner === undefined) scope = scope.parent;
  return scope?.parameters ?? scope;
}

/** The options of the wrapper that is called, if it is made in this file: `const byId = cached({ key })`. */
function makerOptions(callee: Node, context: TextContext): Node | undefined {
  const node = unwrapChain(callee);
  if (node.type === "CallExpression") return context.kinds.get(node) === "function" ? node.arguments[0] : undefined;
  if (node.type !== "Identifier") return undefined;
  const [declaration] = context.analysis.resolved.get(node.start)?.declarations ?? [];
  if (declaration?.type !== "VariableDeclarator" || declaration.init === null) return undefined;
  const init = unwrapChain(declaration.init);
  return init.type === "CallExpression" && context.kinds.get(init) === "function" ? init.arguments[0] : undefined;
}

function writerFor(scope: Scope | undefined, context: TextContext): Writer {
  const { analysis, kinds } = context;
  return new Writer(context, scope, (binding: Binding) => isCapturedCode(binding, analysis, kinds));
}

interface Given {
  readonly kind: SiteText["kind"];
  readonly callee: number;
  readonly name: SiteName;
  readonly options: ReadonlyMap<string, Node>;
  readonly place: Place;
}

function finish(writer: Writer, call: FoundCall, { kind, callee, name, options, place }: Given): SiteText {
  const text = writer.finish();
  const { positions } = writer.context.analysis.parsed;
  const captured: string[] = [];
  for (const [binding, offset] of writer.captured) {
    if (call.scope.find(binding.name) === binding) {
      captured.push(binding.name);
      writer.diagnose(
        "capture",
        offset,
        `Captures "${binding.name}" of an enclosing function: its value is added to the key`,
      );
    } else {
      const message = `Cannot add the value of "${binding.name}" to the key: the name means the same at the call: received another variable of that name`;
      writer.diagnose("capture-hidden", offset, message);
    }
  }
  const option = options.get("name");
  const literalName = option === undefined ? undefined : stringText(option);
  return {
    ...text,
    kind,
    callee,
    item: call.item,
    ...(literalName !== undefined && { literalName }),
    ...name,
    captured,
    place,
    line: positions.lineOf(call.node.start),
    column: positions.columnOf(call.node.start),
  };
}
