import { posix } from "node:path";
import type { SourceFile } from "./corpus.ts";
import { OracleModule } from "./oracle-module.ts";

/** An item of a module, as "path:number". */
export type ItemName = string;

/** Finds out by brute force what a declaration reaches: the whole graph, followed step by step, nothing remembered. */
export class Oracle {
  readonly #modules = new Map<string, OracleModule>();

  constructor(files: readonly SourceFile[]) {
    for (const { path, code } of files) this.#modules.set(path, new OracleModule(path, code));
  }

  module(path: string): OracleModule {
    const module = this.#modules.get(path);
    if (module === undefined) throw new Error(`Cannot follow "${path}": all modules are read: received another`);
    return module;
  }

  /** All items that an export reaches. */
  reachOf(path: string, name: string): Set<ItemName> {
    const walk = new Walk(this);
    walk.exported(path, name);
    return walk.items;
  }

  resolve(specifier: string, from: string): string | undefined {
    if (!specifier.startsWith(".")) return undefined;
    const path = posix.join(posix.dirname(from), specifier);
    const candidates = [path, `${path}.js`, `${path}/index.js`];
    return candidates.find((each) => this.#modules.has(each));
  }
}

class Walk {
  readonly items = new Set<ItemName>();
  readonly #oracle: Oracle;
  readonly #seen = new Set<string>();

  constructor(oracle: Oracle) {
    this.#oracle = oracle;
  }

  exported(path: string, name: string): void {
    if (!this.#isNew(`export ${path} ${name}`)) return;
    const module = this.#oracle.module(path);
    const link = module.exports.get(name);
    if (link !== undefined) {
      if ("variable" in link) this.#variable(path, link.variable, undefined, false);
      else this.#imported(path, link.source, link.name);
      return;
    }
    for (const star of module.stars) {
      const target = this.#oracle.resolve(star, path);
      if (target !== undefined && this.#has(target, name)) this.exported(target, name);
    }
  }

  #imported(from: string, source: string, name: string): void {
    const path = this.#oracle.resolve(source, from);
    if (path === undefined) return;
    if (name === "*") this.#namespace(path);
    else this.exported(path, name);
  }

  /** Of what is exported under another name, the statements count that change it where it is declared. */
  #variable(path: string, name: string, member: string | undefined, isUse = true): void {
    if (!this.#isNew(`variable ${path} ${name} ${member} ${isUse}`)) return;
    const module = this.#oracle.module(path);
    const imported = module.imports.get(name);
    if (imported === undefined) {
      for (const item of [...module.declaring(name), ...module.touching(name)]) this.#item(path, item);
      for (const source of module.bareImports) this.#loaded(path, source);
      return;
    }
    if (isUse) for (const item of module.touching(name)) this.#item(path, item);
    const target = this.#oracle.resolve(imported.source, path);
    const isNamespace = target !== undefined && imported.name === "*";
    if (isNamespace && member !== undefined) this.exported(target, member);
    else if (target !== undefined && member !== undefined) this.#memberOf(target, imported.name, member);
    else this.#imported(path, imported.source, imported.name);
  }

  /** A name may lead to a namespace, of which a member is one export: `export * as z`. */
  #memberOf(path: string, name: string, member: string): void {
    const link = this.#oracle.module(path).exports.get(name);
    const namespace =
      link !== undefined && "source" in link && link.name === "*" ? this.#oracle.resolve(link.source, path) : undefined;
    const local =
      link !== undefined && "variable" in link ? this.#oracle.module(path).imports.get(link.variable) : undefined;
    const behind = local?.name === "*" ? this.#oracle.resolve(local.source, path) : namespace;
    if (behind === undefined) this.exported(path, name);
    else this.exported(behind, member);
  }

  #namespace(path: string): void {
    if (!this.#isNew(`namespace ${path}`)) return;
    const module = this.#oracle.module(path);
    for (const name of module.exports.keys()) this.exported(path, name);
    for (const star of module.stars) this.#starred(this.#oracle.resolve(star, path));
    for (const item of module.effects()) this.#item(path, item);
    for (const source of module.bareImports) this.#loaded(path, source);
  }

  #starred(path: string | undefined): void {
    if (path === undefined || !this.#isNew(`star ${path}`)) return;
    const module = this.#oracle.module(path);
    for (const name of module.exports.keys()) if (name !== "default") this.exported(path, name);
    for (const star of module.stars) this.#starred(this.#oracle.resolve(star, path));
  }

  #loaded(from: string, source: string): void {
    const path = this.#oracle.resolve(source, from);
    if (path === undefined) return;
    this.#namespace(path);
    for (const item of this.#oracle.module(path).items.keys()) this.#item(path, item);
  }

  #item(path: string, item: number): void {
    const name = `${path}:${item}`;
    if (!this.#isNew(`item ${name}`)) return;
    this.items.add(name);
    for (const use of this.#oracle.module(path).uses[item] ?? []) {
      if ("module" in use) this.#imported(path, use.module, "*");
      else this.#variable(path, use.variable, use.member);
    }
  }

  #has(path: string, name: string, seen = new Set<string>()): boolean {
    if (seen.has(path) || name === "default") return false;
    seen.add(path);
    const module = this.#oracle.module(path);
    if (module.exports.has(name)) return true;
    return module.stars.some((star) => {
      const target = this.#oracle.resolve(star, path);
      return target !== undefined && this.#has(target, name, seen);
    });
  }

  #isNew(key: string): boolean {
    if (this.#seen.has(key)) return false;
    this.#seen.add(key);
    return true;
  }
}
