import { describe, expect, it } from "vitest";
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
import { digestsOf, warm } from "./support/digests.ts";

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
