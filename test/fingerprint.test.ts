import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import {
  type Cache,
  type CacheEvent,
  type CachedFunction,
  cached,
  cachedMethod,
  cacheKey,
  createCache,
  type Manifest,
  memory,
  registerManifest,
} from "../src/index.ts";
import { keyFor } from "../src/keys.ts";

type Injected = Readonly<Record<string, unknown>>;
type Wrap = (
  fn: (n: number) => unknown,
  options: object | undefined,
  fingerprint: Injected,
) => CachedFunction<[number], unknown>;

/** Calls as the build plugin leaves them: with what it knows behind the options. */
const through = (cache: Cache): Wrap => cache.cached as never;

const fp = "a1_NrUnpqTg8zqpgOnNHsXWeQ";
const double = (n: number): number => n * 2;

describe("a fingerprint", () => {
  it("is the version of its function, whatever the function's text", async () => {
    const wrap = through(createCache());
    expect(await wrap(double, { name: "fn" }, { fp }).trace(1)).toMatchObject({
      version: fp,
      versionSource: "fingerprint",
      key: await keyFor({ namespace: "autocache", name: "fn", version: fp, args: [1] }),
    });
    const other = wrap((n) => n * 3, { name: "fn" }, { fp });
    expect((await other.trace(1)).version).toBe(fp);
  });

  it("comes behind the author's version, and before the function's text", async () => {
    const wrap = through(createCache());
    expect(await wrap(double, { name: "fn", version: 7 }, { fp }).trace(1)).toMatchObject({
      version: "7",
      versionSource: "option",
    });
    expect((await createCache().cached(double).trace(1)).versionSource).toBe("source");
  });

  it("covers the functions among the deps, and not their values", async () => {
    const cache = createCache();
    const versionWith = async (...deps: unknown[]): Promise<string> =>
      (await through(cache)(double, { name: "fn", deps }, { fp }).trace(1)).version;
    expect(await versionWith(double, Math.sqrt)).toBe(fp);
    expect(await versionWith(double, "eu")).toBe(await versionWith("eu"));
    expect(await versionWith("eu")).not.toBe(fp);
    expect(await versionWith("eu")).not.toBe(await versionWith("us"));
  });

  it("names a function that has no name, and one that a minifier has renamed", async () => {
    const wrap = through(createCache());
    expect((await wrap((n) => n, undefined, { fp, name: "price" }).trace(1)).key).toMatch(/^autocache:price@/);
    expect((await wrap(double, undefined, { fp, name: "price" }).trace(1)).key).toMatch(/^autocache:price@/);
    expect((await wrap(double, { name: "cost" }, { fp, name: "price" }).trace(1)).key).toMatch(/^autocache:cost@/);
  });

  it("reaches a batch, a wrapper made by options, and a wrapper of the user's own", async () => {
    const cache = createCache();
    const batch = (cache.cachedBatch as unknown as (...args: unknown[]) => ReturnType<Cache["cachedBatch"]>)(
      async (ids: readonly number[]) => ids,
      { name: "batch" },
      { fp },
    );
    expect((await batch.one.trace(1)).version).toBe(fp);
    const fiveMinutes = cache.cached({ ttl: "5m" }) as unknown as Wrap;
    expect((await fiveMinutes(double, undefined, { fp }).trace(1)).version).toBe(fp);
    const stamped = Object.assign((n: number) => n, { [Symbol.for("autocache.fingerprint")]: { fp } });
    expect((await cache.cached(stamped, { name: "stamped" }).trace(1)).version).toBe(fp);
  });

  it("is not what else may stand behind the options", async () => {
    const cache = createCache();
    const fns = [double].map((fn, ...rest) => (cache.cached as unknown as Wrap)(fn, undefined, rest as never));
    expect((await fns[0]?.trace(1))?.versionSource).toBe("source");
  });
});

