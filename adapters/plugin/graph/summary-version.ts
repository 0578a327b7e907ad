import { readdirSync, statSync } from "node:fs";
import { createRequire } from "node:module";
import { textsIn } from "./jsonc.ts";

/** The version of what a summary holds. */
const FORMAT = 1;

let version: string | undefined;

/**
 * The version of summaries, and of the code that makes them: what another release, or a working copy that is being
 * edited, has made of the same text may be another thing.
 */
export function summaryVersion(): string {
  return (version ??= `${FORMAT} ${codeVersion()}`);
}

function codeVersion(): string {
  try {
    if (import.meta.url.endsWith(".ts")) {
      const folder = new URL("../source/", import.meta.url);
      return readdirSync(folder, "utf8")
        .map((name) => `${name} ${statSync(new URL(name, folder)).mtimeMs}`)
        .join("\n");
    }
    const manifest: unknown = createRequire(import.meta.url)("@autocache/edge/package.json");
    return textsIn(manifest)["version"] ?? "";
  } catch {
    return "";
  }
}
