import { digestOf } from "../source/digest.ts";
import type { SiteText, SubclassShape, Texts } from "../source/summary.ts";
import type { World } from "./edges.ts";
import { Graph } from "./graph.ts";
import { computeDigest } from "./merkle.ts";
import { ALGORITHM, type Module } from "./modules.ts";
import type { GraphNode } from "./nodes.ts";
import type { Instrumentable, Site, Subclass } from "./site.ts";

/** Finds the sites and the subclasses of modules, with their fingerprints. */
export class Sites {
  readonly #world: World;
  readonly #graph: Graph;
  readonly #known = new Map<Module, readonly Site[]>();
  readonly #nodes: WeakMap<Site, GraphNode>;

  /** Takes where to note the nodes of sites, which are asked for later. */
  constructor(world: World, nodes: WeakMap<Site, GraphNode>) {
    this.#world = world;
    this.#graph = new Graph(world);
    this.#nodes = nodes;
  }

  /** The sites of a module. */
  of(module: Module): readonly Site[] {
    let sites = this.#known.get(module);
    if (sites === undefined) {
      sites = this.#visible(module).map(([text, index]) => this.#site(module, index, text));
      this.#known.set(module, sites);
    }
    return sites;
  }

  /** The sites and subclasses of a module, where they stand in another text of it. */
  in(module: Module, other: Module): Instrumentable {
    return { sites: this.#sitesIn(module, other), subclasses: this.#subclassesIn(module, other) };
  }

  #sitesIn(module: Module, other: Module): readonly Site[] {
    if (module.key === other.key) return this.of(module);
    const [here, there] = [this.#visible(module), this.#visible(other)];
    // An earlier plugin has made or removed calls: then its text is all there is to go by.
    const isSame = here.length === there.length && here.every(([text], place) => text.kind === there[place]?.[0].kind);
    if (!isSame) return this.of(other);
    return there.map(([text], place) => {
      const [meant, index] = here[place] ?? [text, 0];
      // A function that a tool has wrapped, as esbuild does to keep names, is a value in `other`, and code on disk.
      const kept = text.captured.filter((name) => meant.captured.includes(name));
      // Otherwise it has renamed them, and the names in `other` are the ones that are there.
      return this.#site(module, index, kept.length === meant.captured.length ? { ...text, captured: kept } : text);
    });
  }

  /** The sites, without those inside of a wrapper that is named in the options: their functions bring fingerprints along. */
  #visible(module: Module): readonly (readonly [text: SiteText, index: number])[] {
    return this.#texts(module).sites.flatMap((text, index) => {
      const isWrapper = text.diagnostics.some(({ code }) => code === "wrapper");
      return isWrapper && this.#world.callees.declaresWrapper(module, text.item) ? [] : [[text, index] as const];
    });
  }

  /** `text` says where the site stands and what it is called there; `module` and `index`, what it means. */
  #site(module: Module, index: number, text: SiteText): Site {
    const node = this.#graph.site(module, index);
    const { captured, column, isNamed, kind, line, literalName, name, place } = text;
    const fingerprint = this.#fingerprint(node);
    const site: Site = {
      file: module.file,
      line,
      column,
      kind,
      place,
      name,
      literalName,
      isNamed,
      captured,
      fingerprint,
    };
    this.#nodes.set(site, node);
    return site;
  }

  #fingerprint(node: GraphNode): string | undefined {
    const digest = computeDigest(node);
    if (!node.isSound) return undefined;
    return `${ALGORITHM}_${digestOf(`${this.#world.settings.salt}\n${digest}`).slice(0, 22)}`;
  }

  #subclassesIn(module: Module, other: Module): readonly Subclass[] {
    const { subclasses } = module.shape;
    const isSame = subclasses.length === other.shape.subclasses.length;
    const meant = isSame ? module : other;
    return meant.shape.subclasses.flatMap((subclass, place) => {
      const bodyEnd = other.shape.subclasses[place]?.bodyEnd;
      const [binding] = meant.shape.items[subclass.item]?.declares ?? [];
      if (bodyEnd === undefined || binding === undefined || !this.#extendsCached(meant, subclass)) return [];
      const fingerprint = this.#fingerprint(this.#graph.declaration(meant, binding));
      return fingerprint === undefined ? [] : [{ bodyEnd, fingerprint }];
    });
  }

  /** Tells whether a class that the class extends, at whatever distance, has cached methods. */
  #extendsCached(module: Module, subclass: SubclassShape): boolean {
    const seen = new Set<SubclassShape>();
    let next: readonly [Module, SubclassShape] | undefined = [module, subclass];
    while (next !== undefined && !seen.has(next[1])) {
      seen.add(next[1]);
      const base = this.#world.callees.declared(next[0], next[1].base);
      if (base === undefined) return false;
      const items = base.module.shape.bindings[base.binding]?.items ?? [];
      if (this.#texts(base.module).sites.some(({ kind, item }) => kind === "method" && items.includes(item)))
        return true;
      const above: SubclassShape | undefined = base.module.shape.subclasses.find(({ item }) => items.includes(item));
      next = above === undefined ? undefined : [base.module, above];
    }
    return false;
  }

  #texts(module: Module): Texts {
    return this.#world.modules.texts(module, this.#world.callees.kindsOf(module));
  }
}
