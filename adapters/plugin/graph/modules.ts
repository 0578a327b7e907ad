import { readFileSync } from "node:fs";
import { digestOf } from "../source/digest.ts";
import { type ParsedModule, parseModule } from "../source/parse.ts";
import { shapeOf } from "../source/shape.ts";
import type { CalleeKind, Shape, Texts } from "../source/summary.ts";
import { textsOf } from "../source/texts.ts";
import type { DiskCache, Summary } from "./disk-cache.ts";
import type { Settings } from "./options.ts";
import { relativePath } from "./paths.ts";
import { summaryVersion } from "./summary-version.ts";
import { likelyKinds } from "./values.ts";

/** The version of the algorithm: it stands before every fingerprint, and changes when old ones must not match. */
export const ALGORITHM = "a1";

/** A file of the project. */
export interface Module {
  readonly file: string;
  /** From the root: what a reader is shown. */
  readonly label: string;
  /** The digest of its text and of all else that decides its summary. */
  readonly key: string;
  /** Its text, as long as it may have to be parsed again. */
  readonly code: string;
  readonly shape: Shape;
}

/** Reads files, and keeps what is known of them in place of their syntax trees. */
export class Modules {
  readonly #settings: Settings;
  readonly #cache: DiskCache;
  readonly #defines: ReadonlySet<string>;
  readonly #salt: string;
  readonly #modules = new Map<string, Module | undefined>();
  /** Files that may have changed: they are read again, and what is known of their text is taken over. */
  readonly #stale = new Map<string, Module>();
  readonly #summaries = new WeakMap<Module, Summary>();

  constructor(settings: Settings, cache: DiskCache) {
    this.#settings = settings;
    this.#cache = cache;
    this.#defines = new Set(settings.defines.keys());
    this.#salt = JSON.stringify([ALGORITHM, summaryVersion(), [...this.#defines].sort()]);
  }

  /** The module of a file; `undefined` if it cannot be read. */
  get(file: string): Module | undefined {
    if (this.#modules.has(file)) return this.#modules.get(file);
    const code = readCode(file);
    const module = code === undefined ? undefined : this.#known(file, code);
    this.#modules.set(file, module);
    return module;
  }

  /** Tells whether the file was read and is code: then another text changes nothing but itself. */
  has(file: string): boolean {
    return this.#modules.get(file) !== undefined;
  }

  /** A module with another text than its file: what earlier plugins made of it. It is not kept. */
  withCode(file: string, code: string): Module {
    const key = this.#keyOf(file, code);
    const known = this.get(file);
    return known?.key === key ? known : this.#make(file, code, key);
  }

  /** Forgets what a file has in it, or all files. */
  invalidate(file?: string): void {
    for (const [known, module] of file === undefined
      ? [...this.#modules]
      : [[file, this.#modules.get(file)] as const]) {
      this.#modules.delete(known);
      if (module !== undefined) this.#stale.set(known, module);
    }
  }

  /** The texts of a module, made with the kinds of its callees. */
  texts(module: Module, kinds: readonly CalleeKind[]): Texts {
    const known = this.#summaries.get(module);
    if (known?.kinds.join() === kinds.join()) return known.texts;
    return this.#write(module, parseModule(module.file, module.code), kinds);
  }

  #write(module: Module, tree: ParsedModule, kinds: readonly CalleeKind[]): Texts {
    const texts = textsOf(tree, module.shape, kinds, { defines: this.#defines });
    const summary = { shape: module.shape, kinds, texts };
    this.#summaries.set(module, summary);
    this.#cache.set(module.key, summary);
    return texts;
  }

  #known(file: string, code: string): Module {
    const key = this.#keyOf(file, code);
    const stale = this.#stale.get(file);
    this.#stale.delete(file);
    return stale?.key === key ? stale : this.#make(file, code, key);
  }

  #keyOf(file: string, code: string): string {
    // What a text means depends on the extension of its file; the file's name and place do not count.
    const extension = /\.[^./]*$/.exec(file)?.[0] ?? "";
    return digestOf(`${this.#salt}\n${extension}\n${code}`);
  }

  #make(file: string, code: string, key: string): Module {
    const label = relativePath(this.#settings.root, file);
    const summary = this.#cache.get(key);
    if (summary !== undefined) {
      const module = { file, label, key, code: keptCode(code, summary.shape), shape: summary.shape };
      this.#summaries.set(module, summary);
      return module;
    }
    const tree = parseModule(file, code);
    const shape = shapeOf(tree);
    const module = { file, label, key, code: keptCode(code, shape), shape };
    // The tree is large, and read again only where the kinds turn out otherwise.
    this.#write(module, tree, likelyKinds(module, this.#settings.library));
    return module;
  }
}

/** Without callees, nothing that other files say can change what the texts of a module are. */
function keptCode(code: string, { callees }: Shape): string {
  return callees.length === 0 ? "" : code;
}

function readCode(file: string): string | undefined {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return undefined;
  }
}
