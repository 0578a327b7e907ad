import { readFileSync } from "node:fs";
import { digestOf } from "../source/digest.ts";

/** What of a file counts that is not code. */
export interface AssetDigests {
  /** Of its value, if it is JSON, else of its bytes. */
  readonly whole: string;
  /** Of a JSON object, each member's. */
  readonly members: ReadonlyMap<string, string> | undefined;
}

/** Reads the files that are data. */
export class Assets {
  readonly #digests = new Map<string, AssetDigests | undefined>();

  /** Gives the digests of a file; `undefined` if it cannot be read. With a query, JSON too counts by its bytes. */
  read(file: string, query: string): AssetDigests | undefined {
    const key = file + query;
    if (this.#digests.has(key)) return this.#digests.get(key);
    const digests = digestsOf(file, query);
    this.#digests.set(key, digests);
    return digests;
  }

  /** Forgets a file, or all. */
  invalidate(file?: string): void {
    for (const key of this.#digests.keys()) {
      if (file === undefined || key === file || key.startsWith(`${file}?`)) this.#digests.delete(key);
    }
  }
}

function digestsOf(file: string, query: string): AssetDigests | undefined {
  try {
    const bytes = readFileSync(file);
    const value = query === "" && file.endsWith(".json") ? jsonIn(bytes.toString("utf8")) : undefined;
    if (value !== undefined) return valueDigests(value);
    return { whole: digestOf(`bytes ${bytes.toString("latin1")}`), members: undefined };
  } catch {
    return undefined;
  }
}

function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text.replace(/^\uFEFF/, ""));
  } catch {
    return undefined;
  }
}

function valueDigests(value: unknown): AssetDigests {
  if (typeof value !== "object" || value === null || Array.isArray(value))
    return { whole: jsonDigest(value), members: undefined };
  const members = Object.entries(value).map(([name, member]) => [name, jsonDigest(member)] as const);
  return { whole: jsonDigest(value), members: new Map(members) };
}

function jsonDigest(value: unknown): string {
  return digestOf(`json ${JSON.stringify(value)}`);
}
