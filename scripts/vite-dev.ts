import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { type DevServer, startDevServer } from "./dev-server.ts";
import { HOST } from "./wrangler-dev.ts";

/** The command line of Vite, for Node. */
export const VITE: string = join(dirname(fileURLToPath(import.meta.resolve("vite/package.json"))), "bin/vite.js");

/** Serves a folder's Worker on workerd with `vite dev`, and resolves when it answers. */
export function startViteDev(folder: string): Promise<DevServer> {
  return startDevServer({
    title: "vite dev",
    command: [VITE, "dev", "--host", HOST, "--port", "0"],
    cwd: folder,
    ready: /Local:\s+(http:\/\/\S+?)\/\s/,
  });
}
