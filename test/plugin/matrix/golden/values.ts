import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Project } from "../../../../adapters/plugin/graph/project.ts";
import { type Files, readSample } from "../files.ts";
import { makeWorkplace, pathsOf } from "../workplace.ts";
import { specimenProject } from "./specimens.ts";

export const GOLDEN_FILE: string = fileURLToPath(new URL("../golden.json", import.meta.url));

type Fingerprints = Readonly<Record<string, string>>;

/** The fingerprints that users' entries are stored under: as long as the algorithm has its name, they stay. */
export interface Golden {
  readonly algorithm: string;
  /** Of the functions of the sample project. */
  readonly sample: Fingerprints;
  /** Of a function with each kind of syntax. */
  readonly syntax: Fingerprints;
}

export function readGolden(): Golden | undefined {
  try {
    return JSON.parse(readFileSync(GOLDEN_FILE, "utf8")) as Golden;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}

/** What the analysis says now. */
export function currentGolden(): Golden {
  const sample = fingerprintsOf(readSample());
  const syntax = fingerprintsOf(specimenProject());
  const algorithms = new Set([...Object.values(sample), ...Object.values(syntax)].map((value) => value.split("_")[0]));
  const [algorithm = ""] = algorithms;
  if (algorithms.size !== 1) {
    throw new Error(`Cannot compare with "golden.json": all values are of one algorithm: received ${[...algorithms]}`);
  }
  return { algorithm, sample, syntax };
}

/** The names whose value is another than the golden one, or that are gone. */
export function changedNames(golden: Golden, current: Golden): readonly string[] {
  return (["sample", "syntax"] as const).flatMap((part) =>
    Object.entries(golden[part])
      .filter(([name, value]) => current[part][name] !== value)
      .map(([name]) => `${part}: ${name}`),
  );
}

function fingerprintsOf(files: Files): Fingerprints {
  const place = makeWorkplace(files);
  try {
    const project = new Project({ root: place.folder, cacheDir: false });
    const sources = pathsOf(place.folder).filter((path) => path.startsWith("src/") && /\.tsx?$/.test(path));
    const sites = sources.flatMap((path) => project.sites(join(place.folder, path)));
    return Object.fromEntries(
      sites.map((site) => {
        const { literalName = "", fingerprint } = site;
        if (fingerprint !== undefined) return [literalName, fingerprint] as const;
        const problems = project.diagnostics(site).map(({ code, message }) => `${message} [${code}]`);
        throw new Error(`Cannot fingerprint "${literalName}": it has a value: received ${problems.join("; ")}`);
      }),
    );
  } finally {
    place.remove();
  }
}
