import { once } from "node:events";
import { createServer, request, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { Log, LogLevel, Miniflare } from "miniflare";
import { type Ask, COMPUTATION_MS, type Facts } from "./protocol.ts";

const HOST = "127.0.0.1";
const NAME = "flights";
const ENTRY = fileURLToPath(new URL("worker.ts", import.meta.url));

/** What a client saw. */
export interface Answer {
  /** `undefined`: there was no answer for as long as the client stayed. */
  readonly status: number | undefined;
  readonly body: unknown;
  readonly waitedMs: number;
}

/** The Worker in a workerd of its own, and the origin that it fetches from. */
export class Host {
  readonly #origin: Server;
  readonly #miniflare: Miniflare;
  readonly #url: URL;

  private constructor(origin: Server, miniflare: Miniflare, url: URL) {
    this.#origin = origin;
    this.#miniflare = miniflare;
    this.#url = url;
  }

  static async start(): Promise<Host> {
    const origin = await startOrigin();
    const { port } = origin.address() as AddressInfo;
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
            env: { CACHE: { type: "kv", id: NAME }, ORIGIN: { type: "text", value: `http://${HOST}:${port}` } },
            manifest: { mainModule: "worker.js", modules: { "worker.js": { type: "esm", contents: await bundle() } } },
          },
        },
      ],
    });
    return new Host(origin, miniflare, await miniflare.ready);
  }

  async stop(): Promise<void> {
    await this.#miniflare.dispose();
    this.#origin.closeAllConnections();
    this.#origin.close();
  }

  /** Sends one request on a connection of its own, which is reset when the client does not stay any longer. */
  send(path: "/ask" | "/trace" | "/invalidate" | "/facts", ask: Partial<Ask>, staysMs = 30_000): Promise<Answer> {
    const { promise, resolve, reject } = Promise.withResolvers<Answer>();
    const startedAt = performance.now();
    const waitedMs = (): number => performance.now() - startedAt;
    const outgoing = request(new URL(path, this.#url), { method: "POST", agent: false });
    const timer = setTimeout(() => {
      resolve({ status: undefined, body: undefined, waitedMs: waitedMs() });
      // An orderly end would not do: for workerd it is a client that has sent everything, and waits.
      outgoing.socket?.resetAndDestroy();
    }, staysMs);
    outgoing.on("error", reject);
    outgoing.on("response", (response) => {
      let text = "";
      response.setEncoding("utf8");
      response.on("error", reject);
      response.on("data", (chunk: string) => (text += chunk));
      response.on("end", () => {
        clearTimeout(timer);
        const { statusCode: status } = response;
        const body: unknown = status === 200 ? JSON.parse(text) : text;
        resolve({ status, body, waitedMs: waitedMs() });
      });
    });
    outgoing.end(JSON.stringify(ask));
    return promise;
  }

  async facts(id: string): Promise<Facts> {
    return (await this.send("/facts", { id })).body as Facts;
  }

  /** How many bytes the Worker's isolate holds after a garbage collection. */
  async heapBytes(): Promise<number> {
    const socket = new WebSocket(new URL(`/core:user:${NAME}`, await this.#miniflare.getInspectorURL()));
    await once(socket, "open");
    const usage = new Promise<number>((resolve) => {
      socket.addEventListener("message", ({ data }) => {
        const { result } = JSON.parse(String(data)) as { result?: { usedSize?: number } };
        if (result?.usedSize !== undefined) resolve(result.usedSize);
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

async function startOrigin(): Promise<Server> {
  const server = createServer((_, response) => {
    setTimeout(() => response.end("computed"), COMPUTATION_MS);
  });
  server.listen(0, HOST);
  await once(server, "listening");
  return server;
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
