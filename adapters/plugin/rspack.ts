import type { RspackPluginInstance } from "unplugin";
import { type AutocacheOptions, plugin } from "./plugin.ts";

export type { AutocacheOptions } from "./plugin.ts";

/**
 * Makes the plugin for Rspack, which gives every cached function a fingerprint of its code and of all code it reaches.
 *
 * It runs before the loaders that rewrite code. What every `DefinePlugin` of the configuration replaces counts, and
 * `resolve.alias` is followed.
 *
 * @example
 * ```ts
 * // rspack.config.js
 * import autocache from "@autocache/edge/rspack";
 *
 * export default { entry: "./src/index.ts", plugins: [autocache()] };
 * ```
 */
export const autocache: (options?: AutocacheOptions) => RspackPluginInstance = plugin.rspack;

export default autocache;
