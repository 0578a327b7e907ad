import { once } from "node:events";
import { createServer, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

const HOST = "127.0.0.1";

/** One request that the origin has, and what it says to it. */
export class Exchange {
  /** Resolves when the other side has gone, or has all. */
  readonly closed: Promise<unknown>;
  readonly #response: ServerResponse;

  constructor(response: ServerResponse) {
    this.#response = response;
    this.closed = once(response, "close");
  }

  send(text: string | Uint8Array, headers: Readonly<Record<string, string>> = { "cache-control": "max-age=60" }): void {
    if (!this.#response.headersSent) this.#response.writeHead(200, headers);
    this.#response.write(text);
  }

  end(): void {
    this.#response.end();
  }

  breakOff(): void {
    this.#response.socket?.resetAndDestroy();
  }

  /** Sends so many bytes, no faster than they are taken. */
  async stream(bytes: number, onSent: (sent: number) => void = () => {}): Promise<void> {
    const chunk = new Uint8Array(50_000).fill(7);
    for (let sent = chunk.length; sent <= bytes; sent += chunk.length) {
      this.send(chunk);
      onSent(sent);
      if (this.#response.writableNeedDrain) await Promise.race([once(this.#response, "drain"), this.closed]);
      if (this.#response.destroyed) return;
    }
    this.end();
  }
}

/** An HTTP server on loopback that answers only when a test says so. */
export class Origin {
  readonly url: string;
  readonly #server: Server;
  readonly #arrived = new Map<string, Exchange[]>();
  readonly #answers = new Map<string, string>();
  readonly #waiting = new Set<() => void>();

  private constructor(server: Server) {
    this.#server = server;
    this.url = `http://${HOST}:${(server.address() as AddressInfo).port}`;
    server.on("request", ({ url = "" }, response) => this.#take(url, new Exchange(response)));
  }

  static async start(): Promise<Origin> {
    const server = createServer().listen(0, HOST);
    await once(server, "listening");
    return new Origin(server);
  }

  stop(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }

  /** How often a path was asked for. */
  runs(path: string): number {
    return this.#arrived.get(path)?.length ?? 0;
  }

  /** The request for a path that comes at this place, as soon as it comes. */
  async request(path: string, place = 1): Promise<Exchange> {
    while (true) {
      const exchange = this.#arrived.get(path)?.[place - 1];
      if (exchange !== undefined) return exchange;
      await new Promise<void>((resolve) => this.#waiting.add(resolve));
    }
  }

  /** Answers to later requests for a path at once. */
  answer(path: string, text: string): void {
    this.#answers.set(path, text);
  }

  #take(path: string, exchange: Exchange): void {
    this.#arrived.set(path, [...(this.#arrived.get(path) ?? []), exchange]);
    const text = this.#answers.get(path);
    if (text !== undefined) {
      exchange.send(text);
      exchange.end();
    }
    for (const resume of this.#waiting) resume();
    this.#waiting.clear();
  }
}
