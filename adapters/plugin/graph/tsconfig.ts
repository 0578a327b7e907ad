import { existsSync, readFileSync } from "node:fs";
import { ResolverFactory } from "oxc-resolver";
import { asRecord, parseJsonc, textsIn } from "./jsonc.ts";
import { foldersAbove, joinPath, normalPath, parentOf } from "./paths.ts";

/** The compiler options that change what code does at run time. */
export interface CompilerSettings {
  readonly jsx: string | undefined;
  readonly jsxImportSource: string | undefined;
  readonly jsxFactory: string;
  readonly jsxFragmentFactory: string;
  readonly useDefineForClassFields: boolean;
  readonly experimentalDecorators: boolean;
  readonly emitDecoratorMetadata: boolean;
}

/** The settings a file may be compiled with. */
export interface FileSettings {
  /** Those of the nearest tsconfig.json, and of the projects it refers to: one of them has the file. */
  readonly variants: readonly CompilerSettings[];
  /** What they were read from. */
  readonly files: readonly string[];
  readonly problems: readonly TsconfigProblem[];
}

export interface TsconfigProblem {
  readonly file: string;
  readonly message: string;
}

interface Reading {
  readonly files: Set<string>;
  readonly problems: TsconfigProblem[];
}

/** Finds and reads tsconfig.json files: comments, `extends` and `references` included. */
export class Tsconfigs {
  readonly #byFolder = new Map<string, FileSettings>();
  readonly #byFile = new Map<string, FileSettings>();
  readonly #resolver = new ResolverFactory({
    extensions: [".json"],
    mainFields: ["tsconfig"],
    mainFiles: ["tsconfig"],
    conditionNames: ["require", "default"],
  });

  /** Reads the settings of a source file. */
  settingsOf(file: string): FileSettings {
    const passed: string[] = [];
    let found: FileSettings | undefined;
    for (const folder of foldersAbove(file)) {
      found = this.#byFolder.get(folder);
      if (found !== undefined) break;
      passed.push(folder);
      const candidate = joinPath(folder, "tsconfig.json");
      if (existsSync(candidate)) {
        found = this.#read(candidate);
        break;
      }
    }
    const settings = found ?? { variants: [settingsFrom({})], files: [], problems: [] };
    for (const folder of passed) this.#byFolder.set(folder, settings);
    return settings;
  }

  #read(file: string): FileSettings {
    const known = this.#byFile.get(file);
    if (known !== undefined) return known;
    const reading: Reading = { files: new Set(), problems: [] };
    const variants = new Map<string, CompilerSettings>();
    const waiting = [file];
    const seen = new Set<string>();
    for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
      if (seen.has(next)) continue;
      seen.add(next);
      const { options, references } = this.#load(next, reading, []);
      const settings = settingsFrom(options);
      variants.set(JSON.stringify(settings), settings);
      for (const path of references) waiting.push(projectFile(joinPath(parentOf(next) ?? "/", path)));
    }
    const sorted = [...variants.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, settings]) => settings);
    const result = { variants: sorted, files: [...reading.files], problems: reading.problems };
    this.#byFile.set(file, result);
    return result;
  }

  /** The options of a file over those that it extends: what comes later in `extends` wins. */
  #load(file: string, reading: Reading, above: readonly string[]): Loaded {
    if (above.includes(file)) {
      reading.problems.push({ file, message: "extends itself: what it says is read once" });
      return NOTHING;
    }
    reading.files.add(file);
    const json = readJson(file, reading);
    const bases = [json["extends"]].flat().filter((base) => typeof base === "string");
    const options: Record<string, unknown> = {};
    for (const base of bases) {
      const path = this.#resolver.sync(parentOf(file) ?? "/", base).path;
      if (path === undefined) reading.problems.push({ file, message: `cannot find "${base}", which it extends` });
      else Object.assign(options, this.#load(normalPath(path), reading, [...above, file]).options);
    }
    Object.assign(options, asRecord(json["compilerOptions"]));
    const references = Array.isArray(json["references"]) ? json["references"] : [];
    return { options, references: references.flatMap((reference) => textsIn(reference)["path"] ?? []) };
  }
}

interface Loaded {
  readonly options: Readonly<Record<string, unknown>>;
  readonly references: readonly string[];
}

const NOTHING: Loaded = { options: {}, references: [] };

function readJson(file: string, reading: Reading): Readonly<Record<string, unknown>> {
  try {
    return asRecord(parseJsonc(readFileSync(file, "utf8")));
  } catch (error) {
    reading.problems.push({
      file,
      message: `cannot be read: ${error instanceof Error ? error.message : String(error)}`,
    });
    return {};
  }
}

function projectFile(path: string): string {
  return path.endsWith(".json") ? path : joinPath(path, "tsconfig.json");
}

function settingsFrom(options: Readonly<Record<string, unknown>>): CompilerSettings {
  const text = (name: string): string | undefined => {
    const value = options[name];
    return typeof value === "string" ? value : undefined;
  };
  const define = options["useDefineForClassFields"];
  return {
    jsx: text("jsx")?.toLowerCase(),
    jsxImportSource: text("jsxImportSource"),
    jsxFactory: text("jsxFactory") ?? `${text("reactNamespace") ?? "React"}.createElement`,
    jsxFragmentFactory: text("jsxFragmentFactory") ?? `${text("reactNamespace") ?? "React"}.Fragment`,
    useDefineForClassFields: typeof define === "boolean" ? define : definesFields(text("target")),
    experimentalDecorators: options["experimentalDecorators"] === true,
    emitDecoratorMetadata: options["emitDecoratorMetadata"] === true,
  };
}

// Without a target, bundlers and TypeScript from version 6 on take a recent one.
function definesFields(target = "esnext"): boolean {
  const year = /^es(\d+)$/i.exec(target)?.[1];
  return year === undefined ? target.toLowerCase() === "esnext" : Number(year) >= 2022;
}
