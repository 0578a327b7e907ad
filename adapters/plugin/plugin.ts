import {
  createUnplugin,
  type UnpluginBuildContext,
  type UnpluginContext,
  type UnpluginInstance,
  type UnpluginOptions,
} from "unplugin";
import type { Config } from "./config.ts";
import type { LocatedDiagnostic } from "./graph/project.ts";
import type { Teller } from "./inject/messages.ts";
import { Session } from "./inject/session.ts";
import { esbuildSettings, rolldownSettings, viteSettings, webpackSettings } from "./inject/settings.ts";

/** The options of the plugin: those of the project's configuration, which they stand in front of, and its root. */
export interface AutocacheOptions extends Config {
  /**
   * The folder of the project.
   *
   * @default what the bundler takes for it, or else the working directory
   */
  readonly root?: string;
}

type Context = UnpluginBuildContext & UnpluginContext;

/** What Rollup, Rolldown and Vite have at the end of a build. */
interface Graph {
  getModuleIds(): Iterable<string>;
  warn(message: string): void;
}

/** Makes the plugin for each bundler: it writes the fingerprints of cached functions into the code. */
export const plugin: UnpluginInstance<AutocacheOptions | undefined, false> = createUnplugin<
  AutocacheOptions | undefined,
  false
>((options, { framework }): UnpluginOptions => {
  const session = new Session(options);
  const freshness = new Freshness(session);
  let isServed = false;

  function checkGraph(this: Graph, error?: Error): void {
    if (error !== undefined || isServed) return;
    session.tellStrays(this.getModuleIds(), (message) => this.warn(message));
  }

  return {
    name: "autocache",
    enforce: "pre",
    buildStart: () => freshness.start(),
    watchChange: (file, { event }) => freshness.change(file, event),
    // In esbuild, a plugin that answers for a module is the only one that is asked.
    ...(framework === "esbuild" && { transformInclude: (id: string) => session.concerns(id) }),
    transform: {
      filter: { id: /\.[cm]?[jt]sx?(?:\?|$)/ },
      handler(code, id) {
        const instrumented = session.transform(code, id, tellerOf(this));
        if (instrumented !== undefined) refuseCache(this);
        return instrumented && { code: instrumented.code, map: instrumented.map };
      },
    },
    vite: {
      configResolved(config) {
        isServed = config.command === "serve";
        session.configure(viteSettings(config));
      },
      // Where a module imports the file that changed by a static import, Vite does not transform the module again.
      hotUpdate({ file, modules }) {
        const { moduleGraph } = this.environment;
        const outdated = session.outdated(file).flatMap((module) => [...(moduleGraph.getModulesByFile(module) ?? [])]);
        return outdated.length === 0 ? undefined : [...new Set([...modules, ...outdated])];
      },
      buildEnd: checkGraph,
    },
    rollup: {
      buildEnd: checkGraph,
      shouldTransformCachedModule: ({ id }) => session.concerns(id),
    },
    rolldown: {
      options: (settings) => session.configure(rolldownSettings(settings)),
      buildEnd: checkGraph,
    },
    esbuild: {
      // That of the file's extension, as configured.
      loader: "default",
      setup: ({ initialOptions }) => session.configure(esbuildSettings(initialOptions)),
    },
    webpack: ({ options: settings }) => session.configure(webpackSettings(settings)),
    rspack: ({ options: settings }) => session.configure(webpackSettings(settings)),
    bun: { setup: ({ config }) => session.configure(esbuildSettings({ define: config.define })) },
  };
});

/** Has files read again that have changed: those that the host names, or all where it names none. */
class Freshness {
  readonly #session: Session;
  #hasBuilt = false;
  #isTold = false;

  constructor(session: Session) {
    this.#session = session;
  }

  start(): void {
    if (this.#hasBuilt && !this.#isTold) this.#session.invalidate();
    this.#hasBuilt = true;
    this.#isTold = false;
  }

  change(file: string, event: "create" | "update" | "delete"): void {
    this.#isTold = true;
    // A file that comes or goes changes what others resolve to.
    this.#session.invalidate(event === "update" ? file : undefined);
  }
}

// Fingerprints depend on more than the files that are watched: on options, and on what is installed. A cache that
// outlives the build knows of neither.
function refuseCache({ getNativeBuildContext }: Context): void {
  const native = getNativeBuildContext?.();
  if (native?.framework === "webpack" || native?.framework === "rspack") native.loaderContext?.cacheable(false);
}

function tellerOf(context: Context): Teller {
  return {
    warn: (message) => context.warn(message),
    fail: (message, { file, line, column }: LocatedDiagnostic) =>
      context.error({ message, id: file, loc: { file, line, column: column - 1 } }),
    watch: (file) => context.addWatchFile(file),
  };
}
