import { cacheApi, type CacheApiCache } from "@autocache/edge/cache-api";
import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { everyOperation, minute, rejection, spy } from "./operations.ts";

describe("cacheApi()", () => {
  it("keeps an entry under an URL of its own, for whole seconds rounded up", async () => {
    const backend = cacheApi(undefined, { origin: "https://example.com" });
    await backend.set("shop:a%20b/../c?d#e@1:x", { text: "a" }, { ttlMs: 1_500 });
    const response = await caches.default.match(
      `https://example.com/key:${encodeURIComponent("shop:a%20b/../c?d#e@1:x")}`,
    );
    expect(response?.headers.get("cache-control")).toBe("max-age=2");
    expect(await response?.text()).toBe("a");
    await backend.set("forever", { text: "a" }, { ttlMs: Infinity });
    const endless = await caches.default.match("https://example.com/key:forever");
    expect(endless?.headers.get("cache-control")).toBe("max-age=31536000");
    await endless?.body?.cancel();
  });

  it("keeps apart what has another origin", async () => {
    await cacheApi().set("origin", { text: "a" }, minute);
    expect(await cacheApi(undefined, { origin: "https://example.com" }).get("origin")).toBeUndefined();
    expect(await cacheApi().get("origin")).toEqual({ text: "a" });
  });

  it("makes no entry of a foreign response, nor of one past its time", async () => {
    await put("foreign", {});
    await put("garbage", { "autocache-expires": "tomorrow" });
    await put("past", { "autocache-expires": String(Date.now() - 1) });
    await put("present", { "autocache-expires": String(Date.now() + 60_000) });
    const backend = cacheApi();
    const texts = ["foreign", "garbage", "past", "present"].map(async (key) => (await backend.get(key))?.text);
    expect(await Promise.all(texts)).toEqual([undefined, undefined, undefined, "foreign"]);
  });

  it("keeps a text as text/plain, and one with bytes as a frame, and tells them apart by that", async () => {
    const backend = cacheApi();
    await backend.set("text", { text: "\u0000\u0000" }, minute);
    await backend.set("frame", { text: "é", bytes: new Uint8Array([0, 255, 128]) }, minute);
    const [text, frame] = await Promise.all(
      ["text", "frame"].map((key) => caches.default.match(`https://autocache.invalid/key:${key}`)),
    );
    expect(text?.headers.get("content-type")).toBe("text/plain;charset=utf-8");
    expect(await text?.text()).toBe("\u0000\u0000");
    expect(frame?.headers.get("content-type")).toBe("application/octet-stream");
    expect([...new Uint8Array((await frame?.arrayBuffer()) ?? new ArrayBuffer(0))]).toEqual([
      0, 0, 0, 0, 2, 0, 0, 0, 3, 0xc3, 0xa9, 0, 255, 128,
    ]);
    expect(await backend.get("text")).toEqual({ text: "\u0000\u0000" });
    expect(await backend.get("frame")).toEqual({ text: "é", bytes: new Uint8Array([0, 255, 128]) });
  });

  it("makes no entry of a frame that was cut off", async () => {
    const backend = cacheApi();
    await backend.set("whole", { text: "{}", bytes: new Uint8Array([1, 2, 3]) }, minute);
    const whole = await caches.default.match("https://autocache.invalid/key:whole");
    const frame = (await whole?.arrayBuffer()) ?? new ArrayBuffer(0);
    for (let length = 0; length < frame.byteLength; length++) {
      const headers = {
        "content-type": "application/octet-stream",
        "cache-control": "max-age=60",
        "autocache-expires": String(Date.now() + 60_000),
      };
      await caches.default.put("https://autocache.invalid/key:cut", new Response(frame.slice(0, length), { headers }));
      const read = await backend.get("cut");
      expect(read).not.toHaveProperty("bytes");
      expect(read?.text).toMatch(/^(\0|$)/);
    }
  });

  it("says once that the host's cache keeps nothing, and asks no more", async () => {
    const operations: string[] = [];
    const nothing: CacheApiCache = {
      async match() {
        operations.push("match");
        return undefined;
      },
      async put() {
        operations.push("put");
      },
      async delete() {
        return false;
      },
    };
    const backend = cacheApi(nothing);
    expect(await rejection(backend.set("key", { text: "a" }, minute))).toMatchObject({
      code: "not-stored",
      message:
        'Cannot write "key": on this host the Cache API keeps nothing (as in the dashboard\'s preview, or behind Cloudflare Access): received no response for a key just written',
    });
    await backend.set("key", { text: "a" }, minute);
    await backend.set("other", { text: "a" }, minute);
    expect(operations).toEqual(["put", "match", "put", "put"]);
    expect(await backend.get("key")).toBeUndefined();
    await backend.delete("key");
  });

  it("reads the first write back once, and no other", async () => {
    const matches: unknown[][] = [];
    const backend = cacheApi(spy(caches.default, "match", matches));
    for (const key of ["a", "b", "c"]) await backend.set(key, { text: key }, minute);
    expect(matches).toHaveLength(1);
  });

  it("rejects with backend-failed and the cause, where the cache does", async () => {
    const cause = new Error("out of order");
    const broken = {
      match: () => Promise.reject(cause),
      put: () => Promise.reject(cause),
      delete: () => Promise.reject(cause),
    };
    const backend = cacheApi(broken);
    for (const work of everyOperation(backend)) {
      const error = await rejection(work());
      expect(error).toMatchObject({ code: "backend-failed", cause });
      expect(error.message).toMatch(/^Cannot \w+ "key": the Cache API refused: received Error: out of order$/);
    }
  });

  it("rejects with backend-failed and the cause, where the cache cannot be opened", async () => {
    const cause = new Error("caches.default is disabled");
    const backend = cacheApi(() => Promise.reject(cause));
    for (const work of everyOperation(backend)) {
      const message = "Cannot open a cache: the Cache API refused: received Error: caches.default is disabled";
      expect(await rejection(work())).toMatchObject({ code: "backend-failed", message, cause });
    }
  });

  it.each([
    ["a namespace", () => env.CACHE as unknown as CacheApiCache, /received object$/],
    ["nothing", () => undefined as unknown as CacheApiCache, /received undefined$/],
  ])("refuses %s for a cache", async (_, thunk, message) => {
    expect(await rejection(cacheApi(thunk).get("key"))).toMatchObject({
      code: "missing-binding",
      message: expect.stringMatching(message),
    });
  });

  it.each([
    [
      { origin: "example.com" },
      'Cannot use the origin of a Cache API backend: it is like "https://example.com", without a path: received "example.com"',
    ],
    [
      { origin: "https://example.com/" },
      'Cannot use the origin of a Cache API backend: it is like "https://example.com", without a path: received "https://example.com/"',
    ],
    [{ name: "autocache" }, 'Cannot make a Cache API backend: its only option is origin: received "name"'],
  ])("refuses the option %o when it is made", (options, message) => {
    expect(() => cacheApi(undefined, options as object)).toThrow(new TypeError(message));
  });
});

async function put(key: string, headers: Record<string, string>): Promise<void> {
  await caches.default.put(
    `https://autocache.invalid/key:${key}`,
    new Response("foreign", { headers: { "cache-control": "max-age=60", ...headers } }),
  );
}
