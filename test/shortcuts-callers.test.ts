import { describe, expect, it, vi } from "vitest";
import {
  type Cache,
  cached,
  cachedMethod,
  type CachedFunction,
  createCache,
  memory,
  registerManifest,
} from "../src/index.ts";
import { cacheKey } from "../src/keys.ts";
import { Gate } from "./support/backends.ts";
import { Story } from "./support/story.ts";

/** Calls until a shortcut answers. */
async function warm(cache: Cache, call: () => Promise<unknown>): Promise<void> {
  await call();
  await cache.settled();
  await call();
}

/** How many digests some work makes: a shortcut makes none. */
async function digestsOf(work: () => unknown): Promise<number> {
  const digest = vi.spyOn(crypto.subtle, "digest");
  try {
    await work();
    return digest.mock.calls.length;
  } finally {
    digest.mockRestore();
  }
}

describe("what a shortcut gives", () => {
  const values: readonly (readonly [string, unknown])[] = [
    ["a text", "a"],
    ["undefined", undefined],
    ["null", null],
    ["NaN", Number.NaN],
    ["a bigint", 2n],
    ["a record", { list: [{ id: 1 }] }],
    ["a Map", new Map([["a", { id: 1 }]])],
    ["a Date", new Date(0)],
    ["bytes", Uint8Array.of(1, 2)],
    ["an empty text", ""],
  ];

  it.each(values)("is %s as the long way gives it, for each way to share", async (_, value) => {
    for (const share of ["frozen", "copy", "unfrozen"] as const) {
      const cache = createCache({ share });
      const fn = cache.cached(async (_id: string) => value, { name: "f" });
      await warm(cache, () => fn("a"));
      const short: unknown[] = [];
      expect(await digestsOf(async () => short.push(await fn("a"), await fn("a")))).toBe(0);
      const { value: long } = await fn.trace("a");
      expect(short).toEqual([value, value]);
      expect(Object.isFrozen(short[0])).toBe(Object.isFrozen(long));
      const isOne = Object.is(long, (await fn.trace("a")).value);
      expect(Object.is(short[0], short[1])).toBe(isOne);
      expect(Object.is(short[0], long)).toBe(isOne);
    }
  });

  it("is another's to change only where they share it unfrozen", async () => {
    const seen: unknown[] = [];
    for (const share of ["copy", "unfrozen"] as const) {
      const cache = createCache();
      const fn = cache.cached(async (_id: string) => ({ list: [1] }), { name: "f", share });
      await warm(cache, () => fn("a"));
      (await fn("a")).list.push(2);
      seen.push((await fn("a")).list, (await fn.trace("a")).value.list);
    }
    expect(seen).toEqual([[1], [1], [1, 2], [1, 2]]);
  });

  it("is what the schema has made of it", async () => {
    const seen: unknown[] = [];
    const validate = {
      "~standard": {
        version: 1,
        vendor: "test",
        validate: (value: unknown) => (seen.push(value), { value: { ...(value as { id: number }), checked: true } }),
      },
    } as const;
    const cache = createCache();
    const fn = cache.cached(async (_id: string) => ({ id: 1, checked: false }) as { id: number; checked: boolean }, {
      name: "f",
      validate,
    });
    await warm(cache, () => fn("a"));
    const { length } = seen;
    expect(await digestsOf(() => fn("a"))).toBe(0);
    expect(await fn("a")).toEqual({ id: 1, checked: true });
    expect(seen).toHaveLength(length);
  });
});

