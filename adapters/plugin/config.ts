import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import type { ProjectOptions } from "./graph/project.ts";
import type { InjectionOptions } from "./inject/session.ts";

/** What the plugin and the command line agree on: the options of both, in a file in the root of the project. */
export interface Config extends Omit<ProjectOptions, "root">, InjectionOptions {
  /** The modules in which calls are looked for, as globs from the root or expressions. */
  readonly include?: string | RegExp | readonly (string | RegExp)[];
}

/** The names that a configuration may have, the one that is taken first. */
export const CONFIG_FILES: readonly string[] = [".ts", ".mts", ".js", ".mjs", ".json"].map(
  (extension) => `autocache.config${extension}`,
);

/**
 * Reads `autocache.config.ts` (or `.mts`, `.js`, `.mjs`, `.json`) of a folder, or the field `autocache` of its
 * package.json; without either, there are no options.
 *
 * A module exports the options as its default, and is not read again while the program runs.
 *
 * @throws {Error} where there are several, one cannot be loaded, or an option is unknown or of another type
 */
export function loadConfig(root: string): Config {
  const files = CONFIG_FILES.filter((name) => existsSync(join(root, name)));
  const field = packageField(root);
  const found = field === undefined ? files : [...files, PACKAGE_FIELD];
  if (found.length > 1) {
    throw new Error(`Cannot read the configuration: it is in one place: received ${found.join(" and ")}`);
  }
  const [file] = files;
  if (file !== undefined) return checkedConfig(load(root, file), file);
  return field === undefined ? {} : checkedConfig(field, PACKAGE_FIELD);
}

const PACKAGE_FIELD = `the field "autocache" of package.json`;

function packageField(root: string): unknown {
  const path = join(root, "package.json");
  if (!existsSync(path)) return undefined;
  const manifest: unknown = readJson(path, "package.json");
  return isRecord(manifest) ? manifest["autocache"] : undefined;
}

function load(root: string, name: string): unknown {
  const path = join(root, name);
  if (name.endsWith(".json")) return readJson(path, name);
  let loaded: unknown;
  try {
    loaded = createRequire(path)(path);
  } catch (error) {
    throw new Error(`Cannot load "${name}": ${reasonOf(error, name)}`, { cause: error });
  }
  return isRecord(loaded) && "default" in loaded ? loaded["default"] : loaded;
}

function readJson(path: string, name: string): unknown {
  try {
    return JSON.parse(readFileSync(path, "utf8").replace(/^\uFEFF/, ""));
  } catch (error) {
    throw new Error(`Cannot read "${name}": it is JSON: received ${messageOf(error)}`, { cause: error });
  }
}

function reasonOf(error: unknown, name: string): string {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  const [message = ""] = messageOf(error).split("\n");
  if (code === "ERR_REQUIRE_ASYNC_MODULE" || message.startsWith("require() async module")) {
    return "it is loaded at once: received a module with a top-level await";
  }
  // A Node that does not strip types calls the file an unknown one, or stumbles over its types.
  const isUnread = code === "ERR_UNKNOWN_FILE_EXTENSION" || (error instanceof SyntaxError && !canStripTypes());
  if (name.endsWith("ts") && isUnread) {
    return `types are read by Node 22.18 and later: received ${process.version}: write autocache.config.js`;
  }
  return message;
}

function canStripTypes(): boolean {
  const { typescript } = process.features as { readonly typescript?: unknown };
  return typescript !== undefined && typescript !== false;
}

/** What each option is, so that a slip in a file that no type checker reads is told. */
const CHECKS: Readonly<Record<keyof Config, readonly [what: string, test: (value: unknown) => boolean]>> = {
  alias: ["an object of strings", isTexts],
  cacheDir: ["a folder or false", (value) => value === false || typeof value === "string"],
  conditions: ["a list of strings", isTextList],
  defines: ["an object of strings", isTexts],
  ignore: ["a list of strings and regular expressions", isPatternList],
  include: [
    "a string, a regular expression or a list of them",
    (value) => isPattern(value) || (isPatternList(value) && value.length > 0),
  ],
  library: ["a list of strings", isTextList],
  lock: ["a file or false", (value) => value === false || (typeof value === "string" && value !== "")],
  lowerDecorators: ["true or false", isSwitch],
  packages: [
    `"closure", "version", "ignore" or an object of them by package`,
    (value) => (isRecord(value) ? Object.values(value).every(isPackageMode) : isPackageMode(value)),
  ],
  quiet: ["true, false or a list of codes", (value) => isSwitch(value) || isTextList(value)],
  salt: ["a string", (value) => typeof value === "string"],
  strict: ["true or false", isSwitch],
  wrappers: ["a list of strings", isTextList],
};

function checkedConfig(config: unknown, from: string): Config {
  if (!isRecord(config)) {
    throw new Error(`Cannot read the configuration in ${from}: it is an object of options: received ${shown(config)}`);
  }
  for (const [name, value] of Object.entries(config)) {
    const check = Object.hasOwn(CHECKS, name) ? CHECKS[name as keyof Config] : undefined;
    if (check === undefined) {
      const known = Object.keys(CHECKS).join(", ");
      throw new Error(`Cannot read the option "${name}" in ${from}: the options are ${known}: received another`);
    }
    const [what, test] = check;
    if (value !== undefined && !test(value)) {
      throw new Error(`Cannot read the option "${name}" in ${from}: it is ${what}: received ${shown(value)}`);
    }
  }
  return config;
}

function isSwitch(value: unknown): value is boolean {
  return typeof value === "boolean";
}

function isPattern(value: unknown): boolean {
  return (typeof value === "string" && value !== "") || value instanceof RegExp;
}

function isPatternList(value: unknown): value is readonly unknown[] {
  return Array.isArray(value) && value.every(isPattern);
}

function isTextList(value: unknown): boolean {
  return Array.isArray(value) && value.every((item) => typeof item === "string");
}

function isTexts(value: unknown): boolean {
  return isRecord(value) && Object.values(value).every((item) => typeof item === "string");
}

function isPackageMode(value: unknown): boolean {
  return ["closure", "version", "ignore", "source"].includes(value as string);
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value) && !(value instanceof RegExp);
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function shown(value: unknown): string {
  if (value === undefined) return "nothing";
  return typeof value === "function" ? "a function" : (JSON.stringify(value) ?? String(value)).slice(0, 60);
}
