import type { WebpackPluginInstance } from "unplugin";
import { type AutocacheOptions, plugin } from "./plugin.ts";

export type { AutocacheOptions } from "./plugin.ts";

/**
 * Makes the plugin for webpack, which gives every cached function a fingerprint of its code and of all code it reaches.
 *
 * It runs before the loaders that rewrite code. What every `DefinePlugin` of the configuration replaces counts, and
 * `resolve.alias` is followed.
 *
 * @example
 * ```ts
 * // webpack.config.js
 * import autocache from "@autocache/edge/webpack";
 *
 * export default { entry: "./src/index.js", plugins: [autocache()] };
 * ```
 */
export const autocache: (options?: AutocacheOptions) => WebpackPluginInstance = plugin.webpack;

export default autocache;
