import { readdirSync, readFileSync } from "node:fs";
import process from "node:process";
import { Log, LogLevel, Miniflare } from "miniflare";
import { compatibilityDate } from "../../http-conformance/targets.ts";
import type { WorkerModule } from "./modules.ts";
import { cpuNsOf } from "./serve.ts";

/** A workerd with a KV namespace and the Cache API, as Miniflare simulates them in the same process. */
export interface RouteServer {
  /** Of a socket of the Worker's own: nothing of Miniflare's is in front of it. */
  readonly url: URL;
  cpuNs(): number;
  stop(): Promise<void>;
}

/** Starts it with one Worker. */
export async function startRouteServer(modules: readonly WorkerModule[]): Promise<RouteServer> {
  const before = new Set(childrenNamed("workerd"));
  const contents = modules.map(({ name, text }) => [name, { type: "esm", contents: text }] as const);
  const miniflare = new Miniflare({
    host: "127.0.0.1",
    port: 0,
    cf: false,
    log: new Log(LogLevel.NONE),
    workers: [
      {
        config: {
          name: "routes",
          compatibilityDate: compatibilityDate(),
          compatibilityFlags: ["nodejs_compat"],
          env: { KV: { type: "kv", id: "routes" } },
          manifest: { mainModule: modules[0]?.name ?? "", modules: Object.fromEntries(contents) },
        },
        dev: { unsafeDirectSockets: [{ host: "127.0.0.1", port: 0 }] },
      },
    ],
  });
  await miniflare.ready;
  const url = await miniflare.unsafeGetDirectURL();
  const [pid] = childrenNamed("workerd").filter((child) => !before.has(child));
  if (pid === undefined) throw new Error("Cannot time workerd: it is a child of this process: received none");
  return { url, cpuNs: () => cpuNsOf(pid), stop: () => miniflare.dispose() };
}

/** The processes of that name which this one has started. */
function childrenNamed(name: string): number[] {
  return readdirSync("/proc")
    .filter((entry) => /^\d+$/.test(entry))
    .flatMap((pid) => {
      const [, command = "", parent = ""] = /^\d+ \((.*)\) \S (\d+)/.exec(statOf(pid)) ?? [];
      return command === name && Number(parent) === process.pid ? [Number(pid)] : [];
    });
}

function statOf(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/stat`, "latin1");
  } catch {
    // It has ended meanwhile.
    return "";
  }
}
