import { digestOf } from "../source/digest.ts";
import type { BindingShape, Reference } from "../source/summary.ts";
import type { Callees } from "./callees.ts";
import { compilerNode } from "./compiler-nodes.ts";
import type { Exports, Found } from "./exports.ts";
import { globNode } from "./globs.ts";
import type { Leaves, Mention } from "./leaves.ts";
import type { Module, Modules } from "./modules.ts";
import { type Edge, type GraphNode, groupOf, type NodeKind } from "./nodes.ts";
import type { Settings } from "./options.ts";
import type { Resolution, Resolver } from "./resolution.ts";
import type { Tsconfigs } from "./tsconfig.ts";

/** What a graph is made from. */
export interface World {
  readonly settings: Settings;
  readonly modules: Modules;
  readonly resolver: Resolver;
  readonly exports: Exports;
  readonly callees: Callees;
  readonly leaves: Leaves;
  readonly tsconfigs: Tsconfigs;
}

/** Gives the nodes of modules; they may be filled later. */
export interface ModuleGraph {
  item(module: Module, index: number): GraphNode;
  binding(module: Module, index: number): GraphNode;
  namespace(module: Module): GraphNode;
  loading(module: Module): GraphNode;
  /** The node that the module has under a key, or a new one. */
  shared(module: Module, key: string, kind: NodeKind, label: string, fill: (node: GraphNode) => void): GraphNode;
}

/** Finds what the references of a text lead to. */
export class Edges {
  readonly world: World;
  readonly #graph: ModuleGraph;

  constructor(world: World, graph: ModuleGraph) {
    this.world = world;
    this.#graph = graph;
  }

  /** What a slot of a text leads to. */
  reference(module: Module, reference: Reference, mention: Mention): Edge {
    if ("binding" in reference) return this.binding(module, reference.binding, reference.member);
    if ("module" in reference) return { to: this.imported(module, reference.module, "*", mention) };
    if ("glob" in reference) return { to: globNode(this, module, reference, mention) };
    if ("setting" in reference) return { to: compilerNode(this, module, reference, mention) };
    const value = this.world.settings.defines.get(reference.define);
    return { to: this.world.leaves.leaf(`define ${reference.define}\n${value}`, `define ${reference.define}`) };
  }

  /** What a mention of a variable leads to: of an import, what is imported; of an enum's member, its value. */
  binding(module: Module, index: number, member?: string): Edge {
    const shape = module.shape.bindings[index];
    if (shape?.import === undefined) return this.#declared(module, index, member);
    if (shape.touchedBy.length === 0) return this.#import(module, shape, member);
    // Statements of this module do something with what is imported: they count with it.
    const label = `${module.label}#${shape.name}`;
    const to = this.#graph.shared(module, `import ${index} ${member ?? ""}`, "group", label, (node) => {
      const effects = shape.touchedBy.map((item) => ({ to: this.#graph.item(module, item) }));
      node.text = `import ${effects.length}`;
      node.edges = [this.#import(module, shape, member), ...effects];
    });
    return { to };
  }

  /** What is reached by a name of what a specifier stands for; all of it by `*`. */
  imported(module: Module, specifier: string, name: string, mention: Mention): GraphNode {
    return this.#found(this.world.exports.find(specifier, module, name), mention).to;
  }

  /** What is reached by a name that a module exports. */
  exported(module: Module, name: string, mention: Mention): GraphNode {
    const found = this.world.exports.findIn(module, name);
    return this.#found(found, mention).to;
  }

  /** What is reached by a path in a module's code that the compiler puts there: `React.createElement`. */
  named(module: Module, path: string): Edge {
    const [name = "", member] = path.split(".");
    const index = module.shape.bindings.findIndex((shape) => shape.name === name);
    if (index === -1) return { to: this.world.leaves.leaf(`global ${path}`, path) };
    return this.binding(module, index, member);
  }

  /** What is reached by a name of what was resolved; by `*` all of it, and nothing but its effects if it is `isLoad`. */
  resolved(resolution: Resolution, name: string, mention: Mention, isLoad = false): GraphNode {
    if (resolution.kind === "several") {
      return groupOf(resolution.targets.map((target) => this.resolved(target, name, mention, isLoad)));
    }
    if (resolution.kind !== "file") return this.world.leaves.outside(resolution, name, mention);
    const module = this.world.modules.get(resolution.file);
    if (module === undefined) return this.world.leaves.unresolved(resolution.file, name, mention);
    if (name !== "*") return this.exported(module, name, mention);
    return isLoad ? this.#graph.loading(module) : this.#graph.namespace(module);
  }

  #import(module: Module, { import: imported, line }: BindingShape, member: string | undefined): Edge {
    const mention = { file: module.file, line };
    const { source = "", name = "*", isIgnored } = imported ?? {};
    if (isIgnored === true) return { to: this.world.leaves.outside({ kind: "ignored" }, name, mention) };
    return this.#found(this.world.exports.find(source, module, name), mention, member);
  }

  #declared(module: Module, index: number, member: string | undefined): Edge {
    const shape = module.shape.bindings[index];
    const value = member !== undefined && shape?.members !== undefined && Object.hasOwn(shape.members, member);
    if (!value) return { to: this.#graph.binding(module, index), member };
    const label = `${module.label}#${shape.name}.${member}`;
    const to = this.#graph.shared(module, `member ${index} ${member}`, "leaf", label, (node) => {
      node.text = `value ${digestOf(JSON.stringify(shape.members?.[member]))}`;
    });
    return { to };
  }

  /** A member is part of the edge, unless the node stands for the member. */
  #found(found: Found, mention: Mention, member?: string): Edge {
    switch (found.kind) {
      case "binding":
        return this.binding(found.module, found.binding, member);
      case "namespace":
        if (member === undefined) return { to: this.#graph.namespace(found.module) };
        return { to: this.exported(found.module, member, mention) };
      case "several":
        return { to: groupOf(found.found.map((each) => this.#found(each, mention, member).to)), member };
      case "missing":
        return { to: this.#missing(found.module, found.name, mention), member };
      case "outside": {
        const { resolution, name } = found;
        // A member of a namespace is an export.
        if (name === "*" && member !== undefined) return { to: this.resolved(resolution, member, mention) };
        return { to: this.world.leaves.outside(resolution, name, mention, member), member };
      }
    }
  }

  /** Of a module that is not written as one, all may be what is imported. */
  #missing(module: Module, name: string, mention: Mention): GraphNode {
    const message = `cannot find "${name}" among the exports of ${module.label}: all of it counts instead`;
    const problem = this.world.leaves.problem("unresolved", message, mention, name);
    return groupOf([problem, this.#graph.loading(module)]);
  }
}
