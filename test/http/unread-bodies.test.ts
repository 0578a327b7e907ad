import { describe, expect, it } from "vitest";
import { HeldSite, later, stopClock } from "./held-site.ts";
import { Door } from "./rfc9111/crowd.ts";
import { HeldOrigin } from "./streaming-site.ts";

const TAG = '"1"';

stopClock();

describe("a body that nobody reads is cancelled", () => {
  it("of a 5xx that a refresh in the background comes to", async () => {
    const door = new Door();
    const unread = new HeldOrigin();
    const site = new HeldSite(async (_, run) => {
      if (run === 1)
        return new Response("page", { headers: { "cache-control": "max-age=1, stale-while-revalidate=60" } });
      await door.opened;
      return new Response(unread.body(), { status: 503 });
    });
    await site.store();
    later(2_000);
    expect(await site.text()).toBe("page");
    door.open();
    await unread.cancelled;
    await site.settled();
    expect(site.runs).toBe(2);
  });

  it("of a response that comes after the hard timeout", async () => {
    const door = new Door();
    const unread = new HeldOrigin();
    const site = new HeldSite(
      async () => {
        await door.opened;
        return new Response(unread.body());
      },
      { hardTimeout: 10 },
    );
    await expect(site.ask()).rejects.toMatchObject({ code: "timeout" });
    door.open();
    await unread.cancelled;
    await site.settled();
  });

  it("that a handler gives to a HEAD which confirms what is stored", async () => {
    const unread = new HeldOrigin();
    const site = new HeldSite(({ method }) =>
      method === "GET"
        ? new Response("0123456789", { headers: { "cache-control": "max-age=1", etag: TAG } })
        : new Response(unread.body(), { headers: { "cache-control": "max-age=60", etag: TAG } }),
    );
    await site.store();
    later(2_000);
    expect((await site.ask({}, "HEAD")).status).toBe(200);
    await unread.cancelled;
    await site.settled();
    expect(await site.text()).toBe("0123456789");
    expect(site.runs).toBe(2);
  });

  it("of a 5xx that comes after the soft timeout, when its client has been answered", async () => {
    const door = new Door();
    const unread = new HeldOrigin();
    const site = new HeldSite(
      async (_, run) => {
        if (run === 1) return new Response("page", { headers: { "cache-control": "max-age=1" } });
        await door.opened;
        return new Response(unread.body(), { status: 503 });
      },
      { staleIfError: "1h", softTimeout: 10 },
    );
    await site.store();
    later(2_000);
    expect(await site.text()).toBe("page");
    door.open();
    await unread.cancelled;
    await site.settled();
  });
});
