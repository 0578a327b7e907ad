import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Backend } from "../../src/backend.ts";
import { createCache } from "../../src/cache.ts";
import type { CacheEvent } from "../../src/events.ts";
import { cachedHandler } from "../../src/http/handler.ts";

/** A backend, and the operations on its storage since they were last asked for. */
export interface Counted {
  readonly backend: Backend;
  readonly take: () => { reads: number; writes: number };
}

/** Registers what responses may cost, whatever the storage. */
export function testOperations(storage: string, create: () => Counted | Promise<Counted>): void {
  describe(`a request's operations on ${storage}`, () => {
    beforeEach(() => void vi.useFakeTimers({ toFake: ["Date"] }));
    afterEach(() => void vi.useRealTimers());

    it("are one read and, after the response, one write for a miss; one read for a hit, a 304, a part, a HEAD", async () => {
      const { take, settled, ask } = site(await create());
      const response = await ask();
      expect(take()).toEqual({ reads: 1, writes: 0 });
      expect(await response.text()).toBe("run 1");
      await settled();
      expect(take()).toEqual({ reads: 0, writes: 1 });
      expect(await (await ask()).text()).toBe("run 1");
      expect(take()).toEqual({ reads: 1, writes: 0 });
      for (const headers of [{ "if-none-match": '"1"' }, { range: "bytes=0-1" }]) {
        await (await ask({ headers })).arrayBuffer();
        expect(take()).toEqual({ reads: 1, writes: 0 });
      }
      await ask({ method: "HEAD" });
      await settled();
      expect(take()).toEqual({ reads: 1, writes: 0 });
    });

    it("are one read and one write for a refresh, of which the client waits for the read alone", async () => {
      const { take, settled, ask } = site(await create());
      await (await ask()).text();
      await settled();
      take();
      vi.setSystemTime(Date.now() + 90_000);
      const response = await ask();
      expect(take()).toEqual({ reads: 1, writes: 0 });
      expect(await response.text()).toBe("run 1");
      await settled();
      expect(take()).toEqual({ reads: 0, writes: 1 });
      expect(await (await ask()).text()).toBe("run 2");
    });

    it("are one read and one write for another variant, however many there are", async () => {
      const { take, settled, ask } = site(await create());
      for (const language of ["de", "en", "fr", "it"]) {
        await (await ask({ headers: { "accept-language": language } })).text();
        await settled();
        expect(take()).toEqual({ reads: 1, writes: 1 });
      }
      await (await ask({ headers: { "accept-language": "de" } })).text();
      await settled();
      expect(take()).toEqual({ reads: 1, writes: 0 });
    });

    it("are one read for many requests at once, and one write", async () => {
      const { promise: ready, resolve } = Promise.withResolvers<void>();
      let others = 0;
      const onEvent = ({ type }: CacheEvent): void => {
        if (type === "joined" && (others += 1) === 199) resolve();
      };
      const { take, settled, ask } = site(await create(), { ready, onEvent });
      const responses = await Promise.all(Array.from({ length: 200 }, () => ask()));
      expect(new Set(await Promise.all(responses.map((response) => response.text())))).toEqual(new Set(["run 1"]));
      await settled();
      expect(take()).toEqual({ reads: 1, writes: 1 });
    });

    it("are as many with tags as without, once the stamps are known", async () => {
      const { take, settled, ask } = site(await create(), { tags: ["all"] });
      await (await ask()).text();
      await settled();
      take();
      await (await ask()).text();
      expect(take()).toEqual({ reads: 1, writes: 0 });
    });

    it("are one read for what is not to be stored, and none for what goes by the cache", async () => {
      const { take, settled, ask } = site(await create());
      await (await ask({ headers: { "x-private": "1" } })).text();
      await settled();
      expect(take()).toEqual({ reads: 1, writes: 0 });
      await (await ask({ headers: { "cache-control": "no-store" } })).text();
      await settled();
      expect(take()).toEqual({ reads: 0, writes: 0 });
    });
  });
}

interface Asked {
  readonly method?: string;
  readonly headers?: Record<string, string>;
}

interface Site {
  readonly take: Counted["take"];
  readonly settled: () => Promise<void>;
  readonly ask: (init?: Asked) => Promise<Response>;
}

interface SiteOptions {
  readonly tags?: readonly string[];
  readonly onEvent?: (event: CacheEvent) => unknown;
  /** The handler waits for it. */
  readonly ready?: Promise<void>;
}

function site({ backend, take }: Counted, { onEvent, ready, ...options }: SiteOptions = {}): Site {
  const cache = createCache({ backend, namespace: crypto.randomUUID(), onEvent });
  let runs = 0;
  const handler = cachedHandler(
    async ({ headers }) => {
      runs += 1;
      await ready;
      const control = headers.has("x-private") ? "private" : "max-age=60, stale-while-revalidate=60";
      return new Response(`run ${runs}`, {
        headers: { "cache-control": control, vary: "accept-language", etag: `"${runs}"` },
      });
    },
    { cache, name: "counted", version: 1, ...options },
  );
  const ask: Site["ask"] = (init) => handler(new Request("https://counts.test/", init));
  return { take, settled: () => cache.settled(), ask };
}
