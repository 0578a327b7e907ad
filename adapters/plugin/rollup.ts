import type { RollupPlugin } from "unplugin";
import { type AutocacheOptions, plugin } from "./plugin.ts";

export type { AutocacheOptions } from "./plugin.ts";

/**
 * Makes the plugin for Rollup, which gives every cached function a fingerprint of its code and of all code it reaches.
 *
 * It stands in front of the plugins that rewrite code. What those replace or resolve is not known to it: name it in the
 * options `defines` and `alias`.
 *
 * @example
 * ```ts
 * // rollup.config.js
 * import autocache from "@autocache/edge/rollup";
 *
 * export default { input: "src/index.js", output: { file: "dist/index.js" }, plugins: [autocache()] };
 * ```
 */
export const autocache: (options?: AutocacheOptions) => RollupPlugin = plugin.rollup;

export default autocache;
