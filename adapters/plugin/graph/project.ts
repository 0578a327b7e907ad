import { existsSync } from "node:fs";
import { Assets } from "./assets.ts";
import { Callees } from "./callees.ts";
import type { LocatedDiagnostic } from "./diagnostics.ts";
import { DiskCache } from "./disk-cache.ts";
import type { World } from "./edges.ts";
import { entriesOf } from "./entries.ts";
import { Exports } from "./exports.ts";
import { Leaves } from "./leaves.ts";
import { Modules } from "./modules.ts";
import type { GraphNode } from "./nodes.ts";
import { type ProjectOptions, resolveOptions, type Settings } from "./options.ts";
import { joinPath, normalPath, realPath } from "./paths.ts";
import { declarationsAmong, diagnosticsOf, filesOf, reachedFrom, treeOf } from "./reach.ts";
import { isCode, Resolver } from "./resolution.ts";
import type { Instrumentable, Site } from "./site.ts";
import { Sites } from "./sites.ts";
import { Tsconfigs } from "./tsconfig.ts";

export type { LocatedDiagnostic } from "./diagnostics.ts";
export type { ProjectOptions } from "./options.ts";
export type { Site, Subclass } from "./site.ts";

/** From how many modules on the author is told that a function reaches much. */
const MANY_MODULES = 50;

/** The code of a project, and the fingerprints of its cached functions. */
export class Project {
  readonly root: string;
  readonly #settings: Settings;
  readonly #cache: DiskCache;
  readonly #modules: Modules;
  readonly #assets = new Assets();
  readonly #nodes = new WeakMap<Site, GraphNode>();
  #resolver: Resolver | undefined;
  #tsconfigs: Tsconfigs | undefined;
  #sites: Sites | undefined;
  #entries: ReadonlySet<string> | undefined;

  /** @throws {TypeError} where an option is not what it says, or `wrappers` names a file that is not there */
  constructor(options: ProjectOptions = {}) {
    this.#settings = resolveOptions(options);
    this.root = this.#settings.root;
    this.#cache = new DiskCache(this.root, cacheFolder(this.#settings));
    this.#modules = new Modules(this.#settings, this.#cache);
    this.#link();
  }

  /** The sites of a file, as it is on disk. */
  sites(file: string): readonly Site[] {
    const path = realPath(normalPath(file));
    const module = isCode(path) ? this.#modules.get(path) : undefined;
    return module === undefined ? [] : this.#link().of(module);
  }

  /** What is wrong with the syntax of a file: it has no sites then, though its text may speak of some. */
  syntaxErrors(file: string): readonly LocatedDiagnostic[] {
    const path = realPath(normalPath(file));
    const diagnostics = (isCode(path) ? this.#modules.get(path) : undefined)?.shape.diagnostics ?? [];
    return diagnostics
      .filter(({ code }) => code === "syntax")
      .map((diagnostic) => ({ ...diagnostic, file: path, severity: "error" }));
  }

  /**
   * The sites and the subclasses of a file where they stand in `code`, which is what earlier plugins made of it. What
   * they mean comes from the file on disk, so that no plugin can change it.
   */
  instrumentable(file: string, code: string): Instrumentable {
    const path = realPath(normalPath(file));
    const other = this.#modules.withCode(path, code);
    const module = isCode(path) ? this.#modules.get(path) : undefined;
    return this.#link().in(module ?? other, other);
  }

  /** What there is to be told of a site and of everything that it reaches. */
  diagnostics(site: Site): readonly LocatedDiagnostic[] {
    const reached = this.#reached(site);
    return [...diagnosticsOf(reached), ...this.#overReach(site, reached)];
  }

  /** Everything that a site reaches: when one of these files changes, its fingerprint may. */
  files(site: Site): ReadonlySet<string> {
    return filesOf(this.#reached(site));
  }

  /** The declarations that a site reaches, as `src/lib/consts.ts#PAD`, and the digest of each one's own text. */
  declarations(site: Site): ReadonlyMap<string, string> {
    return declarationsAmong(this.#reached(site));
  }

  /** Writes what a site reaches as an indented tree. */
  explain(site: Site): string {
    return treeOf(this.#nodeOf(site));
  }

  /** Forgets a file that has changed, is new, or is gone; or everything. What is known of the same text stays. */
  invalidate(file?: string): void {
    const path = file === undefined ? undefined : realPath(normalPath(file));
    // Code that is still there is found as before, whatever it says now. Any other file may decide what is found.
    const isEdit = path !== undefined && this.#modules.has(path) && existsSync(path);
    if (!isEdit) {
      this.#resolver = undefined;
      this.#tsconfigs = undefined;
      this.#entries = undefined;
    }
    this.#modules.invalidate(path);
    this.#assets.invalidate(path);
    this.#sites = undefined;
  }

  /** Writes what is known to the folder of the option `cacheDir` now; else it is written soon. */
  save(): void {
    this.#cache.save();
  }

  #link(): Sites {
    if (this.#sites !== undefined) return this.#sites;
    const [settings, modules] = [this.#settings, this.#modules];
    const resolver = (this.#resolver ??= new Resolver(settings));
    const tsconfigs = (this.#tsconfigs ??= new Tsconfigs());
    const exports = new Exports(modules, resolver);
    const callees = new Callees(settings, modules, exports);
    const leaves = new Leaves(settings, this.#assets, resolver.packages.problems);
    const world: World = { settings, modules, resolver, exports, callees, leaves, tsconfigs };
    return (this.#sites = new Sites(world, this.#nodes));
  }

  #nodeOf(site: Site): GraphNode {
    const node = this.#nodes.get(site);
    if (node !== undefined) return node;
    throw new TypeError(
      `Cannot look up the site in "${site.file}": it is one that this project gave: received another`,
    );
  }

  #reached(site: Site): ReadonlySet<GraphNode> {
    return reachedFrom(this.#nodeOf(site));
  }

  #overReach(site: Site, reached: ReadonlySet<GraphNode>): readonly LocatedDiagnostic[] {
    const files = filesOf([...reached].filter(({ kind }) => kind === "item"));
    const entry = [...(this.#entries ??= entriesOf(this.root))].find((file) => file !== site.file && files.has(file));
    if (entry === undefined && files.size <= MANY_MODULES) return [];
    const what =
      entry === undefined ? `${files.size} modules` : `the module the program starts with, and ${files.size} in all`;
    const message = `reaches ${what}: an edit in any of them may lose what is cached`;
    return [{ code: "over-reach", severity: "info", message, file: site.file, line: site.line, column: site.column }];
  }
}

function cacheFolder({ root, cacheDir }: Settings): string | undefined {
  if (cacheDir === false) return undefined;
  if (cacheDir !== undefined) return joinPath(root, normalPath(cacheDir));
  // A project without the folder is not given one.
  const modules = joinPath(root, "node_modules");
  return existsSync(modules) ? joinPath(modules, ".cache/autocache") : undefined;
}
