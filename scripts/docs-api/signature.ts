/** Signatures for readers: with what they take from types that are not exported, and the names that can be looked up. */
import type { DocGraph, Place } from "./doc-graph.ts";
import type { Class, Node, TSInterfaceDeclaration } from "oxc-parser";
import { type Declaration, type Member, SourceFile } from "./source-file.ts";

export interface Signature {
  readonly text: string;
  readonly members: readonly Member[];
  /** The public declarations that it names. */
  readonly uses: readonly Place[];
}

interface Found {
  readonly source: SourceFile;
  readonly node: Declaration;
  readonly place: Place;
}

export class Signatures {
  readonly #graph: DocGraph;
  readonly #isPublic: (place: Place) => boolean;

  constructor(graph: DocGraph, isPublic: (place: Place) => boolean) {
    this.#graph = graph;
    this.#isPublic = isPublic;
  }

  of(file: string, place: Place): Signature {
    const source = SourceFile.of(file);
    const node = source.declarationAt(place);
    if (node === undefined) throw new Error(`Cannot document "${place}": it is a declaration: received another node`);
    const names = new Map<Place, string>();
    const texts: string[] = [];
    const seen = new Set<Place>([place]);
    const waiting: Found[] = [{ source, node, place }];
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      texts.push(this.#textOf(next));
      for (const { source: from, name } of this.#namesIn(next)) {
        const found = this.#resolve(from, name);
        if (found === undefined || seen.has(found.place)) continue;
        seen.add(found.place);
        if (this.#isPublic(found.place)) names.set(found.place, name);
        // What is not exported is shown along, for it has no entry of its own.
        else if (found.node.type === "TSTypeAliasDeclaration" || found.node.type === "TSInterfaceDeclaration")
          waiting.push(found);
      }
    }
    const text = texts.join("\n\n");
    // A member that is left out may have named what nobody sees.
    const uses = [...names].filter(([, name]) => new RegExp(`\\b${name}\\b`).test(text)).map(([at]) => at);
    return { text, members: this.#membersOf({ source, node, place }), uses };
  }

  #textOf({ source, node, place }: Found): string {
    switch (node.type) {
      case "FunctionDeclaration":
      case "TSDeclareFunction":
        return source.slice(node.start, node.body?.start ?? node.end).replace(/^async |;$/g, "");
      case "VariableDeclarator":
        return `const ${source.slice(node.id.start, endOf(node.id))}`;
      case "TSTypeAliasDeclaration":
        return source.slice(node.start, node.end).replace(/;$/, "");
      case "ClassDeclaration":
      case "TSInterfaceDeclaration": {
        const members = this.#membersOf({ source, node, place }).map(({ text }) => `  ${text};\n`);
        return `${this.#headOf(source, node)} {\n${members.join("")}}`;
      }
      default:
        throw new Error(`Cannot write the signature of "${place}": its kind is known: received ${node.type}`);
    }
  }

  /** The beginning of an interface or a class, which extends what is public only. */
  #headOf(source: SourceFile, node: Class | TSInterfaceDeclaration): string {
    if (node.type !== "TSInterfaceDeclaration") return source.slice(node.start, node.body.start);
    const head = source.slice(node.start, (node.typeParameters ?? node.id).end);
    const bases = node.extends.filter((base) => this.#baseOf(source, base) === undefined);
    const texts = bases.map(({ start, end }) => source.slice(start, end).replaceAll(/\s*\n\s*/g, " "));
    return texts.length === 0
      ? head
      : `${head} extends ${texts.join(", ").replaceAll("< ", "<").replaceAll(" >", ">")}`;
  }

  #membersOf({ source, node }: Found): Member[] {
    const own = source.membersOf(node);
    if (node.type !== "TSInterfaceDeclaration") return own;
    const inherited = node.extends.flatMap((base) => {
      const hidden = this.#baseOf(source, base);
      return hidden === undefined
        ? []
        : this.#membersOf(hidden.found).filter(({ name }) => !hidden.omitted.includes(name));
    });
    return [...own, ...inherited.filter(({ name }) => !own.some((member) => member.name === name))];
  }

  /** The interface behind `extends Hidden` or `extends Omit<Hidden, "a" | "b">`, if it is one that is not exported. */
  #baseOf(source: SourceFile, base: Node): { found: Found; omitted: readonly string[] } | undefined {
    if (base.type !== "TSInterfaceHeritage" || base.expression.type !== "Identifier") return undefined;
    const [first, second] = base.typeArguments?.params ?? [];
    const isOmit = base.expression.name === "Omit" && first?.type === "TSTypeReference";
    const name = isOmit ? source.slice(first.typeName.start, first.typeName.end) : base.expression.name;
    const found = this.#resolve(source, name);
    if (found === undefined || this.#isPublic(found.place) || found.node.type !== "TSInterfaceDeclaration")
      return undefined;
    const literals = isOmit && second !== undefined ? source.slice(second.start, second.end) : "";
    return { found, omitted: Array.from(literals.matchAll(/"([^"]+)"/g), ([, text = ""]) => text) };
  }

  /** The names in what a signature shows; those of a hidden base are in its own file. */
  #namesIn({ source, node }: Found): { source: SourceFile; name: string }[] {
    const names = [...typeNames(signatureOf(node))].map((name) => ({ source, name }));
    if (node.type !== "TSInterfaceDeclaration") return names;
    const hidden = node.extends.flatMap((base) => this.#baseOf(source, base) ?? []);
    const places = new Set(hidden.map(({ found }) => found.place));
    const shown = names.filter(({ name }) => !places.has(this.#resolve(source, name)?.place ?? ""));
    return [...shown, ...hidden.flatMap(({ found }) => this.#namesIn(found))];
  }

  #resolve(source: SourceFile, name: string): Found | undefined {
    const imported = source.importOf(name) ?? { file: source.file, name };
    const [declared] = this.#graph.find(imported.file, imported.name);
    if (declared === undefined) return undefined;
    const from = SourceFile.of(declared.file);
    const node = from.declarationAt(declared.place);
    return node && { source: from, node, place: declared.place };
  }
}

function endOf(id: Node): number {
  return "typeAnnotation" in id && id.typeAnnotation !== null ? (id.typeAnnotation?.end ?? id.end) : id.end;
}

/** The parts of a declaration that are shown. */
function signatureOf(node: Declaration): unknown {
  switch (node.type) {
    case "FunctionDeclaration":
    case "TSDeclareFunction":
      return [node.typeParameters, node.params, node.returnType];
    case "VariableDeclarator":
      return node.id;
    case "ClassDeclaration":
      return [node.superClass, node.implements, node.body.body.map((member) => shownOf(member))];
    default:
      return node;
  }
}

function shownOf(member: Node): unknown {
  if (member.type === "MethodDefinition") return [member.value.params, member.value.returnType];
  return member.type === "PropertyDefinition" ? member.typeAnnotation : undefined;
}

function* typeNames(value: unknown): Generator<string> {
  if (typeof value !== "object" || value === null) return;
  const { type, typeName, expression } = value as Record<string, { type?: string; name?: string } | string | null>;
  if (type === "TSTypeReference" || type === "TSInterfaceHeritage") {
    const name = typeof typeName === "object" ? typeName : expression;
    if (typeof name === "object" && name?.type === "Identifier" && name.name !== undefined) yield name.name;
  }
  for (const child of Object.values(value)) yield* typeNames(child);
}
