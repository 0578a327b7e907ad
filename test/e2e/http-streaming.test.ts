import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Client } from "./http/client.ts";
import { Host } from "./http/host.ts";
import { type End, END_HEADER, FLIGHT_TIMEOUT_MS, LEAVE_MS, MAX_BODY_BYTES, type Route } from "./http/protocol.ts";

const TOTAL_BYTES = 50_000_000;
// What is read ahead of a client, the chunks on their way, and what the collector has not seen yet.
const FLAT_BYTES = 16 * 1024 * 1024;
// What an operating system does not take back at once from a process that allocates and frees 50 MB.
const RESIDENT_BYTES = 100 * 1024 * 1024;

let host: Host;
let made = 0;

beforeAll(async () => {
  host = await Host.start();
});
afterAll(async () => {
  await host.stop();
});

/** A path that nobody has asked for yet. */
function fresh(route: Route): { readonly url: string; readonly path: string } {
  const path = `/${route}/${(made += 1)}`;
  return { url: host.url + path, path };
}

describe.each(["memory", "kv", "hono"] as const)("a stale response in workerd, of %s", (route) => {
  it("is sent while one refresh runs the handler, which goes on when the request is over", async () => {
    const { url, path } = fresh(route);
    const headers = { "cache-control": "max-age=0, stale-while-revalidate=600" };
    const first = Client.get(url);
    const old = await host.origin.request(path);
    old.send("old", headers);
    old.end();
    expect(await (await first).text()).toBe("old");
    await host.told(path, "stored");

    // Each on a connection of its own, which is closed before the handler has an answer.
    for (const _ of ["begins the refresh", "finds it running"]) {
      const stale = await Client.get(url);
      expect(await stale.text()).toBe("old");
      expect(stale.response.headers["cache-status"]).toContain(";detail=refreshing");
    }
    const refresh = await host.origin.request(path, 2);
    await sleep(1_500);
    refresh.send("new", headers);
    refresh.end();
    await host.told(path, "stored");
    expect(await (await Client.get(url)).text()).toBe("new");
    // The last has begun another: nothing of it is fresh.
    expect(host.origin.runs(path)).toBeLessThanOrEqual(3);
  });
});

describe.each(["memory", "kv"] as const)("a streamed response in workerd, stored in %s", (route) => {
  it("reaches the client chunk by chunk, as the origin makes it, and is stored at its end", async () => {
    const { url, path } = fresh(route);
    const answered = Client.get(url);
    const exchange = await host.origin.request(path);
    exchange.send("first");
    const client = await answered;
    expect(await client.next()).toBe("first");
    exchange.send("second");
    expect(await client.next()).toBe("second");
    exchange.end();
    expect(await client.text()).toBe("");
    await host.told(path, "stored");
    const hit = await Client.get(url);
    expect(await hit.text()).toBe("firstsecond");
    expect(hit.response.headers["cache-status"]).toMatch(/;hit;/);
    expect(hit.response.headers["content-length"]).toBe("11");
    expect(host.origin.runs(path)).toBe(1);
  });

  it("is not stored where its client leaves half-way: the origin is cancelled, and the next request runs the handler", async () => {
    const { url, path } = fresh(route);
    const answered = Client.get(url);
    const exchange = await host.origin.request(path);
    exchange.send("first");
    const client = await answered;
    await client.next();
    client.leave();
    await exchange.closed;
    await host.told(path, "not-stored");
    host.origin.answer(path, "whole");
    expect(await (await Client.get(url)).text()).toBe("whole");
    expect(host.origin.runs(path)).toBe(2);
    await host.told(path, "stored");
    expect(await (await Client.get(url)).text()).toBe("whole");
    expect(host.origin.runs(path)).toBe(2);
  });

  it("is not stored where the origin breaks off: the client sees the break, and the next request runs the handler", async () => {
    const { url, path } = fresh(route);
    const answered = Client.get(url);
    const exchange = await host.origin.request(path);
    exchange.send("first");
    const client = await answered;
    expect(await client.next()).toBe("first");
    exchange.breakOff();
    await expect(client.text()).rejects.toMatchObject({ code: "ECONNRESET" });
    await host.told(path, "not-stored");
    host.origin.answer(path, "whole");
    expect(await (await Client.get(url)).text()).toBe("whole");
    expect(host.origin.runs(path)).toBe(2);
  });

  it.each([
    ["longer than it says", 4],
    ["shorter than it says", 400],
  ])("is not stored where it is %s, and goes on as the handler gave it", async (_, length) => {
    const { url, path } = fresh(route);
    host.origin.answer(path, "first run");
    const client = await Client.get(`${url}?lies=${length}`);
    expect(await client.text()).toBe("first run");
    await host.told(path, "not-stored");
    const other = await Client.get(`${url}?lies=${length}`);
    other.leave();
    await host.told(path, "not-stored");
    expect(host.origin.runs(path)).toBe(2);
  });
});

