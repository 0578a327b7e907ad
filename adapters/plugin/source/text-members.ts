import type { MemberExpression, Node } from "./ast.ts";
import type { Binding } from "./scope.ts";
import { memberKey, staticKey, unwrap } from "./syntax.ts";
import type { Writer } from "./writer.ts";

function bindingOf(writer: Writer, node: Node): Binding | undefined {
  if (node.type !== "Identifier" && node.type !== "JSXIdentifier") return undefined;
  return writer.context.analysis.resolved.get(node.start);
}

/**
 * Writes a member with a name. One of a module-level binding becomes a slot of its own; one of the class whose method is
 * written is noted as reached.
 */
export function writeNamedMember(writer: Writer, wrapped: Node, name: string, isOptional: boolean, key?: Node): void {
  const object = unwrap(wrapped);
  const binding = bindingOf(writer, object);
  const ownClass = classWord(writer, object, binding);
  // A private name is the class's own, and does not count by its letters.
  const isPublic = key?.type !== "PrivateIdentifier";
  const isSlot = isPublic && !isOptional && binding !== undefined && writer.declared?.includes(binding) !== true;
  if (ownClass !== undefined) {
    writer.reach?.members.add(name);
    writer.put(`(Member${isOptional ? "?" : ""} ${ownClass}`);
  } else if (isSlot && binding.id >= 0) {
    writer.moduleMember(binding, name);
    return;
  } else {
    writer.put(`(Member${isOptional ? "?" : ""}`);
    // What is read of `import.meta` is known here.
    if (object.type === "MetaProperty") writer.put(`${object.meta.name}.${object.property.name}`);
    else writer.node(object);
  }
  if (key?.type === "PrivateIdentifier") writer.privateName(key);
  else writer.put(`.${JSON.stringify(name)}`);
  writer.put(")");
}

function classWord(writer: Writer, object: Node, binding: Binding | undefined): string | undefined {
  if (writer.reach === undefined) return undefined;
  if (object.type === "ThisExpression") return "this";
  if (object.type === "Super") return "super";
  return binding !== undefined && binding === writer.reach.binding ? "class" : undefined;
}

export function writeMember(writer: Writer, node: MemberExpression): void {
  const name = memberKey(node);
  const path = name === undefined ? undefined : dottedPath(writer, node);
  if (path !== undefined) {
    if (writer.context.defines.has(path)) {
      writer.slot({ define: path }, `define ${path}`);
      return;
    }
    diagnosePath(writer, node, path);
  }
  if (name !== undefined) {
    writeNamedMember(writer, node.object, name, node.optional, node.property);
    return;
  }
  writer.put(`(Member${node.optional ? "?" : ""}`);
  writer.node(node.object);
  writer.key(node.property, node.computed);
  writer.put(")");
}

/** A path that begins with a global or `import.meta`, such as `process.env.MODE`. */
function dottedPath(writer: Writer, node: Node): string | undefined {
  const inner = unwrap(node);
  switch (inner.type) {
    case "Identifier":
      return writer.context.analysis.resolved.has(inner.start) ? undefined : inner.name;
    case "MetaProperty":
      return `${inner.meta.name}.${inner.property.name}`;
    case "MemberExpression": {
      const name = inner.property.type === "PrivateIdentifier" ? undefined : staticKey(inner.property, inner.computed);
      const object = name === undefined ? undefined : dottedPath(writer, inner.object);
      return object === undefined ? undefined : `${object}.${name}`;
    }
    default:
      return undefined;
  }
}

const ENVIRONMENT = /^(?:process|import\.meta|Bun|Deno)\.env$/;
// What a bundler replaces, or what is not there when a bundle is made.
const HARMLESS_META = /^import\.meta\.(?:env|glob|globEager|hot|vitest|webpackHot)$/;

function diagnosePath(writer: Writer, node: MemberExpression, path: string): void {
  if (ENVIRONMENT.test(path)) {
    writer.diagnose("env", node.start, `${path} is read at run time, and its values are not in the key`);
  } else if (/^import\.meta\.[^.]+$/.test(path) && !HARMLESS_META.test(path)) {
    writer.diagnose("import-meta", node.start, `${path} differs between builds`);
  }
}
