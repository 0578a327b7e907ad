import type { Module, Modules } from "./modules.ts";
import type { Resolution, Resolver } from "./resolution.ts";

/** What an import of a name leads to. */
export type Found =
  | { readonly kind: "binding"; readonly module: Module; readonly binding: number }
  | { readonly kind: "namespace"; readonly module: Module }
  /** Something that is not code of the project, and the name that is taken of it (`*` for all of it). */
  | { readonly kind: "outside"; readonly resolution: Resolution; readonly name: string }
  | { readonly kind: "missing"; readonly module: Module; readonly name: string }
  | { readonly kind: "several"; readonly found: readonly Found[] };

/** Follows imports through re-exports, stars, namespaces and circles to where something is declared. */
export class Exports {
  readonly #modules: Modules;
  readonly #resolver: Resolver;
  readonly #found = new Map<Module, Map<string, Found>>();
  readonly #names = new Map<Module, readonly string[]>();

  constructor(modules: Modules, resolver: Resolver) {
    this.#modules = modules;
    this.#resolver = resolver;
  }

  /** Finds what a specifier in a module gives under a name, or its namespace for `*`. */
  find(specifier: string, from: Module, name: string): Found {
    return this.#findAt(this.#resolver.resolve(specifier, from.file), name, new Set());
  }

  /** Finds what a module exports under a name. */
  findIn(module: Module, name: string): Found {
    let known = this.#found.get(module);
    if (known === undefined) this.#found.set(module, (known = new Map()));
    let found = known.get(name);
    if (found === undefined) known.set(name, (found = this.#search(module, name, new Set())));
    return found;
  }

  /** The names that a module exports, sorted; those of packages behind a star are not known. */
  namesOf(module: Module): readonly string[] {
    let names = this.#names.get(module);
    if (names === undefined) this.#names.set(module, (names = this.#collectNames(module)));
    return names;
  }

  /** What a module exports all names of without being code of the project. */
  outsideStars(module: Module): readonly Resolution[] {
    return module.shape.stars
      .map((specifier) => this.#resolver.resolve(specifier, module.file))
      .filter((resolution) => filesOf(resolution).length === 0);
  }

  #findAt(resolution: Resolution, name: string, seen: Set<string>): Found {
    if (resolution.kind === "several") {
      return { kind: "several", found: resolution.targets.map((target) => this.#findAt(target, name, new Set(seen))) };
    }
    if (resolution.kind !== "file") return { kind: "outside", resolution, name };
    const module = this.#modules.get(resolution.file);
    if (module === undefined) {
      return { kind: "outside", resolution: { kind: "unresolved", specifier: resolution.file }, name };
    }
    if (name === "*") return { kind: "namespace", module };
    return seen.size === 0 ? this.findIn(module, name) : this.#search(module, name, seen);
  }

  #search(module: Module, name: string, seen: Set<string>): Found {
    const key = `${module.file}\0${name}`;
    if (seen.has(key)) return { kind: "missing", module, name };
    seen.add(key);
    const own = Object.hasOwn(module.shape.exports, name) ? module.shape.exports[name] : undefined;
    if (own === undefined) return this.#searchStars(module, name, seen);
    const resolve = (specifier: string): Resolution => this.#resolver.resolve(specifier, module.file);
    if (!("binding" in own)) return this.#findAt(resolve(own.source), own.name, seen);
    const imported = module.shape.bindings[own.binding]?.import;
    if (imported === undefined) return { kind: "binding", module, binding: own.binding };
    if (imported.isIgnored === true) return { kind: "outside", resolution: { kind: "ignored" }, name };
    return this.#findAt(resolve(imported.source), imported.name, seen);
  }

  #searchStars(module: Module, name: string, seen: Set<string>): Found {
    const missing: Found = { kind: "missing", module, name };
    if (name === "default") return missing;
    const outside: Found[] = [];
    for (const specifier of module.shape.stars) {
      const resolution = this.#resolver.resolve(specifier, module.file);
      const found = this.#findAt(resolution, name, seen);
      if (isWithin(found)) return found;
      if (found.kind !== "missing") outside.push(found);
    }
    // Which of the packages has the name is not known without following them: all of them may.
    const [first, second] = outside;
    if (first === undefined) return missing;
    return second === undefined ? first : { kind: "several", found: outside };
  }

  #collectNames(module: Module): readonly string[] {
    const names = new Set<string>();
    const seen = new Set([module]);
    for (const each of seen) {
      for (const name of Object.keys(each.shape.exports)) if (each === module || name !== "default") names.add(name);
      for (const specifier of each.shape.stars) {
        for (const file of filesOf(this.#resolver.resolve(specifier, each.file))) {
          const next = this.#modules.get(file);
          if (next !== undefined) seen.add(next);
        }
      }
    }
    return [...names].sort();
  }
}

/** Tells whether a name was found in the project, rather than may be found in a package. */
function isWithin(found: Found): boolean {
  if (found.kind === "several") return found.found.every(isWithin);
  return found.kind === "binding" || found.kind === "namespace";
}

function filesOf(resolution: Resolution): readonly string[] {
  if (resolution.kind === "several") return resolution.targets.flatMap(filesOf);
  return resolution.kind === "file" ? [resolution.file] : [];
}
