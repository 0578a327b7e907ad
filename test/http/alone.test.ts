import { describe, expect, it } from "vitest";
import { HeldSite, stopClock } from "./held-site.ts";
import { Door } from "./rfc9111/crowd.ts";

const STALE = { "cache-control": "max-age=0, stale-while-revalidate=60" };

stopClock();

describe("the refresh behind requests that do not wait for each other", () => {
  it("is one for many HEAD", async () => {
    const door = new Door();
    const site = new HeldSite(async (_, run) => {
      if (run > 1) await door.opened;
      return new Response("page", { headers: STALE });
    });
    await site.store();
    await Promise.all(Array.from({ length: 10 }, () => site.ask({}, "HEAD")));
    door.open();
    await site.settled();
    expect(site.runs).toBe(2);
  });

  it("is one for many GET, soon after a response that was not for all", async () => {
    const door = new Door();
    const site = new HeldSite(async ({ headers }, run) => {
      if (run > 2) await door.opened;
      const isPersonal = headers.get("accept-language") === "de";
      return new Response("page", {
        headers: { ...(isPersonal ? { "cache-control": "private" } : STALE), vary: "accept-language" },
      });
    });
    for (const language of ["en", "de"]) await site.store({ "accept-language": language });
    const texts = await Promise.all(Array.from({ length: 10 }, () => site.text({ "accept-language": "en" })));
    expect(new Set(texts)).toEqual(new Set(["page"]));
    door.open();
    await site.settled();
    expect(site.runs).toBe(3);
  });

  it("is not tried again by HEAD until retryAfter is over", async () => {
    const site = new HeldSite((_, run) =>
      run === 1 ? new Response("page", { headers: STALE }) : new Response(null, { status: 503 }),
    );
    await site.store();
    for (let time = 1; time <= 10; time += 1) {
      expect((await site.ask({}, "HEAD")).status).toBe(200);
      await site.settled();
    }
    expect(site.runs).toBe(2);
  });
});