describe("captured values", () => {
  const make = (cache: Cache, weight: unknown): CachedFunction<[number], unknown> =>
    through(cache)((n) => `${String(weight)} ${n}`, { name: "weigh" }, { fp, captured: () => ({ weight }) });

  it("follow the arguments in the key", async () => {
    const cache = createCache();
    expect(await make(cache, 2)(1)).toBe("2 1");
    expect(await make(cache, 3)(1)).toBe("3 1");
    expect(await make(cache, 2).keyOf(1)).toBe(
      await keyFor({ namespace: "autocache", name: "weigh", version: fp, args: [1], captured: [2] }),
    );
    expect((await make(cache, 2).trace(1)).verdict).toBe("hit");
  });

  it("are read at each call, so that a variable that changes is never answered with another value", async () => {
    const cache = createCache();
    let weight = 1;
    const weigh = through(cache)((n) => weight * n, { name: "weigh" }, { fp, captured: () => ({ weight }) });
    expect(await weigh(2)).toBe(2);
    weight = 5;
    expect(await Promise.all([weigh(2), weigh(2)])).toEqual([10, 10]);
    weight = 1;
    expect((await weigh.trace(2)).verdict).toBe("hit");
  });

  it("that change between the call and the end of its run leave nothing under the key of the call", async () => {
    const reasons: unknown[] = [];
    const onEvent = (event: CacheEvent): void => void (event.type === "not-stored" && reasons.push(event.reason));
    const cache = createCache({ onEvent });
    let weight = 1;
    const captured = { fp, captured: () => ({ weight }) };
    const weigh = through(cache)(async (n) => weight * n, { name: "weigh" }, captured);
    const first = weigh(2);
    weight = 5;
    await Promise.all([first, weigh(2)]);
    expect(reasons).toEqual(["captured"]);
    weight = 1;
    expect(await weigh.trace(2)).toMatchObject({ value: 2, verdict: "miss" });
    const slow = through(cache)(
      async (n) => {
        await Promise.resolve();
        weight = 7;
        return weight * n;
      },
      { name: "slow" },
      captured,
    );
    await slow(2);
    weight = 1;
    expect((await slow.trace(2)).verdict).toBe("miss");
    const back = through(cache)(
      async (n) => {
        const product = weight * n;
        weight = 1;
        return product;
      },
      { name: "back" },
      captured,
    );
    const early = back(2);
    weight = 9;
    expect(await early).toBe(18);
    expect(await back(2)).toBe(2);
  });

  it("do not count beside the author's version", async () => {
    const cache = createCache();
    const weigh = (weight: number) =>
      through(cache)((n) => n, { name: "weigh", version: 1 }, { fp, captured: () => ({ weight }) });
    expect(await weigh(1).keyOf(1)).toBe(await weigh(2).keyOf(1));
  });

  it("that cannot be in a key are refused by name at the first call", async () => {
    await expect(make(createCache(), () => {})(1)).rejects.toThrow(
      new TypeError("Cannot build a cache key from captured.weight: functions have no stable identity"),
    );
  });
});

describe("a manifest", () => {
  const manifest = (functions: Manifest["functions"]): void => registerManifest({ format: 1, functions });

  it("gives a function its fingerprint by name, also when it is registered later", async () => {
    const fn = createCache().cached(double, { name: "from-manifest" });
    manifest({ "from-manifest": { fp } });
    expect(await fn.trace(1)).toMatchObject({ version: fp, versionSource: "manifest" });
  });

  it("comes behind the fingerprint that stands in the code", async () => {
    manifest({ both: { fp: "a1_other" } });
    expect((await through(createCache())(double, { name: "both" }, { fp }).trace(1)).version).toBe(fp);
  });

  it("knows no function by a name that every object has", async () => {
    expect((await createCache().cached(double, { name: "constructor" }).trace(1)).versionSource).toBe("source");
  });

  it.each<[unknown, string]>([
    [undefined, "undefined"],
    [{ format: 2, functions: {} }, "format 2"],
    [{ product: "a1_x" }, "format undefined"],
    [null, "format undefined"],
  ])("is refused where it is none: %o", (value, received) => {
    expect(() => registerManifest(value as Manifest)).toThrow(
      new TypeError(
        `Cannot register a manifest: it is what \`autocache fingerprint\` writes, of format 1: received ${received}`,
      ),
    );
  });
});

