/** What a bundler's configuration says that decides what code means. */
export interface HostSettings {
  readonly root?: string | undefined;
  readonly defines?: Readonly<Record<string, string>> | undefined;
  readonly alias?: Readonly<Record<string, string>> | undefined;
}

export interface ViteConfig {
  readonly root: string;
  readonly env: Readonly<Record<string, unknown>>;
  readonly define?: Readonly<Record<string, unknown>> | undefined;
  readonly resolve: { readonly alias: readonly ViteAlias[] };
  readonly environments?: Readonly<Record<string, ViteEnvironment>>;
}

interface ViteEnvironment {
  readonly consumer?: string;
  readonly define?: Readonly<Record<string, unknown>> | undefined;
}

interface ViteAlias {
  readonly find: string | RegExp;
  readonly replacement: string;
}

/** Reads Vite's configuration: what it replaces in any of its environments, and its aliases. */
export function viteSettings(config: ViteConfig): HostSettings {
  const env = Object.entries(config.env).map(
    ([key, value]) => [`import.meta.env.${key}`, JSON.stringify(value)] as const,
  );
  const environments = Object.values(config.environments ?? {}).flatMap(({ consumer, define = {} }) => [
    ["import.meta.env.SSR", consumer === "server"] as const,
    ...Object.entries(define),
  ]);
  const texts = new Map<string, Set<string>>();
  for (const [key, value] of [...env, ...Object.entries(config.define ?? {}), ...environments]) {
    texts.set(key, (texts.get(key) ?? new Set()).add(sourceText(value)));
  }
  const joined = [...texts].map(([key, values]) => [key, [...values].toSorted().join(" or ")] as const);
  const alias = config.resolve.alias.flatMap(({ find, replacement }) => {
    const prefix = typeof find === "string" ? find : prefixOf(find);
    return prefix === undefined ? [] : [[withoutSlash(prefix), withoutSlash(replacement)] as const];
  });
  return { root: config.root, defines: Object.fromEntries(joined), alias: Object.fromEntries(alias) };
}

export interface EsbuildOptions {
  readonly absWorkingDir?: string | undefined;
  readonly define?: Readonly<Record<string, string>> | undefined;
  readonly alias?: Readonly<Record<string, string>> | undefined;
}

/** Reads the options of an esbuild build. */
export function esbuildSettings({ absWorkingDir, define, alias }: EsbuildOptions): HostSettings {
  return { root: absWorkingDir, defines: define, alias };
}

export interface RolldownOptions {
  readonly cwd?: string | undefined;
  readonly define?: unknown;
  readonly transform?: { readonly define?: unknown } | undefined;
  readonly resolve?: { readonly alias?: unknown } | undefined;
}

/** Reads the input options of Rolldown, which has had `define` in two places. */
export function rolldownSettings({ cwd, define, transform, resolve }: RolldownOptions): HostSettings {
  const replaced = { ...asRecord(define), ...asRecord(transform?.define) };
  const defines = Object.entries(replaced).map(([key, value]) => [key, sourceText(value)] as const);
  return { root: cwd, defines: Object.fromEntries(defines), alias: aliasOf(resolve?.alias) };
}

export interface WebpackOptions {
  readonly context?: string | undefined;
  readonly plugins?: readonly unknown[] | undefined;
  readonly resolve?: { readonly alias?: unknown } | undefined;
}

/** Reads the options of webpack and Rspack: the definitions of every `DefinePlugin`, and the aliases. */
export function webpackSettings({ context, plugins = [], resolve }: WebpackOptions): HostSettings {
  const defines = plugins.flatMap((plugin) => definitionsOf(plugin)).flatMap((values) => flatten(values, ""));
  return { root: context, defines: Object.fromEntries(defines), alias: aliasOf(resolve?.alias) };
}

// Webpack keeps them in `definitions`, Rspack in the arguments of the plugin.
function definitionsOf(plugin: unknown): Readonly<Record<string, unknown>>[] {
  const { name, definitions, _args: given } = asRecord(plugin);
  if (name !== "DefinePlugin" && constructorName(plugin) !== "DefinePlugin") return [];
  return [asRecord(definitions ?? (Array.isArray(given) ? given[0] : undefined))];
}

function flatten(values: Readonly<Record<string, unknown>>, prefix: string): (readonly [string, string])[] {
  return Object.entries(values).flatMap(([key, value]) => {
    const path = prefix + key;
    const own = [path, definitionText(value)] as const;
    return isPlain(value) ? [own, ...flatten(value, `${path}.`)] : [own];
  });
}

// Of a value that is computed when the bundle is made, the code that computes it has to do.
function definitionText(value: unknown): string {
  const { fn } = asRecord(value);
  if (typeof fn === "function") return String(fn);
  return isPlain(value) ? sourceText(value) : String(value);
}

function aliasOf(alias: unknown): Record<string, string> {
  const listed = Array.isArray(alias) ? alias.map(asRecord) : undefined;
  const pairs = listed?.map(
    ({ name, onlyModule, alias: to }) => [`${String(name)}${onlyModule ? "$" : ""}`, to] as const,
  );
  return Object.fromEntries(
    (pairs ?? Object.entries(asRecord(alias))).flatMap(([name, to]) => {
      const first: unknown = Array.isArray(to) ? to[0] : to;
      return typeof first === "string" ? [[name, first] as const] : [];
    }),
  );
}

/** Finds the prefix that an expression such as `/^@\//` stands for; other expressions cannot be followed. */
function prefixOf(find: RegExp): string | undefined {
  const [, literal] = /^\^((?:[\w@~#-]|\\?[./])+)$/.exec(find.source) ?? [];
  return find.flags === "" ? literal?.replaceAll("\\", "") : undefined;
}

function withoutSlash(path: string): string {
  return path.length > 1 ? path.replace(/\/$/, "") : path;
}

function sourceText(value: unknown): string {
  return typeof value === "string" ? value : (JSON.stringify(value) ?? String(value));
}

function asRecord(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null ? (value as Readonly<Record<string, unknown>>) : {};
}

function isPlain(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && Object.getPrototypeOf(value) === Object.prototype;
}

function constructorName(value: unknown): string | undefined {
  return typeof value === "object" && value !== null ? value.constructor.name : undefined;
}
