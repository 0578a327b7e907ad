import type { BunPlugin } from "unplugin";
import { type AutocacheOptions, plugin } from "./plugin.ts";

export type { AutocacheOptions } from "./plugin.ts";

/**
 * Makes the plugin for Bun's bundler, which gives every cached function a fingerprint of its code and of all code it reaches.
 *
 * What the build replaces (`define`) counts. It runs under Bun only, and in builds: programs that Bun runs from their
 * sources take `bun --preload @autocache/edge/register`.
 *
 * @example
 * ```ts
 * // build.ts
 * import autocache from "@autocache/edge/bun";
 *
 * await Bun.build({ entrypoints: ["src/index.ts"], outdir: "dist", plugins: [autocache()] });
 * ```
 */
export const autocache: (options?: AutocacheOptions) => BunPlugin = plugin.bun;

export default autocache;
