import { globSync, readFileSync } from "node:fs";
import { join, sep } from "node:path";
import { fileURLToPath } from "node:url";

/** The texts of a project's files by their paths from its top, with "/". */
export type Files = ReadonlyMap<string, string>;

/** What an edit does to a project. */
export type Change = (files: Files) => Files | Promise<Files>;

const SAMPLE = fileURLToPath(new URL("sample", import.meta.url));

/** Reads the sample project; its packages are moved to where a package manager would have put them. */
export function readSample(): Files {
  const paths = globSync(["package.json", "src/**/*", "packages/**/*"], { cwd: SAMPLE })
    .map((path) => path.split(sep).join("/"))
    .filter((path) => /\.(?:js|json|ts)$/.test(path))
    .toSorted();
  return new Map(
    paths.map((path) => [path.replace(/^packages\//, "node_modules/"), readFileSync(join(SAMPLE, path), "utf8")]),
  );
}

/** Replaces a text that stands in a file once. */
export function replace(path: string, from: string, to: string): (files: Files) => Files {
  return (files) => {
    const parts = textOf(files, path).split(from);
    if (parts.length !== 2) {
      throw new Error(`Cannot edit "${path}": "${from}" stands there once: received ${parts.length - 1} places`);
    }
    return new Map(files).set(path, parts.join(to));
  };
}

/** Renames an identifier wherever a file, or each of several, has it. */
export function rename(paths: string | readonly string[], from: string, to: string): (files: Files) => Files {
  const word = new RegExp(String.raw`(?<![\w$#.])${from}\b`, "g");
  return (files) => {
    const renamed = new Map(files);
    for (const path of [paths].flat()) {
      const text = textOf(files, path);
      if (text.search(word) < 0) throw new Error(`Cannot rename "${from}": it stands in the file: received "${path}"`);
      renamed.set(path, text.replace(word, to));
    }
    return renamed;
  };
}

/** Adds a file. */
export function add(path: string, text: string): (files: Files) => Files {
  return (files) => {
    if (files.has(path)) throw new Error(`Cannot add "${path}": it is new: received one that is there`);
    return new Map(files).set(path, text);
  };
}

/** Puts text before everything else in a file. */
export function prepend(path: string, text: string): (files: Files) => Files {
  return (files) => new Map(files).set(path, text + textOf(files, path));
}

/** Makes several changes, one after another. */
export function all(...changes: readonly ((files: Files) => Files)[]): (files: Files) => Files {
  return (files) => changes.reduce((before, change) => change(before), files);
}

export function textOf(files: Files, path: string): string {
  const text = files.get(path);
  if (text === undefined) throw new Error(`Cannot edit "${path}": the project has it: received no such file`);
  return text;
}
