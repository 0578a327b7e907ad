import process from "node:process";

/** The runtime that runs this, by name and version, and its engine. */
export function runtimeVersion(): string {
  const { versions } = process as { versions: Readonly<Record<string, string | undefined>> };
  if (versions["bun"] !== undefined) return `Bun ${versions["bun"]}`;
  if (versions["deno"] !== undefined) return `Deno ${versions["deno"]} (V8 ${versions["v8"]})`;
  return `Node ${versions["node"]} (V8 ${versions["v8"]})`;
}
