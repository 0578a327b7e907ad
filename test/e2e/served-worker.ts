import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { Log, LogLevel, Miniflare } from "miniflare";

/** Where all servers of the tests listen. */
export const HOST = "127.0.0.1";

/** A Worker of the tests, bundled from its source, in a workerd of its own. */
export class ServedWorker {
  readonly url: URL;
  readonly #name: string;
  readonly #miniflare: Miniflare;

  private constructor(name: string, url: URL, miniflare: Miniflare) {
    this.#name = name;
    this.url = url;
    this.#miniflare = miniflare;
  }

  /** Serves a module with a KV namespace, `CACHE`, and the URL of its origin, `ORIGIN`. */
  static async start(
    name: string,
    entry: URL,
    origin: string,
    compatibilityFlags: string[] = [],
  ): Promise<ServedWorker> {
    const miniflare = new Miniflare({
      host: HOST,
      port: 0,
      inspectorPort: 0,
      cf: false,
      log: new Log(LogLevel.NONE),
      // What the Worker throws is thrown on purpose, and its clients are told.
      handleStructuredLogs: () => {},
      handleUncaughtError: () => {},
      workers: [
        {
          config: {
            name,
            compatibilityDate: "2026-10-20",
            compatibilityFlags,
            env: { CACHE: { type: "kv", id: name }, ORIGIN: { type: "text", value: origin } },
            manifest: {
              mainModule: "worker.js",
              modules: { "worker.js": { type: "esm", contents: await bundle(entry) } },
            },
          },
        },
      ],
    });
    return new ServedWorker(name, await miniflare.ready, miniflare);
  }

  async stop(): Promise<void> {
    await this.#miniflare.dispose();
  }

  /** How many bytes the Worker's isolate holds after a garbage collection, those of buffers included. */
  async heapBytes(): Promise<number> {
    const socket = new WebSocket(new URL(`/core:user:${this.#name}`, await this.#miniflare.getInspectorURL()));
    await once(socket, "open");
    const usage = new Promise<number>((resolve) => {
      socket.addEventListener("message", ({ data }) => {
        const { result } = JSON.parse(String(data)) as {
          result?: { usedSize?: number; embedderHeapUsedSize?: number; backingStorageSize?: number };
        };
        if (result?.usedSize === undefined) return;
        resolve(result.usedSize + (result.embedderHeapUsedSize ?? 0) + (result.backingStorageSize ?? 0));
      });
    });
    for (const [id, method] of ["HeapProfiler.collectGarbage", "Runtime.getHeapUsage"].entries()) {
      socket.send(JSON.stringify({ id, method }));
    }
    try {
      return await usage;
    } finally {
      socket.close();
    }
  }
}

async function bundle(entry: URL): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(entry)],
    bundle: true,
    format: "esm",
    target: "es2022",
    conditions: ["workerd"],
    external: ["cloudflare:*"],
    write: false,
  });
  return outputFiles[0]?.text ?? "";
}
