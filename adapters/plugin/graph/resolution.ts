import { fileURLToPath } from "node:url";
import { type Alias, aliasesOf, applyAlias } from "./aliases.ts";
import { DenoLock } from "./deno-lock.ts";
import { digestOf } from "../source/digest.ts";
import { type Located, Locator, nameIn } from "./locator.ts";
import type { Settings } from "./options.ts";
import { PackageImports } from "./package-imports.ts";
import { installedFolderOf, type PackageMode, packageNameIn, Packages } from "./packages.ts";
import { normalPath, parentOf, relativePath } from "./paths.ts";
import {
  hostModule,
  isAddress,
  isBare,
  libraryPath,
  parseRegistry,
  type RegistrySpecifier,
  splitPackage,
  splitQuery,
} from "./specifiers.ts";

/** What a specifier stands for. */
export type Resolution =
  /** Code of the project, which is followed. */
  | { readonly kind: "file"; readonly file: string }
  /** A file that counts by its bytes, or by its value. */
  | { readonly kind: "asset"; readonly file: string; readonly query: string }
  /** Something that is installed: it counts by what identifies its content. */
  | { readonly kind: "package"; readonly identity: string; readonly path: string; readonly label: string }
  /** A part of the host, which counts by its name. */
  | { readonly kind: "host"; readonly name: string }
  /** The caching library, and which subpath of it. */
  | { readonly kind: "library"; readonly path: string }
  | { readonly kind: "ignored" }
  | { readonly kind: "unresolved"; readonly specifier: string }
  /** Which of them it is, is decided where the code runs. */
  | { readonly kind: "several"; readonly targets: readonly Resolution[] };

const CODE = /(?<!\.d)\.[cm]?[jt]sx?$/;
const TYPES = /\.d\.(?:[^./]+\.)?[cm]?ts$/;
/** The queries that ask for a file as data, whatever it is. */
const DATA_QUERY = /[?&](?:raw|url|inline|bytes|text)(?:[=&]|$)/;

/** Tells whether a file is code that can be followed. */
export function isCode(file: string): boolean {
  return CODE.test(file);
}

/** Finds what the specifiers of a project's files stand for. */
export class Resolver {
  readonly packages: Packages;
  readonly #settings: Settings;
  readonly #aliases: readonly Alias[];
  readonly #imports = new PackageImports();
  readonly #denoLock: DenoLock;
  readonly #locator: Locator;
  readonly #known = new Map<string, Map<string, Resolution>>();

  constructor(settings: Settings) {
    this.#settings = settings;
    this.packages = new Packages(settings.root, settings.packages);
    this.#denoLock = new DenoLock(this.packages.lock.folder);
    this.#aliases = aliasesOf(settings);
    this.#locator = new Locator(settings.root, settings.conditions);
  }

  /** Finds what a specifier in a file stands for. */
  resolve(specifier: string, file: string): Resolution {
    let known = this.#known.get(file);
    if (known === undefined) this.#known.set(file, (known = new Map()));
    let resolution = known.get(specifier);
    if (resolution === undefined) known.set(specifier, (resolution = this.#resolve(specifier, file)));
    return resolution;
  }

  /** What a file of the project is, when it is asked for with a query. */
  resolutionOf(file: string, query: string): Resolution {
    return this.#classify({ file, manifest: undefined }, file, query);
  }

  /** A specifier, or the beginning of one, under its real name. */
  aliased(specifier: string): string {
    return applyAlias(specifier, this.#aliases);
  }

  #resolve(written: string, file: string): Resolution {
    const named = this.#byName(written);
    if (named !== undefined) return named;
    const specifier = this.aliased(written);
    return this.#byName(specifier) ?? this.#find(specifier, file);
  }

  #byName(specifier: string): Resolution | undefined {
    const path = libraryPath(specifier, this.#settings.library);
    if (path !== undefined) return { kind: "library", path };
    return this.#isIgnored(specifier) ? { kind: "ignored" } : undefined;
  }

  #isIgnored(name: string): boolean {
    return this.#settings.ignore.some((pattern) =>
      typeof pattern === "string" ? name === pattern || name.startsWith(`${pattern}/`) : pattern.test(name),
    );
  }

