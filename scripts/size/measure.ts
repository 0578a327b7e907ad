import { execFileSync } from "node:child_process";
import type { SizeEntry } from "./entries.ts";

export interface Size extends SizeEntry {
  /** What the entry adds: min and gzip, of all that is imported, less what it comes on top of. */
  readonly bytes: number;
}

/** What `size-limit --json` prints of one check. */
interface Measured {
  readonly name: string;
  readonly size: number;
}

/** Measures the built package with size-limit, whose own verdict on its limits comes out again in `excess()`. */
export function measure(entries: readonly SizeEntry[]): Size[] {
  return differences(entries, JSON.parse(runSizeLimit()) as Measured[]);
}

function runSizeLimit(): string {
  try {
    return execFileSync("size-limit", ["--json"], { encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
  } catch (error) {
    // A limit that is passed is an exit code, with the report printed all the same.
    const { stdout } = error as { readonly stdout?: string };
    if (stdout === undefined || !stdout.trimStart().startsWith("[")) throw error;
    return stdout;
  }
}

/** Takes from the size of each entry that of the one it comes on top of. */
export function differences(entries: readonly SizeEntry[], measured: readonly Measured[]): Size[] {
  const sizeOf = (name: string): number => {
    const size = measured.find((check) => check.name === name)?.size;
    if (size === undefined) throw new Error(`Cannot measure "${name}": size-limit has no such check: received none`);
    return size;
  };
  return entries.map((entry) => ({
    ...entry,
    bytes: sizeOf(entry.name) - (entry.besides === undefined ? 0 : sizeOf(entry.besides)),
  }));
}

/** Tells which entries are larger than their limits, in words. */
export function excess(sizes: readonly Size[]): string[] {
  return sizes
    .filter(({ bytes, limitBytes }) => bytes > limitBytes)
    .map(({ name, bytes, limitBytes }) => `${name} has ${bytes} bytes, ${bytes - limitBytes} more than its limit`);
}
