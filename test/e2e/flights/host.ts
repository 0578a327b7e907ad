import { once } from "node:events";
import { createServer, request, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { HOST, ServedWorker } from "../served-worker.ts";
import { type Ask, COMPUTATION_MS, type Facts } from "./protocol.ts";

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
  readonly #worker: ServedWorker;

  private constructor(origin: Server, worker: ServedWorker) {
    this.#origin = origin;
    this.#worker = worker;
  }

  static async start(): Promise<Host> {
    const origin = await startOrigin();
    const { port } = origin.address() as AddressInfo;
    const entry = new URL("worker.ts", import.meta.url);
    return new Host(origin, await ServedWorker.start("flights", entry, `http://${HOST}:${port}`));
  }

  async stop(): Promise<void> {
    await this.#worker.stop();
    this.#origin.closeAllConnections();
    this.#origin.close();
  }

  /** Sends one request on a connection of its own, which is reset when the client does not stay any longer. */
  send(path: "/ask" | "/trace" | "/invalidate" | "/facts", ask: Partial<Ask>, staysMs = 30_000): Promise<Answer> {
    const { promise, resolve, reject } = Promise.withResolvers<Answer>();
    const startedAt = performance.now();
    const waitedMs = (): number => performance.now() - startedAt;
    const outgoing = request(new URL(path, this.#worker.url), { method: "POST", agent: false });
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

  heapBytes(): Promise<number> {
    return this.#worker.heapBytes();
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
