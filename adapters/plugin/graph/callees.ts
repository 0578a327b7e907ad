import { existsSync } from "node:fs";
import type { CalleeKind, Origin } from "../source/summary.ts";
import type { Exports, Found } from "./exports.ts";
import type { Module, Modules } from "./modules.ts";
import type { Settings, WrapperName } from "./options.ts";
import { joinPath, realPath } from "./paths.ts";
import { type Declared, kindOf, libraryExport, UNKNOWN, type Value, Values } from "./values.ts";

/** Tells which calls are those of the library, through variables, modules and functions that only make a cache. */
export class Callees {
  readonly #settings: Settings;
  readonly #modules: Modules;
  readonly #exports: Exports;
  readonly #kinds = new Map<Module, readonly CalleeKind[]>();
  readonly #values: Values;
  #wrappers: readonly Declared[] | undefined;

  /** @throws {TypeError} where the option `wrappers` names a file that is not there */
  constructor(settings: Settings, modules: Modules, exports: Exports) {
    this.#settings = settings;
    this.#modules = modules;
    this.#exports = exports;
    this.#values = new Values({
      imported: (module, source, name, depth) => this.#found(exports.find(source, module, name), depth),
      exported: (module, name, depth) => this.#found(exports.findIn(module, name), depth),
      isWrapper: (module, binding) =>
        this.#wrapperBindings().some((each) => each.module.file === module.file && each.binding === binding),
    });
    for (const wrapper of settings.wrappers) {
      if (!existsSync(joinPath(settings.root, wrapper.file))) throw noWrapper(wrapper, "no such file");
    }
  }

  /** What each of a module's callees is. */
  kindsOf(module: Module): readonly CalleeKind[] {
    let kinds = this.#kinds.get(module);
    if (kinds === undefined) {
      kinds = module.shape.callees.map((origin) => kindOf(this.#values.of(module, origin)));
      this.#kinds.set(module, kinds);
    }
    return kinds;
  }

  /** The variable that an expression is, if it is just that: a class that another extends. */
  declared(module: Module, origin: Origin): Declared | undefined {
    const value = this.#values.of(module, origin);
    return value.is === "declared" ? value : undefined;
  }

  /** The variable whose options hold for what a callee caches, if they are given where it is made. */
  maker(module: Module, callee: number): Declared | undefined {
    const origin = module.shape.callees[callee];
    const value = origin === undefined ? UNKNOWN : this.#values.of(module, origin);
    return value.is === "maker" ? value.made : undefined;
  }

  /** Tells whether an item declares one of the functions that the option `wrappers` names. */
  declaresWrapper(module: Module, item: number): boolean {
    return this.#wrapperBindings().some(
      (wrapper) =>
        wrapper.module.file === module.file &&
        wrapper.module.shape.bindings[wrapper.binding]?.items.includes(item) === true,
    );
  }

  #found(found: Found, depth: number): Value {
    if (found.kind === "binding") return this.#values.ofBinding(found.module, found.binding, depth);
    if (found.kind === "namespace") return { is: "namespace", module: found.module };
    if (found.kind === "several") {
      // One runtime may have another cache than the next: that is one all the same.
      const values = found.found.map((each) => this.#found(each, depth));
      return values.find(({ is }) => is !== "unknown" && is !== "declared") ?? values[0] ?? UNKNOWN;
    }
    if (found.kind === "missing" || found.resolution.kind !== "library") return UNKNOWN;
    return libraryExport(found.name);
  }

  #wrapperBindings(): readonly Declared[] {
    return (this.#wrappers ??= this.#settings.wrappers.map((wrapper) => this.#findWrapper(wrapper)));
  }

  #findWrapper(wrapper: WrapperName): Declared {
    const module = this.#modules.get(realPath(joinPath(this.#settings.root, wrapper.file)));
    if (module === undefined) throw noWrapper(wrapper, "a file that cannot be read");
    const found = this.#exports.findIn(module, wrapper.exportName);
    if (found.kind === "binding") return found;
    throw noWrapper(wrapper, `a file that exports ${this.#exports.namesOf(module).join(", ") || "nothing"}`);
  }
}

function noWrapper({ file, exportName }: WrapperName, received: string): TypeError {
  return new TypeError(
    `Cannot find the wrapper "${file}#${exportName}": the option wrappers names exports of the project's files: received ${received}`,
  );
}
