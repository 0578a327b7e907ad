import { describe, expectTypeOf, it } from "vitest";
import { cacheKey as sameCacheKey } from "../../src/index.ts";
import { cacheKey, canonical, type CanonicalLimits, keyFor, type KeyParts } from "../../src/keys.ts";

describe("@autocache/edge/keys", () => {
  it("writes any list, and makes keys of all their parts", () => {
    expectTypeOf(canonical).toEqualTypeOf<(args: readonly unknown[], limits?: CanonicalLimits) => string>();
    expectTypeOf(keyFor).toEqualTypeOf<(parts: KeyParts) => Promise<string>>();
    expectTypeOf(keyFor).toBeCallableWith({
      namespace: "a",
      name: "b",
      version: 1,
      args: [1, "a"] as const,
      secret: "c",
    });
    // @ts-expect-error arguments are a list
    canonical("a");
    // @ts-expect-error the version is missing
    void keyFor({ namespace: "a", name: "b", args: [] });
    // @ts-expect-error there is no such limit
    canonical([], { maxSize: 1 });
  });

  it("names the method by one symbol, which a class can have for a member", () => {
    expectTypeOf(cacheKey).toEqualTypeOf(sameCacheKey);
    class User {
      [cacheKey](): unknown {
        return ["User"];
      }
    }
    expectTypeOf<User[typeof cacheKey]>().toEqualTypeOf<() => unknown>();
  });
});
