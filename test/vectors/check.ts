/** Checks an implementation against the vectors; needs no test runner and nothing of any one runtime. */
import { argsOf, CASES } from "./cases.ts";

export interface Vectors {
  readonly format: number;
  /** Argument lists as the text of JavaScript, and their canonical text. */
  readonly canonical: readonly { readonly title: string; readonly js: string; readonly text: string }[];
  /** The text of a function, the canonical text of each thing it depends on, and its version. */
  readonly versions: readonly {
    readonly title: string;
    readonly source: string;
    readonly fingerprint?: string;
    readonly deps: readonly string[];
    readonly version: string;
  }[];
  /** The parts of a key, its arguments as canonical text, and the key. */
  readonly keys: readonly {
    readonly title: string;
    readonly namespace: string;
    readonly name: string;
    readonly version: string | number;
    readonly args: string;
    readonly captured?: string;
    readonly secret?: string;
    readonly key: string;
  }[];
  /** A key of a value that is kept by hand, and where it is kept. */
  readonly kept: readonly { readonly namespace: string; readonly key: string; readonly stored: string }[];
}

export interface Implementation {
  canonical(args: readonly unknown[]): string;
  keyFor(parts: {
    readonly namespace: string;
    readonly name: string;
    readonly version: string | number;
    readonly args: readonly unknown[];
    readonly captured?: readonly unknown[];
    readonly secret?: string;
  }): Promise<string>;
}

export interface Checked {
  /** How many vectors were looked at. */
  readonly vectors: number;
  /** What each failure is; empty if there is none. */
  readonly failures: readonly string[];
}

export async function check({ canonical, keyFor }: Implementation, vectors: Vectors): Promise<Checked> {
  const failures: string[] = [];
  const compare = (title: string, actual: string, expected: string): void => {
    if (actual !== expected) failures.push(`${title}: ${actual} is not ${expected}`);
  };
  if (vectors.format !== 1) failures.push(`The format ${vectors.format} is not 1`);
  if (vectors.canonical.length !== CASES.length) failures.push("There are more cases, or fewer, than vectors");
  for (const { title, text } of vectors.canonical) {
    await run(failures, title, async () => compare(title, canonical(argsOf(title)), text));
  }
  const valuesOf = (text: string): readonly unknown[] =>
    argsOf(vectors.canonical.find((vector) => vector.text === text)?.title ?? "none");
  for (const { title, key, args: text, captured: capturedText, ...rest } of vectors.keys) {
    const captured = capturedText === undefined ? {} : { captured: valuesOf(capturedText) };
    await run(failures, title, async () =>
      compare(title, await keyFor({ ...rest, args: valuesOf(text), ...captured }), key),
    );
  }
  return { vectors: vectors.canonical.length + vectors.keys.length, failures };
}

async function run(failures: string[], title: string, compare: () => Promise<void>): Promise<void> {
  try {
    await compare();
  } catch (error) {
    failures.push(`${title}: ${String(error)}`);
  }
}
