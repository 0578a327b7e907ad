import { serve } from "@hono/node-server";
import { once } from "node:events";
import { type IncomingMessage, request as send, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach } from "vitest";
import { createCache } from "../../src/cache.ts";
import type { CacheEvent } from "../../src/events.ts";
import { cachedHandler } from "../../src/http/handler.ts";
import type { HttpOptions } from "../../src/http/options.ts";
import { memory } from "../../src/memory.ts";
import { brief } from "../support/story.ts";

const HOST = "127.0.0.1";
export const MIB: number = 1024 * 1024;
export const CHUNK_BYTES: number = 50_000;

const servers: Server[] = [];

afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

/** A Node server whose handler answers its runs with these bodies, one after the other. */
export class Site {
  readonly handler: (request: Request) => Promise<Response>;
  readonly settled: () => Promise<void>;
  readonly #events: CacheEvent[] = [];
  readonly #told = new Set<() => void>();
  runs = 0;

  constructor(
    bodies: readonly (() => ReadableStream<Uint8Array>)[],
    options: HttpOptions = {},
    headers: Record<string, string> = { "cache-control": "max-age=60" },
  ) {
    const onEvent = (event: CacheEvent): void => {
      this.#events.push(event);
      for (const tell of this.#told) tell();
    };
    const cache = createCache({ backend: memory({ maxBytes: 256 * MIB }), onEvent });
    this.settled = () => cache.settled();
    this.handler = cachedHandler(() => new Response(bodies[this.runs++]?.() ?? null, { headers }), {
      cache,
      name: "streams",
      version: 1,
      ...options,
    });
  }

  get story(): string[] {
    return this.#events.filter(({ type }) => type !== "warning").map(brief);
  }

  /** Resolves when so many events of a kind were told. */
  async when(fact: string, count = 1): Promise<void> {
    while (this.story.filter((each) => each === fact).length < count) {
      await new Promise<void>((resolve) => this.#told.add(resolve));
    }
  }

  async listen(): Promise<string> {
    const server = serve({ fetch: this.handler, hostname: HOST, port: 0 }) as Server;
    servers.push(server);
    await once(server, "listening");
    return `http://${HOST}:${(server.address() as AddressInfo).port}/`;
  }
}

/** Opens a connection of its own, and resolves with the head of the response. */
export async function get(url: string): Promise<IncomingMessage> {
  const outgoing = send(url, { agent: false });
  // More than was announced is an error on the connection, beside the response.
  outgoing.on("error", () => {});
  outgoing.end();
  const [response] = (await once(outgoing, "response")) as [IncomingMessage];
  // Whoever breaks a connection off does not look at its error.
  response.on("error", () => {});
  return response;
}

export async function next(response: IncomingMessage): Promise<string> {
  const [chunk] = (await once(response, "data")) as [Buffer];
  return chunk.toString();
}

export async function textOf(response: IncomingMessage): Promise<string> {
  let text = "";
  for await (const chunk of response) text += String(chunk);
  return text;
}

/** A body that is there at once. */
export const text = (whole: string): (() => ReadableStream<Uint8Array>) => {
  return () => new Response(whole).body as ReadableStream<Uint8Array>;
};

/** So many bytes in chunks, each made when it is asked for; tells how many were made. */
export function counted(bytes: number): { body: () => ReadableStream<Uint8Array>; made: () => number } {
  let made = 0;
  const pull = (controller: ReadableStreamDefaultController<Uint8Array>): void => {
    if (made === bytes) return controller.close();
    made += CHUNK_BYTES;
    controller.enqueue(new Uint8Array(CHUNK_BYTES).fill(made % 251));
  };
  return { body: () => new ReadableStream({ pull }, { highWaterMark: 0 }), made: () => made };
}

/** An origin whose stream makes what a test tells it to, and nothing before. */
export class HeldOrigin {
  readonly sent: string[] = [];
  /** Resolves with the reason when its stream is cancelled. */
  readonly cancelled: Promise<unknown>;
  readonly #stream: ReadableStream<Uint8Array>;
  #controller!: ReadableStreamDefaultController<Uint8Array>;

  constructor() {
    const { promise, resolve } = Promise.withResolvers<unknown>();
    this.cancelled = promise;
    this.#stream = new ReadableStream({
      start: (controller) => {
        this.#controller = controller;
      },
      cancel: resolve,
    });
  }

  readonly body = (): ReadableStream<Uint8Array> => this.#stream;

  send(chunk: string): void {
    this.sent.push(chunk);
    this.#controller.enqueue(new TextEncoder().encode(chunk));
  }

  end(): void {
    this.#controller.close();
  }

  breakOff(): void {
    this.#controller.error(new Error("the origin broke off"));
  }
}