describe("what a shortcut tells", () => {
  it("is one hit for each call, with the key, the backend and the age", async () => {
    const story = new Story();
    const cache = createCache({ onEvent: story.onEvent });
    const fn = cache.cached(async (id: string) => id, { name: "f" });
    await warm(cache, () => fn("a"));
    story.take();
    const { events, ...trace } = await fn.trace("a");
    await fn("a");
    story.take();
    await Promise.all([fn("a"), fn("a")]);
    for (const event of story.events) expect({ ...event, ageMs: 0 }).toEqual({ ...events[0], ageMs: 0 });
    expect(story.events[0]).toMatchObject({ key: trace.key, backend: "memory", ageMs: expect.any(Number) as unknown });
    expect(story.take()).toEqual(["hit memory", "hit memory"]);
  });

  it("is joined, once for each call that waits for another of its turn", async () => {
    const story = new Story();
    const cache = createCache({ onEvent: story.onEvent });
    const gate = new Gate<string>();
    const fn = cache.cached(async (_id: string) => gate.promise, { name: "f" });
    const calls = Array.from({ length: 5 }, () => fn("a"));
    gate.open("value");
    expect(new Set(await Promise.all(calls))).toEqual(new Set(["value"]));
    await cache.settled();
    const told = story.take();
    expect(told.filter((fact) => fact === "joined")).toHaveLength(4);
    expect(told.filter((fact) => fact !== "joined")).toEqual(["miss absent", "computed", "stored"]);
    const again = Array.from({ length: 5 }, () => fn("a"));
    await Promise.all(again);
    expect(story.take().toSorted()).toEqual(["hit memory", "joined", "joined", "joined", "joined"]);
  });

  it("joins nobody in a later turn but by the flight, which has a deadline", async () => {
    const cache = createCache();
    const gate = new Gate<string>();
    const fn = cache.cached(async (_id: string) => gate.promise, { name: "f" });
    const calls = [fn("a"), fn("a"), fn("a")];
    await Promise.resolve();
    // The first of a turn is not answered by what the turn before has come to: it looks for the flight itself.
    calls.push(fn("a"));
    gate.open("value");
    expect(await Promise.all(calls)).toEqual(["value", "value", "value", "value"]);
  });

  it("is nothing of a turn that was stopped in the middle, whose promises may never settle", async () => {
    vi.useFakeTimers({ toFake: ["Date"] });
    const cache = createCache({ flightTimeout: 50 });
    const never = new Gate<string>();
    let runs = 0;
    const fn = cache.cached(async (_id: string) => (++runs === 1 ? never.promise : "value"), { name: "f" });
    // Neither its microtasks nor its timers run.
    vi.stubGlobal("queueMicrotask", () => {});
    vi.stubGlobal("setTimeout", () => 0);
    void Promise.all([fn("a"), fn("a")]);
    vi.unstubAllGlobals();
    vi.setSystemTime(Date.now() + 1);
    expect(await fn("a")).toBe("value");
    await vi.waitFor(() => fn.peek("a").then((value) => expect(value).toBe("value")));
    await fn("a");
    expect(await digestsOf(() => fn("a"))).toBe(0);
    vi.useRealTimers();
  });

  it("is the error that they wait for, to each", async () => {
    const cache = createCache();
    let runs = 0;
    const fn = cache.cached(
      async (_id: string) => {
        runs += 1;
        throw new Error("no");
      },
      { name: "f" },
    );
    const calls = await Promise.allSettled(Array.from({ length: 5 }, () => fn("a")));
    expect(calls.map(({ status }) => status)).toEqual(Array.from({ length: 5 }, () => "rejected"));
    expect(runs).toBe(1);
  });

  it("does not fail a call where the listener throws, or calls again", async () => {
    let depth = 0;
    const cache = createCache({
      onEvent: ({ type }) => {
        if (type === "hit" && depth++ < 3) void fn("a");
        throw new Error("listener");
      },
    });
    const fn: CachedFunction<[string], string> = cache.cached(async (id: string) => id, { name: "f" });
    await warm(cache, () => fn("a"));
    expect(await fn("a")).toBe("a");
    expect(depth).toBeGreaterThan(1);
  });
});

