import { globSync } from "tinyglobby";
import { digestOf } from "../source/digest.ts";
import type { Reference } from "../source/summary.ts";
import type { Edges } from "./edges.ts";
import type { Mention } from "./leaves.ts";
import type { Module } from "./modules.ts";
import { type GraphNode, groupOf } from "./nodes.ts";
import { joinPath, normalPath, parentOf, relativePath } from "./paths.ts";

type GlobReference = Extract<Reference, { readonly glob: readonly string[] }>;

/** The node of all files that patterns match: what is in them, and their paths, by which they are told apart. */
export function globNode(
  edges: Edges,
  module: Module,
  { glob, query = "" }: GlobReference,
  mention: Mention,
): GraphNode {
  const { resolver } = edges.world;
  const folder = parentOf(module.file) ?? "/";
  const patterns = glob.map((pattern) => patternFrom(folder, pattern, edges));
  const files = globSync(patterns, { cwd: folder, expandDirectories: false, ignore: ["**/node_modules/**"] })
    .map((path) => joinPath(folder, normalPath(path)))
    // A module does not find itself.
    .filter((file) => file !== module.file)
    .map((file) => ({ file, path: relativePath(folder, file) }))
    .sort((a, b) => (a.path < b.path ? -1 : 1));
  const node = groupOf(files.map(({ file }) => edges.resolved(resolver.resolutionOf(file, query), "*", mention)));
  node.text = `glob ${digestOf(JSON.stringify([query, files.map(({ path }) => path)]))}`;
  return node;
}

/** A pattern from the module's folder on. One that begins with "/" starts at the root of the project. */
function patternFrom(folder: string, pattern: string, { world }: Edges): string {
  const isNegative = pattern.startsWith("!");
  const positive = isNegative ? pattern.slice(1) : pattern;
  const { root } = world.settings;
  const path = world.resolver.aliased(positive);
  const isFromRoot = path.startsWith("/") && !path.startsWith(`${root}/`);
  const absolute = isFromRoot ? root + path : joinPath(folder, path);
  return (isNegative ? "!" : "") + relativePath(folder, absolute);
}
