import type { Diagnostic } from "../source/summary.ts";
import { type LocatedDiagnostic, severityOf } from "./diagnostics.ts";
import { Edges, type ModuleGraph, type World } from "./edges.ts";
import type { Module } from "./modules.ts";
import { GraphNode, groupOf, type NodeKind } from "./nodes.ts";

/** What an import without a name brings that runs no code. */
const STYLE = /\.(?:css|less|pcss|s[ac]ss|styl)(?:\?|$)/;

/** The nodes of modules: made when they are reached, each once. */
export class Graph implements ModuleGraph {
  readonly #world: World;
  readonly #edges: Edges;
  readonly #items = new Map<Module, GraphNode[]>();
  readonly #bindings = new Map<Module, GraphNode[]>();
  readonly #shared = new Map<Module, Map<string, GraphNode>>();
  /** What is still to be filled: a chain of declarations may be longer than the stack is deep. */
  readonly #unfilled: (() => void)[] = [];

  constructor(world: World) {
    this.#world = world;
    this.#edges = new Edges(world, this);
  }

  /** The node of a site, with all that it reaches. */
  site(module: Module, index: number): GraphNode {
    const { callees, modules } = this.#world;
    const site = modules.texts(module, callees.kindsOf(module)).sites[index];
    if (site === undefined) {
      throw new RangeError(
        `Cannot find site ${index} of "${module.label}": it is one of the file's: received no such site`,
      );
    }
    const mention = { file: module.file, line: site.line };
    const node = new GraphNode("site", `${module.label}:${site.line}`, module.file);
    const edges = site.references.map((reference) => this.#edges.reference(module, reference, mention));
    // The options that it was made with say what is cached under which key.
    const maker = callees.maker(module, site.callee);
    node.text = `site ${site.digest}`;
    node.edges = maker === undefined ? edges : [...edges, { to: this.binding(maker.module, maker.binding) }];
    node.diagnostics = this.#located(module, [...module.shape.diagnostics, ...site.diagnostics]);
    this.#fill();
    return node;
  }

  /** The node of a module-level variable, with all that it reaches. */
  declaration(module: Module, binding: number): GraphNode {
    const node = this.binding(module, binding);
    this.#fill();
    return node;
  }

  item(module: Module, index: number): GraphNode {
    return (cell(this.#items, module)[index] ??= this.#make("item", `${module.label} item ${index}`, module, (node) => {
      const pragma = module.shape.items[index]?.pragma;
      if (pragma !== undefined) {
        node.text = pragma === "ignore" ? "ignored" : `pin ${JSON.stringify(pragma.pin)}`;
        return;
      }
      const { callees, modules } = this.#world;
      const text = modules.texts(module, callees.kindsOf(module)).items[index];
      if (text === undefined) return;
      const mention = { file: module.file, line: lineOf(module, index) };
      node.text = `item ${text.digest}`;
      node.edges = text.references.map((reference) => this.#edges.reference(module, reference, mention));
      node.diagnostics = this.#located(module, text.diagnostics);
    }));
  }

  binding(module: Module, index: number): GraphNode {
    const shape = module.shape.bindings[index];
    const label = `${module.label}#${shape?.name}`;
    return (cell(this.#bindings, module)[index] ??= this.#make("binding", label, module, (node) => {
      if (shape === undefined) return;
      const { items, line, name, place, touchedBy } = shape;
      // What has no influence has none either by what is done with it.
      if (items.length > 0 && items.every((item) => module.shape.items[item]?.pragma === "ignore")) {
        node.text = "ignored";
        return;
      }
      const parts = [...items, ...touchedBy].map((item) => this.item(module, item));
      node.text = `binding ${place ?? ""} ${items.length} ${touchedBy.length}`;
      node.edges = [...parts, ...this.#bareImports(module)].map((to) => ({ to }));
      const message = `the variable "${name}" changes at run time: its value is not part of the key`;
      // What stands under a comment that takes it out of the count, or pins it, is the author's own word.
      const isJudged = items.some((item) => module.shape.items[item]?.pragma !== undefined);
      const mutable = shape.isMutable && !isJudged ? [{ code: "mutable", message, line, column: 1 }] : [];
      node.diagnostics = this.#located(module, [...module.shape.diagnostics, ...mutable]);
    }));
  }

  /** All that a module exports, and what it does when it is loaded. */
  namespace(module: Module): GraphNode {
    return this.shared(module, "namespace", "namespace", `${module.label}#*`, (node) => {
      const { exports, leaves } = this.#world;
      const mention = { file: module.file, line: 1 };
      const names = exports.namesOf(module);
      // A name that is not found is that of a type: it is no value, and no problem.
      const exported = names.map((name) =>
        exports.findIn(module, name).kind === "missing"
          ? leaves.leaf("type", name)
          : this.#edges.exported(module, name, mention),
      );
      const effects = module.shape.items.flatMap((item, index) => (item.isEffect ? [this.item(module, index)] : []));
      const stars = exports.outsideStars(module).map((star) => this.#edges.resolved(star, "*", mention));
      node.text = `namespace ${JSON.stringify(names)} ${effects.length} ${stars.length}`;
      node.edges = [...exported, ...effects, ...stars, ...this.#bareImports(module)].map((to) => ({ to }));
      node.diagnostics = this.#located(module, module.shape.diagnostics);
    });
  }

  /** All that happens when a module is loaded for its effects: any of its items may have one. */
  loading(module: Module): GraphNode {
    return this.shared(module, "loading", "loading", `${module.label}#(load)`, (node) => {
      const items = module.shape.items.map((_, index) => this.item(module, index));
      node.text = `loading ${items.length}`;
      node.edges = [...items, this.namespace(module)].map((to) => ({ to }));
    });
  }

  shared(module: Module, key: string, kind: NodeKind, label: string, fill: (node: GraphNode) => void): GraphNode {
    let known = this.#shared.get(module);
    if (known === undefined) this.#shared.set(module, (known = new Map()));
    let node = known.get(key);
    if (node === undefined) known.set(key, (node = this.#make(kind, label, module, fill)));
    return node;
  }

  /** What a module imports without a name, for all that it declares may depend on it. */
  #bareImports(module: Module): readonly GraphNode[] {
    const bareImports = module.shape.bareImports.filter((specifier) => !STYLE.test(specifier));
    if (bareImports.length === 0) return [];
    const mention = { file: module.file, line: 1 };
    const node = this.shared(module, "bare", "group", `${module.label}#(imports)`, (all) => {
      const resolutions = bareImports.map((specifier) => this.#world.resolver.resolve(specifier, module.file));
      const loaded = groupOf(resolutions.map((resolution) => this.#edges.resolved(resolution, "*", mention, true)));
      all.text = loaded.text;
      all.edges = loaded.edges;
    });
    return [node];
  }

  #make(kind: NodeKind, label: string, module: Module, fill: (node: GraphNode) => void): GraphNode {
    const node = new GraphNode(kind, label, module.file);
    this.#unfilled.push(() => fill(node));
    return node;
  }

  #fill(): void {
    for (let next = this.#unfilled.pop(); next !== undefined; next = this.#unfilled.pop()) next();
  }

  #located(module: Module, diagnostics: readonly Diagnostic[]): readonly LocatedDiagnostic[] {
    const { isStrict } = this.#world.settings;
    return diagnostics.map((diagnostic) => ({
      ...diagnostic,
      file: module.file,
      severity: severityOf(diagnostic.code, isStrict),
    }));
  }
}

function cell(table: Map<Module, GraphNode[]>, module: Module): GraphNode[] {
  let nodes = table.get(module);
  if (nodes === undefined) table.set(module, (nodes = []));
  return nodes;
}

function lineOf(module: Module, item: number): number {
  const [declared] = module.shape.items[item]?.declares ?? [];
  return (declared === undefined ? undefined : module.shape.bindings[declared]?.line) ?? 1;
}