describe("an AbortSignal among the arguments", () => {
  it("ends a call that there is a shortcut for, and no other", async () => {
    const cache = createCache();
    const fn = cache.cached(async (id: string, _options?: { signal?: AbortSignal }) => id, { name: "f" });
    await warm(cache, () => fn("a"));
    const reason = new Error("gone");
    await expect(fn("a", { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
    const controller = new AbortController();
    const waiting = fn("a", { signal: controller.signal });
    controller.abort(reason);
    await expect(waiting).rejects.toBe(reason);
    expect(await fn("a")).toBe("a");
    expect(await fn("a", { signal: new AbortController().signal })).toBe("a");
  });
});

describe("arguments that change", () => {
  const echo = (cache: Cache): CachedFunction<[unknown], string> =>
    cache.cached(async (value: unknown) => JSON.stringify(value), { name: "echo" });

  it("are looked at in each call, however deep", async () => {
    const cache = createCache();
    const fn = echo(cache);
    const filter = { page: 1, tags: ["a"], deep: { list: [{ id: 1 }] } };
    const changes: readonly (() => unknown)[] = [
      () => (filter.page = 2),
      () => filter.tags.push("b"),
      () => ((filter.deep.list[0] ?? { id: 0 }).id = 2),
      () => Object.assign(filter, { more: null }),
      () => Reflect.deleteProperty(filter, "page"),
    ];
    for (const change of [() => {}, ...changes]) {
      change();
      for (let i = 0; i < 3; i++) {
        expect(await fn(filter)).toBe(JSON.stringify(filter));
        await cache.settled();
      }
    }
  });

  it("that change after the call are a matter of the run, and of no later call", async () => {
    const cache = createCache();
    const fn = cache.cached(async (value: { id: number }) => ({ ...value }), { name: "f" });
    await warm(cache, () => fn({ id: 1 }));
    const value = { id: 1 };
    const call = fn(value);
    value.id = 2;
    expect(await call).toEqual({ id: 1 });
    expect(await fn({ id: 2 })).toEqual({ id: 2 });
    expect(await fn({ id: 1 })).toEqual({ id: 1 });
  });

  it("by getters and proxies get the answer of something that they have told", async () => {
    const cache = createCache();
    const fn = echo(cache);
    for (const id of [0, 1]) await warm(cache, () => fn({ id, of: "x" }));
    let reads = 0;
    const toggling = {
      get id() {
        return reads++ % 2;
      },
      of: "x",
    };
    const proxy = new Proxy({ id: 0, of: "x" }, { get: (target, name) => (name === "id" ? reads++ % 2 : target.of) });
    for (let i = 0; i < 50; i++) {
      reads += i;
      expect(await fn(toggling)).toMatch(/^\{"id":[01],"of":"x"\}$/);
      expect(await fn(proxy)).toMatch(/^\{"id":[01],"of":"x"\}$/);
    }
  });

  it("that throw, or contain themselves, are refused as ever", async () => {
    const cache = createCache();
    const fn = echo(cache);
    await warm(cache, () => fn({ id: 1 }));
    const broken = Object.defineProperty({}, "id", {
      enumerable: true,
      get: () => {
        throw new Error("broken");
      },
    });
    const cycle: Record<string, unknown> = { id: 1 };
    cycle["self"] = cycle;
    await expect(fn(broken)).rejects.toThrow("broken");
    await expect(fn(cycle)).rejects.toThrow("contains itself");
    await expect(fn(() => 1)).rejects.toThrow("functions have no stable identity");
    expect(await fn({ id: 1 })).toBe('{"id":1}');
  });

  it("by what their [cacheKey]() or the option `key` tells are others", async () => {
    const cache = createCache();
    class User {
      id = 1;
      [cacheKey](): unknown {
        return ["User", this.id];
      }
    }
    const user = new User();
    const byUser = cache.cached(async ({ id }: User) => id, { name: "by-user" });
    let tenant = "a";
    const byKey = cache.cached(async (id: number) => `${tenant}${id}`, { name: "by-key", key: (id) => [tenant, id] });
    await warm(cache, () => byUser(user));
    await warm(cache, () => byKey(1));
    expect(await digestsOf(async () => [await byUser(new User()), await byKey(1)])).toBe(0);
    user.id = 2;
    tenant = "b";
    expect([await byUser(user), await byKey(1)]).toEqual([2, "b1"]);
    tenant = "a";
    expect(await byKey(1)).toBe("a1");
  });

  it("that say themselves what stands for them are no lists and records with the same members", async () => {
    const cache = createCache();
    const fn = cache.cached(async (value: object) => (value as { [cacheKey]?: () => unknown })[cacheKey]?.() ?? "", {
      name: "f",
    });
    const named = <Value extends object>(value: Value, key: string): Value =>
      Object.assign(value, { [cacheKey]: () => key });
    for (let i = 0; i < 3; i++) {
      for (const make of [() => [1], () => ({ a: 1 })]) {
        expect([await fn(make()), await fn(named(make(), "a")), await fn(named(make(), "b"))]).toEqual(["", "a", "b"]);
        await cache.settled();
      }
    }
  });
});

const fp = "a1-00000000000000000000000000";
type Wrap = (fn: (n: number) => unknown, options: object, fingerprint: object) => CachedFunction<[number], unknown>;

describe("captured values", () => {
  it("that change are never answered with another value", async () => {
    const cache = createCache();
    let weight: unknown = 1;
    const weigh = (cache.cached as unknown as Wrap)(
      async (n) => `${JSON.stringify(weight)} ${n}`,
      { name: "weigh" },
      { fp, captured: () => ({ weight }) },
    );
    const list = [1];
    for (const next of [1, 2, list, new Date(0), null]) {
      weight = next;
      for (let i = 0; i < 3; i++) {
        expect(await weigh(2)).toBe(`${JSON.stringify(next)} 2`);
        await cache.settled();
      }
    }
    weight = list;
    list.push(2);
    expect(await weigh(2)).toBe("[1,2] 2");
    await cache.settled();
    await weigh(2);
    expect(await digestsOf(() => weigh(2))).toBe(0);
  });
});

const runs: string[] = [];

class Shop {
  readonly country: string;

  constructor(country: string) {
    this.country = country;
  }

  [cacheKey](): unknown {
    return ["Shop", this.country];
  }

  tax(): number {
    return 8;
  }

  @cached({ backend: memory(), name: "Shop.price" })
  async price(id: string): Promise<string> {
    runs.push(id);
    return `${this.country} ${id} ${this.tax()}`;
  }

  @cached({ backend: memory(), name: "Shop.currency" })
  static async currency(country: string): Promise<string> {
    runs.push(country);
    return country.toUpperCase();
  }
}

class Outlet extends Shop {
  override tax(): number {
    return 2;
  }
}

describe("decorated methods", () => {
  it("have shortcuts by what stands for their instance", async () => {
    for (let i = 0; i < 3; i++) {
      expect(await new Shop("ch").price("a")).toBe("ch a 8");
      expect(await new Shop("de").price("a")).toBe("de a 8");
      expect(await Shop.currency("ch")).toBe("CH");
    }
    expect(await digestsOf(async () => [await new Shop("ch").price("a"), await Shop.currency("ch")])).toBe(0);
    expect(runs.splice(0)).toEqual(["a", "a", "ch"]);
  });

  it("are changed by cachedMethod(), for just that instance", async () => {
    const [ch, de] = [new Shop("ch"), new Shop("de")];
    for (const shop of [ch, de]) for (let i = 0; i < 3; i++) await shop.price("b");
    runs.length = 0;
    await cachedMethod(ch, "price").invalidate("b");
    await de.price("b");
    await ch.price("b");
    await cachedMethod(new Shop("de"), "price").refresh("b");
    expect(runs.splice(0)).toEqual(["b", "b"]);
    await cachedMethod(ch, "price").set(["b"], "by hand");
    expect([await new Shop("ch").price("b"), await de.price("b")]).toEqual(["by hand", "de b 8"]);
    await cachedMethod(Shop, "currency").set(["xx"], "XXX");
    expect(await Shop.currency("xx")).toBe("XXX");
  });

  it("are not answered for a subclass that overrides what they call, once the build tells them apart", async () => {
    registerManifest({ format: 1, functions: { "Shop.price": { fp } } });
    Object.defineProperty(Outlet, Symbol.for("autocache.class"), { value: "a1-outlet" });
    for (let i = 0; i < 3; i++) {
      expect(await new Shop("fr").price("c")).toBe("fr c 8");
      expect(await new Outlet("fr").price("c")).toBe("fr c 2");
    }
  });
});
