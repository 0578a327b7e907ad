import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import { compatibilityDate, findWorkerd } from "../../http-conformance/targets.ts";
import type { WorkerModule } from "./modules.ts";

const CONTROL = 3;

/** A workerd that serves, on a port of loopback. */
export interface Workerd {
  readonly url: string;
  readonly version: string;
  /** Of its process. */
  readonly pid: number;
  /** Resolves when it has ended, by itself or by `stop()`, with how. */
  readonly exited: Promise<string>;
  /** The CPU time it has used so far, all threads included, in nanoseconds. */
  cpuNs(): number;
  stop(): Promise<void>;
}

/** Starts bare workerd with one Worker: nothing in front, which would cost more than what is measured. */
export async function startWorkerd(modules: readonly WorkerModule[]): Promise<Workerd> {
  const folder = mkdtempSync(join(tmpdir(), "autocache-bench-"));
  for (const { name, text } of modules) writeFileSync(join(folder, name), text);
  const config = join(folder, "config.capnp");
  writeFileSync(config, configuration(modules));
  const { default: program, version } = findWorkerd();
  // The binding that makes functions of texts is experimental.
  const child = spawn(program, ["serve", config, "--experimental", `--control-fd=${CONTROL}`], {
    stdio: ["ignore", "inherit", "pipe", "pipe"],
  });
  let errors = "";
  child.stderr?.setEncoding("utf8").on("data", (text: string) => (errors = (errors + text).slice(-2_000)));
  const end = (): unknown => child.kill("SIGKILL");
  process.once("exit", end);
  const exited = once(child, "exit").then(([code, signal]: unknown[]) => {
    process.off("exit", end);
    rmSync(folder, { recursive: true, force: true });
    return `${String(signal ?? `exit ${String(code)}`)}${errors === "" ? "" : ` (${errors.trim().split("\n")[0]})`}`;
  });
  const port = await Promise.race([portOf(child.stdio[CONTROL] as Readable), exited]);
  if (typeof port === "string") throw new Error(`Cannot start workerd: it has to listen: received ${port}\n${errors}`);
  return {
    url: `http://127.0.0.1:${port}`,
    version: `workerd ${version}`,
    pid: child.pid ?? 0,
    exited,
    cpuNs: () => cpuNsOf(child.pid ?? 0),
    stop: async () => {
      child.kill();
      await exited;
    },
  };
}

async function portOf(control: Readable): Promise<number> {
  for await (const line of createInterface({ input: control })) {
    const message = JSON.parse(line) as { readonly event: string; readonly port?: number };
    if (message.event === "listen" && message.port !== undefined) return message.port;
  }
  return new Promise(() => {});
}

function configuration(modules: readonly WorkerModule[]): string {
  const embedded = modules.map(({ name }) => `(name = "${name}", esModule = embed "${name}")`);
  return `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [(name = "main", worker = .worker)],
  sockets = [(name = "http", address = "127.0.0.1:0", http = (), service = "main")]
);
const worker :Workerd.Worker = (
  modules = [${embedded.join(", ")}],
  bindings = [(name = "unsafe", unsafeEval = void)],
  compatibilityDate = "${compatibilityDate()}",
  compatibilityFlags = ["nodejs_compat"]
);
`;
}

/** As Linux counts it, thread by thread, to the nanosecond: the clock inside a Worker may stand still while it computes. */
export function cpuNsOf(pid: number): number {
  const threads = `/proc/${pid}/task`;
  return readdirSync(threads)
    .map((thread) => Number(readFileSync(join(threads, thread, "schedstat"), "utf8").split(" ", 1)[0]))
    .reduce((sum, ns) => sum + ns, 0);
}
