import type { PackagesOption } from "./packages.ts";
import { normalPath, realPath } from "./paths.ts";

/** What decides, beside the code itself, what a function reaches and how it counts. */
export interface ProjectOptions {
  /** The folder of the project. @default the current one */
  readonly root?: string;
  /** The modules that export `cached` and `createCache`, under their `npm:` and `jsr:` names and subpaths too. @default ["@autocache/edge"] */
  readonly library?: readonly string[];
  /** What the build replaces: names or dotted paths, and the source text that comes in their place. */
  readonly defines?: Readonly<Record<string, string>>;
  /**
   * What of an npm package counts: `"closure"`, its version and that of all it can load; `"version"`, its own;
   * `"ignore"`, its name. By name or pattern (`"@me/*"`) also `"source"`: its code, as if it were the project's.
   *
   * @default "closure"
   */
  readonly packages?: PackagesOption;
  /** What has no influence on results: specifiers, or paths from the root. */
  readonly ignore?: readonly (string | RegExp)[];
  /** The project's own functions around `cached()`, as `"src/cache.ts#fiveMinutes"`. */
  readonly wrappers?: readonly string[];
  /** A text that enters every fingerprint, such as a compatibility date. */
  readonly salt?: string;
  /** Whether it is an error that a part of what a function reaches cannot be seen. @default false */
  readonly strict?: boolean;
  /** Other names of modules, as bundlers have them; relative paths start at the root. */
  readonly alias?: Readonly<Record<string, string>>;
  /** The conditions by which packages choose their files, instead of those of every runtime. */
  readonly conditions?: readonly string[];
  /** Where what is known of unchanged files is kept, or `false`. @default "node_modules/.cache/autocache" */
  readonly cacheDir?: string | false;
}

/** The options, checked and with their defaults. */
export interface Settings {
  readonly root: string;
  readonly library: readonly string[];
  readonly defines: ReadonlyMap<string, string>;
  readonly packages: PackagesOption;
  readonly ignore: readonly (string | RegExp)[];
  readonly wrappers: readonly WrapperName[];
  readonly salt: string;
  readonly isStrict: boolean;
  readonly alias: Readonly<Record<string, string>>;
  readonly conditions: readonly string[] | undefined;
  readonly cacheDir: string | false | undefined;
}

export interface WrapperName {
  /** From the root. */
  readonly file: string;
  readonly exportName: string;
}

/**
 * What `autocache fingerprint --module` writes: fingerprints are in it, so it cannot be in them. By its name, because it
 * need not be there yet.
 */
const GENERATED = /(?:^|\/)autocache\.gen(?:\.[cm]?[jt]s)?$/;

/**
 * Checks the options and adds the defaults.
 *
 * @throws {TypeError}
 */
export function resolveOptions(options: ProjectOptions): Settings {
  const { library = ["@autocache/edge"], defines = {}, packages = "closure", ignore = [], salt = "" } = options;
  const patterns: readonly unknown[] = ignore;
  for (const pattern of patterns) {
    if (typeof pattern === "string" || pattern instanceof RegExp) continue;
    throw new TypeError(
      `Cannot read the option ignore: its members are strings and regular expressions: received ${typeof pattern}`,
    );
  }
  if (typeof salt !== "string") {
    throw new TypeError(`Cannot read the option salt: it is a string: received ${typeof salt}`);
  }
  return {
    root: realPath(normalPath(options.root ?? process.cwd())),
    library,
    defines: new Map(Object.entries(defines)),
    packages,
    // "g" and "y" would make the answer depend on the question before.
    ignore: [GENERATED, ...ignore].map((p) =>
      typeof p === "string" ? p : new RegExp(p.source, p.flags.replace(/[gy]/g, "")),
    ),
    wrappers: (options.wrappers ?? []).map(wrapperName),
    salt,
    isStrict: options.strict ?? false,
    alias: options.alias ?? {},
    conditions: options.conditions,
    cacheDir: options.cacheDir,
  };
}

function wrapperName(text: string): WrapperName {
  const at = text.lastIndexOf("#");
  if (at < 1 || at === text.length - 1) {
    throw new TypeError(
      `Cannot read the wrapper "${text}": it is named by its file and its export ("src/cache.ts#fiveMinutes"): received no such name`,
    );
  }
  return { file: normalPath(text.slice(0, at)), exportName: text.slice(at + 1) };
}
