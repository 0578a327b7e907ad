import { type Context, Hono } from "hono";
import { type Cache, createCache } from "../../src/index.ts";
import type { RouteCacheInfo } from "../../adapters/hono.ts";
import { Story } from "../support/story.ts";

/** An application with a cache of its own, whose first middleware writes down what became of each request. */
export interface Site {
  readonly app: Hono<{ Variables: { cache: RouteCacheInfo } }>;
  readonly cache: Cache;
  readonly story: Story;
  /** Asks, reads the answer, and tells it in short: `200 miss one`. */
  readonly ask: (path: string, init?: RequestInit) => Promise<string>;
  /** Asks for the response. */
  readonly fetch: (path: string, init?: RequestInit) => Promise<Response>;
  /** Waits until so many requests have come to wait for another's run. */
  readonly joined: (requests: number) => Promise<void>;
}

export function makeSite(): Site {
  const story = new Story();
  const cache = createCache({ onEvent: story.onEvent });
  const app = new Hono<{ Variables: { cache: RouteCacheInfo } }>();
  const verdicts = new WeakMap<Response, string>();
  app.use(async (c, next) => {
    await next();
    const info: RouteCacheInfo | undefined = c.get("cache");
    verdicts.set(c.res, info?.verdict ?? "none");
  });
  const fetch = async (path: string, init?: RequestInit): Promise<Response> =>
    await app.request(`http://localhost${path}`, init);
  const ask = async (path: string, init?: RequestInit): Promise<string> => {
    const response = await fetch(path, init);
    return `${response.status} ${verdicts.get(response)} ${await response.text()}`;
  };
  const joined = async (requests: number): Promise<void> => {
    const count = (): number => story.events.filter(({ type }) => type === "joined").length;
    while (count() < requests) await new Promise((resolve) => setTimeout(resolve, 0));
  };
  return { app, cache, story, ask, fetch, joined };
}

/** A handler that counts its runs, and answers with their number and what it is told. */
export function counter(headers: Readonly<Record<string, string>> = {}): ((c: Context) => Response) & { runs: number } {
  const handler = Object.assign((c: Context) => c.text(`${c.req.path} ${(handler.runs += 1)}`, 200, headers), {
    runs: 0,
  });
  return handler;
}
