import type { Toolchain } from "../toolchain.ts";
import { analysis, cachedAnalysis, lastingAnalysis } from "./analysis.ts";
import { BUNDLERS } from "./bundlers.ts";
import { COMMANDS, WRANGLER } from "./cli.ts";
import { bunBuild, RUNTIMES } from "./runtimes.ts";

/** The analysis, as the plugin, a development server and a build with a cache ask it. */
export const ANALYSES: readonly Toolchain[] = [analysis, cachedAnalysis(), lastingAnalysis()];

/** Everything that builds or runs a project with its fingerprints. */
export const TOOLCHAINS: readonly Toolchain[] = [...BUNDLERS, bunBuild, ...RUNTIMES, ...COMMANDS, ...WRANGLER];
