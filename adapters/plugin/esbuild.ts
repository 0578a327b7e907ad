import type { EsbuildPlugin } from "unplugin";
import { type AutocacheOptions, plugin } from "./plugin.ts";

export type { AutocacheOptions } from "./plugin.ts";

/**
 * Makes the plugin for esbuild, which gives every cached function a fingerprint of its code and of all code it reaches.
 *
 * It stands in front of other plugins that load scripts, since esbuild asks the first that answers. What the build
 * replaces (`define`) counts, and `alias` is followed.
 *
 * @example
 * ```ts
 * // build.ts
 * import autocache from "@autocache/edge/esbuild";
 * import { build } from "esbuild";
 *
 * await build({
 *   entryPoints: ["src/index.ts"],
 *   bundle: true,
 *   format: "esm",
 *   outfile: "dist/index.js",
 *   plugins: [autocache()],
 * });
 * ```
 */
export const autocache: (options?: AutocacheOptions) => EsbuildPlugin = plugin.esbuild;

export default autocache;
