import { describe, expect, it } from "vitest";
import { HeldSite, later, PAGE, stopClock, until } from "./held-site.ts";
import { Door } from "./rfc9111/crowd.ts";

const FRESH = { "cache-control": "max-age=600" };
const VARIED = { ...FRESH, vary: "x" };

stopClock();

describe("an invalidation that is under way", () => {
  /** Says what the data was when it was asked, once it may. */
  const siteOf = (door: Door) => {
    const origin = { data: "old" };
    const site = new HeldSite(async ({ method, headers }) => {
      if (method === "POST") origin.data = "new";
      const { data } = origin;
      if (headers.get("x") === "b") await door.opened;
      return new Response(method === "POST" ? null : `${data} ${headers.get("x")}`, { headers: VARIED });
    });
    return { origin, site };
  };

  it("of a POST: what it removes does not come back with a variant that is added meanwhile", async () => {
    const door = new Door();
    const { site } = siteOf(door);
    expect(await site.store({ x: "a" })).toBe("old a");
    const removal = site.hold("delete");
    const post = site.text({}, "POST");
    await site.held("delete");
    const added = site.text({ x: "b" });
    await until(() => site.runs === 3);
    removal.open();
    await post;
    door.open();
    expect(await added).toBe("new b");
    await site.settled();
    expect(await site.text({ x: "a" })).toBe("new a");
    expect(await site.text({ x: "b" })).toBe("new b");
  });

  it("by hand: what it removes does not come back with a variant that is added meanwhile", async () => {
    const door = new Door();
    const { site, origin } = siteOf(door);
    expect(await site.store({ x: "a" })).toBe("old a");
    origin.data = "new";
    const removal = site.hold("delete");
    const invalidated = site.invalidate(PAGE);
    await site.held("delete");
    const added = site.text({ x: "b" });
    await until(() => site.runs === 2);
    removal.open();
    await invalidated;
    door.open();
    expect(await added).toBe("new b");
    await site.settled();
    expect(await site.text({ x: "a" })).toBe("new a");
  });
});

describe("a QUERY that begins before a POST", () => {
  it("is neither stored after it nor shared with who asks after it", async () => {
    const door = new Door();
    let data = "old";
    const site = new HeldSite(async ({ method }, run) => {
      if (method === "POST") data = "new";
      const text = data;
      if (run === 1) await door.opened;
      return new Response(text, { headers: method === "QUERY" ? FRESH : {} });
    });
    const before = site.text({}, "QUERY");
    await until(() => site.runs === 1);
    await site.text({}, "POST");
    expect(await site.text({}, "QUERY")).toBe("new");
    door.open();
    expect(await before).toBe("old");
    await site.settled();
    expect(await site.text({}, "QUERY")).toBe("new");
  });
});

describe("a variant that is made after its tag expired", () => {
  it("is fresh, though its siblings are not", async () => {
    const site = new HeldSite((_, run) => new Response(`run ${run}`, { headers: VARIED }), { tags: ["page"] });
    for (const x of ["a", "b"]) await site.store({ x });
    later(10);
    await site.expireTags(["page"]);
    later(10);
    for (let time = 1; time <= 3; time += 1) {
      expect(await site.store({ x: "b" })).toBe("run 3");
      later(10);
    }
    expect(await site.store({ x: "a" })).toBe("run 4");
  });
});

describe("a response that comes late", () => {
  it("does not take the place of one that was asked for after it", async () => {
    const door = new Door();
    let data = "older";
    const site = new HeldSite(async (_, run) => {
      const text = data;
      if (run === 1) await door.opened;
      return new Response(text, { headers: FRESH });
    });
    const late = site.text();
    await until(() => site.runs === 1);
    later(10);
    data = "newer";
    expect(await site.text({ "cache-control": "no-cache" })).toBe("newer");
    await until(() => site.story.includes("stored"));
    door.open();
    expect(await late).toBe("older");
    await site.settled();
    expect(await site.text()).toBe("newer");
  });

  it("of a POST, is not stored as that of GET where another POST has come between", async () => {
    const door = new Door();
    let data = 0;
    const site = new HeldSite(
      async ({ method }, run) => {
        if (method === "POST") data += 1;
        const text = `data ${data}`;
        if (run === 1) await door.opened;
        return new Response(text, { headers: { ...FRESH, "content-location": PAGE } });
      },
      { contentLocation: true },
    );
    const first = site.text({}, "POST");
    await until(() => site.runs === 1);
    expect(await site.text({}, "POST")).toBe("data 2");
    door.open();
    expect(await first).toBe("data 1");
    await site.settled();
    expect(await site.text()).toBe("data 2");
  });
});
