/** A server of static files, for looking at the site. */
import { existsSync, readFileSync, statSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { once } from "node:events";
import { extname, join, relative } from "node:path";
import type { AddressInfo } from "node:net";

export const HOST = "127.0.0.1";

const TYPES: Readonly<Record<string, string>> = {
  ".css": "text/css; charset=utf-8",
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".json": "application/json",
  ".png": "image/png",
  ".svg": "image/svg+xml",
};

export interface ServedSite {
  readonly url: string;
  close(): Promise<void>;
}

/** Serves a folder under a base, with its 404.html for what is not there. */
export async function serve(folder: string, base: string, port = 0): Promise<ServedSite> {
  const server: Server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? "/", `http://${HOST}`);
    const file = pathname.startsWith(base) ? fileAt(folder, pathname.slice(base.length)) : undefined;
    const path = file ?? join(folder, "404.html");
    const type = TYPES[extname(path)] ?? "application/octet-stream";
    response.writeHead(file === undefined ? 404 : 200, { "content-type": type, "cache-control": "no-cache" });
    response.end(request.method === "HEAD" ? undefined : readFileSync(path));
  });
  server.listen(port, HOST);
  await once(server, "listening");
  const { port: own } = server.address() as AddressInfo;
  const close = async (): Promise<void> => {
    server.close();
    server.closeAllConnections();
    await once(server, "close");
  };
  return { url: `http://${HOST}:${own}${base}`, close };
}

function fileAt(folder: string, path: string): string | undefined {
  const name = decoded(path);
  if (name === undefined) return undefined;
  const wanted = join(folder, name);
  if (relative(folder, wanted).startsWith("..") || !existsSync(wanted)) return undefined;
  const file = statSync(wanted).isDirectory() ? join(wanted, "index.html") : wanted;
  return existsSync(file) ? file : undefined;
}

function decoded(path: string): string | undefined {
  try {
    return decodeURIComponent(path);
  } catch {
    return undefined;
  }
}
