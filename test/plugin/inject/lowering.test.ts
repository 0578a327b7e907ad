import { describe, expect, it } from "vitest";
import { becomes, FP, load, type Recorded } from "./code.ts";

describe("the record of a decorated method", () => {
  const CLASS = `
    const hourly = cached({ ttl: "1h" });
    const KEY = Symbol("key");
    export class Shop {
      static label = "shop"
      @cached({ ttl: "1h" }) async price(id: string): Promise<string> { return id; }
      @cached()
      static async all(): Promise<string> { return this.label; }
      @hourly async hours() { return 9; }
      @(
        hourly // of the hour
      ) async rent() { return 1; }
    }
  `;

  it("is in a static block in the decorator's place, so that engines need not know decorators", async () => {
    const code = becomes(CLASS);
    expect(code).not.toContain("@");
    expect(code.split("\n")).toHaveLength(CLASS.split("\n").length);
    const { Shop } = (await load(CLASS)) as { Shop: { all: Recorded; prototype: Record<string, Recorded> } };
    const { price, rent, hours } = Shop.prototype;
    expect([price?.record, Shop.all.record, hours?.record, rent?.record]).toEqual([
      { fp: FP, name: "price" },
      { fp: FP, name: "all" },
      { fp: FP, name: "hours" },
      { fp: FP, name: "rent" },
    ]);
    expect(Object.getOwnPropertyDescriptor(Shop.prototype, "price")).toMatchObject({
      configurable: true,
      enumerable: false,
      writable: true,
    });
  });

  it("is an argument of the decorator where the tools lower it", () => {
    const code = becomes(CLASS, { lowerDecorators: false });
    expect(code).toContain(`@cached({ ttl: "1h" }, { fp: "a1_X", name: "price" }) async price`);
    expect(code).toContain(`@cached(void 0, { fp: "a1_X", name: "all" })\n`);
    expect(code).toContain(
      `@((method, ...rest) => hourly(Object.assign(method, { [Symbol.for("autocache.fingerprint")]: { fp: "a1_X", name: "hours" } }), ...rest)) async hours`,
    );
  });

  it("is an argument of a decorator that cannot be lowered", () => {
    const code = becomes(`
      declare const other: any;
      const KEY = "key";
      function make(this: any) {
        return class {
          @cached({}) async #secret() { return 1; }
          @cached({}) async [KEY]() { return 2; }
          @cached({}) @other async both() { return 3; }
          @cached({ ttl: this.ttl }) async bound() { return 4; }
        };
      }
    `);
    expect(code).toContain(`@cached({}, { fp: "a1_X" }) async #secret`);
    expect(code).toContain(`@cached({}, { fp: "a1_X" }) async [KEY]`);
    expect(code).toContain(`@cached({}, { fp: "a1_X", name: "both" }) @other async both`);
    expect(code).toContain(`@cached({ ttl: this.ttl }, { fp: "a1_X", name: "bound" }) async bound`);
  });

  it("is in a static block for words that only look as if they reached out of it", () => {
    const code = becomes(`
      export class Shop {
        @cached({ name: "this and await" }) async a() { return 1; }
        @cached({ key: async () => await null, onError() { return this; } } as any) async b() { return 2; }
      }
    `);
    expect(code).not.toContain("@cached");
  });
});

describe("the fingerprint of a class that extends one with cached methods", () => {
  it("is on the class, behind fields without a semicolon too", async () => {
    const { Shop, Kiosk } = (await load(`
      export class Shop { @cached({}) async price() { return this.tax(); } tax() { return 1; } }
      export class Kiosk extends Shop { size = 1 // small
      override tax() { return 2; } sold = 0 }
    `)) as Record<"Shop" | "Kiosk", new () => object>;
    const key = Symbol.for("autocache.class");
    expect(Object.getOwnPropertyDescriptor(Kiosk, key)?.value).toEqual(FP);
    expect(Object.hasOwn(Shop, key)).toBe(false);
    expect(new Kiosk()).toMatchObject({ size: 1, sold: 0 });
  });
});
