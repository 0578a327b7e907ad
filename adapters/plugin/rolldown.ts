import type { RolldownPlugin } from "unplugin";
import { type AutocacheOptions, plugin } from "./plugin.ts";

export type { AutocacheOptions } from "./plugin.ts";

/**
 * Makes the plugin for Rolldown, which gives every cached function a fingerprint of its code and of all code it reaches.
 *
 * What the configuration replaces (`transform.define`) counts, and `resolve.alias` is followed.
 *
 * @example
 * ```ts
 * // rolldown.config.ts
 * import autocache from "@autocache/edge/rolldown";
 * import { defineConfig } from "rolldown";
 *
 * export default defineConfig({ input: "src/index.ts", plugins: [autocache()] });
 * ```
 */
export const autocache: (options?: AutocacheOptions) => RolldownPlugin = plugin.rolldown;

export default autocache;
