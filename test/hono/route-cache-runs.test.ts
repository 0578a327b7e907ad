import { Hono } from "hono";
import { HTTPException } from "hono/http-exception";
import { stream, streamSSE } from "hono/streaming";
import { afterEach, describe, expect, it, vi } from "vitest";
import { routeCache } from "../../adapters/hono.ts";
import { counter, makeSite } from "./site.ts";

const text = new TextDecoder();

/** Something to wait for, until it is opened. */
function makeGate(): { readonly open: () => void; readonly opened: Promise<void> } {
  const { promise, resolve } = Promise.withResolvers<void>();
  return { open: resolve, opened: promise };
}

afterEach(() => {
  vi.useRealTimers();
});

describe("routeCache() under load", () => {
  it("runs a cold and slow route once for 1,000 requests at once", async () => {
    const { app, cache, fetch, joined } = makeSite();
    const gate = makeGate();
    let runs = 0;
    app.get("/slow", routeCache({ cache, ttl: "1m", flightTimeout: "1h" }), async (c) => {
      runs += 1;
      await gate.opened;
      return c.json({ runs });
    });
    const requests = Array.from({ length: 1_000 }, () => fetch("/slow"));
    await joined(999);
    gate.open();
    const responses = await Promise.all(requests);
    const bodies = new Set(await Promise.all(responses.map((response) => response.text())));
    expect([runs, ...bodies]).toEqual([1, '{"runs":1}']);
    const collapsed = responses.filter(({ headers }) => headers.get("cache-status")?.includes(";collapsed"));
    expect(collapsed).toHaveLength(999);
  });

  it("runs it for each of the requests where the response turns out to be for one client", async () => {
    const { app, cache, ask, joined } = makeSite();
    let runs = 0;
    app.get("/", routeCache({ cache, ttl: "1m", flightTimeout: "1h" }), async (c) => {
      await joined(9);
      return c.text(String((runs += 1)), 200, { "cache-control": "private" });
    });
    const answers = await Promise.all(Array.from({ length: 10 }, () => ask("/")));
    expect(new Set(answers.map((answer) => answer.split(" ")[2])).size).toBe(10);
  });
});

describe("a stale answer", () => {
  it("is sent and read while the handlers run again in this process, once for many", async () => {
    vi.useFakeTimers({ toFake: ["Date"] });
    const selfFetch = vi.spyOn(globalThis, "fetch");
    const { app, cache, ask, story } = makeSite();
    const gates = [makeGate(), makeGate()];
    gates[0]?.open();
    const seen: unknown[] = [];
    app.use(async (c, next) => {
      c.set("user" as never, "outer" as never);
      await next();
    });
    app.get("/:id", routeCache({ cache, ttl: "1m", swr: "1h" }), async (c) => {
      const { isBackground, reason, verdict } = c.get("cache");
      seen.push([isBackground, reason, verdict, c.req.param("id"), c.get("user" as never), c.req.header("accept")]);
      await gates[seen.length - 1]?.opened;
      return c.text(String(seen.length));
    });
    expect(await ask("/7", { headers: { accept: "text/plain" } })).toBe("200 miss 1");
    vi.advanceTimersByTime(61_000);
    const stale = await Promise.all(Array.from({ length: 10 }, () => ask("/7", { headers: { accept: "text/plain" } })));
    expect(new Set(stale)).toEqual(new Set(["200 stale 1"]));
    expect(await ask("/7")).toBe("200 stale 1");
    expect(seen).toEqual([
      [false, "absent", undefined, "7", "outer", "text/plain"],
      [true, "stale", undefined, "7", "outer", "text/plain"],
    ]);
    gates[1]?.open();
    await cache.settled();
    expect(await ask("/7")).toBe("200 hit 2");
    expect(story.take().slice(0, 3)).toEqual(["miss absent", "computed", "stored"]);
    expect(selfFetch).not.toHaveBeenCalled();
    selfFetch.mockRestore();
  });

  it("stays where the refresh fails, and tells nobody of its error", async () => {
    vi.useFakeTimers({ toFake: ["Date"] });
    const { app, cache, ask } = makeSite();
    const errors: unknown[] = [];
    let runs = 0;
    app.use(async (c, next) => {
      await next();
      errors.push(c.error);
    });
    const failing = new Hono().onError((_, c) => c.text("failed", 500));
    failing.use(routeCache({ cache, ttl: "1m", swr: "1h" }));
    failing.get("/", (c) => {
      if ((runs += 1) > 1) throw new Error("broken");
      return c.text("made");
    });
    app.route("/", failing);
    await ask("/");
    vi.advanceTimersByTime(61_000);
    expect(await ask("/")).toBe("200 stale made");
    await cache.settled();
    expect(await ask("/")).toBe("200 stale made");
    expect([runs, ...errors]).toEqual([2, undefined, undefined, undefined]);
  });
});

