import { createServer } from "node:net";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { type DevServer, startDevServer } from "./dev-server.ts";

export const HOST = "127.0.0.1";

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
const WRANGLER = join(dirname(fileURLToPath(import.meta.resolve("wrangler/package.json"))), "bin/wrangler.js");

export interface WranglerDevOptions {
  /** @default any free one */
  readonly port?: number;
  /** The folder that keeps KV and the Cache API. @default wrangler's own, .wrangler/state */
  readonly persistTo?: string;
  /** The Worker to serve instead of wrangler.toml's. */
  readonly config?: string;
  readonly onOutput?: (text: string) => void;
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
export function startWranglerDev(options: WranglerDevOptions = {}): Promise<DevServer> {
  return startDevServer({
    title: "wrangler dev",
    command: [WRANGLER, ...words(options)],
    cwd: options.config === undefined ? ROOT : dirname(options.config),
    ready: /Ready on (http:\/\/\S+)\s/,
    onOutput: options.onOutput,
  });
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
