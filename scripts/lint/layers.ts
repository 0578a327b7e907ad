/**
 * Which file may import which, as data. A file imports from its own layer and from those above it in this list;
 * types count like code, because a type that points upwards is how a cycle starts. A name that ends in "/" is a folder.
 */
const LAYERS: readonly (readonly string[])[] = [
  [
    "backend",
    "bulk",
    "bytes",
    "call-context",
    "checks",
    "duration",
    "errors",
    "events",
    "frame",
    "holding",
    "key/canonical",
    "key/digest",
    "key/fingerprint",
    "key/form",
    "key/kinds",
    "key/refusal",
    "key/shape",
    "key/signals",
    "key/slot",
    "manifest",
    "mortal-map",
    "runtime/",
    "schema",
    "stamping",
    "usual-time",
    "wait",
    "warnings",
  ],
  ["around", "codec", "entry", "error-codec", "key/", "size", "subclass"],
  ["batch", "flight", "folding", "guard", "memory", "policy", "tags", "tiers"],
  ["freshness", "prepare", "reading", "runs", "trace"],
  ["asker"],
  ["http/rfc/"],
  ["function-options"],
  ["options"],
  ["identity", "simple-store"],
  ["reader"],
  ["job", "own-stamps", "store"],
  ["computation"],
  ["stored-entry"],
  ["read-path"],
  ["shortcuts"],
  ["calls", "hand-kept"],
  ["cached-function"],
  ["cached-batch"],
  ["cache"],
  ["cached", "http/"],
  ["index", "keys"],
];

/**
 * The packages that an adapter is about, and may import beside the core. The plugin runs where bundlers run: the
 * package's dependencies are its own, and nothing else may use them.
 */
const PEERS: Readonly<Record<string, readonly string[]>> = {
  hono: ["hono"],
  plugin: ["magic-string", "oxc-parser", "oxc-resolver", "tinyglobby", "unplugin"],
  upstash: ["@upstash/redis"],
};

/** Modules that the importing program chooses: by an export condition, and by an alias of its bundler. */
const STAND_INS: Readonly<Record<string, string>> = {
  "#runtime": "src/runtime/default.ts",
  "@autocache/edge/manifest": "src/manifest.ts",
};

export interface ImportSite {
  /** The importing file, from the top of the repository, with "/" between folders. */
  readonly file: string;
  readonly specifier: string;
}

/** Tells why an import is refused; `undefined` if it is not. */
export function refusal(site: ImportSite): string | undefined {
  const [area] = site.file.split("/", 1);
  if (area === "src") return fromCore(site);
  if (area === "adapters") return fromAdapter(site);
  if (site.file.startsWith("test/conformance/")) return fromConformance(site);
  if (area === "worker-example" || area === "vite-example") return fromExample(site, area);
  if (area === "examples") return fromExample(site, site.file.split("/", 2).join("/"));
  return undefined;
}

function fromCore({ file, specifier }: ImportSite): string | undefined {
  const layer = layerOf(file);
  if (layer === undefined) return `${file} is in no layer: add it to scripts/lint/layers.ts`;
  const target = STAND_INS[specifier] ?? resolve(file, specifier);
  if (target === undefined) {
    if (specifier.startsWith("cloudflare:") && file === "src/runtime/workerd.ts") return undefined;
    return `src/ imports web standards only, not "${specifier}"`;
  }
  if (!target.startsWith("src/")) return `src/ imports from src/ only, not "${target}"`;
  const targetLayer = layerOf(target);
  if (targetLayer === undefined) return `${target} is in no layer: add it to scripts/lint/layers.ts`;
  if (targetLayer <= layer) return undefined;
  return `${file} (layer ${layer}) must not depend on ${target} (layer ${targetLayer}): see scripts/lint/layers.ts`;
}

function fromAdapter({ file, specifier }: ImportSite): string | undefined {
  const own = /^adapters\/([\w-]+)/.exec(file)?.[1] ?? "";
  const target = resolve(file, specifier);
  if (target === undefined) {
    const name = packageOf(specifier);
    if (PEERS[own]?.includes(name) === true) return undefined;
    if (own === "plugin" && name.startsWith("node:")) return undefined;
    return `an adapter imports the core and its own peer only, not "${specifier}": see scripts/lint/layers.ts`;
  }
  if (isCoreEntry(target) || target.startsWith(`adapters/${own}/`)) return undefined;
  if (target.startsWith("adapters/")) return `an adapter does not import another adapter ("${target}")`;
  return `an adapter imports src/index.ts or a module of the lowest layer, not "${target}"`;
}

function fromConformance({ file, specifier }: ImportSite): string | undefined {
  const target = resolve(file, specifier);
  if (target === undefined) return `test/conformance/ is published for any test runner: it imports no "${specifier}"`;
  if (isCoreEntry(target) || target.startsWith("test/conformance/")) return undefined;
  return `test/conformance/ imports src/index.ts or a module of the lowest layer, not "${target}"`;
}

function fromExample({ file, specifier }: ImportSite, area: string): string | undefined {
  const target = resolve(file, specifier);
  if (target === undefined || target.startsWith(`${area}/`)) return undefined;
  return `${area}/ imports the package by its name, not "${target}"`;
}

/** The public list, and what a framework's middleware is built on. */
const CORE_ENTRIES: readonly string[] = ["src/index.ts", "src/http/driver.ts"];

/** What code outside the core may import of it: one of its lists, or a module that depends on nothing. */
function isCoreEntry(target: string): boolean {
  return CORE_ENTRIES.includes(target) || (target.startsWith("src/") && layerOf(target) === 0);
}

/** A file named outright wins over its folder: `key/digest` lies below `key/`. */
function layerOf(file: string): number | undefined {
  const name = file.replace(/^src\//, "").replace(/\.ts$/, "");
  const exact = LAYERS.findIndex((names) => names.includes(name));
  if (exact !== -1) return exact;
  const folder = LAYERS.findIndex((names) => names.some((known) => known.endsWith("/") && name.startsWith(known)));
  return folder === -1 ? undefined : folder;
}

/** The file a relative specifier names, from the top of the repository; `undefined` for a package. */
function resolve(file: string, specifier: string): string | undefined {
  if (!specifier.startsWith(".")) return undefined;
  return new URL(specifier, `file:///${file}`).pathname.slice(1);
}

function packageOf(specifier: string): string {
  return specifier
    .split("/")
    .slice(0, specifier.startsWith("@") ? 2 : 1)
    .join("/");
}
