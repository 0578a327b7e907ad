import { describe, expect, it, vi } from "vitest";
import { type Answer, HOUR, later, says, site, stopClock } from "./optioned-site.ts";

stopClock();

describe("ttl", () => {
  it("is for what says nothing of its freshness", async () => {
    const silent = site({ ttl: "1h" });
    expect([await silent.get(), await silent.get()]).toEqual(["run 1", "run 1"]);
    later(HOUR);
    expect(await silent.get()).toBe("run 2");
    const explicit = site({ ttl: "1h" }, says({ "cache-control": "max-age=60" }));
    await explicit.get();
    later(60_000);
    expect(await explicit.get()).toBe("run 2");
  });

  it("without one, what says nothing is not stored", async () => {
    const { get, refusals } = site({});
    expect([await get(), await get()]).toEqual(["run 1", "run 2"]);
    expect(refusals()).toEqual(["no-freshness", "no-freshness"]);
  });

  it("as a function is asked about each response and wins over it; undefined leaves it to the response", async () => {
    const asked: unknown[] = [];
    const { get } = site(
      {
        ttl: (response, request) => {
          asked.push([response.status, new URL(request.url).pathname]);
          return request.url.endsWith("/own") ? undefined : "1h";
        },
      },
      says({ "cache-control": "max-age=60" }),
    );
    await get("/");
    await get("/own");
    later(60_000);
    expect([await get("/"), await get("/own")]).toEqual(["run 1", "run 3"]);
    expect(asked).toEqual([
      [200, "/"],
      [200, "/own"],
      [200, "/own"],
    ]);
  });

  it("as a function wins over no-cache and a zero, but not over no-store, private or a cookie", async () => {
    for (const [headers, expected] of [
      [{ "cache-control": "max-age=0" }, []],
      [{ "cache-control": "no-store" }, ["no-store"]],
      [{ "cache-control": "private" }, ["private"]],
      [{ "set-cookie": "a=1" }, ["set-cookie"]],
      [{ vary: "*" }, ["vary"]],
    ] as const) {
      const { get, refusals } = site({ ttl: () => "1h" }, says(headers));
      await get();
      expect(refusals()).toEqual(expected);
    }
  });

  it.each([0, -5, "0s"] as const)("%s stores nothing", async (ttl) => {
    const { get, refusals } = site({ ttl: () => ttl as number });
    expect([await get(), await get()]).toEqual(["run 1", "run 2"]);
    expect(refusals()).toEqual(["ttl", "ttl"]);
  });

  it('"forever" has no end', async () => {
    const { get, verdict } = site({ ttl: "forever" });
    await get();
    later(100 * 365 * 24 * HOUR);
    expect(await verdict()).toBe("hit");
  });

  it("that is no duration, or throws, keeps the response from being stored, and not from its client", async () => {
    const throws = (): never => {
      throw new Error("no ttl");
    };
    for (const ttl of [() => "soon" as never, throws]) {
      const { get, refusals } = site({ ttl });
      expect([await get(), refusals()]).toEqual(["run 1", ["failed"]]);
    }
  });
});

describe("swr, staleIfError and retryAfter", () => {
  it("swr answers stale while one refresh runs", async () => {
    const { get, events } = site({ ttl: "1m", swr: "1h" });
    await get();
    later(60_000);
    expect([await get(), await get()]).toEqual(["run 1", "run 2"]);
    expect(events).toContainEqual(expect.objectContaining({ type: "stale", reason: "refreshing" }));
    later(60_000 + HOUR);
    expect(await get()).toBe("run 3");
  });

  it("the response's own stale-while-revalidate wins, also where it is 0", async () => {
    const { get } = site({ swr: "1h" }, says({ "cache-control": "max-age=60, stale-while-revalidate=0" }));
    await get();
    later(60_000);
    expect(await get()).toBe("run 2");
  });

  it("staleIfError answers stale where the handler throws or says 5xx, and not where it says 4xx", async () => {
    const answers: Record<number, Answer> = {
      2: () => Promise.reject(new Error("down")),
      3: () => new Response("down", { status: 503 }),
      4: () => new Response("gone", { status: 410 }),
    };
    const { get } = site({ ttl: "1m", staleIfError: "1h", retryAfter: 0 }, (request, run) =>
      (answers[run] ?? says({}))(request, run),
    );
    await get();
    later(60_000);
    expect([await get(), await get(), await get()]).toEqual(["run 1", "run 1", "gone"]);
  });

  it("without it, the handler's error is the caller's, the very same", async () => {
    const error = new Error("down");
    const { get } = site({ ttl: "1m" }, (_request, run) => (run === 1 ? new Response("ok") : Promise.reject(error)));
    await get();
    later(60_000);
    await expect(get()).rejects.toBe(error);
  });

  it("retryAfter is how long a handler that failed is left alone", async () => {
    const { get, runs } = site({ ttl: "1m", staleIfError: "1h", retryAfter: "30s" }, (_request, run) =>
      run === 1 ? new Response("ok") : Promise.reject(new Error("down")),
    );
    await get();
    later(60_000);
    await get();
    await get();
    expect(runs()).toBe(2);
    later(30_000);
    await get();
    expect(runs()).toBe(3);
  });
});

describe("softTimeout, hardTimeout and flightTimeout", () => {
  it("hardTimeout fails a request whose handler gives no head in time, and not one with a slow body", async () => {
    const slow = site({ ttl: "1m", hardTimeout: 10 }, () => new Promise<Response>(() => {}));
    await expect(slow.get()).rejects.toMatchObject({ name: "AutocacheError", code: "timeout" });
    const body = new ReadableStream({
      async pull(controller) {
        await new Promise((resolve) => void setTimeout(resolve, 40));
        controller.enqueue(new TextEncoder().encode("late"));
        controller.close();
      },
    });
    expect(await site({ ttl: "1m", hardTimeout: 20 }, () => new Response(body)).get()).toBe("late");
  });

  it("softTimeout answers stale where the handler takes longer, which goes on", async () => {
    let finish = (): void => {};
    const { get, events, cache } = site({ ttl: "1m", staleIfError: "1h", softTimeout: 10 }, async (_request, run) => {
      if (run === 2) await new Promise<void>((resolve) => (finish = resolve));
      return new Response(`run ${run}`);
    });
    await get();
    later(60_000);
    const second = get();
    await expect.poll(() => events.some((event) => event.type === "stale" && event.reason === "slow")).toBe(true);
    finish();
    expect(await second).toBe("run 1");
    await cache.settled();
    expect(await get()).toBe("run 2");
  });

  it("flightTimeout ends the wait for another request's run", async () => {
    const { handler, events, runs } = site({ ttl: "1m", flightTimeout: 10 }, (_request, run) =>
      run === 1 ? new Promise<Response>(() => {}) : new Response("second"),
    );
    const request = new Request("https://shop.test/");
    void handler(request);
    await expect.poll(runs).toBe(1);
    expect(await (await handler(request)).text()).toBe("second");
    expect(events.map(({ type }) => type)).toContain("abandoned");
  });
});

describe("earlyRefresh", () => {
  it("refreshes before the end, by chance: surely so where the number is large enough", async () => {
    const { get, runs } = site({ ttl: "1h", earlyRefresh: 1e9 }, async (_request, run) => {
      vi.setSystemTime(Date.now() + 50);
      return new Response(`run ${run}`);
    });
    expect(await get()).toBe("run 1");
    expect(await get()).toBe("run 1");
    expect(runs()).toBe(2);
  });
});
