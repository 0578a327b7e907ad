import { readFileSync } from "node:fs";
import { type NapiResolveOptions, type ResolveResult, ResolverFactory } from "oxc-resolver";
import { asRecord } from "./jsonc.ts";
import { normalPath, parentOf } from "./paths.ts";
import { isBare, splitPackage } from "./specifiers.ts";

/** A file that a specifier leads to. */
export interface Located {
  readonly file: string;
  /** The package.json it stands below. */
  readonly manifest: string | undefined;
}

const CONDITIONS = ["import", "module", "default"];
/** The conditions of the runtimes, beginning with the one that the code is most likely built for. */
const RUNTIMES = [
  ["workerd", "worker", "browser"],
  ["node"],
  ["deno", "node"],
  ["bun", "node"],
  ["browser"],
  ["edge-light"],
];

const OPTIONS = {
  extensions: [".ts", ".tsx", ".mts", ".js", ".jsx", ".mjs", ".cts", ".cjs", ".json"],
  extensionAlias: {
    ".js": [".ts", ".tsx", ".js"],
    ".mjs": [".mts", ".mjs"],
    ".cjs": [".cts", ".cjs"],
    ".jsx": [".tsx", ".jsx"],
  },
  mainFields: ["module", "main"],
  symlinks: true,
} satisfies NapiResolveOptions;

/** Finds the files that paths and package names lead to, as a bundler does. */
export class Locator {
  readonly #root: string;
  readonly #main: ResolverFactory;
  readonly #others: readonly ResolverFactory[];
  readonly #plain: ResolverFactory;
  readonly #differs = new Map<string, boolean>();

  /** Without conditions, those of every runtime count. */
  constructor(root: string, conditions: readonly string[] | undefined) {
    const [first = [], ...others] =
      conditions === undefined ? RUNTIMES.map((own) => [...own, ...CONDITIONS]) : [conditions];
    this.#root = root;
    this.#main = new ResolverFactory({ ...OPTIONS, tsconfig: "auto", conditionNames: [...first] });
    this.#others = others.map((names) =>
      this.#main.cloneWithOptions({ ...OPTIONS, tsconfig: "auto", conditionNames: [...names] }),
    );
    this.#plain = this.#main.cloneWithOptions({ ...OPTIONS, conditionNames: [...first] });
  }

  /** Finds the file; several where a linked package has others for other runtimes. */
  locate(path: string, file: string): readonly Located[] {
    const main = located(this.#main.resolveFileSync(file, path)) ?? this.#withoutTsconfig(path, file);
    if (main === undefined) return [];
    if (!this.#differsByRuntime(path, main.manifest)) return [main];
    return [main, ...this.#others.flatMap((other) => located(other.resolveFileSync(file, path)) ?? [])];
  }

  /** A tsconfig.json that cannot be read is no reason to lose what needs none; and Vite knows paths from the root. */
  #withoutTsconfig(path: string, file: string): Located | undefined {
    const found = located(this.#plain.sync(parentOf(file) ?? "/", path));
    return found ?? (path.startsWith("/") ? located(this.#plain.sync(this.#root, `.${path}`)) : undefined);
  }

  #differsByRuntime(path: string, manifest: string | undefined): boolean {
    if (this.#others.length === 0 || manifest === undefined || !isBare(path)) return false;
    let differs = this.#differs.get(manifest);
    if (differs === undefined) this.#differs.set(manifest, (differs = hasRuntimeExports(manifest)));
    return differs && nameIn(manifest) === splitPackage(path)[0];
  }
}

function located({ path, packageJsonPath }: ResolveResult): Located | undefined {
  if (path === undefined) return undefined;
  return { file: normalPath(path), manifest: packageJsonPath === undefined ? undefined : normalPath(packageJsonPath) };
}

const ofRuntimes: ReadonlySet<string> = new Set(RUNTIMES.flat());

function hasRuntimeExports(manifest: string): boolean {
  const hasCondition = (target: unknown): boolean =>
    Object.entries(asRecord(target)).some(([name, value]) => ofRuntimes.has(name) || hasCondition(value));
  return hasCondition(readManifest(manifest)["exports"]);
}

/** The name that a package.json gives. */
export function nameIn(manifest: string): unknown {
  return readManifest(manifest)["name"];
}

function readManifest(manifest: string): Readonly<Record<string, unknown>> {
  try {
    return asRecord(JSON.parse(readFileSync(manifest, "utf8")));
  } catch {
    return {};
  }
}
