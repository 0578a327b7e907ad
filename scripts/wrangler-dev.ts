import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

export const HOST = "127.0.0.1";

/** A Worker that does not build keeps wrangler waiting for a change: nobody else should. */
const START_LIMIT_MS = 90_000;

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
const WRANGLER = join(dirname(fileURLToPath(import.meta.resolve("wrangler/package.json"))), "bin/wrangler.js");

/** Local only: nothing is reported, looked up or asked for. */
const OFFLINE = {
  CLOUDFLARE_CF_FETCH_ENABLED: "false",
  WRANGLER_HIDE_BANNER: "true",
  WRANGLER_SEND_ERROR_REPORTS: "false",
  WRANGLER_SEND_METRICS: "false",
  X_LOCAL_EXPLORER: "false",
};

export interface WranglerDevOptions {
  /** @default any free one */
  readonly port?: number;
  /** The folder that keeps KV and the Cache API. @default wrangler's own, .wrangler/state */
  readonly persistTo?: string;
  /** The Worker to serve instead of wrangler.toml's. */
  readonly config?: string;
  readonly onOutput?: (text: string) => void;
}

export interface WranglerDev {
  readonly url: string;
  /** Resolves with the exit code when the server has ended, by itself or by `stop()`. */
  readonly exited: Promise<number | null>;
  stop(): Promise<void>;
}

/** Tells whether nobody listens on this port. */
export async function isFree(port: number): Promise<boolean> {
  const server = createServer();
  const free = await new Promise<boolean>((resolve) => {
    server.once("error", () => resolve(false));
    server.listen(port, HOST, () => resolve(true));
  });
  if (free) await new Promise((resolve) => server.close(resolve));
  return free;
}

/** Serves a Worker on workerd with `wrangler dev`, and resolves when it answers. */
export async function startWranglerDev(options: WranglerDevOptions = {}): Promise<WranglerDev> {
  const server = spawn(process.execPath, [WRANGLER, ...words(options)], {
    cwd: ROOT,
    env: { ...process.env, ...OFFLINE },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const exited = once(server, "exit").then(([code]) => code as number | null);
  const stop = async (): Promise<void> => {
    server.kill("SIGTERM");
    await exited;
  };
  for (const stream of [server.stdout, server.stderr]) {
    stream.setEncoding("utf8").on("data", (text: string) => options.onOutput?.(text));
  }
  return { url: await whenReady(server, exited), exited, stop };
}

/** Waits for the line that says where the server answers. */
async function whenReady(server: ChildProcess, exited: Promise<number | null>): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  let output = "";
  const read = (text: string): void => {
    output += text;
    const url = /Ready on (http:\/\/\S+)\s/.exec(output)?.[1];
    if (url !== undefined) resolve(url);
  };
  const fail = (reason: string): void => reject(new Error(`Cannot start "wrangler dev": ${reason}\n${output}`));
  const timer = setTimeout(() => {
    fail(`not ready after ${START_LIMIT_MS / 1000} seconds`);
    server.kill("SIGTERM");
  }, START_LIMIT_MS);
  server.stdout?.on("data", read);
  server.stderr?.on("data", read);
  void exited.then((code) => fail(`exit ${code}`));
  try {
    return await promise;
  } finally {
    clearTimeout(timer);
    server.stdout?.off("data", read);
    server.stderr?.off("data", read);
  }
}

function words({ port = 0, persistTo, config }: WranglerDevOptions): string[] {
  return [
    "dev",
    "--ip",
    HOST,
    "--port",
    String(port),
    "--inspector-port",
    "0",
    "--show-interactive-dev-session=false",
    ...(persistTo === undefined ? [] : ["--persist-to", persistTo]),
    ...(config === undefined ? [] : ["--config", config]),
  ];
}
