import type { DevServer } from "../../scripts/dev-server.ts";
import { startWranglerDev } from "../../scripts/wrangler-dev.ts";
import { ProjectCopy } from "./project-copy.ts";

/** The example Worker, served with `wrangler dev`. */
export class ExampleCopy extends ProjectCopy {
  protected override start(): Promise<DevServer> {
    return startWranglerDev({ config: this.path("wrangler.toml"), persistTo: this.path("state") });
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
  /** Which code computed it, and what says so. */
  readonly version: string | undefined;
  readonly versionSource: string | undefined;
  readonly timeMs: number;
}

export async function call(url: string, path: string, init?: RequestInit): Promise<Call> {
  const startedAt = performance.now();
  const response = await fetch(url + path, init);
  const body = await response.text();
  const timeMs = performance.now() - startedAt;
  const [verdict, ...details] = response.headers.get("x-autocache")?.split("; ") ?? [];
  const backend = details.find((detail) => detail.startsWith("backend="))?.slice("backend=".length);
  const [version, versionSource] = response.headers.get("x-autocache-version")?.split("; source=") ?? [];
  const key = response.headers.get("x-autocache-key");
  return { status: response.status, body, verdict, backend, key, version, versionSource, timeMs };
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
