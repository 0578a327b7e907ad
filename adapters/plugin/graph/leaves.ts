import { digestOf } from "../source/digest.ts";
import type { Assets } from "./assets.ts";
import { type LocatedDiagnostic, severityOf } from "./diagnostics.ts";
import { GraphNode } from "./nodes.ts";
import type { Settings } from "./options.ts";
import type { LockProblem } from "./lockfiles.ts";
import { isAbsolutePath, relativePath } from "./paths.ts";
import type { Resolution } from "./resolution.ts";

/** A place in the project's code that something is told of. */
export interface Mention {
  readonly file: string;
  readonly line: number;
}

/** Files that a compiler makes code of, which is not followed. */
const COMPONENT = /\.(?:astro|marko|mdx?|svelte|vue)$/;

/** Makes the nodes of what is not followed. */
export class Leaves {
  readonly #settings: Settings;
  readonly #assets: Assets;
  readonly #lockProblems: readonly LocatedDiagnostic[];
  readonly #known = new Map<string, GraphNode>();

  constructor(settings: Settings, assets: Assets, lockProblems: readonly LockProblem[]) {
    this.#settings = settings;
    this.#assets = assets;
    this.#lockProblems = lockProblems.map(({ file, message }) =>
      this.diagnostic("lockfile", `cannot be read, so that packages count by their versions alone: ${message}`, {
        file,
        line: 1,
      }),
    );
  }

  /** A leaf by its text: equal texts are one node. */
  leaf(text: string, label: string): GraphNode {
    let node = this.#known.get(text);
    if (node === undefined) {
      node = new GraphNode("leaf", label, undefined);
      node.text = `leaf ${digestOf(text)}`;
      this.#known.set(text, node);
    }
    return node;
  }

  /** What is taken under a name of a module that is not code of the project, or a member of it that is data. */
  outside(resolution: Resolution, name: string, mention: Mention, member?: string): GraphNode {
    switch (resolution.kind) {
      case "asset":
        return this.#asset(resolution.file, resolution.query, name, mention, member);
      case "package": {
        const node = this.leaf(`package ${resolution.identity}\n${resolution.path}\n${name}`, resolution.label);
        node.diagnostics = this.#lockProblems;
        return node;
      }
      case "host":
        return this.leaf(`host ${resolution.name}\n${name}`, resolution.name);
      case "library":
        return this.leaf(`library ${resolution.path}\n${name}`, "the library");
      case "ignored":
        return this.leaf("ignored", "ignored");
      case "file":
      case "several":
        throw new Error(`Cannot make a leaf of "${name}": it is outside of the project: received a ${resolution.kind}`);
      case "unresolved":
        return this.unresolved(resolution.specifier, name, mention);
    }
  }

  /** What is imported and not found. */
  unresolved(specifier: string, name: string, mention: Mention): GraphNode {
    const shown = isAbsolutePath(specifier) ? relativePath(this.#settings.root, specifier) : specifier;
    const of = name === "*" ? "" : ` ("${name}")`;
    const message = `cannot find "${shown}"${of}, so what it does is not seen`;
    return this.problem("unresolved", message, mention, `${shown}\n${name}`);
  }

  /** A node that is nothing but something to tell, and the text that stands for what is not seen. */
  problem(code: string, message: string, mention: Mention, text: string): GraphNode {
    const node = new GraphNode("leaf", message, undefined);
    node.text = `problem ${digestOf(`${code}\n${text}`)}`;
    node.diagnostics = [this.diagnostic(code, message, mention)];
    return node;
  }

  diagnostic(code: string, message: string, { file, line }: Mention): LocatedDiagnostic {
    return { code, message, file, line, column: 1, severity: severityOf(code, this.#settings.isStrict) };
  }

  #asset(file: string, query: string, name: string, mention: Mention, member: string | undefined): GraphNode {
    const digests = this.#assets.read(file, query);
    if (digests === undefined) return this.unresolved(file, "*", mention);
    const path = jsonMember(name, member);
    const own = path === undefined ? undefined : digests.members?.get(path);
    const label = relativePath(this.#settings.root, file) + (own === undefined ? query : `#${path}`);
    // What a loader exports under a name is not known, but which of them it is.
    const named = own !== undefined || name === "default" || name === "*" ? "" : ` ${digestOf(name)}`;
    const key = `asset ${file} ${label}${named}`;
    let node = this.#known.get(key);
    if (node !== undefined) return node;
    node = new GraphNode("leaf", label, file);
    node.text = `asset ${digestOf(query)} ${own ?? digests.whole}${named}`;
    if (COMPONENT.test(file) && query === "") {
      const message = "counts by its bytes: what it imports is not followed";
      node.diagnostics = [this.diagnostic("opaque", message, { file, line: 1 })];
    }
    this.#known.set(key, node);
    return node;
  }
}

/** The member of a JSON file that is read: by its name, or of the object that is its default export. */
function jsonMember(name: string, member: string | undefined): string | undefined {
  if (name === "default") return member;
  return name === "*" ? undefined : name;
}
