import { describe, expect, it, vi } from "vitest";
import { cached, cachedMethod, cacheKey, createCache, memory } from "../src/index.ts";

const run = vi.fn();

class Shop {
  readonly country: string;
  constructor(country: string) {
    this.country = country;
  }

  [cacheKey](): unknown {
    return ["Shop", this.country];
  }

  @cached({ backend: memory(), ttl: "1h" })
  async price(id: string): Promise<string> {
    run(this.country, id);
    return `${this.country}:${id}`;
  }

  @cached({ backend: memory(), key: (id: string) => id.toLowerCase() })
  async label(id: string): Promise<string> {
    run(id);
    return id.toLowerCase();
  }

  @cached({ backend: memory() })
  static async currency(country: string): Promise<string> {
    run(this === Shop);
    return country === "ch" ? "CHF" : "EUR";
  }

  @cached({ backend: memory() })
  async #secret(n: number): Promise<number> {
    run(n);
    return n + 1;
  }

  async next(n: number): Promise<number> {
    return this.#secret(n);
  }
}

describe("cached() as a decorator", () => {
  it("caches a method, its instance counting as the first argument", async () => {
    run.mockClear();
    expect(await new Shop("ch").price("1")).toBe("ch:1");
    expect(await new Shop("ch").price("1")).toBe("ch:1");
    expect(await new Shop("de").price("1")).toBe("de:1");
    expect(run.mock.calls).toEqual([
      ["ch", "1"],
      ["de", "1"],
    ]);
  });

  it("takes what option key returns in place of instance and arguments", async () => {
    run.mockClear();
    await new Shop("ch").label("A");
    await new Shop("de").label("a");
    expect(run).toHaveBeenCalledTimes(1);
  });

  it("leaves out the this of a static method, and calls it with it", async () => {
    run.mockClear();
    await Shop.currency("ch");
    await Shop.currency("ch");
    expect(run.mock.calls).toEqual([[true]]);
  });

  it("caches a private method", async () => {
    run.mockClear();
    const shop = new Shop("ch");
    expect([await shop.next(1), await shop.next(1)]).toEqual([2, 2]);
    expect(run).toHaveBeenCalledTimes(1);
  });

  it("keeps the method's name and length", () => {
    const { price } = Shop.prototype;
    expect([price.name, price.length]).toEqual(["price", 1]);
  });

  it("refuses an instance that does not say what stands for it (shared entries by accident)", async () => {
    class Silent {
      readonly secret = Math.random();
      @cached({ backend: memory() })
      async read(): Promise<number> {
        return this.secret;
      }
    }
    await expect(new Silent().read()).rejects.toThrow(
      "Cannot build a cache key from this: an instance of Silent has no plain form, give it a [cacheKey]() or a toJSON() method",
    );
  });

  it("works with a cache's own cached()", async () => {
    const cache = createCache();
    class Counter {
      #count = 0;
      [cacheKey](): string {
        return "counter";
      }
      @cache.cached()
      async next(): Promise<number> {
        return ++this.#count;
      }
    }
    const counter = new Counter();
    expect([await counter.next(), await counter.next()]).toEqual([1, 1]);
  });

  it("wraps a function when it is called with one", async () => {
    const wrap = cached({ backend: memory(), ttl: "1m", name: "wrapped" });
    const add = wrap(async (a: number, b: number) => a + b);
    expect([await add(1, 2), (await add.trace(1, 2)).verdict]).toEqual([3, "hit"]);
  });

  it("refuses what is not a method", () => {
    const decorate = cached({ backend: memory() }) as unknown as (get: () => number, context: object) => void;
    expect(() => decorate(() => 1, { kind: "getter", name: "value" })).toThrow(
      'Cannot decorate "value": cached() decorates methods: received a getter',
    );
  });

  it("refuses the older kind of decorators", () => {
    const legacy = cached({ backend: memory() }) as unknown as (
      target: object,
      name: string,
      descriptor: object,
    ) => void;
    expect(() => legacy({}, "price", {})).toThrow(
      'Cannot decorate "price": cached() is a standard decorator: turn off experimentalDecorators',
    );
  });

  it("refuses to decorate without being called", () => {
    const bare = cached as unknown as (method: () => void, context: object) => void;
    const context = { kind: "method", name: "price", addInitializer: () => {} };
    expect(() => bare(async () => {}, context)).toThrow(
      "Cannot cache a function: a decorator is made by a call, as in @cached(): received @cached",
    );
  });

  it("refuses to wrap what is no function", () => {
    expect(() => cached({ backend: memory() })(1 as never)).toThrow(
      "Cannot cache a function: what is wrapped is a function: received number",
    );
  });
});

describe("cachedMethod()", () => {
  it("gives the calls of one instance's method: invalidate, trace and the rest", async () => {
    run.mockClear();
    const shop = new Shop("at");
    await shop.price("1");
    expect((await cachedMethod(shop, "price").trace("1")).verdict).toBe("hit");
    await cachedMethod(new Shop("de"), "price").invalidate("1");
    await shop.price("1");
    await cachedMethod(shop, "price").invalidate("1");
    await shop.price("1");
    expect(run).toHaveBeenCalledTimes(2);
  });

  it("refuses a method that is not decorated", () => {
    expect(() => cachedMethod(new Shop("ch"), "next")).toThrow(
      'Cannot find the cached calls of "next": the method is decorated with cached(): received one that is not',
    );
  });
});
