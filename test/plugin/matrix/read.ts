/**
 * Runs a bundle, or a source under a load hook, and prints what it cached with which version; with paths, what the
 * Worker answers to them, too. A program of its own, because each bundle needs a fresh set of modules.
 */
import process from "node:process";
import { pathToFileURL } from "node:url";

interface Call {
  readonly name: string;
  readonly text: string;
  readonly fingerprint?: string;
  captured(): readonly unknown[];
}

interface Served {
  readonly default?: { fetch(request: Request): Promise<Response> };
}

/** What is read of a function: without the plugin, `fingerprint` is missing. */
export interface Reading {
  readonly fingerprint: string | undefined;
  readonly captured: readonly unknown[];
  readonly text: string;
}

export interface Output {
  readonly functions: Readonly<Record<string, Reading>>;
  readonly answers: Readonly<Record<string, string>>;
}

const [entry = "", ...paths] = process.argv.slice(2);
const served = (await import(pathToFileURL(entry).href)) as Served;
const answers: Record<string, string> = {};
for (const path of paths) {
  const response = await served.default?.fetch(new Request(`https://shop.example${path}`));
  answers[path] = (await response?.text()) ?? "";
}

const calls = ((globalThis as Record<symbol, unknown>)[Symbol.for("autocache.matrix")] ?? []) as readonly Call[];
const functions: Record<string, Reading> = {};
for (const { name, text, fingerprint, captured } of calls) {
  if (functions[name] !== undefined)
    throw new Error(`Cannot read "${name}": each name is cached once: received two calls`);
  functions[name] = { fingerprint, captured: captured(), text };
}
process.stdout.write(JSON.stringify({ functions, answers } satisfies Output));