  #find(specifier: string, file: string): Resolution {
    const host = hostModule(specifier);
    if (host !== undefined) return { kind: "host", name: host };
    if (isAddress(specifier)) return this.#address(specifier);
    const registry = parseRegistry(specifier);
    if (registry !== undefined) return this.#fromRegistry(specifier, registry, file);
    const [path, query] = splitQuery(specifier.startsWith("file:") ? normalPath(fileURLToPath(specifier)) : specifier);
    const internal = path.startsWith("#") ? this.#imports.find(path, file) : undefined;
    if (internal === undefined) return this.#fromDisk(path, query, file);
    // A file of another condition may not be built yet, which the author is told.
    return oneOf(
      internal.targets.map((target) => this.#resolve(target + query, internal.manifest)),
      path,
    );
  }

  #address(address: string): Resolution {
    const identity = `address ${address} ${this.#denoLock.remote(address) ?? ""}`;
    return { kind: "package", identity, path: "", label: address.slice(0, 80) };
  }

  #fromRegistry(specifier: string, { kind, name, range, path }: RegistrySpecifier, file: string): Resolution {
    const mode = this.packages.modeOf(name);
    if (mode === "ignore") return { kind: "package", identity: name, path, label: name };
    const folder = kind === "npm" ? this.packages.folderOf(name, file) : undefined;
    if (mode === "source") return this.#fromDisk(name + path, "", file);
    const locked = this.#denoLock.find(kind, name, range);
    if (locked !== undefined) {
      return { kind: "package", identity: digestOf(locked.closure.join("\n")), path, label: locked.label };
    }
    if (folder !== undefined) return this.#package(folder, mode, path);
    // Only a full version says by itself what is loaded.
    if (range === undefined || !/^\d+\.\d+\.\d+/.test(range)) return { kind: "unresolved", specifier };
    return { kind: "package", identity: `${kind}:${name}@${range}`, path, label: `${name}@${range}` };
  }

  #fromDisk(path: string, query: string, file: string): Resolution {
    const located = this.#locator.locate(path, file);
    if (located.length === 0) return this.#installed(path, file);
    return oneOf(
      located.map((found) => this.#classify(found, path, query)),
      path,
    );
  }

  /** A package is one too where no condition leads to a file of it, as with types alone. */
  #installed(path: string, file: string): Resolution {
    const [name, rest] = splitPackage(path);
    const folder = isBare(path) ? this.packages.folderOf(name, file) : undefined;
    if (folder === undefined) return { kind: "unresolved", specifier: path };
    const isInstalled = installedFolderOf(`${folder}/`, this.#settings.root) !== undefined;
    const mode = isInstalled ? this.packages.modeOf(name) : this.packages.modeOfLinked(name);
    return mode === "source" ? { kind: "unresolved", specifier: path } : this.#package(folder, mode, rest);
  }

  #classify({ file, manifest }: Located, specifier: string, query: string): Resolution {
    if (this.#isIgnored(relativePath(this.#settings.root, file))) return { kind: "ignored" };
    const [name, rest] = isBare(specifier) ? splitPackage(specifier) : [undefined, ""];
    const folder = installedFolderOf(file, this.#settings.root);
    if (folder !== undefined) {
      const mode = this.packages.modeOf(packageNameIn(folder));
      const path = name !== undefined && folder.endsWith(`/${name}`) ? rest : file.slice(folder.length);
      if (mode !== "source") return this.#package(folder, mode, path);
    } else if (name !== undefined && manifest !== undefined && nameIn(manifest) === name) {
      const mode = this.packages.modeOfLinked(name);
      if (mode !== "source") return this.#package(parentOf(manifest) ?? "/", mode, rest);
    }
    if (TYPES.test(file)) return { kind: "ignored" };
    if (isCode(file) && !DATA_QUERY.test(query)) return { kind: "file", file };
    return { kind: "asset", file, query };
  }

  #package(folder: string, mode: Exclude<PackageMode, "source">, path: string): Resolution {
    return { kind: "package", path, ...this.packages.identify(folder, mode) };
  }
}

/** Leaves out what is there twice. */
function oneOf(targets: readonly Resolution[], specifier: string): Resolution {
  const different = [...new Map(targets.map((target) => [JSON.stringify(target), target])).values()];
  const [first] = different;
  if (first === undefined) return { kind: "unresolved", specifier };
  return different.length === 1 ? first : { kind: "several", targets: different };
}
