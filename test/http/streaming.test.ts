import { once } from "node:events";
import { describe, expect, it } from "vitest";
import { CHUNK_BYTES, counted, get, HeldOrigin, MIB, next, Site, text, textOf } from "./streaming-site.ts";

const URL_OF_ALL = "https://streams.test/";

describe("50 MB through a cached handler", () => {
  it.each([
    { what: "more than is kept", maxBodyBytes: 4 * MIB, end: "not-stored too-large" },
    { what: "less than is kept", maxBodyBytes: 64 * MIB, end: "stored" },
    { what: "nothing that is to be kept", control: "no-store", maxBodyBytes: 64 * MIB, end: "not-stored no-store" },
  ])("are $what: never far ahead of the client", async ({ maxBodyBytes, control = "max-age=60", end }) => {
    const { body, made } = counted(50_000_000);
    const site = new Site([body, text("other")], { maxBodyBytes }, { "cache-control": control });
    const response = await site.handler(new Request(URL_OF_ALL));
    let received = 0;
    let ahead = 0;
    for await (const chunk of response.body as ReadableStream<Uint8Array>) {
      ahead = Math.max(ahead, made() - received);
      received += chunk.length;
      if (received % (100 * CHUNK_BYTES) === 0) await new Promise((resolve) => setTimeout(resolve));
    }
    await site.settled();
    expect(received).toBe(50_000_000);
    expect(ahead).toBeLessThanOrEqual(MIB + 3 * CHUNK_BYTES);
    expect(site.story.at(-1)).toBe(end);
    const again = await site.handler(new Request(URL_OF_ALL));
    expect((await again.arrayBuffer()).byteLength).toBe(end === "stored" ? 50_000_000 : "other".length);
  });

  it("wait in the origin while the client of a real connection does not read", async () => {
    const { body, made } = counted(50_000_000);
    const site = new Site([body]);
    const response = await get(await site.listen());
    await once(response, "readable");
    // What the origin has made does not grow any more: it fills the sockets and what is read ahead.
    let before = -1;
    while (before !== made()) {
      before = made();
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
    expect(made()).toBeLessThan(25_000_000);
    let received = 0;
    for await (const chunk of response) received += (chunk as Buffer).length;
    expect(received).toBe(50_000_000);
    await site.settled();
    expect(site.story.at(-1)).toBe("not-stored too-large");
  });
});

describe("a streamed response over a real connection", () => {
  it.each(["max-age=60", "no-store"])(
    "reaches the client chunk by chunk, as the origin makes it (%s)",
    async (control) => {
      const origin = new HeldOrigin();
      const site = new Site([origin.body], {}, { "cache-control": control });
      const response = await get(await site.listen());
      origin.send("first");
      expect(await next(response)).toBe("first");
      expect(origin.sent).toEqual(["first"]);
      origin.send("second");
      expect(await next(response)).toBe("second");
      origin.end();
      expect(await textOf(response)).toBe("");
    },
  );

  it("is not stored where its client leaves half-way: the origin is cancelled, and the next request runs the handler", async () => {
    const origin = new HeldOrigin();
    const site = new Site([origin.body, text("whole")]);
    const url = await site.listen();
    const response = await get(url);
    origin.send("first");
    await next(response);
    response.destroy();
    await origin.cancelled;
    await site.when("not-stored incomplete");
    expect(await textOf(await get(url))).toBe("whole");
    await site.settled();
    expect(site.story).toEqual([
      "miss absent",
      "computed",
      "not-stored incomplete",
      "miss absent",
      "computed",
      "stored",
    ]);
    expect(await textOf(await get(url))).toBe("whole");
    expect(site.runs).toBe(2);
  });

  it("is not stored where the origin breaks off: the client sees the break, and the next request runs the handler", async () => {
    const origin = new HeldOrigin();
    const site = new Site([origin.body, text("whole")]);
    const url = await site.listen();
    const response = await get(url);
    origin.send("first");
    expect(await next(response)).toBe("first");
    origin.breakOff();
    await expect(textOf(response)).rejects.toMatchObject({ code: "ECONNRESET" });
    expect(response.complete).toBe(false);
    await site.when("not-stored incomplete");
    expect(await textOf(await get(url))).toBe("whole");
    expect(site.runs).toBe(2);
  });

  it.each([
    ["longer than it says", "4"],
    ["shorter than it says", "400"],
  ])("is not stored where it is %s", async (_, length) => {
    const headers = { "cache-control": "max-age=60", "content-length": length };
    const site = new Site([text("first run"), text("other run")], {}, headers);
    const url = await site.listen();
    const response = await get(url);
    response.resume();
    await site.when("not-stored incomplete");
    response.destroy();
    (await get(url)).destroy();
    await site.when("not-stored incomplete", 2);
    expect(site.runs).toBe(2);
  });
});

describe("a response that no client waits for", () => {
  it("is stored where the first client has it already: it gets a 304", async () => {
    const site = new Site([text("a".repeat(3 * MIB))], {}, { "cache-control": "max-age=60", etag: '"1"' });
    const response = await site.handler(new Request(URL_OF_ALL, { headers: { "if-none-match": '"1"' } }));
    expect(response.status).toBe(304);
    await site.settled();
    expect(site.story).toEqual(["miss absent", "computed", "stored"]);
  });

  it("is not read where it is not to be stored", async () => {
    const origin = new HeldOrigin();
    const site = new Site([origin.body], {}, { "cache-control": "no-store", etag: '"1"' });
    const response = await site.handler(new Request(URL_OF_ALL, { headers: { "if-none-match": '"1"' } }));
    expect(response.status).toBe(304);
    await origin.cancelled;
  });

  it.each(["a 304", "a stale answer"])("is read no further than it could be stored, beside %s", async (beside) => {
    const { body, made } = counted(50_000_000);
    const isStale = beside === "a stale answer";
    const headers = { "cache-control": "max-age=0, stale-while-revalidate=60", etag: '"1"' };
    const site = new Site(isStale ? [text("old"), body] : [body], {}, headers);
    if (isStale) await (await site.handler(new Request(URL_OF_ALL))).text();
    await site.settled();
    const condition = isStale ? {} : { headers: { "if-none-match": '"1"' } };
    const response = await site.handler(new Request(URL_OF_ALL, condition));
    expect(response.status).toBe(isStale ? 200 : 304);
    await site.settled();
    expect(site.story).toContain("not-stored too-large");
    expect(made()).toBeLessThan(5 * MIB);
  });
});

describe("requests for a response that is still streaming", () => {
  it("do not wait for a client that reads nothing, where the rest is read ahead of it", async () => {
    const origin = new HeldOrigin();
    const site = new Site([origin.body], { flightTimeout: "1h" });
    const url = await site.listen();
    const stalled = await get(url);
    const other = get(url);
    await site.when("joined");
    origin.send("a".repeat(900_000));
    origin.end();
    expect((await textOf(await other)).length).toBe(900_000);
    expect(site.runs).toBe(1);
    expect((await textOf(stalled)).length).toBe(900_000);
  });

  it("wait no longer than flightTimeout for a client that has stalled, and then one of them runs the handler", async () => {
    const { body } = counted(50_000_000);
    const site = new Site([body, text("fast")], { flightTimeout: 500, maxBodyBytes: 64 * MIB });
    const url = await site.listen();
    const stalled = await get(url);
    await once(stalled, "readable");
    const others = await Promise.all(Array.from({ length: 20 }, () => get(url)));
    expect(new Set(await Promise.all(others.map(textOf)))).toEqual(new Set(["fast"]));
    expect(site.runs).toBe(2);
    let received = 0;
    for await (const chunk of stalled) received += (chunk as Buffer).length;
    expect(received).toBe(50_000_000);
    // What began first has seen something older: it does not take the place of the second.
    await site.settled();
    expect(await textOf(await get(url))).toBe("fast");
    expect(site.runs).toBe(2);
  });

  it.each(["leaves", "sees the origin break off"])("are answered where the first client %s", async (end) => {
    const origin = new HeldOrigin();
    const bodies = Array.from({ length: 40 }, () => text("whole"));
    const site = new Site([origin.body, ...bodies], { flightTimeout: "1h" });
    const url = await site.listen();
    const first = await get(url);
    origin.send("first");
    await next(first);
    const others = Array.from({ length: 20 }, () => get(url));
    await site.when("joined", 20);
    if (end === "leaves") first.destroy();
    else origin.breakOff();
    const texts = await Promise.all(others.map(async (other) => textOf(await other)));
    expect(new Set(texts)).toEqual(new Set(["whole"]));
    // The origin of the first is not asked again for it, and what comes of the others is whole.
    expect(site.story).not.toContain("abandoned");
    expect(site.runs).toBe(2);
    expect(await textOf(await get(url))).toBe("whole");
  });
});
