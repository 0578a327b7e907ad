import { createCache, type Envelope, isAutocacheError } from "@autocache/edge";
import { workersKV, type WorkersKVNamespace } from "@autocache/edge/workers-kv";
import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { everyOperation, minute, naming, rejection, spy } from "./operations.ts";

describe("workersKV()", () => {
  it("keeps entries at least 60 s, in whole seconds, and without an end where the ttl has none", async () => {
    const backend = workersKV(env.CACHE);
    const now = Math.floor(Date.now() / 1000);
    const expirations = async (ttlMs: number): Promise<number | undefined> => {
      const key = `expiration:${ttlMs}`;
      await backend.set(key, { text: "a" }, { ttlMs });
      return (await env.CACHE.list({ prefix: key })).keys[0]?.expiration;
    };
    for (const [ttlMs, seconds] of [
      [0.5, 60],
      [59_999, 60],
      [60_001, 61],
      [90_500, 91],
    ] as const) {
      const expiration = await expirations(ttlMs);
      expect(expiration).toBeGreaterThanOrEqual(now + seconds);
      expect(expiration).toBeLessThanOrEqual(now + seconds + 2);
    }
    expect(await expirations((2 ** 31 - 1) * 1000)).toBeGreaterThanOrEqual(now + 2 ** 31 - 1);
    for (const endless of [2 ** 31 * 1000, 100 * 365 * 86_400_000]) expect(await expirations(endless)).toBeUndefined();
    expect(await expirations(Infinity)).toBeUndefined();
    expect(await expirations(Number.MAX_VALUE)).toBeUndefined();
  });

  it("reads 250 keys in three bulk reads, with the cacheTtl it was given", async () => {
    const calls: unknown[][] = [];
    const backend = workersKV(spy(env.CACHE, "get", calls), { cacheTtl: 45_500 });
    const keys = Array.from({ length: 250 }, (_, index) => `bulk:${index}`);
    expect((await backend.getMany?.([...keys, ...keys]))?.size).toBe(0);
    expect(calls.map(([asked]) => (asked as string[]).length)).toEqual([100, 100, 50]);
    await backend.get("one");
    expect(calls.map(([, options]) => options)).toEqual(
      Array.from({ length: 4 }, () => ({ type: "text", cacheTtl: 46 })),
    );
    expect((await backend.getMany?.([]))?.size).toBe(0);
    expect(calls).toHaveLength(4);
  });

  it("puts a text as it is, and one with bytes as a frame, which reads as no entry", async () => {
    const backend = workersKV(env.CACHE);
    await backend.set("text", { text: "é" }, minute);
    await backend.set("frame", { text: "é", bytes: new Uint8Array([0, 255, 128]) }, minute);
    expect(await env.CACHE.get("text")).toBe("é");
    const stored = new Uint8Array((await env.CACHE.get("frame", "arrayBuffer")) ?? new ArrayBuffer(0));
    expect([...stored]).toEqual([0, 0, 0, 0, 2, 0, 0, 0, 3, 0xc3, 0xa9, 0, 255, 128]);
    const unnamed = await backend.getMany?.(["text", "frame"]);
    expect(unnamed?.get("text")).toEqual({ text: "é" });
    expect(unnamed?.get("frame")?.text).toMatch(/^\0/);
    expect((await backend.get("frame"))?.text).toMatch(/^\0/);
  });

  it("reads keys with bytes one by one beside a bulk read of the others, with the cacheTtl it was given", async () => {
    const calls: unknown[][] = [];
    const backend = workersKV(spy(env.CACHE, "get", calls), { cacheTtl: 45_500 });
    const keys = Array.from({ length: 150 }, (_, index) => `beside:${index}`);
    await backend.set("beside:3", { text: "3", bytes: new Uint8Array([3]) }, minute);
    await backend.set("beside:4", { text: "4" }, minute);
    await backend.set("beside:5", { text: "5" }, minute);
    const found = await backend.getMany?.([...keys, "beside:3"], naming("beside:3", "beside:4", "another"));
    expect(found).toEqual(
      new Map<string, Envelope>([
        ["beside:3", { text: "3", bytes: new Uint8Array([3]) }],
        ["beside:4", { text: "4" }],
        ["beside:5", { text: "5" }],
      ]),
    );
    expect(calls.map(([asked]) => (Array.isArray(asked) ? asked.length : asked))).toEqual([
      100,
      48,
      "beside:3",
      "beside:4",
    ]);
    expect(calls.map(([, options]) => options)).toEqual(
      ["text", "text", "arrayBuffer", "arrayBuffer"].map((type) => ({ type, cacheTtl: 46 })),
    );
  });

  it("makes no entry of a frame that was cut off: a call misses it and replaces it", async () => {
    const story: string[] = [];
    const backend = workersKV(env.CACHE);
    const cache = createCache({
      backend,
      onEvent: (event) => void (event.type === "miss" && story.push(event.reason)),
    });
    const fn = cache.cached(async () => "computed", { name: "cut-off", version: 1 });
    await fn();
    await cache.settled();
    const { text = "" } = (await backend.get(await fn.keyOf())) ?? {};
    await backend.set("whole", { text, bytes: new Uint8Array([1, 2, 3]) }, minute);
    const frame = (await env.CACHE.get("whole", "arrayBuffer")) ?? new ArrayBuffer(0);
    for (const length of [0, 1, 8, 9, 9 + text.length, frame.byteLength - 1]) {
      await env.CACHE.put(await fn.keyOf(), frame.slice(0, length));
      const read = await backend.get(await fn.keyOf(), naming(await fn.keyOf()));
      expect(read).not.toHaveProperty("bytes");
      expect(read?.text).toMatch(/^(\0|$)/);
      expect(await fn()).toBe("computed");
      await cache.settled();
    }
    expect(story).toEqual(["absent", ...Array.from({ length: 6 }, () => "unreadable")]);
  });

  it("takes the largest envelope it declares to but for its frame, and says of a larger one that it is too large", async () => {
    const backend = workersKV(env.CACHE);
    const { maxValueBytes } = backend.capabilities;
    const bytes = new Uint8Array(maxValueBytes - 9 - 4).fill(255);
    await backend.set("largest bytes", { text: "text", bytes }, minute);
    expect((await backend.get("largest bytes", naming("largest bytes")))?.bytes?.length).toBe(bytes.length);
    const error = await rejection(backend.set("larger", { text: "text.", bytes }, minute));
    expect(error).toMatchObject({
      code: "too-large",
      message: `Cannot write "larger": Workers KV takes at most ${maxValueBytes} bytes: received ${maxValueBytes + 1}`,
    });
  });

  it("reads in halves what is more than one bulk read may answer with", { timeout: 60_000 }, async () => {
    const backend = workersKV(env.CACHE);
    const text = "x".repeat(10 * 1024 * 1024);
    const keys = ["large:1", "large:2", "large:3", "large:4", "large:5"];
    for (const key of keys) await backend.set(key, { text }, minute);
    await expect(env.CACHE.get(keys, "text")).rejects.toThrow("413");
    const found = await backend.getMany?.([...keys, "large:absent"]);
    expect([...(found ?? [])].map(([key, envelope]) => [key, envelope.text.length])).toEqual(
      keys.map((key) => [key, text.length]),
    );
  });

  it(
    "takes the largest text it declares to, and rejects a larger one with the cause",
    { timeout: 60_000 },
    async () => {
      const backend = workersKV(env.CACHE);
      const { maxValueBytes } = backend.capabilities;
      await backend.set("largest", { text: "x".repeat(maxValueBytes) }, minute);
      expect((await backend.get("largest"))?.text.length).toBe(maxValueBytes);
      const error = await rejection(backend.set("larger", { text: "x".repeat(maxValueBytes + 1) }, minute));
      expect(error).toSatisfy((thrown) => isAutocacheError(thrown, "backend-failed"));
      expect(error.message).toMatch(/^Cannot write "larger": Workers KV refused: received .*413/);
      expect(error.cause).toBeInstanceOf(Error);
    },
  );

  it("rejects a key that KV does not take, in every operation", async () => {
    const backend = workersKV(env.CACHE);
    const key = "k".repeat(513);
    await expect(backend.get(key)).rejects.toThrow(/^Cannot read "k{513}": Workers KV refused: received .*414/);
    await expect(backend.get(key, naming(key))).rejects.toThrow(/^Cannot read "k{513}": Workers KV refused: .*414/);
    await expect(backend.getMany?.(["a", key], naming(key))).rejects.toThrow(/^Cannot read "k{513}": Workers KV/);
    await expect(backend.set(key, { text: "a" }, minute)).rejects.toThrow(/^Cannot write "k/);
    await expect(backend.delete(key)).rejects.toThrow(/^Cannot delete "k/);
    await expect(backend.getMany?.(["a", key])).rejects.toThrow(/^Cannot read "a" and 1 more: Workers KV refused/);
    await expect(backend.list?.(key)).rejects.toThrow(/^Cannot list "k/);
  });

  it("tries a write that came too soon again, twice, then says what a 429 means", { timeout: 20_000 }, async () => {
    const busy: WorkersKVNamespace = {
      ...kvMethods(env.CACHE),
      put: () => Promise.reject(new Error("KV PUT failed: 429 Too Many Requests")),
    };
    const error = await rejection(workersKV(busy).set("key", { text: "a" }, minute));
    expect(error).toMatchObject({
      code: "backend-failed",
      message:
        'Cannot write "key": Workers KV takes one write a second for each key: received KV PUT failed: 429 Too Many Requests',
      cause: new Error("KV PUT failed: 429 Too Many Requests"),
    });
  });
});

const advice = (name: string): string =>
  `a Worker's bindings are set in wrangler.toml, add [[kv_namespaces]] binding = "${name}", id = "<id from: wrangler kv namespace create ${name}>"`;

describe("workersKV() without its binding", () => {
  const bindings = env as unknown as Record<string, WorkersKVNamespace>;
  it("succeeds where a write that came too soon is taken at the second try", async () => {
    let puts = 0;
    const backend = workersKV({
      ...kvMethods(env.CACHE),
      put: async (key, value, options) => {
        puts += 1;
        if (puts === 1) throw new Error("KV PUT failed: 429 Too Many Requests");
        await env.CACHE.put(key, value, options);
      },
    });
    await backend.set("again", { text: "a" }, minute);
    expect([puts, await env.CACHE.get("again")]).toEqual([2, "a"]);
  });

  it("throws when it is made, where the namespace was given directly", () => {
    expect(() => workersKV(bindings["MISSING"] as WorkersKVNamespace)).toThrow(
      expect.objectContaining({
        code: "missing-binding",
        message: `Cannot use the KV namespace: ${advice("CACHE")}: received undefined`,
      }),
    );
  });

  it("rejects every operation, where a function gives it, and names the binding", async () => {
    const backend = workersKV(() => bindings["MISSING"] as WorkersKVNamespace);
    for (const work of everyOperation(backend)) {
      expect(await rejection(work())).toMatchObject({
        code: "missing-binding",
        message: `Cannot use the KV namespace "MISSING": ${advice("MISSING")}: received undefined`,
      });
    }
  });

  it.each([
    ["() => env.CACHE", "CACHE"],
    ["()=>e.CACHE", "CACHE"],
    ["function () {\n  return env.CACHE;\n}", "CACHE"],
    ["()=>{return n.env.MY_KV}", "MY_KV"],
    ["() => c.env.CACHE", "CACHE"],
    ['() => env["CACHE-2"]', "CACHE-2"],
    ["()=>env['CACHE']", "CACHE"],
    ["() => (0, x.env).CACHE", "CACHE"],
    ["() => namespace()", undefined],
    ["() => namespace", undefined],
  ])("reads the binding's name off %s", async (source, name) => {
    const thunk = Object.assign(() => undefined as unknown as WorkersKVNamespace, { toString: () => source });
    const named = name === undefined ? "" : ` "${name}"`;
    await expect(workersKV(thunk).get("key")).rejects.toThrow(
      `Cannot use the KV namespace${named}: ${advice(name ?? "CACHE")}: received undefined`,
    );
  });

  it("rejects with the cause, where the function throws", async () => {
    const context = {} as { env: { CACHE: WorkersKVNamespace } };
    const error = await rejection(workersKV(() => context.env.CACHE).get("key"));
    expect(error).toMatchObject({ code: "missing-binding", cause: expect.any(TypeError) });
    expect(error.message).toMatch(/^Cannot use the KV namespace "CACHE": .*: received the error TypeError: /);
  });

  it.each([
    ["another binding", () => bindings["ASSETS"], /received an object of type Fetcher$/],
    ["a cache", () => caches.default, /received an object of type Cache$/],
    ["null", () => null, /received null$/],
    ["the name of the binding", () => "CACHE", /received a string$/],
    ["all of env", () => env, /received an object of type \w+$/],
    ["a promise of it", () => Promise.resolve(env.CACHE), /received an object of type Promise$/],
  ])("refuses %s", async (_, make, message) => {
    const given = make as () => WorkersKVNamespace;
    if (typeof given() === "object") expect(() => workersKV(given())).toThrow(message);
    expect(await rejection(workersKV(given).get("key"))).toMatchObject({
      code: "missing-binding",
      message: expect.stringMatching(message),
    });
  });

  it.each([
    [
      { cacheTtl: 29_999 },
      new RangeError("Cannot use the cacheTtl of a Workers KV backend: it is at least 30 s and finite: received 29999"),
    ],
    [
      { cacheTtl: "5s" },
      new RangeError("Cannot use the cacheTtl of a Workers KV backend: it is at least 30 s and finite: received 5s"),
    ],
    [
      { cacheTtl: Infinity },
      new RangeError(
        "Cannot use the cacheTtl of a Workers KV backend: it is at least 30 s and finite: received Infinity",
      ),
    ],
    [
      { cacheTTL: 60_000 },
      new TypeError('Cannot make a Workers KV backend: its only option is cacheTtl: received "cacheTTL"'),
    ],
  ])("refuses the option %o when it is made", (options, error) => {
    expect(() => workersKV(env.CACHE, options as object)).toThrow(error);
  });
});

function kvMethods(namespace: typeof env.CACHE): WorkersKVNamespace & { getWithMetadata: unknown } {
  return {
    get: namespace.get.bind(namespace) as WorkersKVNamespace["get"],
    getWithMetadata: namespace.getWithMetadata.bind(namespace),
    put: namespace.put.bind(namespace),
    delete: namespace.delete.bind(namespace),
    list: namespace.list.bind(namespace) as WorkersKVNamespace["list"],
  };
}