describe("the option unversioned", () => {
  const warnings = (events: readonly CacheEvent[]): string[] =>
    events.flatMap((event) => (event.type === "warning" ? [`${event.code} ${event.name}`] : []));

  it("tells once of each function that has its text alone", async () => {
    const events: CacheEvent[] = [];
    const cache = createCache({ onEvent: (event) => events.push(event) });
    const fn = cache.cached(double);
    await Promise.all([fn(1), fn(2)]);
    await cache.cached(double)(3);
    await cache.cached(double, { name: "versioned", version: 1 })(1);
    await through(cache)(double, { name: "stamped" }, { fp })(1);
    expect(warnings(events)).toEqual(["unversioned double"]);
    expect(events.find(({ type }) => type === "warning")).toMatchObject({
      message: expect.stringContaining('"double" is versioned by its own text alone') as unknown,
    });
  });

  it("is silent for source", async () => {
    const events: CacheEvent[] = [];
    await createCache({ unversioned: "source", onEvent: (event) => events.push(event) }).cached(double)(1);
    expect(warnings(events)).toEqual([]);
  });

  it("fails the calls for error, and runs nothing", async () => {
    const run = vi.fn(double);
    const cache = createCache({ unversioned: "error" });
    const fn = cache.cached(run, { name: "fn" });
    for (const call of [() => fn(1), () => fn.trace(1), () => fn.keyOf(1), () => fn.invalidate(1)]) {
      await expect(call()).rejects.toMatchObject({ name: "AutocacheError", code: "unversioned" });
    }
    expect(run).not.toHaveBeenCalled();
    expect(await cache.cached(double, { version: 1 })(1)).toBe(2);
    expect(await through(cache)(double, undefined, { fp })(1)).toBe(2);
  });

  it("is refused where it is no such word", () => {
    expect(() => createCache({ unversioned: "off" as never })).toThrow(
      new TypeError('Cannot make a cache: unversioned is one of error, warn, source: received "off"'),
    );
  });

  it("tells of two living functions of equal text, which share entries whatever they capture", async () => {
    const events: CacheEvent[] = [];
    const cache = createCache({ unversioned: "source", onEvent: (event) => events.push(event) });
    const make = (factor: number) => (n: number) => n * factor;
    const times2 = make(2);
    const times3 = make(3);
    await cache.cached(times2, { name: "times" })(1);
    expect(await cache.cached(times3, { name: "times" })(1)).toBe(2);
    expect(warnings(events)).toEqual(["same-text times"]);
    await cache.cached(make(4), { name: "other", deps: [4] })(1);
    await cache.cached(make(5), { name: "other", deps: [5] })(1);
    await cache.cached(times2, { name: "times" })(1);
    expect(warnings(events)).toEqual(["same-text times"]);
    expect([times2(1), times3(1)]).toEqual([2, 3]);
  });

  it("tells of a bound function, whose fingerprint does not show what it is bound to", async () => {
    const events: CacheEvent[] = [];
    const cache = createCache({ onEvent: (event) => events.push(event) });
    const bound = function (this: { factor: number }, n: number) {
      return n * this.factor;
    }.bind({ factor: 2 });
    expect(await through(cache)(bound, { name: "bound" }, { fp })(1)).toBe(2);
    expect(warnings(events)).toEqual(["bound bound"]);
  });
});

describe("a subclass of a class with a cached method", () => {
  const seen = (of: object, of1: string): void =>
    void Object.defineProperty(of, Symbol.for("autocache.class"), { value: of1 });

  /** As the plugin lowers `@cached() async price()`. */
  function makeShop() {
    class Shop {
      async price(id: string): Promise<string> {
        return `${this.currency()} ${id}`;
      }
      currency(): string {
        return "EUR";
      }
      [cacheKey](): string {
        return "shop";
      }
      static async label(id: string): Promise<string> {
        return `${this.prefix()} ${id}`;
      }
      static prefix(): string {
        return "base";
      }
      async renamed(): Promise<string> {
        return this.currency();
      }
    }
    const lower = (of: object, name: string, isStatic: boolean, options: object = {}): void => {
      const method = (of as Record<string, unknown>)[name];
      const decorate = (cached as unknown as (...args: unknown[]) => (...args: unknown[]) => unknown)(
        { backend: memory(), ...options },
        { fp },
      );
      const value = decorate(method, { kind: "method", name, static: isStatic });
      Object.defineProperty(of, name, { value, writable: true, configurable: true });
    };
    lower(Shop.prototype, "price", false);
    lower(Shop, "label", true);
    lower(Shop.prototype, "renamed", false, { name: "another" });
    return Shop;
  }

  it("counts with its own fingerprint", async () => {
    const Shop = makeShop();
    class Swiss extends Shop {
      override currency(): string {
        return "CHF";
      }
      static override prefix(): string {
        return "swiss";
      }
    }
    seen(Swiss, "a1_swiss");
    expect(await new Shop().price("1")).toBe("EUR 1");
    expect(await new Swiss().price("1")).toBe("CHF 1");
    expect((await cachedMethod(new Shop(), "price").trace("1")).version).toBe(fp);
    expect((await cachedMethod(new Swiss(), "price").trace("1")).version).toBe(`${fp}+a1_swiss`);
    expect([await new Shop().renamed(), await new Swiss().renamed()]).toEqual(["EUR", "CHF"]);
    expect(await Shop.label("1")).toBe("base 1");
    expect(await Swiss.label("1")).toBe("swiss 1");
  });

  it("is refused where the build has not seen it", async () => {
    class Unseen extends makeShop() {}
    const message =
      'Cannot cache "price" of the subclass "Unseen": it may override what the method calls, and the build has not seen it: received a class that is made at run time: pass `version`';
    await expect(new Unseen().price("1")).rejects.toThrow(new TypeError(message));
    await expect(Unseen.label("1")).rejects.toThrow(TypeError);
    await expect(new Unseen().renamed()).rejects.toThrow('Cannot cache "renamed"');
  });

  it("says what is wrong with a method that is called without its object", async () => {
    const { price } = new (makeShop())();
    await expect(price.call(undefined as never, "1")).rejects.toThrow(TypeError);
  });

  it("does not inherit the fingerprint of the class between", async () => {
    class Between extends makeShop() {}
    seen(Between, "a1_between");
    class Last extends Between {}
    expect(await new Between().price("1")).toBe("EUR 1");
    await expect(new Last().price("1")).rejects.toThrow('"Last"');
  });
});

