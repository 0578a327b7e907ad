import { describe, expect, it, vi } from "vitest";
import { type Answer, HOUR, later, NOW, says, site, stopClock } from "./optioned-site.ts";

stopClock();

describe("maxBodyBytes, maxVariants and keep", () => {
  it("maxBodyBytes is the largest body that is stored", async () => {
    for (const [bytes, expected] of [
      [5, []],
      [4, ["too-large"]],
      [0, ["too-large"]],
      [Infinity, []],
    ] as const) {
      const { get, refusals } = site({ ttl: "1h", maxBodyBytes: bytes });
      expect(await get()).toBe("run 1");
      expect(refusals()).toEqual(expected);
    }
  });

  it("maxVariants is how many stay, the newest", async () => {
    const { get, runs } = site({ ttl: "1h", maxVariants: 2, vary: ["x"] });
    for (const x of ["a", "b", "c"]) await get("/", { headers: { x } });
    expect(await get("/", { headers: { x: "b" } })).toBe("run 2");
    expect(await get("/", { headers: { x: "a" } })).toBe("run 4");
    expect(runs()).toBe(4);
  });

  it("keep is how long past its time a response can be confirmed", async () => {
    for (const [after, expected] of [
      [HOUR - 1_000, "run 1"],
      [HOUR + 1_000, "run 2"],
    ] as const) {
      const { get } = site({ keep: "1h" }, ({ headers }, run) => {
        const isKnown = headers.get("if-none-match") === '"1"';
        const own = { etag: '"1"', "cache-control": "max-age=60" };
        return new Response(isKnown ? null : `run ${run}`, { status: isKnown ? 304 : 200, headers: own });
      });
      await get();
      later(60_000 + after);
      expect(await get()).toBe(expected);
    }
  });
});

describe("heuristic, setCookie and contentLocation", () => {
  it("heuristic takes a tenth of the age, up to a day", async () => {
    const modified = (ms: number): Answer =>
      says({ "last-modified": new Date(NOW - ms).toUTCString(), date: new Date(NOW).toUTCString() });
    for (const [age, fresh] of [
      [10 * HOUR, HOUR],
      [10_000 * HOUR, 24 * HOUR],
    ] as const) {
      vi.setSystemTime(NOW);
      const { get, verdict } = site({ heuristic: true }, modified(age));
      await get();
      later(fresh - 1_000);
      expect(await verdict()).toBe("hit");
      later(1_000);
      expect(await verdict()).toBe("fwd=stale");
    }
    const without = site({}, modified(10 * HOUR));
    await without.get();
    expect(await without.verdict()).not.toBe("hit");
  });

  it("setCookie stores cookies, every line of them", async () => {
    const answer: Answer = () => {
      const headers = new Headers({ "cache-control": "max-age=60" });
      for (const cookie of ["a=1; Path=/", "b=2, 3"]) headers.append("set-cookie", cookie);
      return new Response("page", { headers });
    };
    const { handler, get } = site({ setCookie: true }, answer);
    await get();
    const hit = await handler(new Request("https://shop.test/"));
    expect(hit.headers.getSetCookie()).toEqual(["a=1; Path=/", "b=2, 3"]);
    expect(hit.headers.get("cache-status")).toContain("autocache;hit");
  });

  it("contentLocation stores the response of a POST as that of GET", async () => {
    const answer: Answer = ({ method }, run) =>
      new Response(`${method} ${run}`, { headers: { "cache-control": "max-age=60", "content-location": "/" } });
    for (const [contentLocation, expected] of [
      [true, "POST 1"],
      [false, "GET 2"],
    ] as const) {
      const { get } = site({ contentLocation }, answer);
      expect(await get("/", { method: "POST", body: "x" })).toBe("POST 1");
      expect(await get()).toBe(expected);
    }
  });
});

describe("deceptionGuard", () => {
  it("is on", async () => {
    const html = says({ "content-type": "text/html", "cache-control": "max-age=60" });
    const guarded = site({}, html);
    expect([await guarded.get("/a.css"), await guarded.get("/a.css")]).toEqual(["run 1", "run 2"]);
    const open = site({ deceptionGuard: false }, html);
    expect([await open.get("/a.css"), await open.get("/a.css")]).toEqual(["run 1", "run 1"]);
  });
});
