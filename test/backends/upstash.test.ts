import { afterEach, describe, expect, inject, it, test, vi } from "vitest";
import { upstash } from "../../adapters/upstash.ts";
import { testBackend } from "../conformance/index.ts";
import { command, listen, minute, rejects, ways } from "./upstash-ways.ts";

const { url, token } = inject("upstash");

describe("upstash() conforms", () => {
  for (const [name, make] of ways) {
    const registered = testBackend({ name: `upstash(${name})`, test, create: () => upstash(make({ url, token })) });

    it(`has the cases of every optional method by ${name}`, () => {
      expect(registered).toBe(31);
    });
  }
});

describe("upstash() stores", () => {
  it.each(ways)("what every other way reads: by %s", async (_, make) => {
    const key = `shared:${crypto.randomUUID()}`;
    await upstash(make({ url, token })).set(key, { text: "12345678901234567890" }, minute);
    for (const [, other] of ways) {
      expect(await upstash(other({ url, token })).get(key)).toEqual({ text: "12345678901234567890" });
    }
  });

  it.each(ways)("a ttl in whole milliseconds rounded up, and none where it has no end: by %s", async (_, make) => {
    const backend = upstash(make({ url, token }));
    const key = `ttl:${crypto.randomUUID()}`;
    const pttl = async (): Promise<number> => Number(await command(["PTTL", key]));
    await backend.set(key, { text: "a" }, { ttlMs: 59_999.2 });
    expect(await pttl()).toBeGreaterThan(50_000);
    expect(await pttl()).toBeLessThanOrEqual(60_000);
    for (const ttlMs of [Infinity, Number.MAX_VALUE, Number.MAX_SAFE_INTEGER]) {
      await backend.set(key, { text: "a" }, { ttlMs });
      expect(await pttl()).toBe(-1);
    }
    await backend.compareAndSet?.(key, { text: "a" }, { text: "b" }, minute);
    expect(await pttl()).toBeGreaterThan(50_000);
    await backend.compareAndSet?.(key, { text: "b" }, { text: "a" }, { ttlMs: Infinity });
    expect(await pttl()).toBe(-1);
    await backend.setMany?.(new Map([[key, { text: "a" }]]), minute);
    expect(await pttl()).toBeGreaterThan(50_000);
    await backend.setMany?.(new Map([[key, { text: "a" }]]), { ttlMs: Infinity });
    expect(await pttl()).toBe(-1);
    await backend.set(key, { text: "a" }, { ttlMs: 0.001 });
    await backend.delete(key);
  });

  it.each(ways)("the largest text it declares to take: by %s", async (_, make) => {
    const backend = upstash(make({ url, token }));
    const key = `large:${crypto.randomUUID()}`;
    const text = '"'.repeat(backend.capabilities.maxValueBytes);
    expect(text.length).toBeGreaterThan(900_000);
    await backend.set(key, { text }, minute);
    expect((await backend.get(key))?.text === text).toBe(true);
    await backend.setMany?.(new Map([`${key}:1`, `${key}:2`, `${key}:3`].map((one) => [one, { text }])), minute);
    expect((await backend.get(`${key}:3`))?.text === text).toBe(true);
  });

  it.each(ways)("nothing that makes a foreign value an entry: by %s", async (_, make) => {
    const backend = upstash(make({ url, token }));
    const prefix = `foreign:${crypto.randomUUID()}`;
    const foreign = ["1", '{"a":1}', "", "text"].map((value, index) => [`${prefix}:${index}`, value] as const);
    for (const [key, value] of foreign) await command(["SET", key, value]);
    for (const [key] of foreign) expect(await backend.get(key)).toBeUndefined();
    expect((await backend.getMany?.(foreign.map(([key]) => key)))?.size).toBe(0);
    const key = `${prefix}:0`;
    expect(await backend.compareAndSet?.(key, undefined, { text: "a" }, minute)).toBe(false);
    expect(await backend.compareAndSet?.(key, { text: "1" }, { text: "a" }, minute)).toBe(false);
    await command(["RPUSH", `${prefix}:list`, "a"]);
    await rejects(backend.get(`${prefix}:list`), "backend-failed", /^Cannot run "GET" on Upstash: .*WRONGTYPE/);
  });
});

describe("upstash() costs", () => {
  afterEach(() => {
    vi.restoreAllMocks();
  });

  it.each(ways)("one request for a batch of 1,000: by %s", async (_, make) => {
    const backend = upstash(make({ url, token }));
    const keys = Array.from({ length: 1_000 }, (__, index) => `cost:${index}`);
    const fetched = vi.spyOn(globalThis, "fetch");
    await backend.setMany?.(new Map(keys.map((key) => [key, { text: "a" }])), minute);
    expect(fetched).toHaveBeenCalledTimes(1);
    expect((await backend.getMany?.([...keys, ...keys]))?.size).toBe(1_000);
    expect(fetched).toHaveBeenCalledTimes(2);
    await backend.deleteMany?.(keys);
    expect(fetched).toHaveBeenCalledTimes(3);
    await backend.getMany?.([]);
    await backend.setMany?.(new Map(), minute);
    await backend.deleteMany?.([]);
    expect(fetched).toHaveBeenCalledTimes(3);
  });

  it("one request for each compareAndSet, and the sync token of the last answer with the next", async () => {
    const sent: unknown[] = [];
    const server = await listen((request, response) => {
      sent.push(request.headers["upstash-sync-token"]);
      response.setHeader("upstash-sync-token", `token ${sent.length}`).end('{"result":1}');
    });
    const backend = upstash({ url: server.url, token });
    await backend.compareAndSet?.("key", { text: "a" }, { text: "b" }, minute);
    await backend.compareAndSet?.("key", { text: "b" }, { text: "c" }, minute);
    expect(sent).toEqual(["", "token 1"]);
  });

  it("nothing while it is made", () => {
    const fetched = vi.spyOn(globalThis, "fetch");
    for (const [, make] of ways) upstash(make({ url: "http://127.0.0.1:1", token }));
    expect(fetched).not.toHaveBeenCalled();
  });
});
