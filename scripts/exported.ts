import { readFileSync } from "node:fs";

/** The built file of each subpath that a program imports: not those of the build plugin, nor package.json itself. */
export function exportedFiles(): ReadonlyMap<string, string> {
  const { exports } = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8")) as {
    readonly exports: Readonly<Record<string, string>>;
  };
  return new Map(Object.entries(exports).filter(([, file]) => /^\.\/dist\/[\w-]+\.js$/.test(file)));
}
