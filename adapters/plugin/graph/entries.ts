import { readFileSync } from "node:fs";
import { asRecord, parseJsonc } from "./jsonc.ts";
import { joinPath, realPath } from "./paths.ts";

/** The files that a project starts with, as wrangler's configuration and package.json name them. */
export function entriesOf(root: string): ReadonlySet<string> {
  const toml = /^\s*main\s*=\s*["']([^"']+)["']/m.exec(read(joinPath(root, "wrangler.toml")))?.[1];
  const fields = ["wrangler.json", "wrangler.jsonc", "package.json"].map((name) => mainIn(read(joinPath(root, name))));
  const files = [toml, ...fields].filter((path) => typeof path === "string");
  return new Set(files.map((path) => realPath(joinPath(root, path))));
}

function mainIn(text: string): unknown {
  try {
    return asRecord(parseJsonc(text))["main"];
  } catch {
    return undefined;
  }
}

function read(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return "";
  }
}