describe("the option rollover", () => {
  const START = 1_000_000;
  beforeEach(() => void vi.useFakeTimers({ toFake: ["Date"], now: START }));
  afterEach(() => void vi.useRealTimers());

  const validate = {
    "~standard": {
      version: 1 as const,
      vendor: "test",
      validate: (value: unknown) => (typeof value === "string" ? { value } : { issues: [{ message: "no text" }] }),
    },
  };

  /** Two generations of one function over one backend. */
  function generations(options: object = {}, cacheOptions: object = {}) {
    const backend = memory();
    const events: CacheEvent[] = [];
    const runs = { old: 0, new: 0 };
    let next: () => unknown = () => "new";
    const at = (generation: Injected, run: (n: number) => unknown) => {
      const cache = createCache({ backend, ttl: "1m", onEvent: (event) => events.push(event), ...cacheOptions });
      return {
        cache,
        fn: through(cache)(run, { name: "fn", validate, rollover: { maxAge: "1h" }, ...options }, generation),
      };
    };
    const before = at({ fp: "a1_old" }, () => {
      runs.old += 1;
      return "old";
    });
    const after = at({ fp: "a1_new", previous: "a1_old" }, () => {
      runs.new += 1;
      return next();
    });
    return { before, after, events, runs, answerWith: (make: () => unknown) => void (next = make), at };
  }

  it("answers with the value of the code before while the new code computes in the background", async () => {
    const { before, after, runs } = generations();
    await before.fn(1);
    await before.cache.settled();
    const first = await after.fn.trace(1);
    expect(first).toMatchObject({ value: "old", verdict: "stale", reason: "rollover", version: "a1_new" });
    expect(first.key).toBe(await before.fn.keyOf(1));
    await after.cache.settled();
    expect(await after.fn.trace(1)).toMatchObject({ value: "new", verdict: "hit" });
    expect(runs).toEqual({ old: 1, new: 1 });
  });

  it("leaves the old entry where it is, so that a roll-back finds it", async () => {
    const { before, after, runs } = generations();
    await before.fn(1);
    await before.cache.settled();
    await after.fn(1);
    await after.cache.settled();
    expect(await before.fn.trace(1)).toMatchObject({ value: "old", verdict: "hit" });
    expect(runs.old).toBe(1);
  });

  it("is one refresh for many calls", async () => {
    const { before, after, runs } = generations();
    await before.fn(1);
    await before.cache.settled();
    const answers = await Promise.all(Array.from({ length: 100 }, () => after.fn(1)));
    await after.cache.settled();
    expect([new Set(answers), runs.new]).toEqual([new Set(["old"]), 1]);
  });

  it("takes no value that the schema refuses, that is expired or older than maxAge, or that was invalidated", async () => {
    const story = async (change: (of: ReturnType<typeof generations>) => unknown, options: object = {}) => {
      const of = generations({ tags: ["all"], ...options });
      await of.before.fn(1);
      await of.before.cache.settled();
      await change(of);
      return (await of.after.fn.trace(1)).reason;
    };
    expect(await story(() => {})).toBe("rollover");
    expect(await story(({ before }) => before.fn.set([1], 7))).toBe("absent");
    expect(await story(() => vi.setSystemTime(START + 61_000))).toBe("absent");
    vi.setSystemTime(START);
    expect(await story(() => vi.setSystemTime(START + 61_000), { swr: "1m" })).toBe("rollover");
    vi.setSystemTime(START);
    expect(await story(() => vi.setSystemTime(START + 2_000), { rollover: { maxAge: "1s" } })).toBe("absent");
    vi.setSystemTime(START);
    expect(await story(({ before }) => before.cache.invalidateTags(["all"]))).toBe("absent");
    expect(await story(({ after }) => after.fn.invalidate(1))).toBe("absent");
    expect(await story(({ after }) => after.fn.expire(1))).toBe("absent");
  });

  it("goes on with the value of the code before while the new code fails", async () => {
    const { before, after, runs, answerWith } = generations({ retryAfter: "10s" });
    await before.fn(1);
    await before.cache.settled();
    answerWith(() => {
      throw new Error("down");
    });
    expect((await after.fn.trace(1)).reason).toBe("rollover");
    await after.cache.settled();
    expect(await after.fn.trace(1)).toMatchObject({ value: "old", reason: "retry-later" });
    expect(runs.new).toBe(1);
  });

  it("never goes back to it once the new code has answered", async () => {
    const { before, after } = generations({ swr: "1h", ttl: "1s" });
    await before.fn(1);
    await before.cache.settled();
    await after.fn(1);
    await after.cache.settled();
    vi.setSystemTime(START + 2_000_000);
    expect((await after.fn.trace(1)).value).toBe("new");
    const short = generations({ ttl: "1m" });
    await short.before.fn(1);
    await short.before.cache.settled();
    const { cache, fn } = short.at({ fp: "a1_short", previous: "a1_old" }, () => "short");
    await fn.set([1], "by hand");
    await cache.settled();
    vi.setSystemTime(Date.now() + 59_000);
    expect((await fn.trace(1)).value).toBe("by hand");
    vi.setSystemTime(Date.now() + 2_000);
    expect((await fn.trace(1)).reason).toBe("expired");
  });

  it("is no answer where the new code has stored one that is refused or expired", async () => {
    const { before, after } = generations({ swr: "1h" });
    await before.fn(1);
    await before.cache.settled();
    await after.fn.set([1], 7);
    expect((await after.fn.trace(1)).reason).toBe("invalid");
  });

  it("ends where the new code stores nothing for the call", async () => {
    const { before, after } = generations();
    await before.fn(1);
    await before.cache.settled();
    const { cache, fn } = generationsOf(before.cache);
    expect((await fn.trace(1)).reason).toBe("rollover");
    await cache.settled();
    expect(await fn.trace(1)).toMatchObject({ value: "unstored", reason: "absent" });
    void after;
    function generationsOf(of: Cache) {
      return {
        cache: of,
        fn: through(of)(
          () => "unstored",
          { name: "fn", validate, rollover: { maxAge: "1h" }, shouldCache: () => false },
          { fp: "a1_new", previous: "a1_old" },
        ),
      };
    }
  });

  it("reads once more on a miss only where a code before is known", async () => {
    const backend = memory();
    const get = vi.spyOn(backend, "get");
    const cache = createCache({ backend });
    const options = { name: "fn", validate, rollover: { maxAge: "1h" } };
    await through(cache)(() => "a", options, { fp: "a1_only" })(1);
    expect(get).toHaveBeenCalledTimes(1);
    await through(cache)(() => "a", options, { fp: "a1_next", previous: "a1_none" })(1);
    expect(get).toHaveBeenCalledTimes(3);
  });

  it("is refused without a schema, and with a maxAge that is no duration", () => {
    const wrap = through(createCache());
    expect(() => wrap(double, { rollover: { maxAge: "1h" } }, { fp })).toThrow(
      new TypeError(
        'Cannot cache "double": rollover needs `validate`, which tells whether a value of the code before is still one: received none',
      ),
    );
    expect(() => wrap(double, { validate, rollover: { maxAge: "soon" } }, { fp })).toThrow(RangeError);
    expect(() => wrap(double, { validate, rollover: {} }, { fp })).toThrow(TypeError);
    expect(() => wrap(double, { validate, rollover: { maxage: 1 } }, { fp })).toThrow('received "maxage"');
  });
});
