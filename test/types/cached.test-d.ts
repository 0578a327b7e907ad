import { describe, expectTypeOf, it } from "vitest";
import { cached, type CachedFunction, type CacheEvent, type Trace } from "../../src/index.ts";

interface Product {
  readonly id: string;
  readonly price: number;
}

const product = async (id: string): Promise<Product> => ({ id, price: 1 });

describe("cached(fn)", () => {
  it("keeps the parameters and the awaited result", () => {
    const wrapped = cached(product);
    expectTypeOf(wrapped).toEqualTypeOf<CachedFunction<[id: string], Product>>();
    expectTypeOf(wrapped).parameters.toEqualTypeOf<[id: string]>();
    expectTypeOf(wrapped).returns.toEqualTypeOf<Promise<Product>>();
    // @ts-expect-error an argument is missing
    void wrapped();
    // @ts-expect-error an argument is of another type
    void wrapped(42);
    // @ts-expect-error there is one argument too many
    void wrapped("42", 1);
  });

  it("makes a promise of what a sync function returns", () => {
    expectTypeOf(cached((n: number) => n * 2)).returns.toEqualTypeOf<Promise<number>>();
    expectTypeOf(cached((n: number): number | Promise<string> => n)).returns.toEqualTypeOf<Promise<number | string>>();
    expectTypeOf(cached((): undefined => undefined)).returns.toEqualTypeOf<Promise<undefined>>();
    expectTypeOf(cached(() => {})).returns.toEqualTypeOf<Promise<void>>();
  });

  it("keeps optional, default and rest parameters, and their names", () => {
    const fn = (id: string, page?: number, size = 10, ...tags: string[]): string => `${id}${page}${size}${tags.join()}`;
    const wrapped = cached(fn);
    expectTypeOf(wrapped).parameters.toEqualTypeOf<Parameters<typeof fn>>();
    expectTypeOf(wrapped).toBeCallableWith("a");
    expectTypeOf(wrapped).toBeCallableWith("a", undefined, 1, "b", "c");
    // @ts-expect-error a rest argument is of another type
    void wrapped("a", 1, 2, 3);
  });

  it("keeps unions, literals, tuples and readonly types", () => {
    const wrapped = cached(async (kind: "a" | "b"): Promise<readonly ["a" | "b", null | { readonly n: 1 }]> => [
      kind,
      null,
    ]);
    expectTypeOf(wrapped).parameters.toEqualTypeOf<[kind: "a" | "b"]>();
    expectTypeOf(wrapped).returns.resolves.toEqualTypeOf<readonly ["a" | "b", null | { readonly n: 1 }]>();
  });

  it("takes the last of several overloads, as Parameters does", () => {
    function read(id: string): Promise<string>;
    function read(id: number): Promise<number>;
    async function read(id: string | number): Promise<string | number> {
      return id;
    }
    expectTypeOf(cached(read)).toEqualTypeOf<CachedFunction<[id: number], number>>();
  });

  it("takes an interface with a call signature", () => {
    interface Load {
      (id: string): Promise<Product>;
      readonly description: string;
    }
    expectTypeOf(cached({} as Load)).toEqualTypeOf<CachedFunction<[id: string], Product>>();
  });

  it("is given the type of the function where there is none to infer", () => {
    const wrapped = cached<(id: string) => Promise<Product>>(async (id) => ({ id, price: 1 }));
    expectTypeOf(wrapped).toEqualTypeOf<CachedFunction<[id: string], Product>>();
  });

  it("knows the default parameters of a function written in place", () => {
    const wrapped = cached(async (id: string, size = 10) => ({ id, size }), {
      ttl: (value, id) => value.size + id.length,
    });
    expectTypeOf(wrapped).returns.resolves.toEqualTypeOf<{ id: string; size: number }>();
    expectTypeOf(wrapped).toBeCallableWith("a", 1);
    // @ts-expect-error the default is a number
    void wrapped("a", "b");
  });

  it("awaits what is like a promise", () => {
    expectTypeOf(cached((): PromiseLike<Product> => product("a"))).returns.toEqualTypeOf<Promise<Product>>();
  });

  it("takes functions only", () => {
    // @ts-expect-error a text is no function
    cached("product");
    // @ts-expect-error a promise is no function
    cached(product("42"));
  });
});

describe("what cached(fn) gives", () => {
  const fn = (id: string, page?: number) => ({ id, page });
  const wrapped = cached(fn);
  type Page = { id: string; page: number | undefined };
  type Args = Parameters<typeof fn>;

  it("has members that take the arguments", () => {
    expectTypeOf(wrapped.invalidate).toEqualTypeOf<(id: string, page?: number) => Promise<void>>();
    expectTypeOf(wrapped.expire).toEqualTypeOf<(id: string, page?: number) => Promise<void>>();
    expectTypeOf(wrapped.refresh).toEqualTypeOf<(id: string, page?: number) => Promise<Page>>();
    expectTypeOf(wrapped.peek).toEqualTypeOf<(id: string, page?: number) => Promise<Page | undefined>>();
    expectTypeOf(wrapped.keyOf).toEqualTypeOf<(id: string, page?: number) => Promise<string>>();
    expectTypeOf(wrapped.trace).toEqualTypeOf<(id: string, page?: number) => Promise<Trace<Page>>>();
    expectTypeOf(wrapped.purge).toEqualTypeOf<() => Promise<void>>();
    // @ts-expect-error an argument is of another type
    void wrapped.invalidate(42);
  });

  it("has members that take lists of arguments", () => {
    expectTypeOf(wrapped.set).parameter(0).toEqualTypeOf<Args>();
    expectTypeOf(wrapped.set).parameter(1).toEqualTypeOf<Page>();
    expectTypeOf(wrapped.many).parameter(0).toEqualTypeOf<readonly Args[]>();
    expectTypeOf(wrapped.many).returns.resolves.toEqualTypeOf<Page[]>();
    void wrapped.set(["42"], { id: "42", page: undefined });
    void wrapped.many([["42"], ["43", 1]]);
    // @ts-expect-error the arguments are a list
    void wrapped.set("42", { id: "42", page: undefined });
    // @ts-expect-error the value is of another type
    void wrapped.set(["42"], { id: 42 });
    // @ts-expect-error an argument is of another type
    void wrapped.many([[42]]);
  });

  it("has the function as it was given", () => {
    expectTypeOf(wrapped.original).parameters.toEqualTypeOf<Args>();
    // @ts-expect-error it cannot be replaced
    wrapped.original = () => ({ id: "", page: 1 });
  });

  it("traces with the value's type", () => {
    expectTypeOf<Trace<Page>["value"]>().toEqualTypeOf<Page>();
    expectTypeOf<Trace<Page>["verdict"]>().toEqualTypeOf<"hit" | "stale" | "miss" | "bypass">();
    expectTypeOf<Trace<Page>["key"]>().toEqualTypeOf<string | undefined>();
    expectTypeOf<Trace<Page>["joined"]>().toEqualTypeOf<boolean>();
    expectTypeOf<Trace<Page>["events"]>().toEqualTypeOf<readonly CacheEvent[]>();
  });

  it("is assignable to the type of the async function", () => {
    expectTypeOf(cached(product)).toExtend<typeof product>();
    expectTypeOf<Awaited<ReturnType<typeof wrapped>>>().toEqualTypeOf<Page>();
  });
});
