import type { Backend } from "../../src/backend.ts";
import { createCache } from "../../src/cache.ts";
import type { CacheEvent } from "../../src/events.ts";
import { cachedHandler } from "../../src/http/handler.ts";
import type { HttpOptions } from "../../src/http/options.ts";
import { memory } from "../../src/memory.ts";
import { until } from "./held-site.ts";

export type Fetcher = (request: Request) => Promise<Response>;

export const SHOP = "https://shop.test";
export const FRESH = { "cache-control": "max-age=600" };
// No pause of a busy machine ends a wait.
export const PATIENT: HttpOptions = { flightTimeout: "1h" };

/** A cache as the attacks know it: it stores what it gets, by what it takes for the key. */
function naiveCache(handler: Fetcher, keyOf: (request: Request) => string): Fetcher {
  const stored = new Map<string, Response>();
  return async (request) => {
    const key = keyOf(request);
    const known = stored.get(key) ?? (await handler(request));
    stored.set(key, known.clone());
    return known;
  };
}

interface Case {
  readonly handler: Fetcher;
  readonly attack: (ask: Fetcher) => Promise<unknown>;
  readonly options?: HttpOptions;
  /** What the naive cache takes for the key. */
  readonly keyOf?: (request: Request) => string;
}

/** What an attack comes to: against the naive cache, and against this one. */
export async function outcomes({ handler, attack, options, keyOf = ({ url }) => url }: Case): Promise<unknown[]> {
  const ours = cachedHandler(handler, { cache: createCache(), name: "attacked", ...options });
  return [await attack(naiveCache(handler, keyOf)), await attack(ours)];
}

export function observed(handler: Fetcher, options: HttpOptions = {}, backend: Backend = memory()) {
  const events: CacheEvent[] = [];
  const cache = createCache({ backend, onEvent: (event) => events.push(event) });
  const ask = cachedHandler(handler, { cache, name: "attacked", ...options });
  const refusals = (): unknown[] => events.flatMap((event) => (event.type === "not-stored" ? [event.reason] : []));
  /** Waits until so many requests have come to wait for another's run. */
  const joined = (requests: number): Promise<void> =>
    until(() => events.filter(({ type }) => type === "joined").length === requests);
  return { ask, cache, events, refusals, joined };
}

export const read = async (response: Response | Promise<Response>): Promise<string> => (await response).text();
export const request = (path: string, headers: HeadersInit = {}): Request =>
  new Request(new URL(path, SHOP), { headers });
export const verdictOf = (response: Response): string =>
  response.headers.get("cache-status")?.split(";")[1]?.trim() ?? "";
