import { describe, expect, it } from "vitest";
import { HeldSite, later, stopClock } from "./held-site.ts";
import { Door } from "./rfc9111/crowd.ts";

stopClock();

/** Answers each with a page of its own, once the door is open, and confirms to each their own alone. */
const personal = (headers: Record<string, string>, door?: Door) => {
  return async (request: Request): Promise<Response> => {
    const user = request.headers.get("cookie") ?? "";
    const etag = `"${user}"`;
    await door?.opened;
    const isKnown = request.headers.get("if-none-match") === etag;
    return new Response(isKnown ? null : user, { status: isKnown ? 304 : 200, headers: { ...headers, etag } });
  };
};

const counted =
  (headers: HeadersInit) =>
  (_: Request, run: number): Response =>
    new Response(`run ${run}`, { headers });

describe("a response that is still being written", () => {
  it("is not given to another where each has to have it confirmed: no-cache", async () => {
    const site = new HeldSite(personal({ "cache-control": "no-cache, max-age=60" }));
    const door = site.hold("set");
    expect(await site.text({ cookie: "alice" })).toBe("alice");
    await site.held("set");
    expect(await site.text({ cookie: "bob" })).toBe("bob");
    door.open();
    await site.settled();
  });

  it("is not given to a request that says no-cache", async () => {
    const site = new HeldSite(counted({ "cache-control": "max-age=60" }));
    const door = site.hold("set");
    expect(await site.text({ "cache-control": "no-cache" })).toBe("run 1");
    await site.held("set");
    expect(await site.text({ "cache-control": "no-cache" })).toBe("run 2");
    door.open();
    await site.settled();
  });

  it("is not given to a request whose max-age it is past", async () => {
    const site = new HeldSite(counted({ age: "100", "cache-control": "max-age=600" }));
    const door = site.hold("set");
    expect(await site.text()).toBe("run 1");
    await site.held("set");
    expect(await site.text()).toBe("run 1");
    expect(await site.text({ "cache-control": "max-age=10" })).toBe("run 2");
    door.open();
    await site.settled();
  });
});

describe("requests that wait for one response", () => {
  it.each<[string, Record<string, string>]>([
    ["no-cache", { "cache-control": "no-cache" }],
    ["max-age=0, must-revalidate", { "cache-control": "max-age=0, must-revalidate" }],
    ["nothing but an ETag", {}],
  ])("get each their own where each has to ask: %s", async (_, headers) => {
    const door = new Door();
    const site = new HeldSite(personal(headers, door));
    const users = ["alice", "bob", "carol"];
    const texts = users.map((cookie) => site.text({ cookie }));
    await site.joined(2);
    door.open();
    expect(await Promise.all(texts)).toEqual(users);
    await site.settled();
  });

  it("are one run where it is fresh when it comes, though it could be confirmed", async () => {
    const door = new Door();
    const site = new HeldSite(async () => {
      await door.opened;
      return new Response("page", { headers: { "cache-control": "max-age=60", etag: '"1"' } });
    });
    const texts = Array.from({ length: 10 }, () => site.text());
    await site.joined(9);
    door.open();
    expect(new Set(await Promise.all(texts))).toEqual(new Set(["page"]));
    expect(site.runs).toBe(1);
  });
});

describe("what another request is just reading from the backend", () => {
  it("is not given on its max-stale to one that does not say so", async () => {
    const site = new HeldSite(counted({ "cache-control": "max-age=1", etag: '"1"' }));
    await site.store();
    later(5_000);
    const door = site.hold("get");
    const lenient = site.text({ "cache-control": "max-stale" });
    await site.held("get");
    const strict = site.text();
    door.open();
    expect(await lenient).toBe("run 1");
    expect(await strict).not.toBe("run 1");
    await site.settled();
  });

  it("is not given to one whose own max-age it is past", async () => {
    const site = new HeldSite(counted({ "cache-control": "max-age=600", age: "100" }));
    await site.store();
    const door = site.hold("get");
    const lenient = site.text();
    await site.held("get");
    const strict = site.text({ "cache-control": "max-age=10" });
    door.open();
    expect([await lenient, await strict]).toEqual(["run 1", "run 2"]);
  });
});

describe("a response that a 304 has made private", () => {
  it("goes out with its own Cache-Control, and not with that of the option send", async () => {
    const etag = '"1"';
    const site = new HeldSite(
      (_, run) =>
        run === 1
          ? new Response("page", { headers: { "cache-control": "max-age=0", etag } })
          : new Response(null, { status: 304, headers: { "cache-control": "private, max-age=60", etag } }),
      { send: { cacheControl: "public, max-age=600" } },
    );
    await site.store();
    const response = await site.ask();
    expect(await response.text()).toBe("page");
    expect(response.headers.get("cache-status")).not.toContain("stored");
    expect(response.headers.get("cache-control")).toBe("private, max-age=60");
  });
});
