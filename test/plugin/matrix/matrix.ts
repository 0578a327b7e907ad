import { type Edit, FUNCTIONS } from "./edit.ts";
import { type Files, readSample } from "./files.ts";
import type { Readings, Toolchain } from "./toolchain.ts";
import { byFingerprint, judge, type Verdict, type VersionOf } from "./verdict.ts";
import { makeWorkplace } from "./workplace.ts";

/** What a toolchain made of the sample and of each edit of it. */
export interface Column {
  readonly toolchain: string;
  readonly base: Readings;
  readonly verdicts: readonly Verdict[];
  /** The readings behind the verdicts, by the edit's id. */
  readonly readings: ReadonlyMap<string, Readings>;
  readonly milliseconds: number;
}

export interface MatrixOptions {
  /** Is told of each build. */
  readonly onBuild?: (toolchain: string, edit: string) => void;
  readonly versionOf?: VersionOf;
}

/** Builds the sample and each edit of it with one toolchain, one after another. */
export async function runColumn(
  toolchain: Toolchain,
  edits: readonly Edit[],
  { onBuild = () => {}, versionOf = byFingerprint }: MatrixOptions = {},
): Promise<Column> {
  try {
    return await fill(toolchain, edits, onBuild, versionOf);
  } finally {
    toolchain.close?.();
  }
}

async function fill(
  toolchain: Toolchain,
  edits: readonly Edit[],
  onBuild: (toolchain: string, edit: string) => void,
  versionOf: VersionOf,
): Promise<Column> {
  const begun = performance.now();
  const sample = readSample();
  onBuild(toolchain.name, "base");
  const base = await readAt(toolchain, "base", sample);
  const readings = new Map<string, Readings>();
  const verdicts: Verdict[] = [];
  for (const edit of edits) {
    if (edit.isOfValue === true && !toolchain.isRun) continue;
    onBuild(toolchain.name, edit.id);
    const after = await readAt(toolchain, edit.id, await edit.apply(sample));
    readings.set(edit.id, after);
    verdicts.push(judge(edit, base, after, versionOf));
  }
  return { toolchain: toolchain.name, base, verdicts, readings, milliseconds: performance.now() - begun };
}

async function readAt(toolchain: Toolchain, id: string, files: Files): Promise<Readings> {
  const place = makeWorkplace(files);
  try {
    const readings = await toolchain.read(place);
    const { refuses = [] } = toolchain;
    const given = FUNCTIONS.filter((name) => !refuses.includes(name)).map((name) => [name, readings[name]] as const);
    return Object.fromEntries(given);
  } catch (error) {
    throw new Error(`Cannot read ${id} with "${toolchain.name}"`, { cause: error });
  } finally {
    place.remove();
  }
}

/** A function that two toolchains give different fingerprints, in the same state of the project. */
export interface Disagreement {
  readonly edit: string;
  readonly name: string;
  /** Which toolchains gave which. */
  readonly toolchains: Readonly<Record<string, readonly string[]>>;
}

/** Finds where toolchains differ: a fingerprint is computed from the source, so that there is nothing to differ about. */
export function disagreements(columns: readonly Column[]): readonly Disagreement[] {
  const cells = columns.flatMap(({ toolchain, base, readings }) =>
    [...new Map([["base", base], ...readings])].flatMap(([edit, functions]) =>
      Object.entries(functions).map(([name, reading]) => ({
        edit,
        name,
        toolchain,
        value: String(reading?.fingerprint),
      })),
    ),
  );
  return [...Map.groupBy(cells, ({ edit, name }) => `${edit} ${name}`).values()].flatMap((group) => {
    const values = Map.groupBy(group, ({ value }) => value);
    const [first] = group;
    if (first === undefined || values.size === 1) return [];
    const toolchains = [...values].map(([value, some]) => [value, some.map(({ toolchain }) => toolchain)] as const);
    return [{ edit: first.edit, name: first.name, toolchains: Object.fromEntries(toolchains) }];
  });
}
