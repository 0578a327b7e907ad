/** A registry of npm's kind, for tests that install the package as a user would: by its name, with the user's own tool. */
import { execFile } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

const HOST = "127.0.0.1";
const run = promisify(execFile);

/** What a registry tells of one version; the lock file has the same members under the same names. */
interface Version {
  readonly name?: string;
  readonly version: string;
  readonly integrity: string;
  readonly dependencies?: Readonly<Record<string, string>>;
}

export interface Registry {
  readonly url: string;
  close(): Promise<void>;
}

/**
 * Packs the built package and serves it on 127.0.0.1, beside the other packages in the versions of package-lock.json:
 * so an installation takes what this project was tested with, and asks nobody outside.
 */
export async function startRegistry(): Promise<Registry> {
  const folder = mkdtempSync(join(tmpdir(), "autocache-registry-"));
  const packed = await pack(folder);
  const versions = new Map(lockedVersions());
  versions.set(packed.version.name, [packed.version]);
  const contents = (await run("npm", ["config", "get", "cache"])).stdout.trim();
  const server = createServer((request, response) => {
    const path = decodeURIComponent(new URL(request.url ?? "/", "http://registry").pathname).slice(1);
    const [name = "", version] = path.split("/-/");
    void answer(name, version, response);
  });

  async function answer(name: string, version: string | undefined, response: ServerResponse): Promise<void> {
    const known = versions.get(name);
    const wanted = known?.find((one) => one.version === version);
    try {
      if (known === undefined) notFound(response, name);
      else if (version === undefined) response.end(JSON.stringify(packument(name, known, urlOf(server))));
      else if (known[0] === packed.version) response.end(readFileSync(packed.file));
      else if (wanted === undefined) notFound(response, `${name}@${version}`);
      else response.end(await contentOf(name, wanted, contents));
    } catch (error) {
      response.writeHead(500).end(String(error));
    }
  }

  await once(server.listen(0, HOST), "listening");
  return {
    url: urlOf(server),
    async close() {
      server.close();
      server.closeAllConnections();
      await once(server, "close");
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** The environment in which npm, Deno and Bun ask a registry, and keep what they get in a folder of their own. */
export function registryEnvironment(registry: Registry, folder: string): Readonly<Record<string, string | undefined>> {
  // npm would take the settings of a script that runs this for its own.
  const inherited = Object.entries(process.env).filter(([name]) => !name.startsWith("npm_"));
  return {
    ...Object.fromEntries(inherited),
    NPM_CONFIG_REGISTRY: registry.url,
    NPM_CONFIG_CACHE: join(folder, "npm"),
    NPM_CONFIG_AUDIT: "false",
    NPM_CONFIG_FUND: "false",
    BUN_INSTALL_CACHE_DIR: join(folder, "bun"),
    DENO_DIR: join(folder, "deno"),
    DENO_NO_UPDATE_CHECK: "1",
    DO_NOT_TRACK: "1",
  };
}

async function pack(folder: string): Promise<{ readonly file: string; readonly version: Version & { name: string } }> {
  const { stdout } = await run("npm", ["pack", "--json", "--ignore-scripts", "--pack-destination", folder]);
  const [{ filename, integrity } = { filename: "", integrity: "" }] = JSON.parse(stdout) as {
    readonly filename: string;
    readonly integrity: string;
  }[];
  const manifest = JSON.parse(readFileSync("package.json", "utf8")) as Version & { name: string };
  return { file: join(folder, filename), version: { ...manifest, integrity } };
}

/** The packages of the lock file by name, the version that the project itself uses first. */
function lockedVersions(): Map<string, Version[]> {
  const { packages } = JSON.parse(readFileSync("package-lock.json", "utf8")) as { packages: Record<string, Version> };
  const versions = new Map<string, Version[]>();
  const byDepth = Object.entries(packages).toSorted(([a], [b]) => a.split("/").length - b.split("/").length);
  for (const [path, locked] of byDepth) {
    if (path === "") continue;
    const name = locked.name ?? path.slice(path.lastIndexOf("node_modules/") + "node_modules/".length);
    versions.set(name, [...(versions.get(name) ?? []), locked]);
  }
  return versions;
}

function packument(name: string, versions: readonly Version[], url: string): object {
  const entries = versions.map(({ integrity, ...version }) => {
    const dist = { tarball: `${url}${name}/-/${version.version}`, integrity };
    return [version.version, { ...version, name, dist }];
  });
  return { name, "dist-tags": { latest: versions[0]?.version }, versions: Object.fromEntries(entries) };
}

/** The bytes of a package, which npm has kept since it installed it here, under the digest of its content. */
async function contentOf(name: string, { version, integrity }: Version, cache: string): Promise<Buffer> {
  const [algorithm = "", digest = ""] = integrity.split("-", 2);
  const hex = Buffer.from(digest, "base64").toString("hex");
  const path = join(cache, "_cacache", "content-v2", algorithm, hex.slice(0, 2), hex.slice(2, 4), hex.slice(4));
  if (!existsSync(path)) await run("npm", ["cache", "add", `${name}@${version}`]);
  return readFileSync(path);
}

function notFound(response: ServerResponse, what: string): void {
  response.writeHead(404).end(`package-lock.json has no ${what}`);
}

function urlOf(server: Server): string {
  return `http://${HOST}:${(server.address() as AddressInfo).port}/`;
}
