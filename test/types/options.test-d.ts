import { describe, expectTypeOf, it } from "vitest";
import { cached, createCache, type Duration, type FunctionOptions, memory } from "../../src/index.ts";

interface Product {
  readonly id: string;
  readonly price: number;
}

const product = async (id: string, page?: number): Promise<Product> => ({ id, price: page ?? 1 });
const cache = createCache();

const wrap = cache.cached;

describe("the options of a function that is cached by itself", () => {
  it("know the arguments and the result", () => {
    cached(product, {
      key: (id, page) => {
        expectTypeOf(id).toEqualTypeOf<string>();
        expectTypeOf(page).toEqualTypeOf<number | undefined>();
        return [id, page];
      },
      ttl: (value) => {
        expectTypeOf(value).toEqualTypeOf<Product>();
        return value.price;
      },
    });
  });

  it("have none of tags", () => {
    // @ts-expect-error tags belong to a cache
    cached(product, { tags: ["a"] });
    // @ts-expect-error tags belong to a cache
    cached(product, { purgeable: true });
  });
});

describe("the options of a function", () => {
  it("know the arguments and the result", () => {
    wrap(product, {
      key: (id, page) => {
        expectTypeOf(id).toEqualTypeOf<string>();
        expectTypeOf(page).toEqualTypeOf<number | undefined>();
        return [id, page];
      },
      ttl: (value, id, page) => {
        expectTypeOf(value).toEqualTypeOf<Product>();
        expectTypeOf(id).toEqualTypeOf<string>();
        expectTypeOf(page).toEqualTypeOf<number | undefined>();
        return value.price > 1 ? "5m" : 1_000;
      },
      shouldCache: (value, id) => {
        expectTypeOf(value).toEqualTypeOf<Product>();
        expectTypeOf(id).toEqualTypeOf<string>();
        return value.price > 1;
      },
      tags: (value, id) => {
        expectTypeOf(value).toEqualTypeOf<Product>();
        return [`product:${id}`];
      },
    });
  });

  it("know them of a sync function written in place", () => {
    const wrapped = wrap((n: number) => String(n), {
      shouldCache: (value, n) => {
        expectTypeOf(value).toEqualTypeOf<string>();
        expectTypeOf(n).toEqualTypeOf<number>();
        return true;
      },
    });
    expectTypeOf(wrapped).returns.toEqualTypeOf<Promise<string>>();
  });

  it("do not decide what the function takes or returns", () => {
    // @ts-expect-error the key takes another type than the function
    wrap(product, { key: (id: number) => id });
    // @ts-expect-error the ttl takes another type than the function returns
    wrap(product, { ttl: (value: string) => value.length });
    const withMore = (_value: Product, _id: string, _page: number | undefined, more: string): boolean => more === "";
    // @ts-expect-error shouldCache takes an argument that the function has not
    wrap(product, { shouldCache: withMore });
    // @ts-expect-error the ttl takes an optional argument for required
    wrap(product, { ttl: (_value: Product, _id: string, page: number) => page });
    expectTypeOf(wrap(product, { key: (id: unknown) => id })).parameters.toEqualTypeOf<Parameters<typeof product>>();
    expectTypeOf(
      wrap(product, { shouldCache: (value: object) => "id" in value }),
    ).returns.resolves.toEqualTypeOf<Product>();
  });

  it("return what they are asked for", () => {
    // @ts-expect-error a condition is a boolean
    wrap(product, { shouldCache: () => "yes" });
    // @ts-expect-error a condition is not awaited
    wrap(product, { shouldCache: async () => true });
    // @ts-expect-error a ttl is no object
    wrap(product, { ttl: () => ({ minutes: 5 }) });
    // @ts-expect-error a ttl is not awaited
    wrap(product, { ttl: async () => 5 });
    // @ts-expect-error tags are a list
    wrap(product, { tags: () => "product" });
  });

  it("are known by name", () => {
    // @ts-expect-error the option is misspelled
    wrap(product, { tll: "5m" });
    // @ts-expect-error there is no such option
    wrap(product, { maxAge: 300 });
    // @ts-expect-error the name is a text
    wrap(product, { name: 1 });
    // @ts-expect-error the version is a text or a number
    wrap(product, { version: true });
    // @ts-expect-error deps are a list
    wrap(product, { deps: product });
    wrap(product, { name: undefined, version: undefined, deps: undefined, key: undefined, ttl: undefined });
    wrap(product, { name: "product", version: 1, deps: [product, "a", { b: 1 }] as const, ttl: "5m" });
  });
});