describe("a streamed response", () => {
  it("comes to its client as it is made, and is stored when it is whole", async () => {
    const { app, cache, fetch, ask } = makeSite();
    const gate = makeGate();
    let made = 0;
    app.get("/", routeCache({ cache, ttl: "1m" }), (c) => {
      c.header("content-type", "text/plain");
      return stream(c, async (out) => {
        for (const word of ["one ", "two"]) {
          made += 1;
          await out.write(word);
          await gate.opened;
        }
      });
    });
    const reader = (await fetch("/")).body?.getReader();
    expect(text.decode((await reader?.read())?.value)).toBe("one ");
    expect(made).toBe(1);
    gate.open();
    expect(text.decode((await reader?.read())?.value)).toBe("two");
    expect((await reader?.read())?.done).toBe(true);
    await cache.settled();
    expect(await ask("/")).toBe("200 hit one two");
    expect(made).toBe(2);
  });

  it("of events goes through to each client, and is stored only where its handler says so", async () => {
    const { app, cache, fetch, ask } = makeSite();
    let gate = makeGate();
    let runs = 0;
    app.use(routeCache({ cache }));
    app.get("/:kind", (c) => {
      const run = (runs += 1);
      const response = streamSSE(c, async (out) => {
        await out.writeSSE({ data: `first ${run}` });
        await gate.opened;
        await out.writeSSE({ data: "last" });
      });
      if (c.req.param("kind") === "stored") response.headers.set("cache-control", "max-age=60");
      return response;
    });
    const readers = await Promise.all(
      [fetch("/live"), fetch("/live")].map(async (sent) => (await sent).body?.getReader()),
    );
    const firsts = await Promise.all(readers.map(async (reader) => text.decode((await reader?.read())?.value)));
    expect(new Set(firsts)).toEqual(new Set(["data: first 1\n\n", "data: first 2\n\n"]));
    await Promise.all(readers.map((reader) => reader?.cancel()));
    gate.open();
    expect(await ask("/stored")).toBe("200 miss data: first 3\n\ndata: last\n\n");
    gate = makeGate();
    expect(await ask("/stored")).toBe("200 hit data: first 3\n\ndata: last\n\n");
  });

  it("whose client leaves is stopped, and not stored", async () => {
    const { app, cache, fetch, ask } = makeSite();
    let isAborted = false;
    let runs = 0;
    app.get("/", routeCache({ cache, ttl: "1m" }), (c) =>
      stream(c, async (out) => {
        out.onAbort(() => {
          isAborted = true;
        });
        await out.write(String((runs += 1)));
        if (runs === 1) await new Promise<void>((resolve) => out.onAbort(resolve));
      }),
    );
    const reader = (await fetch("/")).body?.getReader();
    await reader?.read();
    await reader?.cancel();
    await expect.poll(() => isAborted).toBe(true);
    await cache.settled();
    expect(await ask("/")).toBe("200 miss 2");
  });
});

describe("a handler that throws", () => {
  it("is answered for by onError, with the same error, which middlewares before see", async () => {
    const { app, cache, ask } = makeSite();
    const error = new HTTPException(409, { message: "taken" });
    const seen: unknown[] = [];
    app.onError((thrown, c) => {
      seen.push(thrown, c.get("behind" as never));
      return c.text("no", 409);
    });
    app.use(async (c, next) => {
      await next();
      seen.push(c.error);
    });
    app.use(routeCache({ cache, ttl: "1m" }));
    app.use(async (c, next) => {
      c.set("behind" as never, "set" as never);
      await next();
      seen.push(c.error);
    });
    app.get("/", () => {
      throw error;
    });
    expect(await ask("/")).toBe("409 none no");
    expect(seen).toHaveLength(4);
    expect([seen[0], seen[1], seen[2], seen[3]]).toEqual([error, error, "set", error]);
    expect(seen[1]).toBe(error);
  });

  it("within a sub-application is answered for by that, and not stored, and c.error tells", async () => {
    const { app, cache, ask } = makeSite();
    const seen: unknown[] = [];
    const error = new Error("broken");
    app.use(async (c, next) => {
      await next();
      seen.push(c.error);
    });
    app.use(routeCache({ cache, ttl: "1m" }));
    const sub = new Hono().onError((thrown, c) => c.text(`sub: ${thrown.message}`, 200));
    sub.get("/", () => {
      throw error;
    });
    app.route("/sub", sub);
    expect([await ask("/sub"), await ask("/sub")]).toEqual(["200 miss sub: broken", "200 miss sub: broken"]);
    expect(seen).toEqual([error, error]);
  });

  it.each([
    [
      "throws",
      () => {
        throw new Error("broken");
      },
    ],
    ["says 503", () => new Response("down", { status: 503 })],
  ])("is covered up by a stored response where it %s, within staleIfError", async (_, fail) => {
    vi.useFakeTimers({ toFake: ["Date"] });
    const { app, cache, ask } = makeSite();
    const seen: unknown[] = [];
    let runs = 0;
    app.onError((_error, c) => c.text("failed", 500));
    app.use(async (c, next) => {
      await next();
      seen.push([c.error, c.get("cache")?.reason]);
    });
    app.use(routeCache({ cache, ttl: "1m", staleIfError: "1h", retryAfter: 0 }));
    app.get("/", (c) => ((runs += 1) === 1 ? c.text("made") : fail()));
    await ask("/");
    vi.advanceTimersByTime(61_000);
    expect(await ask("/")).toBe("200 stale made");
    expect(seen).toEqual([
      [undefined, undefined],
      [undefined, "error"],
    ]);
    vi.advanceTimersByTime(3_600_000);
    expect(await ask("/")).toMatch(/^(500 \w+ failed|503 miss down)$/);
    expect(runs).toBe(3);
  });

  it("fails all who wait for the one run with the error of one more, which they share", async () => {
    const { app, cache, ask, joined } = makeSite();
    const errors = new Set<unknown>();
    const handler = counter();
    app.onError((error, c) => {
      errors.add(error);
      return c.text("failed", 500);
    });
    app.get("/", routeCache({ cache, ttl: "1m", flightTimeout: "1h" }), async (c) => {
      // Of the others one leads, and the rest wait once more.
      await joined(handler.runs === 0 ? 19 : 19 + 18);
      handler(c);
      throw new Error("broken");
    });
    const answers = await Promise.all(Array.from({ length: 20 }, () => ask("/")));
    expect(new Set(answers)).toEqual(new Set(["500 none failed"]));
    expect([handler.runs, errors.size]).toEqual([2, 2]);
  });
});