describe("where the client that is answered first stalls, in workerd", () => {
  it("those who wait get a small response, which is read ahead of it", async () => {
    const { url, path } = fresh("patient");
    const answered = Client.get(url);
    const exchange = await host.origin.request(path);
    exchange.send("a".repeat(400_000));
    const stalled = await answered;
    const others = Array.from({ length: 5 }, () => Client.get(url));
    await host.told(path, "joined", others.length);
    exchange.send("b".repeat(400_000));
    exchange.end();
    for (const other of await Promise.all(others)) expect(await other.bytes()).toBe(800_000);
    expect(host.origin.runs(path)).toBe(1);
    expect(await stalled.bytes()).toBe(800_000);
  });

  it("they wait for a large one no longer than flightTimeout", async () => {
    const { url, path } = fresh("large");
    const answered = Client.get(url);
    const first = await host.origin.request(path);
    const streaming = first.stream(TOTAL_BYTES);
    const stalled = await answered;
    stalled.response.pause();
    host.origin.answer(path, "fast");
    const others = await Promise.all(Array.from({ length: 20 }, () => Client.get(url)));
    expect(new Set(await Promise.all(others.map((other) => other.text())))).toEqual(new Set(["fast"]));
    expect(host.origin.runs(path)).toBe(2);
    expect(await stalled.bytes()).toBe(TOTAL_BYTES);
    await streaming;
    expect(await (await Client.get(url)).text()).toBe("fast");
  });
});

const DEATHS: readonly { readonly title: string; readonly end: End; readonly leaves?: boolean }[] = [
  { title: "loses its client", end: "response", leaves: true },
  { title: "answers without it", end: "leave" },
  { title: "fails beside it", end: "throw" },
  { title: "is aborted", end: "abort" },
];
it("runs on a workerd that can abort a request", async () => {
  const { path } = fresh("memory");
  expect((await host.facts(path)).canAbort).toBe(true);
});

const MOMENTS = ["before the response begins", "while the body streams"] as const;

describe.each(DEATHS)("where the request that runs the handler $title", ({ end, leaves = false }) => {
  it.each(MOMENTS)("%s, those who wait get their answers", async (moment) => {
    for (const route of ["memory", "kv"] as const) {
      const { url, path } = fresh(route);
      const leader = Client.begin(url, { [END_HEADER]: end });
      const exchange = await host.origin.request(path);
      if (moment === "while the body streams") exchange.send("first");
      host.origin.answer(path, "whole");
      const startedAt = performance.now();
      const others = Array.from({ length: 20 }, () => Client.get(url));
      if (leaves) {
        await sleep(LEAVE_MS);
        leader.leave();
      }
      const answers = await Promise.all(others);
      expect(answers.map(({ response }) => response.statusCode)).toEqual(Array.from(others, () => 200));
      expect(new Set(await Promise.all(answers.map((answer) => answer.text())))).toEqual(new Set(["whole"]));
      // Two slow cores, on which this runs beside others.
      expect(performance.now() - startedAt).toBeLessThan(FLIGHT_TIMEOUT_MS + 5_000);
      expect(await (await Client.get(url)).text()).toBe("whole");
      expect(host.origin.runs(path)).toBe(2);
    }
  });
});

