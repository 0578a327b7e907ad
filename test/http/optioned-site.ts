import { afterEach, beforeEach, vi } from "vitest";
import { createCache } from "../../src/cache.ts";
import type { CacheEvent } from "../../src/events.ts";
import { cachedHandler, type Handler } from "../../src/http/handler.ts";
import type { HttpOptions } from "../../src/http/options.ts";

export const NOW = Date.UTC(2026, 0, 15, 12);
export const HOUR = 3_600_000;

interface Site {
  /** Asks, reads to the end, and waits for what goes on in the background. */
  readonly get: (path?: string, init?: RequestInit) => Promise<string>;
  readonly verdict: (path?: string, init?: RequestInit) => Promise<string>;
  readonly handler: ReturnType<typeof cachedHandler>;
  readonly cache: ReturnType<typeof createCache>;
  readonly events: CacheEvent[];
  readonly refusals: () => unknown[];
  readonly runs: () => number;
}

export type Answer = (request: Request, run: number) => Response | Promise<Response>;

export function site(options: HttpOptions, answer: Answer = (_request, run) => new Response(`run ${run}`)): Site {
  const events: CacheEvent[] = [];
  const cache = createCache({ onEvent: (event) => events.push(event) });
  let runs = 0;
  const page: Handler = (request) => answer(request, (runs += 1));
  const handler = cachedHandler(page, { cache, name: "page", ...options });
  const ask = async (path = "/", init: RequestInit = {}): Promise<[string, Response]> => {
    const response = await handler(new Request(new URL(path, "https://shop.test"), init));
    const text = await response.text();
    await cache.settled();
    return [text, response];
  };
  return {
    get: async (...given) => (await ask(...given))[0],
    verdict: async (...given) => (await ask(...given))[1].headers.get("cache-status")?.split(";")[1]?.trim() ?? "",
    handler,
    cache,
    events,
    refusals: () => events.flatMap((event) => (event.type === "not-stored" ? [event.reason] : [])),
    runs: () => runs,
  };
}

export const says =
  (headers: Record<string, string>, status: number = 200): Answer =>
  (_request, run) =>
    new Response(`run ${run}`, { status, headers });

export const later = (ms: number): void => void vi.setSystemTime(Date.now() + ms);

/** Registers a clock that stands still but for `later()`. */
export function stopClock(): void {
  beforeEach(() => void vi.useFakeTimers({ toFake: ["Date"], now: NOW }));
  afterEach(() => void vi.useRealTimers());
}
