import type { CalleeKind, Origin } from "../source/summary.ts";
import type { Module } from "./modules.ts";
import { libraryPath } from "./specifiers.ts";

/** A module-level variable of a file. */
export interface Declared {
  readonly module: Module;
  readonly binding: number;
}

/** What a value is known to be. */
export type Value =
  | { readonly is: "unknown" }
  | { readonly is: "library" }
  | { readonly is: "namespace"; readonly module: Module }
  | { readonly is: "cached" | "createCache" | "cache" | "batch" | "routeCache" | "wrapper" }
  /** A function that caches with options it was made with, and the variable that has them. */
  | { readonly is: "maker"; readonly made?: Declared }
  | ({ readonly is: "declared" } & Declared);

export const UNKNOWN: Value = { is: "unknown" };
/** How many variables a value is followed through: more is a circle. */
const MAX_DEPTH = 100;

const EXPORTS: Readonly<Record<string, Value>> = {
  cached: { is: "cached" },
  createCache: { is: "createCache" },
  cachedHandler: { is: "cached" },
  routeCache: { is: "routeCache" },
};

/** What values cannot tell by themselves. */
export interface Environment {
  /** What an import gives. */
  imported(module: Module, source: string, name: string, depth: number): Value;
  /** What a module exports under a name. */
  exported(module: Module, name: string, depth: number): Value;
  /** Tells whether a variable is one that the option `wrappers` names. */
  isWrapper(module: Module, binding: number): boolean;
}

/** Follows values through the variables of modules and the functions that only make a cache. */
export class Values {
  readonly #environment: Environment;

  constructor(environment: Environment) {
    this.#environment = environment;
  }

  /** What an origin leads to. */
  of(module: Module, origin: Origin, depth = 0): Value {
    let value = this.ofBinding(module, origin.binding, depth + 1);
    for (const step of origin.steps) value = this.#step(value, step, depth + 1);
    return value;
  }

  /** What a variable is. */
  ofBinding(module: Module, binding: number, depth: number): Value {
    const shape = module.shape.bindings[binding];
    if (shape === undefined || depth > MAX_DEPTH) return UNKNOWN;
    if (shape.import !== undefined) {
      const { source, name, isIgnored } = shape.import;
      return isIgnored === true ? UNKNOWN : this.#environment.imported(module, source, name, depth + 1);
    }
    if (this.#environment.isWrapper(module, binding)) return { is: "wrapper" };
    if (shape.origin !== undefined) return madeBy(this.of(module, shape.origin, depth), { module, binding });
    return { is: "declared", module, binding };
  }

  #step(value: Value, step: string, depth: number): Value {
    switch (value.is) {
      case "library":
        return libraryExport(step);
      case "namespace":
        return this.#environment.exported(value.module, step, depth);
      case "createCache":
        return isCall(step) ? { is: "cache" } : UNKNOWN;
      case "cache":
        return step === "cached" ? { is: "cached" } : step === "cachedBatch" ? { is: "batch" } : UNKNOWN;
      case "cached":
        return step === "({})" ? { is: "maker" } : UNKNOWN;
      case "declared": {
        const returns = value.module.shape.bindings[value.binding]?.returns;
        if (!isCall(step) || returns === undefined) return UNKNOWN;
        return madeBy(this.of(value.module, returns, depth), value);
      }
      default:
        return UNKNOWN;
    }
  }
}

function madeBy(value: Value, { module, binding }: Declared): Value {
  return value.is === "maker" ? { is: "maker", made: { module, binding } } : value;
}

/** What the library exports under a name, or as a whole under `*`. */
export function libraryExport(name: string): Value {
  if (name === "*") return { is: "library" };
  return Object.hasOwn(EXPORTS, name) ? (EXPORTS[name] ?? UNKNOWN) : UNKNOWN;
}

/** What a callee with the value is. */
export function kindOf({ is }: Value): CalleeKind {
  if (is === "cached" || is === "batch" || is === "maker") return "function";
  if (is === "routeCache") return "handlers";
  return is === "wrapper" ? "wrapper" : "none";
}

/**
 * What the callees of a module are if it has nothing of the library from other modules of the project. Mostly that is
 * so, and then its texts are made while its syntax tree is at hand, before other modules are read.
 */
export function likelyKinds(module: Module, library: readonly string[]): readonly CalleeKind[] {
  const values = new Values({
    imported: (_, source, name) => (libraryPath(source, library) === undefined ? UNKNOWN : libraryExport(name)),
    exported: () => UNKNOWN,
    isWrapper: () => false,
  });
  return module.shape.callees.map((origin) => kindOf(values.of(module, origin)));
}

function isCall(step: string): boolean {
  return step === "()" || step === "({})";
}
