import { readFileSync } from "node:fs";
import { type Config, loadConfig } from "../config.ts";
import { realPath, relativePath } from "../graph/paths.ts";
import { Project } from "../graph/project.ts";
import { Inclusion } from "./inclusion.ts";
import { fingerprintsOf, instrument, type Instrumented } from "./instrument.ts";
import { Messages, type Quiet, type Teller } from "./messages.ts";
import { Previous } from "./previous.ts";
import { isPackaged, isScript, projectFile } from "./project-file.ts";
import type { HostSettings } from "./settings.ts";

/** How fingerprints are put into code, beside what decides their values. */
export interface InjectionOptions {
  /**
   * The lock file, from the root; `false` for none.
   *
   * @default "autocache.lock.json", if it is there
   */
  readonly lock?: string | false;
  /**
   * Writes decorated methods as static blocks, for engines and tools that do not know decorators.
   *
   * @default true
   */
  readonly lowerDecorators?: boolean;
  /** Tells errors alone (`true`), all but some codes, or everything (`false`). Unset, errors and warnings are told. */
  readonly quiet?: Quiet;
}

/** What stands in front of the project's configuration, and its root. */
export interface SessionOptions extends Config {
  readonly root?: string;
}

interface Opened {
  readonly project: Project;
  readonly previous: Previous | undefined;
  readonly inclusion: Inclusion;
  readonly messages: Messages;
  readonly lowerDecorators: boolean;
}

/** What a plugin or a loader hook does with one file after the other. */
export class Session {
  readonly #options: SessionOptions;
  #settings: HostSettings = {};
  #opened: Opened | undefined;
  /** What was read of a module, and the fingerprints that were put into it. */
  readonly #written = new Map<string, { readonly code: string; readonly fingerprints: string }>();

  constructor(options: SessionOptions = {}) {
    this.#options = options;
  }

  /** Reads the project's configuration now rather than at the first file. */
  open(): void {
    this.#open();
  }

  get project(): Project {
    return this.#open().project;
  }

  /** Takes what the host's configuration says: before the first file. */
  configure(settings: HostSettings): void {
    this.#settings = settings;
    this.#opened = undefined;
  }

  /** Forgets a file that has changed, or everything where it may be any. */
  invalidate(file?: string): void {
    this.#opened?.project.invalidate(file === undefined ? undefined : realPath(file));
    this.#opened?.previous?.invalidate();
    if (file === undefined) this.#opened?.inclusion.invalidate();
  }

  /** Lists the files of the project that fingerprints are put into. */
  files(): string[] {
    return this.#open()
      .inclusion.list()
      .filter((file) => this.concerns(file));
  }

  /** Tells whether fingerprints are put into a module. */
  concerns(id: string): boolean {
    const file = projectFile(id);
    const { project, inclusion } = this.#open();
    if (file === undefined || !inclusion.has(file)) return false;
    const { sites, subclasses } = project.instrumentable(file, readFileSync(file, "utf8"));
    return sites.length > 0 || subclasses.length > 0;
  }

  /** Lists the modules, by what stands before "?" in their ids, whose code has fingerprints of other days than these. */
  outdated(changed: string): string[] {
    const { project } = this.#open();
    const written = [...this.#written].filter(([path]) => realPath(path) !== realPath(changed));
    return written
      .filter(([path, { code, fingerprints }]) => {
        return fingerprintsOf(project.instrumentable(realPath(path), code)) !== fingerprints;
      })
      .map(([path]) => path);
  }

  /** Puts the fingerprints into the code of a module; `undefined` where it has none or is not the project's. */
  transform(code: string, id: string, teller: Teller): Instrumented | undefined {
    const file = projectFile(id);
    if (file === undefined) return undefined;
    const { project, previous, lowerDecorators, inclusion, messages } = this.#open();
    if (!inclusion.has(file)) return undefined;
    const options = { ...(previous !== undefined && { previous }), lowerDecorators };
    const instrumented = instrument(project, file, code, options);
    const path = id.replace(/\?.*$/, "");
    if (instrumented === undefined) {
      this.#written.delete(path);
      return undefined;
    }
    this.#written.set(path, { code, fingerprints: instrumented.fingerprints });
    const watched = new Set(instrumented.sites.flatMap((site) => [...project.files(site)]));
    if (previous?.exists === true) watched.add(previous.path);
    for (const reached of watched) if (reached !== file) teller.watch(reached);
    messages.tell(instrumented.diagnostics, project.root, teller);
    return instrumented;
  }

  /** Tells what modules reach that their bundle does not have: there, other code runs than was counted. */
  tellStrays(ids: Iterable<string>, warn: (message: string) => void): void {
    const { project, messages } = this.#open();
    if (messages.hides("resolves-differently")) return;
    const modules = [...ids];
    const bundled = new Set(modules.map((id) => realPath(id.replace(/\?.*$/, ""))));
    const strays = new Map<string, string>();
    for (const file of new Set(modules.map(projectFile))) {
      const sites = file === undefined ? [] : project.sites(file);
      for (const reached of sites.flatMap((site) => [...project.files(site)])) {
        if (isScript(reached) && !isPackaged(reached) && !bundled.has(reached)) strays.set(reached, file ?? "");
      }
    }
    for (const pair of strays) {
      const [reached = "", file = ""] = pair.map((path) => relativePath(project.root, path));
      warn(strayText(reached, file));
    }
  }

  // The options of the plugin have the last word, then those of the project, then what the bundler's configuration says.
  #open(): Opened {
    if (this.#opened !== undefined) return this.#opened;
    const root = realPath(this.#options.root ?? this.#settings.root ?? process.cwd());
    const config = loadConfig(root);
    const { lock, lowerDecorators = true, quiet, include, ...options } = { ...config, ...this.#options };
    const defines = { ...this.#settings.defines, ...config.defines, ...this.#options.defines };
    const alias = { ...this.#settings.alias, ...config.alias, ...this.#options.alias };
    return (this.#opened = {
      project: new Project({ ...options, root, defines, alias }),
      previous: lock === false ? undefined : new Previous(root, lock),
      inclusion: new Inclusion(root, include),
      messages: new Messages(quiet),
      lowerDecorators,
    });
  }
}

function strayText(reached: string, file: string): string {
  const rest = "so that other code may run than is counted: name what leads there in the option alias";
  return `${file}: reaches ${reached}, which is not in the bundle, ${rest} [resolves-differently]`;
}
