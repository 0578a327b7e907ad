import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { onTestFinished } from "vitest";
import { Project, type ProjectOptions, type Site } from "../../../adapters/plugin/graph/project.ts";

/** The texts of a project's files, by their paths. */
export type Files = Readonly<Record<string, string>>;

/** In a file, one text in the place of another. */
export type Edit = readonly [file: string, from: string, to: string];

/** The first line of most fixtures. */
export const CACHED = 'import { cached } from "@autocache/edge";\n';

const DEFAULTS: Files = { "package.json": '{"name":"fixture","type":"module"}', "tsconfig.json": "{}" };

/** Writes files to a folder of their own, which is gone after the test. */
export function write(files: Files): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "autocache-graph-")));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  put(folder, { ...DEFAULTS, ...files });
  return folder;
}

/** Writes files to a folder that is there. */
export function put(folder: string, files: Files): void {
  for (const [path, text] of Object.entries(files)) {
    const file = join(folder, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  }
}

export interface Look {
  readonly folder: string;
  readonly project: Project;
  /** The sites of the file a.ts, or of a.tsx. */
  readonly sites: readonly Site[];
  readonly fingerprints: readonly (string | undefined)[];
  /** The codes that are told of all sites. */
  readonly codes: readonly string[];
}

/** Writes files to a new folder and looks at what is cached in a.ts. */
export function look(files: Files, options: ProjectOptions = {}): Look {
  return lookAt(write(files), files, options);
}

/** Looks at what is cached in the file a.ts of a folder, with a project that knows nothing of it yet. */
export function lookAt(folder: string, files: Files, options: ProjectOptions = {}): Look {
  const project = new Project({ root: folder, cacheDir: false, ...options });
  const sites = project.sites(join(folder, "a.tsx" in files ? "a.tsx" : "a.ts"));
  return {
    folder,
    project,
    sites,
    fingerprints: sites.map(({ fingerprint }) => fingerprint),
    codes: sites.flatMap((site) => project.diagnostics(site).map(({ code }) => code)),
  };
}

/** Gives the fingerprints of what is cached in a.ts. */
export function fingerprints(files: Files, options: ProjectOptions = {}): readonly (string | undefined)[] {
  return look(files, options).fingerprints;
}

/** Makes an edit, which must find what it replaces. */
export function edited(files: Files, [file, from, to]: Edit): Files {
  const text = files[file];
  if (text?.includes(from) !== true) {
    throw new Error(`Cannot edit "${file}": it contains "${from}": received ${text ?? "no such file"}`);
  }
  return { ...files, [file]: text.replace(from, to) };
}
