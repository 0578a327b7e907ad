import { cpSync, globSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startWranglerDev, type WranglerDev } from "../../scripts/wrangler-dev.ts";

/** What the example is built and served from. */
const PARTS = [
  "adapters",
  "dist",
  "docs",
  "package.json",
  "scripts",
  "src",
  "tsconfig.base.json",
  "worker-example",
  "wrangler.toml",
];

/** A copy of the example with a state of its own: to be edited, and served anew with the state kept. */
export class ExampleCopy {
  readonly folder: string = mkdtempSync(join(tmpdir(), "autocache-example-"));
  #server: WranglerDev | undefined;

  constructor() {
    for (const part of [...PARTS, ...globSync("*.md")]) cpSync(part, join(this.folder, part), { recursive: true });
    symlinkSync(join(process.cwd(), "node_modules"), join(this.folder, "node_modules"));
    this.edit("wrangler.toml", "[build]\n", `[build]\ncwd = ${JSON.stringify(this.folder)}\n`);
  }

  edit(path: string, from: string | RegExp, to: string): void {
    const file = join(this.folder, path);
    const text = readFileSync(file, "utf8");
    const edited = text.replace(from, to);
    if (edited === text) throw new Error(`Cannot edit ${path}: it does not contain ${String(from)}`);
    writeFileSync(file, edited);
  }

  /** Serves the copy as it is now, after ending what served it before, and resolves with its address. */
  async serve(): Promise<string> {
    await this.stop();
    this.#server = await startWranglerDev({
      config: join(this.folder, "wrangler.toml"),
      persistTo: join(this.folder, "state"),
    });
    return this.#server.url;
  }

  async stop(): Promise<void> {
    await this.#server?.stop();
    this.#server = undefined;
  }

  async remove(): Promise<void> {
    await this.stop();
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 3 });
  }
}

/** One call as a client of the example sees it. */
export interface Call {
  readonly status: number;
  readonly body: string;
  /** `hit`, `miss` or `bypass`. */
  readonly verdict: string | undefined;
  /** Which backend answered a hit. */
  readonly backend: string | undefined;
  readonly key: string | null;
  readonly timeMs: number;
}

export async function call(url: string, path: string, init?: RequestInit): Promise<Call> {
  const startedAt = performance.now();
  const response = await fetch(url + path, init);
  const body = await response.text();
  const timeMs = performance.now() - startedAt;
  const [verdict, ...details] = response.headers.get("x-autocache")?.split("; ") ?? [];
  const backend = details.find((detail) => detail.startsWith("backend="))?.slice("backend=".length);
  return { status: response.status, body, verdict, backend, key: response.headers.get("x-autocache-key"), timeMs };
}

/** How often each function has run since the server started. */
export async function computations(url: string): Promise<Record<string, number>> {
  return JSON.parse((await call(url, "/computations")).body) as Record<string, number>;
}

/** The TypeScript source with the most lines: the dearest one to highlight. */
export async function largestSource(url: string): Promise<string> {
  const documents = JSON.parse((await call(url, "/documents")).body) as {
    path: string;
    language: string;
    lines: number;
  }[];
  const sources = documents.filter(({ language }) => language === "typescript").toSorted((a, b) => b.lines - a.lines);
  const largest = sources[0];
  if (largest === undefined) throw new Error("The example has no TypeScript source among its documents");
  return largest.path;
}