describe("50 MB through a cached handler", () => {
  it("would be seen in the memory of workerd, as what is stored there is", async () => {
    const { url, path } = fresh("memory");
    const before = await host.heapBytes();
    const answered = Client.get(url);
    await (await host.origin.request(path)).stream(4_000_000);
    expect(await (await answered).bytes()).toBe(4_000_000);
    await host.told(path, "stored");
    expect((await host.heapBytes()) - before).toBeGreaterThan(3_000_000);
  });

  it("leave the memory of workerd as it is, be they never so slow", async () => {
    const { url, path } = fresh("memory");
    const before = await host.heapBytes();
    const answered = Client.get(url);
    const exchange = await host.origin.request(path);
    let sent = 0;
    const streaming = exchange.stream(TOTAL_BYTES, (bytes) => (sent = bytes));
    const client = await answered;
    let received = 0;
    let most = 0;
    let ahead = 0;
    for await (const chunk of client.response) {
      const earlier = received;
      received += (chunk as Buffer).length;
      ahead = Math.max(ahead, sent - received);
      if (Math.floor(earlier / 10_000_000) < Math.floor(received / 10_000_000)) {
        most = Math.max(most, await host.heapBytes());
      }
    }
    await streaming;
    await host.told(path, "not-stored");
    expect(received).toBe(TOTAL_BYTES);
    expect(most - before).toBeLessThan(MAX_BODY_BYTES + FLAT_BYTES);
    expect((await host.heapBytes()) - before).toBeLessThan(FLAT_BYTES);
    // Sockets hold some, on both sides of the Worker.
    expect(ahead).toBeLessThan(TOTAL_BYTES / 2);
  });

  describe("in a process of its own", () => {
    let server: ChildProcess;
    let url: string;

    beforeAll(async () => {
      const script = fileURLToPath(new URL("http/node-server.ts", import.meta.url));
      server = spawn(process.execPath, ["--expose-gc", script], { stdio: ["pipe", "pipe", "inherit"] });
      const lines = createInterface({ input: server.stdout as NodeJS.ReadableStream });
      url = `http://127.0.0.1:${String((await once(lines, "line"))[0])}`;
      await load("/above");
      await memoryOf();
    });
    afterAll(async () => {
      const exited = once(server, "exit");
      server.stdin?.end();
      await exited;
    });

    async function load(path: string): Promise<void> {
      const client = await Client.get(url + path);
      expect(await client.bytes()).toBe(TOTAL_BYTES);
    }

    /** The most since the last time. */
    async function memoryOf(): Promise<{ readonly held: number; readonly resident: number }> {
      return JSON.parse(await (await Client.get(`${url}/memory`)).text()) as { held: number; resident: number };
    }

    it("take no more of it than is read ahead, where they are more than is kept", async () => {
      await memoryOf();
      const idle = await memoryOf();
      for (let i = 0; i < 3; i++) {
        await load("/above");
        const most = await memoryOf();
        expect(most.held - idle.held).toBeLessThan(MAX_BODY_BYTES + FLAT_BYTES);
        expect(most.resident - idle.resident).toBeLessThan(RESIDENT_BYTES);
      }
    });

    it("take their own size of it, and twice while it is stored, where they are kept; their hits take no more", async () => {
      await memoryOf();
      const idle = await memoryOf();
      await load("/below");
      const most = await memoryOf();
      expect(most.held - idle.held).toBeLessThan(2.5 * TOTAL_BYTES + FLAT_BYTES);
      const kept = await memoryOf();
      expect(kept.held - idle.held).toBeGreaterThan(0.9 * TOTAL_BYTES);
      expect(kept.held - idle.held).toBeLessThan(TOTAL_BYTES + FLAT_BYTES);
      const hit = await Client.get(`${url}/below`);
      expect(hit.response.headers["cache-status"]).toMatch(/;hit;/);
      expect(await hit.bytes()).toBe(TOTAL_BYTES);
      const after = await memoryOf();
      expect(after.held - idle.held).toBeLessThan(TOTAL_BYTES + FLAT_BYTES);
    });
  });
});
