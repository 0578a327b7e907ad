import { tsPlugin } from "@sveltejs/acorn-typescript";
import { Parser, type Comment as AcornComment } from "acorn";
import type { Comment, Node, Program } from "oxc-parser";
import { parse as parseWithZig } from "yuku-parser";
import { type ParsedModule, parseModule } from "../../../adapters/plugin/source/parse.ts";
import type { SourceFile } from "./corpus.ts";
import { isNode } from "./spots.ts";

/** Parses a module as the plugin does, with another parser; `undefined` if that one does not know the syntax. */
export type OtherParser = (file: SourceFile) => ParsedModule | undefined;

/** Acorn is an independent implementation, in JavaScript; the one of TypeScript beside it is a plugin of it. */
export const parseWithAcorn: OtherParser = (file) => {
  const comments: AcornComment[] = [];
  const isTypeScript = /\.[cm]?tsx?$/.test(file.path);
  const parser = isTypeScript ? Parser.extend(tsPlugin({ jsx: file.path.endsWith("x") ? {} : false })) : Parser;
  let program: unknown;
  try {
    program = parser.parse(file.code, {
      allowHashBang: true,
      ecmaVersion: "latest",
      locations: isTypeScript,
      onComment: comments,
      sourceType: "module",
    });
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
  complete(program as Node);
  return parsed(file, program as Program, comments);
};

/** Another independent one, in Zig, whose trees are described as those of typescript-estree, like Oxc's. */
export const parseWithYuku: OtherParser = (file) => {
  const lang = /\.[cm]?ts$/.test(file.path) ? "ts" : file.path.endsWith(".tsx") ? "tsx" : "jsx";
  const { program, comments, diagnostics } = parseWithZig(file.code, {
    lang,
    preserveParens: false,
    sourceType: "module",
  });
  if (diagnostics.some(({ severity }) => severity === "error")) return undefined;
  return parsed(file, program as unknown as Program, comments);
};

/** What the plugin gets, with another tree in it. */
function parsed(
  file: SourceFile,
  program: Program,
  comments: readonly { readonly type: string; readonly value: string }[],
): ParsedModule {
  return { ...parseModule(`/${file.path}`, file.code), program, comments: comments as readonly Comment[] };
}

/** What trees of ESTree lack of those of typescript-estree: fields that say that something is not there. */
function complete(node: Node): void {
  const fields = node as unknown as Record<string, unknown>;
  switch (node.type) {
    case "ClassDeclaration":
    case "ClassExpression":
    case "MethodDefinition":
    case "PropertyDefinition":
    case "AccessorProperty":
      fields["decorators"] ??= [];
      if (node.type === "PropertyDefinition" && fields["abstract"] === true)
        fields["type"] = "TSAbstractPropertyDefinition";
      if (node.type === "PropertyDefinition" && fields["accessor"] === true) fields["type"] = "AccessorProperty";
      // Of an overload and of an abstract method.
      if (node.type === "MethodDefinition") fields["value"] = { ...node.value, body: node.value.body ?? null };
      break;
    case "ImportDeclaration":
      fields["attributes"] ??= [];
      fields["phase"] ??= null;
      break;
    case "ImportExpression":
      fields["options"] ??= null;
      fields["phase"] ??= null;
      break;
    case "JSXText":
      // Oxc leaves `&amp;` as it is written.
      fields["value"] = fields["raw"];
      break;
    case "TSEnumMember":
      fields["initializer"] ??= null;
      break;
    case "TSParameterProperty":
      fields["decorators"] ??= [];
      break;
    case "TSEnumDeclaration":
      fields["body"] ??= { type: "TSEnumBody", start: node.start, end: node.end, members: fields["members"] };
      delete fields["members"];
      break;
    default:
  }
  for (const value of Object.values(node)) {
    for (const child of Array.isArray(value) ? value : [value]) if (isNode(child)) complete(child);
  }
}