describe("a duration", () => {
  it("is a number, or a number and a unit", () => {
    for (const ttl of [0, 1.5, Infinity, "500ms", "30s", "5m", "1.5h", "7d", "2w", "forever"] as const)
      cached(product, { ttl });
    expectTypeOf<"5m">().toExtend<Duration>();
    expectTypeOf<string>().not.toExtend<Duration>();
    // @ts-expect-error the unit is a word
    cached(product, { ttl: "5 minutes" });
    // @ts-expect-error there is no unit
    cached(product, { ttl: "5" });
    // @ts-expect-error the unit does not exist
    cached(product, { ttl: "5y" });
    // @ts-expect-error any text may be no duration
    cached(product, { ttl: String(5) });
    // @ts-expect-error null is no duration
    cached(product, { ttl: null });
    // @ts-expect-error a bigint is no duration
    cached(product, { ttl: 5n });
    // @ts-expect-error the unit is a word
    createCache({ ttl: "5 minutes" });
    // @ts-expect-error the unit is a word
    void cache.set("key", 1, { ttl: "5 minutes" });
    cached(product, { ttl: (value) => `${value.price}s` });
  });
});

describe("the options of a cache", () => {
  it("are known by name and type", () => {
    createCache({});
    createCache({
      backend: memory(),
      namespace: "a",
      ttl: "forever",
      secret: "a",
      onEvent: () => {},
      waitUntil: () => {},
    });
    createCache({ backend: undefined, namespace: undefined, ttl: undefined, secret: undefined });
    // @ts-expect-error there is no such option
    createCache({ prefix: "a" });
    // @ts-expect-error a Map is no backend
    createCache({ backend: new Map() });
    // @ts-expect-error a backend has methods
    createCache({ backend: { name: "a" } });
    // @ts-expect-error a cache has no key
    createCache({ key: () => 1 });
    createCache({
      onEvent: (event) => {
        expectTypeOf(event.type).toExtend<string>();
      },
      waitUntil: (work) => {
        expectTypeOf(work).toEqualTypeOf<Promise<unknown>>();
      },
    });
  });

  it("are cached()'s too, but not cache.cached()'s", () => {
    cached(product, { backend: memory(), namespace: "a", secret: "a", onEvent: () => {}, ttl: (value) => value.price });
    // @ts-expect-error the cache has a backend already
    cache.cached(product, { backend: memory() });
    // @ts-expect-error the cache has a namespace already
    cache.cached(product, { namespace: "a" });
  });

  it("of memory() are known by name and type", () => {
    memory({ maxEntries: 1, maxBytes: 2 });
    // @ts-expect-error there is no such option
    memory({ max: 1 });
    // @ts-expect-error a limit is a number
    memory({ maxEntries: "1" });
  });
});

describe("FunctionOptions", () => {
  it("can be written apart from the function", () => {
    const options: FunctionOptions<[id: string, page?: number], Product> = { ttl: (value) => value.price };
    expectTypeOf(cached(product, options)).returns.resolves.toEqualTypeOf<Product>();
    const common = { ttl: "5m", name: "product" } as const;
    expectTypeOf(cached(product, common)).returns.resolves.toEqualTypeOf<Product>();
  });
});
