/** A small project with a function of each kind, the code of which is two modules away. */
export const SAMPLE: Readonly<Record<string, string>> = {
  "src/index.ts": `
    import { cached, createCache } from "@autocache/edge";
    import { hourly } from "./cache.ts";
    import { twice } from "./helper.ts";

    const cache = createCache();
    const direct = cached(async (x: number): Promise<number> => twice(x), { ttl: "1h" });
    const own = cache.cached(async function own(x: number) { return x; });
    const wrapped = hourly(async (x: number) => twice(x) + 1);
    const make = (weight: number) => cached(async (x: number) => twice(x) * weight, { name: "weighed" });

    class Shop {
      @cached({ ttl: "1h" }) async price(id: string): Promise<number> { return twice(id.length); }
      @hourly static async rent(): Promise<number> { return twice(500); }
    }

    const functions = [direct, own, wrapped, make(3), Shop.prototype.price, Shop.rent];
    export const versions: Record<string, string> = Object.fromEntries(
      functions.map((fn: any) => [fn.record?.name, fn.record?.fp]),
    );
  `,
  "src/print.ts": `import { versions } from "./index.ts";\nconsole.log(JSON.stringify(versions));\n`,
  "src/cache.ts": `
    import { cached } from "@autocache/edge";
    export const hourly = cached({ ttl: "1h" });
  `,
  "src/helper.ts": `
    import { FACTOR } from "./constants.ts";
    export const twice = (x: number): number => x * FACTOR;
  `,
  "src/constants.ts": `export const FACTOR = 2;`,
};

export const NAMES: readonly string[] = ["direct", "own", "price", "rent", "weighed", "wrapped"];
