import type { VitePlugin } from "unplugin";
import { type AutocacheOptions, plugin } from "./plugin.ts";

export type { AutocacheOptions } from "./plugin.ts";

/**
 * Makes the plugin for Vite, which gives every cached function a fingerprint of its code and of all code it reaches.
 *
 * It stands in front of plugins that rewrite code, such as `cloudflare()`. What Vite's configuration replaces (`define`, the
 * variables of `.env`) counts, and `resolve.alias` is followed. In development, an edit of a helper changes the
 * fingerprints of what reaches it.
 *
 * @example
 * ```ts
 * // vite.config.ts
 * import autocache from "@autocache/edge/vite";
 * import { defineConfig } from "vite";
 *
 * export default defineConfig({ plugins: [autocache()] });
 * ```
 */
export const autocache: (options?: AutocacheOptions) => VitePlugin = plugin.vite;

export default autocache;
