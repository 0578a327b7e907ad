import { setTimeout as sleep } from "node:timers/promises";
import { ServedWorker } from "../served-worker.ts";
import { Client } from "./client.ts";
import { Origin } from "./origin.ts";
import type { Facts } from "./protocol.ts";

const POLL_MS = 20;

/** The Worker in a workerd of its own, and the origin that it fetches from. */
export class Host {
  readonly url: string;
  readonly origin: Origin;
  readonly #worker: ServedWorker;

  private constructor(origin: Origin, worker: ServedWorker) {
    this.url = worker.url.origin;
    this.origin = origin;
    this.#worker = worker;
  }

  static async start(): Promise<Host> {
    const origin = await Origin.start();
    return new Host(origin, await ServedWorker.start("http", new URL("worker.ts", import.meta.url), origin.url));
  }

  async stop(): Promise<void> {
    await this.#worker.stop();
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

  heapBytes(): Promise<number> {
    return this.#worker.heapBytes();
  }
}
