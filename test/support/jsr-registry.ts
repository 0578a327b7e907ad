import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { once } from "node:events";
import { buffer } from "node:stream/consumers";

/** A registry that speaks as much of JSR's protocol as one package needs, to be published and to be imported. */
export interface JsrRegistry {
  /** What JSR_URL has to be. */
  readonly url: string;
  /** Where the files of the published package lie, as they were uploaded. */
  readonly folder: string;
  close(): Promise<void>;
}

interface Config {
  readonly name: string;
  readonly version: string;
  readonly exports: Readonly<Record<string, string>>;
}

/** Starts an empty one on a free port of 127.0.0.1. */
export async function startJsrRegistry(): Promise<JsrRegistry> {
  const home = mkdtempSync(join(tmpdir(), "autocache-jsr-"));
  const folder = join(home, "package");
  const server = createServer((request, response) => {
    answer(request, home).then(
      (body) => response.writeHead(body === undefined ? 404 : 200).end(body ?? notFound),
      (error: unknown) => response.writeHead(500).end(String(error)),
    );
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    folder,
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
      rmSync(home, { recursive: true, force: true });
    },
  };
}

const notFound = JSON.stringify({ code: "packageVersionNotFound", message: "There is no such version" });
const published = JSON.stringify({ id: "00000000-0000-4000-8000-000000000001", status: "success", error: null });

/** `undefined` for what there is not. */
async function answer(request: IncomingMessage, home: string): Promise<string | Uint8Array | undefined> {
  const { pathname } = new URL(request.url ?? "/", "http://registry");
  if (request.method === "POST" && pathname.startsWith("/api/")) {
    unpack(home, await buffer(request));
    return published;
  }
  if (pathname.startsWith("/api/publish_status/")) return published;
  if (pathname.startsWith("/api/")) return /\/versions\/[^/]+$/.test(pathname) ? undefined : "{}";
  return serve(join(home, "package"), pathname);
}

function unpack(home: string, tarball: Uint8Array): void {
  const folder = join(home, "package");
  mkdirSync(folder);
  writeFileSync(join(home, "package.tar.gz"), tarball);
  execFileSync("tar", ["-xzf", join(home, "package.tar.gz"), "-C", folder]);
}

function serve(folder: string, pathname: string): string | Uint8Array | undefined {
  const config = JSON.parse(readFileSync(join(folder, "jsr.json"), "utf8")) as Config;
  const top = `/${config.name}/`;
  if (pathname === `${top}meta.json`) return JSON.stringify({ versions: { [config.version]: {} } });
  if (pathname === `${top}${config.version}_meta.json`) {
    return JSON.stringify({ exports: config.exports, manifest: manifestOf(folder) });
  }
  const files = `${top}${config.version}/`;
  return pathname.startsWith(files) ? readFileSync(join(folder, pathname.slice(files.length))) : undefined;
}

/** The digest of each module, which Deno compares with what it is served. */
function manifestOf(folder: string): Record<string, { readonly size: number; readonly checksum: string }> {
  const files = globSync("**/*.ts", { cwd: folder });
  return Object.fromEntries(
    files.map((file) => {
      const bytes = readFileSync(join(folder, file));
      const checksum = `sha256-${createHash("sha256").update(bytes).digest("hex")}`;
      return [`/${file}`, { size: bytes.length, checksum }];
    }),
  );
}
