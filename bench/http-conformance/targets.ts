import { copyFileSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { type DevServer, startDevServer } from "../../scripts/dev-server.ts";
import { startWranglerDev } from "../../scripts/wrangler-dev.ts";
import type { Bindings } from "./bindings.ts";

export type TargetName = "node" | "workerd" | "wrangler-dev";

/** A host of the application under test. */
export interface Target {
  readonly title: string;
  /** Writes the bundle that all runs on this host serve: what is built meanwhile does not change it. */
  bundle(folder: string): Promise<string>;
  start(serving: Serving): Promise<DevServer>;
}

/** What to serve. */
export interface Serving {
  readonly bundle: string;
  readonly bindings: Bindings;
  /** A folder of the run's own. */
  readonly state: string;
  readonly onOutput: (text: string) => void;
}

const HERE = import.meta.dirname;
const ROOT = dirname(dirname(HERE));
const LISTENING = /Listening on (http:\/\/[^\s/]+)/;

/** Starts the suite's own server. */
export function startOrigin(suite: string, state: string): Promise<DevServer> {
  const command = [join(HERE, "origin.ts"), suite, join(state, "origin.pid")];
  return startDevServer({ title: "the suite's server", command, cwd: state, ready: LISTENING });
}

export const TARGETS: Readonly<Record<TargetName, Target>> = {
  node: {
    title: "Node",
    bundle: (folder) => bundleOf("on-node.ts", folder, ["node"]),
    start: ({ bundle, bindings, state, onOutput }) =>
      startDevServer({
        title: "the cache on Node",
        command: [bundle, JSON.stringify(bindings)],
        cwd: state,
        ready: LISTENING,
        onOutput,
      }),
  },
  workerd: { title: "workerd", bundle: bundleOfWorker, start: startWorkerd },
  "wrangler-dev": { title: "wrangler dev", bundle: bundleOfWorker, start: startWrangler },
};

function bundleOfWorker(folder: string): Promise<string> {
  return bundleOf("on-workers.ts", folder, ["workerd", "worker"]);
}

async function bundleOf(entry: string, folder: string, conditions: string[]): Promise<string> {
  const outfile = join(folder, entry.replace(".ts", ".mjs"));
  await build({
    entryPoints: [join(HERE, entry)],
    outfile,
    bundle: true,
    format: "esm",
    platform: conditions[0] === "node" ? "node" : "browser",
    conditions,
    external: ["cloudflare:*"],
    alias: { "@autocache/edge/manifest": join(ROOT, "dist/manifest.js") },
    logLevel: "warning",
  });
  return outfile;
}

function startWrangler({ bundle, bindings, state, onOutput }: Serving): Promise<DevServer> {
  const config = join(state, "wrangler.json");
  writeFileSync(
    config,
    JSON.stringify({
      name: "conformance",
      main: bundle,
      no_bundle: true,
      compatibility_date: compatibilityDate(),
      vars: bindings,
      kv_namespaces: [{ binding: "CACHE", id: "conformance" }],
    }),
  );
  return startWranglerDev({ config, persistTo: join(state, "state"), onOutput });
}

/** Serves with workerd alone: no Cache API, no KV, and nothing in front that compresses. */
function startWorkerd({ bundle, bindings, state, onOutput }: Serving): Promise<DevServer> {
  const config = join(state, "config.capnp");
  copyFileSync(bundle, join(state, "worker.mjs"));
  writeFileSync(
    config,
    `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [(name = "main", worker = .worker), (name = "network", network = (allow = ["private", "public"]))],
  sockets = [(name = "http", address = "127.0.0.1:0", http = (), service = "main")]
);
const worker :Workerd.Worker = (
  modules = [(name = "worker", esModule = embed "worker.mjs")],
  bindings = [${Object.entries(bindings)
    .map(([name, value]) => `(name = ${JSON.stringify(name)}, text = ${JSON.stringify(value)})`)
    .join(", ")}],
  compatibilityDate = "${compatibilityDate()}",
  globalOutbound = "network"
);
`,
  );
  const command = [join(HERE, "workerd-server.ts"), findWorkerd().default, config];
  return startDevServer({ title: "workerd", command, cwd: state, ready: LISTENING, onOutput });
}

/** The workerd of wrangler, so that both are the same. */
export function findWorkerd(): { readonly default: string; readonly version: string } {
  const ofWrangler = createRequire(fileURLToPath(import.meta.resolve("wrangler/package.json")));
  return ofWrangler("workerd") as { readonly default: string; readonly version: string };
}

/** The compatibility date of the example Worker. */
export function compatibilityDate(): string {
  const date = /^compatibility_date = "(.+)"$/m.exec(readFileSync(join(ROOT, "wrangler.toml"), "utf8"))?.[1];
  if (date === undefined) throw new Error("Cannot read wrangler.toml: it has a compatibility_date: received none");
  return date;
}
