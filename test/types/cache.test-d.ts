import { describe, expectTypeOf, it } from "vitest";
import { type Cache, type CachedFunction, createCache } from "../../src/index.ts";

interface User {
  readonly email: string;
}

const cache: Cache = createCache();

describe("a cache's calls by hand", () => {
  it("read what they are told to", () => {
    expectTypeOf(cache.get("key")).resolves.toEqualTypeOf<unknown>();
    expectTypeOf(cache.get<User>("key")).resolves.toEqualTypeOf<User | undefined>();
    expectTypeOf(cache.get<User | null>("key", null)).resolves.toEqualTypeOf<User | null>();
    expectTypeOf(cache.get("key", 0)).resolves.toEqualTypeOf<number>();
    expectTypeOf(cache.getMany(["a", "b"])).resolves.toEqualTypeOf<Map<string, unknown>>();
    expectTypeOf(cache.getMany<User>(["a"])).resolves.toEqualTypeOf<Map<string, User>>();
    // @ts-expect-error a key is a text
    void cache.get(1);
    // @ts-expect-error keys are a list
    void cache.getMany("a");
    // @ts-expect-error the fallback is of another type
    void cache.get<User>("key", 1);
  });

  it("compute what they are given", () => {
    expectTypeOf(cache.getOrSet("key", 1)).resolves.toEqualTypeOf<number>();
    expectTypeOf(cache.getOrSet("key", () => 1)).resolves.toEqualTypeOf<number>();
    expectTypeOf(cache.getOrSet("key", async () => ({ email: "a" }))).resolves.toEqualTypeOf<{ email: string }>();
    expectTypeOf(
      cache.getOrSet("key", async (): Promise<User> => ({ email: "a" }), { ttl: "5m" }),
    ).resolves.toEqualTypeOf<User>();
    expectTypeOf(cache.getOrSet<User>("key", { email: "a" })).resolves.toEqualTypeOf<User>();
    // @ts-expect-error what is computed is of another type
    void cache.getOrSet<User>("key", () => 1);
    // @ts-expect-error there is no such option
    void cache.getOrSet("key", 1, { maxAge: 1 });
    // @ts-expect-error the ttl by hand is known beforehand
    void cache.getOrSet("key", 1, { ttl: () => 1 });
  });

  it("write anything, and tell what there is to tell", () => {
    expectTypeOf(cache.set("key", { any: "thing" }, { ttl: "5m" })).toEqualTypeOf<Promise<void>>();
    expectTypeOf(cache.add("key", 1)).resolves.toEqualTypeOf<boolean>();
    expectTypeOf(cache.has("key")).resolves.toEqualTypeOf<boolean>();
    expectTypeOf(cache.touch("key", { ttl: 1 })).resolves.toEqualTypeOf<boolean>();
    expectTypeOf(cache.incr("key")).resolves.toEqualTypeOf<number>();
    expectTypeOf(cache.decr("key", 2)).resolves.toEqualTypeOf<number>();
    expectTypeOf(cache.delete("key")).toEqualTypeOf<Promise<void>>();
    expectTypeOf(cache.deleteMany(["a"])).toEqualTypeOf<Promise<void>>();
    expectTypeOf(cache.clear()).toEqualTypeOf<Promise<void>>();
    expectTypeOf(cache.settled()).toEqualTypeOf<Promise<void>>();
    expectTypeOf(cache.setMany({ a: 1, b: "c" })).toEqualTypeOf<Promise<void>>();
    expectTypeOf(cache.setMany(new Map([["a", { b: 1 }]]), { ttl: "5m" })).toEqualTypeOf<Promise<void>>();
    // @ts-expect-error the step is a number
    void cache.incr("key", "2");
    // @ts-expect-error keys of a map are texts
    void cache.setMany(new Map([[1, 2]]));
  });
});

describe("cache.cached()", () => {
  it("infers as cached() does", () => {
    const fn = async (id: string, n = 1) => ({ id, n });
    const wrapped = cache.cached(fn, { ttl: (value, id) => value.n + id.length });
    expectTypeOf(wrapped).toEqualTypeOf<CachedFunction<Parameters<typeof fn>, { id: string; n: number }>>();
  });
});

describe("cache.cachedBatch()", () => {
  const users = cache.cachedBatch(
    async (ids: readonly number[]) => ids.map((id): User | Error => ({ email: `${id}` })),
    {
      name: "users",
      ttl: (value, id) => {
        expectTypeOf(value).toEqualTypeOf<User>();
        expectTypeOf(id).toEqualTypeOf<number>();
        return "5m";
      },
    },
  );

  it("infers the id and the value without its errors", () => {
    expectTypeOf(users).parameters.toEqualTypeOf<[ids: readonly number[]]>();
    expectTypeOf(users).returns.resolves.toEqualTypeOf<User[]>();
    expectTypeOf(users.settled).returns.resolves.toEqualTypeOf<PromiseSettledResult<User>[]>();
    expectTypeOf(users.one).toEqualTypeOf<CachedFunction<[id: number], User>>();
    // @ts-expect-error ids are of another type
    void users(["a"]);
    // @ts-expect-error there is no such option
    cache.cachedBatch(async (ids: readonly number[]) => ids, { batchSize: 1 });
  });
});
