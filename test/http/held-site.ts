import { afterEach, beforeEach, vi } from "vitest";
import { cachedHandler, type HttpOptions } from "../../src/http/index.ts";
import { type Backend, type CacheEvent, createCache, memory } from "../../src/index.ts";
import { brief } from "../support/story.ts";
import { Door } from "./rfc9111/crowd.ts";

export const PAGE = "https://shop.example/page";

type Operation = "get" | "set" | "delete";
type Answer = (request: Request, run: number) => Response | Promise<Response>;

/** Registers a clock that stands still but for `later()`. */
export function stopClock(): void {
  beforeEach(() => void vi.useFakeTimers({ toFake: ["Date"] }));
  afterEach(() => void vi.useRealTimers());
}

export function later(ms: number): void {
  vi.setSystemTime(Date.now() + ms);
}

/** Waits for what is sure to come, however busy the machine is. */
export async function until(hasCome: () => boolean): Promise<void> {
  while (!hasCome()) await new Promise((resolve) => setTimeout(resolve, 0));
}

/** A cached handler, whose backend holds back what a test tells it to. */
export class HeldSite {
  readonly handler: (request: Request) => Promise<Response>;
  readonly invalidate: (url: string) => Promise<void>;
  readonly expireTags: (tags: readonly string[]) => Promise<void>;
  readonly settled: () => Promise<void>;
  runs = 0;
  readonly #events: CacheEvent[] = [];
  readonly #doors = new Map<Operation, Door>();
  readonly #waiting: Operation[] = [];

  constructor(answer: Answer, options: HttpOptions = {}) {
    const cache = createCache({ backend: this.#backend(), onEvent: (event) => this.#events.push(event) });
    const cached = cachedHandler((request: Request) => answer(request, (this.runs += 1)), {
      cache,
      name: "page",
      // Longer than any pause of a busy machine.
      flightTimeout: "1h",
      ...options,
    });
    this.handler = cached;
    this.invalidate = (url) => cached.invalidate(url);
    this.expireTags = (tags) => cache.expireTags(tags);
    this.settled = () => cache.settled();
  }

  ask(headers: HeadersInit = {}, method: string = "GET"): Promise<Response> {
    return this.handler(new Request(PAGE, { method, headers, ...(method === "QUERY" && { body: "question" }) }));
  }

  async text(headers: HeadersInit = {}, method: string = "GET"): Promise<string> {
    return (await this.ask(headers, method)).text();
  }

  /** Reads a response, and waits until it is stored. */
  async store(headers: HeadersInit = {}): Promise<string> {
    const text = await this.text(headers);
    await this.settled();
    return text;
  }

  /** Lets an operation of the backend come to its end when the door is open: a read with what it has found before. */
  hold(operation: Operation): Door {
    const door = new Door();
    this.#doors.set(operation, door);
    return door;
  }

  /** Waits until the backend holds one back. */
  async held(operation: Operation): Promise<void> {
    await until(() => this.#waiting.includes(operation));
  }

  /** Waits until so many requests have come to wait for another's run. */
  async joined(requests: number): Promise<void> {
    await until(() => this.#events.filter(({ type }) => type === "joined").length >= requests);
  }

  get story(): string[] {
    return this.#events.filter(({ type }) => type !== "warning").map(brief);
  }

  #backend(): Backend {
    const backend = memory();
    const pass = async (operation: Operation): Promise<void> => {
      const door = this.#doors.get(operation);
      if (door === undefined) return;
      this.#waiting.push(operation);
      await door.opened;
    };
    return {
      name: "held",
      capabilities: { ...backend.capabilities, local: false },
      get: async (key) => {
        const found = await backend.get(key);
        await pass("get");
        return found;
      },
      set: async (key, envelope, options) => {
        await pass("set");
        await backend.set(key, envelope, options);
      },
      delete: async (key) => {
        await pass("delete");
        await backend.delete(key);
      },
    };
  }
}
