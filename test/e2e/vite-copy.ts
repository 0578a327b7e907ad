import type { DevServer } from "../../scripts/dev-server.ts";
import { startViteDev } from "../../scripts/vite-dev.ts";
import { ProjectCopy } from "./project-copy.ts";

/** The ways to fingerprints that need no plugin: each is a command before the build, and a line of configuration. */
const WITHOUT_PLUGIN = {
  manifest: {
    main: "src/index.ts",
    build: { command: "node ../dist/plugin/cli.js fingerprint --out .autocache/manifest.json" },
    alias: { "@autocache/edge/manifest": "./.autocache/manifest.json" },
  },
  emit: {
    main: ".autocache/copy/src/index.ts",
    build: { command: "node ../dist/plugin/cli.js fingerprint --emit .autocache/copy" },
  },
};

/** The example for Vite, served with `vite dev`. */
export class ViteCopy extends ProjectCopy {
  /** Where `vite dev` keeps KV: for whatever else serves the copy. */
  readonly state: string = this.path("vite-example/.wrangler/state");

  protected override start(): Promise<DevServer> {
    return startViteDev(this.path("vite-example"));
  }

  /** Writes a configuration for wrangler alone; tells its path from the top of the copy. */
  wranglerConfig(way: keyof typeof WITHOUT_PLUGIN): string {
    const file = `vite-example/wrangler.${way}.jsonc`;
    const added = JSON.stringify(WITHOUT_PLUGIN[way]).slice(1, -1);
    this.write(file, this.read("vite-example/wrangler.jsonc").replace('"main": "src/index.ts"', added));
    return file;
  }
}

/** One call of a function of the example, as the Worker tells it. */
export interface Report {
  readonly value: number;
  readonly verdict: string;
  readonly backend?: string;
  readonly version: string;
}

export async function ask(url: string, path: string): Promise<Report> {
  const response = await fetch(url + path);
  const text = await response.text();
  if (!response.ok) throw new Error(`${path}: ${response.status} ${text}`);
  return JSON.parse(text) as Report;
}
