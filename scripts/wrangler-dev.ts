import { spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

export const HOST = "127.0.0.1";

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
  let output = "";
  const url = new Promise<string>((resolve, reject) => {
    const read = (chunk: Buffer): void => {
      options.onOutput?.(chunk.toString());
      output += chunk.toString();
      const ready = /Ready on (http:\/\/\S+)/.exec(output)?.[1];
      if (ready === undefined) return;
      output = "";
      resolve(ready);
    };
    server.stdout.on("data", read);
    server.stderr.on("data", read);
    void exited.then((code) => reject(new Error(`Cannot start "wrangler dev": exit ${code}\n${output}`)));
  });
  const stop = async (): Promise<void> => {
    server.kill("SIGTERM");
    await exited;
  };
  return { url: await url, exited, stop };
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
