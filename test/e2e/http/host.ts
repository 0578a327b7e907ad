import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { Log, LogLevel, Miniflare } from "miniflare";
import { Client } from "./client.ts";
import { Origin } from "./origin.ts";
import type { Facts } from "./protocol.ts";

const HOST = "127.0.0.1";
const NAME = "http";
const POLL_MS = 20;
const ENTRY = fileURLToPath(new URL("worker.ts", import.meta.url));

/** The Worker in a workerd of its own, and the origin that it fetches from. */
export class Host {
  readonly url: string;
  readonly origin: Origin;
  readonly #miniflare: Miniflare;

  private constructor(url: URL, origin: Origin, miniflare: Miniflare) {
    this.url = url.origin;
    this.origin = origin;
    this.#miniflare = miniflare;
  }

  static async start(): Promise<Host> {
    const origin = await Origin.start();
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
            name: NAME,
            compatibilityDate: "2026-10-20",
            env: { CACHE: { type: "kv", id: NAME }, ORIGIN: { type: "text", value: origin.url } },
            manifest: { mainModule: "worker.js", modules: { "worker.js": { type: "esm", contents: await bundle() } } },
          },
        },
      ],
    });
    return new Host(await miniflare.ready, origin, miniflare);
  }

  async stop(): Promise<void> {
    await this.#miniflare.dispose();
    this.origin.stop();
  }

  async facts(path: string): Promise<Facts> {
    const client = await Client.get(`${this.url}/facts?path=${path}`);
    return JSON.parse(await client.text()) as Facts;
  }

  /** Waits until the cache of a path has told of something, so often since this was last waited for. */
  async told(path: string, event: string, times = 1): Promise<void> {
    for (let count = 0; count < times; await sleep(POLL_MS)) {
      const { events } = await this.facts(path);
      count += events.filter((each) => each === event).length;
    }
  }

  /** How many bytes the Worker's isolate holds after a garbage collection, those of buffers included. */
  async heapBytes(): Promise<number> {
    const socket = new WebSocket(new URL(`/core:user:${NAME}`, await this.#miniflare.getInspectorURL()));
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

async function bundle(): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [ENTRY],
    bundle: true,
    format: "esm",
    target: "es2022",
    conditions: ["workerd"],
    external: ["cloudflare:*"],
    write: false,
  });
  return outputFiles[0]?.text ?? "";
}
