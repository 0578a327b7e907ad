/** The text of declarations as the sources have it, without comments, bodies and what is private. */
import { readFileSync } from "node:fs";
import { posix } from "node:path";
import {
  parseSync,
  type Class,
  type Function as FunctionNode,
  type Node,
  type ParseResult,
  type TSInterfaceDeclaration,
  type TSTypeAliasDeclaration,
  type VariableDeclarator,
} from "oxc-parser";
import type { Place } from "./doc-graph.ts";

/** What can be exported and has an entry of its own. */
export type Declaration = Class | FunctionNode | TSInterfaceDeclaration | TSTypeAliasDeclaration | VariableDeclarator;

export interface Member {
  readonly name: string;
  readonly isMethod: boolean;
  readonly place: Place;
  /** Without a semicolon at its end. */
  readonly text: string;
}

const KINDS: readonly string[] = [
  "FunctionDeclaration",
  "TSDeclareFunction",
  "ClassDeclaration",
  "TSInterfaceDeclaration",
  "TSTypeAliasDeclaration",
] satisfies Declaration["type"][];

export class SourceFile {
  static readonly #read = new Map<string, SourceFile>();

  readonly file: string;
  readonly #text: string;
  readonly #parsed: ParseResult;
  readonly #declarations = new Map<Place, Declaration>();

  /** Reads a file, once. */
  static of(file: string): SourceFile {
    const known = SourceFile.#read.get(file) ?? new SourceFile(file);
    SourceFile.#read.set(file, known);
    return known;
  }

  private constructor(file: string) {
    this.file = file;
    this.#text = readFileSync(file, "utf8");
    this.#parsed = parseSync(file, this.#text);
    for (const statement of this.#parsed.program.body) {
      const isExport = statement.type === "ExportNamedDeclaration";
      const node = isExport ? statement.declaration : (statement as Node);
      if (node?.type === "VariableDeclaration") {
        for (const each of node.declarations) this.#declarations.set(this.placeOf(each), each);
      } else if (node !== null && node !== undefined && KINDS.includes(node.type)) {
        this.#declarations.set(this.placeOf(statement), node as Declaration);
      }
    }
  }

  declarationAt(place: Place): Declaration | undefined {
    return this.#declarations.get(place);
  }

  placeOf(node: { readonly start: number }): Place {
    return `${this.file}#${Buffer.byteLength(this.#text.slice(0, node.start))}`;
  }

  /** The file that a name is imported from, and the name there; `undefined` for what other packages export. */
  importOf(local: string): { readonly file: string; readonly name: string } | undefined {
    for (const { moduleRequest, entries } of this.#parsed.module.staticImports) {
      const entry = entries.find(({ localName }) => localName.value === local);
      if (entry === undefined || !moduleRequest.value.startsWith(".")) continue;
      const file = posix.join(posix.dirname(this.file), moduleRequest.value);
      return { file, name: entry.importName.name ?? local };
    }
    return undefined;
  }

  /** A part of the text, with neither comments nor the lines that had nothing else. */
  slice(start: number, end: number): string {
    let text = this.#text.slice(start, end);
    const comments = this.#parsed.comments.filter((comment) => comment.start >= start && comment.end <= end);
    for (const comment of comments.toReversed()) {
      text = text.slice(0, comment.start - start) + text.slice(comment.end - start);
    }
    return text
      .split("\n")
      .filter((line) => line.trim() !== "")
      .map((line) => line.trimEnd())
      .join("\n")
      .trim();
  }

  membersOf(node: Declaration): Member[] {
    if (node.type !== "TSInterfaceDeclaration" && node.type !== "ClassDeclaration") return [];
    return node.body.body.flatMap((member) => this.#member(member));
  }

  #member(node: Node): Member[] {
    switch (node.type) {
      case "TSPropertySignature":
      case "TSMethodSignature":
        return [this.#named(node, node.key, node.type === "TSMethodSignature", node.end)];
      case "TSCallSignatureDeclaration":
        return [
          { name: "()", isMethod: true, place: this.placeOf(node), text: this.#withoutEnd(node.start, node.end) },
        ];
      case "MethodDefinition":
        if (isHidden(node)) return [];
        return [this.#named(node, node.key, true, node.value.body?.start ?? node.end)];
      case "PropertyDefinition":
        if (isHidden(node)) return [];
        return [this.#named(node, node.key, false, node.typeAnnotation?.end ?? node.key.end)];
      case "TSIndexSignature":
      case "TSConstructSignatureDeclaration":
      case "StaticBlock":
        return [];
      default:
        throw new Error(`Cannot document a member of ${this.file}: its kind is known: received ${node.type}`);
    }
  }

  #named(node: Node, key: Node, isMethod: boolean, end: number): Member {
    const name = this.slice(key.start, key.end);
    return { name, isMethod, place: this.placeOf(node), text: this.#withoutEnd(node.start, end) };
  }

  #withoutEnd(start: number, end: number): string {
    return this.slice(start, end).replace(/[;,]$/, "");
  }
}

function isHidden(node: { readonly key: Node; readonly accessibility?: string | null }): boolean {
  return node.key.type === "PrivateIdentifier" || node.accessibility === "private";
}
