/** What `deno doc` knows of the sources: what each module exports, from where, and the doc comments. */
import { execFileSync } from "node:child_process";
import { globSync } from "node:fs";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

export interface DocTag {
  readonly kind: string;
  readonly name?: string;
  readonly doc?: string;
  readonly value?: string;
  readonly tsType?: { readonly repr?: string };
}

export interface DocComment {
  readonly doc?: string;
  readonly tags?: readonly DocTag[];
}

/** The place of a declaration, as a key: the file, from the top of the project, and the byte that it begins at. */
export type Place = string;

interface Location {
  readonly filename: string;
  readonly line: number;
  readonly col: number;
  readonly byteIndex: number;
}

interface Declared {
  readonly location: Location;
  readonly declarationKind?: string;
  readonly kind: string;
  readonly jsDoc?: DocComment;
  readonly def?: { readonly target?: Location };
}

interface DocModule {
  readonly module_doc?: DocComment;
  readonly symbols?: readonly { readonly name: string; readonly declarations: readonly Declared[] }[];
}

/** One declaration that a module exports; a function has as many as overloads, and one more for its body. */
export interface Exported {
  readonly name: string;
  readonly file: string;
  readonly place: Place;
}

const SOURCES = ["src/**/*.ts", "adapters/**/*.ts", "test/conformance/**/*.ts"];
const MAX_OUTPUT_BYTES = 1 << 28;

export class DocGraph {
  readonly #modules = new Map<string, DocModule>();
  readonly #comments = new Map<Place, DocComment>();

  /** Reads the sources: of references between modules, only those among modules that are asked about are resolved. */
  static read(): DocGraph {
    const deno = join("node_modules", ".bin", "deno");
    const files = globSync(SOURCES).toSorted();
    const output = execFileSync(deno, ["doc", "--json", "--quiet", "--private", "--no-lock", ...files], {
      encoding: "utf8",
      env: { ...process.env, DENO_NO_UPDATE_CHECK: "1" },
      maxBuffer: MAX_OUTPUT_BYTES,
    });
    const { version, nodes } = JSON.parse(output) as { version: number; nodes: Record<string, DocModule> };
    if (version !== 2) throw new Error(`Cannot read the output of deno doc: its version is 2: received ${version}`);
    return new DocGraph(nodes);
  }

  private constructor(nodes: Readonly<Record<string, DocModule>>) {
    for (const [url, module] of Object.entries(nodes)) {
      this.#modules.set(fileOf(url), module);
      this.#collect(module.symbols);
    }
  }

  /** The doc comment of a module as a whole: the one with the tag `@module`. */
  moduleComment(file: string): DocComment | undefined {
    return this.#modules.get(file)?.module_doc;
  }

  /** The comment of what begins at a place: a declaration or a member. */
  comment(place: Place): DocComment | undefined {
    return this.#comments.get(place);
  }

  exportsOf(file: string): Exported[] {
    return this.#declared(file).filter(({ isExported }) => isExported);
  }

  /** The declarations that a name has in a module, be they its own or exported from another. */
  find(file: string, name: string): Exported[] {
    return this.#declared(file).filter((declared) => declared.name === name);
  }

  #declared(file: string): (Exported & { readonly isExported: boolean })[] {
    const symbols = this.#modules.get(file)?.symbols ?? [];
    return symbols.flatMap(({ name, declarations }) =>
      declarations.map(({ location, declarationKind, def }) => {
        const target = def?.target ?? location;
        return {
          name,
          file: fileOf(target.filename),
          place: placeOf(target),
          isExported: declarationKind === "export",
        };
      }),
    );
  }

  #collect(value: unknown): void {
    if (typeof value !== "object" || value === null) return;
    const { location, jsDoc } = value as Partial<Declared>;
    if (location !== undefined && jsDoc !== undefined) this.#comments.set(placeOf(location), jsDoc);
    for (const child of Object.values(value)) this.#collect(child);
  }
}

function placeOf({ filename, byteIndex }: Location): Place {
  return `${fileOf(filename)}#${byteIndex}`;
}

function fileOf(url: string): string {
  return fileURLToPath(url)
    .slice(resolve(".").length + 1)
    .replaceAll("\\", "/");
}
