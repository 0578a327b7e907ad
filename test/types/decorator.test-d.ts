import { describe, expectTypeOf, it } from "vitest";
import { cached, type CachedFunction, cachedMethod, createCache } from "../../src/index.ts";
import { Shop, type WrongKinds, type WrongMethods } from "./decorated.ts";

const cache = createCache();
const shop = new Shop("at");

describe("cached(options) as a decorator", () => {
  it("keeps the type of the method", () => {
    expectTypeOf(shop.price).toEqualTypeOf<(id: string, quantity?: number) => Promise<number>>();
    expectTypeOf(shop.names).toEqualTypeOf<() => Promise<string[]>>();
    expectTypeOf(Shop.countries).toEqualTypeOf<(prefix: string) => Promise<string[]>>();
    // @ts-expect-error an argument is of another type
    void shop.price(42);
  });

  it("refuses methods that the options are not for, and what is no method", () => {
    expectTypeOf<WrongMethods["byKey"]>().toBeFunction();
    expectTypeOf<WrongKinds["field"]>().toEqualTypeOf<number>();
  });
});

describe("cached(options) as a wrapper", () => {
  it("keeps the parameters and the awaited result", () => {
    const daily = cached({ ttl: "1d" });
    expectTypeOf(daily(async (id: string) => id.length)).toEqualTypeOf<CachedFunction<[id: string], number>>();
    expectTypeOf(daily((n: number) => String(n))).toEqualTypeOf<CachedFunction<[n: number], string>>();
    expectTypeOf(cache.cached({ ttl: "1d" })(() => 1)).toEqualTypeOf<CachedFunction<[], number>>();
    // @ts-expect-error a text is no function
    daily("product");
  });

  it("takes functions that its callbacks are for", () => {
    const byId = cached({ key: (id: string) => id, shouldCache: (value: { id: string }) => value.id !== "" });
    expectTypeOf(byId(async (id: string) => ({ id, n: 1 }))).returns.resolves.toEqualTypeOf<{
      id: string;
      n: number;
    }>();
    // @ts-expect-error the function takes another type than the key
    byId(async (id: number) => ({ id }));
    // @ts-expect-error the function returns another type than the condition takes
    byId(async (id: string) => id.length);
  });
});

describe("cachedMethod()", () => {
  it("gives a method of an instance as a cached function", () => {
    expectTypeOf(cachedMethod(shop, "price")).toEqualTypeOf<CachedFunction<Parameters<Shop["price"]>, number>>();
    expectTypeOf(cachedMethod(shop, "names")).toEqualTypeOf<CachedFunction<[], string[]>>();
    expectTypeOf(cachedMethod(Shop, "countries")).toEqualTypeOf<CachedFunction<[prefix: string], string[]>>();
    expectTypeOf(cachedMethod(shop, "price").set).parameter(1).toEqualTypeOf<number>();
  });

  it("gives nothing of what is no async method", () => {
    expectTypeOf(cachedMethod(shop, "plain")).toEqualTypeOf<never>();
    expectTypeOf(cachedMethod(shop, "country")).toEqualTypeOf<never>();
    // @ts-expect-error there is no such method
    cachedMethod(shop, "weight");
  });
});
